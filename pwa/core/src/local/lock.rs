//! How what is kept here is locked: one random data key, wrapped once for each way to unlock it. The
//! record of that is all that stands in the clear.
//!
//! Wrong passphrases are counted before they are tried, so that ending the app in between gains nothing.

use kiennghi_messages::{Cause, DeviceWay, Failure, Lock, LockState, NewWay, Secret, Way};
use kiennghi_shared::{passphrase, text};
use minicbor::{Decode, Encode};

use super::{Local, decode, encode};
use crate::app::storage_failure;
use crate::database::Store;
use crate::seal::{Key, Unsealable};
use crate::tries::Tries;
use crate::{browser, plain};

/// What argon2id takes: OWASP's choice, half a second on a cheap phone.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The data key, wrapped by the key that a way gives.
#[derive(Debug, Clone, Encode, Decode)]
struct Wrapped(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>);

#[derive(Debug, Clone, Encode, Decode)]
struct PassphraseSlot {
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

#[derive(Debug, Clone, Encode, Decode)]
struct DeviceSlot {
    #[n(0)]
    way: DeviceWay,
    #[n(1)]
    wrapped: Wrapped,
}

/// How the data key is had: one slot a way, and the wrong tries.
#[derive(Debug, Clone, Default, Encode, Decode)]
pub(super) struct Record {
    #[n(0)]
    passphrase: Option<PassphraseSlot>,
    #[n(1)]
    device: Option<DeviceSlot>,
    #[n(2)]
    supplied: Option<Wrapped>,
    #[n(3)]
    tries: Tries,
    /// Whether what was sealed from the clear may still stand in the clear too.
    #[n(4)]
    plain_left: bool,
}

impl PassphraseSlot {
    async fn key(&self, passphrase: &str) -> Result<Key, Failure> {
        let parameters = (self.memory_kib, self.passes, self.lanes);
        let key = browser::derive_key(passphrase, &self.salt, parameters).await;
        let key = key.map_err(|_| no_key())?;
        Ok(Key::of(&key).await?)
    }
}

impl Record {
    /// The record with one way more, which gives the data key `raw`.
    async fn with(mut self, way: NewWay, raw: &[u8]) -> Result<Self, Failure> {
        match way {
            NewWay::Passphrase(typed) => {
                let passphrase = passphrase::accept(&typed).map_err(|words| Failure {
                    cause: Cause::Invalid,
                    message: words.to_owned(),
                })?;
                let mut slot = PassphraseSlot {
                    salt: browser::random::<16>().to_vec(),
                    memory_kib: MEMORY_KIB,
                    passes: PASSES,
                    lanes: LANES,
                    wrapped: Wrapped(Vec::new()),
                };
                let key = slot.key(&passphrase).await?;
                slot.wrapped = wrap(&key, Way::Passphrase, raw).await?;
                self.passphrase = Some(slot);
            }
            NewWay::Device { way, secret } => {
                let wrapped =
                    wrap(&of_secret(&secret, Way::Device).await?, Way::Device, raw).await?;
                self.device = Some(DeviceSlot { way, wrapped });
            }
            NewWay::Supplied(secret) => {
                let key = of_secret(&secret, Way::Supplied).await?;
                self.supplied = Some(wrap(&key, Way::Supplied, raw).await?);
            }
        }
        Ok(self)
    }

    fn without(mut self, way: Way) -> Self {
        match way {
            Way::Passphrase => self.passphrase = None,
            Way::Device => self.device = None,
            Way::Supplied => self.supplied = None,
        }
        self
    }

    fn has_a_way(&self) -> bool {
        self.passphrase.is_some() || self.device.is_some() || self.supplied.is_some()
    }
}

fn purpose(way: Way) -> &'static str {
    match way {
        Way::Passphrase => "kiennghi passphrase",
        Way::Device => "kiennghi device",
        Way::Supplied => "kiennghi supplied",
    }
}

async fn of_secret(secret: &[u8], way: Way) -> Result<Key, Unsealable> {
    Key::of_secret(secret, purpose(way)).await
}

async fn wrap(key: &Key, way: Way, raw: &[u8]) -> Result<Wrapped, Unsealable> {
    let sealed = key.seal(&[(purpose(way).into(), raw)]).await?;
    Ok(Wrapped(sealed[0].to_vec()))
}

async fn unwrap(key: &Key, way: Way, wrapped: &Wrapped) -> Result<Vec<u8>, Failure> {
    let wrapped = js_sys::Uint8Array::from(wrapped.0.as_slice());
    let opened = key.open(&[(purpose(way).into(), wrapped)]).await;
    let raw = opened.ok().and_then(|mut raw| raw.pop());
    raw.ok_or_else(|| wrong(way))
}

impl Local {
    /// Looks whether there is a lock, or something that needs one; does nothing the second time.
    pub(crate) async fn look(&mut self) -> Result<(), crate::database::StorageError> {
        if self.looked {
            return Ok(());
        }
        let record = self.database.lock().await?;
        self.record = record.map(|record| decode(&record)).transpose()?;
        if self.record.is_some() {
            self.waiting = self.database.count(Store::Outbox).await?
                + self.database.count(Store::Petitioners).await?;
        } else {
            self.plain = !plain::read().await?.is_empty();
        }
        self.looked = true;
        Ok(())
    }

    /// How things stand.
    pub(crate) fn lock(&self) -> Lock {
        let Some(record) = &self.record else {
            let state = if self.plain {
                LockState::Plain
            } else {
                LockState::None
            };
            return Lock {
                state,
                ..Lock::default()
            };
        };
        Lock {
            state: if self.database.is_open() {
                LockState::Open
            } else {
                LockState::Locked
            },
            passphrase: record.passphrase.is_some(),
            device: record.device.as_ref().map(|slot| slot.way.clone()),
            session: record.supplied.is_some(),
            wait_ms: record.tries.wait_ms(browser::now_ms()).unwrap_or_default(),
        }
    }

    /// Locks what is kept here for the first time, and takes in what was kept in the clear: all of it, or
    /// nothing happened.
    pub(crate) async fn set_lock(&mut self, way: NewWay) -> Result<(), Failure> {
        if self.record.is_some() {
            return Err(locked());
        }
        let raw = browser::random::<32>();
        let mut record = Record::default().with(way, &raw).await?;
        let puts = plain::read().await?;
        record.plain_left = !puts.is_empty();
        self.database.set_key(Some(Key::of(&raw).await?));
        let lock = encode(&record);
        let written = self.database.write_with_lock(&puts, Some(&lock)).await;
        if written.is_err() {
            self.database.set_key(None);
            return Err(storage_failure());
        }
        self.record = Some(record);
        self.plain = false;
        self.read().await
    }

    /// Unlocks what is kept here.
    pub(crate) async fn unlock(&mut self, secret: Secret) -> Result<(), Failure> {
        let raw = self.data_key(secret).await?;
        self.database.set_key(Some(Key::of(&raw).await?));
        self.read().await
    }

    /// Erases what stood in the clear, where it was sealed; if that fails, it is done at the next start.
    pub(crate) async fn erase_plain(&mut self) {
        if let Some(record) = self.record.clone().filter(|record| record.plain_left)
            && plain::erase().await.is_ok()
        {
            let plain_left = false;
            // Erased twice is erased.
            let _ = self
                .put_record(Record {
                    plain_left,
                    ..record
                })
                .await;
        }
    }

    /// Takes a way to unlock away and adds one, for who shows one that is there; at least one stays.
    pub(crate) async fn change_ways(
        &mut self,
        proof: Secret,
        old: Option<Way>,
        new: Option<NewWay>,
    ) -> Result<(), Failure> {
        let raw = self.data_key(proof).await?;
        let mut record = self.record.clone().unwrap_or_default();
        if let Some(way) = old {
            record = record.without(way);
        }
        if let Some(way) = new {
            record = record.with(way, &raw).await?;
        }
        if !record.has_a_way() {
            return Err(locked());
        }
        self.put_record(record).await
    }

    /// Erases everything on this device.
    pub(crate) async fn erase(&mut self) -> Result<(), Failure> {
        self.database.erase().await?;
        plain::erase().await?;
        *self = Self::default();
        Ok(())
    }

    async fn put_record(&mut self, record: Record) -> Result<(), Failure> {
        let lock = encode(&record);
        self.database.write_with_lock(&[], Some(&lock)).await?;
        self.record = Some(record);
        Ok(())
    }

    /// The data key, for who knows what unlocks it.
    async fn data_key(&mut self, secret: Secret) -> Result<Vec<u8>, Failure> {
        let mut record = self.record.clone().ok_or_else(locked)?;
        let raw = match secret {
            Secret::Passphrase(typed) => {
                let way = Way::Passphrase;
                let slot = record.passphrase.clone().ok_or_else(|| wrong(way))?;
                let now_ms = browser::now_ms();
                if record.tries.heed_clock(now_ms) {
                    self.put_record(record.clone()).await?;
                }
                if record.tries.wait_ms(now_ms).is_some() {
                    return Err(too_soon());
                }
                record.tries.count(now_ms);
                self.put_record(record.clone()).await?;
                let key = slot.key(&text::normalise(&typed)).await?;
                unwrap(&key, way, &slot.wrapped).await?
            }
            Secret::Device(secret) => {
                let slot = record.device.as_ref().ok_or_else(|| wrong(Way::Device))?;
                let key = of_secret(&secret, Way::Device).await?;
                unwrap(&key, Way::Device, &slot.wrapped).await?
            }
            Secret::Supplied(secret) => {
                let wrapped = record.supplied.as_ref();
                let wrapped = wrapped.ok_or_else(|| wrong(Way::Supplied))?;
                let key = of_secret(&secret, Way::Supplied).await?;
                unwrap(&key, Way::Supplied, wrapped).await?
            }
        };
        if record.tries != Tries::default() {
            record.tries = Tries::default();
            self.put_record(record).await?;
        }
        Ok(raw)
    }
}

/// Nothing can be done before it is unlocked.
pub(crate) fn locked() -> Failure {
    Failure {
        cause: Cause::Locked,
        message: "Dữ liệu trên máy đang khoá.".to_owned(),
    }
}

fn wrong(way: Way) -> Failure {
    let message = match way {
        Way::Passphrase => "Cụm mật khẩu chưa đúng.",
        Way::Device | Way::Supplied => "Chưa mở khoá được bằng cách này.",
    };
    Failure {
        cause: Cause::WrongSecret,
        message: message.to_owned(),
    }
}

fn too_soon() -> Failure {
    Failure {
        cause: Cause::WrongSecret,
        message: "Chưa thử lại được. Hãy chờ thêm.".to_owned(),
    }
}

fn no_key() -> Failure {
    Failure {
        cause: Cause::Storage,
        message: "Máy chưa tính được khoá. Hãy đóng bớt ứng dụng khác rồi thử lại.".to_owned(),
    }
}

impl From<Unsealable> for Failure {
    fn from(_: Unsealable) -> Self {
        storage_failure()
    }
}
