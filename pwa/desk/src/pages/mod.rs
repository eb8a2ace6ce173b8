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
//!   `[data-version] choose-version`; facts are `[data-field=<key>] dd`, the wording `p[data-field=wording]`; what can be
//!   done: `send`, `remind`, `assign`, `answer`, `send-back` (the last two with `data-unit`), `new-finding`, and on a paper
//!   `edit-answer`, `withdraw`, `open-dispatch`, `programme`; `paper-unsent` with `data-kind` for what waits
//! - letters: `new-dispatch`, `new-reminder`, `dispatch-row` with `data-id`, `total`, `dispatch-unsent`; choosing cases:
//!   `case-row` with `data-id`, boxes `#pick-<id>`, `pick-all`, `picked`, `pick-none`, `compose`, filters `need`, `competence`,
//!   `unit`, `session`; a new one: `chosen-row` with `data-id`, `too-many`; one of them: `sent` or `not-sent`, `letter`, `edit`,
//!   `mark-sent`, `no-number`
//! - assigning: `assigned`, fields `lead`, `helpers` (boxes), `date`, `due`, `instruction`; an answer: `whose`
//! - supervision: boxes and `picked` as for letters, `new-finding`, `programme`, `finding-row` with `data-id`, filter `view`;
//!   a finding: `not-closing`
//! - the daily round: `daily-group`, `daily-row` with `data-id`, `print`, numbers `[data-field=overdue|soon|on-time] dd`; in the
//!   bar of every page `due-count` with `data-overdue` and `data-soon`; parts of the app `part-dispatches`, `part-supervision`,
//!   `part-daily`

mod answer;
mod assign;
mod case;
mod case_form;
mod cases;
mod choose_case;
mod choose_cases;
mod conflicts;
mod daily;
mod dispatch;
mod dispatch_form;
mod dispatches;
mod finding;
mod home;
mod inbox;
mod inbox_beside;
mod into_case;
mod new_case;
mod new_dispatch;
mod papers;
mod pick_cases;
mod stopped;
mod supervision;
mod voices;

use kiennghi_parts::live::live;
use leptos::prelude::*;

use crate::app::{App, Phase};
use crate::router::Route;
use kiennghi_shared::schema::Kind;

/// The whole screen.
pub(crate) fn root(app: App) -> AnyView {
    live(move || {
        Some(match app.phase.get() {
            Phase::Opening => stopped::opening(),
            Phase::Stopped(failure) => stopped::stopped(&failure),
            Phase::SignedOut => stopped::signed_out(),
            Phase::LockedElsewhere => stopped::locked_elsewhere(),
            Phase::Working => {
                let route = app.route.get();
                untrack(|| page(app, route))
            }
        })
    })
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
        Route::ChooseCases | Route::NewDispatch | Route::Dispatch(_) | Route::EditDispatch(_)
            if !app.reads(Kind::Dispatch) =>
        {
            stopped::unknown(app)
        }
        Route::Dispatches => dispatches::page(app),
        Route::ChooseCases => choose_cases::page(app),
        Route::NewDispatch => new_dispatch::page(app),
        Route::Dispatch(id) => dispatch::page(app, id),
        Route::EditDispatch(id) => dispatch::edit(app, id),
        Route::Assign(id) => assign::page(app, id),
        Route::Answer(id) => answer::page(app, id, false),
        Route::SendBack(id) => answer::page(app, id, true),
        Route::EditAnswer { case, answer } => answer::edit(app, case, answer),
        Route::Finding(id) => finding::of_case(app, id),
        Route::Supervision | Route::ChosenFinding if !supervision::is_for(app) => {
            stopped::unknown(app)
        }
        Route::Supervision => supervision::page(app),
        Route::ChosenFinding => finding::of_chosen(app),
        Route::Programme => supervision::programme(app),
        Route::Daily => daily::page(app),
        Route::Unknown => stopped::unknown(app),
    }
}
