//! The pages, one file each, and the one place that says which page a route shows.
//!
//! What browser tests hold on to (`data-test`, unless said otherwise):
//!
//! - everywhere: `back`, `said`, `failure`, `waiting`, `nothing`, `old` and `again` (the last answer is shown while the
//!   server cannot be reached), `submit`, `yes` and `no` of a question, `keys`; fields by `name`; parts of the app
//!   `part-home`, `part-inbox`, `part-cases`; `sync-strip`, `sync-state`, `sync-now`, `refused-link`, `sign-in-again`
//! - before the pages: `desk-sign-in`, `locked-elsewhere`, `stopped`
//! - home: `need` and `state` with `data-name`, `waiting-petitions`, `desk-choice` with `data-name`
//! - inbox: `petition-row` with `data-id`, `total`, `open`, `beside` with `data-id` (the one that is looked at),
//!   `similar-row` with `data-id`, `similar-case`, `picked`, `new-case`, `into-case`, `pick-none`, `more`; boxes are `#pick-<id>`,
//!   buttons `#row-<id>`; filters by `name` (`session`, `unit`, `field`, `text`)
//! - a new case: `picked-row` with `data-id`
//! - choosing a case: `case-choice` with `data-id`, `choose`, field `text`
//! - cases: `case-row` with `data-id`, `total`, `previous`, `next`, filters by `name`; deadlines carry
//!   `data-due="on-time|soon|overdue"`
//! - a case: `case-unsent`, `case-state` with `data-state`, `next-step`, `missing`, `voice` with `data-id`, `take-out`,
//!   `move`, `paper` with `data-id`, `earlier`, `set-earlier`, `drop-earlier`, `edit`, `conflict` with `data-field`,
//!   `choose-version` with `data-version`; facts are `[data-field=<key>] dd`, the wording `p[data-field=wording]`

mod case;
mod case_form;
mod cases;
mod choose_case;
mod conflicts;
mod home;
mod inbox;
mod inbox_beside;
mod into_case;
mod new_case;
mod papers;
mod stopped;
mod voices;

use leptos::prelude::*;

use crate::app::{App, Phase};
use crate::router::Route;

/// The whole screen.
pub(crate) fn root(app: App) -> AnyView {
    let phase = Memo::new(move |_| app.phase.get());
    (move || match phase.get() {
        Phase::Opening => stopped::opening(),
        Phase::Stopped(failure) => stopped::stopped(&failure),
        Phase::SignedOut => stopped::signed_out(),
        Phase::LockedElsewhere => stopped::locked_elsewhere(),
        Phase::Working => {
            let route = app.route.get();
            untrack(|| page(app, route))
        }
    })
    .into_any()
}

fn page(app: App, route: Route) -> AnyView {
    match route {
        _ if app.desks().is_empty() => stopped::no_desk(app),
        Route::Home => home::page(app),
        Route::Inbox | Route::NewCase | Route::IntoCase if !inbox::is_for(app) => {
            stopped::unknown(app)
        }
        Route::Inbox => inbox::page(app),
        Route::NewCase => new_case::page(app),
        Route::IntoCase => into_case::of_picked(app),
        Route::Cases => cases::page(app),
        Route::Case(id) => case::page(app, id),
        Route::EditCase(id) => case_form::page(app, id),
        Route::Earlier(id) => into_case::earlier(app, id),
        Route::Move { case, petition } => into_case::of_petition(app, case, petition),
        Route::Unknown => stopped::unknown(app),
    }
}
