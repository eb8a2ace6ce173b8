//! How long nobody has used the app, which then locks; and the session of a browser at a desk, which ends with
//! that.
//!
//! All tabs of a browser have one session, so they have one time of its last use, in the browser's storage.
//! When that is over, the next page that opens ends the session before it shows anything.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, Response, Storage};

use crate::browser;

const MINUTE_MS: i64 = 60_000;
/// Without a touch or a key.
const UNUSED_MS_MAX: i64 = 10 * MINUTE_MS;
/// Behind another app or tab, or with the screen off.
const HIDDEN_MS_MAX: i64 = 5 * MINUTE_MS;
const LOOK_EVERY_MS: i32 = 10_000;
/// How long the end of a session may take.
const PATIENCE_MS: u32 = 10_000;

const SIGN_OUT_PATH: &str = "/api/v1/sign-out";
/// Where the time of the session's last use is, in milliseconds since 1970.
const SESSION_USED_AT: &str = "kiennghi-session-used-at";

thread_local! {
    static USED_AT: Cell<i64> = const { Cell::new(0) };
    static HIDDEN_AT: Cell<Option<i64>> = const { Cell::new(None) };
    static SESSION_NOTED_AT: Cell<i64> = const { Cell::new(0) };
}

/// What a page shows that must not stand open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guarded {
    /// Nothing.
    Nothing,
    /// What this device's own lock opens.
    Device,
    /// What the browser's session opens.
    Session,
}

/// Watches for use, and calls `lock` at its end, again and again while something is `guarded`.
pub fn watch(guarded: impl Fn() -> Guarded + 'static, lock: impl Fn() + 'static) {
    USED_AT.set(browser::now_ms());
    // Says whether it is in use.
    let look = Rc::new(move || {
        let guarded = guarded();
        let is_over = guarded != Guarded::Nothing && is_unused(guarded);
        if is_over {
            lock();
        }
        (!is_over).then_some(guarded)
    });
    let looked = Rc::clone(&look);
    let used = Closure::<dyn FnMut()>::new(move || {
        if let Some(guarded) = looked() {
            note_use(guarded);
        }
    });
    for event in ["pointerdown", "keydown", "input"] {
        browser::on_document(event, used.as_ref().unchecked_ref());
    }
    used.forget();
    let looked = Rc::clone(&look);
    let seen = Closure::<dyn FnMut()>::new(move || {
        // Timers may have stood still meanwhile: the clock says how long it was.
        looked();
        HIDDEN_AT.set((!browser::is_visible()).then(browser::now_ms));
    });
    browser::on_document("visibilitychange", seen.as_ref().unchecked_ref());
    seen.forget();
    look_later(move || {
        look();
    });
}

fn look_later(look: impl Fn() + 'static) {
    browser::after(LOOK_EVERY_MS, move || {
        look();
        look_later(look);
    });
}

fn is_unused(guarded: Guarded) -> bool {
    let now_ms = browser::now_ms();
    let elsewhere = match guarded {
        Guarded::Session => session_used_at().unwrap_or_default(),
        _ => 0,
    };
    let is_over_since = |since: i64, ms_max: i64| is_over(since.max(elsewhere), ms_max, now_ms);
    let hidden = HIDDEN_AT.get();
    is_over_since(USED_AT.get(), UNUSED_MS_MAX)
        || hidden.is_some_and(|since| is_over_since(since, HIDDEN_MS_MAX))
}

fn note_use(guarded: Guarded) {
    let now_ms = browser::now_ms();
    USED_AT.set(now_ms);
    let noted = now_ms - SESSION_NOTED_AT.get() < i64::from(LOOK_EVERY_MS);
    if guarded == Guarded::Session && !noted {
        SESSION_NOTED_AT.set(now_ms);
        put_session_used_at(Some(now_ms));
    }
}

/// Whether a time is over; a clock that was set back does not make it longer.
fn is_over(since: i64, ms_max: i64, now_ms: i64) -> bool {
    !(-MINUTE_MS..ms_max).contains(&(now_ms - since))
}

/// Whether this browser's session, if it has one, was left unused for too long.
pub fn is_session_unused() -> bool {
    session_used_at().is_some_and(|at| is_over(at, UNUSED_MS_MAX, browser::now_ms()))
}

/// Ends this browser's session at the server; whether it is over then. If it is not, no page opens with it
/// before it is.
pub async fn end_session() -> bool {
    put_session_used_at(Some(0));
    let has_ended = sign_out().await.unwrap_or(false);
    if has_ended {
        put_session_used_at(None);
    }
    has_ended
}

/// Whether there is no session any more.
async fn sign_out() -> Result<bool, JsValue> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&r#"{"others":false}"#.into());
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)));
    let page = browser::page().ok_or(JsValue::UNDEFINED)?;
    let response = JsFuture::from(page.fetch_with_str_and_init(SIGN_OUT_PATH, &init)).await?;
    let response: Response = response.dyn_into()?;
    Ok(response.ok() || response.status() == 401)
}

fn storage() -> Option<Storage> {
    browser::page()?.local_storage().ok()?
}

fn session_used_at() -> Option<i64> {
    storage()?.get_item(SESSION_USED_AT).ok()??.parse().ok()
}

fn put_session_used_at(at: Option<i64>) {
    let Some(storage) = storage() else {
        return;
    };
    let _ = match at {
        Some(at) => storage.set_item(SESSION_USED_AT, &at.to_string()),
        None => storage.remove_item(SESSION_USED_AT),
    };
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
