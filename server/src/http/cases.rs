//! `GET /api/v1/cases`, `/needs` and `/dispatches`: what stands on the caller's desks, and the lists behind a briefing's
//! numbers, from the projections.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::calendar::Day;
use kiennghi_shared::casefile::{self, Desk, Need, Part, Particular, Situation, Standing};
use kiennghi_shared::code::Code;
use kiennghi_shared::deadline::Step;
use kiennghi_shared::desk::{
    CaseList, CaseRow, DispatchList, DispatchRow, DueCounts, NeedCount, Needs, StateCount,
};
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::schema::Kind;
use serde::Deserialize;

use super::caller::SignedIn;
use super::encoding::answer;
use super::{briefing, tables};
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::store::{self, CaseFilter, Letters, Raised, ReviewFilter, Store, Timeliness, Whose};

/// What a table of cases is asked for; an empty value asks for nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    /// `committee`, `executive` or `agency`.
    desk: String,
    /// A state by its name.
    state: String,
    /// A need by its name.
    need: String,
    text: String,
    unit: String,
    field: String,
    competence: String,
    session: String,
    /// What a briefing counts, for those who read reports; otherwise what stands on the desk.
    briefing: bool,
    /// Only cases of a period, as a briefing counts them: of this unit and those below it, from one day, `yyyy-mm-dd`, to
    /// another, of meetings of this council session, in the column of this unit.
    raised_in: String,
    from: String,
    to: String,
    raised_session: String,
    column: String,
    /// Of those, only cases from before the period, or only what carries something raised in it.
    before: Option<bool>,
    outcome: String,
    /// `open`, `on-time`, `late` or `overdue`.
    timeliness: String,
    told: Option<bool>,
    carried_over: Option<bool>,
    /// Only open cases of which supervision said last that they are not settled for good.
    unsettled: bool,
    /// Only open cases that have been so over at least so many council sessions.
    sessions_min: Option<u64>,
    /// Only what the desk has to see to and is due by this day, `yyyy-mm-dd`.
    due_by: String,
    /// At a committee's desk, what others have sent to it.
    received: bool,
    /// Only what a letter may remind of: whose answer is late or due soon, or has not been followed by what it promised.
    remind: bool,
    /// Only cases that this dispatch carries.
    dispatch: Option<DocumentId>,
    /// Of findings: only those of this programme.
    pub(super) programme: String,
    pub(super) offset: u64,
    limit: Option<u64>,
}

impl Wanted {
    fn desk(&self) -> Result<Desk, ApiError> {
        match self.desk.as_str() {
            "" | "committee" => Ok(Desk::Committee),
            "executive" => Ok(Desk::Executive),
            "agency" => Ok(Desk::Agency),
            _ => Err(ApiError(Code::Malformed)),
        }
    }

    pub(super) fn limit(&self) -> u64 {
        tables::rows(self.limit)
    }

    fn filter(&self, caller: &Caller) -> Result<CaseFilter, ApiError> {
        let desk = self.desk()?;
        // What supervision finds is told to committees alone.
        if self.unsettled && (self.briefing || desk != Desk::Committee) {
            return Err(ApiError(Code::Malformed));
        }
        let named = |name: &str, known: bool| {
            if name.is_empty() || known {
                Ok(())
            } else {
                Err(ApiError(Code::Malformed))
            }
        };
        let (state, need) = (
            casefile::State::from_name(&self.state),
            Need::from_name(&self.need),
        );
        named(&self.state, state.is_some())?;
        named(&self.need, need.is_some())?;
        let timeliness = Timeliness::from_name(&self.timeliness);
        named(&self.timeliness, timeliness.is_some())?;
        let is_due = !self.due_by.is_empty();
        let seen_to = match is_due {
            true => caller.needs_at(desk),
            false => Vec::new(),
        };
        let fits = |situation: &Situation| {
            let found = casefile::need(desk, *situation);
            state.is_none_or(|state| situation.state == state)
                && need.is_none_or(|need| found == Some(need))
                && (!is_due || found.is_some_and(|need| need.is_timed() && seen_to.contains(&need)))
                && (need.is_some() || is_due || is_kept(situation))
                && !(self.remind && situation.particular == Some(Particular::Received))
        };
        let given = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        let raised = self.raised(caller)?;
        let whose = match &raised {
            Some(raised) if self.briefing => Whose::Village(raised.units.clone()),
            _ if self.received && desk == Desk::Committee => Whose::Received(caller.receives_at()),
            _ => caller.cases_at(desk),
        };
        Ok(CaseFilter {
            whose,
            situations: match (state, need) {
                (None, None) if !is_due && !self.remind => None,
                _ => Some(Situation::all().filter(fits).collect()),
            },
            today: caller.directory().day().to_owned(),
            words: tables::words(&self.text),
            unit: given(&self.unit).map(UnitCode),
            field: given(&self.field),
            competence: given(&self.competence),
            session: given(&self.session),
            raised,
            before: self.before,
            outcome: given(&self.outcome),
            timeliness,
            told: self.told,
            carried_over: self.carried_over,
            unsettled: self.unsettled,
            open_since: self.sessions_min.map(|sessions| {
                let first = caller.directory().begins_last(sessions);
                first.unwrap_or_default().to_owned()
            }),
            due_by: given(&self.due_by),
            to_remind: self.remind.then(|| caller.directory().soon()),
            dispatch: self.dispatch,
            // What is work, and whatever is at the desks of those who have nothing else, is done in that order.
            due_first: need.is_some()
                || is_due
                || self.remind
                || !self.briefing
                    && (desk != Desk::Committee || state.is_some_and(|state| !state.is_over())),
        })
    }

    /// The same, but only what the desk has to see to and is due by a day.
    fn filter_due(&self, caller: &Caller, day: &str) -> Result<CaseFilter, ApiError> {
        let wanted = Wanted {
            due_by: day.to_owned(),
            ..self.clone()
        };
        wanted.filter(caller)
    }

    /// The period that is asked for, if one is, by the names that it has beside a case's own unit and session. Whoever
    /// looks for words learns what petitions say.
    fn raised(&self, caller: &Caller) -> Result<Option<Raised>, ApiError> {
        let period = briefing::Wanted {
            from: self.from.clone(),
            to: self.to.clone(),
            session: self.raised_session.clone(),
            unit: self.raised_in.clone(),
            column: self.column.clone(),
        };
        if !self.briefing && self.before.is_none() && period == briefing::Wanted::default() {
            return Ok(None);
        }
        let mut raised = period.raised(caller)?;
        if !self.text.is_empty() {
            let units = &mut raised.units;
            units.retain(|unit| caller.reads(Kind::Petition, unit));
        }
        Ok(Some(raised))
    }
}

pub(super) async fn list_cases(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(wanted) = wanted.map_err(|_| ApiError(Code::Malformed))?;
    app.work(move |app| {
        let filter = wanted.filter(&caller)?;
        let page = app.store.cases(&filter, wanted.offset, wanted.limit())?;
        let show = if wanted.briefing {
            counted_row
        } else {
            case_row
        };
        let rows = page.cases.into_iter().map(|row| show(&caller, row));
        let list = CaseList {
            total: page.total,
            cases: rows.collect(),
            soon: caller.directory().soon(),
            today: filter.today,
        };
        answer(&headers, &list)
    })
    .await
}

pub(super) async fn show_needs(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(wanted) = wanted.map_err(|_| ApiError(Code::Malformed))?;
    app.work(move |app| {
        let desk = wanted.desk()?;
        let filter = wanted.filter(&caller)?;
        let counts = app.store.case_counts(&filter)?;
        let count = |fits: &dyn Fn(&Situation) -> bool| {
            let fitting = counts.iter().filter(|(situation, _)| fits(situation));
            fitting.map(|(_, count)| count).sum::<u64>()
        };
        let needs = caller.needs_at(desk).into_iter().map(|need| NeedCount {
            need,
            count: count(&|situation| casefile::need(desk, *situation) == Some(need)),
        });
        let states = casefile::State::ALL.iter().map(|&state| StateCount {
            state,
            count: count(&|situation| situation.state == state && is_kept(situation)),
        });
        let ((waiting, waiting_due), reviews) = match desk {
            Desk::Committee => (
                waiting(&*app.store, &caller)?,
                reviews(&*app.store, &caller)?,
            ),
            Desk::Executive | Desk::Agency => ((0, DueCounts::default()), 0),
        };
        let shown = Needs {
            waiting,
            waiting_due,
            reviews,
            needs: needs.filter(|counted| counted.count > 0).collect(),
            states: states.filter(|counted| counted.count > 0).collect(),
            due: due(&*app.store, &caller, &wanted)?,
            soon: caller.directory().soon(),
            today: filter.today,
        };
        answer(&headers, &shown)
    })
    .await
}

/// Whether it is counted in its state: what was put away is none.
fn is_kept(situation: &Situation) -> bool {
    situation.particular != Some(Particular::Empty)
}

/// How the cases that the desk has to see to stand before their deadlines.
fn due(store: &dyn Store, caller: &Caller, wanted: &Wanted) -> Result<DueCounts, ApiError> {
    let last = Day::LAST.to_string();
    let filter = wanted.filter_due(caller, &last)?;
    let counts = store.case_counts(&filter)?;
    let overdue = counts.iter().filter(|(situation, _)| situation.is_overdue);
    let overdue = overdue.map(|(_, count)| count).sum();
    let all: u64 = counts.iter().map(|(_, count)| count).sum();
    let filter = wanted.filter_due(caller, &caller.directory().soon())?;
    let near: u64 = store
        .case_counts(&filter)?
        .iter()
        .map(|(_, count)| count)
        .sum();
    Ok(DueCounts {
        on_time: all - near,
        soon: near - overdue,
        overdue,
    })
}

/// How many petitions of the caller's committees no case carries, and how those stand before their deadlines.
fn waiting(store: &dyn Store, caller: &Caller) -> Result<(u64, DueCounts), ApiError> {
    let units = caller.units_where(Verb::Write, Kind::Consolidation);
    let directory = caller.directory();
    Ok(store.waiting(&units, (directory.day(), &directory.soon()))?)
}

/// How much the caller is to decide about.
fn reviews(store: &dyn Store, caller: &Caller) -> Result<u64, ApiError> {
    let scope = caller.reviews();
    if scope.is_empty() {
        return Ok(0);
    }
    let filter = ReviewFilter {
        scope,
        before: None,
        limit: 0,
    };
    Ok(store.reviews(&filter)?.total)
}

/// A case as a briefing's list shows it: to those who do not see it what reports count.
fn counted_row(caller: &Caller, mut row: store::CaseRow) -> CaseRow {
    if !caller.sees_row(&row) {
        row.case.wording.clear();
    }
    case_row(caller, row)
}

/// The body that a case was sent to; empty before.
pub(super) fn addressee_name(caller: &Caller, standing: &Standing) -> String {
    let to = standing.addressee.as_ref();
    to.map(|unit| caller.directory().body_name(unit, &standing.to_role))
        .unwrap_or_default()
}

pub(super) fn case_row(caller: &Caller, mut row: store::CaseRow) -> CaseRow {
    caller.narrow(&mut row);
    if !caller.reads(Kind::Case, &row.unit) {
        tell_helper(caller, &mut row);
    }
    let directory = caller.directory();
    let name = |unit: &UnitCode| directory.unit_name(unit).to_owned();
    CaseRow {
        sessions: directory.sessions_open(&row.raised_on, &row.standing.closed_on),
        unit_name: name(&row.unit),
        addressee_name: addressee_name(caller, &row.standing),
        lead_name: row
            .standing
            .lead
            .as_ref()
            .map(|lead| directory.body_name(lead, "executive"))
            .unwrap_or_default(),
        id: row.id,
        unit: row.unit,
        case: row.case,
        standing: row.standing,
        due: row.due,
        due_step: row.due_step,
        answer_due: row.answer_due,
        petitions: row.petitions,
        voters: row.voters,
        created_on: row.created_on,
        updated_at: row.updated_at,
        conflicts: row.conflicts,
    }
}

/// Says to an agency that is to help by when it is to have its say: the day of whoever answers is not its own. To one
/// that has done its part, or where no answer is awaited, nothing.
fn tell_helper(caller: &Caller, row: &mut store::CaseRow) {
    let writes = |kind, unit: &UnitCode| caller.may(Verb::Write, Thing::Document(kind), unit);
    let to = row.standing.addressee.as_ref();
    if to.is_none_or(|to| writes(Kind::Assignment, to)) {
        return;
    }
    let is_own = |unit: &UnitCode| writes(Kind::Answer, unit);
    let parties = row.standing.parties.iter();
    let mut own = parties.filter(|party| is_own(&party.unit)).peekable();
    if own.peek().is_none() || own.clone().any(|party| party.part == Part::Lead) {
        return;
    }
    let as_helper = Situation {
        state: row.standing.state,
        particular: Some(Particular::Helping),
        is_disputed: row.standing.is_disputed,
        is_overdue: false,
    };
    let is_awaited = casefile::need(Desk::Agency, as_helper) == Some(Need::Contribute);
    let helping = own.filter(|party| is_awaited && party.part == Part::Coordinating);
    let days = helping.map(|party| party.due.clone());
    row.due = days.filter(|day| !day.is_empty()).min().unwrap_or_default();
    row.due_step = (!row.due.is_empty()).then_some(Step::Coordinate);
}

pub(super) async fn list_dispatches(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(wanted) = wanted.map_err(|_| ApiError(Code::Malformed))?;
    app.work(move |app| {
        let letters = match wanted.desk()? {
            Desk::Committee if wanted.received => Letters::Received(caller.receives_at()),
            Desk::Committee => Letters::From(caller.units_where(Verb::Read, Kind::Dispatch)),
            Desk::Executive => Letters::To(caller.executive_units()),
            Desk::Agency => Letters::To(Vec::new()),
        };
        let (total, rows) = app
            .store
            .dispatches(&letters, wanted.offset, wanted.limit())?;
        let rows = rows.into_iter().map(|row| DispatchRow {
            unit_name: caller.directory().unit_name(&row.unit).to_owned(),
            id: row.id,
            unit: row.unit,
            dispatch: row.dispatch,
            conflicts: row.conflicts,
        });
        let list = DispatchList {
            total,
            dispatches: rows.collect(),
        };
        answer(&headers, &list)
    })
    .await
}
