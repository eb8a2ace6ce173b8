//! The review of all units side by side (giao ban): meetings, petitions and cases of a period, as the server
//! answers.

pub mod words;

use minicbor::{Decode, Encode};
use serde::Serialize;

use crate::casefile::State;
use crate::desk::StateCount;
use crate::id::{DocumentId, UnitCode};
use crate::order::decode_in_order;
use crate::record::Meeting;

/// What a person reads of which cases a period counts (decision 23).
pub const CASES_OF_A_PERIOD: &str = "Vụ việc của kỳ báo cáo gồm vụ việc có ý kiến cử tri nêu trong kỳ và vụ việc nêu \
     từ trước mà đến đầu kỳ chưa kết thúc. Vụ việc kéo dài qua nhiều kỳ được tính ở từng kỳ, nên số của các kỳ không \
     cộng lại với nhau. Trạng thái và kết quả là của hôm nay.";

/// A period's numbers.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct Briefing {
    /// First day, `yyyy-mm-dd`; empty for no beginning.
    #[n(0)]
    pub from: String,
    /// Last day, `yyyy-mm-dd`; empty for no end.
    #[n(1)]
    pub to: String,
    /// The council session's code; empty for all.
    #[n(2)]
    pub session: String,
    /// The server's day, `yyyy-mm-dd`: what is due earlier is overdue.
    #[n(3)]
    pub today: String,
    /// The units, in the order of the district.
    #[n(4)]
    pub units: Vec<Numbers>,
    /// All of them together: a case that carries petitions of several units counts once.
    #[n(5)]
    pub total: Numbers,
    /// The unit that was asked for, with those below it; empty for all.
    #[n(6)]
    pub unit: UnitCode,
}

/// The numbers of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct Numbers {
    /// The unit; empty for all together.
    #[n(0)]
    pub unit: UnitCode,
    /// Its name.
    #[n(1)]
    pub name: String,
    /// Meetings with voters.
    #[n(2)]
    pub meetings: u64,
    /// Receptions of citizens.
    #[n(3)]
    pub receptions: u64,
    /// Denunciations that were handed over on paper.
    #[n(4)]
    pub denunciations: u64,
    /// Petitions, as they were raised (ý kiến).
    #[n(5)]
    pub petitions: u64,
    /// Voters who raised them, at least.
    #[n(6)]
    pub voters: u64,
    /// Petitions that no case carries yet.
    #[n(7)]
    pub waiting: u64,
    /// Cases (kiến nghị): those that carry what was raised in the period, and those raised before it that were not
    /// closed when it began.
    #[n(8)]
    pub cases: u64,
    /// Cases by state; none of zero.
    #[n(9)]
    pub states: Vec<StateCount>,
    /// Cases that were answered, by outcome; none of zero.
    #[n(10)]
    pub outcomes: Vec<OutcomeCount>,
    /// Cases that were answered in time.
    #[n(11)]
    pub on_time: u64,
    /// Cases that were answered late.
    #[n(12)]
    pub late: u64,
    /// Cases that are not answered and should be.
    #[n(13)]
    pub overdue: u64,
    /// Cases of whose answer every village was told.
    #[n(14)]
    pub told: u64,
    /// Cases that supervision carried over at least once.
    #[n(15)]
    pub carried_over: u64,
    /// Of the cases, those that carry nothing raised in the period: they came from before it.
    #[n(16)]
    pub cases_before: u64,
}

/// A number of a briefing: one of [`Numbers`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Count {
    /// Meetings with voters.
    Meetings,
    /// Receptions of citizens.
    Receptions,
    /// Denunciations: the list's own number of them, of meetings at which some were handed over.
    Denunciations,
    /// Petitions.
    Petitions,
    /// Voters: the list's own number of them, of petitions.
    Voters,
    /// Petitions that no case carries.
    Waiting,
    /// Cases.
    Cases,
    /// Cases from before the period.
    CasesBefore,
    /// Cases in a state.
    State(State),
    /// Cases that were answered with an outcome: a code.
    Outcome(String),
    /// Cases that were answered in time.
    OnTime,
    /// Cases that were answered late.
    Late,
    /// Cases that are not answered and should be.
    Overdue,
    /// Cases of whose answer every village was told.
    Told,
    /// Cases that supervision carried over.
    CarriedOver,
}

/// The list behind a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// `meetings`, `petitions` or `cases`: the table under `/api/v1/`.
    pub table: &'static str,
    /// What it is asked for, by name; none is empty.
    pub query: Vec<(&'static str, String)>,
}

impl Briefing {
    /// The list behind a number of a unit or of all together. Its `total` is the number; of voters and of denunciations
    /// it is what the list names so.
    #[must_use]
    pub fn list(&self, numbers: &Numbers, count: &Count) -> List {
        let (table, narrowed) = count.narrowed();
        let (unit, session) = match table {
            "cases" => ("raised_in", "raised_session"),
            _ => ("unit", "session"),
        };
        let period = [
            ("briefing", "true"),
            ("from", self.from.as_str()),
            ("to", self.to.as_str()),
            (session, self.session.as_str()),
            (unit, self.unit.0.as_str()),
            ("column", numbers.unit.0.as_str()),
        ];
        let query = period.into_iter().chain(narrowed);
        let query = query.filter(|(_, value)| !value.is_empty());
        List {
            table,
            query: query
                .map(|(name, value)| (name, value.to_owned()))
                .collect(),
        }
    }
}

impl Count {
    /// The table that it counts rows of, and what those are narrowed by.
    fn narrowed(&self) -> (&'static str, Option<(&'static str, &str)>) {
        match self {
            Count::Meetings => ("meetings", Some(("reception", "false"))),
            Count::Receptions => ("meetings", Some(("reception", "true"))),
            Count::Denunciations => ("meetings", Some(("denunciations", "true"))),
            Count::Petitions | Count::Voters => ("petitions", None),
            Count::Waiting => ("petitions", Some(("waiting", "true"))),
            Count::Cases => ("cases", None),
            Count::CasesBefore => ("cases", Some(("before", "true"))),
            Count::State(state) => ("cases", Some(("state", state.name()))),
            Count::Outcome(outcome) => ("cases", Some(("outcome", outcome))),
            Count::OnTime => ("cases", Some(("timeliness", "on-time"))),
            Count::Late => ("cases", Some(("timeliness", "late"))),
            Count::Overdue => ("cases", Some(("timeliness", "overdue"))),
            Count::Told => ("cases", Some(("told", "true"))),
            Count::CarriedOver => ("cases", Some(("carried_over", "true"))),
        }
    }
}

impl Numbers {
    /// The number that counts this.
    #[must_use]
    pub fn of(&self, count: &Count) -> u64 {
        match count {
            Count::Meetings => self.meetings,
            Count::Receptions => self.receptions,
            Count::Denunciations => self.denunciations,
            Count::Petitions => self.petitions,
            Count::Voters => self.voters,
            Count::Waiting => self.waiting,
            Count::Cases => self.cases,
            Count::CasesBefore => self.cases_before,
            Count::State(state) => self.in_state(*state),
            Count::Outcome(outcome) => self.with_outcome(outcome),
            Count::OnTime => self.on_time,
            Count::Late => self.late,
            Count::Overdue => self.overdue,
            Count::Told => self.told,
            Count::CarriedOver => self.carried_over,
        }
    }

    /// How many cases are in a state.
    #[must_use]
    pub fn in_state(&self, state: State) -> u64 {
        let mut states = self.states.iter();
        states
            .find(|counted| counted.state == state)
            .map_or(0, |counted| counted.count)
    }

    /// How many cases were answered with an outcome.
    #[must_use]
    pub fn with_outcome(&self, outcome: &str) -> u64 {
        let mut outcomes = self.outcomes.iter();
        outcomes
            .find(|counted| counted.outcome == outcome)
            .map_or(0, |counted| counted.count)
    }
}

/// How many cases were answered with an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct OutcomeCount {
    /// A code of [`OUTCOMES`](crate::catalogue::OUTCOMES).
    #[n(0)]
    pub outcome: String,
    /// How many.
    #[n(1)]
    pub count: u64,
}

/// One page of meetings and receptions.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct MeetingList {
    /// How many there are on all pages.
    #[n(0)]
    pub total: u64,
    /// Those of this page, the latest first.
    #[n(1)]
    pub meetings: Vec<MeetingRow>,
    /// Denunciations that were handed over on paper at all of them.
    #[n(2)]
    pub denunciations: u64,
}

/// A meeting in a table.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct MeetingRow {
    /// The document.
    #[n(0)]
    pub id: DocumentId,
    /// Its unit.
    #[n(1)]
    pub unit: UnitCode,
    /// The unit's name.
    #[n(2)]
    pub unit_name: String,
    /// Its fields; to those who read reports alone its session, day and kind, and how many voters came.
    #[n(3)]
    pub meeting: Meeting,
    /// Denunciations that were handed over on paper.
    #[n(4)]
    pub denunciations: u64,
    /// Petitions that were raised at it.
    #[n(5)]
    pub petitions: u64,
}

decode_in_order! {
    Briefing { from, to, session, today, units, total, unit }
    Numbers {
        unit, name, meetings, receptions, denunciations, petitions, voters, waiting, cases, states, outcomes, on_time,
        late, overdue, told, carried_over, cases_before,
    }
    MeetingList { total, meetings, denunciations }
    MeetingRow { id, unit, unit_name, meeting, denunciations, petitions }
}
