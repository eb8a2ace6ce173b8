//! Keeps this device in step while it is open: follows the server's pokes, and tries again after
//! failures. There is no second code path: a poke, a timer and the button all just sync.

use std::rc::Rc;

use kiennghi_messages::{Cause, Signal};
use kiennghi_shared::code::Code;
use kiennghi_shared::session::retry_after_ms;
use wasm_bindgen_futures::spawn_local;

use crate::app::{App, holds_scope};
use crate::sync::is;
use crate::{browser, network, sync};

/// Follows the server for as long as this worker lives; does nothing the second time.
pub(crate) fn keep_in_step(app: &Rc<App>) {
    if app.live.replace(true) {
        return;
    }
    let app = app.clone();
    spawn_local(async move {
        let mut failures = 0;
        loop {
            let signed_in = {
                let local = app.local.lock().await;
                local
                    .signed_in
                    .as_ref()
                    .map(|s| (s.token.clone(), holds_scope(&s.profile)))
            };
            let Some((token, in_the_field)) = signed_in else {
                break;
            };
            let outcome = network::follow(&token, || {
                failures = 0;
                poked(&app, in_the_field);
            });
            let failure = outcome.await.err();
            if is(failure.as_ref(), Code::Unauthenticated) || is(failure.as_ref(), Code::Revoked) {
                // What waits still goes, and the page hears that the device is signed in no more.
                sync::sync_and_tell(&app).await;
                break;
            }
            browser::wait_ms(retry_after_ms(failures, random())).await;
            failures += 1;
        }
        app.live.set(false);
    });
}

/// Something is new at the server.
fn poked(app: &Rc<App>, in_the_field: bool) {
    if !in_the_field {
        // The office's table comes from the server, whatever this device holds.
        browser::post(&Signal::Changed);
    }
    // A sync that is waited for brings this too; a server that is busy is not asked before its time.
    let said_busy = matches!(
        app.failure.borrow().as_ref().map(|failure| &failure.cause),
        Some(Cause::Server(
            Code::Busy | Code::Unavailable | Code::TooManyRequests
        ))
    );
    if said_busy && app.retrying.get() || app.poked.replace(true) {
        return;
    }
    let app = app.clone();
    spawn_local(async move {
        // Many phones hear the same poke: they do not all ask at once.
        browser::wait_ms(u64::from(random() % 1_000)).await;
        sync::sync_and_tell(&app).await;
    });
}

/// Syncs again after a while, longer each time; one wait at a time.
pub(crate) fn retry_later(app: &Rc<App>) {
    if app.retrying.replace(true) {
        return;
    }
    let app = app.clone();
    spawn_local(async move {
        let asked_to = app.asked_to_wait_ms.take();
        browser::wait_ms(asked_to + retry_after_ms(app.failures.get(), random())).await;
        app.retrying.set(false);
        if app.failure.borrow().is_some() {
            sync::sync_and_tell(&app).await;
        }
    });
}

fn random() -> u32 {
    u32::from_le_bytes(browser::random())
}
