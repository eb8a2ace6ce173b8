//! `/api/v1/audit`: who did what, for those who may read it.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::administration::{AuditEntry, AuditPage};
use kiennghi_shared::code::Code;
use kiennghi_shared::deadline::Step;
use kiennghi_shared::id::{UnitCode, UserName};
use serde::Deserialize;

use super::caller::SignedIn;
use super::encoding::answer;
use crate::app::App;
use crate::auth::{Caller, exported};
use crate::error::ApiError;
use crate::store::{Action, AuditEvent, AuditFilter, AuditRow, By};

/// Rows of a page that does not say how many it wants.
const LIMIT_DEFAULT: u64 = 50;
/// Rows of a page at most.
const LIMIT_MAX: u64 = 500;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    user: String,
    action: String,
    before: Option<u64>,
    limit: Option<u64>,
}

pub(super) async fn list_audit(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(wanted) = wanted.map_err(|_| ApiError(Code::Malformed))?;
    let units = readable(&caller)?;
    app.work(move |app| {
        let user = Some(wanted.user).filter(|user| !user.is_empty());
        let rows = app.store.audit(&AuditFilter {
            units: Some(units),
            user: user.map(UserName),
            action: Action::from_name(&wanted.action),
            before: wanted.before,
            limit: wanted.limit.unwrap_or(LIMIT_DEFAULT).min(LIMIT_MAX),
        })?;
        let actions = Action::ALL.iter();
        let page = AuditPage {
            rows: rows.into_iter().map(|row| shown(&caller, row)).collect(),
            actions: actions
                .map(|action| (action.name().to_owned(), action.words().to_owned()))
                .collect(),
        };
        answer(&headers, &page)
    })
    .await
}

/// The whole record with its signed ends of days, a JSON object a line, for those who read of all.
pub(super) async fn export_audit(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
) -> Result<Response, ApiError> {
    if !reads_all(&caller) {
        return Err(ApiError(Code::Forbidden));
    }
    app.work(move |app| {
        let stamp = caller.stamp(app.clock.now_ms());
        let event = AuditEvent::new(Action::Export, "audit");
        app.store.record(event, &stamp)?;
        let mut text = String::new();
        exported(&*app.store, &mut |line| {
            text.push_str(line);
            text.push('\n');
        })?;
        let mut response = text.into_response();
        let headers = response.headers_mut();
        let media_type = HeaderValue::from_static("application/jsonl");
        headers.insert(header::CONTENT_TYPE, media_type);
        let file = HeaderValue::from_static("attachment; filename=\"nhat-ky.jsonl\"");
        headers.insert(header::CONTENT_DISPOSITION, file);
        Ok(response)
    })
    .await
}

/// The units whose rows the caller reads. What concerns no unit is for those who read of all.
fn readable(caller: &Caller) -> Result<Vec<UnitCode>, ApiError> {
    let units = caller.directory().district().units.iter();
    let readable = units.filter(|unit| caller.may(Verb::Read, Thing::Audit, &unit.code));
    let mut readable: Vec<UnitCode> = readable.map(|unit| unit.code.clone()).collect();
    if readable.is_empty() {
        return Err(ApiError(Code::Forbidden));
    }
    if reads_all(caller) {
        readable.push(UnitCode::from(""));
    }
    Ok(readable)
}

/// Whether the caller reads the record of every unit that none stands above.
fn reads_all(caller: &Caller) -> bool {
    let mut tops = caller.directory().district().tops();
    tops.all(|unit| caller.may(Verb::Read, Thing::Audit, &unit.code))
}

fn shown(caller: &Caller, row: AuditRow) -> AuditEntry {
    let directory = caller.directory();
    let (user, who) = match row.stamp.by {
        By::Server => (None, "Máy chủ".to_owned()),
        By::Command => (None, "Người vận hành máy chủ".to_owned()),
        By::User(user, _) => {
            let display = directory.user(&user).map(|row| row.display.clone());
            let who = display.unwrap_or_else(|| user.0.clone());
            (Some(user), who)
        }
    };
    let unit = row.event.unit.as_ref();
    let subject = match row.event.action {
        Action::EnrolDevice | Action::RevokeDevice => format!("Máy số {}", row.event.subject),
        Action::PutRule | Action::EndRule => {
            let step = Step::from_name(&row.event.subject);
            step.map_or(row.event.subject, |step| step.title().to_owned())
        }
        _ => row.event.subject,
    };
    AuditEntry {
        seq: row.seq,
        at: row.stamp.at,
        user,
        who,
        what: row.event.action.words().to_owned(),
        unit: unit.map_or("", |unit| directory.unit_name(unit)).to_owned(),
        subject,
        detail: row.event.detail,
    }
}
