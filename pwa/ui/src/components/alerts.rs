//! The offer of alerts on this device: how they stand, in words, and a button where something can be done.

use kiennghi_messages::Failure;
use kiennghi_page::alerts;
use kiennghi_shared::alert::AlertState;
use leptos::prelude::*;

use crate::browser;
use crate::components::notices;
use crate::office;
use crate::worker;

#[derive(Clone, Copy)]
struct Offer {
    /// None where they cannot be switched.
    is_on: RwSignal<Option<bool>>,
    words: RwSignal<String>,
    /// What browsers subscribe with.
    key: RwSignal<String>,
    failure: RwSignal<Option<Failure>>,
}

/// What stands below the heading.
pub(crate) fn offer() -> AnyView {
    let offer = Offer {
        is_on: RwSignal::new(None),
        words: RwSignal::default(),
        key: RwSignal::default(),
        failure: RwSignal::new(None),
    };
    offer.take(None);
    let shown = move || {
        let button = offer.is_on.get().map(|is_on| {
            let name = if is_on { "Tắt lời nhắc" } else { "Bật lời nhắc" };
            let switch = move |_| offer.take(Some(!is_on));
            view! { <p><button type="button" class="button" data-test="switch-alerts" on:click=switch>{name}</button></p> }
        });
        view! { <p role="status" data-test="alerts">{offer.words.get()}</p>{button} }.into_any()
    };
    view! { {notices::failure_notice(offer.failure)}{shown} }.into_any()
}

impl Offer {
    /// Switches, where that is wanted, and looks how it stands then.
    fn take(self, switch_on: Option<bool>) {
        browser::spawn(async move {
            let mut failure = None;
            if let Some(to) = switch_on {
                failure = self.switch(to).await.err();
            }
            if let Err(why) = self.look().await {
                failure = Some(why);
            }
            self.failure.set(failure);
        });
    }

    async fn switch(self, to: bool) -> Result<(), Failure> {
        let mut subscription = None;
        if to {
            subscription = alerts::subscribe(&self.key.get_untracked()).await;
        } else {
            alerts::unsubscribe().await;
        }
        worker::call(office::switch_alerts(subscription))
            .await
            .map(drop)
    }

    async fn look(self) -> Result<(), Failure> {
        let answer = worker::call(office::alerts()).await?;
        let state: AlertState = office::read(&answer).ok_or_else(worker::unexpected)?;
        let standing = alerts::look(&state.key, state.is_on).await;
        self.key.set(state.key);
        self.words.set(standing.words);
        self.is_on.set(standing.is_on);
        Ok(())
    }
}
