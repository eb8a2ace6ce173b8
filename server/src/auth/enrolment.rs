//! Enrolment: a one-time code, told to a person, becomes a device's token.

use kiennghi_shared::code::Code;
use kiennghi_shared::id::UserName;

use super::secret::{OneTimeCode, Token};
use super::sign_in::device_name;
use crate::store::{NewCode, Redeeming, Stamp, Store, StoreError};

/// How long a code is good for.
pub const CODE_LIFETIME_MS: i64 = 10 * 60 * 1000;

/// Makes a one-time code for a user, approved by whoever asks; `None` when there is no such user.
///
/// # Errors
/// When the store cannot be written or the system gives no randomness.
pub fn issue_code(
    store: &dyn Store,
    user: &UserName,
    stamp: &Stamp,
) -> Result<Option<OneTimeCode>, StoreError> {
    let code = OneTimeCode::random().map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let new = NewCode {
        user: user.clone(),
        code: code.hash(),
        expires_at: stamp.at + CODE_LIFETIME_MS,
    };
    let known = store.add_enrolment_code(new, stamp)?;
    Ok(known.then_some(code))
}

/// Turns a code into a new device's token. The device continues that of the token `old`, where that
/// is the same user's and was not revoked.
///
/// # Errors
/// [`Code::BadCode`] when the code is unknown, used or expired; the store's code otherwise.
pub fn redeem_code(
    store: &dyn Store,
    code: &str,
    device: &str,
    old: Option<&Token>,
    now_ms: i64,
) -> Result<Token, Code> {
    let code: OneTimeCode = code.parse().map_err(|_| Code::BadCode)?;
    let token = Token::random().map_err(|_| Code::Internal)?;
    store
        .redeem_enrolment_code(Redeeming {
            code: code.hash(),
            device: device_name(device),
            token: token.hash(),
            continues: old.map(Token::hash),
            at: now_ms,
        })?
        .map(|_| token)
        .ok_or(Code::BadCode)
}
