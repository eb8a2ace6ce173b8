//! The pages, one file each, and the one place that says which page a route shows.
//!
//! What browser tests hold on to (`data-test`, unless said otherwise):
//!
//! - everywhere: what `kiennghi-frame` has
//! - inbox: `petition-row` with `data-id`, `total`, `open`, `beside` with `data-id` (the one that is looked at),
//!   `similar-row` with `data-id`, `similar-case`, `earlier-case` with `data-id`, in it `put-in` or `repeat`; `picked`,
//!   `new-case`, `into-case`, `pick-none`, `more`, `import`; boxes are `#pick-<id>`, buttons `#row-<id>`; filters by `name`
//!   (`session`, `unit`, `field`, `text`)
//! - a new case: `picked-row` with `data-id`, `repeats` with `data-id`
//! - choosing a case: `case-choice` with `data-id`, `choose`, field `text`; of the earlier one `drop-earlier`

mod choose_case;
mod earlier;
mod inbox;
mod inbox_beside;
mod inbox_cases;
mod into_case;
mod new_case;

use kiennghi_frame::app::App;
use kiennghi_frame::stopped;
use leptos::prelude::*;

use crate::router::Route;

/// The page at a path.
pub(crate) fn page(app: App, path: &str) -> AnyView {
    match Route::of(path) {
        _ if app.desks().is_empty() => stopped::no_desk(app),
        Route::Earlier(id) => earlier::page(app, id),
        Route::Move { case, petition } => into_case::of_petition(app, case, petition),
        Route::Unknown => stopped::unknown(app),
        _ if !inbox::is_for(app) => stopped::unknown(app),
        Route::Inbox => inbox::page(app),
        Route::NewCase => new_case::page(app),
        Route::IntoCase => into_case::of_picked(app),
    }
}
