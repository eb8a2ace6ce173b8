//! Devices, and what people prove with who they are, as rows. Of secrets only hashes are here.

use kiennghi_shared::id::UserName;

use super::DeviceId;

/// The SHA-256 of a secret: of a token or a one-time code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash(pub [u8; 32]);

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

/// Whose token it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The device.
    pub device: DeviceId,
    /// The devices that it continues, the latest first.
    pub earlier: Vec<DeviceId>,
    /// Its user.
    pub user: UserName,
    /// Whether the device may no longer sign in.
    pub revoked: bool,
    /// The browser's session, where it is not a device's own token.
    pub session: Option<BrowserSession>,
    /// When it was last noted as seen.
    pub last_seen_at: Option<i64>,
    /// The district's version now.
    pub district_version: u64,
}

/// A session of a browser: begun with a password or a passkey. Times are milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrowserSession {
    /// When it began.
    pub begun_at: i64,
    /// When it was last noted as seen.
    pub seen_at: i64,
    /// When somebody ended it.
    pub ended_at: Option<i64>,
}

/// A device as lists show it. Times are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its number.
    pub id: DeviceId,
    /// Its user.
    pub user: UserName,
    /// What it was called when it was enrolled.
    pub name: String,
    /// Whether it is a browser that a person signs in to, not an enrolled phone.
    pub is_browser: bool,
    /// Who approved it; none where that was done at the server's command line.
    pub approver: Option<UserName>,
    /// When it was enrolled.
    pub created_at: i64,
    /// When it was last noted as seen.
    pub last_seen_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

/// A one-time code to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCode {
    /// Whom it enrols a device for.
    pub user: UserName,
    /// The code.
    pub code: SecretHash,
    /// When it is good no more, milliseconds since 1970.
    pub expires_at: i64,
}

/// A one-time code that is traded for a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeeming {
    /// The code.
    pub code: SecretHash,
    /// What to call the device.
    pub device: String,
    /// Its token.
    pub token: SecretHash,
    /// The token of the device that it continues, if that is the same user's and was not revoked.
    pub continues: Option<SecretHash>,
    /// When, milliseconds since 1970.
    pub at: i64,
}

/// A session to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Its token.
    pub token: SecretHash,
    /// The token of the session that the browser had.
    pub before: Option<SecretHash>,
    /// What to call the browser in lists.
    pub browser: String,
    /// How the user proved who that is, in words for people.
    pub how: String,
    /// When, milliseconds since 1970.
    pub at: i64,
}

/// A passkey to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// The credential's id.
    pub id: Vec<u8>,
    /// What its owner calls it.
    pub name: String,
    /// Public key and counter, as JSON.
    pub credential: String,
}

/// A passkey as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyRow {
    /// The credential.
    pub passkey: NewPasskey,
    /// When it was added, milliseconds since 1970.
    pub added_at: i64,
    /// When it was last used.
    pub last_used_at: Option<i64>,
}
