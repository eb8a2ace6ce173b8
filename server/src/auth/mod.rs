//! Who is calling, and what that caller may see and write: devices' tokens, one-time codes, the
//! tree of units. Knows no HTTP.

mod administration;
mod audit;
mod case;
mod directory;
mod enrolment;
mod import;
mod passkey;
mod password;
mod petitioner;
mod secret;
mod set_up;
mod sign_in;

use std::sync::{Arc, PoisonError, RwLock};

use kiennghi_shared::access::{self, Grant, Thing, Verb};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::{UnitCode, UserName};
use kiennghi_shared::profile::Profile;
use kiennghi_shared::schema::Kind;

pub use administration::{administration, device_to_revoke, devices_of, may_enrol_for, permitted};
pub use audit::exported;
pub use directory::{Directory, Membership};
pub use enrolment::{CODE_LIFETIME_MS, issue_code, redeem_code};
pub use import::preview;
pub use passkey::{Ceremonies, FinishAdding, FinishSigningIn, Site};
pub use petitioner::{erase_petitioner, erasure_receipt, hand_in_petitioner, show_petitioner};
pub use secret::{InvalidSecret, OneTimeCode, Token};
pub use set_up::{Founding, SetUp};
pub use sign_in::{
    Browser, by_one_time_code, by_password, by_recovery_code, change_password, make_recovery_codes,
    storage_key,
};

use crate::clock::day_of;
use crate::store::{BrowserSession, DeviceId, Scope, Stamp, Store, StoreError, UserRow};

/// A device is noted as seen once in this time.
const SEEN_EVERY_MS: i64 = 10 * 60 * 1000;
const HOUR_MS: i64 = 60 * 60 * 1000;
/// A browser's session that is not used for so long is over: a working day with its breaks.
pub const SESSION_IDLE_MS: i64 = 12 * HOUR_MS;
/// However much it is used: a week.
pub const SESSION_MS: i64 = 7 * 24 * HOUR_MS;

fn is_over(session: &BrowserSession, now_ms: i64) -> bool {
    session.ended_at.is_some()
        || now_ms - session.seen_at >= SESSION_IDLE_MS
        || now_ms - session.begun_at >= SESSION_MS
}

/// A signed-in device, its user, and what that user may do.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The device.
    pub device: DeviceId,
    /// The user.
    pub user: UserRow,
    /// What is said to a device that may no longer sign in, and what it still sends waits for the office:
    /// [`Code::Revoked`] when that is for good, and it is to give up what it holds;
    /// [`Code::Unauthenticated`] when its user is disabled, who may come back.
    pub farewell: Option<Code>,
    /// Whether it is a browser's session that called, not an enrolled device.
    pub is_session: bool,
    /// Whether the app that calls knows the first kinds of document alone.
    knows_first_kinds: bool,
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

    /// The roles that the user holds.
    #[must_use]
    pub fn grants(&self) -> &[Grant] {
        &self.membership.grants
    }

    /// Whether the device or its user may no longer sign in.
    #[must_use]
    pub fn is_shut_out(&self) -> bool {
        self.farewell.is_some()
    }

    /// What the user may read.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        if self.knows_first_kinds {
            &self.membership.first_scope.0
        } else {
            &self.membership.scope
        }
    }

    /// Changes whenever the scope does.
    #[must_use]
    pub fn scope_version(&self) -> u64 {
        if self.knows_first_kinds {
            self.membership.first_scope.1
        } else {
            self.membership.scope_version
        }
    }

    /// The same caller by an app that speaks a version of the protocol: what it does not know it is not sent.
    #[must_use]
    pub fn speaking(&self, protocol: u16) -> Self {
        Self {
            knows_first_kinds: protocol < 2,
            ..self.clone()
        }
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

    /// Whether the user may do this with such a thing in this unit, which must exist.
    #[must_use]
    pub fn may(&self, verb: Verb, thing: Thing, unit: &UnitCode) -> bool {
        access::allows(self.grants(), &*self.directory, verb, thing, unit)
    }

    /// Whether the user may do this with documents of a kind by a role in this very unit, or in what took its place.
    #[must_use]
    pub fn may_own(&self, verb: Verb, kind: Kind, unit: &UnitCode) -> bool {
        let thing = Thing::Document(kind);
        access::allows_own(self.grants(), &*self.directory, verb, thing, unit)
    }

    /// Whether the user may do this with such a thing in some unit.
    #[must_use]
    pub fn may_somewhere(&self, verb: Verb, thing: Thing) -> bool {
        self.profile().may(verb, thing)
    }

    /// Whether the user may write documents of this kind in this unit, which must exist.
    #[must_use]
    pub fn may_write(&self, kind: Kind, unit: &UnitCode) -> bool {
        self.may(Verb::Write, Thing::Document(kind), unit)
    }

    /// Who does something now, for the record.
    #[must_use]
    pub fn stamp(&self, at: i64) -> Stamp {
        Stamp::device(&self.user.name, self.device, at)
    }

    /// Whether the user might write such a thing under an earlier grant.
    #[must_use]
    pub fn might_write(&self, thing: Thing, unit: &UnitCode) -> bool {
        self.directory.might_write(&self.user.name, thing, unit)
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
    pub fn new(store: Arc<dyn Store>, now_ms: i64) -> Result<Self, StoreError> {
        let directory = Arc::new(Directory::new(store.district()?, day_of(now_ms)));
        Ok(Self {
            store,
            directory: RwLock::new(directory),
        })
    }

    /// Who calls with this token at `now_ms`; `None` when it is unknown or its session is over. It may
    /// be revoked.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sign_in(&self, token: &Token, now_ms: i64) -> Result<Option<Caller>, StoreError> {
        let Some(found) = self.store.signed_in(&token.hash())? else {
            return Ok(None);
        };
        if found
            .session
            .as_ref()
            .is_some_and(|session| is_over(session, now_ms))
        {
            return Ok(None);
        }
        let directory = self.directory(found.district_version, now_ms)?;
        let seen_at = match &found.session {
            Some(session) => Some(session.seen_at),
            None => found.last_seen_at,
        };
        if seen_at.is_none_or(|seen| now_ms - seen >= SEEN_EVERY_MS) {
            let session = found.session.map(|_| token.hash());
            // A courtesy for lists of devices: a call is answered even when it cannot be noted.
            let _ = self.store.device_seen(found.device, session, now_ms);
        }
        let caller = Self::caller(directory, found.device, &found.user);
        Ok(caller.map(|caller| Caller {
            farewell: match (found.revoked, caller.user.disabled_at) {
                (true, _) => Some(Code::Revoked),
                (false, Some(_)) => Some(Code::Unauthenticated),
                (false, None) => None,
            },
            is_session: found.session.is_some(),
            earlier: found.earlier,
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
        Ok(Self::caller(self.known(), device, user))
    }

    /// The district as it is now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn now(&self, now_ms: i64) -> Result<Arc<Directory>, StoreError> {
        self.directory(self.store.district_version()?, now_ms)
    }

    fn caller(directory: Arc<Directory>, device: DeviceId, user: &UserName) -> Option<Caller> {
        let membership = directory.membership(user)?;
        let user = directory.user(user)?.clone();
        Some(Caller {
            device,
            user,
            farewell: None,
            is_session: false,
            knows_first_kinds: false,
            earlier: Vec::new(),
            membership,
            directory,
        })
    }

    fn known(&self) -> Arc<Directory> {
        let known = self.directory.read();
        Arc::clone(&known.unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, fresh: Directory) -> Arc<Directory> {
        let fresh = Arc::new(fresh);
        let known = self.directory.write();
        *known.unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fresh);
        fresh
    }

    fn directory(&self, version: u64, now_ms: i64) -> Result<Arc<Directory>, StoreError> {
        let known = self.known();
        let day = day_of(now_ms);
        if known.district().version == version && known.day() == day {
            return Ok(known);
        }
        Ok(self.keep(Directory::new(self.store.district()?, day)))
    }
}
