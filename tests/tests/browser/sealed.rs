//! The database of a device opened from outside, by its passphrase alone: a second reader of the format
//! that docs/decisions/0015-at-rest.md describes.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kiennghi_messages::{Answer, Call, Command, Failure, Outcome, Signal};
use kiennghi_tests::harness::eventually_async;
use minicbor::Decode;
use serde_json::json;

use super::chrome::{Device, PATIENCE};

/// What the devices of these tests are locked with.
pub(crate) const PASSPHRASE: &str = "ruộng bậc thang";

/// Every store whose values are sealed.
pub(crate) const STORES: [&str; 7] = [
    "meta",
    "documents",
    "cards",
    "outbox",
    "refused",
    "drafts",
    "petitioners",
];

#[derive(Decode)]
struct Wrapped(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>);

#[derive(Decode)]
struct Slot {
    #[cbor(n(0), with = "minicbor::bytes")]
    salt: Vec<u8>,
    #[n(1)]
    memory_kib: u32,
    #[n(2)]
    passes: u32,
    #[n(3)]
    lanes: u32,
    #[n(4)]
    wrapped: Wrapped,
}

/// The lock's record, as far as it is about a passphrase.
#[derive(Decode)]
struct Record {
    #[n(0)]
    passphrase: Option<Slot>,
}

fn cipher(key: &[u8]) -> Aes256Gcm {
    Aes256Gcm::new_from_slice(key).expect("32 bytes")
}

/// Opens `1 ‖ nonce ‖ ciphertext and tag` at its place.
fn open(cipher: &Aes256Gcm, place: &[u8], sealed: &[u8]) -> Vec<u8> {
    let (version, rest) = sealed.split_first().expect("a version");
    assert_eq!(*version, 1, "sealed, and in the one way there is");
    let (nonce, msg) = rest.split_at(12);
    let nonce = Nonce::try_from(nonce).expect("twelve bytes");
    let payload = Payload { msg, aad: place };
    cipher.decrypt(&nonce, payload).expect("it opens")
}

fn data_key(record: &[u8], passphrase: &str) -> Vec<u8> {
    let record: Record = minicbor::decode(record).expect("the lock's record");
    let slot = record.passphrase.expect("a passphrase unlocks it");
    let parameters = (slot.memory_kib, slot.passes, slot.lanes);
    assert_eq!(parameters, (19_456, 2, 1), "what a guess costs");
    let (memory, passes, lanes) = parameters;
    let parameters = Params::new(memory, passes, lanes, Some(32)).expect("good parameters");
    let mut key = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        .hash_password_into(passphrase.as_bytes(), &slot.salt, &mut key)
        .expect("a key");
    open(&cipher(&key), b"kiennghi passphrase", &slot.wrapped.0)
}

impl Device {
    /// Every value of a store with its key, as it is stored.
    pub(crate) async fn stored(&self, store: &str) -> Vec<(String, Vec<u8>)> {
        let script = format!(
            "const open = indexedDB.open('kiennghi-sealed');\
             await new Promise(done => open.onsuccess = done);\
             const store = open.result.transaction('{store}').objectStore('{store}');\
             const keys = store.getAllKeys(), values = store.getAll();\
             await new Promise(done => values.onsuccess = done);\
             open.result.close();\
             return values.result.map((bytes, index) =>\
               [String(keys.result[index]), btoa(String.fromCharCode(...bytes))]);"
        );
        let rows = self.ask(&script).await;
        let rows: Vec<(String, String)> = serde_json::from_value(rows).expect("rows");
        rows.into_iter()
            .map(|(key, value)| (key, STANDARD.decode(value).expect("base64")))
            .collect()
    }

    /// Every value of a store, opened with the passphrase of these tests.
    pub(crate) async fn opened(&self, store: &str) -> Vec<Vec<u8>> {
        let rows = self.stored(store).await;
        if rows.is_empty() {
            return Vec::new();
        }
        let record = &self.stored("lock").await[0].1;
        let cipher = cipher(&data_key(record, PASSPHRASE));
        let place = |key: &str| format!("{store}\0{key}").into_bytes();
        rows.iter()
            .map(|(key, value)| open(&cipher, &place(key), value))
            .collect()
    }

    /// Whether a store of the local database has these words in one of its values.
    pub(crate) async fn holds(&self, store: &str, words: &str) -> bool {
        let values = self.opened(store).await;
        values.iter().any(|value| contains(value, words.as_bytes()))
    }

    /// Has the worker carry out a command behind the page's back.
    pub(crate) async fn command(&self, command: Command) -> Result<Answer, Failure> {
        const NUMBER: u32 = 1_000_000;
        let call = Call {
            number: NUMBER,
            command,
        };
        let call = minicbor::to_vec(&call).expect("it encodes");
        let script = format!(
            "const worker = globalThis.kiennghi.worker;\
             globalThis.heard = [];\
             worker.addEventListener('message', event => heard.push([...event.data]));\
             worker.postMessage(new Uint8Array({}));\
             return true;",
            json!(call)
        );
        assert_eq!(self.ask(&script).await, true);
        let answer = async || {
            let heard = self.ask("return heard;").await;
            let heard: Vec<Vec<u8>> = serde_json::from_value(heard).expect("messages");
            let signals = heard.iter();
            let mut signals = signals.filter_map(|bytes| minicbor::decode(bytes).ok());
            signals.find_map(|signal| match signal {
                Signal::Answer { number, outcome } if number == NUMBER => Some(outcome),
                _ => None,
            })
        };
        match eventually_async("the worker's answer", PATIENCE, answer).await {
            Outcome::Done(bytes) => Ok(minicbor::decode(&bytes).expect("an answer")),
            Outcome::Failed(failure) => Err(failure),
        }
    }

    /// Chooses a passphrase on the page that asks for the lock.
    pub(crate) async fn set_lock(&self) {
        self.write("[name=passphrase]", PASSPHRASE).await;
        self.write("[name=repeated]", PASSPHRASE).await;
        self.click("[data-test=passphrase-submit]").await;
    }

    /// Unlocks with the passphrase.
    pub(crate) async fn unlock(&self) {
        self.unlock_with(PASSPHRASE).await;
    }

    /// Opens a page of a device that is locked: every page that is loaded anew asks.
    pub(crate) async fn reopen(&self, url: &str) {
        self.go(url).await;
        self.unlock().await;
    }

    /// Tries to unlock with these words.
    pub(crate) async fn unlock_with(&self, words: &str) {
        self.write("[name=passphrase]", words).await;
        self.click("[data-test=unlock-passphrase]").await;
    }
}

/// Whether the bytes have these among them.
pub(crate) fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
