//! From a passphrase to a key, by argon2id. A module of its own: only who types a passphrase loads it,
//! and the memory that it takes goes with the worker that runs it (`public/argon.js`).
//!
//! Knows nothing of what the key opens, and keeps nothing.

use argon2::{Algorithm, Argon2, Params, Version};
use wasm_bindgen::prelude::wasm_bindgen;

/// Bytes of the key.
const KEY_BYTES: usize = 32;

/// Makes 32 bytes of a passphrase and a salt; none for parameters that argon2 does not take.
#[wasm_bindgen]
#[must_use]
pub fn derive(
    passphrase: &[u8],
    salt: &[u8],
    memory_kib: u32,
    passes: u32,
    lanes: u32,
) -> Option<Vec<u8>> {
    let parameters = Params::new(memory_kib, passes, lanes, Some(KEY_BYTES)).ok()?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    let mut key = vec![0; KEY_BYTES];
    argon2.hash_password_into(passphrase, salt, &mut key).ok()?;
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector that RFC 9106's reference program prints for `argon2 somesalt -id -t 2 -m 16 -p 1`.
    #[test]
    fn the_key_is_the_one_that_every_argon2id_makes() {
        let key = derive(b"password", b"somesalt", 65_536, 2, 1).expect("good parameters");
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            hex,
            "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"
        );
    }

    #[test]
    fn parameters_beyond_argon2_give_no_key() {
        assert_eq!(derive(b"password", b"somesalt", 1, 2, 1), None);
        assert_eq!(derive(b"password", b"short", 64, 2, 1), None);
    }
}
