//! The offer of alerts on this device: how they stand, in words, and a button where something can be done.

use kiennghi_messages::Failure;
use kiennghi_page::alerts::{self, NOT_SWITCHED_ON, Standing};
use kiennghi_shared::alert::AlertState;
use leptos::prelude::*;

use crate::browser;
use crate::components::notices;
use crate::office;
use crate::worker;

#[derive(Clone, Default)]
struct Offer {
    standing: Standing,
    /// What browsers subscribe with.
    key: String,
    failure: Option<String>,
    busy: bool,
}

/// What stands below the heading.
pub(crate) fn offer() -> AnyView {
    let offer = RwSignal::new(Offer::default());
    take(offer, None);
    (move || offer.with(|now| view(offer, now))).into_any()
}

fn view(offer: RwSignal<Offer>, now: &Offer) -> AnyView {
    let button = now.standing.is_on.map(|is_on| {
        let name = if is_on { "Tắt nhắc việc" } else { "Bật nhắc việc" };
        let switch = move |_| take(offer, Some(!is_on));
        view! { <button type="button" class="button" data-test="switch-alerts" disabled=now.busy on:click=switch>{name}</button> }
    });
    view! {
        <p role="status" data-test="alerts">{now.standing.words.clone()}</p>
        {now.failure.clone().map(notices::failed)}
        <p>{button}</p>
    }
    .into_any()
}

/// Switches, where that is wanted, and looks how it stands then.
fn take(offer: RwSignal<Offer>, switch_on: Option<bool>) {
    offer.update(|offer| offer.busy = true);
    browser::spawn(async move {
        let switched = match switch_on {
            Some(to) => switch(offer.with_untracked(|offer| to.then(|| offer.key.clone()))).await,
            None => Ok(()),
        };
        let looked = look().await;
        offer.update(|offer| {
            offer.busy = false;
            offer.failure = switched.err();
            match looked {
                Ok((standing, key)) => (offer.standing, offer.key) = (standing, key),
                Err(why) => offer.failure = Some(why),
            }
        });
    });
}

/// With a key on, without one off.
async fn switch(key: Option<String>) -> Result<(), String> {
    let subscription = match key {
        Some(key) => Some(alerts::subscribe(&key).await.ok_or(NOT_SWITCHED_ON)?),
        None => {
            alerts::unsubscribe().await;
            None
        }
    };
    let told = worker::call(office::switch_alerts(subscription)).await;
    told.map(drop).map_err(words)
}

async fn look() -> Result<(Standing, String), String> {
    let answer = worker::call(office::alerts()).await.map_err(words)?;
    let state: AlertState = office::read(&answer).ok_or_else(|| words(worker::unexpected()))?;
    Ok((alerts::look(&state).await, state.key))
}

fn words(failure: Failure) -> String {
    notices::words_of(&failure)
}
