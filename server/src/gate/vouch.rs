//! What a phone brings back to a server that lost it. The phone shows the server's own seal: this
//! server once held the document up to these changes, so that they and all their ancestors passed
//! the gate then, whoever wrote them. They are judged again, but not asked for their author's device
//! or right.

use std::collections::HashMap;

use kiennghi_shared::id::ChangeHash;

use super::{Candidate, Case};
use crate::signet::Signet;

/// Marks the candidates that a seal stands for.
pub(super) fn mark(signet: &Signet, cases: &[Case], candidates: &mut [Candidate]) {
    for case in cases {
        let Some(seal) = &case.seal else { continue };
        if !signet.made(&case.header, seal) {
            continue;
        }
        let by_hash: HashMap<ChangeHash, usize> = case
            .candidates
            .iter()
            .map(|index| (candidates[*index].hash, *index))
            .collect();
        // Ancestors that are stored passed the gate; the way down ends there.
        let mut open = seal.heads.clone();
        while let Some(hash) = open.pop() {
            let Some(index) = by_hash.get(&hash) else {
                continue;
            };
            let candidate = &mut candidates[*index];
            if let (false, Some(change)) = (candidate.vouched, &candidate.change) {
                candidate.vouched = true;
                open.extend(&change.deps);
            }
        }
    }
}
