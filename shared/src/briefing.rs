//! The review of all units side by side (giao ban): meetings, petitions and cases of a period, as the server
//! answers.

use minicbor::{Decode, Encode};
use serde::Serialize;

use crate::casefile::State;
use crate::desk::StateCount;
use crate::id::UnitCode;

/// A period's numbers.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
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
}

/// The numbers of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
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
    /// Cases (kiến nghị).
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
}

impl Numbers {
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
