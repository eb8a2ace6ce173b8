//! Letters as tables show them: from the projections alone.

use kiennghi_shared::casefile::Content;
use kiennghi_shared::catalogue::COMMITTEE;
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::schema::Kind;
use rusqlite::Connection;

use super::casefile::from_json;
use super::changes::document_id;
use super::listing::{Condition, Listing, marks};
use crate::store::{DispatchRow, Letters, StoreError};

/// One page of letters: not sent yet, then the newest.
pub(super) fn page(
    connection: &Connection,
    letters: &Letters,
    offset: u64,
    limit: u64,
) -> Result<(u64, Vec<DispatchRow>), StoreError> {
    let kind = Kind::Dispatch.number();
    let received = format!("day <> '' AND to_role = '{COMMITTEE}' AND unit <> to_unit AND to_unit");
    let (sql, units) = match letters {
        Letters::From(units) => ("unit", units),
        Letters::To(units) => ("day <> '' AND to_role = 'executive' AND to_unit", units),
        Letters::Received(units) => (&*received, units),
    };
    let sql = format!("kind = {kind} AND {sql} IN ({})", marks(units.len()));
    let listing = Listing {
        table: "papers",
        sum: "0",
        select: "SELECT id, unit, updated_at, conflicts, record FROM papers",
        order: "day <> '', day DESC, number DESC",
        words: None,
    };
    let condition = Condition::of_units(sql, units);
    let page = listing.page(connection, condition, (offset, limit), |row| {
        let Content::Dispatch(dispatch) = from_json(&row.get::<_, String>(4)?)? else {
            return Err(StoreError::Damaged("a dispatch".to_owned()));
        };
        Ok(DispatchRow {
            id: document_id(&row.get::<_, Vec<u8>>(0)?)?,
            unit: UnitCode(row.get(1)?),
            updated_at: row.get(2)?,
            conflicts: row.get::<_, i64>(3)?.unsigned_abs(),
            dispatch,
        })
    })?;
    Ok((page.total, page.rows))
}
