//! The petitioner (người kiến nghị): who stands behind a petition. Never in a document, whose history
//! cannot be erased: a petition holds a random id, and this is a record of its own that the server seals.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::id::{DocumentId, UnitCode};
use crate::schema::Misfit;
use crate::text::is_normal;

/// Characters of a name.
pub const NAME_CHARS_MAX: usize = 120;
/// Characters of an address.
pub const ADDRESS_CHARS_MAX: usize = 300;
/// Characters of the reason of an erasure.
pub const REASON_CHARS_MAX: usize = 300;
/// Characters of a telephone number.
pub const PHONE_CHARS_MAX: usize = 30;

/// By what right personal data is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum Basis {
    /// The person agreed to it.
    #[n(1)]
    Consent = 1,
    /// A public task cannot be done without it.
    #[n(2)]
    PublicTask = 2,
}

/// Who stands behind a petition.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Person {
    /// Name.
    #[n(0)]
    pub name: String,
    /// Address; empty for none.
    #[n(1)]
    pub address: String,
    /// Telephone number; empty for none.
    #[n(2)]
    pub phone: String,
    /// By what right it is kept.
    #[n(3)]
    pub basis: Basis,
    /// When that was noted, by the phone's clock: milliseconds since 1970.
    #[n(4)]
    pub noted_at: i64,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(…)")
    }
}

impl Person {
    /// Asks whether the fields are as they must be.
    ///
    /// # Errors
    /// What is wrong with the first that is not.
    pub fn check(&self) -> Result<(), Misfit> {
        let fields = [
            ("name", &self.name, NAME_CHARS_MAX),
            ("address", &self.address, ADDRESS_CHARS_MAX),
            ("phone", &self.phone, PHONE_CHARS_MAX),
        ];
        let misfit = |field: &str, reason| Misfit {
            field: field.to_owned(),
            reason,
        };
        if self.name.trim().is_empty() {
            return Err(misfit("name", "hãy ghi họ tên"));
        }
        for (field, text, chars_max) in fields {
            if !is_normal(text) || text.contains('\n') {
                return Err(misfit(field, "có ký tự không hợp lệ"));
            }
            if text.chars().count() > chars_max {
                return Err(misfit(field, "dài quá mức cho phép"));
            }
        }
        Ok(())
    }
}

/// A petitioner as a phone or desk hands it in, at `PUT /api/v1/petitioners/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Sending {
    /// The unit of the petition.
    #[n(0)]
    pub unit: UnitCode,
    /// The petition.
    #[n(1)]
    pub petition: DocumentId,
    /// The version that this one follows; 0 for a new record.
    #[n(2)]
    pub follows: u64,
    /// The person.
    #[n(3)]
    pub person: Person,
}

/// A petitioner as the server shows it to those who may read it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Shown {
    /// The unit of the petition.
    #[n(0)]
    pub unit: UnitCode,
    /// The petition.
    #[n(1)]
    pub petition: DocumentId,
    /// Which version it is, from 1.
    #[n(2)]
    pub version: u64,
    /// The person.
    #[n(3)]
    pub person: Person,
}

/// A wish to have a petitioner erased for good.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct ErasureWanted {
    /// Why: on whose request, under which number. No name.
    #[n(0)]
    pub reason: String,
    /// The petition: a phone may not have sent its petitioner yet, and then it never takes it in.
    #[n(2)]
    pub petition: DocumentId,
    /// Whether the petition is erased as well, because its words tell who it was.
    #[n(1)]
    pub with_petition: bool,
}

impl ErasureWanted {
    /// Asks whether there is a reason of a fitting length.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), Misfit> {
        let misfit = |reason| Misfit {
            field: "reason".to_owned(),
            reason,
        };
        if self.reason.trim().is_empty() {
            return Err(misfit("hãy ghi căn cứ"));
        }
        if self.reason.chars().count() > REASON_CHARS_MAX || !is_normal(&self.reason) {
            return Err(misfit("dài quá mức cho phép, hoặc có ký tự không hợp lệ"));
        }
        Ok(())
    }
}

/// The server's signed word that a petitioner was erased.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct ErasureReceipt {
    /// The petitioner's id.
    #[n(0)]
    pub petitioner: DocumentId,
    /// When, milliseconds since 1970.
    #[n(1)]
    pub at: i64,
    /// Ed25519 over [`ErasureReceipt::signed_bytes`], in hexadecimal digits.
    #[n(2)]
    pub signature: String,
    /// The key to verify it with, in hexadecimal digits.
    #[n(3)]
    pub key: String,
}

impl ErasureReceipt {
    /// What is signed: a label, the id and the time (big endian).
    #[must_use]
    pub fn signed_bytes(petitioner: &DocumentId, at: i64) -> Vec<u8> {
        let mut bytes = b"kiennghi erasure 1\0".to_vec();
        bytes.extend(petitioner.as_bytes());
        bytes.extend(at.to_be_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_a_name_and_fits_its_bounds() {
        let person = |name: &str, phone: &str| Person {
            name: name.to_owned(),
            address: "Thôn Bình Hồ".to_owned(),
            phone: phone.to_owned(),
            basis: Basis::Consent,
            noted_at: 0,
        };
        assert!(person("Chíu A Tài", "0912 345 678").check().is_ok());
        assert!(person(" ", "").check().is_err());
        assert!(person("a\nb", "").check().is_err());
        assert!(person("Tài", &"1".repeat(31)).check().is_err());
        let told = format!("{:?}", person("Chíu A Tài", ""));
        assert!(!told.contains("Tài"), "never in a log: {told}");
    }
}
