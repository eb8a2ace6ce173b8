//! To lock is to load the page anew: the worker ends with the key, the lists, the session and its connections, and
//! the page goes with all that it showed. What is being written is kept first; at a desk, where a session at the
//! server unlocks, that ends too.

use std::cell::Cell;

use crate::browser;
use crate::drafts;
use crate::idle::{self, Guarded};

/// How often what is being written is tried to be kept, and for how long: then the page goes without.
const KEEP_AGAIN_MS: i32 = 4_000;
const KEEP_PATIENCE_MS: i32 = 15_000;

thread_local! {
    static LOCKING: Cell<bool> = const { Cell::new(false) };
    static LEAVING: Cell<bool> = const { Cell::new(false) };
}

/// Covers the page, and locks what is guarded once what is being written is kept, or cannot be.
pub fn lock(guarded: Guarded) {
    if guarded == Guarded::Nothing || LOCKING.replace(true) {
        return;
    }
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
