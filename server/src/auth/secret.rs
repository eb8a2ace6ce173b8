//! Secrets that prove who somebody is: devices' tokens and one-time codes. The one place where
//! they are made, always from the system's randomness; the store sees only their hashes.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::store::SecretHash;

/// Says that a text is no such secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a secret of this kind")]
pub struct InvalidSecret;

/// A device's bearer token: 256 random bits, shown as base64url.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

/// A one-time code: 128 random bits, shown as Crockford's base 32 in groups of five letters.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode([u8; 16]);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCode(…)")
    }
}

impl Token {
    /// A fresh one.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// What the store knows of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0).into())
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl FromStr for Token {
    type Err = InvalidSecret;
    fn from_str(text: &str) -> Result<Self, InvalidSecret> {
        let mut bytes = [0; 32];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(32) => Ok(Self(bytes)),
            Ok(_) | Err(_) => Err(InvalidSecret),
        }
    }
}

/// Crockford's letters: no I, L, O, U, which are taken for others.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 128 bits in letters of 5 bits.
const CODE_LETTERS: usize = 26;

impl OneTimeCode {
    /// A fresh one.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// What the store knows of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0).into())
    }

    /// Whether it is the same as another, in a time that tells nothing.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Display for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = u128::from_be_bytes(self.0);
        for index in 0..CODE_LETTERS {
            if index > 0 && index % 5 == 0 && index < CODE_LETTERS - 1 {
                f.write_str("-")?;
            }
            let value = (number >> (5 * (CODE_LETTERS - 1 - index))) & 31;
            write!(f, "{}", char::from(LETTERS[value as usize]))?;
        }
        Ok(())
    }
}

impl FromStr for OneTimeCode {
    type Err = InvalidSecret;

    /// Reads a code as a person types it: any case, with or without hyphens and blanks, and with
    /// the letters that are taken for others.
    fn from_str(text: &str) -> Result<Self, InvalidSecret> {
        let mut number: u128 = 0;
        let mut count = 0;
        for letter in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let letter = match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                letter => letter,
            };
            let value = LETTERS
                .iter()
                .position(|known| char::from(*known) == letter);
            let value = value.ok_or(InvalidSecret)? as u128;
            count += 1;
            if count > CODE_LETTERS || (count == 1 && value > 7) {
                return Err(InvalidSecret);
            }
            number = (number << 5) | value;
        }
        if count == CODE_LETTERS {
            Ok(Self(number.to_be_bytes()))
        } else {
            Err(InvalidSecret)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        for bytes in [[0; 16], [0xff; 16], [0x5a; 16]] {
            let code = OneTimeCode(bytes);
            let shown = code.to_string();
            assert_eq!(shown.len(), 26 + 4, "{shown}");
            assert_eq!(shown.parse(), Ok(code.clone()));
            let typed = shown
                .to_lowercase()
                .replace('-', " ")
                .replace('0', "o")
                .replace('1', "l");
            assert_eq!(typed.parse(), Ok(code));
        }
        assert!("8".repeat(26).parse::<OneTimeCode>().is_err(), "129 bits");
        assert!("0".repeat(25).parse::<OneTimeCode>().is_err());
        assert!("".parse::<OneTimeCode>().is_err());
    }

    #[test]
    fn tokens_read_back_what_they_print() {
        let token = Token::random().expect("randomness");
        assert_eq!(token.to_string().parse(), Ok(token.clone()));
        assert!(token.to_string()[1..].parse::<Token>().is_err());
        assert!("x".repeat(500).parse::<Token>().is_err());
        assert_eq!(format!("{token:?}"), "Token(…)");
    }
}
