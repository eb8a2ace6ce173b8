//! What a person and the server say to each other about signing in at a desk.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::administration::Device;
use crate::profile::Profile;

/// The door for passwords.
pub const SIGN_IN_PATH: &str = "/api/v1/sign-in";
/// Characters that a password has at least.
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Characters that a password has at most.
pub const PASSWORD_CHARS_MAX: usize = 200;

/// Signs in with a password.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct PasswordSignIn {
    /// The sign-in name.
    #[n(0)]
    pub user: String,
    /// The password.
    #[n(1)]
    pub password: String,
    /// What to call the browser in lists.
    #[n(2)]
    pub device: String,
}

/// Sets a password by a one-time code, of an administrator or of one's own for recovery, and signs in.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct CodeSignIn {
    /// The sign-in name, with a recovery code; empty with a one-time code, which knows whom it is for.
    #[n(0)]
    pub user: String,
    /// The code.
    #[n(1)]
    pub code: String,
    /// The new password.
    #[n(2)]
    pub password: String,
    /// What to call the browser in lists.
    #[n(3)]
    pub device: String,
}

/// Makes the first administrator, by the code that the server showed when it started.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct SetUp {
    /// The code.
    #[n(0)]
    pub code: String,
    /// The units to begin with: the name of a ready-made tree.
    #[n(1)]
    pub tree: String,
    /// The administrator's sign-in name.
    #[n(2)]
    pub user: String,
    /// The administrator's name to show.
    #[n(3)]
    pub display: String,
    /// The administrator's password.
    #[n(4)]
    pub password: String,
    /// What to call the browser in lists.
    #[n(5)]
    pub device: String,
}

/// What a sign-in page should know beforehand.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Entrance {
    /// Whether the server waits for its first administrator.
    #[n(0)]
    pub needs_set_up: bool,
    /// The ready-made trees of units that can be begun with: names and words for people.
    #[n(1)]
    pub trees: Vec<(String, String)>,
}

/// Puts a new password in the place of the old one.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct PasswordChange {
    /// The old password.
    #[n(0)]
    pub old: String,
    /// The new password.
    #[n(1)]
    pub new: String,
}

/// Ends sessions.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct SignOut {
    /// Whether all other sessions of the user end, and not this one.
    #[n(0)]
    pub others: bool,
}

/// Who is signed in, and how else the user can.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Account {
    /// The user, and what the roles let the user do.
    #[n(0)]
    pub profile: Profile,
    /// Whether there is a password.
    #[n(1)]
    pub has_password: bool,
    /// Recovery codes that were not used yet.
    #[n(2)]
    pub recovery_codes_left: u64,
    /// The passkeys, the oldest first.
    #[n(3)]
    pub passkeys: Vec<Passkey>,
    /// The phones and browsers that are signed in, whoever enrolled them.
    #[n(4)]
    pub devices: Vec<Device>,
}

/// A passkey, as its owner sees it. Times are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Passkey {
    /// The credential's id, base64url.
    #[n(0)]
    pub id: String,
    /// What its owner calls it.
    #[n(1)]
    pub name: String,
    /// When it was added.
    #[n(2)]
    pub added_at: i64,
    /// When it was last used.
    #[n(3)]
    pub last_used_at: Option<i64>,
}

/// Codes that are shown once.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct RecoveryCodes {
    /// The codes.
    #[n(0)]
    pub codes: Vec<String>,
}

/// What the app of a browser that is signed in by a session begins with.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Session {
    /// The key that keeps the user's data on this browser locked: 32 bytes, the same in each session of the
    /// user, and nowhere on the browser's disk.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub key: Vec<u8>,
    /// The user.
    #[n(1)]
    pub profile: Profile,
}

/// Where [`Session`] is.
pub const SESSION_PATH: &str = "/api/v1/session";
