//! `GET /api/v1/briefing`: all units side by side for a period (giao ban); and which period the lists behind its numbers
//! are of.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::briefing::{Briefing, Numbers, OutcomeCount};
use kiennghi_shared::casefile;
use kiennghi_shared::code::Code;
use kiennghi_shared::desk::StateCount;
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::profile::AGENCY_TIER;
use kiennghi_shared::schema::is_date;
use serde::Deserialize;

use super::caller::SignedIn;
use super::encoding::answer;
use crate::app::App;
use crate::auth::{Caller, Directory};
use crate::error::ApiError;
use crate::store::{Raised, RaisedCase, RaisedCount, Store, Timeliness, UnitRow};

/// Which period; an empty value does not narrow it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    /// First day, `yyyy-mm-dd`.
    pub(super) from: String,
    /// Last day, `yyyy-mm-dd`.
    pub(super) to: String,
    /// A council session's code.
    pub(super) session: String,
    /// Only this unit and those below it.
    pub(super) unit: String,
    /// Only what the briefing shows in the column of this unit.
    pub(super) column: String,
}

/// Whether it is the council's term that began last, which may be over.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OfTerm {
    term: bool,
}

impl OfTerm {
    /// Puts the term's days in the place of those that were asked for.
    fn fill(&self, wanted: &mut Wanted, directory: &Directory) {
        let terms = directory.district().terms.iter();
        let begun = terms.filter(|term| *term.starts <= *directory.day());
        let term = begun.max_by_key(|term| &term.starts);
        if let Some(term) = term.filter(|_| self.term) {
            wanted.from.clone_from(&term.starts);
            wanted.to.clone_from(&term.ends);
        }
    }
}

pub(super) async fn show_briefing(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let wanted = Wanted::asked(&uri, &caller)?;
    let raised = wanted.raised(&caller)?;
    app.work(move |app| {
        let unit = UnitCode(wanted.unit);
        let briefing = count(&*app.store, &caller, raised, unit)?;
        answer(&headers, &briefing)
    })
    .await
}

impl Wanted {
    /// What an address asks for: with `term=true` the days of the council's term.
    ///
    /// # Errors
    /// [`Code::Malformed`] where it cannot be read.
    pub(super) fn asked(uri: &Uri, caller: &Caller) -> Result<Self, ApiError> {
        let malformed = |_| ApiError(Code::Malformed);
        let Query(mut wanted) = Query::<Self>::try_from_uri(uri).map_err(malformed)?;
        let Query(of_term) = Query::<OfTerm>::try_from_uri(uri).map_err(malformed)?;
        of_term.fill(&mut wanted, caller.directory());
        Ok(wanted)
    }

    /// The unit that is asked for; none for all.
    pub(super) fn unit(&self) -> Option<UnitCode> {
        Some(UnitCode(self.unit.clone())).filter(|unit| !unit.0.is_empty())
    }

    /// What was raised where the caller reads reports.
    ///
    /// # Errors
    /// [`Code::Forbidden`] to those who read none, [`Code::Malformed`] for days that are none.
    pub(super) fn raised(&self, caller: &Caller) -> Result<Raised, ApiError> {
        if !caller.may_somewhere(Verb::Read, Thing::Reports) {
            return Err(ApiError(Code::Forbidden));
        }
        self.check_days()?;
        let directory = caller.directory();
        let (top, column) = (UnitCode(self.unit.clone()), UnitCode(self.column.clone()));
        let units = directory.district().units.iter().map(|unit| &unit.code);
        let units = units
            .filter(|unit| caller.may(Verb::Read, Thing::Reports, unit))
            .filter(|unit| top.0.is_empty() || directory.is_within(&top, unit))
            .filter(|unit| column.0.is_empty() || *standing(directory, unit) == column);
        Ok(Raised {
            units: units.cloned().collect(),
            from: self.from.clone(),
            to: self.to.clone(),
            session: Some(self.session.clone()).filter(|session| !session.is_empty()),
            begins: self.begins(directory),
        })
    }

    /// # Errors
    /// [`Code::Malformed`] for days that are none.
    pub(super) fn check_days(&self) -> Result<(), ApiError> {
        let is_day = |day: &str| day.is_empty() || is_date(day);
        match is_day(&self.from) && is_day(&self.to) {
            true => Ok(()),
            false => Err(ApiError(Code::Malformed)),
        }
    }

    /// The first day: of a council session the one on which it begins.
    fn begins(&self, directory: &Directory) -> String {
        let mut sessions = directory.district().sessions.iter();
        let session = sessions.find(|session| session.code == self.session);
        let starts = session.map_or("", |session| &session.starts);
        self.from.as_str().max(starts).to_owned()
    }
}

/// The unit in whose column something is shown: what stands today in the place of where it was raised.
fn standing<'a>(directory: &'a Directory, unit: &'a UnitCode) -> &'a UnitCode {
    directory.unit_on(unit, directory.day())
}

/// Counts what was raised, unit by unit.
pub(super) fn count(
    store: &dyn Store,
    caller: &Caller,
    raised: Raised,
    unit: UnitCode,
) -> Result<Briefing, ApiError> {
    let directory = caller.directory();
    let mut columns = SideBySide::new(directory);
    for (unit, count) in store.raised(&raised)? {
        columns.each(&unit, |column| column.add(count));
    }
    for case in store.raised_cases(&raised, directory.day())? {
        columns.each(&case.unit, |column| column.add_case(&case));
    }
    let (units, total) = columns.finish(&raised.units);
    Ok(Briefing {
        from: raised.from,
        to: raised.to,
        session: raised.session.unwrap_or_default(),
        today: directory.day().to_owned(),
        units,
        total,
        unit,
    })
}

/// The columns of the units of today, each with what belonged to those whose place they took, and one of all.
struct SideBySide<'a> {
    directory: &'a Directory,
    units: HashMap<UnitCode, Column>,
    total: Column,
}

#[derive(Default)]
struct Column {
    raised: RaisedCount,
    /// Cases that were counted here; whether one carries something raised in the period.
    cases: HashMap<i64, bool>,
    states: BTreeMap<casefile::State, u64>,
    outcomes: BTreeMap<String, u64>,
    on_time: u64,
    late: u64,
    overdue: u64,
    told: u64,
    carried_over: u64,
}

impl<'a> SideBySide<'a> {
    fn new(directory: &'a Directory) -> Self {
        Self {
            directory,
            units: HashMap::new(),
            total: Column::default(),
        }
    }

    /// Counts something of a unit, there and altogether.
    fn each(&mut self, unit: &UnitCode, count: impl Fn(&mut Column)) {
        let unit = standing(self.directory, unit);
        count(self.units.entry(unit.clone()).or_default());
        count(&mut self.total);
    }

    /// The columns: those in which voters are met, and whichever have something to show.
    fn finish(mut self, seen: &[UnitCode]) -> (Vec<Numbers>, Numbers) {
        let directory = self.directory;
        let rows = &directory.district().units;
        let is_standing = |unit: &&UnitRow| unit.successor.is_none() && unit.tier != AGENCY_TIER;
        let has_below = |code: &UnitCode| {
            let mut standing = rows.iter().filter(is_standing);
            standing.any(|unit| unit.parent.as_ref() == Some(code))
        };
        let units = rows.iter().filter_map(|unit| {
            let column = self.units.remove(&unit.code);
            let is_shown =
                is_standing(&unit) && !has_below(&unit.code) && seen.contains(&unit.code);
            let column = column.or_else(|| is_shown.then(Column::default))?;
            Some(column.numbers(unit.code.clone(), unit.name.clone()))
        });
        let units = units.collect();
        let total = self.total.numbers(UnitCode(String::new()), String::new());
        (units, total)
    }
}

impl Column {
    fn add(&mut self, count: RaisedCount) {
        self.raised.meetings += count.meetings;
        self.raised.receptions += count.receptions;
        self.raised.denunciations += count.denunciations;
        self.raised.petitions += count.petitions;
        self.raised.voters += count.voters;
        self.raised.waiting += count.waiting;
    }

    fn add_case(&mut self, case: &RaisedCase) {
        if let Some(is_raised) = self.cases.get_mut(&case.number) {
            *is_raised |= case.is_raised;
            return;
        }
        self.cases.insert(case.number, case.is_raised);
        *self.states.entry(case.state).or_default() += 1;
        if !case.outcome.is_empty() {
            *self.outcomes.entry(case.outcome.clone()).or_default() += 1;
        }
        match case.timeliness {
            Timeliness::Open => {}
            Timeliness::OnTime => self.on_time += 1,
            Timeliness::Late => self.late += 1,
            Timeliness::Overdue => self.overdue += 1,
        }
        self.told += u64::from(case.is_told);
        self.carried_over += u64::from(case.is_carried_over);
    }

    fn numbers(self, unit: UnitCode, name: String) -> Numbers {
        let states = self.states.into_iter();
        let outcomes = self.outcomes.into_iter();
        Numbers {
            unit,
            name,
            meetings: self.raised.meetings,
            receptions: self.raised.receptions,
            denunciations: self.raised.denunciations,
            petitions: self.raised.petitions,
            voters: self.raised.voters,
            waiting: self.raised.waiting,
            cases: self.cases.len() as u64,
            states: states
                .map(|(state, count)| StateCount { state, count })
                .collect(),
            outcomes: outcomes
                .map(|(outcome, count)| OutcomeCount { outcome, count })
                .collect(),
            on_time: self.on_time,
            late: self.late,
            overdue: self.overdue,
            told: self.told,
            carried_over: self.carried_over,
            cases_before: self.cases.values().filter(|is_raised| !**is_raised).count() as u64,
        }
    }
}
