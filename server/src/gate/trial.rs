//! Step 4: the trial. Changes are applied to a copy of their document, which is saved, loaded
//! back, compared, and checked against its kind's schema.
//!
//! A batch goes in and verdicts come out, all as plain data: sandboxed worker processes will take
//! the place of [`InProcess`] behind the same trait.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kiennghi_shared::code::Code;
use kiennghi_shared::document::Document;
use kiennghi_shared::id::ChangeHash;
use kiennghi_shared::record::Record;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::validate::ParsedChange;
use kiennghi_shared::wire::Verdict;

/// Tries changes before they are stored.
pub trait Trial: Send + Sync + std::fmt::Debug {
    /// Tries the changes of one document.
    fn run(&self, batch: &TrialBatch<'_>) -> Outcome;
}

/// The changes of one document, and what it is without them.
#[derive(Debug, Clone, Copy)]
pub struct TrialBatch<'a> {
    /// The document's kind.
    pub kind: Kind,
    /// The stored changes.
    pub base: &'a [Vec<u8>],
    /// The stored changes as one document, where that is at hand.
    pub snapshot: Option<&'a [u8]>,
    /// The changes to try, each after those it depends on.
    pub changes: &'a [&'a ParsedChange],
}

/// What came out of a trial.
#[derive(Debug)]
pub struct Outcome {
    /// A verdict for each change.
    pub verdicts: Vec<Verdict>,
    /// The document with the changes whose verdict is [`Verdict::Ok`]; none when there are none.
    pub tried: Option<Tried>,
}

/// A document that was saved and loaded back unharmed.
#[derive(Debug)]
pub struct Tried {
    /// The whole document.
    pub snapshot: Vec<u8>,
    /// Its heads.
    pub heads: Vec<ChangeHash>,
    /// Its fields.
    pub record: Record,
}

/// Tries changes in this process. A panic is caught; what the validator lets through neither
/// overflows the stack nor asks for much memory.
#[derive(Debug, Clone, Copy, Default)]
pub struct InProcess;

impl Trial for InProcess {
    fn run(&self, batch: &TrialBatch<'_>) -> Outcome {
        let all_refused = |code| Outcome {
            verdicts: vec![Verdict::Refused(code); batch.changes.len()],
            tried: None,
        };
        let Some(sound) = caught(|| load(batch)) else {
            return all_refused(Code::Internal);
        };
        let mut progress = Progress {
            kind: batch.kind,
            sound,
            tried: None,
            verdicts: Vec::new(),
            refused: HashSet::new(),
        };
        progress.take(batch.changes);
        Outcome {
            verdicts: progress.verdicts,
            tried: progress.tried,
        }
    }
}

fn load(batch: &TrialBatch<'_>) -> Option<Document> {
    match batch.snapshot {
        Some(snapshot) => Document::load(snapshot).ok(),
        None => Document::from_changes(batch.base.iter().map(Vec::as_slice)).ok(),
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
    fn take(&mut self, changes: &[&ParsedChange]) {
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

    fn depends_on_refused(&self, change: &ParsedChange) -> bool {
        change.deps.iter().any(|dep| self.refused.contains(dep))
    }

    /// After a panic or an error the copy is dropped: it may be broken.
    fn attempt(&self, changes: &[&ParsedChange]) -> Result<(Document, Tried), Code> {
        let attempt = || {
            let mut copy = self.sound.clone();
            copy.apply(changes.iter().map(|change| change.raw()))
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
