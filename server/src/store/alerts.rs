//! What a store keeps of alerts: where devices are sent them, and what people were told.

use kiennghi_shared::casefile::Content;
use kiennghi_shared::id::{UnitCode, UserName};

use super::{DeviceId, Stamp, StoreError};

/// Devices of one user that are sent alerts; the one that has been for longest gives way to another.
pub const ALERTED_DEVICES_MAX: usize = 10;

/// Where a browser is sent alerts.
#[derive(Clone, PartialEq, Eq)]
pub struct AlertAddress {
    /// The address at the push service: whoever knows it can tell who uses it.
    pub endpoint: String,
    /// The browser's public key.
    pub p256dh: Vec<u8>,
    /// The browser's secret.
    pub auth: Vec<u8>,
}

impl std::fmt::Debug for AlertAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AlertAddress(…)")
    }
}

/// A device that is sent alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertedDevice {
    /// The device.
    pub device: DeviceId,
    /// Whether it is a browser that a person signs in to, not an enrolled phone.
    pub is_browser: bool,
    /// Where.
    pub address: AlertAddress,
    /// Since when, milliseconds since 1970.
    pub added_at: i64,
}

/// Somebody who has such devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertedPerson {
    /// The user.
    pub user: UserName,
    /// The last morning that was looked at for this user, `yyyy-mm-dd`; empty before the first.
    pub daily_on: String,
    /// When the user was last told news, milliseconds since 1970; 0 before the first.
    pub news_at: i64,
    /// The devices, at least one.
    pub devices: Vec<AlertedDevice>,
}

/// An assignment, or a letter that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPaper {
    /// The document's number.
    pub number: i64,
    /// The unit it stands in.
    pub unit: UnitCode,
    /// Who made it.
    pub author: UserName,
    /// What it says, without its prose.
    pub facts: Content,
    /// When it last changed, milliseconds since 1970.
    pub updated_at: i64,
}

/// The part of a store that knows alerts. A device that is revoked, or whose user is disabled, is sent none.
///
/// Every method fails when the store cannot be read or written.
#[expect(clippy::missing_errors_doc, reason = "said once for all of them")]
pub trait Alerts: Send + Sync + std::fmt::Debug {
    /// Where a device is sent alerts.
    fn alert_address(&self, device: DeviceId) -> Result<Option<AlertAddress>, StoreError>;

    /// Sends a device's alerts there from now on, and what went there before nowhere; recorded where that is another
    /// address than before.
    fn put_alert_address(
        &self,
        device: DeviceId,
        address: AlertAddress,
        stamp: &Stamp,
    ) -> Result<(), StoreError>;

    /// Sends a device no more alerts; recorded where it was sent some.
    fn drop_alert_address(&self, device: DeviceId, stamp: &Stamp) -> Result<(), StoreError>;

    /// Forgets an address that is good no more.
    fn drop_endpoint(&self, endpoint: &str) -> Result<(), StoreError>;

    /// Everybody who is sent alerts.
    fn alerted_people(&self) -> Result<Vec<AlertedPerson>, StoreError>;

    /// Notes that a user's morning was looked at; `false` when it was before, by whoever it was.
    fn begin_daily(&self, user: &UserName, day: &str) -> Result<bool, StoreError>;

    /// Papers that changed after `since`, milliseconds since 1970.
    fn new_papers(&self, since: i64) -> Result<Vec<NewPaper>, StoreError>;

    /// Those among the papers that a user was not told of.
    fn untold_papers(&self, user: &UserName, papers: &[i64]) -> Result<Vec<i64>, StoreError>;

    /// Notes that a user is told of these papers at `at`; gives those that nobody had noted before.
    fn note_told(&self, user: &UserName, papers: &[i64], at: i64) -> Result<Vec<i64>, StoreError>;
}
