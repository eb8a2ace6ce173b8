//! After a while without use the session ends, and the page goes with all that it showed.

use kiennghi_page::idle::{self, Guarded};
use kiennghi_page::leaving;
use leptos::prelude::*;

use crate::app::{App, Phase};

/// Watches for use, and for its end.
pub(crate) fn start(app: App) {
    let guarded = move || match app.phase.with_untracked(|phase| *phase == Phase::Working) {
        true => Guarded::Session,
        false => Guarded::Nothing,
    };
    idle::watch(guarded, move || {
        app.phase.set(Phase::Opening);
        leaving::lock(Guarded::Session);
    });
}
