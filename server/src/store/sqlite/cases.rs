//! Cases and dispatches as tables show them: from the projections alone.

use kiennghi_shared::casefile::{Particular, Situation, State};
use kiennghi_shared::desk::DueCounts;
use kiennghi_shared::id::{DocumentId, UnitCode, UserName};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, ToSql, params_from_iter};

use super::briefing::{TIMELINESS, counted_condition};
use super::casefile::from_json;
use super::changes::{document_id, split_heads};
use super::ground::step_due;
use super::ingest::integer;
use super::listing::{Condition, Listing, marks};
use super::{SqliteStore, alike, findings, letters, results, waiting};
use crate::store::{
    Alike, Candidates, CaseAlike, CaseFilter, CasePage, CaseRow, Cases, DispatchRow, FindingRow,
    Letters, PaperRow, Raised, ResultsWanted, Store, StoreError, StoredCase, StoredResults,
    StoredVoice, Whose,
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

/// The condition on `cases`. What is looked up elsewhere has a `+` before it: cases are found by going through
/// `cases_listed`, and not one by one with all that they say.
fn condition(filter: &CaseFilter) -> Condition {
    let mut condition = whose(filter);
    condition.equals("cases.unit", filter.unit.as_ref().map(|unit| &unit.0));
    condition.equals("cases.field", filter.field.as_ref());
    condition.equals("cases.competence", filter.competence.as_ref());
    condition.equals("cases.session", filter.session.as_ref());
    condition.equals("outcome", filter.outcome.as_ref());
    if let Some(timeliness) = filter.timeliness {
        let values = [filter.today.clone().into(), timeliness.number().into()];
        condition.add(&format!("{TIMELINESS} = ?"), values);
    }
    for (sql, wanted) in [
        ("(told_on <> '') = ?", filter.told),
        ("(carried_over > 0) = ?", filter.carried_over),
    ] {
        if let Some(wanted) = wanted {
            condition.add(sql, [wanted.into()]);
        }
    }
    if let Some(day) = &filter.due_by {
        condition.add("due <> '' AND due <= ?", [day.clone().into()]);
    }
    if let Some(soon) = &filter.to_remind {
        let values = [soon.clone().into(), filter.today.clone().into()];
        condition.add(&to_remind(), values);
    }
    if let Some(dispatch) = filter.dispatch {
        condition.add(CARRIED_BY, [dispatch.as_bytes().to_vec().into()]);
    }
    if let Some(raised) = &filter.raised {
        let Condition { sql, values } = counted_condition(raised, filter.before);
        condition.add(&sql, values);
    }
    condition.matches(MATCHES, filter.words.as_ref());
    match filter.situations.as_deref() {
        None => {}
        Some([]) => condition.add("FALSE", []),
        Some(situations) => {
            let Condition { sql, mut values } = situation(filter);
            for situation in situations {
                let particular = situation.particular.map_or("", Particular::name);
                values.extend([
                    Value::from(i64::from(situation.state.number())),
                    particular.to_owned().into(),
                    situation.is_disputed.into(),
                    situation.is_overdue.into(),
                ]);
            }
            let wanted = vec!["(?, ?, ?, ?)"; situations.len()].join(", ");
            condition.add(&format!("({sql}) IN (VALUES {wanted})"), values);
        }
    }
    condition
}

fn whose(filter: &CaseFilter) -> Condition {
    let (Whose::Committee(units)
    | Whose::Received(units)
    | Whose::Executive(units)
    | Whose::Agency(units)
    | Whose::Village(units)) = &filter.whose;
    let marks = marks(units.len());
    let of_period = |raised: &Raised| raised.units == *units;
    let sql = match &filter.whose {
        Whose::Committee(_) => format!("cases.unit IN ({marks})"),
        Whose::Received(_) => {
            format!("addressee IN ({marks}) AND to_role = 'standing-committee'")
        }
        Whose::Executive(_) => {
            format!("addressee IN ({marks}) AND to_role <> 'standing-committee'")
        }
        Whose::Agency(_) => format!(
            "+cases.number IN (SELECT case_number FROM case_agencies
                 WHERE case_agencies.unit IN ({marks}))"
        ),
        // What carries something that was raised in these units in the period is theirs.
        Whose::Village(_) if filter.raised.as_ref().is_some_and(of_period) => {
            return Condition::of_units("TRUE".to_owned(), &[]);
        }
        Whose::Village(_) => format!(
            "+cases.number IN (SELECT case_number FROM case_units
                 WHERE case_units.unit IN ({marks}))"
        ),
    };
    Condition::of_units(sql, units)
}

/// The condition that an answer is due by a day, or was to be followed by what it promised before another.
fn to_remind() -> String {
    let states = |states: &[State]| {
        let numbers = states.iter().map(|state| state.number().to_string());
        numbers.collect::<Vec<_>>().join(", ")
    };
    let awaited = states(&[State::Dispatched, State::Assigned, State::CarriedOver]);
    let answered = states(&[State::Answered, State::Checked, State::Told]);
    format!(
        "(state IN ({awaited}) AND due <> '' AND due <= ?
          OR state IN ({answered}) AND outcome = 'in-progress'
              AND standing ->> '$.expected' <> '' AND standing ->> '$.expected' < ?)"
    )
}

/// In which situation a case is: four columns.
fn situation(filter: &CaseFilter) -> Condition {
    let (particular, units) = match &filter.whose {
        // The part that they have in it, and not what it is to others.
        Whose::Agency(units) => {
            let own = format!(
                "(SELECT min(CASE value ->> '$.part' WHEN 'lead' THEN 0 WHEN 'coordinating' THEN 1 ELSE 2 END)
                  FROM json_each(standing, '$.parties') WHERE value ->> '$.unit' IN ({}))",
                marks(units.len())
            );
            let sql = format!("CASE {own} WHEN 0 THEN '' WHEN 1 THEN 'helping' ELSE 'helped' END");
            (sql, &units[..])
        }
        _ => ("particular".to_owned(), &[][..]),
    };
    let sql = format!("state, {particular}, is_disputed, due <> '' AND due < ?");
    let mut condition = Condition::of_units(sql, units);
    condition.values.push(filter.today.clone().into());
    condition
}

const CARRIED_BY: &str = "cases.id IN (SELECT case_id FROM papers JOIN case_papers USING (number)
     WHERE papers.id = ?)";

const MATCHES: &str = "+cases.number IN (SELECT rowid FROM case_words WHERE case_words MATCH ?)";

/// What [`case_row`] reads.
pub(super) const COLUMNS: &str =
    "cases.id, cases.unit, created_on, cases.updated_at, cases.conflicts,
     cases.record, due, standing,
     (SELECT coalesce(sum(petitions), 0) FROM case_units WHERE case_number = cases.number),
     (SELECT coalesce(sum(voters), 0) FROM case_units WHERE case_number = cases.number),
     (SELECT group_concat(unit, char(10)) FROM case_units WHERE case_number = cases.number),
     due = answer_due";

/// How many those are.
pub(super) const COLUMNS_COUNT: usize = 12;

pub(super) fn case_row(row: &Row<'_>) -> Result<CaseRow, StoreError> {
    let standing = from_json(&row.get::<_, String>(7)?)?;
    Ok(CaseRow {
        id: document_id(&row.get::<_, Vec<u8>>(0)?)?,
        unit: UnitCode(row.get(1)?),
        due_step: step_due(&standing, row.get(11)?),
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
