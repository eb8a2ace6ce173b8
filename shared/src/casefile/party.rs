//! Whom a case was assigned to, and what each has done.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::id::UnitCode;

/// What part somebody has in a case, the greatest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Part {
    /// Is to answer.
    #[n(1)]
    Lead,
    /// Is to help whoever answers.
    #[n(2)]
    Coordinating,
    /// Was to help, and has said what it had to say.
    #[n(3)]
    Contributed,
    /// Gave the case back to whoever assigned it.
    #[n(4)]
    GaveBack,
}

/// A unit that a case is assigned to.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Party {
    /// The unit.
    #[n(0)]
    pub unit: UnitCode,
    /// Its part.
    #[n(1)]
    pub part: Part,
    /// Since when it was asked, `yyyy-mm-dd`; empty where no day was given. Of no use to apps, as the next.
    #[cbor(skip)]
    #[serde(default)]
    pub since: String,
    /// Of one that is to help: by when it is to have its say, `yyyy-mm-dd`; empty where nothing says so.
    #[cbor(skip)]
    #[serde(default)]
    pub due: String,
}
