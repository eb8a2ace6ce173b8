//! `POST /api/v1/petitions/imports`: petitions out of a spreadsheet, shown first and then made.

use std::sync::{Arc, PoisonError};

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kiennghi_shared::access::Verb;
use kiennghi_shared::code::Code;
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::schema::Kind;
use serde::Deserialize;

use super::caller::SignedIn;
use super::encoding::answer;
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::intake::Intake;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    /// The unit in which places are looked for, and below it; the caller's own when it is empty.
    unit: String,
    /// Whether what is shown is to be made.
    confirm: bool,
}

pub(super) async fn import_petitions(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let Query(wanted) = wanted.map_err(|_| ApiError(Code::Malformed))?;
    let top = unit(&caller, wanted.unit).ok_or(ApiError(Code::Forbidden))?;
    let body = body.map_err(|_| ApiError(Code::TooLarge))?;
    app.work(move |app| {
        let importing = wanted.confirm.then(|| {
            let importing = app.importing.lock();
            importing.unwrap_or_else(PoisonError::into_inner)
        });
        let now_ms = app.clock.now_ms();
        let intake = Intake::judge(&*app.store, &caller, &top, &body, now_ms)?;
        let shown = match importing {
            Some(_) => intake.make(&*app.store, &app.exchange)?,
            None => intake.into_shown(),
        };
        answer(&headers, &shown)
    })
    .await
}

/// The unit that is meant, if the caller writes petitions somewhere in it.
fn unit(caller: &Caller, named: String) -> Option<UnitCode> {
    let writes = caller.units_where(Verb::Write, Kind::Petition);
    let within = |top: &UnitCode| {
        let mut writes = writes.iter();
        writes.any(|unit| caller.directory().is_within(top, unit))
    };
    if !named.is_empty() {
        return Some(UnitCode(named)).filter(within);
    }
    let mut own = caller.grants().iter().map(|grant| &grant.unit);
    own.find(|unit| writes.contains(unit)).cloned()
}
