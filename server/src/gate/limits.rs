//! Step 1: from bytes to changes within their limits, grouped by document.

use std::collections::HashMap;
use std::sync::Arc;

use kiennghi_shared::code::Code;
use kiennghi_shared::id::{ChangeHash, DocumentId};
use kiennghi_shared::validate::ParsedChange;
use kiennghi_shared::wire::{DocumentChanges, Verdict};
use sha2::{Digest, Sha256};

use super::{Candidate, Case};

/// Reads a push: one case a document, one candidate a change, in the order of the push.
pub(super) fn read(push: Vec<DocumentChanges>) -> (Vec<Case>, Vec<Candidate>) {
    let mut cases: Vec<Case> = Vec::new();
    let mut by_id: HashMap<DocumentId, usize> = HashMap::new();
    let mut candidates = Vec::new();
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
            let mut candidate = candidate(bytes);
            if contradicts && candidate.verdict.is_none() {
                candidate.verdict = Some(Verdict::Refused(Code::WrongDocument));
            }
            case.candidates.push(candidates.len());
            candidates.push(candidate);
        }
    }
    (cases, candidates)
}

fn candidate(bytes: &[u8]) -> Candidate {
    match ParsedChange::parse(bytes) {
        Ok(change) => Candidate {
            hash: change.hash,
            change: Some(Arc::new(change)),
            vouched: false,
            verdict: None,
            same_as: None,
        },
        Err(code) => Candidate {
            hash: ChangeHash(Sha256::digest(bytes).into()),
            change: None,
            vouched: false,
            verdict: Some(Verdict::Refused(code)),
            same_as: None,
        },
    }
}
