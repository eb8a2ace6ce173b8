//! [`People`] on SQLite: each method is one step of the writer or one view of a reader.

use std::sync::Arc;

use kiennghi_shared::id::UserName;

use super::{SqliteStore, accounts, audit, credentials, district};
use crate::store::{
    AuditEvent, AuditFilter, AuditHead, AuditRow, DeviceId, DeviceRow, District, DistrictChange,
    DistrictProblem, NewCode, NewPasskey, NewSession, PasskeyRow, People, Redeeming, SecretHash,
    SignedIn, Stamp, StoreError,
};

impl People for SqliteStore {
    fn district(&self) -> Result<District, StoreError> {
        self.readers.view(district::read)
    }

    fn district_version(&self) -> Result<u64, StoreError> {
        self.readers.view(district::version)
    }

    fn found_district(&self, district: District, stamp: &Stamp) -> Result<(), StoreError> {
        let stamp = stamp.clone();
        self.writer
            .write(move |connection| district::found(connection, &district, &stamp))
    }

    fn change_district(
        &self,
        changes: Vec<DistrictChange>,
        stamp: &Stamp,
    ) -> Result<Result<(), DistrictProblem>, StoreError> {
        let (ground, stamp) = (Arc::clone(&self.ground), stamp.clone());
        self.writer
            .write(move |connection| district::change(connection, &ground, &changes, &stamp))
    }

    fn record(&self, event: AuditEvent, stamp: &Stamp) -> Result<(), StoreError> {
        let stamp = stamp.clone();
        self.writer
            .write(move |connection| audit::add(connection, &stamp, &event))
    }

    fn record_later(&self, event: AuditEvent, stamp: &Stamp) -> Result<(), StoreError> {
        let stamp = stamp.clone();
        self.writer
            .queue(move |connection| audit::add(connection, &stamp, &event))
    }

    fn audit(&self, filter: &AuditFilter) -> Result<Vec<AuditRow>, StoreError> {
        self.readers.view(|view| audit::page(view, filter))
    }

    fn each_audit_row(&self, show: &mut dyn FnMut(AuditRow)) -> Result<(), StoreError> {
        self.readers.view(|view| {
            audit::each(view, |row| {
                show(row);
                Ok(())
            })
        })
    }

    fn audit_heads(&self, now: bool) -> Result<Vec<AuditHead>, StoreError> {
        if now {
            self.writer.write(audit::sign_now)?;
        }
        self.readers.view(audit::heads)
    }

    fn signed_in(&self, token: &SecretHash) -> Result<Option<SignedIn>, StoreError> {
        self.readers.view(|view| accounts::signed_in(view, token))
    }

    fn device_seen(
        &self,
        device: DeviceId,
        session: Option<SecretHash>,
        at: i64,
    ) -> Result<(), StoreError> {
        self.writer.write(move |connection| {
            if let Some(token) = &session {
                credentials::session_seen(connection, token, at)?;
            }
            accounts::device_seen(connection, device, at)
        })
    }

    fn add_device(
        &self,
        user: &UserName,
        name: &str,
        token: Option<SecretHash>,
        at: i64,
    ) -> Result<DeviceId, StoreError> {
        let (user, name) = (user.clone(), name.to_owned());
        self.writer
            .write(move |connection| accounts::add_device(connection, &user, &name, token, at))
    }

    fn revoke_device(&self, device: DeviceId, stamp: &Stamp) -> Result<bool, StoreError> {
        let stamp = stamp.clone();
        self.writer
            .write(move |connection| accounts::revoke_device(connection, device, &stamp))
    }

    fn devices(&self) -> Result<Vec<DeviceRow>, StoreError> {
        self.readers.view(accounts::devices)
    }

    fn add_enrolment_code(&self, new: NewCode, stamp: &Stamp) -> Result<bool, StoreError> {
        let stamp = stamp.clone();
        self.writer
            .write(move |connection| accounts::add_code(connection, &new, &stamp))
    }

    fn redeem_enrolment_code(&self, redeeming: Redeeming) -> Result<Option<UserName>, StoreError> {
        self.writer
            .write(move |connection| accounts::redeem_code(connection, &redeeming))
    }

    fn code_owner(&self, code: &SecretHash, at: i64) -> Result<Option<UserName>, StoreError> {
        self.readers
            .view(|view| accounts::code_owner(view, code, at))
    }

    fn password(&self, user: &UserName) -> Result<Option<String>, StoreError> {
        self.readers.view(|view| credentials::password(view, user))
    }

    fn set_password(&self, user: &UserName, hash: &str, stamp: &Stamp) -> Result<bool, StoreError> {
        let (user, hash, stamp) = (user.clone(), hash.to_owned(), stamp.clone());
        self.writer
            .write(move |connection| credentials::set_password(connection, &user, &hash, &stamp))
    }

    fn begin_session(&self, user: &UserName, session: NewSession) -> Result<DeviceId, StoreError> {
        let user = user.clone();
        self.writer
            .write(move |connection| credentials::begin_session(connection, &user, &session))
    }

    fn redeem_code_for_password(
        &self,
        code: &SecretHash,
        hash: &str,
        session: NewSession,
    ) -> Result<Option<UserName>, StoreError> {
        let (code, hash) = (*code, hash.to_owned());
        self.writer.write(move |connection| {
            let Some((user, _)) = accounts::use_code(connection, &code, session.at)? else {
                return Ok(None);
            };
            credentials::start_anew(connection, &user, &hash, &session)?;
            credentials::remove_recovery_codes(connection, &user)?;
            Ok(Some(user))
        })
    }

    fn end_sessions(
        &self,
        user: &UserName,
        token: &SecretHash,
        all_others: bool,
        stamp: &Stamp,
    ) -> Result<u64, StoreError> {
        let (user, token, stamp) = (user.clone(), *token, stamp.clone());
        self.writer.write(move |connection| {
            credentials::end_sessions(connection, &user, &token, all_others, &stamp)
        })
    }

    fn passkeys(&self, user: &UserName) -> Result<Vec<PasskeyRow>, StoreError> {
        self.readers.view(|view| credentials::passkeys(view, user))
    }

    fn add_passkey(
        &self,
        user: &UserName,
        passkey: NewPasskey,
        stamp: &Stamp,
    ) -> Result<bool, StoreError> {
        let (user, stamp) = (user.clone(), stamp.clone());
        self.writer
            .write(move |connection| credentials::add_passkey(connection, &user, &passkey, &stamp))
    }

    fn passkey_used(&self, id: &[u8], credential: &str, at: i64) -> Result<(), StoreError> {
        let (id, credential) = (id.to_owned(), credential.to_owned());
        self.writer
            .write(move |connection| credentials::passkey_used(connection, &id, &credential, at))
    }

    fn remove_passkey(
        &self,
        user: &UserName,
        id: &[u8],
        stamp: &Stamp,
    ) -> Result<bool, StoreError> {
        let (user, id, stamp) = (user.clone(), id.to_owned(), stamp.clone());
        self.writer
            .write(move |connection| credentials::remove_passkey(connection, &user, &id, &stamp))
    }

    fn set_recovery_codes(
        &self,
        user: &UserName,
        codes: Vec<SecretHash>,
        stamp: &Stamp,
    ) -> Result<(), StoreError> {
        let (user, stamp) = (user.clone(), stamp.clone());
        self.writer.write(move |connection| {
            credentials::set_recovery_codes(connection, &user, &codes, &stamp)
        })
    }

    fn recovery_code_owner(&self, code: &SecretHash) -> Result<Option<UserName>, StoreError> {
        self.readers
            .view(|view| credentials::recovery_code_owner(view, code))
    }

    fn recover(
        &self,
        user: &UserName,
        code: &SecretHash,
        hash: &str,
        session: NewSession,
    ) -> Result<bool, StoreError> {
        let (user, code, hash) = (user.clone(), *code, hash.to_owned());
        self.writer.write(move |connection| {
            let used = credentials::use_recovery_code(connection, &user, &code, session.at)?;
            if used {
                credentials::start_anew(connection, &user, &hash, &session)?;
            }
            Ok(used)
        })
    }

    fn recovery_codes_left(&self, user: &UserName) -> Result<u64, StoreError> {
        self.readers
            .view(|view| credentials::recovery_codes_left(view, user))
    }
}
