//! The pages, one file each, and the one place that says which page a route shows.
//!
//! What browser tests hold on to (`data-test`, unless said otherwise):
//!
//! - everywhere: what `kiennghi-frame` has
//! - home: `need` and `state` with `data-name`, `waiting-petitions`, `desk-choice` with `data-name`
//! - inbox: `petition-row` with `data-id`, `total`, `open`, `beside` with `data-id` (the one that is looked at),
//!   `similar-row` with `data-id`, `similar-case`, `earlier-case` with `data-id`, in it `put-in` or `repeat`; `picked`, `new-case`, `into-case`, `pick-none`, `more`; boxes are `#pick-<id>`,
//!   buttons `#row-<id>`; filters by `name` (`session`, `unit`, `field`, `text`)
//! - a new case: `picked-row` with `data-id`, `repeats` with `data-id`
//! - choosing a case: `case-choice` with `data-id`, `choose`, field `text`
//! - cases: `case-row` with `data-id`, `total`, `previous`, `next`, filters by `name`; deadlines carry
//!   `data-due="on-time|soon|overdue"`
//! - a case: `case-unsent`, `case-state` with `data-state`, `next-step`, `missing`, `voice` and `voice-elsewhere` with `data-id`, `clash`, in it
//!   `choose-here` and `choose-other`; `take-out`,
//!   `move`, `paper` with `data-id`, `earlier`, `set-earlier`, `drop-earlier`, `edit`, `conflict` with `data-field`,
//!   `[data-version] choose-version`; facts are `[data-field=<key>] dd`, the wording `p[data-field=wording]`; what can be
//!   done: `send`, `remind`, `assign`, `answer`, `send-back` (the last two with `data-unit`), `new-finding`, and on a paper
//!   `edit-answer`, `withdraw`, `open-dispatch`, `programme`; `paper-unsent` with `data-kind` for what waits

mod case;
mod case_form;
mod cases;
mod choose_case;
mod clash;
mod home;
mod inbox;
mod inbox_beside;
mod inbox_cases;
mod into_case;
mod new_case;
mod papers;
mod voices;

use kiennghi_frame::app::App;
use kiennghi_frame::stopped;
use leptos::prelude::*;

use crate::router::Route;

/// The page at a path.
pub(crate) fn page(app: App, path: &str) -> AnyView {
    match Route::of(path) {
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
