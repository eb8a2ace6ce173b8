//! The first administrator: made by whoever holds the code that the server shows when it starts and
//! nobody administers it. There is no default password.

use std::sync::{Mutex, PoisonError};

use kiennghi_shared::access::{Grant, Role};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::UserName;

use super::password;
use super::secret::{OneTimeCode, Token};
use super::sign_in::{Browser, begin};
use crate::store::{Action, AuditEvent, District, DistrictChange, NewGrant, Stamp, Store};
use crate::trees;

/// The code that is good until the server ends or somebody used it.
#[derive(Debug, Default)]
pub struct SetUp(Mutex<Option<OneTimeCode>>);

/// What the first administrator brings.
#[derive(Debug)]
pub struct Founding<'a> {
    /// The name of a ready-made tree of units; counts for a store without units.
    pub tree: &'a str,
    /// The sign-in name.
    pub user: &'a str,
    /// The name to show.
    pub display: &'a str,
    /// The password.
    pub password: &'a str,
}

impl SetUp {
    /// A code to be shown at the server's start; none where somebody administers the district.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn begin(&self, district: &District) -> Result<Option<OneTimeCode>, getrandom::Error> {
        if district.is_administered() {
            return Ok(None);
        }
        let code = OneTimeCode::random()?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(code.clone());
        Ok(Some(code))
    }

    /// Makes the first administrator, and begins a session.
    ///
    /// # Errors
    /// [`Code::BadCode`] when the code is another or was used, or somebody administers the district by now,
    /// [`Code::WeakPassword`], [`Code::Taken`] when there is such a user, [`Code::Invalid`]; the store's code.
    pub fn found(
        &self,
        store: &dyn Store,
        code: &str,
        founding: &Founding<'_>,
        browser: &Browser,
        now_ms: i64,
    ) -> Result<Token, Code> {
        let code: OneTimeCode = code.parse().map_err(|_| Code::BadCode)?;
        // Held to the end: of two that come at once one makes the administrator.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.as_ref().is_some_and(|known| known.is(&code)) {
            return Err(Code::BadCode);
        }
        let stamp = Stamp::server(now_ms);
        let mut district = store.district()?;
        if district.is_administered() {
            // Somebody was made one otherwise, as by a command.
            *known = None;
            return Err(Code::BadCode);
        }
        let user = UserName::from(founding.user.trim());
        if district.user(&user).is_some() {
            // Whoever sees the code must not take over somebody's account.
            return Err(Code::Taken);
        }
        let hash = password::hash(founding.password, &[&user.0, founding.display])?;
        if district.units.is_empty() {
            let units = trees::units(founding.tree).ok_or(Code::Invalid)?;
            district = District {
                version: 1,
                units,
                ..District::default()
            };
            store.found_district(district.clone(), &stamp)?;
        }
        let top = district.tops().next();
        let changes = vec![
            DistrictChange::AddUser {
                name: user.clone(),
                display: founding.display.trim().to_owned(),
            },
            DistrictChange::Give(NewGrant {
                user: user.clone(),
                grant: Grant {
                    role: Role::Admin,
                    unit: top.ok_or(Code::Internal)?.code.clone(),
                },
                starts: None,
                ends: None,
            }),
        ];
        let changed = store.change_district(changes, &stamp);
        changed??;
        store.set_password(&user, &hash, &stamp)?;
        store.record(AuditEvent::new(Action::SetUp, &user), &stamp)?;
        *known = None;
        begin(store, &user, browser, "thiết lập", now_ms)
    }
}
