//! The trial itself, pure: documents and changes in, verdicts out.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kiennghi_shared::code::Code;
use kiennghi_shared::document::Document;
use kiennghi_shared::id::ChangeHash;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::Verdict;

use super::{Outcome, Trial, TrialBatch, TrialChange, TrialError, Tried};

/// Tries changes in this process: for documents that this program made itself. A panic is caught,
/// and nothing else.
#[derive(Debug, Clone, Copy, Default)]
pub struct InProcess;

impl Trial for InProcess {
    fn run(&self, batches: &[TrialBatch<'_>]) -> Result<Vec<Outcome>, TrialError> {
        Ok(batches.iter().map(try_out).collect())
    }

    fn health(&self) -> Result<(), TrialError> {
        Ok(())
    }
}

/// Tries the changes of one document.
pub(super) fn try_out(batch: &TrialBatch<'_>) -> Outcome {
    let Some(sound) = caught(|| load(batch)) else {
        return Outcome {
            verdicts: vec![Verdict::Refused(Code::Internal); batch.changes.len()],
            tried: None,
        };
    };
    let mut progress = Progress {
        kind: batch.kind,
        sound,
        tried: None,
        verdicts: Vec::new(),
        refused: HashSet::new(),
    };
    progress.take(&batch.changes);
    Outcome {
        verdicts: progress.verdicts,
        tried: progress.tried,
    }
}

fn load(batch: &TrialBatch<'_>) -> Option<Document> {
    match batch.snapshot {
        Some(snapshot) => Document::load(snapshot).ok(),
        None => Document::from_changes(batch.base.iter().map(|bytes| &***bytes)).ok(),
    }
}

struct Progress {
    kind: Kind,
    /// The document with all changes that were found good so far.
    sound: Document,
    tried: Option<Tried>,
    /// Verdicts of the changes taken so far, in their order.
    verdicts: Vec<Verdict>,
    refused: HashSet<ChangeHash>,
}

impl Progress {
    /// Tries changes together, and halves them where that fails: a batch that is good costs one
    /// trial, a bad change among many a few.
    fn take(&mut self, changes: &[TrialChange<'_>]) {
        let missing = changes.iter().any(|change| self.depends_on_refused(change));
        let attempt = if missing {
            Err(Code::TrialFailed)
        } else {
            self.attempt(changes)
        };
        match (attempt, changes) {
            (Ok((document, tried)), _) => {
                self.sound = document;
                self.tried = Some(tried);
                self.verdicts.extend(changes.iter().map(|_| Verdict::Ok));
            }
            (Err(code), [change]) => {
                let verdict = if missing {
                    let refused = change.deps.iter().filter(|dep| self.refused.contains(dep));
                    Verdict::Missing(refused.copied().collect())
                } else {
                    Verdict::Refused(code)
                };
                self.refused.insert(change.hash);
                self.verdicts.push(verdict);
            }
            (Err(_), _) => {
                let (first, second) = changes.split_at(changes.len() / 2);
                self.take(first);
                self.take(second);
            }
        }
    }

    fn depends_on_refused(&self, change: &TrialChange<'_>) -> bool {
        change.deps.iter().any(|dep| self.refused.contains(dep))
    }

    /// After a panic or an error the copy is dropped: it may be broken.
    fn attempt(&self, changes: &[TrialChange<'_>]) -> Result<(Document, Tried), Code> {
        let attempt = || {
            let mut copy = self.sound.clone();
            copy.apply(changes.iter().map(|change| change.bytes))
                .map_err(|_| Code::TrialFailed)?;
            let snapshot = copy.save();
            let loaded = Document::load(&snapshot).map_err(|_| Code::TrialFailed)?;
            let (heads, record) = (copy.heads(), copy.record(self.kind));
            if loaded.heads() != heads || loaded.record(self.kind) != record {
                return Err(Code::TrialFailed);
            }
            loaded.check(self.kind).map_err(|_| Code::SchemaMismatch)?;
            Ok((
                copy,
                Tried {
                    snapshot,
                    heads,
                    record,
                },
            ))
        };
        catch_unwind(AssertUnwindSafe(attempt)).unwrap_or(Err(Code::TrialFailed))
    }
}

fn caught<T>(work: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok().flatten()
}
