//! The pages, one file each, and the one place that says which page a route shows.
//!
//! What browser tests hold on to (`data-test`, unless said otherwise):
//!
//! - everywhere: what `kiennghi-frame` has
//! - the briefing: `period`, `section` and `chart` with `data-name`, `unit-row` with `data-id`, numbers by `data-count`, `print`,
//!   filters `kind`, `period`, `unit`; the lists behind its numbers: `total` with `data-total`, `meeting-row`, `petition-row`
//!   and `case-row` with `data-id`, `previous`, `next`
//! - a finding: `chosen-row` and `judged` with `data-id`, `not-closing`, `closing` with `yes` and `no`
//! - supervision: boxes and `picked`, `new-finding`, `programme`, `finding-row` with `data-id`, `total`, filters `view` and `sessions_min`
//! - the daily round: `daily-group`, `daily-row` with `data-id`, `print`, numbers `[data-field=overdue|soon|on-time] dd`
//! - papers: `report`, `annexes`, `tables`, `tables-docx`; the period by `name` (`kind`, `period`, `from`, `to`), `unit`

mod behind;
mod briefing;
mod daily;
mod finding;
mod papers;
mod supervision;

use kiennghi_frame::app::App;
use kiennghi_frame::stopped;
use leptos::prelude::*;

use crate::router::Route;

/// The page at a path.
pub(crate) fn page(app: App, path: &str) -> AnyView {
    match Route::of(path) {
        Route::Briefing | Route::Meetings | Route::Petitions | Route::Counted
            if !app.reads_reports() =>
        {
            stopped::unknown(app)
        }
        Route::Briefing => briefing::page(app),
        Route::Meetings => behind::meetings(app),
        Route::Petitions => behind::petitions(app),
        Route::Counted => behind::cases(app),
        Route::Papers if papers::is_for(app) => papers::page(app),
        _ if app.desks().is_empty() => stopped::no_desk(app),
        Route::Daily => daily::page(app),
        Route::Supervision | Route::ChosenFinding if !supervision::is_for(app) => {
            stopped::unknown(app)
        }
        Route::Supervision => supervision::page(app),
        Route::ChosenFinding => finding::of_chosen(app),
        Route::Finding(id) => finding::of_case(app, id),
        Route::Programme => supervision::programme(app),
        Route::Papers | Route::Unknown => stopped::unknown(app),
    }
}
