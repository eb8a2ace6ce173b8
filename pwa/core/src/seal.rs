//! AES-GCM by the browser: what makes values unreadable, and readable again.
//!
//! A sealed value is `version ‖ nonce ‖ ciphertext and tag`, bound to its place by what is authenticated
//! with it. Keys never leave this module once they are imported.

use js_sys::{Array, ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use crate::browser;

/// How a value is sealed; its first byte.
const VERSION: u8 = 1;
const NONCE_BYTES: u32 = 12;
const HEAD_BYTES: u32 = 1 + NONCE_BYTES;

/// Says that something does not open: another key, another place, or bytes that were altered.
#[derive(Debug)]
pub(crate) struct Unsealable;

impl From<JsValue> for Unsealable {
    fn from(_: JsValue) -> Self {
        Self
    }
}

/// A key that seals values.
#[derive(Debug, Clone)]
pub(crate) struct Key(CryptoKey);

fn subtle() -> Result<SubtleCrypto, JsValue> {
    Ok(browser::scope().crypto()?.subtle())
}

fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

async fn import(raw: &[u8], algorithm: &str, uses: &[&str]) -> Result<CryptoKey, JsValue> {
    let uses: Array = uses.iter().map(|name| JsValue::from(*name)).collect();
    let raw: Object = bytes(raw).unchecked_into();
    let key = subtle()?.import_key_with_str("raw", &raw, algorithm, false, &uses)?;
    Ok(JsFuture::from(key).await?.unchecked_into())
}

/// How a value is sealed: one object for thousands of them, since the browser copies what it reads in it.
struct How {
    subtle: SubtleCrypto,
    algorithm: Object,
    nonce: JsValue,
    place: JsValue,
}

impl How {
    fn new() -> Result<Self, JsValue> {
        Ok(Self {
            subtle: subtle()?,
            algorithm: browser::object(&[("name", &"AES-GCM".into())]),
            nonce: "iv".into(),
            place: "additionalData".into(),
        })
    }

    fn at(&self, nonce: &Uint8Array, place: &[u8]) -> Result<(&SubtleCrypto, &Object), JsValue> {
        Reflect::set(&self.algorithm, &self.nonce, nonce)?;
        Reflect::set(&self.algorithm, &self.place, &bytes(place))?;
        Ok((&self.subtle, &self.algorithm))
    }
}

impl Key {
    /// A key of 32 bytes, which cannot be read back.
    pub(crate) async fn of(raw: &[u8]) -> Result<Self, Unsealable> {
        let key = import(raw, "AES-GCM", &["encrypt", "decrypt"]).await?;
        Ok(Self(key))
    }

    /// A key made of a secret of good length, by HKDF; `purpose` keeps keys of one secret apart.
    pub(crate) async fn of_secret(secret: &[u8], purpose: &str) -> Result<Self, Unsealable> {
        let secret = import(secret, "HKDF", &["deriveBits"]).await?;
        let how = browser::object(&[
            ("name", &"HKDF".into()),
            ("hash", &"SHA-256".into()),
            ("salt", &bytes(&[])),
            ("info", &bytes(purpose.as_bytes())),
        ]);
        let derived = subtle()?.derive_bits_with_object(&how, &secret, 256)?;
        let derived = JsFuture::from(derived).await?;
        Self::of(&Uint8Array::new(&derived).to_vec()).await
    }

    /// Seals values, each at its place. All at once: what costs is the way to the browser and back.
    pub(crate) async fn seal(
        &self,
        values: &[(Vec<u8>, &[u8])],
    ) -> Result<Vec<Uint8Array>, Unsealable> {
        let how = How::new()?;
        let (sealing, nonces) = (Array::new(), Array::new());
        for (place, value) in values {
            let nonce = Uint8Array::from(browser::random::<{ NONCE_BYTES as usize }>().as_slice());
            let (subtle, how) = how.at(&nonce, place)?;
            let sealed = subtle.encrypt_with_object_and_u8_array(how, &self.0, value)?;
            sealing.push(&sealed);
            nonces.push(&nonce);
        }
        let sealed = all(&sealing).await?;
        let with_head = |(nonce, sealed): (JsValue, JsValue)| {
            let sealed: ArrayBuffer = sealed.unchecked_into();
            let value = Uint8Array::new_with_length(HEAD_BYTES + sealed.byte_length());
            value.set_index(0, VERSION);
            value.set(&nonce, 1);
            value.set(&Uint8Array::new(&sealed), HEAD_BYTES);
            value
        };
        Ok(nonces.iter().zip(sealed.iter()).map(with_head).collect())
    }

    /// Opens values, each at its place.
    pub(crate) async fn open(
        &self,
        values: &[(Vec<u8>, Uint8Array)],
    ) -> Result<Vec<Vec<u8>>, Unsealable> {
        let how = How::new()?;
        let opening = Array::new();
        for (place, value) in values {
            if value.length() < HEAD_BYTES || value.get_index(0) != VERSION {
                return Err(Unsealable);
            }
            let (subtle, how) = how.at(&value.subarray(1, HEAD_BYTES), place)?;
            let rest = value.subarray(HEAD_BYTES, value.length());
            let opened = subtle.decrypt_with_object_and_buffer_source(how, &self.0, &rest)?;
            opening.push(&opened);
        }
        let opened = all(&opening).await?;
        Ok(opened
            .iter()
            .map(|value| Uint8Array::new(&value).to_vec())
            .collect())
    }
}

async fn all(promises: &Array) -> Result<Array, JsValue> {
    let values = JsFuture::from(Promise::all(promises)).await?;
    Ok(values.unchecked_into())
}
