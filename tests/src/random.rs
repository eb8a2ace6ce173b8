//! Seeded random numbers, so that a failing run can be told again, and real ones for ids.

pub use kiennghi_disk::Random;
use kiennghi_shared::id::{ActorId, DocumentId};

/// Bytes from the system's source of randomness.
///
/// # Panics
/// When the system has none: nothing can be tested then.
#[must_use]
pub fn fresh<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// An actor that was never used before.
#[must_use]
pub fn fresh_actor() -> ActorId {
    ActorId(fresh())
}

/// A new document's id.
#[must_use]
pub fn fresh_document(now_ms: i64) -> DocumentId {
    DocumentId::new(now_ms.max(0) as u64, fresh())
}
