//! What a store keeps of people: the district, who holds which role, devices and how people sign in, and
//! the record of who did what.

use kiennghi_shared::access::Grant;
use kiennghi_shared::id::UserName;

use crate::clock::day_of;

use super::{
    AuditEvent, AuditFilter, AuditHead, AuditRow, DeviceId, DeviceRow, District, DistrictChange,
    DistrictProblem, NewCode, NewPasskey, NewSession, PasskeyRow, Redeeming, SecretHash, SignedIn,
    Stamp, StoreError,
};

/// The part of a store that knows people. What is done is recorded in the transaction that does it.
///
/// Every method fails when the store cannot be read or written.
#[expect(clippy::missing_errors_doc, reason = "said once for all of them")]
pub trait People: Send + Sync + std::fmt::Debug {
    /// Units, sessions, users and their roles.
    fn district(&self) -> Result<District, StoreError>;

    /// The version of that alone.
    fn district_version(&self) -> Result<u64, StoreError>;

    /// Puts units, sessions and users into an empty store; [`StoreError::Stale`] when there are units
    /// already.
    fn found_district(&self, district: District, stamp: &Stamp) -> Result<(), StoreError>;

    /// Makes changes of the district's data, all or none.
    fn change_district(
        &self,
        changes: Vec<DistrictChange>,
        stamp: &Stamp,
    ) -> Result<Result<(), DistrictProblem>, StoreError>;

    /// Leaves a user one grant alone; earlier ones are remembered.
    fn move_user(
        &self,
        user: &UserName,
        to: &Grant,
        stamp: &Stamp,
    ) -> Result<Result<(), DistrictProblem>, StoreError> {
        let changes = self.district()?.moving(user, to, &day_of(stamp.at));
        self.change_district(changes, stamp)
    }

    /// Records something that no other method does.
    fn record(&self, event: AuditEvent, stamp: &Stamp) -> Result<(), StoreError>;

    /// The same, not waiting for the disk: for what may be lost with the power.
    fn record_later(&self, event: AuditEvent, stamp: &Stamp) -> Result<(), StoreError>;

    /// One page of the record, the newest first.
    fn audit(&self, filter: &AuditFilter) -> Result<Vec<AuditRow>, StoreError>;

    /// Shows every row of the record, the oldest first.
    fn each_audit_row(&self, show: &mut dyn FnMut(AuditRow)) -> Result<(), StoreError>;

    /// The signed ends of days, the oldest first; the end of now among them when `now` is set.
    fn audit_heads(&self, now: bool) -> Result<Vec<AuditHead>, StoreError>;

    /// Who signs in with this token, or did before the device was revoked or the session ended.
    fn signed_in(&self, token: &SecretHash) -> Result<Option<SignedIn>, StoreError>;

    /// Notes that a device was here, and the session of this token.
    fn device_seen(
        &self,
        device: DeviceId,
        session: Option<SecretHash>,
        at: i64,
    ) -> Result<(), StoreError>;

    /// Adds a device; without a token it never signs in by itself.
    fn add_device(
        &self,
        user: &UserName,
        name: &str,
        token: Option<SecretHash>,
        at: i64,
    ) -> Result<DeviceId, StoreError>;

    /// Takes a device's right to sign in; `false` when there is none that has it.
    fn revoke_device(&self, device: DeviceId, stamp: &Stamp) -> Result<bool, StoreError>;

    /// All devices, in the order of their numbers.
    fn devices(&self) -> Result<Vec<DeviceRow>, StoreError>;

    /// Adds a one-time code; `false` when there is no such user.
    fn add_enrolment_code(&self, new: NewCode, stamp: &Stamp) -> Result<bool, StoreError>;

    /// Uses up a one-time code and adds the device it was for; `None` when the code is unknown,
    /// used or expired. Of two that come at once, one gets the device.
    fn redeem_enrolment_code(&self, redeeming: Redeeming) -> Result<Option<UserName>, StoreError>;

    /// Whom a one-time code is for that is good at `at`.
    fn code_owner(&self, code: &SecretHash, at: i64) -> Result<Option<UserName>, StoreError>;

    /// The hash of a user's password, as a PHC string.
    fn password(&self, user: &UserName) -> Result<Option<String>, StoreError>;

    /// Sets a user's password; `false` when there is no such user.
    fn set_password(&self, user: &UserName, hash: &str, stamp: &Stamp) -> Result<bool, StoreError>;

    /// Begins a session of a browser. The browser is the device of the session `before`, where that is
    /// the same user's and was not revoked, and else a new one of this name.
    fn begin_session(&self, user: &UserName, session: NewSession) -> Result<DeviceId, StoreError>;

    /// Uses up a one-time code, sets the password of the user it was for, begins a session, ends all others
    /// and removes passkeys and recovery codes; `None` when the code is unknown, used or expired.
    fn redeem_code_for_password(
        &self,
        code: &SecretHash,
        hash: &str,
        session: NewSession,
    ) -> Result<Option<UserName>, StoreError>;

    /// Ends the sessions of a user: the one of this token, or all but that one. How many were open.
    fn end_sessions(
        &self,
        user: &UserName,
        token: &SecretHash,
        all_others: bool,
        stamp: &Stamp,
    ) -> Result<u64, StoreError>;

    /// A user's passkeys, the oldest first.
    fn passkeys(&self, user: &UserName) -> Result<Vec<PasskeyRow>, StoreError>;

    /// Keeps a passkey; `false` when it is kept already.
    fn add_passkey(
        &self,
        user: &UserName,
        passkey: NewPasskey,
        stamp: &Stamp,
    ) -> Result<bool, StoreError>;

    /// Notes that a passkey was used, and its counter.
    fn passkey_used(&self, id: &[u8], credential: &str, at: i64) -> Result<(), StoreError>;

    /// Removes a user's passkey; `false` when there is no such one.
    fn remove_passkey(&self, user: &UserName, id: &[u8], stamp: &Stamp)
    -> Result<bool, StoreError>;

    /// Puts new recovery codes in the place of a user's old ones.
    fn set_recovery_codes(
        &self,
        user: &UserName,
        codes: Vec<SecretHash>,
        stamp: &Stamp,
    ) -> Result<(), StoreError>;

    /// Whose recovery code it is that was not used yet.
    fn recovery_code_owner(&self, code: &SecretHash) -> Result<Option<UserName>, StoreError>;

    /// Uses up a recovery code of a user, sets the password, begins a session, ends all others and removes
    /// passkeys; `false` when there is no such code.
    fn recover(
        &self,
        user: &UserName,
        code: &SecretHash,
        hash: &str,
        session: NewSession,
    ) -> Result<bool, StoreError>;

    /// Recovery codes that a user has left.
    fn recovery_codes_left(&self, user: &UserName) -> Result<u64, StoreError>;
}
