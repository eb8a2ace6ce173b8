//! What the apps at desks have in common: who is signed in, what is asked of the server, what is written here and
//! waits to be sent, and what stands around every page.
//!
//! Lists come from the server; what is written goes to the worker, which keeps it on the machine until the server has
//! it. Both are asked through [`worker`], as `kiennghi-messages` describes. Which page an address shows is each app's
//! own.
//!
//! What browser tests hold on to on every page (`data-test`, unless said otherwise): `back`, `said`, `failure`, `waiting`,
//! `nothing`, `old` and `again` (the last answer is shown while the server cannot be reached), `submit`, `yes` and `no` of a
//! question, `keys`; fields by `name`; parts of the office `part-home`, `part-inbox`, `part-cases`, `part-dispatches`,
//! `part-supervision`, `part-daily`, `part-briefing`, with `due-count` that has `data-overdue` and `data-soon`; `sync-strip`,
//! `sync-state`, `sync-now`, `refused-link`, `sign-in-again`; boxes that choose cases `#pick-<id>`, `pick-all`, `picked`,
//! `pick-none`, rows `case-row` and `chosen-row` with `data-id`; before the pages `desk-sign-in`,
//! `locked-elsewhere`, `stopped`; half-written forms `draft-question`, `draft-open`, `draft-drop`, on the home page
//! `draft-left`; files `downloaded` with `data-name`; facts `[data-field=<key>] dd`; versions of two people `conflict` with
//! `data-field`, `[data-version] choose-version`.

pub mod answers;
pub mod app;
pub mod asking;
pub mod assigned;
pub mod conflicts;
pub mod drafted;
pub mod facts;
pub mod failure;
pub mod files;
pub mod filters;
pub mod frame;
pub mod keys;
mod lock;
pub mod moved;
pub mod once;
pub mod paging;
pub mod parties;
pub mod pending;
pub mod period;
pub mod picking;
pub mod placing;
pub mod query;
pub mod rights;
pub mod stopped;
pub mod ways;
pub mod words;
pub mod writing;

use kiennghi_page::{browser, drafts, time, worker};
use kiennghi_parts::live::live;
use leptos::prelude::*;

use crate::app::{App, Phase};

/// The page of an app that stands at a path.
pub type Page = fn(App, &str) -> AnyView;

/// Puts the pages of the app under `top` in the place of the shell and opens the local store.
pub fn start(top: &'static str, page: Page) {
    browser::report_panics();
    let Some(root) = browser::element("app") else {
        return;
    };
    let app = App::new(top);
    root.set_inner_html("");
    // The app lives as long as the page does.
    leptos::mount::mount_to(root, move || screen(app, page)).forget();
    ways::start(app);
    lock::start(app);
    drafts::start();
    app::open(app);
}

/// The whole screen.
fn screen(app: App, page: Page) -> AnyView {
    live(move || {
        Some(match app.phase.get() {
            Phase::Opening => stopped::opening(),
            Phase::Stopped(failure) => stopped::stopped(&failure),
            Phase::SignedOut => stopped::signed_out(),
            Phase::LockedElsewhere => stopped::locked_elsewhere(),
            Phase::Working => {
                let path = app.path.get();
                untrack(|| page(app, &path))
            }
        })
    })
}
