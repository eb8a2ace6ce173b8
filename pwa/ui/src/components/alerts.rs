//! The offer of alerts on this device: how they stand, in words, and a button where something can be done.

use kiennghi_messages::Failure;
use kiennghi_page::alerts::{self, Alerts, NOT_SWITCHED_ON, WHAT_FOR};
use kiennghi_shared::alert::AlertState;
use leptos::prelude::*;

use crate::browser;
use crate::components::notices;
use crate::office;
use crate::worker;

#[derive(Clone, Copy)]
struct Offer {
    /// None before the server and the browser have said so.
    stands: RwSignal<Option<Alerts>>,
    key: RwSignal<String>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<String>>,
}

/// The section of the page.
pub(crate) fn offer() -> AnyView {
    let offer = Offer {
        stands: RwSignal::new(None),
        key: RwSignal::default(),
        busy: RwSignal::new(true),
        failure: RwSignal::new(None),
    };
    offer.take(None);
    let words = move || offer.stands.get().map(Alerts::words);
    let button = move || {
        let switch_on = match offer.stands.get()? {
            Alerts::Off => true,
            Alerts::On => false,
            _ => return None,
        };
        let name = if switch_on {
            "Bật nhắc việc"
        } else {
            "Tắt nhắc việc"
        };
        let switch = move |_| offer.take(Some(switch_on));
        Some(view! {
            <p><button type="button" class="button" data-test="switch-alerts" disabled=move || offer.busy.get() on:click=switch>{name}</button></p>
        })
    };
    let failed = move || offer.failure.get().map(notices::failed);
    view! {
        <h2>"Nhắc việc trên máy này"</h2>
        <p>{WHAT_FOR}</p>
        <p role="status" data-test="alerts">{words}</p>
        {failed}
        {button}
    }
    .into_any()
}

impl Offer {
    /// Switches, where that is wanted, and looks how it stands then.
    fn take(self, switch_on: Option<bool>) {
        self.busy.set(true);
        browser::spawn(async move {
            let switched = match switch_on {
                Some(to) => self.switch(to).await,
                None => Ok(()),
            };
            let looked = self.look().await;
            self.failure.set(switched.and(looked).err());
            self.busy.set(false);
        });
    }

    async fn switch(self, to: bool) -> Result<(), String> {
        let subscription = if to {
            let key = self.key.get_untracked();
            Some(alerts::subscribe(&key).await.ok_or(NOT_SWITCHED_ON)?)
        } else {
            alerts::unsubscribe().await;
            None
        };
        let told = worker::call(office::switch_alerts(subscription)).await;
        told.map(drop).map_err(words)
    }

    async fn look(self) -> Result<(), String> {
        let answer = worker::call(office::alerts()).await.map_err(words)?;
        let state: AlertState = office::read(&answer).ok_or_else(|| words(worker::unexpected()))?;
        self.stands.set(Some(alerts::look(&state).await));
        self.key.set(state.key);
        Ok(())
    }
}

fn words(failure: Failure) -> String {
    notices::words_of(&failure)
}
