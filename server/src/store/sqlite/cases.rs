//! Cases and dispatches as tables show them: from the projections alone.

use kiennghi_shared::casefile::{Particular, Situation, State};
use kiennghi_shared::desk::DueCounts;
use kiennghi_shared::id::{DocumentId, UnitCode, UserName};
use rusqlite::{Connection, Row, ToSql, params_from_iter};

use super::case_filter::{MATCHES, condition, situation};
use super::casefile::from_json;
use super::changes::{document_id, split_heads};
use super::ground::step_due;
use super::ingest::integer;
use super::listing::{Condition, Listing};
use super::{SqliteStore, alike, findings, letters, results, waiting};
use crate::store::{
    Alike, Candidates, CaseAlike, CaseFilter, CasePage, CaseRow, Cases, DispatchRow, FindingRow,
    Letters, PaperRow, ResultsWanted, Store, StoreError, StoredCase, StoredResults, StoredVoice,
};

impl Cases for SqliteStore {
    fn cases(&self, filter: &CaseFilter, offset: u64, limit: u64) -> Result<CasePage, StoreError> {
        self.readers.view(|view| page(view, filter, offset, limit))
    }

    fn cases_alike(&self, wanted: &Alike<'_>) -> Result<Candidates<CaseAlike>, StoreError> {
        self.readers.view(|view| alike::cases(view, wanted))
    }

    fn case_counts(&self, filter: &CaseFilter) -> Result<Vec<(Situation, u64)>, StoreError> {
        self.readers.view(|view| counts(view, filter))
    }

    fn waiting(
        &self,
        units: &[UnitCode],
        days: (&str, &str),
    ) -> Result<(u64, DueCounts), StoreError> {
        self.readers
            .view(|view| waiting::counts(view, &self.ground, units, days))
    }

    fn case(&self, id: DocumentId) -> Result<Option<StoredCase>, StoreError> {
        self.readers.view(|view| one(view, id))
    }

    fn contested(&self, limit: usize) -> Result<Vec<StoredVoice>, StoreError> {
        self.readers.view(|view| contested(view, limit))
    }

    fn dispatches(
        &self,
        letters: &Letters,
        offset: u64,
        limit: u64,
    ) -> Result<(u64, Vec<DispatchRow>), StoreError> {
        self.readers
            .view(|view| letters::page(view, letters, offset, limit))
    }

    fn findings(
        &self,
        units: &[UnitCode],
        programme: Option<&str>,
        offset: u64,
        limit: u64,
    ) -> Result<(u64, Vec<FindingRow>), StoreError> {
        self.readers
            .view(|view| findings::page(view, units, programme, offset, limit))
    }

    fn programmes(&self, units: &[UnitCode]) -> Result<Vec<String>, StoreError> {
        self.readers.view(|view| findings::programmes(view, units))
    }

    fn results_version(&self, units: &[UnitCode]) -> Result<u64, StoreError> {
        let versions = self.readers.view(|view| results::versions(view, units))?;
        Ok(results::digest(self.epoch(), units, &versions))
    }

    fn results(&self, wanted: &ResultsWanted<'_>) -> Result<StoredResults, StoreError> {
        self.readers.view(|view| results::read(view, wanted))
    }
}

/// What [`case_row`] reads.
pub(super) const COLUMNS: &str =
    "cases.id, cases.unit, created_on, cases.updated_at, cases.conflicts,
     cases.record, due, standing,
     (SELECT coalesce(sum(petitions), 0) FROM case_units WHERE case_number = cases.number),
     (SELECT coalesce(sum(voters), 0) FROM case_units WHERE case_number = cases.number),
     (SELECT group_concat(unit, char(10)) FROM case_units WHERE case_number = cases.number),
     due = answer_due, answer_due, raised_on";

/// How many those are.
pub(super) const COLUMNS_COUNT: usize = 14;

pub(super) fn case_row(row: &Row<'_>) -> Result<CaseRow, StoreError> {
    let standing = from_json(&row.get::<_, String>(7)?)?;
    Ok(CaseRow {
        id: document_id(&row.get::<_, Vec<u8>>(0)?)?,
        unit: UnitCode(row.get(1)?),
        due_step: step_due(&standing, row.get(11)?),
        answer_due: row.get(12)?,
        raised_on: row.get(13)?,
        created_on: row.get(2)?,
        updated_at: row.get(3)?,
        conflicts: row.get::<_, i64>(4)?.unsigned_abs(),
        case: from_json(&row.get::<_, String>(5)?)?,
        due: row.get(6)?,
        standing,
        petitions: row.get::<_, i64>(8)?.unsigned_abs(),
        voters: row.get::<_, i64>(9)?.unsigned_abs(),
        raised_in: row
            .get::<_, Option<String>>(10)?
            .map_or_else(Vec::new, |units| {
                units.lines().map(UnitCode::from).collect()
            }),
    })
}

fn page(
    connection: &Connection,
    filter: &CaseFilter,
    offset: u64,
    limit: u64,
) -> Result<CasePage, StoreError> {
    let listing = Listing {
        table: "cases",
        sum: "0",
        select: &format!("SELECT {COLUMNS} FROM cases"),
        order: if filter.due_first {
            "due = '', due, created_seq"
        } else {
            "created_seq DESC"
        },
        words: filter.words.as_ref().map(|words| (words, MATCHES)),
    };
    let page = (offset, limit);
    let page = listing.page(connection, condition(filter), page, case_row)?;
    Ok(CasePage {
        total: page.total,
        cases: page.rows,
    })
}

fn counts(
    connection: &Connection,
    filter: &CaseFilter,
) -> Result<Vec<(Situation, u64)>, StoreError> {
    let Condition { sql, values } = condition(filter);
    let of = situation(filter);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {}, count(*) FROM cases WHERE {sql} GROUP BY 1, 2, 3, 4",
        of.sql
    ))?;
    let mut rows = statement.query(params_from_iter(of.values.into_iter().chain(values)))?;
    let mut counts = Vec::new();
    while let Some(row) = rows.next()? {
        let number: u8 = row.get(0)?;
        let state = State::from_number(number)
            .ok_or_else(|| StoreError::Damaged(format!("state {number}")))?;
        let situation = Situation {
            state,
            particular: Particular::from_name(row.get_ref(1)?.as_str().unwrap_or_default()),
            is_disputed: row.get(2)?,
            is_overdue: row.get(3)?,
        };
        counts.push((situation, row.get::<_, i64>(4)?.unsigned_abs()));
    }
    Ok(counts)
}

fn one(connection: &Connection, id: DocumentId) -> Result<Option<StoredCase>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM cases WHERE id = ?1"))?;
    let mut rows = statement.query([id.as_bytes()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(StoredCase {
        row: case_row(row)?,
        voices: voices(connection, id)?,
        papers: papers(connection, id)?,
    }))
}

/// What [`voice`] reads.
pub(super) const VOICE_COLUMNS: &str =
    "documents.id, petitions.unit, record, day, session, placing.heads, consolidations.conflicts
     FROM petitions JOIN documents ON documents.number = petitions.number
     LEFT JOIN consolidations ON consolidations.petition = documents.id
     LEFT JOIN documents placing ON placing.number = consolidations.number";

pub(super) fn voice(row: &Row<'_>) -> Result<StoredVoice, StoreError> {
    Ok(StoredVoice {
        id: document_id(&row.get::<_, Vec<u8>>(0)?)?,
        unit: UnitCode(row.get(1)?),
        petition: from_json(&row.get::<_, String>(2)?)?,
        day: row.get(3)?,
        session: row.get(4)?,
        heads: split_heads(&row.get::<_, Option<Vec<u8>>>(5)?.unwrap_or_default())?,
        clashes: row.get::<_, Option<i64>>(6)?.unwrap_or(0).unsigned_abs(),
    })
}

fn voices(connection: &Connection, case: DocumentId) -> Result<Vec<StoredVoice>, StoreError> {
    let sql = "WHERE case_number = (SELECT number FROM cases WHERE id = ?1)
         ORDER BY petitions.created_seq";
    voices_where(connection, sql, case.as_bytes())
}

fn contested(connection: &Connection, limit: usize) -> Result<Vec<StoredVoice>, StoreError> {
    let sql = "WHERE documents.id IN (SELECT petition FROM consolidations WHERE conflicts > 0
             ORDER BY number DESC LIMIT ?1)
         ORDER BY consolidations.number DESC";
    voices_where(connection, sql, integer(limit as u64))
}

fn voices_where(
    connection: &Connection,
    sql: &str,
    value: impl ToSql,
) -> Result<Vec<StoredVoice>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("SELECT {VOICE_COLUMNS} {sql}"))?;
    let mut rows = statement.query([value])?;
    let mut voices = Vec::new();
    while let Some(row) = rows.next()? {
        voices.push(voice(row)?);
    }
    Ok(voices)
}

/// What [`paper`] reads.
pub(super) const PAPER_COLUMNS: &str =
    "papers.id, papers.unit, author, papers.updated_at, conflicts, record
     FROM papers JOIN documents ON documents.number = papers.number";

pub(super) fn paper(row: &Row<'_>) -> Result<PaperRow, StoreError> {
    Ok(PaperRow {
        id: document_id(&row.get::<_, Vec<u8>>(0)?)?,
        unit: UnitCode(row.get(1)?),
        author: UserName(row.get(2)?),
        updated_at: row.get(3)?,
        conflicts: row.get::<_, i64>(4)?.unsigned_abs(),
        content: from_json(&row.get::<_, String>(5)?)?,
    })
}

fn papers(connection: &Connection, case: DocumentId) -> Result<Vec<PaperRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {PAPER_COLUMNS} JOIN case_papers ON case_papers.number = papers.number
         WHERE case_id = ?1 ORDER BY day = '', day, papers.id"
    ))?;
    let mut rows = statement.query([case.as_bytes()])?;
    let mut papers = Vec::new();
    while let Some(row) = rows.next()? {
        papers.push(paper(row)?);
    }
    Ok(papers)
}
