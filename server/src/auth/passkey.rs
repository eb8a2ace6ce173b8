//! Passkeys: adding one, and signing in with one. Each takes two calls; what the first leaves for the
//! second is kept in memory, for a few minutes and a bounded number.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::UserName;
use serde_json::{Value, json};
use sha2::Sha256;
use webauthn_rs::prelude::{
    Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder,
};

use super::Directory;
use super::secret::Token;
use super::sign_in::{Browser, begin, device_name, enabled, fail};
use crate::store::{NewPasskey, Stamp, Store, UserRow};

/// How long a person may take over it.
const PATIENCE: Duration = Duration::from_secs(300);
/// First calls that are remembered at once; the oldest give way.
const BEGUN_MAX: usize = 1_000;
/// Bytes of a passkey's id: what phones, password managers and keys in the pocket make.
const ID_LENGTHS: [usize; 8] = [16, 16, 20, 20, 32, 32, 48, 64];

/// Where the app is open: what a passkey is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Scheme, host and port, as the browser's `Origin` header gives them.
    pub origin: String,
}

impl Site {
    fn webauthn(&self) -> Result<Webauthn, Code> {
        let origin: Url = self.origin.parse().map_err(|_| Code::Malformed)?;
        let host = origin.host_str().ok_or(Code::Malformed)?.to_owned();
        WebauthnBuilder::new(&host, &origin)
            .map(|builder| builder.rp_name("Kiến Nghị").timeout(PATIENCE))
            .and_then(WebauthnBuilder::build)
            // An address of numbers has no passkeys.
            .map_err(|_| Code::Invalid)
    }
}

#[derive(Debug)]
enum Step {
    Adding(UserName, PasskeyRegistration),
    SigningIn(UserName, PasskeyAuthentication),
}

/// First calls whose second is still to come, by ticket.
#[derive(Debug, Default)]
pub struct Ceremonies(Mutex<HashMap<String, (Step, i64)>>);

impl Ceremonies {
    fn keep(&self, step: Step, now_ms: i64) -> Result<String, Code> {
        let ticket = Token::random().map_err(|_| Code::Internal)?.to_string();
        let until = now_ms + i64::try_from(PATIENCE.as_millis()).unwrap_or(i64::MAX);
        let mut begun = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        begun.retain(|_, (_, until)| *until > now_ms);
        if begun.len() >= BEGUN_MAX {
            let oldest = begun.iter().min_by_key(|(_, (_, until))| *until);
            if let Some(oldest) = oldest.map(|(ticket, _)| ticket.clone()) {
                begun.remove(&oldest);
            }
        }
        begun.insert(ticket.clone(), (step, until));
        Ok(ticket)
    }

    /// Each ticket is good once.
    fn take(&self, ticket: &str, now_ms: i64) -> Option<Step> {
        let mut begun = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (step, until) = begun.remove(ticket)?;
        (until > now_ms).then_some(step)
    }

    /// What the browser is to make a passkey of, and the ticket for the second call.
    ///
    /// # Errors
    /// The store's code; [`Code::Invalid`] where the site's address cannot have passkeys.
    pub fn begin_adding(
        &self,
        store: &dyn Store,
        site: &Site,
        user: &UserRow,
        now_ms: i64,
    ) -> Result<Value, Code> {
        let had = passkeys(store, &user.name)?;
        let had = had.iter().map(|passkey| passkey.cred_id().clone());
        let id = Uuid::from_bytes(digest(store, "user", &user.name));
        let started = site.webauthn()?.start_passkey_registration(
            id,
            &user.name.0,
            &user.display,
            Some(had.collect()),
        );
        let (options, state) = started.map_err(|_| Code::Internal)?;
        let ticket = self.keep(Step::Adding(user.name.clone(), state), now_ms)?;
        Ok(json!({ "ticket": ticket, "options": options }))
    }

    /// Keeps the passkey that the browser made.
    ///
    /// # Errors
    /// [`Code::WrongCredentials`] when it is not what was asked for, [`Code::Taken`] when it is kept
    /// already; the store's code.
    pub fn finish_adding(
        &self,
        store: &dyn Store,
        site: &Site,
        user: &UserName,
        request: &FinishAdding,
        stamp: &Stamp,
    ) -> Result<(), Code> {
        let Some(Step::Adding(_, state)) = self
            .take(&request.ticket, stamp.at)
            .filter(|step| matches!(step, Step::Adding(begun, _) if begun == user))
        else {
            return Err(Code::WrongCredentials);
        };
        let made = site
            .webauthn()?
            .finish_passkey_registration(&request.credential, &state)
            .map_err(|_| Code::WrongCredentials)?;
        let passkey = NewPasskey {
            id: made.cred_id().to_vec(),
            name: device_name(&request.name),
            credential: serde_json::to_string(&made).map_err(|_| Code::Internal)?,
        };
        let added = store.add_passkey(user, passkey, stamp);
        let added = added?;
        added.then_some(()).ok_or(Code::Taken)
    }

    /// What the browser is to sign with a passkey, and the ticket for the second call. Somebody unknown
    /// is asked for passkeys that there are not, as is a user without one, or who may not sign in.
    ///
    /// # Errors
    /// The store's code; [`Code::Invalid`] where the site's address cannot have passkeys.
    pub fn begin_signing_in(
        &self,
        store: &dyn Store,
        directory: &Directory,
        site: &Site,
        user: &str,
        now_ms: i64,
    ) -> Result<Value, Code> {
        let name = UserName::from(user.trim());
        let mut had = passkeys(store, &name)?;
        if enabled(directory, user).is_none() {
            had.clear();
        }
        let webauthn = site.webauthn()?;
        if had.is_empty() {
            let challenge = Token::random().map_err(|_| Code::Internal)?.to_string();
            let ticket = Token::random().map_err(|_| Code::Internal)?.to_string();
            let ids = made_up_ids(store, &name).into_iter();
            let allowed =
                ids.map(|id| json!({ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(id) }));
            let host = site.origin.parse::<Url>().map_err(|_| Code::Malformed)?;
            return Ok(json!({ "ticket": ticket, "options": { "publicKey": {
                "challenge": challenge,
                "timeout": PATIENCE.as_millis(),
                "rpId": host.host_str(),
                "allowCredentials": allowed.collect::<Vec<_>>(),
                "userVerification": "required",
            } } }));
        }
        let started = webauthn.start_passkey_authentication(&had);
        let (options, state) = started.map_err(|_| Code::Internal)?;
        let ticket = self.keep(Step::SigningIn(name, state), now_ms)?;
        Ok(json!({ "ticket": ticket, "options": options }))
    }

    /// Begins a session with what the browser signed.
    ///
    /// # Errors
    /// [`Code::WrongCredentials`]; the store's code.
    pub fn finish_signing_in(
        &self,
        store: &dyn Store,
        directory: &Directory,
        site: &Site,
        request: FinishSigningIn,
        before: Option<Token>,
        now_ms: i64,
    ) -> Result<Token, Code> {
        let Some(Step::SigningIn(user, state)) = self.take(&request.ticket, now_ms) else {
            return Err(Code::WrongCredentials);
        };
        let signed = site
            .webauthn()?
            .finish_passkey_authentication(&request.credential, &state)
            .map_err(|_| fail(store, &user, "khoá truy cập", now_ms))?;
        enabled(directory, &user.0).ok_or(Code::WrongCredentials)?;
        // It may have been removed since the first call.
        let mut had = passkeys(store, &user)?.into_iter();
        let mut used = had
            .find(|passkey| passkey.cred_id() == signed.cred_id())
            .ok_or(Code::WrongCredentials)?;
        used.update_credential(&signed);
        let credential = serde_json::to_string(&used).map_err(|_| Code::Internal)?;
        store.passkey_used(used.cred_id(), &credential, now_ms)?;
        let browser = Browser {
            name: request.device,
            before,
        };
        begin(store, &user, &browser, "khoá truy cập", now_ms)
    }
}

/// The second call of adding a passkey.
#[derive(Debug, serde::Deserialize)]
pub struct FinishAdding {
    ticket: String,
    credential: RegisterPublicKeyCredential,
    name: String,
}

/// The second call of signing in with a passkey.
#[derive(Debug, serde::Deserialize)]
pub struct FinishSigningIn {
    ticket: String,
    credential: PublicKeyCredential,
    device: String,
}

fn passkeys(store: &dyn Store, user: &UserName) -> Result<Vec<Passkey>, Code> {
    let rows = store.passkeys(user)?;
    let read = |text: &String| serde_json::from_str(text).map_err(|_| Code::Internal);
    rows.iter()
        .map(|row| read(&row.passkey.credential))
        .collect()
}

/// Ids of passkeys that nobody has: as many as people have, as long as theirs are, always the same for one
/// name.
fn made_up_ids(store: &dyn Store, user: &UserName) -> Vec<Vec<u8>> {
    let chosen = digest(store, "passkeys", user);
    let count = if chosen[0] < 64 { 2 } else { 1 };
    let id = |number: usize| {
        let length = ID_LENGTHS[usize::from(chosen[number]) % ID_LENGTHS.len()];
        let pieces = 0..length.div_ceil(16);
        let mut id: Vec<u8> = pieces
            .flat_map(|piece| digest(store, &format!("passkey {number} {piece}"), user))
            .collect();
        id.truncate(length);
        id
    };
    (1..=count).map(id).collect()
}

/// What stands for a user and tells nothing of the user: always the same, and nobody else's.
fn digest(store: &dyn Store, purpose: &str, user: &UserName) -> [u8; 16] {
    let mut mac = Hmac::<Sha256>::new_from_slice(&store.cursor_key())
        .unwrap_or_else(|_| unreachable!("keys of any length do"));
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(user.0.as_bytes());
    let mut first = [0; 16];
    first.copy_from_slice(&mac.finalize().into_bytes()[..16]);
    first
}
