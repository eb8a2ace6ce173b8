//! What is printed: `GET /api/v1/dispatches/{id}/letter.docx`, `/cases/{id}/sheet.docx` and `/reports/…`.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::{DocumentId, UnitCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::briefing::{Wanted, count};
use super::caller::SignedIn;
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::papers::{self, Table};
use crate::printing::{self, Period, Printed};
use crate::store::Store;

type Id = Result<Path<DocumentId>, PathRejection>;

/// The two formats.
#[derive(Clone, Copy)]
enum Format {
    Docx,
    Xlsx,
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Format::Docx => "docx",
            Format::Xlsx => "xlsx",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Format::Docx => {
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            }
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A file to be kept under its name, in words.
fn file(format: Format, printed: Printed) -> Response {
    let name = printed.name.replace(['/', '\\'], "-");
    let name = format!("{}.{}", name.trim(), format.ending());
    let name = utf8_percent_encode(&name, NON_ALPHANUMERIC);
    let headers = [
        (CONTENT_TYPE, format.media_type().to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{name}"),
        ),
    ];
    (headers, printed.bytes).into_response()
}

/// Prints what is about one document.
async fn of_one(
    app: Arc<App>,
    caller: Caller,
    id: Id,
    print: fn(&dyn Store, &Caller, DocumentId) -> Result<Printed, Code>,
) -> Result<Response, ApiError> {
    // What is not an id names nothing.
    let Path(id) = id.map_err(|_| ApiError(Code::NotFound))?;
    app.work(move |app| Ok(file(Format::Docx, print(&*app.store, &caller, id)?)))
        .await
}

pub(super) async fn print_letter(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    id: Id,
) -> Result<Response, ApiError> {
    of_one(app, caller, id, printing::letter).await
}

pub(super) async fn print_answer_sheet(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    id: Id,
) -> Result<Response, ApiError> {
    of_one(app, caller, id, printing::answer_sheet).await
}

/// Prints what is about a period.
async fn of_period(
    app: Arc<App>,
    caller: Caller,
    uri: &Uri,
    format: Format,
    print: fn(&dyn Store, &Caller, &Period) -> Result<Printed, ApiError>,
) -> Result<Response, ApiError> {
    let wanted = Wanted::asked(uri, &caller)?;
    let period = Period {
        raised: wanted.raised(&caller)?,
        top: wanted.unit().unwrap_or_else(|| own_unit(&caller)),
    };
    app.work(move |app| Ok(file(format, print(&*app.store, &caller, &period)?)))
        .await
}

/// Whose papers somebody prints who names no unit.
fn own_unit(caller: &Caller) -> UnitCode {
    let first = caller.grants().first();
    first.map_or_else(|| UnitCode(String::new()), |grant| grant.unit.clone())
}

pub(super) async fn print_consolidation(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    uri: Uri,
) -> Result<Response, ApiError> {
    let print = |store: &dyn Store, caller: &Caller, period: &Period| {
        Ok(printing::consolidation(store, caller, period)?)
    };
    of_period(app, caller, &uri, Format::Docx, print).await
}

pub(super) async fn print_annexes(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    uri: Uri,
) -> Result<Response, ApiError> {
    let print = |store: &dyn Store, caller: &Caller, period: &Period| {
        Ok(printing::annexes(store, caller, period)?)
    };
    of_period(app, caller, &uri, Format::Xlsx, print).await
}

pub(super) async fn print_tables(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    uri: Uri,
) -> Result<Response, ApiError> {
    let print = |store: &dyn Store, caller: &Caller, period: &Period| {
        tables(store, caller, period, papers::workbook)
    };
    of_period(app, caller, &uri, Format::Xlsx, print).await
}

pub(super) async fn print_tables_as_document(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    uri: Uri,
) -> Result<Response, ApiError> {
    let print = |store: &dyn Store, caller: &Caller, period: &Period| {
        tables(store, caller, period, papers::document)
    };
    of_period(app, caller, &uri, Format::Docx, print).await
}

/// The tables of a period, which `write` makes a file of.
fn tables(
    store: &dyn Store,
    caller: &Caller,
    period: &Period,
    write: fn(&[Table]) -> Result<Vec<u8>, papers::Error>,
) -> Result<Printed, ApiError> {
    let briefing = count(store, caller, period.raised.clone(), period.top.clone())?;
    Ok(printing::tables(store, caller, period, &briefing, write)?)
}
