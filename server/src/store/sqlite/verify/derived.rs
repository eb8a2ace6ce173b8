//! What follows from several documents: when a petition was raised and which case carries it, what a case carries of
//! each unit, and where it stands. Cases that a running server has yet to derive, since units or rules changed, may stand
//! as they did before; that they can be derived is looked at all the same.

use kiennghi_shared::id::DocumentId;
use rusqlite::Connection;

use super::Report;
use super::documents::values;
use crate::store::StoreError;
use crate::store::sqlite::changes::document_id;
use crate::store::sqlite::derive::{self, CARRIED, COLUMNS};
use crate::store::sqlite::ground::Ground;
use crate::store::sqlite::{consolidations, raised};

pub(super) fn check(view: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let ground = Ground::read(view)?;
    check_petitions(view, &ground, report)?;
    check_cases(view, &ground, report)
}

fn check_petitions(
    view: &Connection,
    ground: &Ground,
    report: &mut Report,
) -> Result<(), StoreError> {
    let mut statement = view.prepare(
        "SELECT documents.id, petitions.number, created_at, day, petitions.session, case_number,
             EXISTS (SELECT 1 FROM consolidations JOIN cases ON cases.id = case_id
                 JOIN cases_to_derive ON cases_to_derive.number = cases.number
                 WHERE petition = documents.id)
         FROM petitions JOIN documents ON documents.number = petitions.number",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = document_id(&row.get::<_, Vec<u8>>(0)?)?;
        let stored: (String, String) = (row.get(3)?, row.get(4)?);
        if raised::of(view, row.get(1)?, row.get(2)?)? != stored {
            let what = "its day: not what its meeting says (rebuild helps)";
            report.note(Some(id), what);
        }
        let waits: bool = row.get(6)?;
        if !waits && consolidations::carrier(view, ground, id)? != row.get(5)? {
            let what = "its case: not what is said of it (rebuild helps)";
            report.note(Some(id), what);
        }
    }
    Ok(())
}

fn check_cases(view: &Connection, ground: &Ground, report: &mut Report) -> Result<(), StoreError> {
    let mut statement = view
        .prepare("SELECT id, number, number IN (SELECT number FROM cases_to_derive) FROM cases")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = document_id(&row.get::<_, Vec<u8>>(0)?)?;
        let waits: bool = row.get(2)?;
        let checked = match waits {
            true => derive::find(view, ground, id).map(drop),
            false => check_case(view, ground, (id, row.get(1)?), report),
        };
        if let Err(error) = checked {
            report.note(Some(id), error.to_string());
        }
    }
    for table in ["case_units", "case_agencies"] {
        let left =
            format!("SELECT 1 FROM {table} WHERE case_number NOT IN (SELECT number FROM cases)");
        if view.prepare(&left)?.exists([])? {
            let what = format!("{table}: of a case that is not there (rebuild helps)");
            report.note(None, what);
        }
    }
    Ok(())
}

fn check_case(
    view: &Connection,
    ground: &Ground,
    (id, number): (DocumentId, i64),
    report: &mut Report,
) -> Result<(), StoreError> {
    const STORED: &str = "SELECT * FROM case_units WHERE case_number = ?1";
    let lacks = |one: &str, other: &str| {
        let mut statement = view.prepare_cached(&format!("{one} EXCEPT {other}"))?;
        statement.exists([number])
    };
    if lacks(STORED, CARRIED)? || lacks(CARRIED, STORED)? {
        let what = "what it carries: not what its petitions come to (rebuild helps)";
        report.note(Some(id), what);
    }
    let stored = format!("SELECT {COLUMNS} FROM cases WHERE number = ?1");
    let stored = values(view, &stored, number)?;
    let Some(found) = derive::find(view, ground, id)? else {
        return Ok(());
    };
    if derive::agencies(view, number)? != found.agencies {
        let what = "to whom it is assigned: not what its papers come to (rebuild helps)";
        report.note(Some(id), what);
    }
    if stored != found.columns(ground)? {
        let what = "where it stands: not what its papers come to (rebuild helps)";
        report.note(Some(id), what);
    }
    Ok(())
}
