//! Who may hand in, read and erase petitioners.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::petitioner::{ErasureReceipt, ErasureWanted, Sending, Shown};

use super::Caller;
use crate::store::{Erasure, PetitionerRow, Put, Store};

/// Takes a petitioner in; the version that it is now.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::SchemaMismatch`], [`Code::Gone`] once it was erased,
/// [`Code::ChangedMeanwhile`] when somebody else changed it; the store's code.
pub fn hand_in_petitioner(
    store: &dyn Store,
    caller: &Caller,
    id: DocumentId,
    sending: &Sending,
    now_ms: i64,
) -> Result<u64, Code> {
    if !caller.may(Verb::Write, Thing::Petitioner, &sending.unit) {
        return Err(Code::Forbidden);
    }
    sending.person.check().map_err(|_| Code::SchemaMismatch)?;
    match store.put_petitioner(id, sending, &caller.stamp(now_ms))? {
        Put::Stored(version) => Ok(version),
        Put::Erased => Err(Code::Gone),
        Put::Changed(_) => Err(Code::ChangedMeanwhile),
        Put::Foreign => Err(Code::WrongDocument),
    }
}

/// Shows a petitioner, once it is recorded that the caller reads it.
///
/// # Errors
/// [`Code::NotFound`] when there is none that the caller may read, [`Code::Gone`] once it was erased; the
/// store's code.
pub fn show_petitioner(
    store: &dyn Store,
    caller: &Caller,
    id: DocumentId,
    now_ms: i64,
) -> Result<Shown, Code> {
    permitted(store, caller, Verb::Read, id)?;
    let found = store.read_petitioner(id, &caller.stamp(now_ms))?;
    let (row, person) = found.ok_or(Code::NotFound)?;
    Ok(Shown {
        unit: row.unit,
        petition: row.petition,
        version: row.version,
        person,
    })
}

/// Erases a petitioner for good, and its petition where that is asked for.
///
/// # Errors
/// [`Code::NotFound`] when there is none that the caller may erase, [`Code::Gone`] once it was erased; the
/// store's code.
pub fn erase_petitioner(
    store: &dyn Store,
    caller: &Caller,
    id: DocumentId,
    wanted: &ErasureWanted,
    now_ms: i64,
) -> Result<ErasureReceipt, Code> {
    let row = permitted(store, caller, Verb::Erase, id)?;
    let stamp = caller.stamp(now_ms);
    let erasure = store.erase_petitioner(id, &wanted.reason, &stamp)?;
    let erasure = erasure.ok_or(Code::Gone)?;
    if wanted.with_petition {
        store.erase(row.petition, &wanted.reason, &stamp)?;
    }
    Ok(erasure_receipt(store, &erasure))
}

/// The server's signed word that a petitioner was erased.
#[must_use]
pub fn erasure_receipt(store: &dyn Store, erasure: &Erasure) -> ErasureReceipt {
    ErasureReceipt {
        petitioner: erasure.petitioner,
        at: erasure.at,
        signature: hex::encode(store.sign_erasure(erasure)),
        key: store.receipt_key().to_string(),
    }
}

fn permitted(
    store: &dyn Store,
    caller: &Caller,
    verb: Verb,
    id: DocumentId,
) -> Result<PetitionerRow, Code> {
    let row = store.petitioner(id)?;
    let row = row.filter(|row| caller.may(verb, Thing::Petitioner, &row.unit));
    let row = row.ok_or(Code::NotFound)?;
    if row.erased_at.is_some() {
        return Err(Code::Gone);
    }
    Ok(row)
}
