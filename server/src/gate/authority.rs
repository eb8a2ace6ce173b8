//! Step 2: who may write what and where, from SQL's rows and never from a document's bytes.

use kiennghi_shared::access::Thing;
use kiennghi_shared::code::Code;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::papers::{Consolidation, consolidation_of};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::Verdict;

use super::{Candidate, Case};
use crate::auth::Caller;
use crate::store::{Store, StoreError};

/// Refuses the changes of documents that the caller may not write, and did not under an earlier grant
/// where they are set aside, beside those that are brought back.
pub(super) fn check_callers_right(
    caller: &Caller,
    cases: &[Case],
    aside: &[Case],
    candidates: &mut [Candidate],
) {
    let may = |case: &Case| caller.may_write(case.header.kind, &case.header.unit);
    let might =
        |case: &Case| caller.might_write(Thing::Document(case.header.kind), &case.header.unit);
    let cases = cases.iter().map(|case| (case, may(case)));
    let aside = aside.iter().map(|case| (case, may(case) || might(case)));
    for (case, right) in cases.chain(aside) {
        if !right {
            let undecided: Vec<usize> = case.undecided(candidates).collect();
            for index in undecided {
                if !candidates[index].vouched {
                    candidates[index].verdict = Some(Verdict::Refused(Code::Forbidden));
                }
            }
        }
    }
}

/// Refuses the changes of documents that exist with another kind or unit than the one named: the
/// right was checked for what was named; and of those that were erased.
pub(super) fn check_documents(
    store: &dyn Store,
    cases: &[Case],
    candidates: &mut [Candidate],
) -> Result<(), StoreError> {
    for case in cases {
        match &case.stored {
            Some(stored) if stored.header != case.header => {
                refuse(case, candidates, Code::WrongDocument);
            }
            Some(_) => {}
            None if case.undecided(candidates).next().is_none() => {}
            None if store.is_erased(case.header.id)? => refuse(case, candidates, Code::Gone),
            // Nobody else takes the id that a petition's consolidation is to have.
            None if (case.header.kind == Kind::Consolidation) != case.header.id.is_following() => {
                refuse(case, candidates, Code::WrongDocument);
            }
            None => {}
        }
    }
    Ok(())
}

fn refuse(case: &Case, candidates: &mut [Candidate], code: Code) {
    let undecided: Vec<usize> = case.undecided(candidates).collect();
    for index in undecided {
        candidates[index].verdict = Some(Verdict::Refused(code));
    }
}

/// The petition that a consolidation names, where it was found good and is its petition's own.
fn own_petition(case: &Case) -> Option<DocumentId> {
    let petition = Consolidation::from(&case.tried.as_ref()?.record).petition;
    petition.filter(|petition| consolidation_of(*petition) == case.header.id)
}

/// Takes back what was found good of consolidations that are not their petition's: of another id than follows from
/// the petition's, or of another unit than a petition that is here.
pub(super) fn check_consolidations(
    store: &dyn Store,
    cases: &mut [Case],
    candidates: &mut [Candidate],
) -> Result<(), StoreError> {
    let is_tried =
        |case: &&mut Case| case.header.kind == Kind::Consolidation && case.tried.is_some();
    let consolidations: Vec<&mut Case> = cases.iter_mut().filter(is_tried).collect();
    let petitions = consolidations.iter().filter_map(|case| own_petition(case));
    let headers = store.headers(&petitions.collect::<Vec<_>>())?;
    for case in consolidations {
        let elsewhere = |id| {
            let mut headers = headers.iter().filter(|header| header.id == id);
            headers.any(|header| header.unit != case.header.unit)
        };
        let code = match own_petition(case) {
            None => Code::SchemaMismatch,
            Some(petition) if elsewhere(petition) => Code::Forbidden,
            Some(_) => continue,
        };
        case.tried = None;
        for index in &case.candidates {
            if candidates[*index].verdict == Some(Verdict::Ok) {
                candidates[*index].verdict = Some(Verdict::Refused(code));
            }
        }
    }
    Ok(())
}
