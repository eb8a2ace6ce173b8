//! The pages, one file each, and the one place that says which page a route shows.
//!
//! What browser tests hold on to (`data-test`, unless said otherwise):
//!
//! - everywhere: what `kiennghi-frame` has
//! - letters: `sent-letters`, `received-letters`, `new-dispatch`, `new-reminder`, `new-report`, `dispatch-row` with `data-id`, `total`, `dispatch-unsent`; choosing cases:
//!   `case-row` with `data-id`, boxes `#pick-<id>`, `pick-all`, `picked`, `pick-none`, `compose`, filters `need`, `competence`,
//!   `unit`, `session`; a new one: `chosen-row` with `data-id`, `too-many`; one of them: `sent` or `not-sent`, `letter`, `edit`,
//!   `mark-sent`, `no-number`, facts `[data-field=<key>] dd`
//! - assigning: `assigned`, fields `lead`, `helpers` (boxes), `date`, `due`, `instruction`
//! - a report that came: fields `unit`, `session`, `subject`, `number`, `date`, `due`, `sent`
//! - an answer: `whose`
//! - petitions out of a spreadsheet: field `file`, `preview`, `import-row` with `data-id` (what becomes of it), counts `[data-field=new|there|…] dd`,
//!   `other-sheets`, `take-over`, `made` with `data-made`

mod answer;
mod assign;
mod choose_cases;
mod import;
mod import_rows;
mod letter;
mod letter_form;
mod letters;
mod new_letter;
mod report;

use kiennghi_frame::app::App;
use kiennghi_frame::stopped;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::router::Route;

/// The page at a path.
pub(crate) fn page(app: App, path: &str) -> AnyView {
    match Route::of(path) {
        _ if app.desks().is_empty() => stopped::no_desk(app),
        Route::Letters => letters::page(app, false),
        Route::Received => letters::page(app, true),
        Route::Assign(id) => assign::page(app, id),
        Route::Answer(id) => answer::page(app, id, false),
        Route::SendBack(id) => answer::page(app, id, true),
        Route::EditAnswer { case, answer } => answer::edit(app, case, answer),
        Route::Import if app.writes(Kind::Petition) => import::page(app),
        Route::Import | Route::Unknown => stopped::unknown(app),
        // Whoever receives letters does not read others'.
        Route::Letter(id) if app.reads(Kind::Dispatch) || app.writes(Kind::Assignment) => {
            letter::page(app, id)
        }
        Route::Letter(_) => stopped::unknown(app),
        _ if !app.reads(Kind::Dispatch) => stopped::unknown(app),
        Route::NewReport if report::is_for(app) => report::page(app),
        Route::NewReport => stopped::unknown(app),
        Route::ChooseCases => choose_cases::page(app),
        Route::NewLetter => new_letter::page(app),
        Route::EditLetter(id) => letter::edit(app, id),
    }
}
