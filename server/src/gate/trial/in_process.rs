//! The trial itself, pure: documents and changes in, verdicts out.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kiennghi_shared::code::Code;
use kiennghi_shared::document::Document;
use kiennghi_shared::id::ChangeHash;
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
    let mut progress = Progress {
        batch,
        sound: None,
        tried: None,
        verdicts: Vec::with_capacity(batch.changes.len()),
        refused: HashSet::new(),
        damaged: false,
    };
    progress.take(&batch.changes);
    Outcome {
        verdicts: progress.verdicts,
        tried: progress.tried,
        damaged: progress.damaged,
    }
}

struct Progress<'a> {
    batch: &'a TrialBatch<'a>,
    /// The document with all changes that were found good so far, while it is at hand.
    sound: Option<Document>,
    /// The same as it was saved; none before the first good change.
    tried: Option<Tried>,
    /// Verdicts of the changes taken so far, in their order.
    verdicts: Vec<Verdict>,
    refused: HashSet<ChangeHash>,
    /// Whether what is stored could not be loaded.
    damaged: bool,
}

impl Progress<'_> {
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
            (Ok(()), _) => self.verdicts.extend(changes.iter().map(|_| Verdict::Ok)),
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

    /// After a panic or an error the document is dropped, as it may be broken, and loaded anew from
    /// what was good when it is needed again.
    fn attempt(&mut self, changes: &[TrialChange<'_>]) -> Result<(), Code> {
        let sound = match self.sound.take() {
            Some(sound) => sound,
            None => match caught(|| self.load()) {
                Some(sound) => sound,
                None => {
                    self.damaged = true;
                    return Err(Code::Internal);
                }
            },
        };
        let kind = self.batch.kind;
        let attempt = move || {
            let mut document = sound;
            document
                .apply(changes.iter().map(|change| change.bytes))
                .map_err(|_| Code::TrialFailed)?;
            let snapshot = document.save();
            let loaded = Document::load(&snapshot).map_err(|_| Code::TrialFailed)?;
            let heads = document.heads();
            let (record, _) = document.read(kind);
            let (loaded_record, fits) = loaded.read(kind);
            if loaded.heads() != heads || loaded_record != record {
                return Err(Code::TrialFailed);
            }
            fits.map_err(|_| Code::SchemaMismatch)?;
            let tried = Tried {
                snapshot,
                heads,
                record,
            };
            Ok((document, tried))
        };
        let (document, tried) =
            catch_unwind(AssertUnwindSafe(attempt)).unwrap_or(Err(Code::TrialFailed))?;
        self.sound = Some(document);
        self.tried = Some(tried);
        Ok(())
    }

    fn load(&self) -> Option<Document> {
        let saved = self.tried.as_ref().map(|tried| tried.snapshot.as_slice());
        match saved.or(self.batch.snapshot) {
            Some(saved) => Document::load(saved).ok(),
            None => Document::from_changes(self.batch.base.iter().map(|bytes| &***bytes)).ok(),
        }
    }
}

fn caught<T>(work: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok().flatten()
}
