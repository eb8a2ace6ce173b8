//! Signing in at a desk: by password, by a code that sets one, and what follows: a session of the
//! browser. Knows no HTTP.

use hmac::{Hmac, KeyInit, Mac};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::UserName;
use sha2::Sha256;

use super::secret::{OneTimeCode, Token};
use super::{Directory, password};
use crate::store::{Action, AuditEvent, NewSession, Stamp, Store, UserRow};

/// Codes of one set for recovery.
const RECOVERY_CODES: usize = 8;
/// Characters of a device's name.
const DEVICE_NAME_CHARS_MAX: usize = 80;

/// The browser that somebody signs in with.
#[derive(Debug)]
pub struct Browser {
    /// What to call it in lists.
    pub name: String,
    /// The token of the session that it had.
    pub before: Option<Token>,
}

/// What a device is called in lists: one line, not long.
#[must_use]
pub(super) fn device_name(name: &str) -> String {
    let name: String = name
        .chars()
        .filter(|c| !c.is_control())
        .take(DEVICE_NAME_CHARS_MAX)
        .collect();
    name.trim().to_owned()
}

/// Begins a session with a password.
///
/// # Errors
/// [`Code::WrongCredentials`]; the store's code.
pub fn by_password(
    store: &dyn Store,
    directory: &Directory,
    user: &str,
    password: &str,
    browser: &Browser,
    now_ms: i64,
) -> Result<Token, Code> {
    let user = enabled(directory, user);
    let hash = match user {
        Some(user) => store.password(&user.name)?,
        None => None,
    };
    match user {
        Some(user) if password::matches(password, hash.as_deref()) => {
            begin(store, &user.name, browser, "mật khẩu", now_ms)
        }
        Some(user) => Err(fail(store, &user.name, "mật khẩu", now_ms)),
        None => {
            let _ = password::matches(password, None);
            Err(Code::WrongCredentials)
        }
    }
}

/// Sets a password by a one-time code that an administrator gave, and begins a session. Whatever else let
/// somebody in at a desk is gone: other sessions, passkeys, recovery codes.
///
/// # Errors
/// [`Code::BadCode`] when the code is unknown, used or expired, [`Code::WeakPassword`]; the store's code.
pub fn by_one_time_code(
    store: &dyn Store,
    directory: &Directory,
    code: &str,
    password: &str,
    browser: &Browser,
    now_ms: i64,
) -> Result<Token, Code> {
    let code: OneTimeCode = code.parse().map_err(|_| Code::BadCode)?;
    let owner = store.code_owner(&code.hash(), now_ms)?;
    let owner = owner.ok_or(Code::BadCode)?;
    let user = enabled(directory, &owner.0).ok_or(Code::BadCode)?;
    let hash = password::hash(password, &[&user.name.0, &user.display])?;
    let token = Token::random().map_err(|_| Code::Internal)?;
    let session = new_session(&token, browser, "mã đăng ký", now_ms);
    let redeemed = store.redeem_code_for_password(&code.hash(), &hash, session);
    redeemed?.map(|_| token).ok_or(Code::BadCode)
}

/// Sets a password by a recovery code of one's own, and begins a session. All other sessions end, and
/// passkeys are gone: a thief might have added one. The other codes of the set stay good.
///
/// # Errors
/// [`Code::WrongCredentials`], [`Code::WeakPassword`]; the store's code.
pub fn by_recovery_code(
    store: &dyn Store,
    directory: &Directory,
    user: &str,
    code: &str,
    password: &str,
    browser: &Browser,
    now_ms: i64,
) -> Result<Token, Code> {
    // Whether there is such a user must not show: the password is judged and hashed for everybody.
    let hash = password::hash(password, &[user.trim()])?;
    let user = enabled(directory, user).ok_or(Code::WrongCredentials)?;
    let wrong = || fail(store, &user.name, "mã khôi phục", now_ms);
    let code: OneTimeCode = code.parse().map_err(|_| wrong())?;
    if store.recovery_code_owner(&code.hash())?.as_ref() != Some(&user.name) {
        return Err(wrong());
    }
    password::judge(password, &[&user.name.0, &user.display])?;
    let token = Token::random().map_err(|_| Code::Internal)?;
    let session = new_session(&token, browser, "mã khôi phục", now_ms);
    let recovered = store.recover(&user.name, &code.hash(), &hash, session)?;
    recovered.then_some(token).ok_or_else(wrong)
}

/// Puts a new password in the place of the old one. All other sessions of the user end.
///
/// # Errors
/// [`Code::WrongCredentials`] when the old one is another, [`Code::WeakPassword`]; the store's code.
pub fn change_password(
    store: &dyn Store,
    user: &UserRow,
    old: &str,
    new: &str,
    session: &Token,
    stamp: &Stamp,
) -> Result<(), Code> {
    let hash = store.password(&user.name)?;
    if !password::matches(old, hash.as_deref()) {
        return Err(fail(store, &user.name, "đổi mật khẩu", stamp.at));
    }
    let hash = password::hash(new, &[&user.name.0, &user.display])?;
    store.set_password(&user.name, &hash, stamp)?;
    store.end_sessions(&user.name, &session.hash(), true, stamp)?;
    Ok(())
}

/// New recovery codes in the place of the old ones, to be shown once.
///
/// # Errors
/// The store's code, or [`Code::Internal`] when the system gives no randomness.
pub fn make_recovery_codes(
    store: &dyn Store,
    user: &UserName,
    stamp: &Stamp,
) -> Result<Vec<String>, Code> {
    let codes: Result<Vec<_>, _> = (0..RECOVERY_CODES).map(|_| OneTimeCode::random()).collect();
    let codes = codes.map_err(|_| Code::Internal)?;
    let hashes = codes.iter().map(OneTimeCode::hash).collect();
    store.set_recovery_codes(user, hashes, stamp)?;
    Ok(codes.iter().map(OneTimeCode::to_string).collect())
}

/// The key that keeps a user's data on browsers locked: worked out from the server's own secret, so that it
/// is on no browser's disk, and gone from all of them with the session.
#[must_use]
pub fn storage_key(store: &dyn Store, user: &UserName) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&store.cursor_key())
        .unwrap_or_else(|_| unreachable!("keys of any length do"));
    mac.update(b"browser storage\0");
    mac.update(user.0.as_bytes());
    mac.finalize().into_bytes().into()
}

/// The user of this name, who may sign in.
pub(super) fn enabled<'a>(directory: &'a Directory, user: &str) -> Option<&'a UserRow> {
    let user = directory.user(&UserName::from(user.trim()));
    user.filter(|user| user.disabled_at.is_none())
}

/// Begins a session of somebody who proved who that is, `how` in words for people.
pub(super) fn begin(
    store: &dyn Store,
    user: &UserName,
    browser: &Browser,
    how: &str,
    now_ms: i64,
) -> Result<Token, Code> {
    let token = Token::random().map_err(|_| Code::Internal)?;
    let session = new_session(&token, browser, how, now_ms);
    store.begin_session(user, session)?;
    Ok(token)
}

fn new_session(token: &Token, browser: &Browser, how: &str, at: i64) -> NewSession {
    NewSession {
        token: token.hash(),
        before: browser.before.as_ref().map(Token::hash),
        browser: device_name(&browser.name),
        how: how.to_owned(),
        at,
    }
}

/// Records that somebody tried in vain. The answer says no more than that, and waits for no disk: there is
/// nothing to record of somebody unknown.
pub(super) fn fail(store: &dyn Store, user: &UserName, how: &str, now_ms: i64) -> Code {
    let event = AuditEvent::new(Action::FailToSignIn, user).with(how);
    if let Err(error) = store.record_later(event, &Stamp::server(now_ms)) {
        tracing::warn!(%error, "a failed sign-in was not recorded");
    }
    Code::WrongCredentials
}
