//! What the papers of cases come to, and what cases carry of each unit: derived anew in the transaction of
//! whatever touches them.

use std::collections::BTreeSet;

use kiennghi_shared::access;
use kiennghi_shared::casefile::{self, Content, Paper, Part, Particular, Standing, Voice};
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::papers::Case;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::casefile::from_json;
use super::changes::document_id;
use super::ground::{Ground, KnownGround};
use super::project::json;
use super::{consolidations, results};
use crate::store::StoreError;

/// Papers of a case that its standing follows from: more than any case has, so that nobody holds the writer up
/// with more. Later ones are shown and change nothing.
const PAPERS_MAX: i64 = 1_000;

/// What is to be derived again before a transaction ends.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) cases: BTreeSet<DocumentId>,
    /// That may be in another case, or in none any more.
    pub(super) petitions: BTreeSet<DocumentId>,
    /// Of petitions that were put into a case or taken out of one.
    pub(super) units: BTreeSet<String>,
}

/// Derives what was touched anew, in the transaction that touched it.
pub(super) fn derive(
    connection: &Connection,
    ground: &KnownGround,
    touched: &Touched,
) -> Result<(), StoreError> {
    for unit in &touched.units {
        results::note_gone(connection, unit)?;
    }
    if touched.cases.is_empty() && touched.petitions.is_empty() {
        return Ok(());
    }
    let ground = ground.read(connection)?;
    for petition in &touched.petitions {
        consolidations::link(connection, &ground, *petition)?;
    }
    let mut left = touched.cases.clone();
    while let Some(case) = left.pop_first() {
        if let Some(derived) = derive_case(connection, &ground, case)? {
            note_units(connection, derived.number)?;
            results::note_case(connection, derived.number)?;
            left.extend(derived.repeats);
        }
    }
    Ok(())
}

/// Derives all cases anew.
pub(super) fn derive_all(connection: &Connection) -> Result<(), StoreError> {
    let ids = |sql| -> Result<BTreeSet<DocumentId>, StoreError> {
        let mut statement = connection.prepare(sql)?;
        let ids = statement.query_map([], |row| Ok(DocumentId(row.get(0)?)))?;
        Ok(ids.collect::<Result<_, _>>()?)
    };
    let touched = Touched {
        cases: ids("SELECT id FROM cases")?,
        petitions: ids("SELECT petition FROM consolidations")?,
        units: BTreeSet::new(),
    };
    derive(connection, &KnownGround::default(), &touched)
}

/// What came of deriving a case.
pub(super) struct Derived {
    pub(super) number: i64,
    /// Whether it stands otherwise than before.
    pub(super) is_changed: bool,
    /// The cases that repeat it, where it was not answered before and is now, or the other way round: by when they
    /// are due follows from that.
    pub(super) repeats: Vec<DocumentId>,
}

/// What is derived of a case, and where [`Found::columns`] goes.
pub(super) const COLUMNS: &str =
    "state, particular, is_disputed, carried_over, addressee, to_role, lead, outcome,
     sent_on, due, answer_due, answered_on, told_on, closed_on, raised_on, resolved, standing";

/// Derives a case anew; `None` when there is no such case.
pub(super) fn derive_case(
    connection: &Connection,
    ground: &Ground,
    case: DocumentId,
) -> Result<Option<Derived>, StoreError> {
    let Some(found) = find(connection, ground, case)? else {
        return Ok(None);
    };
    let marks = "?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18";
    let values = [Value::from(found.number)].into_iter();
    let changed = connection
        .prepare_cached(&format!(
            "UPDATE cases SET ({COLUMNS}) = ({marks})
             WHERE number = ?1 AND ({COLUMNS}) IS NOT ({marks})"
        ))?
        .execute(params_from_iter(values.chain(found.columns(ground)?)))?;
    note_agencies(connection, &found)?;
    let is_answered = !found.standing.answered_on.is_empty();
    Ok(Some(Derived {
        number: found.number,
        is_changed: changed > 0,
        repeats: if is_answered == found.was_answered {
            Vec::new()
        } else {
            repeats(connection, case)?
        },
    }))
}

/// The cases that say of a case that they repeat it.
pub(super) fn repeats(
    connection: &Connection,
    case: DocumentId,
) -> Result<Vec<DocumentId>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT id FROM cases WHERE repeated_from = ?1")?;
    let repeats = statement.query_map([case.as_bytes()], |row| Ok(DocumentId(row.get(0)?)))?;
    Ok(repeats.collect::<Result<_, _>>()?)
}

/// What a case carries of each unit. A petition that names no number of voters was raised by one.
pub(super) const CARRIED: &str =
    "SELECT case_number, unit, min(day), session, count(*), sum(max(coalesce(voters, 1), 1))
     FROM petitions WHERE case_number = ?1 GROUP BY unit";

/// Writes what a case carries of each unit.
pub(super) fn note_units(connection: &Connection, case_number: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM case_units WHERE case_number = ?1")?
        .execute([case_number])?;
    connection
        .prepare_cached(&format!(
            "INSERT OR FAIL INTO case_units (case_number, unit, day, session, petitions, voters)
             {CARRIED}"
        ))?
        .execute([case_number])?;
    Ok(())
}

/// Writes to which units a case is assigned.
fn note_agencies(connection: &Connection, found: &Found) -> Result<(), StoreError> {
    if agencies(connection, found.number)? == found.agencies {
        return Ok(());
    }
    connection
        .prepare_cached("DELETE FROM case_agencies WHERE case_number = ?1")?
        .execute([found.number])?;
    let mut insert = connection
        .prepare_cached("INSERT INTO case_agencies (case_number, unit) VALUES (?1, ?2)")?;
    for unit in &found.agencies {
        insert.execute(params![found.number, unit.0])?;
    }
    Ok(())
}

/// To which units a case is assigned, as it was derived.
pub(super) fn agencies(
    connection: &Connection,
    number: i64,
) -> Result<BTreeSet<UnitCode>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT unit FROM case_agencies WHERE case_number = ?1")?;
    let units = statement.query_map([number], |row| Ok(UnitCode(row.get(0)?)))?;
    Ok(units.collect::<Result<_, _>>()?)
}

/// A case and what its papers come to.
pub(super) struct Found {
    pub(super) number: i64,
    pub(super) unit: UnitCode,
    /// The first day on which something that it carries was raised, `yyyy-mm-dd`; empty when nothing is known of that.
    pub(super) raised_on: String,
    /// Since when it is to be sent on, `yyyy-mm-dd`.
    pub(super) begun_on: String,
    /// Whether an earlier case about the same was answered.
    pub(super) is_repeated: bool,
    /// By when the case itself says that it is to be answered, `yyyy-mm-dd`.
    pub(super) named: String,
    /// Whether it was answered when it was derived the last time.
    was_answered: bool,
    pub(super) standing: Standing,
    /// To which units it is assigned by whom it was sent to.
    pub(super) agencies: BTreeSet<UnitCode>,
}

impl Found {
    /// The values of [`COLUMNS`].
    pub(super) fn columns(&self, ground: &Ground) -> Result<[Value; 17], StoreError> {
        let standing = &self.standing;
        let (due, answer_due) = ground.due(self);
        let code = |unit: &Option<UnitCode>| {
            let code = unit.as_ref().map(|unit| unit.0.clone());
            Value::from(code.unwrap_or_default())
        };
        let text = |text: &String| Value::from(text.clone());
        Ok([
            i64::from(standing.state.number()).into(),
            Value::from(standing.particular.map_or("", Particular::name).to_owned()),
            standing.is_disputed.into(),
            standing.carried_over.into(),
            code(&standing.addressee),
            text(&standing.to_role),
            code(&standing.lead),
            text(&standing.outcome),
            text(&standing.sent_on),
            due.into(),
            answer_due.into(),
            text(&standing.answered_on),
            text(&standing.told_on),
            text(&standing.closed_on),
            text(&self.raised_on),
            text(&standing.resolved),
            json(standing)?.into(),
        ])
    }
}

/// Since when what stands in a case is to be sent on: since the end of the council session of what was raised first, or
/// since it was raised, where that is later or there is no session. Of a case that nothing was raised of, since it is made.
pub(super) const BEGUN_ON: &str = "coalesce(nullif((
         SELECT min(max(coalesce(ends, ''), day))
         FROM petitions LEFT JOIN council_sessions ON code = petitions.session
         WHERE case_number = cases.number), ''), created_on)";

const RAISED_ON: &str = "coalesce((
         SELECT min(nullif(day, '')) FROM petitions WHERE case_number = cases.number), '')";

/// A case and what its papers come to; `None` when there is no such case.
pub(super) fn find(
    connection: &Connection,
    ground: &Ground,
    case: DocumentId,
) -> Result<Option<Found>, StoreError> {
    type Row = (i64, String, String, String, bool, bool, String);
    let found: Option<Row> = connection
        .prepare_cached(&format!(
            "SELECT number, unit, {RAISED_ON}, {BEGUN_ON}, answered_on <> '',
                 EXISTS (SELECT 1 FROM cases AS earlier
                     WHERE earlier.id = cases.repeated_from AND earlier.answered_on <> ''),
                 record
             FROM cases WHERE id = ?1"
        ))?
        .query_row([case.as_bytes()], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
                row.get(6)?,
            ))
        })
        .optional()?;
    let Some((number, unit, raised_on, begun_on, was_answered, is_repeated, record)) = found else {
        return Ok(None);
    };
    let unit = UnitCode(unit);
    let voices = voices(connection, number)?;
    let papers = papers(connection, case)?;
    let mut standing = casefile::derive(ground, &unit, &voices, &papers);
    ground.tell_helpers(&unit, &mut standing);
    let has_given_back = |unit: &UnitCode| {
        let mut parties = standing.parties.iter();
        parties.any(|party| party.unit == *unit && party.part == Part::GaveBack)
    };
    let assigned = papers.iter().filter(|paper| match &paper.content {
        Content::Assignment(assignment) => {
            let to = standing.addressee.as_ref();
            assignment.withdrawn.is_empty()
                && !has_given_back(&paper.unit)
                && to.is_some_and(|to| access::reaches(ground, to, &paper.unit))
        }
        _ => false,
    });
    Ok(Some(Found {
        agencies: assigned.map(|paper| paper.unit.clone()).collect(),
        standing,
        number,
        unit,
        raised_on,
        begun_on,
        is_repeated,
        named: from_json::<Case>(&record)?.due,
        was_answered,
    }))
}

fn voices(connection: &Connection, number: i64) -> Result<Vec<Voice>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT DISTINCT unit, village FROM petitions WHERE case_number = ?1")?;
    let voices = statement.query_map([number], |row| {
        Ok(Voice {
            unit: UnitCode(row.get(0)?),
            village: row.get(1)?,
        })
    })?;
    Ok(voices.collect::<Result<_, _>>()?)
}

/// The papers of a case, in no order.
fn papers(connection: &Connection, case: DocumentId) -> Result<Vec<Paper>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, unit, facts FROM case_papers JOIN papers USING (number)
         WHERE case_id = ?1 ORDER BY number LIMIT ?2",
    )?;
    let mut rows = statement.query(params![case.as_bytes(), PAPERS_MAX])?;
    let mut papers = Vec::new();
    while let Some(row) = rows.next()? {
        papers.push(Paper {
            id: document_id(&row.get::<_, Vec<u8>>(0)?)?,
            unit: UnitCode(row.get(1)?),
            content: from_json(&row.get::<_, String>(2)?)?,
        });
    }
    Ok(papers)
}
