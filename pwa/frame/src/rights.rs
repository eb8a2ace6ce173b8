//! What a person sees and may do, asked of the same table that the server asks.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::casefile::Desk;
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::profile::Profile;
use kiennghi_shared::schema::Kind;

use crate::app::App;

const fn document(kind: Kind) -> Thing {
    Thing::Document(kind)
}

/// What a desk is called in addresses.
pub fn desk_name(desk: Desk) -> &'static str {
    match desk {
        Desk::Committee => "committee",
        Desk::Executive => "executive",
        Desk::Agency => "agency",
    }
}

/// What a person calls a desk.
pub fn desk_title(desk: Desk) -> &'static str {
    match desk {
        Desk::Committee => "Hội đồng nhân dân",
        Desk::Executive => "Ủy ban nhân dân",
        Desk::Agency => "Phòng, ban, cơ quan",
    }
}

impl App {
    /// The desks of who is signed in.
    pub fn desks(self) -> Vec<Desk> {
        self.profile(Profile::desks).unwrap_or_default()
    }

    /// The desk of this name, where the person has it; else the first.
    pub fn desk(self, name: &str) -> Option<Desk> {
        let desks = self.desks();
        let named = desks.iter().find(|desk| desk_name(**desk) == name);
        named.or(desks.first()).copied()
    }

    /// Whether a document of this kind may be written somewhere.
    pub fn writes(self, kind: Kind) -> bool {
        self.profile(|profile| profile.may(Verb::Write, document(kind))) == Some(true)
    }

    /// Whether a document of this kind may be read somewhere.
    pub fn reads(self, kind: Kind) -> bool {
        self.profile(|profile| profile.may(Verb::Read, document(kind))) == Some(true)
    }

    /// Whether people and devices are seen to somewhere.
    #[must_use]
    pub fn looks_after_people(self) -> bool {
        self.profile(|profile| profile.may(Verb::Read, Thing::Users)) == Some(true)
    }

    /// Whether reports may be read somewhere.
    #[must_use]
    pub fn reads_reports(self) -> bool {
        self.profile(|profile| profile.may(Verb::Read, Thing::Reports)) == Some(true)
    }

    /// Whether a document of this kind in this unit may be written.
    pub fn may_write(self, kind: Kind, unit: &UnitCode) -> bool {
        self.profile(|profile| profile.may_in(Verb::Write, document(kind), unit)) == Some(true)
    }

    /// Whether a document of this kind in this unit may be read.
    pub fn may_read(self, kind: Kind, unit: &UnitCode) -> bool {
        self.profile(|profile| profile.may_in(Verb::Read, document(kind), unit)) == Some(true)
    }

    /// Whether reports are made of cases and petitions that the person sees.
    pub fn reads_cases(self) -> bool {
        self.reads(Kind::Case) && self.reads(Kind::Petition)
    }

    /// Units that were not ended, without agencies, in which the person may do this: code and name.
    #[must_use]
    pub fn units_where(self, verb: Verb, kind: Kind) -> Vec<(String, String)> {
        self.units_of(verb, document(kind))
    }

    /// Those whose reports the person reads.
    #[must_use]
    pub fn units_of_reports(self) -> Vec<(String, String)> {
        self.units_of(Verb::Read, Thing::Reports)
    }

    /// The same of anything.
    #[must_use]
    pub fn units_of(self, verb: Verb, thing: Thing) -> Vec<(String, String)> {
        self.profile(|profile| {
            let units = profile.units.iter().filter(|unit| {
                unit.successor.is_none()
                    && !unit.is_agency()
                    && profile.may_in(verb, thing, &unit.code)
            });
            units
                .map(|unit| (unit.code.0.clone(), unit.name.clone()))
                .collect()
        })
        .unwrap_or_default()
    }
}
