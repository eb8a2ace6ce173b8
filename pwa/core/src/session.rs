//! A browser at a desk: signed in by a session that the pages under `/admin` began, and locked with a key that
//! the server hands out while the session lasts. Nothing is asked of the person here.

use kiennghi_messages::{LockState, NewWay, Secret};
use kiennghi_shared::account::{SESSION_PATH, Session};

use crate::app::App;
use crate::network;

/// Takes up the session of this browser, if it has one: unlocks what is kept here and signs in. Whatever
/// stands in the way leaves things as they are, and the page asks the person.
pub(crate) async fn take_up(app: &App) {
    let lock = app.local.lock().await.lock();
    let is_new = lock.state == LockState::None;
    if lock.state == LockState::Open || lock.is_own() || !(is_new || lock.session) {
        return;
    }
    let Ok(answer) = network::bytes("GET", "", SESSION_PATH, None).await else {
        return;
    };
    let Ok(session) = minicbor::decode::<Session>(&answer) else {
        return;
    };
    let mut local = app.local.lock().await;
    let opened = if is_new {
        local.set_lock(NewWay::Supplied(session.key)).await
    } else {
        local.unlock(Secret::Supplied(session.key)).await
    };
    if opened.is_ok() {
        // Should it fail, the page asks to sign in; nothing is lost by that.
        let _ = local.sign_in(String::new(), session.profile).await;
    }
}
