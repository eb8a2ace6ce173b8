//! Who sees a case: whoever may read it in its unit, whoever it concerns by one of its papers, and
//! whoever recorded one of its petitions.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::casefile::{Content, Desk};
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::schema::Kind;

use super::Caller;
use crate::store::{StoredCase, Whose};

impl Caller {
    /// The units of which this user may do this with documents of a kind.
    #[must_use]
    pub fn units_where(&self, verb: Verb, kind: Kind) -> Vec<UnitCode> {
        let units = self.directory().district().units.iter();
        let units = units.map(|unit| &unit.code);
        units
            .filter(|unit| self.may(verb, Thing::Document(kind), unit))
            .cloned()
            .collect()
    }

    /// Whose cases stand on a desk of this user; nobody's when the user has no such desk.
    #[must_use]
    pub fn cases_at(&self, desk: Desk) -> Whose {
        match desk {
            Desk::Committee => Whose::Committee(self.units_where(Verb::Read, Kind::Case)),
            Desk::Executive => Whose::Executive(self.units_where(Verb::Write, Kind::Assignment)),
            Desk::Agency => Whose::Agency(self.units_where(Verb::Read, Kind::Assignment)),
        }
    }

    /// Whether this user reads documents of a kind in a unit.
    #[must_use]
    pub fn reads(&self, kind: Kind, unit: &UnitCode) -> bool {
        self.may(Verb::Read, Thing::Document(kind), unit)
    }

    /// Whether this user sees a case.
    #[must_use]
    pub fn sees(&self, case: &StoredCase) -> bool {
        let row = &case.row;
        let is_addressee =
            |unit: &UnitCode| self.may(Verb::Write, Thing::Document(Kind::Assignment), unit);
        self.reads(Kind::Case, &row.unit)
            || row.standing.addressee.as_ref().is_some_and(is_addressee)
            || case.papers.iter().any(|paper| {
                let kind = paper.content.kind();
                matches!(kind, Kind::Assignment | Kind::Answer) && self.reads(kind, &paper.unit)
            })
            || case
                .voices
                .iter()
                .any(|voice| self.reads(Kind::Petition, &voice.unit))
    }

    /// Whether this user sees a paper of a case that it sees: a dispatch that is still being written is its
    /// committee's alone.
    #[must_use]
    pub fn sees_paper(&self, content: &Content, unit: &UnitCode) -> bool {
        match content {
            Content::Dispatch(dispatch) if dispatch.sent.is_empty() => {
                self.reads(Kind::Dispatch, unit)
            }
            _ => true,
        }
    }
}
