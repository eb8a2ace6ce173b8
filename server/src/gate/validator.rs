//! Step 3: whether a change follows from what its document has, and is its sender's own.

use std::collections::HashMap;
use std::sync::Arc;

use kiennghi_shared::code::Code;
use kiennghi_shared::id::{ActorId, ChangeHash};
use kiennghi_shared::limits::REQUEST_OPS_MAX;
use kiennghi_shared::validate::{DocumentIndex, ParsedChange, Rejection};
use kiennghi_shared::wire::Verdict;

use super::{Candidate, Case};
use crate::auth::Caller;
use crate::store::{ActorRow, Store, StoreError};

/// Decides duplicates, changes that lack what they depend on, and unsound or foreign ones. Documents that
/// come after so many stored operations are not read: their changes may come again.
pub(super) fn check(
    store: &dyn Store,
    caller: &Caller,
    cases: &mut [Case],
    candidates: &mut [Candidate],
) -> Result<(), StoreError> {
    let actors = store.actors(&actors(cases, candidates))?;
    let mut ops_left = REQUEST_OPS_MAX;
    for case in cases {
        let waiting: Vec<usize> = case.undecided(candidates).collect();
        if waiting.is_empty() {
            continue;
        }
        if ops_left == 0 {
            case.put_off(candidates);
            continue;
        }
        let stored = case.stored.iter().flat_map(|stored| &stored.changes);
        let mut index = DocumentIndex::from_changes(stored.map(Vec::as_slice))
            .map_err(|code| StoreError::Damaged(format!("stored changes: {}", code.name())))?;
        ops_left = ops_left.saturating_sub(index.op_count());
        case.base = index.changes().to_vec();
        let mut earlier: HashMap<ChangeHash, usize> = HashMap::new();
        let last = waiting.last().copied();
        for position in waiting {
            let Some(change) = &candidates[position].change else {
                continue;
            };
            if let Some(first) = earlier.get(&change.hash) {
                candidates[position].same_as = Some(*first);
                continue;
            }
            let sender = (!candidates[position].vouched).then_some(caller);
            let verdict = judge(sender, &actors, &index, change);
            if verdict.is_none() && Some(position) != last {
                index.admit(Arc::clone(change));
            }
            earlier.insert(change.hash, position);
            candidates[position].verdict = verdict;
        }
    }
    Ok(())
}

fn actors(cases: &[Case], candidates: &[Candidate]) -> Vec<ActorId> {
    let waiting = cases.iter().flat_map(|case| case.undecided(candidates));
    let mut actors: Vec<ActorId> = waiting
        .filter_map(|index| candidates[index].change.as_ref().map(|c| c.actor))
        .collect();
    actors.sort_unstable();
    actors.dedup();
    actors
}

/// `None` lets the change go on to the trial. `sender` must be its author, on the actor's device or
/// one that continues it; none where the change was the server's already.
fn judge(
    sender: Option<&Caller>,
    actors: &HashMap<ActorId, ActorRow>,
    index: &DocumentIndex,
    change: &ParsedChange,
) -> Option<Verdict> {
    if index.contains(&change.hash) {
        return Some(Verdict::Duplicate);
    }
    if let Some(sender) = sender {
        let foreign = actors
            .get(&change.actor)
            .is_some_and(|row| match &row.author {
                Some(author) => *author != sender.user.name,
                None => !sender.goes_on_for(row.device),
            });
        if foreign {
            return Some(Verdict::Refused(Code::ForeignActor));
        }
        if change.message != sender.user.name.0 {
            return Some(Verdict::Refused(Code::WrongAuthor));
        }
    }
    match index.check(change) {
        Ok(()) => None,
        Err(Rejection::Missing(missing)) => Some(Verdict::Missing(missing)),
        Err(Rejection::Refused(code)) => Some(Verdict::Refused(code)),
    }
}
