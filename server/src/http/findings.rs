//! `GET /api/v1/findings`: what supervision found, of one programme or of all.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::code::Code;
use kiennghi_shared::desk::{FindingList, FindingRow};
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::schema::Kind;

use super::caller::SignedIn;
use super::cases::Wanted;
use super::encoding::answer;
use crate::app::App;
use crate::error::ApiError;

pub(super) async fn list_findings(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(wanted) = wanted.map_err(|_| ApiError(Code::Malformed))?;
    app.work(move |app| {
        let units = caller.units_where(Verb::Read, Kind::Finding);
        let programme = Some(wanted.programme.as_str()).filter(|name| !name.is_empty());
        let (offset, limit) = (wanted.offset, wanted.limit());
        let (total, rows) = app.store.findings(&units, programme, offset, limit)?;
        let reads_cases_in =
            |unit: &UnitCode| caller.may(Verb::Read, Thing::Document(Kind::Case), unit);
        let findings = rows.into_iter().map(|row| {
            // A paper may name a case that its reader does not see.
            let case = row.case.filter(|(unit, _)| reads_cases_in(unit));
            let case = case.map(|(_, case)| case).unwrap_or_default();
            FindingRow {
                id: row.id,
                unit_name: caller.directory().unit_name(&row.unit).to_owned(),
                finding: row.finding,
                case_code: case.code,
                wording: case.wording,
            }
        });
        let list = FindingList {
            total,
            findings: findings.collect(),
            programmes: app.store.programmes(&units)?,
        };
        answer(&headers, &list)
    })
    .await
}
