//! What administrators are shown of units, people and devices, and what they ask to be changed.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::access::Grant;
use crate::deadline::{DeadlineChange, Deadlines};
use crate::field_of_work::{FieldOfWork, FieldsOfWork};
use crate::id::{UnitCode, UserName};
use crate::order::decode_in_order;
use crate::profile::AGENCY_TIER;
use crate::text::fold;

/// All that the caller may see.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Administration {
    /// The day at the server, `yyyy-mm-dd`.
    #[n(0)]
    pub today: String,
    /// The units, each after its parent.
    #[n(1)]
    pub units: Vec<Unit>,
    /// The council's terms, newest first.
    #[n(2)]
    pub terms: Vec<Term>,
    /// The council's sessions, newest first.
    #[n(3)]
    pub sessions: Vec<Session>,
    /// The users, by name.
    #[n(4)]
    pub users: Vec<User>,
    /// Their devices, the newest first.
    #[n(5)]
    pub devices: Vec<Device>,
    /// The rules that apply within reach, and the days that all units have in common.
    #[n(6)]
    pub deadlines: Deadlines,
    /// The district's fields of work.
    #[n(7)]
    pub fields: FieldsOfWork,
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Unit {
    /// Its code.
    #[n(0)]
    pub code: UnitCode,
    /// Its name.
    #[n(1)]
    pub name: String,
    /// The tier's name, such as `xã`.
    #[n(2)]
    pub tier: String,
    /// The unit above it.
    #[n(3)]
    pub parent: Option<UnitCode>,
    /// The unit that took its place.
    #[n(4)]
    pub successor: Option<UnitCode>,
    /// Its villages.
    #[n(5)]
    pub villages: Vec<String>,
    /// First day, `yyyy-mm-dd`.
    #[n(6)]
    pub valid_from: String,
    /// Last day, when it has one.
    #[n(7)]
    pub valid_to: Option<String>,
}

impl Unit {
    /// Whether it is an agency.
    #[must_use]
    pub fn is_agency(&self) -> bool {
        self.tier == AGENCY_TIER
    }
}

/// A term of the council (nhiệm kỳ). Days are `yyyy-mm-dd`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Term {
    /// Its code.
    #[n(0)]
    pub code: String,
    /// Its name.
    #[n(1)]
    pub name: String,
    /// First day.
    #[n(2)]
    pub starts: String,
    /// Last day.
    #[n(3)]
    pub ends: String,
}

/// A session of the council (kỳ họp). Days are `yyyy-mm-dd`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Session {
    /// Its code.
    #[n(0)]
    pub code: String,
    /// The term's code.
    #[n(1)]
    pub term: String,
    /// Its name.
    #[n(2)]
    pub name: String,
    /// A code of [`SESSION_KINDS`](crate::catalogue::SESSION_KINDS).
    #[n(3)]
    pub kind: String,
    /// First day.
    #[n(4)]
    pub starts: String,
    /// Last day.
    #[n(5)]
    pub ends: String,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct User {
    /// The sign-in name.
    #[n(0)]
    pub name: UserName,
    /// The name to show.
    #[n(1)]
    pub display: String,
    /// Whether the user may sign in.
    #[n(2)]
    pub enabled: bool,
    /// The roles that were not taken back.
    #[n(3)]
    pub grants: Vec<HeldGrant>,
    /// Whether the caller may change the user.
    #[n(4)]
    pub may_change: bool,
    /// Whether the caller may give the user devices, and take them.
    #[n(5)]
    pub may_enrol: bool,
}

/// A role that a user holds, will hold, or held until some day.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct HeldGrant {
    /// Its number.
    #[n(0)]
    pub id: i64,
    /// Role and unit.
    #[n(1)]
    pub grant: Grant,
    /// First day, `yyyy-mm-dd`; none for the day it was given.
    #[n(2)]
    pub starts: Option<String>,
    /// Last day, when it has one.
    #[n(3)]
    pub ends: Option<String>,
    /// Whether it holds today.
    #[n(4)]
    pub holds: bool,
}

/// A device. Times are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Device {
    /// Its number.
    #[n(0)]
    pub id: i64,
    /// Its user.
    #[n(1)]
    pub user: UserName,
    /// What it was called when it was enrolled.
    #[n(2)]
    pub name: String,
    /// Whether it is a browser that a person signs in to, not an enrolled phone.
    #[n(3)]
    pub is_browser: bool,
    /// Who approved it; none where that was done at the server itself, or needed nobody.
    #[n(4)]
    pub approver: Option<UserName>,
    /// When it was enrolled.
    #[n(5)]
    pub created_at: i64,
    /// When it was last noted as seen.
    #[n(6)]
    pub last_seen_at: Option<i64>,
    /// When it was revoked.
    #[n(7)]
    pub revoked_at: Option<i64>,
}

/// Changes that are made all or none, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Changes {
    /// The changes.
    #[n(0)]
    pub changes: Vec<Change>,
    /// A unit as whoever changes it has seen it: if it is another by now, nothing is changed.
    #[n(1)]
    pub was: Option<Unit>,
    /// Changes of rules of deadlines and of the days that are worked, made after the others.
    #[cbor(n(2), default)]
    #[serde(default)]
    pub deadlines: Vec<DeadlineChange>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Adds a unit, or changes the one of this code.
    #[n(0)]
    PutUnit(#[n(0)] Unit),
    /// Adds a term, or changes the one of this code.
    #[n(1)]
    PutTerm(#[n(0)] Term),
    /// Adds a session, or changes the one of this code.
    #[n(2)]
    PutSession(#[n(0)] Session),
    /// Adds a user.
    #[n(3)]
    AddUser {
        /// The sign-in name.
        #[n(0)]
        name: UserName,
        /// The name to show.
        #[n(1)]
        display: String,
    },
    /// Gives a user another name to show.
    #[n(4)]
    RenameUser {
        /// The user.
        #[n(0)]
        name: UserName,
        /// The name to show.
        #[n(1)]
        display: String,
    },
    /// Lets a user sign in, or not.
    #[n(5)]
    EnableUser {
        /// The user.
        #[n(0)]
        name: UserName,
        /// Whether the user may sign in.
        #[n(1)]
        enabled: bool,
    },
    /// Gives a user a role in a unit.
    #[n(6)]
    Give {
        /// The user.
        #[n(0)]
        user: UserName,
        /// Role and unit.
        #[n(1)]
        grant: Grant,
        /// First day, `yyyy-mm-dd`; none for at once.
        #[n(2)]
        starts: Option<String>,
        /// Last day, when it has one.
        #[n(3)]
        ends: Option<String>,
    },
    /// Takes a grant back, by its number.
    #[n(7)]
    End(#[n(0)] i64),
    /// Adds a field of work, or changes the one of its code; one with a last day ends.
    #[n(8)]
    PutField {
        /// The field.
        #[n(0)]
        field: FieldOfWork,
        /// The same field as whoever changes it has seen it; none where it is new.
        #[n(1)]
        was: Option<FieldOfWork>,
        /// The code of the field that it is to stand after, empty for the first of all; none to leave it where it stands, and a new one
        /// as the last of its root.
        #[n(2)]
        after: Option<String>,
    },
}

/// Whom a one-time code is wanted for.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct CodeWanted {
    /// The user.
    #[n(0)]
    pub user: UserName,
}

/// A one-time code.
#[derive(Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct IssuedCode {
    /// The code, to be shown once.
    #[n(0)]
    pub code: String,
    /// When it is good no more, milliseconds since 1970.
    #[n(1)]
    pub expires_at: i64,
}

/// One page of the record of who did what, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct AuditPage {
    /// The rows.
    #[n(0)]
    pub rows: Vec<AuditEntry>,
    /// The actions that can be asked for: names and words for people.
    #[n(1)]
    pub actions: Vec<(String, String)>,
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number.
    #[n(0)]
    pub seq: u64,
    /// When, milliseconds since 1970.
    #[n(1)]
    pub at: i64,
    /// Who: a sign-in name; none for the server itself and its command line.
    #[n(2)]
    pub user: Option<UserName>,
    /// Who, in words for people.
    #[n(3)]
    pub who: String,
    /// What was done, in words for people.
    #[n(4)]
    pub what: String,
    /// What it was done to.
    #[n(5)]
    pub subject: String,
    /// The name of the unit that it concerns; empty for none.
    #[n(6)]
    pub unit: String,
    /// What else is to be known.
    #[n(7)]
    pub detail: String,
}

/// What a spreadsheet of users would change.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct ImportPreview {
    /// The spreadsheet's rows, in their order.
    #[n(0)]
    pub rows: Vec<ImportRow>,
}

/// What a row of a spreadsheet of users would change.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct ImportRow {
    /// The row's number in the spreadsheet, from 1.
    #[n(0)]
    pub row: u32,
    /// The person's name.
    #[n(1)]
    pub display: String,
    /// The sign-in name.
    #[n(2)]
    pub name: String,
    /// What it would change; nothing where all of it is so already.
    #[n(3)]
    pub changes: Vec<Change>,
    /// What is wrong with it, in words for people; empty when nothing is.
    #[n(4)]
    pub problem: String,
}

decode_in_order! {
    Administration { today, units, terms, sessions, users, devices, deadlines, fields }
    Unit { code, name, tier, parent, successor, villages, valid_from, valid_to }
    Term { code, name, starts, ends }
    Session { code, term, name, kind, starts, ends }
    User { name, display, enabled, grants, may_change, may_enrol }
    HeldGrant { id, grant, starts, ends, holds }
    Device { id, user, name, is_browser, approver, created_at, last_seen_at, revoked_at }
    IssuedCode { code, expires_at }
    AuditPage { rows, actions }
    AuditEntry { seq, at, user, who, what, subject, unit, detail }
    ImportPreview { rows }
    ImportRow { row, display, name, changes, problem }
}

/// Bytes of a sign-in name that is suggested.
const SUGGESTED_BYTES_MAX: usize = 32;

/// A sign-in name made of a person's name, in small letters without accents: `le-van-an`.
#[must_use]
pub fn suggested_name(display: &str) -> String {
    let folded = fold(display);
    let parts = folded.split(|c: char| !c.is_ascii_alphanumeric());
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let mut name = parts.join("-");
    name.truncate(SUGGESTED_BYTES_MAX);
    let name = name.trim_end_matches('-');
    if name.is_empty() { "nguoi-dung" } else { name }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_name_is_made_of_a_persons_name() {
        assert_eq!(suggested_name(" Lê Văn  Ân "), "le-van-an");
        assert_eq!(suggested_name("Đặng (Thị) Ước"), "dang-thi-uoc");
        assert_eq!(suggested_name("…"), "nguoi-dung");
        assert!(suggested_name(&"dài ".repeat(20)).len() <= 32);
    }
}
