//! The tables of a period as one workbook or document: counts for whoever reads reports, and lists for those who read
//! what stands in them.

use std::collections::{BTreeMap, HashMap, HashSet};

use kiennghi_shared::briefing::Briefing;
use kiennghi_shared::casefile::{Holder, State, answerer};
use kiennghi_shared::catalogue::COMMITTEE;
use kiennghi_shared::code::Code;
use kiennghi_shared::field_of_work::FieldOfWork;
use kiennghi_shared::id::UnitCode;

use super::lists::lists;
use super::{Period, Printed, printed};
use crate::auth::{Caller, Directory};
use crate::papers::counts::{
    AgencyCount, FieldCount, UnitCount, by_agency, by_field_and_unit, by_unit,
};
use crate::papers::review::side_by_side;
use crate::papers::{self, Table};
use crate::store::{RaisedCase, Store};

/// What stands in the place of a field of work, and of who has a case, where none was named.
const NO_FIELD: &str = "Chưa phân loại";
const SENT_BACK: &str = "Bị trả lại, chờ chuyển nơi khác";
const NOT_SENT: &str = "Chưa chuyển";
const ELSEWHERE: &str = "Nơi khác";
/// Whom in a unit: the codes of [`ADDRESSEES`](kiennghi_shared::catalogue::ADDRESSEES).
const EXECUTIVE: &str = "executive";

/// The tables as `.xlsx` or `.docx`, as `write` writes them. The period is the briefing's.
///
/// # Errors
/// [`Code::TooLarge`] for more cases than one workbook holds; when the store fails.
pub fn tables(
    store: &dyn Store,
    caller: &Caller,
    period: &Period,
    briefing: &Briefing,
    write: fn(&[Table]) -> Result<Vec<u8>, papers::Error>,
) -> Result<Printed, Code> {
    let directory = caller.directory();
    let about = format!("({})", period.words(directory));
    let fields = store.raised_fields(&period.raised)?;
    let cases = store.raised_cases(&period.raised, directory.day())?;
    let mut tables = vec![
        side_by_side(briefing, &about),
        units(briefing, &about),
        fields_and_units(directory, briefing, fields, &about),
        agencies(directory, &cases, &about),
    ];
    tables.extend(lists(store, caller, period, briefing, &about)?);
    printed("Các bảng giao ban", write(&tables))
}

fn units(briefing: &Briefing, about: &str) -> Table {
    let counts = briefing.units.iter().map(|numbers| UnitCount {
        unit: numbers.name.clone(),
        petitions: numbers.petitions,
    });
    by_unit(&counts.collect::<Vec<_>>(), about)
}

/// By the units of the briefing: those of today; fields of work that are used no more stand there for as long as
/// something of the period has them.
fn fields_and_units(
    directory: &Directory,
    briefing: &Briefing,
    raised: Vec<(UnitCode, String, u64)>,
    about: &str,
) -> Table {
    let columns: HashMap<&UnitCode, usize> = (briefing.units.iter().enumerate())
        .map(|(index, numbers)| (&numbers.unit, index))
        .collect();
    let has = |field: &FieldOfWork| raised.iter().any(|(_, code, _)| *code == field.code);
    let fields = directory.district().fields.used_on(directory.day(), has);
    let named = fields.iter().map(|field| field.name.as_str());
    let mut rows: Vec<FieldCount> = named
        .chain([NO_FIELD])
        .map(|name| FieldCount {
            field: name.to_owned(),
            petitions: vec![0; briefing.units.len()],
        })
        .collect();
    let last = rows.len() - 1;
    for (unit, code, count) in raised {
        let row = fields.iter().position(|field| field.code == code);
        let unit = directory.unit_on(&unit, directory.day());
        if let Some(column) = columns.get(unit) {
            rows[row.unwrap_or(last)].petitions[*column] += count;
        }
    }
    if rows[last].petitions.iter().all(|count| *count == 0) {
        rows.pop();
    }
    let names: Vec<_> = briefing
        .units
        .iter()
        .map(|unit| unit.name.clone())
        .collect();
    by_field_and_unit(&names, &rows, about)
}

/// By whoever leads, or whom it was sent to, each case once; last those that nobody is asked to answer.
fn agencies(directory: &Directory, cases: &[RaisedCase], about: &str) -> Table {
    let mut agencies: BTreeMap<Asked<'_>, AgencyCount> = BTreeMap::new();
    let mut seen = HashSet::new();
    for case in cases.iter().filter(|case| seen.insert(case.number)) {
        let count = agencies.entry(Asked::of(case)).or_default();
        count.total += 1;
        let of_outcome = match case.outcome.as_str() {
            "resolved" => &mut count.resolved,
            "in-progress" => &mut count.in_progress,
            "explained" => &mut count.explained,
            "unresolved" => &mut count.unresolved,
            _ => continue,
        };
        *of_outcome += 1;
        count.answered += 1;
    }
    let named = agencies.into_iter().map(|(asked, count)| AgencyCount {
        agency: asked.name(directory),
        ..count
    });
    by_agency(&named.collect::<Vec<_>>(), about)
}

/// Who is asked to answer a case, in the order of the table.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Asked<'a> {
    /// A unit, and whom in it.
    Unit(&'a UnitCode, &'static str),
    /// Somebody who is no unit here.
    Elsewhere,
    /// Nobody any more: it came back.
    SentBack,
    /// Nobody yet.
    Nobody,
}

impl<'a> Asked<'a> {
    fn of(case: &'a RaisedCase) -> Self {
        let (unit, role) = match answerer(case.state, case.lead.is_some()) {
            Holder::Committee if case.state == State::SentBack => return Asked::SentBack,
            Holder::Committee => return Asked::Nobody,
            Holder::Addressee if case.to_role == COMMITTEE => (&case.addressee, COMMITTEE),
            Holder::Addressee => (&case.addressee, EXECUTIVE),
            Holder::Lead => (&case.lead, EXECUTIVE),
        };
        unit.as_ref()
            .map_or(Asked::Elsewhere, |unit| Asked::Unit(unit, role))
    }

    fn name(&self, directory: &Directory) -> String {
        match self {
            Asked::Unit(unit, role) => directory.body_name(unit, role),
            Asked::Elsewhere => ELSEWHERE.to_owned(),
            Asked::SentBack => SENT_BACK.to_owned(),
            Asked::Nobody => NOT_SENT.to_owned(),
        }
    }
}
