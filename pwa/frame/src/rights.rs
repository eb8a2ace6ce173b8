//! What a person sees and may do, asked of the same table that the server asks.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::casefile::Desk;
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::profile::{Profile, Unit};
use kiennghi_shared::schema::Kind;

use crate::app::App;

const fn document(kind: Kind) -> Thing {
    Thing::Document(kind)
}

/// The desks at which somebody works, the one that sees most first.
pub fn desks(profile: &Profile) -> Vec<Desk> {
    let mut desks = Vec::new();
    if profile.may(Verb::Read, document(Kind::Case)) {
        desks.push(Desk::Committee);
    }
    if profile.may(Verb::Write, document(Kind::Assignment)) {
        desks.push(Desk::Executive);
    }
    // Whoever answers for others, at another desk, needs none for that.
    let is_asked = |unit: &Unit| {
        let may = |verb, kind| profile.may_in(verb, document(kind), &unit.code);
        may(Verb::Write, Kind::Answer)
            && !may(Verb::Write, Kind::Assignment)
            && !may(Verb::Read, Kind::Case)
    };
    if profile.units.iter().any(is_asked) {
        desks.push(Desk::Agency);
    }
    desks
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
        self.profile(desks).unwrap_or_default()
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

    fn units_of(self, verb: Verb, thing: Thing) -> Vec<(String, String)> {
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

#[cfg(test)]
mod tests {
    use kiennghi_shared::access::{Grant, Role};
    use kiennghi_shared::id::UserName;

    use super::*;

    fn profile(grants: &[(Role, &str)]) -> Profile {
        let unit = |code: &str, parent: Option<&str>| Unit {
            code: UnitCode(code.to_owned()),
            name: code.to_owned(),
            tier: String::new(),
            villages: Vec::new(),
            parent: parent.map(|parent| UnitCode(parent.to_owned())),
            successor: None,
        };
        Profile {
            user: UserName("a".to_owned()),
            display: "A".to_owned(),
            units: vec![unit("H", None), unit("X", Some("H")), unit("P", Some("H"))],
            sessions: Vec::new(),
            people: Vec::new(),
            grant: 0,
            grants: grants
                .iter()
                .map(|(role, unit)| Grant {
                    role: *role,
                    unit: UnitCode((*unit).to_owned()),
                })
                .collect(),
        }
    }

    #[test]
    fn desks_follow_from_rights() {
        use Desk::{Agency, Committee, Executive};
        for (grants, wanted) in [
            (&[(Role::StandingCommittee, "H")][..], &[Committee][..]),
            (&[(Role::Board, "H")], &[Committee]),
            (&[(Role::Front, "X")], &[Committee]),
            (&[(Role::Executive, "H")], &[Executive]),
            (&[(Role::Agency, "P")], &[Agency]),
            (
                &[(Role::StandingCommittee, "X"), (Role::Agency, "P")],
                &[Committee, Agency],
            ),
            (&[(Role::Delegate, "X")], &[]),
            (&[(Role::Viewer, "H")], &[]),
            (&[(Role::Admin, "H")], &[]),
        ] {
            assert_eq!(desks(&profile(grants)), wanted, "{grants:?}");
        }
    }
}
