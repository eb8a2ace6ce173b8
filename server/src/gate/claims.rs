//! Claims on documents: between judging and commit a document belongs to one push.

use std::collections::HashSet;
use std::sync::{Condvar, Mutex, PoisonError};

use kiennghi_shared::id::DocumentId;

/// The documents that are claimed now.
#[derive(Debug, Default)]
pub(super) struct Claims {
    held: Mutex<HashSet<DocumentId>>,
    released: Condvar,
}

/// A claim; ends when dropped.
#[derive(Debug)]
pub(super) struct Claim<'a> {
    claims: &'a Claims,
    documents: Vec<DocumentId>,
}

impl Claims {
    /// Waits until none of the documents is claimed, then claims them all. All or none, so that
    /// two claims never wait for each other.
    pub(super) fn take(&self, documents: impl Iterator<Item = DocumentId>) -> Claim<'_> {
        let documents: Vec<DocumentId> = documents.collect();
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let mut held = self
            .released
            .wait_while(held, |held| {
                documents.iter().any(|document| held.contains(document))
            })
            .unwrap_or_else(PoisonError::into_inner);
        held.extend(&documents);
        drop(held);
        Claim {
            claims: self,
            documents,
        }
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut held = self
            .claims
            .held
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for document in &self.documents {
            held.remove(document);
        }
        self.claims.released.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn one_at_a_time_holds_a_document_and_none_waits_for_ever() {
        let claims = Claims::default();
        let inside: [AtomicUsize; 3] = Default::default();
        std::thread::scope(|scope| {
            for worker in 0..6 {
                let (claims, inside) = (&claims, &inside);
                scope.spawn(move || {
                    for round in 0..200 {
                        let pair = [(worker + round) % 3, (worker + round + 1) % 3];
                        let ids = pair.map(|index| DocumentId([index as u8; 16]));
                        let _claim = claims.take(ids.into_iter());
                        for index in pair {
                            assert_eq!(inside[index].fetch_add(1, Ordering::SeqCst), 0);
                        }
                        for index in pair {
                            inside[index].fetch_sub(1, Ordering::SeqCst);
                        }
                    }
                });
            }
        });
    }
}
