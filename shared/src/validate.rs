//! Stands before automerge: decides from the bytes alone, and from the changes a document already
//! has, whether a change is sound. Pure, so that the phone and the server ask the same question.
//!
//! automerge 0.12 checks a change's encoding, not its meaning; an unsound change can panic it, or
//! be taken and leave a document that no longer loads. What passes here follows these rules:
//! a document is one flat map of scalars (text, whole number, nothing) and text objects; every
//! object, element and predecessor that an operation names exists among the change's ancestors
//! and fits; operation numbers go on where the ancestors' end; sequence numbers have no gap; the
//! encoding is the one that automerge writes, since it keeps no other.

mod change;
mod columns;
mod index;
mod pack;

pub use change::ParsedChange;
pub use index::{DocumentIndex, Rejection};
pub use pack::{Packed, pack};

#[cfg(test)]
mod tests;
