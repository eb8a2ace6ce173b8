//! What a signed-in device is told about its user: name, role, units to record in, villages,
//! council sessions. Kept on the phone so that forms work with no network.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::id::{UnitCode, UserName};

/// A unit that the user may record in or read, with its villages.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
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
}

/// A session (kỳ họp) of the council.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct CouncilSession {
    /// The session's code, stored in a meeting's `session` field.
    #[n(0)]
    pub code: String,
    /// The session's name.
    #[n(1)]
    pub name: String,
}

/// A user of the same scope, so that a user name can be shown as a person's name.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Person {
    /// The sign-in name, as changes carry it.
    #[n(0)]
    pub user: UserName,
    /// The name to show.
    #[n(1)]
    pub display: String,
}

/// Everything a device keeps about its user.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Profile {
    /// The sign-in name.
    #[n(0)]
    pub user: UserName,
    /// The name to show.
    #[n(1)]
    pub display: String,
    /// The role.
    #[n(2)]
    pub role: Role,
    /// The unit the role is held in.
    #[n(3)]
    pub unit: UnitCode,
    /// The units the user may record in, the role's own first.
    #[n(4)]
    pub units: Vec<Unit>,
    /// The council sessions, newest first.
    #[n(5)]
    pub sessions: Vec<CouncilSession>,
    /// The people of the scope.
    #[n(6)]
    pub people: Vec<Person>,
    /// Changes whenever the role, the units or the people change.
    #[n(7)]
    pub grant: u64,
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
