//! The offer of alerts in this browser, on `/admin/account`.

use kiennghi_page::alerts::{self, Alerts, NOT_SWITCHED_ON, WHAT_FOR};
use kiennghi_shared::alert::{ALERTS_PATH, AlertState};
use leptos::prelude::*;

use crate::server::{self, Failure};
use crate::steps::Step;

/// How alerts stand, and the key that browsers subscribe with; none before that was asked.
type Stands = RwSignal<Option<(Alerts, String)>>;

/// The section of the page.
pub(crate) fn offer() -> AnyView {
    let (step, stands) = (Step::new(), Stands::new(None));
    step.take(look(stands));
    let shown = move || {
        let (at, key) = stands.get()?;
        let button = match at {
            Alerts::Off => {
                let on = move || step.take(switch(stands, Some(key.clone())));
                step.button("switch-alerts", "", "Bật nhắc việc", on)
            }
            Alerts::On => {
                let off = move || step.take(switch(stands, None));
                step.button("switch-alerts", "", "Tắt nhắc việc", off)
            }
            _ => ().into_any(),
        };
        Some(view! { <p role="status" data-test="alerts">{at.words()}</p><p>{button}</p> })
    };
    view! {
        <h2>"Nhắc việc trên máy này"</h2>
        <p>{WHAT_FOR}</p>
        {step.failure()}
        {shown}
    }
    .into_any()
}

async fn look(stands: Stands) -> Result<(), Failure> {
    let state: AlertState = server::get(ALERTS_PATH).await?;
    stands.set(Some((alerts::look(&state).await, state.key)));
    Ok(())
}

/// With a key on, without one off.
async fn switch(stands: Stands, key: Option<String>) -> Result<(), Failure> {
    let switched = match key {
        Some(key) => match alerts::subscribe(&key).await {
            Some(subscription) => server::put_json(ALERTS_PATH, subscription).await,
            None => Err(Failure::Here(NOT_SWITCHED_ON)),
        },
        None => switch_off().await,
    };
    let looked = look(stands).await;
    switched.and(looked)
}

/// Has this browser sent no more alerts.
pub(crate) async fn switch_off() -> Result<(), Failure> {
    alerts::unsubscribe().await;
    server::act("DELETE", ALERTS_PATH).await
}
