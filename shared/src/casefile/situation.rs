//! What of a case decides who is to do what.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Part, Standing, State};
use crate::id::UnitCode;

/// What is particular about a case in its state.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Particular {
    /// Voters were told that it is over, and nobody found it so on site.
    #[n(1)]
    Unchecked,
    /// Whoever was to answer gave it back to whoever assigned it.
    #[n(2)]
    GivenBack,
    /// Nothing that voters raised is in it any more (bỏ tổng hợp), and it is nowhere else.
    #[n(3)]
    Empty,
    /// Seen from an agency: another is to answer, and this one to help.
    #[n(4)]
    Helping,
    /// Seen from an agency: it has done its part, or has none any more.
    #[n(5)]
    Helped,
    /// Seen from a committee: another committee sent it, and this one is to answer.
    #[n(6)]
    Received,
}

impl Particular {
    /// Every one of them.
    pub const ALL: &'static [Particular] = &[
        Particular::Unchecked,
        Particular::GivenBack,
        Particular::Empty,
        Particular::Helping,
        Particular::Helped,
        Particular::Received,
    ];

    /// Its name in the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Particular::Unchecked => "unchecked",
            Particular::GivenBack => "given-back",
            Particular::Empty => "empty",
            Particular::Helping => "helping",
            Particular::Helped => "helped",
            Particular::Received => "received",
        }
    }

    /// What has this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Particular> {
        Self::ALL.iter().copied().find(|one| one.name() == name)
    }

    /// Whether a case in this state can be so.
    fn is_of(self, state: State) -> bool {
        match self {
            Particular::Unchecked => state == State::Told,
            Particular::GivenBack => state == State::Dispatched,
            Particular::Empty => matches!(state, State::Consolidated | State::SentBack),
            Particular::Helping | Particular::Helped | Particular::Received => {
                state > State::Consolidated
            }
        }
    }
}

/// What of a case decides who is to do what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Situation {
    /// How far it has come.
    pub state: State,
    /// What is particular about it.
    pub particular: Option<Particular>,
    /// Whether somebody says that it is not solved.
    pub is_disputed: bool,
    /// Whether whoever is to act is late.
    pub is_overdue: bool,
}

impl Situation {
    /// Every situation that a case can be in.
    pub fn all() -> impl Iterator<Item = Situation> {
        let flags = [(false, false), (false, true), (true, false), (true, true)];
        let of = |state: State| {
            let particular = Particular::ALL.iter().copied();
            let particular = particular.filter(move |one| one.is_of(state)).map(Some);
            std::iter::once(None).chain(particular)
        };
        let kinds = State::ALL.iter();
        let kinds = kinds.flat_map(move |&state| of(state).map(move |one| (state, one)));
        kinds.flat_map(move |(state, particular)| {
            flags.map(|(is_disputed, is_overdue)| Situation {
                state,
                particular,
                is_disputed,
                is_overdue,
            })
        })
    }
}

impl Particular {
    /// What is particular about a case that stands so, and carries petitions or none.
    #[must_use]
    pub fn of(standing: &Standing, is_empty: bool) -> Option<Particular> {
        let given_back = || {
            standing
                .parties
                .iter()
                .any(|party| party.part == Part::GaveBack)
        };
        match standing.state {
            State::Told if standing.awaits_check() => Some(Particular::Unchecked),
            State::Dispatched if given_back() => Some(Particular::GivenBack),
            State::Consolidated | State::SentBack if is_empty => Some(Particular::Empty),
            _ => None,
        }
    }

    /// The same seen from a committee: of a case of this unit, by the units whose committee it is.
    #[must_use]
    pub fn of_committee(
        standing: &Standing,
        unit: &UnitCode,
        is_own: impl Fn(&UnitCode) -> bool,
    ) -> Option<Particular> {
        match standing.received_by(unit, is_own) {
            Some(_) => Some(Particular::Received),
            None => standing.particular,
        }
    }

    /// The same seen from an agency of these units.
    #[must_use]
    pub fn of_agency(
        standing: &Standing,
        is_own: impl Fn(&UnitCode) -> bool,
    ) -> Option<Particular> {
        let own = standing.parties.iter().filter(|party| is_own(&party.unit));
        // Whoever leads in one of its units answers, whatever is asked of the others.
        match own.map(|party| party.part).min() {
            Some(Part::Lead) => None,
            Some(Part::Coordinating) => Some(Particular::Helping),
            Some(Part::Contributed | Part::GaveBack) | None => Some(Particular::Helped),
        }
    }
}
