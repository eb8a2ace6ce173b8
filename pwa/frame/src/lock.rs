//! After a while without use the session ends, and the page goes with all that it showed.

use kiennghi_page::idle::{self, Guarded};
use leptos::prelude::*;

use crate::app::{App, Phase};
use crate::browser;

/// Watches for use, and for its end.
pub(crate) fn start(app: App) {
    let guarded = move || match app.phase.with_untracked(|phase| *phase == Phase::Working) {
        true => Guarded::Session,
        false => Guarded::Nothing,
    };
    idle::watch(guarded, move || {
        app.phase.set(Phase::Opening);
        browser::cover("Đang khoá…");
        browser::spawn(async {
            idle::end_session().await;
            browser::leave_nothing();
            browser::reload();
        });
    });
}
