//! Encrypts an alert for one browser: RFC 8291, as one record of RFC 8188's `aes128gcm`.
//!
//! Each message has a key pair and a salt of its own: the push service, which carries it, can read none.

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes128Gcm, Nonce};
use hkdf::Hkdf;
use p256::{PublicKey, SecretKey};
use sha2::Sha256;

/// Bytes of a public key.
pub(crate) const KEY_LEN: usize = 65;
/// Bytes of a browser's secret.
pub(crate) const AUTH_LEN: usize = 16;

const SALT_LEN: usize = 16;
/// What every push service takes.
const RECORD_BYTES: u32 = 4_096;
/// Says that a record is the last one.
const LAST: u8 = 2;

/// A browser's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipient {
    public: PublicKey,
    auth: [u8; AUTH_LEN],
}

impl Recipient {
    /// The browser with these keys; none when they are not such.
    pub(crate) fn of(p256dh: &[u8], auth: &[u8]) -> Option<Self> {
        let public = Some(p256dh).filter(|bytes| bytes.len() == KEY_LEN)?;
        Some(Self {
            public: PublicKey::from_sec1_bytes(public).ok()?,
            auth: auth.try_into().ok()?,
        })
    }
}

/// Encrypts for a browser. None when no randomness can be had, or the text is too long for one record.
pub(crate) fn seal(to: &Recipient, text: &[u8]) -> Option<Vec<u8>> {
    let mut salt = [0; SALT_LEN];
    getrandom::fill(&mut salt).ok()?;
    seal_with(to, text, &random_key()?, salt)
}

/// Of random bytes one in four billion times no key can be made.
fn random_key() -> Option<SecretKey> {
    (0..4).find_map(|_| {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).ok()?;
        SecretKey::from_slice(&bytes).ok()
    })
}

fn seal_with(
    to: &Recipient,
    text: &[u8],
    own: &SecretKey,
    salt: [u8; SALT_LEN],
) -> Option<Vec<u8>> {
    let own_public = own.public_key().to_sec1_bytes();
    let shared = own.diffie_hellman(&to.public);
    let info = [
        b"WebPush: info\0".as_slice(),
        &to.public.to_sec1_bytes(),
        &own_public,
    ];
    let secret: [u8; 32] = derive(&to.auth, shared.raw_secret_bytes(), &info)?;
    let key: [u8; 16] = derive(&salt, &secret, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce: [u8; 12] = derive(&salt, &secret, &[b"Content-Encoding: nonce\0"])?;

    let mut body = salt.to_vec();
    body.extend_from_slice(&RECORD_BYTES.to_be_bytes());
    body.push(u8::try_from(own_public.len()).ok()?);
    body.extend_from_slice(&own_public);
    let record = [text, &[LAST]].concat();
    let cipher = Aes128Gcm::new(&key.into());
    body.extend(
        cipher
            .encrypt(&Nonce::from(nonce), record.as_slice())
            .ok()?,
    );
    (body.len() <= RECORD_BYTES as usize).then_some(body)
}

fn derive<const LEN: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> Option<[u8; LEN]> {
    let mut derived = [0; LEN];
    let extracted = Hkdf::<Sha256>::new(Some(salt), secret);
    extracted.expand_multi_info(info, &mut derived).ok()?;
    Some(derived)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).expect("base64url")
    }

    /// RFC 8291, section 5 and appendix A.
    #[test]
    fn the_worked_example_comes_out() {
        let to = Recipient::of(
            &bytes(
                "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            ),
            &bytes("BTBZMqHH6r4Tts7J_aSIgg"),
        );
        let own = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let sealed = seal_with(
            &to.expect("keys"),
            b"When I grow up, I want to be a watermelon",
            &SecretKey::from_slice(&own).expect("a key"),
            bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().expect("a salt"),
        );
        let wanted = bytes(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmY\
             WAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexS\
             gSxsj_Qulcy4a-fN",
        );
        assert_eq!(sealed.expect("sealed"), wanted);
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let good = random_key().expect("a key").public_key().to_sec1_bytes();
        assert!(Recipient::of(&good, &[1; AUTH_LEN]).is_some());
        assert!(Recipient::of(&good, &[1; 15]).is_none());
        assert!(Recipient::of(&good[..64], &[1; AUTH_LEN]).is_none());
        let mut off_the_curve = good.to_vec();
        off_the_curve[40] ^= 1;
        assert!(Recipient::of(&off_the_curve, &[1; AUTH_LEN]).is_none());
        let mut compressed = good[..33].to_vec();
        compressed[0] = 2;
        assert!(Recipient::of(&compressed, &[1; AUTH_LEN]).is_none());
    }

    #[test]
    fn what_fits_no_record_is_not_sealed() {
        let to = Recipient::of(
            &random_key().expect("a key").public_key().to_sec1_bytes(),
            &[1; AUTH_LEN],
        );
        let to = to.expect("keys");
        assert!(seal(&to, &[b'a'; 3_000]).is_some());
        assert!(seal(&to, &[b'a'; 4_000]).is_none());
    }
}
