//! Locks by itself after a while without use, and at a press.

use kiennghi_messages::LockState;
use kiennghi_page::idle::{self, Guarded};
use kiennghi_page::leaving;

use crate::state::App;

/// Watches for use, and for its end.
pub(crate) fn start(app: App) {
    idle::watch(move || guarded(app), move || lock(app));
}

fn guarded(app: App) -> Guarded {
    let lock = app.lock();
    match lock.state {
        LockState::Open if lock.session => Guarded::Session,
        LockState::Open => Guarded::Device,
        _ => Guarded::Nothing,
    }
}

/// Locks, if anything is open.
pub(crate) fn lock(app: App) {
    leaving::lock(guarded(app));
}
