//! Locks by itself after a while without use, and at a press.
//!
//! To lock is to load the page anew: the worker ends with the key, the lists, the session and its
//! connections, the page goes with all that it showed, and the app begins where it asks to be unlocked. At a
//! desk, where a session at the server unlocks, that ends first.

use std::cell::Cell;

use kiennghi_messages::LockState;
use kiennghi_page::idle::{self, Guarded};

use crate::browser;
use crate::drafts;
use crate::state::App;

/// How often what is being written is tried to be kept, and for how long: then the page goes without.
const KEEP_AGAIN_MS: i32 = 4_000;
const KEEP_PATIENCE_MS: i32 = 15_000;

thread_local! {
    static LOCKING: Cell<bool> = const { Cell::new(false) };
    static LEAVING: Cell<bool> = const { Cell::new(false) };
}

/// Watches for use, and for its end.
pub(crate) fn start(app: App) {
    idle::watch(move || guarded(app), move || lock(app));
}

fn guarded(app: App) -> Guarded {
    let lock = app.lock();
    match lock.state {
        LockState::Open if LOCKING.get() => Guarded::Nothing,
        LockState::Open if lock.session => Guarded::Session,
        LockState::Open => Guarded::Device,
        _ => Guarded::Nothing,
    }
}

/// Covers the page, and locks once what is being written is kept, or cannot be.
pub(crate) fn lock(app: App) {
    let guarded = guarded(app);
    if guarded == Guarded::Nothing {
        return;
    }
    LOCKING.set(true);
    browser::cover("Đang khoá…");
    browser::after(KEEP_PATIENCE_MS, move || leave(guarded));
    keep_and_leave(guarded);
}

fn keep_and_leave(guarded: Guarded) {
    browser::spawn(async move {
        if drafts::keep().await.is_ok() {
            leave(guarded);
        } else {
            browser::after(KEEP_AGAIN_MS, move || keep_and_leave(guarded));
        }
    });
}

fn leave(guarded: Guarded) {
    if LEAVING.replace(true) {
        return;
    }
    browser::spawn(async move {
        if guarded == Guarded::Session {
            idle::end_session().await;
        }
        browser::leave_nothing();
        browser::reload();
    });
}
