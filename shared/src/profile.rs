//! What a signed-in device is told about its user: name, role, units to record in, villages,
//! council sessions. Kept on the phone so that forms work with no network.

use minicbor::decode::{Decoder, Error};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::access::{self, Grant, Place, Relation, Role, Thing, Tree, Verb};
use crate::casefile::Desk;
use crate::field_of_work::FieldsOfWork;
use crate::id::{UnitCode, UserName};
use crate::order::{Left, decode_in_order};
use crate::schema::Kind;

/// The tier of agencies (phòng, ban, cơ quan): units below the one that they work for, in which nobody
/// meets voters.
pub const AGENCY_TIER: &str = "cơ quan";

/// A unit that the user may do something in, or that stands above or after one, with its villages.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Unit {
    /// The unit's code.
    #[n(0)]
    pub code: UnitCode,
    /// The unit's name.
    #[n(1)]
    pub name: String,
    /// The tier's name, such as `xã`.
    #[n(2)]
    pub tier: String,
    /// Villages (thôn, bản, khu phố) below it, by name.
    #[n(3)]
    pub villages: Vec<String>,
    /// The unit above it.
    #[n(4)]
    pub parent: Option<UnitCode>,
    /// The unit that took its place.
    #[n(5)]
    pub successor: Option<UnitCode>,
}

/// A session (kỳ họp) of the council.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct CouncilSession {
    /// The session's code, stored in a meeting's `session` field.
    #[n(0)]
    pub code: String,
    /// The session's name.
    #[n(1)]
    pub name: String,
}

/// A user of the same scope, so that a user name can be shown as a person's name.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Person {
    /// The sign-in name, as changes carry it.
    #[n(0)]
    pub user: UserName,
    /// The name to show.
    #[n(1)]
    pub display: String,
}

/// Everything a device keeps about its user.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Profile {
    /// The sign-in name.
    #[n(0)]
    pub user: UserName,
    /// The name to show.
    #[n(1)]
    pub display: String,
    /// The units that the user may do anything in, those that roles are held in first.
    #[n(4)]
    pub units: Vec<Unit>,
    /// The council sessions, newest first.
    #[n(5)]
    pub sessions: Vec<CouncilSession>,
    /// The people of the scope.
    #[n(6)]
    pub people: Vec<Person>,
    /// Changes whenever the roles, the units or the people change.
    #[n(7)]
    pub grant: u64,
    /// The roles held now, the oldest first.
    #[n(8)]
    pub grants: Vec<Grant>,
    /// The district's fields of work; those that every district begins with where none were told.
    #[n(9)]
    pub fields: FieldsOfWork,
}

decode_in_order! {
    Unit { code, name, tier, villages, parent, successor }
    CouncilSession { code, name }
    Person { user, display }
}

impl<'b, C> Decode<'b, C> for Profile {
    fn decode(decoder: &mut Decoder<'b>, context: &mut C) -> Result<Self, Error> {
        let mut left = Left::of(decoder)?;
        let user = left.next(decoder, context);
        let display = left.next(decoder, context);
        // The one role and its unit, of when there was one.
        left.pass(decoder);
        left.pass(decoder);
        let mut profile = Self {
            user,
            display,
            units: left.next(decoder, context),
            sessions: left.next(decoder, context),
            people: left.next(decoder, context),
            grant: left.next(decoder, context),
            grants: left.next_or_default(decoder, context),
            fields: FieldsOfWork::default(),
        };
        let fields: Option<FieldsOfWork> = left.next_or_default(decoder, context);
        match fields {
            Some(fields) => profile.fields = fields,
            // Kept by an app that knew of no fields of work: older than any that the server has.
            None => profile.grant = 0,
        }
        left.end(decoder)?;
        Ok(profile)
    }
}

impl Unit {
    /// Whether it is an agency.
    #[must_use]
    pub fn is_agency(&self) -> bool {
        self.tier == AGENCY_TIER
    }
}

impl Tree for Profile {
    fn place(&self, unit: &UnitCode) -> Option<Place<'_>> {
        let unit = self.unit(unit)?;
        Some(Place {
            parent: unit.parent.as_ref(),
            successor: unit.successor.as_ref(),
        })
    }
}

impl Profile {
    /// The desks at which this user works, the one that sees most first.
    #[must_use]
    pub fn desks(&self) -> Vec<Desk> {
        let mut desks = Vec::new();
        if self.may(Verb::Read, Thing::Document(Kind::Case)) {
            desks.push(Desk::Committee);
        }
        if self.may(Verb::Write, Thing::Document(Kind::Assignment)) {
            desks.push(Desk::Executive);
        }
        // Whoever answers for others, at another desk, needs none for that.
        let is_asked = |unit: &Unit| {
            let may = |verb, kind| self.may_in(verb, Thing::Document(kind), &unit.code);
            may(Verb::Write, Kind::Answer)
                && !may(Verb::Write, Kind::Assignment)
                && !may(Verb::Read, Kind::Case)
        };
        if self.units.iter().any(is_asked) {
            desks.push(Desk::Agency);
        }
        desks
    }

    /// The unit of this code, when it is known here.
    #[must_use]
    pub fn unit(&self, code: &UnitCode) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.code == *code)
    }

    /// The name of somebody with this sign-in name, when it is known here.
    #[must_use]
    pub fn person_name(&self, user: &str) -> Option<&str> {
        let mut people = self.people.iter();
        match people.find(|person| person.user.0 == user) {
            Some(person) => Some(&person.display),
            None => (self.user.0 == user).then_some(&self.display),
        }
    }

    /// The name of the council session of this code, when it is known here.
    #[must_use]
    pub fn session_name(&self, code: &str) -> Option<&str> {
        let mut sessions = self.sessions.iter();
        let session = sessions.find(|session| session.code == code);
        session.map(|session| session.name.as_str())
    }

    /// Whether the user may do this with such a thing in some unit.
    #[must_use]
    pub fn may(&self, verb: Verb, thing: Thing) -> bool {
        let own = |grant: &Grant| access::may(grant.role, verb, thing, Relation::Own);
        self.grants.iter().any(own)
    }

    /// Whether the user may do this with such a thing in this unit.
    #[must_use]
    pub fn may_in(&self, verb: Verb, thing: Thing, unit: &UnitCode) -> bool {
        access::allows(&self.grants, self, verb, thing, unit)
    }

    /// Whether the user is of the council's committee of this very unit, or of what took its place: whoever writes its
    /// letters.
    #[must_use]
    pub fn is_committee_of(&self, unit: &UnitCode) -> bool {
        let letters = Thing::Document(Kind::Dispatch);
        access::allows_own(&self.grants, self, Verb::Write, letters, unit)
    }

    /// Whether the user holds this role somewhere.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    /// The units that something new can be recorded in.
    pub fn recording_units(&self) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(|unit| {
            unit.successor.is_none()
                && !unit.is_agency()
                && self.may_in(Verb::Write, Thing::Document(Kind::Meeting), &unit.code)
        })
    }
}

/// The answer to an enrolment: the device's token, shown once, and the profile.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Enrolment {
    /// The device's bearer token, base64url, 256 bits.
    #[n(0)]
    pub token: String,
    /// The device's user.
    #[n(1)]
    pub profile: Profile,
}

/// The body of an enrolment request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolmentRequest {
    /// The one-time code.
    pub code: String,
    /// What to call the device in lists.
    pub device: String,
}

#[cfg(test)]
mod tests {
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
        let held = grants.iter().map(|(role, unit)| Grant {
            role: *role,
            unit: UnitCode((*unit).to_owned()),
        });
        Profile {
            user: UserName("a".to_owned()),
            display: "A".to_owned(),
            units: vec![unit("H", None), unit("X", Some("H")), unit("P", Some("H"))],
            sessions: Vec::new(),
            people: Vec::new(),
            grant: 0,
            grants: held.collect(),
            fields: FieldsOfWork::default(),
        }
    }

    #[test]
    fn a_profile_that_was_kept_before_there_were_fields_has_those_of_a_new_district() {
        #[derive(Encode)]
        struct Older {
            #[n(0)]
            user: UserName,
            #[n(1)]
            display: String,
            #[n(2)]
            role: Role,
            #[n(4)]
            units: Vec<Unit>,
            #[n(5)]
            sessions: Vec<CouncilSession>,
            #[n(6)]
            people: Vec<Person>,
            #[n(7)]
            grant: u64,
        }
        let now = Profile {
            grant: 7,
            ..profile(&[])
        };
        let older = Older {
            user: now.user.clone(),
            display: now.display.clone(),
            role: Role::Delegate,
            units: now.units.clone(),
            sessions: Vec::new(),
            people: Vec::new(),
            grant: now.grant,
        };
        let read = |bytes: Vec<u8>| minicbor::decode::<Profile>(&bytes).expect("a profile");
        let anew = Profile {
            grant: 0,
            ..now.clone()
        };
        assert_eq!(read(minicbor::to_vec(&older).expect("encodes")), anew);
        let other = Profile {
            fields: FieldsOfWork::new(Vec::new()),
            ..profile(&[(Role::Delegate, "X")])
        };
        assert_eq!(read(minicbor::to_vec(&other).expect("encodes")), other);
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
            assert_eq!(profile(grants).desks(), wanted, "{grants:?}");
        }
    }
}
