//! Fetches what the server has to tell about the user's units, whenever it says that there is something new.
//! What that is, only the pages know.

use std::rc::Rc;

use kiennghi_messages::{Failure, Signal};
use wasm_bindgen_futures::spawn_local;

use crate::app::{App, network_failure, signed_out_failure};
use crate::{browser, network};

/// Fetches it when this version is not the one that is kept, and drops it when there is nothing to tell any
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
    let (token, user, version) = {
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
        )
    };
    let bytes = network::bytes("GET", &token, "/api/v1/results", None).await?;
    if !is_whole(&bytes) {
        return Err(network_failure());
    }
    let local = app.local.lock().await;
    let signed_in = local.signed_in.as_ref();
    // Not for whoever has signed in meanwhile.
    if signed_in.is_none_or(|signed_in| signed_in.profile.user != user) {
        return Ok(false);
    }
    local.put_results(version, bytes).await?;
    Ok(true)
}

/// Whether these bytes are one CBOR item: an answer that broke off is none.
fn is_whole(bytes: &[u8]) -> bool {
    let mut decoder = minicbor::Decoder::new(bytes);
    decoder.skip().is_ok() && decoder.position() == bytes.len()
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn an_answer_that_broke_off_is_not_kept() {
        let bytes = minicbor::to_vec((7_u64, ["Đã trả lời", "Chưa"])).expect("CBOR");
        assert!(is_whole(&bytes));
        for end in 0..bytes.len() {
            assert!(!is_whole(&bytes[..end]), "cut off at {end}");
        }
        assert!(!is_whole(&[bytes.as_slice(), &[0]].concat()), "and more");
    }
}
