//! The office's pages: asked of the server over HTTP, since an office browser holds only what it
//! opened.

use kiennghi_messages::{
    Body, Count, Detail, Failure, OfficeCounts, OfficeFilter, OfficePage, OfficeRow,
};
use kiennghi_shared::catalogue::field_of_work_name;
use kiennghi_shared::code::Code;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::record::{Conflict, HistoryEntry, Meeting, Petition};
use kiennghi_shared::session::Delivery;
use serde::Deserialize;

use crate::app::server_failure;
use crate::network::{escape, get};

#[derive(Deserialize)]
struct Page {
    total: u32,
    petitions: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    id: DocumentId,
    unit_name: String,
    petition: Petition,
    updated_at: i64,
    conflicts: u32,
}

#[derive(Deserialize)]
struct Counts {
    total: u32,
    by_unit: Vec<UnitCount>,
    by_field: Vec<FieldCount>,
}

#[derive(Deserialize)]
struct UnitCount {
    unit: String,
    name: String,
    count: u32,
}

#[derive(Deserialize)]
struct FieldCount {
    field: String,
    count: u32,
}

#[derive(Deserialize)]
struct Whole {
    id: DocumentId,
    unit: UnitCode,
    unit_name: String,
    petition: Option<Petition>,
    meeting: Option<Meeting>,
    parent: Option<Parent>,
    conflicts: Vec<Conflict>,
    history: Vec<HistoryEntry>,
}

#[derive(Deserialize)]
struct Parent {
    meeting: Meeting,
}

fn query(filter: &OfficeFilter) -> String {
    let text = [
        ("text", &filter.text),
        ("unit", &filter.unit),
        ("village", &filter.village),
        ("field", &filter.field),
    ];
    text.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}&", escape(value)))
        .collect()
}

/// A page of the table.
pub(crate) async fn petitions(token: &str, filter: &OfficeFilter) -> Result<OfficePage, Failure> {
    let (offset, limit) = (filter.offset, filter.limit);
    let path = format!(
        "/api/v1/petitions?{}offset={offset}&limit={limit}",
        query(filter)
    );
    let page: Page = get(token, &path).await?;
    let row = |row: Row| OfficeRow {
        id: row.id,
        unit_name: row.unit_name,
        petition: row.petition,
        updated_at: row.updated_at,
        conflicts: row.conflicts,
    };
    Ok(OfficePage {
        total: page.total,
        rows: page.petitions.into_iter().map(row).collect(),
    })
}

/// The counts above the table.
pub(crate) async fn counts(token: &str, filter: &OfficeFilter) -> Result<OfficeCounts, Failure> {
    let counts: Counts = get(
        token,
        &format!("/api/v1/petitions/counts?{}", query(filter)),
    )
    .await?;
    let unit = |c: UnitCount| Count {
        code: c.unit,
        name: c.name,
        count: c.count,
    };
    let field = |c: FieldCount| Count {
        name: field_of_work_name(&c.field).to_owned(),
        code: c.field,
        count: c.count,
    };
    Ok(OfficeCounts {
        total: counts.total,
        by_unit: counts.by_unit.into_iter().map(unit).collect(),
        by_field: counts.by_field.into_iter().map(field).collect(),
    })
}

/// One document.
pub(crate) async fn detail(token: &str, id: DocumentId) -> Result<Detail, Failure> {
    let whole: Whole = get(token, &format!("/api/v1/documents/{id}")).await?;
    let body = match (whole.petition, whole.meeting) {
        (Some(petition), _) => Body::Petition(petition),
        (None, Some(meeting)) => Body::Meeting(meeting),
        (None, None) => return Err(server_failure(Code::Malformed)),
    };
    Ok(Detail {
        id: whole.id,
        unit: whole.unit,
        unit_name: whole.unit_name,
        body,
        meeting: whole.parent.map(|parent| parent.meeting),
        conflicts: whole.conflicts,
        history: whole.history,
        delivery: Delivery::Received,
        heads: Vec::new(),
    })
}
