//! The pages, one file each, and the one place that says which page a route shows.
//!
//! What browser tests hold on to (`data-test`, unless said otherwise):
//!
//! - everywhere: what `kiennghi-frame` has
//! - home: `need` and `state` with `data-name`, `waiting-petitions`, `reviews`, `desk-choice` with `data-name`
//! - cases: `case-row` with `data-id`, `total`, `previous`, `next`, filters by `name`; deadlines carry
//!   `data-due="on-time|soon|overdue"`
//! - a case: `case-unsent`, `case-state` with `data-state`, `next-step`, `why`, `missing`, `voice` and `voice-elsewhere` with `data-id`, `clash`, in it
//!   `choose-here` and `choose-other`; `take-out`,
//!   `move`, `paper` with `data-id`, `earlier`, `set-earlier`, `edit`, `conflict` with `data-field`,
//!   `[data-version] choose-version`; facts are `[data-field=<key>] dd`, the wording `p[data-field=wording]`; what can be
//!   done: `send`, `remind`, `assign`, `answer`, `send-back` (the last two with `data-unit`), `new-finding`, and on a paper
//!   `edit-answer`, `withdraw`, `open-dispatch`, `programme`; `paper-unsent` with `data-kind` for what waits

mod case;
mod case_form;
mod cases;
mod clash;
mod home;
mod papers;
mod voices;
mod why;

use kiennghi_frame::app::App;
use kiennghi_frame::{moved, stopped};
use leptos::prelude::*;

use crate::router::Route;

/// The page at a path.
pub(crate) fn page(app: App, path: &str) -> AnyView {
    match Route::of(path) {
        _ if app.desks().is_empty() => stopped::no_desk(app),
        Route::Home => home::page(app),
        Route::Cases => cases::page(app),
        Route::Case(id) => case::page(app, id),
        Route::EditCase(id) => case_form::page(app, id),
        Route::Unknown => moved::lead(app),
    }
}
