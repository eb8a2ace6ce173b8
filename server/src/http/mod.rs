//! Every route of the server, one a line, and what stands before them all.

mod account;
mod administration;
mod alerts;
mod assets;
mod audit;
mod briefing;
mod caller;
mod case_file;
mod cases;
mod clashes;
mod client;
mod documents;
mod encoding;
mod enrolments;
mod events;
mod findings;
mod form;
mod headers;
mod health;
mod imports;
mod inflate;
mod line;
mod listen;
mod log;
mod meetings;
mod petitioners;
mod petitions;
mod places;
mod printing;
mod profile;
mod quotas;
mod redirect;
mod results;
mod reviews;
mod sign_in;
mod similar;
mod sync;
mod tables;
mod turns;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{delete, get, post};
use kiennghi_shared::limits::{REQUEST_BYTES_MAX, SPREADSHEET_BYTES_MAX};
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

pub(crate) use self::listen::{Door, listen};
pub(crate) use self::quotas::Quotas;
pub(crate) use self::redirect::redirect;
pub(crate) use self::turns::Turns;
use crate::app::App;

/// Bytes of a body that holds a small form.
const FORM_BYTES_MAX: usize = 16 << 10;
/// Bytes of the changes that a spreadsheet of users, or a unit with all its villages, comes to.
const CHANGES_BYTES_MAX: usize = 1 << 20;
/// A sync may bring two megabytes over a village's slow line.
const SYNC_TIME_MAX: Duration = Duration::from_secs(600);
/// Any other request.
const TIME_MAX: Duration = Duration::from_secs(30);

/// Syncs of one device at once: a page, and another that takes over from it.
pub(crate) const SYNCS_OF_DEVICE_MAX: usize = 8;
/// Event streams of one device at once: one a page, and some that nobody has ended yet.
pub(crate) const STREAMS_OF_DEVICE_MAX: usize = 8;

/// The routes.
pub(crate) fn router(app: Arc<App>) -> Router {
    let sync = Router::new()
        .route("/api/v1/sync", post(sync::exchange_changes))
        .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
        .layer(timeout(SYNC_TIME_MAX));
    let ceremony = from_fn_with_state(Arc::clone(&app), quotas::count_ceremonies);
    // Doors that sign nobody in by a token.
    let open = Router::new()
        .route("/api/v1/enrolments", post(enrolments::create_enrolment))
        .route("/api/v1/sign-in", post(sign_in::sign_in))
        .route("/api/v1/sign-in/code", post(sign_in::sign_in_by_code))
        .route(
            "/api/v1/sign-in/passkey/begin",
            post(sign_in::begin_passkey_sign_in).route_layer(ceremony.clone()),
        )
        .route(
            "/api/v1/sign-in/passkey/finish",
            post(sign_in::finish_passkey_sign_in),
        )
        .route("/api/v1/set-up", post(sign_in::set_up))
        .route_layer(from_fn_with_state(Arc::clone(&app), quotas::secret_door))
        .route("/api/v1/sign-in", get(sign_in::show_entrance))
        .fallback(assets::show_asset)
        .layer(from_fn_with_state(
            Arc::clone(&app),
            quotas::nobody_is_known,
        ));
    let rest = Router::new()
        .merge(open)
        .route("/api/v1/events", get(events::listen_events))
        .route("/api/v1/profile", get(profile::show_profile))
        .route("/api/v1/meetings", get(meetings::list_meetings))
        .route("/api/v1/petitions", get(petitions::list_petitions))
        .route("/api/v1/petitions/counts", get(petitions::count_petitions))
        .route(
            "/api/v1/petitions/imports",
            post(imports::import_petitions).layer(DefaultBodyLimit::max(SPREADSHEET_BYTES_MAX)),
        )
        .route(
            "/api/v1/petitions/{id}/similar",
            get(similar::list_similar_petitions),
        )
        .route("/api/v1/documents/{id}", get(documents::show_document))
        .route(
            "/api/v1/petitioners/{id}",
            get(petitioners::show_petitioner).put(petitioners::put_petitioner),
        )
        .route(
            "/api/v1/petitioners/{id}/erase",
            post(petitioners::erase_petitioner),
        )
        .route("/api/v1/cases", get(cases::list_cases))
        .route("/api/v1/cases/{id}", get(case_file::show_case))
        .route(
            "/api/v1/cases/{id}/sheet.docx",
            get(printing::print_answer_sheet),
        )
        .route("/api/v1/needs", get(cases::show_needs))
        .route("/api/v1/briefing", get(briefing::show_briefing))
        .route("/api/v1/dispatches", get(cases::list_dispatches))
        .route("/api/v1/findings", get(findings::list_findings))
        .route(
            "/api/v1/dispatches/{id}/letter.docx",
            get(printing::print_letter),
        )
        .route(
            "/api/v1/reports/consolidation.docx",
            get(printing::print_consolidation),
        )
        .route("/api/v1/reports/annexes.xlsx", get(printing::print_annexes))
        .route("/api/v1/reports/tables.xlsx", get(printing::print_tables))
        .route(
            "/api/v1/reports/tables.docx",
            get(printing::print_tables_as_document),
        )
        .route("/api/v1/results", get(results::show_results))
        .route("/api/v1/reviews", get(reviews::list_reviews))
        .route("/api/v1/reviews/{id}/accept", post(reviews::accept_review))
        .route(
            "/api/v1/reviews/{id}/dismiss",
            post(reviews::dismiss_review),
        )
        .route("/api/v1/sign-out", post(sign_in::sign_out))
        .route("/api/v1/session", get(account::show_session))
        .route("/api/v1/account", get(account::show_account))
        .route(
            "/api/v1/account/password",
            post(account::change_own_password),
        )
        .route(
            "/api/v1/account/recovery-codes",
            post(account::renew_recovery_codes),
        )
        .route(
            "/api/v1/account/passkeys/begin",
            post(account::begin_passkey).route_layer(ceremony),
        )
        .route(
            "/api/v1/account/passkeys/finish",
            post(account::finish_passkey),
        )
        .route(
            "/api/v1/account/passkeys/{id}",
            delete(account::remove_passkey),
        )
        .route(
            "/api/v1/administration",
            get(administration::show_administration),
        )
        .route(
            "/api/v1/administration/changes",
            post(administration::make_changes).layer(DefaultBodyLimit::max(CHANGES_BYTES_MAX)),
        )
        .route(
            "/api/v1/administration/codes",
            post(administration::issue_code),
        )
        .route(
            "/api/v1/administration/devices/{id}/revoke",
            post(administration::revoke_device),
        )
        .route(
            "/api/v1/administration/imports",
            post(administration::preview_import)
                .layer(DefaultBodyLimit::max(SPREADSHEET_BYTES_MAX)),
        )
        .route(
            "/api/v1/alerts",
            get(alerts::show_alerts)
                .put(alerts::put_alerts)
                .delete(alerts::drop_alerts),
        )
        .route("/api/v1/audit", get(audit::list_audit))
        .route("/api/v1/audit/export", get(audit::export_audit))
        .route("/healthz", get(health::show_health))
        .route("/readyz", get(health::show_readiness))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(timeout(TIME_MAX));
    sync.merge(rest)
        .layer(RequestBodyTimeoutLayer::new(app.idle_time_max))
        .layer(from_fn_with_state(
            Arc::clone(&app),
            quotas::count_strangers,
        ))
        .layer(from_fn(headers::secure))
        .layer(from_fn(log::log_request))
        .layer(from_fn_with_state(Arc::clone(&app), client::identify))
        .with_state(app)
}

fn timeout(time_max: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, time_max)
}
