//! How push services know this server: RFC 8292 (VAPID), an ES256 token for each push service.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::json;
use sha2::{Digest, Sha256};

/// How long a token is good; push services take up to a day.
const GOOD_FOR_S: i64 = 12 * 60 * 60;

/// The server's key, and whom a push service may write to about it.
pub(crate) struct Vapid {
    key: SigningKey,
    public: String,
    contact: Option<String>,
}

impl std::fmt::Debug for Vapid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vapid(…)")
    }
}

impl Vapid {
    /// With the key that follows from a seed.
    pub(crate) fn new(seed: [u8; 32], contact: Option<String>) -> Self {
        let secret = key_of(seed);
        Self {
            public: URL_SAFE_NO_PAD.encode(secret.public_key().to_sec1_bytes()),
            key: SigningKey::from(secret),
            contact,
        }
    }

    /// The public key: a point, uncompressed, base64url without padding.
    pub(crate) fn public(&self) -> &str {
        &self.public
    }

    /// The `Authorization` of a request to a push service, named by its origin.
    pub(crate) fn authorization(&self, origin: &str, now_ms: i64) -> String {
        let mut claims = json!({ "aud": origin, "exp": now_ms / 1000 + GOOD_FOR_S });
        if let Some(contact) = &self.contact {
            claims["sub"] = json!(contact);
        }
        let part = |part: &str| URL_SAFE_NO_PAD.encode(part);
        let signed = format!(
            "{}.{}",
            part(r#"{"typ":"JWT","alg":"ES256"}"#),
            part(&claims.to_string())
        );
        let signature: Signature = self.key.sign(signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.to_bytes());
        format!("vapid t={signed}.{signature}, k={}", self.public)
    }
}

/// Of one seed in four billion no key can be made; then it is that of the seed's digest.
fn key_of(mut seed: [u8; 32]) -> SecretKey {
    loop {
        match SecretKey::from_slice(&seed) {
            Ok(key) => return key,
            Err(_) => seed = Sha256::digest(seed).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_that_is_no_key_gives_one_all_the_same() {
        assert_eq!(key_of([0; 32]), key_of([0; 32]));
        assert_ne!(key_of([0xff; 32]), key_of([0; 32]));
        let [one, other] = [[1; 32], [2; 32]].map(|seed| Vapid::new(seed, None));
        assert_ne!(one.public(), other.public());
        assert_eq!(one.public().len(), 87);
    }
}
