//! Meetings and receptions as tables show them: from the projections alone.

use kiennghi_shared::id::UnitCode;
use rusqlite::Connection;

use super::briefing::raised_condition;
use super::casefile::from_json;
use super::changes::document_id;
use super::listing::Listing;
use crate::store::{MeetingFilter, MeetingPage, MeetingRow, StoreError};

const SELECT: &str = "SELECT documents.id, meetings.unit, record,
     (SELECT count(*) FROM petitions WHERE meeting = documents.id)
     FROM meetings JOIN documents ON documents.number = meetings.number";

/// One page, the latest first.
pub(super) fn page(
    connection: &Connection,
    filter: &MeetingFilter,
    offset: u64,
    limit: u64,
) -> Result<MeetingPage, StoreError> {
    let mut condition = raised_condition(&filter.raised, "meetings", "date");
    match filter.reception {
        Some(true) => condition.add("meeting_kind LIKE 'reception%'", []),
        Some(false) => condition.add("meeting_kind NOT LIKE 'reception%'", []),
        None => {}
    }
    if filter.denunciations {
        condition.add("denunciations > 0", []);
    }
    let listing = Listing {
        table: "meetings",
        sum: "denunciations",
        select: SELECT,
        order: "date DESC, meetings.number DESC",
        words: None,
    };
    let page = listing.page(connection, condition, (offset, limit), |row| {
        Ok(MeetingRow {
            id: document_id(&row.get::<_, Vec<u8>>(0)?)?,
            unit: UnitCode(row.get(1)?),
            meeting: from_json(&row.get::<_, String>(2)?)?,
            petitions: row.get::<_, i64>(3)?.unsigned_abs(),
        })
    })?;
    Ok(MeetingPage {
        total: page.total,
        denunciations: page.sum,
        meetings: page.rows,
    })
}
