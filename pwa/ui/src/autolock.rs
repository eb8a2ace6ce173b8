//! Locks by itself: after a while without use, and sooner in the background.
//!
//! To lock is to load the page anew: the worker ends with the key, the lists, the session and its
//! connections, the page goes with all that it showed, and the app begins where it asks to be unlocked.

use std::cell::Cell;

use kiennghi_messages::LockState;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use crate::browser;
use crate::drafts;
use crate::state::App;
use crate::worker;

const MINUTE_MS: i64 = 60_000;
/// Without a touch or a key.
const UNUSED_MS_MAX: i64 = 10 * MINUTE_MS;
/// Behind another app, or with the screen off.
const HIDDEN_MS_MAX: i64 = 5 * MINUTE_MS;
const LOOK_EVERY_MS: i32 = 10_000;

thread_local! {
    static USED_AT: Cell<i64> = const { Cell::new(0) };
    static HIDDEN_AT: Cell<Option<i64>> = const { Cell::new(None) };
}

/// Watches for use, and for its end.
pub(crate) fn start(app: App) {
    USED_AT.set(browser::now_ms());
    let used = Closure::<dyn FnMut()>::new(move || {
        look(app);
        USED_AT.set(browser::now_ms());
    });
    for event in ["pointerdown", "keydown", "input"] {
        browser::on_document(event, used.as_ref().unchecked_ref());
    }
    used.forget();
    let seen = Closure::<dyn FnMut()>::new(move || {
        // Timers may have stood still meanwhile: the clock says how long it was.
        look(app);
        HIDDEN_AT.set((!browser::is_visible()).then(browser::now_ms));
    });
    browser::on_document("visibilitychange", seen.as_ref().unchecked_ref());
    seen.forget();
    look_later(app);
}

fn look_later(app: App) {
    browser::after(LOOK_EVERY_MS, move || {
        look(app);
        look_later(app);
    });
}

fn look(app: App) {
    let now_ms = browser::now_ms();
    let unused = is_over(USED_AT.get(), UNUSED_MS_MAX, now_ms);
    let hidden = HIDDEN_AT.get();
    let hidden = hidden.is_some_and(|since| is_over(since, HIDDEN_MS_MAX, now_ms));
    if unused || hidden {
        lock(app);
    }
}

/// Whether a time is over; a clock that was set back does not make it longer.
fn is_over(since: i64, ms_max: i64, now_ms: i64) -> bool {
    !(-MINUTE_MS..ms_max).contains(&(now_ms - since))
}

/// Locks, once what is being written is kept.
pub(crate) fn lock(app: App) {
    if app.lock().state != LockState::Open {
        return;
    }
    worker::spawn(async {
        if drafts::keep().await.is_ok() {
            browser::leave_nothing();
            browser::reload();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_over_when_it_is_and_when_the_clock_was_set_back() {
        assert!(!is_over(1_000_000, UNUSED_MS_MAX, 1_000_000));
        assert!(!is_over(1_000_000, UNUSED_MS_MAX, 1_599_999));
        assert!(is_over(1_000_000, UNUSED_MS_MAX, 1_600_000));
        assert!(
            !is_over(1_000_000, UNUSED_MS_MAX, 999_000),
            "a clock that was put right by a second"
        );
        assert!(is_over(1_000_000, UNUSED_MS_MAX, 900_000));
    }
}
