//! Who may hand in, read and erase petitioners.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::petitioner::{ErasureReceipt, ErasureWanted, Sending, Shown};
use kiennghi_shared::schema::{Kind, PETITIONER};
use kiennghi_shared::wire::DocumentHeader;

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
    let (thing, unit) = (Thing::Petitioner, &sending.unit);
    let may = caller.may(Verb::Write, thing, unit);
    // What was written before a phone or a right was taken away is not lost: a new record changes none, and
    // nothing speaks of it before the office has taken the petition in.
    let was_theirs = sending.follows == 0 && (may || caller.might_write(thing, unit));
    if !was_theirs && (caller.is_shut_out() || !may) {
        return Err(Code::Forbidden);
    }
    sending.person.check().map_err(|_| Code::SchemaMismatch)?;
    if store.is_erased(sending.petition)? {
        return Err(Code::Gone);
    }
    let stored = store.documents(&[sending.petition])?.pop();
    if stored.is_some_and(|stored| stored.header != header(sending.petition, unit)) {
        return Err(Code::WrongDocument);
    }
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
    let row = store.petitioner(id)?;
    let row = row.filter(|row| caller.may(Verb::Read, Thing::Petitioner, &row.unit));
    if row.ok_or(Code::NotFound)?.erased_at.is_some() {
        return Err(Code::Gone);
    }
    let found = store.read_petitioner(id, &caller.stamp(now_ms))?;
    let (row, person) = found.ok_or(Code::NotFound)?;
    Ok(Shown {
        unit: row.unit,
        petition: row.petition,
        version: row.version,
        person,
    })
}

/// Erases a petitioner for good, and its petition where that is asked for; once more is the same again.
///
/// # Errors
/// [`Code::Invalid`] without a reason, [`Code::NotFound`] when there is none that the caller may erase,
/// [`Code::Forbidden`] when that is so of the petition; the store's code.
pub fn erase_petitioner(
    store: &dyn Store,
    caller: &Caller,
    id: DocumentId,
    wanted: &ErasureWanted,
    now_ms: i64,
) -> Result<ErasureReceipt, Code> {
    wanted.check().map_err(|_| Code::Invalid)?;
    let row = match store.petitioner(id)? {
        Some(row) => Some(row),
        None => not_sent(store, id, wanted.petition)?,
    };
    let may = |thing, unit: &UnitCode| caller.may(Verb::Erase, thing, unit);
    let row = row.filter(|row| may(Thing::Petitioner, &row.unit));
    let row = row.ok_or(Code::NotFound)?;
    let petition = if wanted.with_petition {
        store.documents(&[row.petition])?.pop()
    } else {
        None
    };
    if let Some(petition) = &petition {
        let unit = &petition.header.unit;
        let is_its_own = petition.header == header(row.petition, unit);
        if !is_its_own || !may(Thing::Document(Kind::Petition), unit) {
            return Err(Code::Forbidden);
        }
    }
    let stamp = caller.stamp(now_ms);
    let erasure = store.erase_petitioner(&row, &wanted.reason, &stamp)?;
    if petition.is_some() {
        store.erase(row.petition, &wanted.reason, &stamp)?;
    }
    Ok(erasure_receipt(store, &erasure))
}

/// The petitioner of a petition that is here, when no phone has sent it yet.
fn not_sent(
    store: &dyn Store,
    id: DocumentId,
    petition: DocumentId,
) -> Result<Option<PetitionerRow>, Code> {
    let Some(stored) = store.documents(&[petition])?.pop() else {
        return Ok(None);
    };
    let record = stored.document()?.record(stored.header.kind);
    Ok(
        (record.text(PETITIONER) == id.to_string()).then_some(PetitionerRow {
            id,
            unit: stored.header.unit,
            petition,
            version: 0,
            erased_at: None,
        }),
    )
}

fn header(petition: DocumentId, unit: &UnitCode) -> DocumentHeader {
    DocumentHeader {
        id: petition,
        kind: Kind::Petition,
        unit: unit.clone(),
    }
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
