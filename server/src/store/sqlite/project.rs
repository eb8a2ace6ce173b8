//! Writing projections, and making them all again from the changes.

use kiennghi_shared::document::Document;
use kiennghi_shared::id::DocumentId;
use rusqlite::{Connection, OptionalExtension, ToSql, params};
use sha2::{Digest, Sha256};

use super::changes::{document_id, kind, raw_changes};
use super::consolidations::case_of;
use super::derive::{self, Touched};
use super::ingest::integer;
use super::{casefile, consolidations, raised};
use crate::projection::Projection;
use crate::store::StoreError;

/// Drops all projections.
pub(super) const CLEAR: &str = "DELETE FROM meetings;
     DELETE FROM petitions;
     INSERT INTO petition_words (petition_words) VALUES ('delete-all');";

/// What a projection takes from the document's row.
pub(super) struct Place<'a> {
    pub(super) number: i64,
    pub(super) id: DocumentId,
    pub(super) unit: &'a str,
    pub(super) created_seq: u64,
    pub(super) created_at: i64,
    pub(super) updated_at: i64,
}

/// Writes a document's projection in the place of an earlier one, and names the cases that are to be
/// derived again.
///
/// A statement that SQLite might have to take back alone (`INSERT OR REPLACE`, an upsert that sets a
/// foreign key) makes the index of words write out what it gathered so far, as a piece of its own. So none
/// of those that store a document is one: a commit adds one piece, however many petitions it holds.
pub(super) fn write(
    connection: &Connection,
    place: &Place<'_>,
    projection: &Projection,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    match projection {
        Projection::Meeting { meeting, conflicts } => {
            replace(
                connection,
                "UPDATE meetings SET (unit, session, date, village, meeting_kind, denunciations,
                     updated_at, conflicts, record)
                     = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) WHERE number = ?1",
                "INSERT INTO meetings
                     (number, unit, session, date, village, meeting_kind, denunciations,
                      updated_at, conflicts, record)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                params![
                    place.number,
                    place.unit,
                    meeting.session,
                    meeting.date,
                    meeting.village,
                    meeting.meeting_kind,
                    integer(meeting.denunciations.len() as u64),
                    place.updated_at,
                    integer(*conflicts),
                    json(meeting)?,
                ],
            )?;
            let held = (meeting.date.as_str(), meeting.session.as_str());
            raised::note_meeting(connection, place.id, held, touched)?;
        }
        Projection::Petition {
            petition,
            conflicts,
            words,
        } => {
            let digest = words_digest(words);
            let indexed: Option<i64> = connection
                .prepare_cached("SELECT words_digest FROM petitions WHERE number = ?1")?
                .query_row([place.number], |row| row.get(0))
                .optional()?;
            replace(
                connection,
                "UPDATE petitions SET (unit, created_seq, village, field, competence,
                     petition_kind, meeting, voters, updated_at, conflicts, words_digest, record)
                     = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) WHERE number = ?1",
                "INSERT INTO petitions
                     (number, unit, created_seq, village, field, competence, petition_kind,
                      meeting, voters, updated_at, conflicts, words_digest, record, day, session)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, '', '')",
                params![
                    place.number,
                    place.unit,
                    integer(place.created_seq),
                    petition.village,
                    petition.field,
                    petition.competence,
                    petition.petition_kind,
                    petition.meeting.as_ref().map(|id| id.as_bytes()),
                    petition.voters,
                    place.updated_at,
                    integer(*conflicts),
                    digest,
                    json(petition)?,
                ],
            )?;
            if indexed != Some(digest) {
                connection
                    .prepare_cached(
                        "INSERT OR REPLACE INTO petition_words (rowid, words) VALUES (?1, ?2)",
                    )?
                    .execute(params![place.number, words])?;
            }
            raised::note(connection, place.number, place.created_at)?;
            if let Some(case) = case_of(connection, place.id)? {
                touched.petitions.insert(place.id);
                touched.cases.insert(case);
            }
        }
        Projection::Case {
            case,
            conflicts,
            words,
        } => casefile::write_case(connection, place, case, *conflicts, words, touched)?,
        Projection::Consolidation {
            consolidation,
            conflicts,
        } => consolidations::write(connection, place, consolidation, *conflicts, touched)?,
        Projection::Paper { content, conflicts } => {
            casefile::write_paper(connection, place, content, *conflicts, touched)?;
        }
    }
    Ok(())
}

/// Writes a row in the place of an earlier one.
pub(super) fn replace(
    connection: &Connection,
    update: &str,
    insert: &str,
    values: &[&dyn ToSql],
) -> Result<(), StoreError> {
    if connection.prepare_cached(update)?.execute(values)? == 0 {
        connection.prepare_cached(insert)?.execute(values)?;
    }
    Ok(())
}

/// The beginning of a SHA-256 of the words.
pub(super) fn words_digest(words: &str) -> i64 {
    let digest: [u8; 32] = Sha256::digest(words).into();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(first)
}

pub(super) fn json(record: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(record).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// Drops all projections and makes them again.
pub(super) fn rebuild(connection: &Connection) -> Result<u64, StoreError> {
    connection.execute_batch(CLEAR)?;
    connection.execute_batch(casefile::CLEAR)?;
    // All cases are derived anew at the end.
    let mut touched = Touched::default();
    let mut statement = connection.prepare(
        "SELECT number, kind, unit, created_seq, updated_at, id, created_at FROM documents
         WHERE id NOT IN (SELECT document FROM tombstones) ORDER BY number",
    )?;
    let mut rows = statement.query([])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        let unit: String = row.get(2)?;
        let place = Place {
            number: row.get(0)?,
            id: document_id(&row.get::<_, Vec<u8>>(5)?)?,
            unit: &unit,
            created_seq: row.get::<_, i64>(3)?.unsigned_abs(),
            created_at: row.get(6)?,
            updated_at: row.get(4)?,
        };
        let kind = kind(row.get(1)?)?;
        let changes = raw_changes(connection, place.number)?;
        let document = Document::from_changes(changes.iter().map(Vec::as_slice))
            .map_err(|error| StoreError::Damaged(error.to_string()))?;
        let projection = Projection::of(&document.record(kind));
        write(connection, &place, &projection, &mut touched)?;
        count += 1;
    }
    derive::derive_all(connection)?;
    Ok(count)
}
