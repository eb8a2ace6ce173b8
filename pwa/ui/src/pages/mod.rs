//! The pages, one file each, and the one place that says which page a route shows.
//!
//! What browser tests hold on to (`data-test`, unless said otherwise):
//!
//! - everywhere: `back`, `tab-meetings`, `tab-petitions`, `tab-office`, `tab-reviews`, `tab-device`, `waiting`,
//!   `failure`, `sync-strip`, `sync-state`, `sync-last`, `sync-now`, `unsent-warning`,
//!   `refused-link`, `update-strip`, `update-take`; state badges carry
//!   `data-state="saved|sending|received|draft"`
//!
//!   The bar, the tabs and the buttons of forms stick to the screen's edges: scroll what is to be
//!   clicked to the middle first.
//! - fields of forms: `name` is the field's key, `id` is `field-<key>`, errors are `#error-<key>`
//! - enrolment: fields `code` and `device`, `enrol-submit`
//! - home: `new-meeting`, `find-petitions`, `meeting-row` with `data-id`
//! - drafts: `draft-question`, `draft-open`, `draft-drop` (twice to throw away)
//! - meeting: `record`, `edit`, `denunciations`, `print`, `petition-row` with `data-id`; its form: `save-done`
//! - recording: `save-next`, `save-done`, `saved-note`, `details`, `denunciations`; `denunciation-question` with
//!   `is-denunciation` and `is-petition`
//! - denunciations: `denunciation-refused`, `denunciation-count`, field `denunciations`, `save-done`
//! - petitions: `petition-row` with `data-id`, `petition-total`, `more`, filters by `name`
//!   (`text`, `village`, `field`, `state`; the last three below `more-filters`, which opens them)
//! - petition: `edit`, `meeting`, `conflict` with `data-field`, `choose-version` with `data-version`,
//!   `version-value`, `history`, `history-entry`; facts are `[data-field=<key>] dd`, the content `p[data-field=content]`
//! - results: `results` and `results-waiting` at home; `village` with `data-village`, `result-row` with `data-id` and
//!   `data-group` (`waiting`, `told`, `pending`), a filter by `name=village`, `print`, `sheet`
//! - one result: `standing`, `[data-field=wording]`, `answer` with `[data-field]` (`content`, `outcome`,
//!   `roadmap`, `by`), `tell`, `check`, `print`, `sheet`, `petition-row`, `village` with `data-village` and
//!   `data-group`, `visit-row` with `data-id` and `data-kind`, which leads to a page with `edit`; their forms:
//!   fields by `name`, `not-solved`, `save-done`; on a petition's page `standing`
//! - refused work: `refused-row` with `data-order`, `refused-copy`, `refused-text`, `refused-json`,
//!   `refused-again`, `refused-drop` (twice), for all of it `refused-all-text`, `refused-all-json`; sent
//!   again in the form of its kind, with `name=meeting` to choose from
//! - device: `export`, `version`, `install`, `offline-ready`, `lock-now`, `lock-ways`
//! - the lock: `locked`, `locked-unsent`, `unlock-device`, field `passphrase`, `unlock-passphrase`, `unlock-wait`,
//!   `show-passphrase`, `forgotten`, `erase`, `erase-sure`; setting it up: `choose-device`, `choose-passphrase`,
//!   fields `passphrase` and `repeated`, `passphrase-submit`; changing it: `way-device`, `way-passphrase`,
//!   `change-passphrase`, `remove-device`, `remove-passphrase`, `ways-changed`; at a desk `session-over`, `way-session`
//! - stopped: `stopped`, for instance in a second tab; `revoked` after a device was revoked
//! - office: `counts` opens and closes the counts; `office-row` with `data-id`, `office-total`, `office-page`, `office-previous`,
//!   `office-next`, `office-notice`, `count-unit` and `count-field` with `data-code`, filters by
//!   `name` (`text`, `unit`, `village`, `field`)
//! - reviews: `review-row` with `data-id`, `review-accept`, `review-dismiss`, then `review-sure`;
//!   `review-more`, `review-failure`

mod again;
mod denunciations;
mod device;
mod enrol;
mod home;
mod lock;
mod meeting;
mod meeting_form;
mod office;
mod office_table;
mod petition;
mod petition_form;
mod petitions;
mod record;
mod refused;
mod result;
mod results;
mod reviews;
mod stopped;
mod visit;
mod visit_form;

use leptos::prelude::*;

use crate::router::Route;
use crate::state::{App, Phase};

/// The whole screen.
pub(crate) fn root(app: App) -> AnyView {
    // A form that is being filled in is not built anew because the store has opened behind it.
    let shown = Memo::new(move |_| match (app.phase.get(), app.route.get()) {
        (Phase::Working, Route::Enrol) => (Phase::Enrolling, Route::Enrol),
        (Phase::Enrolling, route) if route != Route::Revoked => (Phase::Enrolling, Route::Enrol),
        shown => shown,
    });
    (move || match shown.get() {
        (Phase::Opening, _) => stopped::opening(),
        (Phase::Stopped(failure), _) => stopped::stopped(&failure),
        (Phase::Securing, _) => untrack(|| lock::securing(app)),
        (Phase::Locked, _) => untrack(|| lock::locked(app)),
        (Phase::Enrolling, Route::Revoked) => stopped::revoked(),
        (Phase::Enrolling, _) => untrack(|| enrol::page(app)),
        (Phase::Working, route) => untrack(|| page(app, route)),
    })
    .into_any()
}

fn page(app: App, route: Route) -> AnyView {
    match route {
        Route::Device => device::page(app),
        Route::Lock => lock::ways(app),
        _ if !app.sees_records() => stopped::no_records(app),
        Route::Office | Route::OfficePetition(_) if !app.has_desk() => stopped::unknown(app),
        Route::Reviews if !app.reviews() => stopped::unknown(app),
        Route::NewMeeting | Route::Record(_) if !app.records() => stopped::unknown(app),
        Route::Home => home::page(app),
        Route::NewMeeting => meeting_form::new(app),
        Route::Meeting(id) => meeting::page(app, id),
        Route::EditMeeting(id) => meeting_form::edit(app, id),
        Route::Record(id) => record::page(app, id),
        Route::Denunciations(id) => denunciations::page(app, id),
        Route::Petitions => petitions::page(app),
        Route::Petition(id) => petition::page(app, id, false),
        Route::OfficePetition(id) => petition::page(app, id, true),
        Route::EditPetition(id) => petition_form::page(app, id),
        Route::Results => results::page(app),
        Route::Result(id) => result::page(app, id),
        Route::Tell(case) => visit_form::tell(app, case),
        Route::Check(case) => visit_form::check(app, case),
        Route::Visit(case, id) => visit::page(app, case, id),
        Route::EditVisit(case, id) => visit_form::edit(app, case, id),
        Route::Refused => refused::page(app),
        Route::Again(order) => again::page(app, order),
        Route::Reviews => reviews::page(app),
        Route::Office => office::page(app),
        Route::Enrol | Route::Revoked | Route::Unknown => stopped::unknown(app),
    }
}
