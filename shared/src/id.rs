//! Identifiers, one type each, so that one cannot stand where another is meant.

use std::fmt;
use std::str::FromStr;

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use sha2::{Digest, Sha256};

/// Says that a text or a byte string is not an identifier of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a {0}")]
pub struct InvalidId(&'static str);

macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $len:literal, $label:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Reads the identifier from exactly as many bytes as it has.
            ///
            /// # Errors
            /// When the length differs.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, InvalidId> {
                bytes.try_into().map(Self).map_err(|_| InvalidId($label))
            }

            /// The identifier's bytes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: encode::Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
                Self::from_slice(d.bytes()?).map_err(|_| decode::Error::message($label))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

byte_id!(
    /// A document: UUID version 7, made on the phone that records it.
    DocumentId, 16, "document id"
);
byte_id!(
    /// A page session's automerge actor: 16 random bytes, never used again.
    ActorId, 16, "actor id"
);

impl ActorId {
    /// The actor that writes on where this one must not: the first 16 bytes of SHA-256 over it, as
    /// unlike any other as the first was.
    #[must_use]
    pub fn successor(self) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&Sha256::digest(self.0)[..16]);
        Self(bytes)
    }
}
byte_id!(
    /// The SHA-256 that names an automerge change.
    ChangeHash, 32, "change hash"
);
byte_id!(
    /// A server's epoch: a new random value for each restored backup.
    Epoch, 8, "epoch"
);
byte_id!(
    /// The ed25519 public key that a server's receipts are verified with.
    PublicKey, 32, "public key"
);
byte_id!(
    /// The ed25519 signature of a receipt.
    Signature, 64, "signature"
);

impl DocumentId {
    /// Makes an identifier from milliseconds since 1970 and ten random bytes.
    #[must_use]
    pub fn new(now_ms: u64, random: [u8; 10]) -> Self {
        Self(
            *uuid::Builder::from_unix_timestamp_millis(now_ms, &random)
                .as_uuid()
                .as_bytes(),
        )
    }
}

impl DocumentId {
    /// Makes the identifier that follows from another one: of the same time, and of a version (8) that no random
    /// one has.
    #[must_use]
    pub fn following(of: DocumentId, label: &str) -> Self {
        let digest = Sha256::new_with_prefix(label).chain_update(of.0).finalize();
        let mut id = of.0;
        id[6..].copy_from_slice(&digest[..10]);
        id[6] = id[6] & 0x0f | 0x80;
        id[8] = id[8] & 0x3f | 0x80;
        Self(id)
    }

    /// Makes an identifier for each label: of the same time, and otherwise as unlike this one as a random one is.
    #[must_use]
    pub fn beside(self, label: &str) -> Self {
        let mut id = Self::following(self, label);
        id.0[6] = id.0[6] & 0x0f | 0x70;
        id
    }

    /// Whether it follows from another one.
    #[must_use]
    pub fn is_following(self) -> bool {
        self.0[6] >> 4 == 8
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&uuid::Uuid::from_bytes(self.0), f)
    }
}

impl FromStr for DocumentId {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        uuid::Uuid::parse_str(text)
            .map(|id| Self(*id.as_bytes()))
            .map_err(|_| InvalidId("document id"))
    }
}

macro_rules! hex_text {
    ($name:ident, $label:literal) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let mut id = Self([0; _]);
                if !text.is_ascii() || text.len() != id.0.len() * 2 {
                    return Err(InvalidId($label));
                }
                for (index, byte) in id.0.iter_mut().enumerate() {
                    *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16)
                        .map_err(|_| InvalidId($label))?;
                }
                Ok(id)
            }
        }
    };
}

hex_text!(ActorId, "actor id");
hex_text!(ChangeHash, "change hash");
hex_text!(Epoch, "epoch");
hex_text!(PublicKey, "public key");
hex_text!(Signature, "signature");

/// The code of a unit (đơn vị), such as `QN-DH-02`: units are told apart by code, never by name.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct UnitCode(pub String);

/// A user's sign-in name, such as `quang-lam-1`.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct UserName(pub String);

macro_rules! text_id {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: encode::Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), encode::Error<W::Error>> {
                e.str(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
                Ok(Self(d.str()?.to_owned()))
            }
        }
    };
}

text_id!(UnitCode);
text_id!(UserName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_what_they_print() {
        let document = DocumentId::new(1_750_000_000_000, [7; 10]);
        assert_eq!(document.to_string().parse(), Ok(document));
        let hash = ChangeHash([0xab; 32]);
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert!("ế".repeat(32).parse::<ChangeHash>().is_err());
        assert!(ActorId::from_slice(&[1; 15]).is_err());
    }

    #[test]
    fn ids_beside_one_are_of_its_time_and_always_the_same() {
        let id = DocumentId::new(1_750_000_000_000, [7; 10]);
        let (one, other) = (id.beside("một"), id.beside("hai"));
        assert_eq!(one, id.beside("một"));
        assert!(one != other && one != id && one != DocumentId::new(1, [7; 10]).beside("một"));
        for beside in [one, other] {
            let uuid = uuid::Uuid::from_bytes(beside.0);
            assert_eq!(uuid.get_version_num(), 7);
            assert_eq!(beside.0[..6], id.0[..6]);
        }
    }

    #[test]
    fn document_ids_sort_by_time() {
        assert!(DocumentId::new(1, [255; 10]) < DocumentId::new(2, [0; 10]));
    }
}
