//! How the data on a device is locked, and what unlocks it.

use kiennghi_shared::order::{blank, decode_in_order};
use minicbor::{Decode, Encode};

/// How the data on this device is locked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode)]
pub struct Lock {
    /// Whether it is.
    #[n(0)]
    pub state: LockState,
    /// Whether a passphrase unlocks it.
    #[n(1)]
    pub passphrase: bool,
    /// What to ask the device's own lock for, where that unlocks it.
    #[n(2)]
    pub device: Option<DeviceWay>,
    /// Milliseconds until a passphrase may be tried again, after wrong ones.
    #[n(3)]
    pub wait_ms: u32,
    /// Whether a session at the server unlocks it.
    #[n(4)]
    pub session: bool,
}

decode_in_order! { Lock { state, passphrase, device, wait_ms, session } }
blank! { LockState => Self::None, }

impl Lock {
    /// Whether something unlocks it that needs no server.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.passphrase || self.device.is_some()
    }
}

/// Whether the data is locked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum LockState {
    /// Nothing is kept here and there is no lock.
    #[default]
    #[n(0)]
    None,
    /// An earlier version of the app has kept data here in the clear.
    #[n(1)]
    Plain,
    /// Locked.
    #[n(2)]
    Locked,
    /// Unlocked, until the worker ends.
    #[n(3)]
    Open,
}

/// What the device's own lock is asked for: a credential, and a salt for its secret.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DeviceWay {
    /// The credential's id.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub credential: Vec<u8>,
    /// The salt.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub salt: Vec<u8>,
}

/// What unlocks.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Secret {
    /// A passphrase as it was typed.
    #[n(0)]
    Passphrase(#[n(0)] String),
    /// What the device's own lock gave.
    #[n(1)]
    Device(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>),
    /// A key of 32 random bytes that whoever calls keeps elsewhere.
    #[n(2)]
    Supplied(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>),
}

/// A way to unlock, to be set up.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum NewWay {
    /// A passphrase as it was typed.
    #[n(0)]
    Passphrase(#[n(0)] String),
    /// The device's own lock.
    #[n(1)]
    Device {
        /// What to ask it for.
        #[n(0)]
        way: DeviceWay,
        /// What it gave.
        #[cbor(n(1), with = "minicbor::bytes")]
        secret: Vec<u8>,
    },
    /// A key of 32 random bytes that whoever calls keeps elsewhere.
    #[n(2)]
    Supplied(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>),
}

/// The kinds of ways to unlock: one of each at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Way {
    /// A passphrase.
    #[n(0)]
    Passphrase,
    /// The device's own lock.
    #[n(1)]
    Device,
    /// A key from elsewhere.
    #[n(2)]
    Supplied,
}
