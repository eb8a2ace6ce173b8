//! What the pages may offer, asked of the same table that the server asks: no button leads to a refusal.

use kiennghi_shared::access::{Relation, Thing, Verb, may};
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::profile::Unit;
use kiennghi_shared::schema::Kind;

use crate::state::App;

const MEETING: Thing = Thing::Document(Kind::Meeting);
const PETITION: Thing = Thing::Document(Kind::Petition);

impl App {
    fn may(self, verb: Verb, thing: Thing) -> bool {
        self.profile(|profile| profile.may(verb, thing)) == Some(true)
    }

    /// Whether meetings and petitions can be seen at all.
    pub(crate) fn sees_records(self) -> bool {
        self.may(Verb::Read, MEETING)
    }

    /// Whether something new can be recorded.
    pub(crate) fn records(self) -> bool {
        self.may(Verb::Write, MEETING)
    }

    /// Whether petitions of a whole area are seen, at a table.
    pub(crate) fn has_desk(self) -> bool {
        let below = |role| may(role, Verb::Read, PETITION, Relation::Below);
        self.profile(|profile| profile.grants.iter().any(|grant| below(grant.role))) == Some(true)
    }

    /// Whether late work waits for this person's decision.
    pub(crate) fn reviews(self) -> bool {
        self.may(Verb::Review, PETITION)
    }

    /// Whether people and devices are this person's to look after.
    pub(crate) fn administers(self) -> bool {
        self.may(Verb::Write, Thing::Devices)
    }

    /// Whether a document of this kind in this unit may be changed.
    pub(crate) fn may_write(self, kind: Kind, unit: &UnitCode) -> bool {
        let thing = Thing::Document(kind);
        self.profile(|profile| profile.may_in(Verb::Write, thing, unit)) == Some(true)
    }

    /// Whether who stands behind this unit's petitions is this person's to read.
    pub(crate) fn reads_petitioners(self, unit: &UnitCode) -> bool {
        self.profile(|profile| profile.may_in(Verb::Read, Thing::Petitioner, unit)) == Some(true)
    }

    /// The units that may be recorded in, those that roles are held in first.
    pub(crate) fn units(self) -> Vec<Unit> {
        self.profile(|profile| profile.recording_units().cloned().collect())
            .unwrap_or_default()
    }

    /// The units whose petitions are seen.
    pub(crate) fn seen_units(self) -> Vec<Unit> {
        self.profile(|profile| {
            let units = profile.units.iter();
            let seen = units.filter(|unit| {
                !unit.is_agency() && profile.may_in(Verb::Read, PETITION, &unit.code)
            });
            seen.cloned().collect()
        })
        .unwrap_or_default()
    }
}
