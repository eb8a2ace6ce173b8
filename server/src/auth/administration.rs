//! What administrators may see and change of units, people and devices: asked of the one table of rights
//! for every single change.

use std::collections::HashSet;

use kiennghi_shared::access::{Grant, Thing, Verb, may_enrol};
use kiennghi_shared::administration::{
    Administration, Change, Changes, Device, HeldGrant, Session, Term, Unit, User,
};
use kiennghi_shared::code::Code;
use kiennghi_shared::deadline::{DeadlineChange, Deadlines, upward};
use kiennghi_shared::id::{UnitCode, UserName};

use super::{Caller, Directory};
use crate::store::{
    CouncilSessionRow, DeviceId, DeviceRow, DistrictChange, GrantId, GrantRow, NewGrant, TermRow,
    UnitRow, UserRow,
};

/// All that a caller may see.
///
/// # Errors
/// [`Code::Forbidden`] to those who look after nothing.
pub fn administration(caller: &Caller, devices: Vec<DeviceRow>) -> Result<Administration, Code> {
    if !caller.may_somewhere(Verb::Read, Thing::Users) {
        return Err(Code::Forbidden);
    }
    let directory = caller.directory();
    let district = directory.district();
    let units = district.units.iter();
    let units = units.filter(|unit| caller.may(Verb::Read, Thing::Units, &unit.code));
    let users = district
        .users
        .iter()
        .filter(|user| sees(caller, &user.name));
    let mut devices: Vec<Device> = devices
        .into_iter()
        .filter(|device| sees(caller, &device.user))
        .map(shown_device)
        .collect();
    devices.reverse();
    Ok(Administration {
        today: directory.day().to_owned(),
        units: units.map(shown_unit).collect(),
        terms: district.terms.iter().map(shown_term).collect(),
        sessions: district.sessions.iter().map(shown_session).collect(),
        users: users.map(|user| shown_user(caller, user)).collect(),
        devices,
        deadlines: shown_deadlines(caller),
        fields: district.fields.clone(),
    })
}

/// What a user holds, will hold, or held until some day.
fn grants_of<'a>(directory: &'a Directory, user: &'a UserName) -> impl Iterator<Item = &'a Grant> {
    let rows = directory.district().open_grants(user);
    rows.map(|row| &row.grant)
}

/// Whether a user is the caller's to see: somebody with a role within reach, or without any.
fn sees(caller: &Caller, user: &UserName) -> bool {
    let mut grants = grants_of(caller.directory(), user).peekable();
    grants.peek().is_none() || grants.any(|grant| caller.may(Verb::Read, Thing::Users, &grant.unit))
}

/// Whether a user is the caller's to change: all of the user's roles are within reach.
fn may_change(caller: &Caller, user: &UserName) -> bool {
    caller.may_somewhere(Verb::Write, Thing::Users)
        && grants_of(caller.directory(), user)
            .all(|grant| caller.may(Verb::Write, Thing::Users, &grant.unit))
}

/// Whether the caller may give this user devices.
#[must_use]
pub fn may_enrol_for(caller: &Caller, user: &UserName) -> bool {
    let directory = caller.directory();
    let theirs: Vec<Grant> = grants_of(directory, user).cloned().collect();
    may_enrol(caller.grants(), directory, &theirs)
}

/// Whether the caller may take devices from this user: also from one who holds no role any more.
fn may_revoke_of(caller: &Caller, user: &UserName) -> bool {
    may_enrol_for(caller, user) || may_change(caller, user)
}

/// A user's devices that can sign in, those seen last first.
#[must_use]
pub fn devices_of(user: &UserName, devices: Vec<DeviceRow>) -> Vec<Device> {
    let own = |device: &DeviceRow| device.user == *user && device.revoked_at.is_none();
    let mut own: Vec<_> = devices.into_iter().filter(own).map(shown_device).collect();
    own.sort_by_key(|device| std::cmp::Reverse(device.last_seen_at));
    own
}

/// The device of this number, if the caller may take it from its user.
///
/// # Errors
/// [`Code::NotFound`].
pub fn device_to_revoke(
    caller: &Caller,
    devices: Vec<DeviceRow>,
    id: DeviceId,
) -> Result<DeviceRow, Code> {
    let mut devices = devices.into_iter();
    devices
        .find(|device| device.id == id)
        .filter(|device| device.user == caller.user.name || may_revoke_of(caller, &device.user))
        .ok_or(Code::NotFound)
}

/// The changes as the store takes them, if the caller may make them all.
///
/// # Errors
/// [`Code::Forbidden`]; [`Code::ChangedMeanwhile`] when the unit is not any more what the caller has seen.
pub fn permitted(caller: &Caller, wanted: Changes) -> Result<Vec<DistrictChange>, Code> {
    let Changes {
        changes,
        was,
        deadlines,
    } = wanted;
    let permitted = changes.iter().enumerate().all(|(index, change)| {
        // Whom the same request adds, it may give roles to.
        let is_new = |user: &UserName| {
            changes[..index]
                .iter()
                .any(|before| matches!(before, Change::AddUser { name, .. } if name == user))
        };
        may_make(caller, change, is_new)
    });
    let say = |change| may_say(caller, change);
    if !permitted || !deadlines.iter().all(say) {
        return Err(Code::Forbidden);
    }
    if let Some(was) = was {
        let now = caller
            .directory()
            .district()
            .unit(&was.code)
            .map(shown_unit);
        if now.as_ref() != Some(&was) {
            return Err(Code::ChangedMeanwhile);
        }
    }
    let deadlines = deadlines.into_iter().map(DistrictChange::Deadlines);
    let changes = changes.into_iter().map(DistrictChange::from);
    Ok(changes.chain(deadlines).collect())
}

fn may_make(caller: &Caller, change: &Change, is_new: impl Fn(&UserName) -> bool) -> bool {
    let district = caller.directory().district();
    let writes = |thing, unit: &UnitCode| caller.may(Verb::Write, thing, unit);
    match change {
        Change::PutUnit(unit) => {
            let known = district.unit(&unit.code);
            let above = unit.parent.as_ref();
            // A unit that is known may be changed in its place; one that is new, or moves, goes below
            // a unit within reach.
            let stays = known.is_some_and(|known| known.parent.as_ref() == above);
            // What a unit held is its successor's: it is given away within reach alone.
            let successor = unit.successor.as_ref();
            let keeps = known.is_some_and(|known| known.successor.as_ref() == successor);
            known.is_none_or(|known| writes(Thing::Units, &known.code))
                && (stays || above.is_some_and(|above| writes(Thing::Units, above)))
                && (keeps || successor.is_none_or(|successor| writes(Thing::Units, successor)))
        }
        Change::PutTerm(_) | Change::PutSession(_) => {
            caller.may_somewhere(Verb::Write, Thing::Sessions)
        }
        Change::PutField { .. } => writes_everywhere(caller, Thing::FieldsOfWork),
        Change::AddUser { .. } => caller.may_somewhere(Verb::Write, Thing::Users),
        Change::RenameUser { name, .. } | Change::EnableUser { name, .. } => {
            is_new(name) || may_change(caller, name)
        }
        Change::Give { user, grant, .. } => {
            // Nobody gives a role to oneself: two people are needed for that.
            *user != caller.user.name
                && (is_new(user) || may_change(caller, user))
                && writes(Thing::Users, &grant.unit)
        }
        Change::End(id) => {
            let row = district.grants.iter().find(|row| row.id == GrantId(*id));
            row.is_some_and(|row| writes(Thing::Users, &row.grant.unit))
        }
    }
}

/// Whether the caller may say this of deadlines. Days are those of all units.
fn may_say(caller: &Caller, change: &DeadlineChange) -> bool {
    match change.unit() {
        Some(unit) => caller.may(Verb::Write, Thing::Deadlines, unit),
        None => writes_everywhere(caller, Thing::Deadlines),
    }
}

/// Whether the caller may write what all units have in common: whoever looks after every top one.
fn writes_everywhere(caller: &Caller, thing: Thing) -> bool {
    let mut tops = caller.directory().district().tops();
    tops.all(|top| caller.may(Verb::Write, thing, &top.code))
}

impl From<Change> for DistrictChange {
    fn from(change: Change) -> Self {
        match change {
            Change::PutUnit(unit) => DistrictChange::PutUnit(UnitRow {
                code: unit.code,
                name: unit.name,
                tier: unit.tier,
                parent: unit.parent,
                successor: unit.successor,
                villages: unit.villages,
                valid_from: unit.valid_from,
                valid_to: unit.valid_to,
            }),
            Change::PutTerm(term) => DistrictChange::PutTerm(TermRow {
                code: term.code,
                name: term.name,
                starts: term.starts,
                ends: term.ends,
            }),
            Change::PutSession(session) => DistrictChange::PutSession(CouncilSessionRow {
                code: session.code,
                term: session.term,
                name: session.name,
                kind: session.kind,
                starts: session.starts,
                ends: session.ends,
            }),
            Change::AddUser { name, display } => DistrictChange::AddUser { name, display },
            Change::RenameUser { name, display } => DistrictChange::RenameUser { name, display },
            Change::EnableUser { name, enabled } => DistrictChange::EnableUser { name, enabled },
            Change::Give {
                user,
                grant,
                starts,
                ends,
            } => DistrictChange::Give(NewGrant {
                user,
                grant,
                starts,
                ends,
            }),
            Change::End(id) => DistrictChange::End(GrantId(id)),
            Change::PutField { field, was, after } => {
                DistrictChange::PutField { field, was, after }
            }
        }
    }
}

fn shown_unit(unit: &UnitRow) -> Unit {
    Unit {
        code: unit.code.clone(),
        name: unit.name.clone(),
        tier: unit.tier.clone(),
        parent: unit.parent.clone(),
        successor: unit.successor.clone(),
        villages: unit.villages.clone(),
        valid_from: unit.valid_from.clone(),
        valid_to: unit.valid_to.clone(),
    }
}

fn shown_term(term: &TermRow) -> Term {
    Term {
        code: term.code.clone(),
        name: term.name.clone(),
        starts: term.starts.clone(),
        ends: term.ends.clone(),
    }
}

fn shown_session(session: &CouncilSessionRow) -> Session {
    Session {
        code: session.code.clone(),
        term: session.term.clone(),
        name: session.name.clone(),
        kind: session.kind.clone(),
        starts: session.starts.clone(),
        ends: session.ends.clone(),
    }
}

/// What all units have in common, and the rules that apply in those that the caller reads of: theirs, and those of
/// the units above.
fn shown_deadlines(caller: &Caller) -> Deadlines {
    let directory = caller.directory();
    let district = directory.district();
    let units = district.units.iter().map(|unit| &unit.code);
    let units = units.filter(|unit| caller.may(Verb::Read, Thing::Deadlines, unit));
    let apply: HashSet<&UnitCode> = units.flat_map(|unit| upward(directory, unit)).collect();
    let all = &district.deadlines;
    let rules = all.rules.iter().filter(|rule| apply.contains(&rule.unit));
    Deadlines {
        rules: rules.cloned().collect(),
        holidays: all.holidays.clone(),
        warn_working_days: all.warn_working_days,
    }
}

fn shown_user(caller: &Caller, user: &UserRow) -> User {
    let directory = caller.directory();
    let grants = directory.district().open_grants(&user.name);
    let shown = |row: &GrantRow| HeldGrant {
        id: row.id.0,
        grant: row.grant.clone(),
        starts: row.starts.clone(),
        ends: row.ends.clone(),
        holds: row.holds_on(directory.day()),
    };
    User {
        name: user.name.clone(),
        display: user.display.clone(),
        enabled: user.disabled_at.is_none(),
        grants: grants.map(shown).collect(),
        may_change: may_change(caller, &user.name),
        may_enrol: may_enrol_for(caller, &user.name),
    }
}

fn shown_device(device: DeviceRow) -> Device {
    Device {
        id: device.id.0,
        user: device.user,
        name: device.name,
        is_browser: device.is_browser,
        approver: device.approver,
        created_at: device.created_at,
        last_seen_at: device.last_seen_at,
        revoked_at: device.revoked_at,
    }
}
