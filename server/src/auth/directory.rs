//! The district in memory: the tree of units, its users, and for each user the scope and the
//! profile.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kiennghi_shared::access::{Relation, Verb, may};
use kiennghi_shared::id::{UnitCode, UserName};
use kiennghi_shared::profile::{CouncilSession, Person, Profile, Unit};
use kiennghi_shared::schema::Kind;
use sha2::{Digest, Sha256};

use crate::store::{District, Scope, UnitRow, UserRow};

/// The district as it is at one version.
#[derive(Debug)]
pub struct Directory {
    district: District,
    units: HashMap<UnitCode, usize>,
    users: HashMap<UserName, usize>,
    memberships: Mutex<HashMap<UserName, Arc<Membership>>>,
}

/// What follows from a user's role and unit.
#[derive(Debug)]
pub struct Membership {
    /// What the user may read.
    pub scope: Scope,
    /// Changes whenever the scope does.
    pub scope_version: u64,
    /// What the user may decide about.
    pub reviews: Scope,
    /// What the user's devices keep.
    pub profile: Profile,
}

impl Directory {
    /// Indexes a district.
    #[must_use]
    pub fn new(district: District) -> Self {
        let units = district.units.iter().enumerate();
        let units = units
            .map(|(index, unit)| (unit.code.clone(), index))
            .collect();
        let users = district.users.iter().enumerate();
        let users = users
            .map(|(index, user)| (user.name.clone(), index))
            .collect();
        Self {
            district,
            units,
            users,
            memberships: Mutex::default(),
        }
    }

    /// The district's version.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.district.version
    }

    /// The user of this name.
    #[must_use]
    pub fn user(&self, name: &UserName) -> Option<&UserRow> {
        self.users
            .get(name)
            .map(|index| &self.district.users[*index])
    }

    /// The unit of this code.
    #[must_use]
    pub fn unit(&self, code: &UnitCode) -> Option<&UnitRow> {
        self.units
            .get(code)
            .map(|index| &self.district.units[*index])
    }

    /// A unit's name; its code when there is no such unit.
    #[must_use]
    pub fn unit_name<'a>(&'a self, code: &'a UnitCode) -> &'a str {
        self.unit(code).map_or(&code.0, |unit| &unit.name)
    }

    /// Where `unit` stands, seen from `from`; `None` when there is no such unit.
    #[must_use]
    pub fn relation(&self, from: &UnitCode, unit: &UnitCode) -> Option<Relation> {
        let found = self.unit(unit)?;
        if from == unit {
            return Some(Relation::Own);
        }
        let mut above = found.parent.as_ref();
        // A tree has no path longer than its units; a ring in the data must not hang a request.
        for _ in 0..self.district.units.len() {
            match above {
                None => break,
                Some(code) if code == from => return Some(Relation::Below),
                Some(code) => above = self.unit(code).and_then(|unit| unit.parent.as_ref()),
            }
        }
        Some(Relation::Elsewhere)
    }

    /// Whether `unit` is `top` or below it.
    #[must_use]
    pub fn is_within(&self, top: &UnitCode, unit: &UnitCode) -> bool {
        matches!(
            self.relation(top, unit),
            Some(Relation::Own | Relation::Below)
        )
    }

    /// What follows from a user's role and unit.
    pub fn membership(&self, name: &UserName) -> Option<Arc<Membership>> {
        let user = self.user(name)?;
        let mut memberships = self
            .memberships
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(membership) = memberships.get(name) {
            return Some(Arc::clone(membership));
        }
        let membership = Arc::new(self.work_out(user));
        memberships.insert(name.clone(), Arc::clone(&membership));
        Some(membership)
    }

    /// Whether a grant that has ended let the user write documents of this kind in this unit.
    #[must_use]
    pub fn might_write(&self, name: &UserName, kind: Kind, unit: &UnitCode) -> bool {
        let mut former = self.district.former.iter();
        former.any(|user| user.name == *name && self.allows(user, Verb::Write, kind, unit))
    }

    fn allows(&self, user: &UserRow, verb: Verb, kind: Kind, unit: &UnitCode) -> bool {
        self.relation(&user.unit, unit)
            .is_some_and(|relation| may(user.role, verb, kind, relation))
    }

    fn work_out(&self, user: &UserRow) -> Membership {
        let (mut scope, mut reviews) = (Scope::default(), Scope::default());
        for unit in &self.district.units {
            for &kind in Kind::ALL {
                if self.allows(user, Verb::Read, kind, &unit.code) {
                    scope.admit(kind, unit.code.clone());
                }
                if self.allows(user, Verb::Review, kind, &unit.code) {
                    reviews.admit(kind, unit.code.clone());
                }
            }
        }
        let mut digest = Sha256::new();
        for &kind in Kind::ALL {
            digest.update([kind.number()]);
            for unit in scope.units_of(kind) {
                digest.update(unit.0.as_bytes());
                digest.update([0]);
            }
        }
        let scope_version = number(&digest.finalize());
        let mut profile = Profile {
            user: user.name.clone(),
            display: user.display.clone(),
            role: user.role,
            unit: user.unit.clone(),
            units: self.writable_units(user),
            sessions: self.sessions(),
            people: self.people(user, &scope),
            grant: 0,
        };
        let told = minicbor::to_vec(&profile).unwrap_or_default();
        profile.grant = number(&Sha256::digest(told));
        Membership {
            scope,
            scope_version,
            reviews,
            profile,
        }
    }

    /// The units that the user may record in, the own one first.
    fn writable_units(&self, user: &UserRow) -> Vec<Unit> {
        let writable = |unit: &&UnitRow| {
            Kind::ALL
                .iter()
                .any(|&kind| self.allows(user, Verb::Write, kind, &unit.code))
        };
        let mut units: Vec<&UnitRow> = self.district.units.iter().filter(writable).collect();
        units.sort_by_key(|unit| unit.code != user.unit);
        let tell = |unit: &UnitRow| Unit {
            code: unit.code.clone(),
            name: unit.name.clone(),
            tier: unit.tier.clone(),
            villages: unit.villages.clone(),
        };
        units.into_iter().map(tell).collect()
    }

    fn sessions(&self) -> Vec<CouncilSession> {
        let sessions = self.district.sessions.iter();
        sessions
            .map(|session| CouncilSession {
                code: session.code.clone(),
                name: session.name.clone(),
            })
            .collect()
    }

    /// The people whose names can stand in documents of the scope: those who may write there.
    fn people(&self, user: &UserRow, scope: &Scope) -> Vec<Person> {
        let writes_here = |other: &&UserRow| {
            other.name == user.name
                || Kind::ALL.iter().any(|&kind| {
                    scope
                        .units_of(kind)
                        .any(|unit| self.allows(other, Verb::Write, kind, unit))
                })
        };
        let people = self.district.users.iter().filter(writes_here);
        people
            .map(|person| Person {
                user: person.name.clone(),
                display: person.display.clone(),
            })
            .collect()
    }
}

/// The first bytes of a digest as a number that JSON keeps exactly.
fn number(digest: &[u8]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(first) >> 11
}
