//! Passwords: argon2id with the parameters of OWASP's first choice for one lane (19 MiB, two passes).
//! Costs some 20 ms and the memory; callers bound how many run at once.

use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Argon2, Block, Params, Version};
use kiennghi_shared::account::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};
use kiennghi_shared::code::Code;
use unicode_normalization::UnicodeNormalization;

/// Of zxcvbn's scores 0 to 4: from here on a guesser with the hash needs some 10⁸ tries.
const SCORE_MIN: u8 = 3;

/// What is checked where there is no password, so that nobody learns from the time that there is none.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$ZK8vbVvXlUPBfTOCplQXNA$\
                       8bxJPzDNdPMJFVqLsWDGJ9xkF2oB6jBcMSWwCzzVd7A";

/// The memory of those that ran, for those to come: glibc's allocator holds on to many times what runs at
/// once when each asks for its own.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// What argon2id makes of a composed password.
fn derive(password: &str, salt: &Salt, params: Params) -> Option<Output> {
    let kept = || MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    let mut memory = kept().pop().unwrap_or_default();
    memory.resize(params.block_count(), Block::new());
    let mut bytes = [0; Params::DEFAULT_OUTPUT_LEN];
    let derived = Argon2::from(params).hash_password_into_with_memory(
        password.as_bytes(),
        salt,
        &mut bytes,
        &mut memory,
    );
    kept().push(memory);
    derived.ok().and_then(|()| Output::new(&bytes).ok())
}

/// Keyboards write the same letter in more than one way.
fn composed(password: &str) -> String {
    password.nfc().collect()
}

/// Whether it will do as a new password. `known` are words that a guesser would try first: names.
///
/// # Errors
/// [`Code::WeakPassword`] when it is too short, too long or guessed early.
pub(super) fn judge(password: &str, known: &[&str]) -> Result<(), Code> {
    let password = composed(password);
    let chars = password.chars().count();
    if !(PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&chars) {
        return Err(Code::WeakPassword);
    }
    let known: Vec<&str> = known.iter().copied().chain(["kiennghi", "hdnd"]).collect();
    if u8::from(zxcvbn::zxcvbn(&password, &known).score()) < SCORE_MIN {
        return Err(Code::WeakPassword);
    }
    Ok(())
}

/// A new password's hash, as a PHC string, once it was judged.
///
/// # Errors
/// Those of [`judge`]; [`Code::Internal`] when the system gives no randomness.
pub(super) fn hash(password: &str, known: &[&str]) -> Result<String, Code> {
    judge(password, known)?;
    hashed(&composed(password)).ok_or(Code::Internal)
}

fn hashed(password: &str) -> Option<String> {
    let mut salt = [0; Salt::RECOMMENDED_LENGTH];
    getrandom::fill(&mut salt).ok()?;
    let salt = Salt::new(&salt).ok()?;
    let params = Params::DEFAULT;
    let hash = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).ok()?,
        salt: Some(salt),
        hash: Some(derive(password, &salt, params)?),
    };
    Some(hash.to_string())
}

/// Whether a password is the one of this hash. Takes as long where there is no hash.
#[must_use]
pub(super) fn matches(password: &str, hash: Option<&str>) -> bool {
    if password.chars().count() > PASSWORD_CHARS_MAX {
        return false;
    }
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODYS)) else {
        return false;
    };
    let (Some(salt), Some(wanted), Ok(params)) =
        (parsed.salt, parsed.hash, Params::try_from(&parsed))
    else {
        return false;
    };
    let derived = derive(&composed(password), &salt, params);
    hash.is_some() && derived == Some(wanted)
}

#[cfg(test)]
mod tests {
    use argon2::PasswordVerifier;

    use super::*;

    const GOOD: &str = "chín con cò trắng 47";

    #[test]
    fn a_password_opens_its_own_hash_alone() {
        let stored = hash(GOOD, &[]).expect("strong");
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert!(matches(GOOD, Some(&stored)));
        let plainly = Argon2::default().verify_password(GOOD.as_bytes(), &*stored);
        assert!(plainly.is_ok(), "argon2id of whoever reads the PHC string");
        let decomposed: String = GOOD.nfd().collect();
        assert_ne!(decomposed, GOOD);
        assert!(
            matches(&decomposed, Some(&stored)),
            "typed on another keyboard"
        );
        assert!(!matches("chín con cò trắng 48", Some(&stored)));
        assert!(!matches(GOOD, None));
        assert!(!matches("", None));
        assert_ne!(hash(GOOD, &[]).expect("strong"), stored, "salted");
        assert!(
            PasswordHash::new(NOBODYS).is_ok(),
            "the check takes its time"
        );
    }

    #[test]
    fn what_is_guessed_early_is_refused() {
        let long = "x".repeat(PASSWORD_CHARS_MAX + 1);
        for weak in [
            "",
            "ngắn quá",
            "password123",
            "0123456789",
            "kiennghi2026",
            "nguyenvanan1",
            "1111111111",
            "qwertyuiop12",
            &long,
        ] {
            let refused = hash(weak, &["nguyen van an", "nguyenvanan"]);
            assert_eq!(refused, Err(Code::WeakPassword), "{weak}");
        }
    }
}
