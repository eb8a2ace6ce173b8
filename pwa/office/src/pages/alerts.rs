//! The offer of alerts in this browser, on `/admin/account`.

use kiennghi_page::alerts::{self, Standing};
use kiennghi_shared::alert::{ALERTS_PATH, AlertState};
use leptos::prelude::*;

use crate::server::{self, Failure};
use crate::steps::Step;

/// How alerts stand, and the key that browsers subscribe with.
type Stands = RwSignal<(Standing, String)>;

/// What stands below the heading.
pub(crate) fn offer() -> AnyView {
    let (step, stands) = (Step::new(), Stands::default());
    step.take(look(stands));
    let shown = move || stands.with(|(standing, key)| view(step, stands, standing, key));
    view! { {step.failure()}{shown} }.into_any()
}

fn view(step: Step, stands: Stands, standing: &Standing, key: &str) -> AnyView {
    let button = standing.is_on.map(|is_on| {
        let name = if is_on {
            "Tắt lời nhắc"
        } else {
            "Bật lời nhắc"
        };
        let key = (!is_on).then(|| key.to_owned());
        let switch = move || step.take(switch(stands, key.clone()));
        step.button("switch-alerts", "", name, switch)
    });
    view! { <p role="status" data-test="alerts">{standing.words.clone()}</p><p>{button}</p> }
        .into_any()
}

async fn look(stands: Stands) -> Result<(), Failure> {
    let state: AlertState = server::get(ALERTS_PATH).await?;
    let standing = alerts::look(&state.key, state.is_on).await;
    stands.set((standing, state.key));
    Ok(())
}

/// With a key on, without one off.
async fn switch(stands: Stands, key: Option<String>) -> Result<(), Failure> {
    let subscription = match key {
        Some(key) => alerts::subscribe(&key).await,
        None => None,
    };
    let switched = match subscription {
        Some(subscription) => server::put_json(ALERTS_PATH, subscription).await,
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
