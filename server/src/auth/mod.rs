//! Who is calling, and what that caller may see and write: devices' tokens, one-time codes, the
//! tree of units. Knows no HTTP.

mod directory;
mod enrolment;
mod secret;

use std::sync::{Arc, PoisonError, RwLock};

use kiennghi_shared::access::{Verb, may};
use kiennghi_shared::id::{UnitCode, UserName};
use kiennghi_shared::profile::Profile;
use kiennghi_shared::schema::Kind;

pub use directory::{Directory, Membership};
pub use enrolment::{CODE_LIFETIME_MS, issue_code, redeem_code};
pub use secret::{InvalidSecret, OneTimeCode, Token};

use crate::store::{DeviceId, Scope, Store, StoreError, UserRow};

/// A device is noted as seen once in this time.
const SEEN_EVERY_MS: i64 = 10 * 60 * 1000;

/// A signed-in device, its user, and what that user may do.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The device.
    pub device: DeviceId,
    /// The user, with role and unit.
    pub user: UserRow,
    /// Whether the device may no longer sign in: what it still sends waits for the office.
    pub revoked: bool,
    earlier: Vec<DeviceId>,
    membership: Arc<Membership>,
    directory: Arc<Directory>,
}

impl Caller {
    /// Whether what was begun on `device` is this device's to go on with: it is the same, or one that
    /// this one continues.
    #[must_use]
    pub fn goes_on_for(&self, device: DeviceId) -> bool {
        self.device == device || self.earlier.contains(&device)
    }

    /// What the user may read.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.membership.scope
    }

    /// Changes whenever the scope does.
    #[must_use]
    pub fn scope_version(&self) -> u64 {
        self.membership.scope_version
    }

    /// What the user may decide about.
    #[must_use]
    pub fn reviews(&self) -> &Scope {
        &self.membership.reviews
    }

    /// What the device keeps about its user.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.membership.profile
    }

    /// The district as it was when the call began.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Whether the user may write documents of this kind in this unit, which must exist.
    #[must_use]
    pub fn may_write(&self, kind: Kind, unit: &UnitCode) -> bool {
        self.directory
            .relation(&self.user.unit, unit)
            .is_some_and(|relation| may(self.user.role, Verb::Write, kind, relation))
    }

    /// Whether the user might do so under an earlier grant.
    #[must_use]
    pub fn might_write(&self, kind: Kind, unit: &UnitCode) -> bool {
        self.directory.might_write(&self.user.name, kind, unit)
    }
}

/// Finds callers by their tokens, keeping the district at hand.
#[derive(Debug)]
pub struct Callers {
    store: Arc<dyn Store>,
    directory: RwLock<Arc<Directory>>,
}

impl Callers {
    /// Reads the district.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn new(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let directory = Arc::new(Directory::new(store.district()?));
        Ok(Self {
            store,
            directory: RwLock::new(directory),
        })
    }

    /// Who calls with this token at `now_ms`; `None` when it is unknown. It may be revoked.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sign_in(&self, token: &Token, now_ms: i64) -> Result<Option<Caller>, StoreError> {
        let Some(device) = self.store.signed_in(&token.hash())? else {
            return Ok(None);
        };
        let directory = self.directory(device.district_version)?;
        if device
            .last_seen_at
            .is_none_or(|seen| now_ms - seen >= SEEN_EVERY_MS)
        {
            // A courtesy for lists of devices: a call is answered even when it cannot be noted.
            let _ = self.store.device_seen(device.device, now_ms);
        }
        let caller = Self::caller(directory, device.device, &device.user);
        Ok(caller.map(|caller| Caller {
            revoked: device.revoked,
            earlier: device.earlier,
            ..caller
        }))
    }

    /// The caller that a device of this user would be, signed in by other means than a token.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of_device(
        &self,
        device: DeviceId,
        user: &UserName,
    ) -> Result<Option<Caller>, StoreError> {
        let directory = self
            .directory
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        Ok(Self::caller(directory, device, user))
    }

    fn caller(directory: Arc<Directory>, device: DeviceId, user: &UserName) -> Option<Caller> {
        let membership = directory.membership(user)?;
        let user = directory.user(user)?.clone();
        Some(Caller {
            device,
            user,
            revoked: false,
            earlier: Vec::new(),
            membership,
            directory,
        })
    }

    fn directory(&self, version: u64) -> Result<Arc<Directory>, StoreError> {
        let held = self
            .directory
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if held.version() == version {
            return Ok(held);
        }
        let fresh = Arc::new(Directory::new(self.store.district()?));
        *self
            .directory
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fresh);
        Ok(fresh)
    }
}
