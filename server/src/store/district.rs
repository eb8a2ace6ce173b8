//! The district as rows: units, terms, sessions, users and the roles they hold; and the changes that
//! administrators make to it, judged before they are written.

use kiennghi_shared::access::{Place, Tree};
use kiennghi_shared::code::Code;
use kiennghi_shared::deadline::{DeadlineChange, Deadlines};
use kiennghi_shared::field_of_work::{FieldOfWork, FieldsOfWork};
use kiennghi_shared::id::{UnitCode, UserName};
use kiennghi_shared::schema::is_date;
use kiennghi_shared::text::is_normal;

use super::grants::{GrantId, GrantRow, NewGrant};
use crate::clock::day_of;

/// Units, sessions, users and their roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct District {
    /// Changes with every change of the district's data.
    pub version: u64,
    /// The units, each after its parent.
    pub units: Vec<UnitRow>,
    /// The council's terms, newest first.
    pub terms: Vec<TermRow>,
    /// The council's sessions, newest first.
    pub sessions: Vec<CouncilSessionRow>,
    /// The users, by name.
    pub users: Vec<UserRow>,
    /// All grants that were ever given, the oldest first.
    pub grants: Vec<GrantRow>,
    /// How long steps of cases may take, and which days are worked.
    pub deadlines: Deadlines,
    /// What petitions and cases are about.
    pub fields: FieldsOfWork,
}

impl Tree for District {
    fn place(&self, unit: &UnitCode) -> Option<Place<'_>> {
        self.unit(unit).map(UnitRow::place)
    }
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// Its code.
    pub code: UnitCode,
    /// Its name.
    pub name: String,
    /// The tier's name, such as `xã`.
    pub tier: String,
    /// The unit above it.
    pub parent: Option<UnitCode>,
    /// The unit that took its place.
    pub successor: Option<UnitCode>,
    /// Its villages.
    pub villages: Vec<String>,
    /// First day, `yyyy-mm-dd`.
    pub valid_from: String,
    /// Last day, when it has one.
    pub valid_to: Option<String>,
}

impl UnitRow {
    /// Where it stands.
    #[must_use]
    pub fn place(&self) -> Place<'_> {
        Place {
            parent: self.parent.as_ref(),
            successor: self.successor.as_ref(),
        }
    }
}

/// A term of the council (nhiệm kỳ).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermRow {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// First day.
    pub starts: String,
    /// Last day.
    pub ends: String,
}

/// A session of the council (kỳ họp).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouncilSessionRow {
    /// Its code.
    pub code: String,
    /// The term's code.
    pub term: String,
    /// Its name.
    pub name: String,
    /// `regular` (thường lệ) or `topical` (chuyên đề).
    pub kind: String,
    /// First day.
    pub starts: String,
    /// Last day.
    pub ends: String,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// The sign-in name.
    pub name: UserName,
    /// The name to show.
    pub display: String,
    /// Since when the user may not sign in, milliseconds since 1970.
    pub disabled_at: Option<i64>,
}

/// One change of the district's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DistrictChange {
    /// Adds a unit, or changes the one of this code.
    PutUnit(UnitRow),
    /// Adds a term, or changes the one of this code.
    PutTerm(TermRow),
    /// Adds a session, or changes the one of this code.
    PutSession(CouncilSessionRow),
    /// Adds a user.
    AddUser {
        /// The sign-in name.
        name: UserName,
        /// The name to show.
        display: String,
    },
    /// Gives a user another name to show.
    RenameUser {
        /// The user.
        name: UserName,
        /// The name to show.
        display: String,
    },
    /// Lets a user sign in, or not.
    EnableUser {
        /// The user.
        name: UserName,
        /// Whether the user may sign in.
        enabled: bool,
    },
    /// Gives a user a role in a unit.
    Give(NewGrant),
    /// Takes a grant back.
    End(GrantId),
    /// Changes rules of deadlines, or the days that are worked.
    Deadlines(DeadlineChange),
    /// Adds a field of work, or changes the one of its code.
    PutField {
        /// The field.
        field: FieldOfWork,
        /// The same field as whoever changes it has seen it; none where it is new.
        was: Option<FieldOfWork>,
        /// The code of the field that it is to stand after, empty for the first of all; none to leave it where it stands, and a new one
        /// as the last of its root.
        after: Option<String>,
    },
}

/// Why a change of the district's data is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DistrictProblem {
    /// There is no such unit.
    #[error("there is no such unit")]
    NoUnit,
    /// There is no such user.
    #[error("there is no such user")]
    NoUser,
    /// There is no such grant, or it has ended.
    #[error("there is no such grant, or it has ended")]
    NoGrant,
    /// There is no such term.
    #[error("there is no such term")]
    NoTerm,
    /// There is no such rule of deadlines.
    #[error("there is no such rule of deadlines")]
    NoRule,
    /// There is no such field of work.
    #[error("there is no such field of work")]
    NoField,
    /// There is no such day off, and none worked instead.
    #[error("there is no such day off, and none worked instead")]
    NoHoliday,
    /// Somebody else changed it since it was read.
    #[error("somebody else changed it since it was read")]
    Changed,
    /// The name or code is taken.
    #[error("the name is taken")]
    Taken,
    /// A name, code or day is not as it must be.
    #[error("a name, a code or a day is not as it must be")]
    Invalid,
    /// Units would stand above themselves or take the place of themselves.
    #[error("units would stand above themselves")]
    Ring,
    /// Nobody could administer the district any more.
    #[error("nobody could administer the district any more")]
    LastAdmin,
}

impl From<DistrictProblem> for Code {
    fn from(problem: DistrictProblem) -> Code {
        match problem {
            DistrictProblem::NoUnit
            | DistrictProblem::NoUser
            | DistrictProblem::NoGrant
            | DistrictProblem::NoTerm
            | DistrictProblem::NoRule
            | DistrictProblem::NoField
            | DistrictProblem::NoHoliday => Code::NotFound,
            DistrictProblem::Changed => Code::ChangedMeanwhile,
            DistrictProblem::Taken => Code::Taken,
            DistrictProblem::Invalid | DistrictProblem::Ring => Code::Invalid,
            DistrictProblem::LastAdmin => Code::LastAdmin,
        }
    }
}

const NAME_CHARS_MAX: usize = 120;
const CODE_CHARS_MAX: usize = 40;

/// A name to show: some normalised text on one line.
pub(super) fn is_name(text: &str) -> bool {
    let one_line = !text.chars().any(char::is_control);
    !text.is_empty() && one_line && is_normal(text) && text.chars().count() <= NAME_CHARS_MAX
}

/// A code or sign-in name: ASCII letters, digits, `-`, `_` and `.`.
fn is_code(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text.is_empty() && text.len() <= CODE_CHARS_MAX && text.chars().all(fits)
}

pub(super) fn are_days(starts: Option<&str>, ends: Option<&str>) -> bool {
    starts.into_iter().chain(ends).all(is_date)
        && starts.zip(ends).is_none_or(|(starts, ends)| starts <= ends)
}

pub(super) fn sound(is_sound: bool) -> Result<(), DistrictProblem> {
    is_sound.then_some(()).ok_or(DistrictProblem::Invalid)
}

impl District {
    /// The unit of this code.
    #[must_use]
    pub fn unit(&self, code: &UnitCode) -> Option<&UnitRow> {
        self.units.iter().find(|unit| unit.code == *code)
    }

    /// The units that no other stands above or took the place of.
    pub fn tops(&self) -> impl Iterator<Item = &UnitRow> {
        let is_top = |unit: &&UnitRow| unit.parent.is_none() && unit.successor.is_none();
        self.units.iter().filter(is_top)
    }

    /// The user of this name.
    #[must_use]
    pub fn user(&self, name: &UserName) -> Option<&UserRow> {
        self.users.iter().find(|user| user.name == *name)
    }

    /// Makes changes one after the other, as they are to be written at `at`.
    ///
    /// # Errors
    /// Why one is refused; the district is of no use then.
    pub fn make(&mut self, changes: &[DistrictChange], at: i64) -> Result<(), DistrictProblem> {
        let administered: Vec<UnitCode> = self.administered().cloned().collect();
        for change in changes {
            self.make_one(change, at)?;
        }
        // What nobody administers could only be mended from above, or at the server itself.
        if !administered.iter().all(|unit| self.has_administrator(unit)) {
            return Err(DistrictProblem::LastAdmin);
        }
        Ok(())
    }

    fn make_one(&mut self, change: &DistrictChange, at: i64) -> Result<(), DistrictProblem> {
        match change {
            DistrictChange::PutUnit(unit) => self.put_unit(unit),
            DistrictChange::PutTerm(term) => {
                sound(is_code(&term.code) && is_name(&term.name))?;
                sound(are_days(Some(&term.starts), Some(&term.ends)))?;
                self.terms.retain(|row| row.code != term.code);
                self.terms.push(term.clone());
                self.terms.sort_by(|a, b| b.starts.cmp(&a.starts));
                Ok(())
            }
            DistrictChange::PutSession(session) => {
                sound(is_code(&session.code) && is_name(&session.name) && is_code(&session.kind))?;
                sound(are_days(Some(&session.starts), Some(&session.ends)))?;
                let term = self.terms.iter().find(|term| term.code == session.term);
                term.ok_or(DistrictProblem::NoTerm)?;
                self.sessions.retain(|row| row.code != session.code);
                self.sessions.push(session.clone());
                self.sessions
                    .sort_by(|a, b| (&b.starts, &a.code).cmp(&(&a.starts, &b.code)));
                Ok(())
            }
            DistrictChange::AddUser { name, display } => {
                sound(is_code(&name.0) && is_name(display))?;
                if self.user(name).is_some() {
                    return Err(DistrictProblem::Taken);
                }
                self.users.push(UserRow {
                    name: name.clone(),
                    display: display.clone(),
                    disabled_at: None,
                });
                self.users.sort_by(|a, b| a.name.cmp(&b.name));
                Ok(())
            }
            DistrictChange::RenameUser { name, display } => {
                sound(is_name(display))?;
                self.user_mut(name)?.display.clone_from(display);
                Ok(())
            }
            DistrictChange::EnableUser { name, enabled } => {
                self.user_mut(name)?.disabled_at = (!enabled).then_some(at);
                Ok(())
            }
            DistrictChange::Give(new) => self.give(new, at),
            DistrictChange::Deadlines(change) => self.change_deadlines(change),
            DistrictChange::PutField { field, was, after } => {
                self.put_field(field, was.as_ref(), after.as_deref())
            }
            DistrictChange::End(id) => {
                let row = self.grants.iter_mut().find(|row| row.id == *id);
                let row = row.filter(|row| row.ended_at.is_none());
                row.ok_or(DistrictProblem::NoGrant)?.ended_at = Some(at);
                Ok(())
            }
        }
    }

    fn user_mut(&mut self, name: &UserName) -> Result<&mut UserRow, DistrictProblem> {
        let user = self.users.iter_mut().find(|user| user.name == *name);
        user.ok_or(DistrictProblem::NoUser)
    }

    fn put_unit(&mut self, unit: &UnitRow) -> Result<(), DistrictProblem> {
        sound(is_code(&unit.code.0) && is_name(&unit.name) && is_name(&unit.tier))?;
        sound(are_days(Some(&unit.valid_from), unit.valid_to.as_deref()))?;
        sound(unit.villages.iter().all(|village| is_name(village)))?;
        let mut villages: Vec<&String> = unit.villages.iter().collect();
        villages.sort_unstable();
        sound(villages.windows(2).all(|pair| pair[0] != pair[1]))?;
        for other in unit.parent.iter().chain(&unit.successor) {
            self.unit(other).ok_or(DistrictProblem::NoUnit)?;
        }
        let leads_back = |next: fn(&UnitRow) -> Option<&UnitCode>| {
            let mut seen = next(unit);
            (0..=self.units.len()).any(|_| {
                let here = seen == Some(&unit.code);
                seen = seen.and_then(|code| next(self.unit(code)?));
                here
            })
        };
        if leads_back(|unit| unit.parent.as_ref()) || leads_back(|unit| unit.successor.as_ref()) {
            return Err(DistrictProblem::Ring);
        }
        match self.units.iter_mut().find(|row| row.code == unit.code) {
            Some(row) => row.clone_from(unit),
            None => self.units.push(unit.clone()),
        }
        Ok(())
    }

    fn give(&mut self, new: &NewGrant, at: i64) -> Result<(), DistrictProblem> {
        sound(are_days(new.starts.as_deref(), new.ends.as_deref()))?;
        self.user(&new.user).ok_or(DistrictProblem::NoUser)?;
        self.unit(&new.grant.unit).ok_or(DistrictProblem::NoUnit)?;
        let day = day_of(at);
        let mut open = self
            .grants
            .iter_mut()
            .filter(|row| row.user == new.user && row.grant == new.grant && row.ended_at.is_none());
        if let Some(before) = open.next() {
            if !before.is_over_on(&day) {
                return Err(DistrictProblem::Taken);
            }
            // It ran out: the new one takes its place.
            before.ended_at = Some(at);
        }
        let last = self.grants.iter().map(|row| row.id.0).max().unwrap_or(0);
        self.grants.push(GrantRow {
            id: GrantId(last + 1),
            user: new.user.clone(),
            grant: new.grant.clone(),
            starts: new.starts.clone(),
            ends: new.ends.clone(),
            granted_at: at,
            ended_at: None,
        });
        Ok(())
    }
}
