//! The gate: every change from a client passes these steps, in this order, or is refused with a
//! verdict of its own. One bad change never harms an innocent one beside it.
//!
//! 1. limits: what cannot be a change is turned away from its bytes alone;
//! 2. authority: the caller's role may write this kind in this unit, and the document is what it
//!    is said to be. It stands before the validator so that nothing of a document is read, nor
//!    any verdict told about it, to somebody who may not write there;
//! 3. validator: the change follows from what the document has, is the caller's own, and its
//!    actor is this device's or of one that it continues;
//! 4. trial: the document packed with the change, loaded by automerge in a process of its own,
//!    compared, checked against the schema;
//! 5. commit: on the disk; only then does the caller hear of it.
//!
//! Work of those who may no longer write goes the same way and is kept for the office instead of
//! being committed.

mod authority;
mod claims;
mod limits;
mod review;
mod trial;
mod validator;
mod vouch;

use std::sync::Arc;

use kiennghi_shared::code::Code;
use kiennghi_shared::id::{ChangeHash, DocumentId, UserName};
use kiennghi_shared::validate::ParsedChange;
use kiennghi_shared::wire::{DocumentChanges, DocumentHeader, Seal, Verdict};

use self::claims::Claims;
pub use self::review::Accepted;
use self::trial::search::{Batch, Tried, try_out};
pub use self::trial::{Answer, Finding, InProcess, Pool, Specimen, Trial, TrialError, worker};
use crate::auth::Caller;
use crate::projection::Projection;
use crate::signet::Signet;
use crate::store::{
    AcceptedChange, AcceptedDocument, Ingest, Refusal, Store, StoreError, StoredDocument,
};

/// Of what was not looked at, for what it or others beside it would cost: no word against it.
const COME_AGAIN: Verdict = Verdict::Missing(Vec::new());

/// Bytes of stored changes that a push is judged against; the last of its documents may go beyond.
const STORED_BYTES_MAX: usize = 16 << 20;

/// Judges changes and has the good ones stored.
#[derive(Debug)]
pub struct Gate {
    store: Arc<dyn Store>,
    trial: Box<dyn Trial>,
    signet: Signet,
    claims: Claims,
}

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The hashes of the changes, in the order of the push; of what is not a change, the SHA-256
    /// of its bytes.
    pub hashes: Vec<ChangeHash>,
    /// A verdict for each.
    pub verdicts: Vec<Verdict>,
    /// The last sequence number after the commit; none when nothing was stored.
    pub stored_through: Option<u64>,
    /// Whether there is new work for the office to decide.
    pub for_review: bool,
}

/// One change of a push on its way through the gate.
#[derive(Debug)]
struct Candidate {
    hash: ChangeHash,
    /// The change, when its bytes are one.
    change: Option<Arc<ParsedChange>>,
    /// Whether the server's own seal says that it was here before.
    vouched: bool,
    /// Set as soon as the change's fate is known.
    verdict: Option<Verdict>,
    /// An earlier candidate of the same push that is the very same change.
    same_as: Option<usize>,
}

/// The candidates for one document.
#[derive(Debug)]
struct Case {
    header: DocumentHeader,
    /// What the sender shows to say that the server had it.
    seal: Option<Seal>,
    /// Positions in the list of candidates.
    candidates: Vec<usize>,
    /// The document as it is stored, once the caller may write it.
    stored: Option<StoredDocument>,
    /// Its stored changes, read.
    base: Vec<Arc<ParsedChange>>,
    /// What the document is with the changes that passed.
    tried: Option<Tried>,
}

/// Why a push was not judged. Nothing of it was stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Changes cannot be tried at the moment.
    #[error(transparent)]
    Trial(#[from] TrialError),
}

impl Gate {
    /// A gate before this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, trial: Box<dyn Trial>) -> Self {
        Self {
            signet: Signet::new(store.cursor_key()),
            store,
            trial,
            claims: Claims::default(),
        }
    }

    /// Whether changes can be tried.
    ///
    /// # Errors
    /// What keeps them from being tried.
    pub fn health(&self) -> Result<(), TrialError> {
        self.trial.health()
    }

    /// Judges a push and stores what is good; blocks until that is on the disk.
    ///
    /// # Errors
    /// When the store fails or changes cannot be tried: nothing of the push was stored then.
    pub fn admit(
        &self,
        caller: &Caller,
        push: Vec<DocumentChanges>,
        now_ms: i64,
    ) -> Result<Judgement, GateError> {
        let (mut cases, mut candidates) = limits::read(push);
        vouch::mark(&self.signet, &cases, &mut candidates);
        let mut aside = review::set_aside(caller, &mut cases, &candidates);
        authority::check_callers_right(caller, &cases, &aside, &mut candidates);
        // From here to the commit nobody else judges or writes these documents: what a change is
        // judged against is what it is stored upon. A claim is simpler than judging again when a
        // document changed meanwhile, and waits only where two phones send changes of one document
        // at the same moment. Documents are written by one process, the one that serves; were
        // there another, the count that the writer compares would turn the push away as stale.
        let _claim = self.claims.take(cases.iter().map(|case| case.header.id));
        self.judge(caller, &mut cases, &mut candidates)?;
        let stored_through = self.commit(caller, cases, &candidates, now_ms)?;
        self.judge(caller, &mut aside, &mut candidates)?;
        let for_review = self.keep_for_review(caller, aside, &mut candidates, now_ms)?;
        Ok(Judgement {
            verdicts: review::told(caller, final_verdicts(&candidates)),
            hashes: candidates
                .into_iter()
                .map(|candidate| candidate.hash)
                .collect(),
            stored_through,
            for_review,
        })
    }

    /// Decides all that is undecided.
    fn judge(
        &self,
        caller: &Caller,
        cases: &mut [Case],
        candidates: &mut [Candidate],
    ) -> Result<(), GateError> {
        self.read_stored(cases, candidates)?;
        authority::check_documents(&*self.store, cases, candidates)?;
        validator::check(&*self.store, caller, cases, candidates)?;
        self.try_out(cases, candidates)?;
        Ok(authority::check_consolidations(
            &*self.store,
            cases,
            candidates,
        )?)
    }

    fn read_stored(
        &self,
        cases: &mut [Case],
        candidates: &mut [Candidate],
    ) -> Result<(), StoreError> {
        let open = |case: &&mut Case| case.undecided(candidates).next().is_some();
        let mut open: Vec<&mut Case> = cases.iter_mut().filter(open).collect();
        let ids: Vec<DocumentId> = open.iter().map(|case| case.header.id).collect();
        // Those that do not exist are absent; the others come in the order of the ids.
        let (found, looked_for) = self.store.documents_within(&ids, STORED_BYTES_MAX)?;
        let mut found = found.into_iter().peekable();
        for (position, case) in open.iter_mut().enumerate() {
            case.stored = found.next_if(|stored| stored.header.id == case.header.id);
            if position >= looked_for {
                case.put_off(candidates);
            }
        }
        Ok(())
    }

    /// Tries all that is undecided, in one go for the whole push.
    fn try_out(&self, cases: &mut [Case], candidates: &mut [Candidate]) -> Result<(), GateError> {
        let mut tried: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut batches = Vec::new();
        for (position, case) in cases.iter().enumerate() {
            let waiting: Vec<usize> = case.undecided(candidates).collect();
            let changes = waiting.iter();
            let changes = changes.filter_map(|index| candidates[*index].change.as_deref());
            let changes: Vec<&ParsedChange> = changes.collect();
            if changes.is_empty() {
                continue;
            }
            batches.push(Batch {
                kind: case.header.kind,
                base: &case.base,
                changes,
            });
            tried.push((position, waiting));
        }
        if batches.is_empty() {
            return Ok(());
        }
        let outcomes = try_out(&*self.trial, &batches)?;
        for ((position, waiting), outcome) in tried.into_iter().zip(outcomes) {
            if outcome.damaged {
                let id = cases[position].header.id;
                return Err(StoreError::Damaged(format!("document {id} does not load")).into());
            }
            cases[position].tried = outcome.tried;
            for (index, verdict) in waiting.into_iter().zip(outcome.verdicts) {
                candidates[index].verdict = Some(verdict);
            }
        }
        Ok(())
    }

    fn commit(
        &self,
        caller: &Caller,
        cases: Vec<Case>,
        candidates: &[Candidate],
        now_ms: i64,
    ) -> Result<Option<u64>, StoreError> {
        let (documents, refusals) = to_store(cases, candidates);
        if documents.is_empty() && refusals.is_empty() {
            return Ok(None);
        }
        let anything_new = !documents.is_empty();
        let seq = self.store.ingest(Ingest {
            device: caller.device,
            received_at: now_ms,
            documents,
            refusals,
            decides: None,
        })?;
        Ok(anything_new.then_some(seq))
    }
}

/// What passed, by document, and what did not.
fn to_store(cases: Vec<Case>, candidates: &[Candidate]) -> (Vec<AcceptedDocument>, Vec<Refusal>) {
    let mut documents = Vec::new();
    let mut refusals = Vec::new();
    for case in cases {
        refusals.extend(case.refusals(candidates));
        let changes = case.accepted(candidates);
        let base_count = case.stored.map_or(0, |stored| stored.changes.len() as u64);
        if let (false, Some(tried)) = (changes.is_empty(), case.tried) {
            documents.push(AcceptedDocument {
                header: case.header,
                base_count,
                changes,
                heads: tried.heads,
                projection: Projection::of(&tried.record),
                snapshot: tried.snapshot,
            });
        }
    }
    (documents, refusals)
}

impl Case {
    /// Positions of the candidates whose fate is not known yet.
    fn undecided<'a>(&'a self, candidates: &'a [Candidate]) -> impl Iterator<Item = usize> + 'a {
        let open = |index: &usize| {
            candidates[*index].verdict.is_none() && candidates[*index].same_as.is_none()
        };
        self.candidates.iter().copied().filter(open)
    }

    /// Has all that is undecided come again.
    fn put_off(&self, candidates: &mut [Candidate]) {
        let undecided: Vec<usize> = self.undecided(candidates).collect();
        for index in undecided {
            candidates[index].verdict = Some(COME_AGAIN);
        }
    }

    fn accepted(&self, candidates: &[Candidate]) -> Vec<AcceptedChange> {
        let accepted = self.candidates.iter().map(|index| &candidates[*index]);
        accepted
            .filter(|candidate| candidate.verdict == Some(Verdict::Ok))
            .filter_map(|candidate| Some((candidate.change.as_ref()?, candidate.vouched)))
            .map(|(change, brought_back)| AcceptedChange {
                hash: change.hash,
                actor: change.actor,
                actor_seq: change.seq,
                author: UserName(change.message.clone()),
                brought_back,
                bytes: change.raw().to_vec(),
            })
            .collect()
    }

    fn refusals(&self, candidates: &[Candidate]) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        for candidate in self.candidates.iter().map(|index| &candidates[*index]) {
            if let Some(Verdict::Refused(code)) = candidate.verdict {
                let change = candidate
                    .change
                    .as_ref()
                    .filter(|_| code == Code::Equivocation);
                refusals.push(Refusal {
                    document: self.header.id,
                    hash: candidate.hash,
                    code,
                    bytes: change.map(|change| change.raw().to_vec()),
                });
            }
        }
        refusals
    }
}

/// The verdicts in the order of the push. A change sent twice in one push shares the fate of the
/// first, as the duplicate that it is.
fn final_verdicts(candidates: &[Candidate]) -> Vec<Verdict> {
    let told = |candidate: &Candidate| match &candidate.verdict {
        Some(verdict) => verdict.clone(),
        None => Verdict::Refused(Code::Internal),
    };
    candidates
        .iter()
        .map(
            |candidate| match candidate.same_as.map(|first| told(&candidates[first])) {
                None => told(candidate),
                Some(Verdict::Ok) => Verdict::Duplicate,
                Some(verdict) => verdict,
            },
        )
        .collect()
}
