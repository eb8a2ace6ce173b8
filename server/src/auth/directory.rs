//! The district in memory: the tree of units, its users, and for each user the scope and the
//! profile.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kiennghi_shared::access::{self, Grant, Place, Relation, Thing, Tree, Verb};
use kiennghi_shared::bodies;
use kiennghi_shared::calendar::{Calendar, Day};
use kiennghi_shared::deadline::{self, Timeline};
use kiennghi_shared::id::{UnitCode, UserName};
use kiennghi_shared::profile::{CouncilSession, Person, Profile, Unit};
use kiennghi_shared::schema::Kind;
use sha2::{Digest, Sha256};

use crate::store::{District, GrantRow, Scope, UnitRow, UserRow};

/// The district as it is at one version, on one day.
#[derive(Debug)]
pub struct Directory {
    district: District,
    /// `yyyy-mm-dd`: grants hold from one day to another.
    day: String,
    calendar: Calendar,
    units: HashMap<UnitCode, usize>,
    users: HashMap<UserName, usize>,
    /// The grants that hold on the day, the oldest first.
    grants: HashMap<UserName, Vec<Grant>>,
    memberships: Mutex<HashMap<UserName, Arc<Membership>>>,
}

/// What follows from the roles that a user holds.
#[derive(Debug)]
pub struct Membership {
    /// The roles that the user holds, the oldest first.
    pub grants: Vec<Grant>,
    /// What the user may read.
    pub scope: Scope,
    /// Changes whenever the scope does.
    pub scope_version: u64,
    /// What the user may read of the kinds that the first version of the protocol knows, and what changes with it.
    pub first_scope: (Scope, u64),
    /// What the user may decide about.
    pub reviews: Scope,
    /// What the user's devices keep.
    pub profile: Profile,
}

impl Directory {
    /// Indexes a district, for a day, `yyyy-mm-dd`.
    #[must_use]
    pub fn new(district: District, day: String) -> Self {
        let units = district.units.iter().enumerate();
        let units = units
            .map(|(index, unit)| (unit.code.clone(), index))
            .collect();
        let users = district.users.iter().enumerate();
        let users = users
            .map(|(index, user)| (user.name.clone(), index))
            .collect();
        let mut grants: HashMap<UserName, Vec<Grant>> = HashMap::new();
        for row in district.grants.iter().filter(|row| row.holds_on(&day)) {
            let held = grants.entry(row.user.clone()).or_default();
            held.push(row.grant.clone());
        }
        Self {
            calendar: Calendar::new(&district.deadlines.holidays),
            district,
            day,
            grants,
            units,
            users,
            memberships: Mutex::default(),
        }
    }

    /// The district as the store has it.
    #[must_use]
    pub fn district(&self) -> &District {
        &self.district
    }

    /// The day, `yyyy-mm-dd`.
    #[must_use]
    pub fn day(&self) -> &str {
        &self.day
    }

    /// Which days are worked.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The last day on which something is due soon, `yyyy-mm-dd`.
    #[must_use]
    pub fn soon(&self) -> String {
        let warn = self.district.deadlines.warn_working_days;
        let near = |today| deadline::Standing::near_until(&self.calendar, today, warn).to_string();
        Day::parse(&self.day).map_or_else(|| self.day.clone(), near)
    }

    /// The first days of the council sessions that have begun, `yyyy-mm-dd`.
    fn begun(&self) -> impl Iterator<Item = &str> {
        let days = self
            .district
            .sessions
            .iter()
            .map(|session| &*session.starts);
        days.filter(|day| !day.is_empty() && *day <= self.day())
    }

    /// Over how many council sessions something has been open that was raised on a day and closed on another, both
    /// `yyyy-mm-dd`: those that began between them. What is not known of the first is not counted from; an empty second
    /// is today.
    #[must_use]
    pub fn sessions_open(&self, raised_on: &str, closed_on: &str) -> u64 {
        if raised_on.is_empty() {
            return 0;
        }
        let is_before_end = |day: &&str| closed_on.is_empty() || *day <= closed_on;
        let begun = self.begun().filter(|day| *day >= raised_on);
        begun.filter(is_before_end).count() as u64
    }

    /// The last day, `yyyy-mm-dd`, on which something could be raised that has been open over so many council sessions;
    /// `None` where there were not so many.
    #[must_use]
    pub fn begins_last(&self, sessions: u64) -> Option<&str> {
        let Some(place) = sessions.checked_sub(1) else {
            return Some(self.day());
        };
        let mut days: Vec<&str> = self.begun().collect();
        days.sort_unstable_by(|a, b| b.cmp(a));
        days.get(usize::try_from(place).ok()?).copied()
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

    /// The words for a field of work's code; the code itself when there is none of it.
    #[must_use]
    pub fn field_name<'a>(&'a self, code: &'a str) -> &'a str {
        self.district.fields.name(code)
    }

    /// The body of a unit that something went to, by a code of
    /// [`ADDRESSEES`](kiennghi_shared::catalogue::ADDRESSEES); the unit's code when there is no such unit.
    #[must_use]
    pub fn body_name(&self, code: &UnitCode, to_role: &str) -> String {
        match self.unit(code) {
            Some(unit) => bodies::addressee(&unit.name, &unit.tier, to_role),
            None => code.0.clone(),
        }
    }

    /// Where `unit` stands, seen from `from`; `None` when there is no such unit.
    #[must_use]
    pub fn relation(&self, from: &UnitCode, unit: &UnitCode) -> Option<Relation> {
        access::relation(self, from, unit)
    }

    /// The unit that had this one's place on a day, `yyyy-mm-dd`: itself, or what took its place.
    #[must_use]
    pub fn unit_on<'a>(&'a self, code: &'a UnitCode, day: &str) -> &'a UnitCode {
        deadline::unit_on(self, code, day)
    }

    /// Whether `unit` is `top` or below it.
    #[must_use]
    pub fn is_within(&self, top: &UnitCode, unit: &UnitCode) -> bool {
        matches!(
            self.relation(top, unit),
            Some(Relation::Own | Relation::Below)
        )
    }

    /// What follows from the roles that a user holds.
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

    /// The roles that a user holds, the oldest first.
    #[must_use]
    pub fn grants(&self, name: &UserName) -> &[Grant] {
        self.grants.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a grant that is over let the user write such a thing in this unit.
    #[must_use]
    pub fn might_write(&self, name: &UserName, thing: Thing, unit: &UnitCode) -> bool {
        let over = |row: &&GrantRow| row.user == *name && row.is_over_on(&self.day);
        let over = self.district.grants.iter().filter(over);
        let over = over.map(|row| &row.grant);
        access::allows(over, self, Verb::Write, thing, unit)
    }

    fn work_out(&self, user: &UserRow) -> Membership {
        let grants = self.grants(&user.name);
        let allows =
            |verb, thing, unit: &UnitRow| access::allows(grants, self, verb, thing, &unit.code);
        let (mut scope, mut reviews) = (Scope::default(), Scope::default());
        let mut units = Vec::new();
        for unit in &self.district.units {
            for &kind in Kind::ALL {
                if allows(Verb::Read, Thing::Document(kind), unit) {
                    scope.admit(kind, unit.code.clone());
                }
                if allows(Verb::Review, Thing::Document(kind), unit) {
                    reviews.admit(kind, unit.code.clone());
                }
            }
            let anything = Thing::ALL.iter().any(|&thing| {
                let mut verbs = Verb::ALL.iter();
                verbs.any(|&verb| allows(verb, thing, unit))
            });
            if anything {
                units.push(unit);
            }
        }
        // Those that roles are held in first, in the order of the roles.
        let held = |unit: &&UnitRow| grants.iter().position(|grant| grant.unit == unit.code);
        units.sort_by_key(|unit| held(unit).unwrap_or(usize::MAX));
        units.extend(self.above(grants));
        let scope_version = version_of(&scope, Kind::ALL);
        let first_scope = scope.of_kinds(Kind::FIRST);
        let first_version = version_of(&first_scope, Kind::FIRST);
        let mut profile = Profile {
            user: user.name.clone(),
            display: user.display.clone(),
            units: units.into_iter().map(told).collect(),
            sessions: self.sessions(),
            people: self.people(user, &scope),
            grant: 0,
            grants: grants.to_vec(),
            fields: self.district.fields.clone(),
        };
        let told = minicbor::to_vec(&profile).unwrap_or_default();
        profile.grant = number(&Sha256::digest(told));
        Membership {
            grants: grants.to_vec(),
            scope,
            scope_version,
            first_scope: (first_scope, first_version),
            reviews,
            profile,
        }
    }

    /// The units above those in which letters may be written: what is of a higher tier is sent up. Rights over them
    /// come with none of this.
    fn above(&self, grants: &[Grant]) -> Vec<&UnitRow> {
        let thing = Thing::Document(Kind::Dispatch);
        let writes =
            |grant: &&Grant| access::allows([*grant], self, Verb::Write, thing, &grant.unit);
        let held = grants.iter().filter(writes);
        let above = held.flat_map(|grant| deadline::upward(self, &grant.unit).skip(1));
        let mut rows: Vec<&UnitRow> = Vec::new();
        for unit in above.filter_map(|code| self.unit(code)) {
            let allows = access::allows(grants, self, Verb::Read, thing, &unit.code);
            if !allows && rows.iter().all(|row| row.code != unit.code) {
                rows.push(unit);
            }
        }
        rows
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
            let grants = self.grants(&other.name);
            other.name == user.name
                || Kind::ALL.iter().any(|&kind| {
                    let thing = Thing::Document(kind);
                    scope
                        .units_of(kind)
                        .any(|unit| access::allows(grants, self, Verb::Write, thing, unit))
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

impl Tree for Directory {
    fn place(&self, unit: &UnitCode) -> Option<Place<'_>> {
        self.unit(unit).map(UnitRow::place)
    }
}

impl Timeline for Directory {
    fn last_day(&self, unit: &UnitCode) -> Option<&str> {
        self.unit(unit)?.valid_to.as_deref()
    }
}

/// What a device is told of a unit.
fn told(unit: &UnitRow) -> Unit {
    Unit {
        code: unit.code.clone(),
        name: unit.name.clone(),
        tier: unit.tier.clone(),
        villages: unit.villages.clone(),
        parent: unit.parent.clone(),
        successor: unit.successor.clone(),
    }
}

/// What changes whenever a scope does.
fn version_of(scope: &Scope, kinds: &[Kind]) -> u64 {
    let mut digest = Sha256::new();
    for &kind in kinds {
        digest.update([kind.number()]);
        for unit in scope.units_of(kind) {
            digest.update(unit.0.as_bytes());
            digest.update([0]);
        }
    }
    number(&digest.finalize())
}

/// The first bytes of a digest as a number that JSON keeps exactly.
fn number(digest: &[u8]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(first) >> 11
}
