//! What every store promises, told against the trait alone. `sqlite.rs` runs it for SQLite.

pub(crate) mod alike;
pub(crate) mod audit;
pub(crate) mod deadlines;
pub(crate) mod feed;
pub(crate) mod gate;
pub(crate) mod history;
pub(crate) mod people;
pub(crate) mod projections;

use std::sync::Arc;

use kiennghi_server::store::Store;
use kiennghi_shared::code::Code;
use kiennghi_shared::wire::Verdict;

/// Opens the same store again and again.
pub(crate) type Open<'a> = &'a dyn Fn() -> Arc<dyn Store>;

const REFUSED: fn(Code) -> Verdict = Verdict::Refused;
