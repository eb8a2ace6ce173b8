//! Step 1: from bytes to changes within their limits, grouped by document.

use std::collections::HashMap;
use std::sync::Arc;

use kiennghi_shared::code::Code;
use kiennghi_shared::id::{ChangeHash, DocumentId};
use kiennghi_shared::limits::REQUEST_OPS_MAX;
use kiennghi_shared::validate::ParsedChange;
use kiennghi_shared::wire::{DocumentChanges, Verdict};
use sha2::{Digest, Sha256};

use super::{COME_AGAIN, Candidate, Case};

/// Reads a push: one case a document, one candidate a change, in the order of the push. What comes
/// after so many operations that no phone of ours sends them at once is not read: it may come again.
pub(super) fn read(push: Vec<DocumentChanges>) -> (Vec<Case>, Vec<Candidate>) {
    let mut cases: Vec<Case> = Vec::new();
    let mut by_id: HashMap<DocumentId, usize> = HashMap::new();
    let mut candidates = Vec::new();
    let mut ops_left = REQUEST_OPS_MAX;
    for document in push {
        let index = *by_id.entry(document.header.id).or_insert(cases.len());
        if index == cases.len() {
            cases.push(Case {
                header: document.header.clone(),
                seal: document.seal.clone(),
                candidates: Vec::new(),
                stored: None,
                base: Vec::new(),
                tried: None,
            });
        }
        let case = &mut cases[index];
        let contradicts = case.header != document.header;
        for bytes in &document.changes {
            let mut candidate = candidate(bytes, &mut ops_left);
            if contradicts && candidate.verdict.is_none() {
                candidate.verdict = Some(Verdict::Refused(Code::WrongDocument));
            }
            case.candidates.push(candidates.len());
            candidates.push(candidate);
        }
    }
    (cases, candidates)
}

fn candidate(bytes: &[u8], ops_left: &mut usize) -> Candidate {
    let mut read = |bytes| {
        if *ops_left == 0 {
            return Ok((ParsedChange::hash_of(bytes)?, None));
        }
        let change = ParsedChange::parse(bytes)?;
        let within = ops_left.checked_sub(change.op_count());
        *ops_left = within.unwrap_or_default();
        Ok((change.hash, within.map(|_| Arc::new(change))))
    };
    let (hash, change, verdict) = match read(bytes) {
        Ok((hash, Some(change))) => (hash, Some(change), None),
        Ok((hash, None)) => (hash, None, Some(COME_AGAIN)),
        Err(code) => {
            let hash = ChangeHash(Sha256::digest(bytes).into());
            (hash, None, Some(Verdict::Refused(code)))
        }
    };
    Candidate {
        hash,
        change,
        vouched: false,
        verdict,
        same_as: None,
    }
}

#[cfg(test)]
mod tests {
    use kiennghi_shared::document::Document;
    use kiennghi_shared::id::{ActorId, UnitCode};
    use kiennghi_shared::record::Edit;
    use kiennghi_shared::schema::Kind;
    use kiennghi_shared::wire::DocumentHeader;

    use super::*;

    #[test]
    fn what_comes_after_too_many_operations_may_come_again() {
        let mut document = Document::new(ActorId([1; 16]));
        let edit = Edit::new("content", "a ".repeat(2_000).trim());
        let made = document.edit(Kind::Petition, &[edit], &"an".into(), 1);
        let bytes = made.expect("fits").expect("a change").bytes;
        let change = ParsedChange::parse(&bytes).expect("sound");
        let within = REQUEST_OPS_MAX / change.op_count();
        let header = DocumentHeader {
            id: DocumentId::new(1, [1; 10]),
            kind: Kind::Petition,
            unit: UnitCode::from("P-D"),
        };
        let push = DocumentChanges {
            changes: vec![bytes; within + 3],
            ..DocumentChanges::of(header)
        };
        let (_, candidates) = read(vec![push]);
        for (position, candidate) in candidates.iter().enumerate() {
            assert_eq!(candidate.hash, change.hash, "a phone knows it again");
            assert_eq!(candidate.change.is_some(), position < within, "{position}");
            let wanted = (position >= within).then_some(COME_AGAIN);
            assert_eq!(candidate.verdict, wanted, "{position}");
        }
    }
}
