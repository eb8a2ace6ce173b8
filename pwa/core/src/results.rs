//! Fetches what the server has to tell about the user's units, whenever it says that there is something new.
//! What that is, only the pages know.

use std::rc::Rc;

use kiennghi_messages::{Failure, Signal};
use kiennghi_shared::results;
use wasm_bindgen_futures::spawn_local;

use crate::app::{App, network_failure, signed_out_failure};
use crate::{browser, network};

/// Fetches what changed when this version is not the one that is kept, and drops all of it when there is nothing to tell any
/// more. A failure is nobody's to hear: the next sync tries again.
pub(crate) fn keep_up(app: &Rc<App>, told: Option<u64>) {
    if app.renewing.replace(true) {
        return;
    }
    let app = app.clone();
    spawn_local(async move {
        if let Ok(true) = renew(&app, told).await {
            browser::post(&Signal::Changed);
        }
        app.renewing.set(false);
    });
}

/// Says whether something else is kept now.
async fn renew(app: &App, told: Option<u64>) -> Result<bool, Failure> {
    let (token, user, version, kept) = {
        let local = app.local.lock().await;
        let signed_in = local.signed_in.as_ref().ok_or_else(signed_out_failure)?;
        if local.results_version().await? == told {
            return Ok(false);
        }
        let Some(version) = told else {
            local.drop_results().await?;
            return Ok(true);
        };
        (
            signed_in.token.clone(),
            signed_in.profile.user.clone(),
            version,
            local.results().await?,
        )
    };
    let path = format!("/api/v1/results?since={}", results::cursor(&kept));
    let answer = network::bytes("GET", &token, &path, None).await?;
    let told = results::after(&kept, &answer).ok_or_else(network_failure)?;
    let local = app.local.lock().await;
    let signed_in = local.signed_in.as_ref();
    // Not for whoever has signed in meanwhile.
    if signed_in.is_none_or(|signed_in| signed_in.profile.user != user) {
        return Ok(false);
    }
    local.put_results(version, told).await?;
    Ok(true)
}
