//! Work of those who may no longer write: of a device that was revoked, of a user who held another
//! grant when it was written. It is judged as any other and never committed by its sender's push; what
//! is sound waits for the office, whose word brings it through this gate a second time.

use kiennghi_shared::access::Thing;
use kiennghi_shared::code::Code;
use kiennghi_shared::wire::{DocumentChanges, Verdict};

use super::{Candidate, Case, Gate, GateError, limits, to_store};
use crate::auth::Caller;
use crate::store::{
    AcceptedChange, Decision, DocumentForReview, ForReview, Ingest, Reason, ReviewRow, StoreError,
};

/// What became of a review that was to be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// It is on the disk; the last sequence number.
    Stored(u64),
    /// It no longer fits what is stored, and stays open.
    Unfit(Code),
}

/// Takes what is only to be reviewed out of the cases. What the server vouches for was judged when
/// its author might write; a revoked device is believed nothing.
pub(super) fn set_aside(
    caller: &Caller,
    cases: &mut [Case],
    candidates: &[Candidate],
) -> Vec<Case> {
    let mut aside = Vec::new();
    for case in cases {
        let (kind, unit) = (case.header.kind, &case.header.unit);
        let moved =
            !caller.may_write(kind, unit) && caller.might_write(Thing::Document(kind), unit);
        if !caller.is_shut_out() && !moved {
            continue;
        }
        let (set_aside, kept) = std::mem::take(&mut case.candidates)
            .into_iter()
            .partition(|index| caller.is_shut_out() || !candidates[*index].vouched);
        case.candidates = kept;
        aside.push(Case {
            header: case.header.clone(),
            seal: None,
            candidates: set_aside,
            stored: None,
            base: Vec::new(),
            tried: None,
        });
    }
    aside
}

/// What the caller may hear: a revoked device nothing but that its work was taken, and which ancestors
/// it must bring first, as after a restore. It names these itself.
pub(super) fn told(caller: &Caller, mut verdicts: Vec<Verdict>) -> Vec<Verdict> {
    if caller.is_shut_out() {
        let missing = |verdict: &&mut Verdict| matches!(verdict, Verdict::Missing(_));
        for verdict in verdicts.iter_mut().filter(|verdict| !missing(verdict)) {
            *verdict = Verdict::Refused(Code::Review);
        }
    }
    verdicts
}

impl Gate {
    /// Keeps what passed of the cases that were set aside; whether anything is new to the office.
    pub(super) fn keep_for_review(
        &self,
        caller: &Caller,
        aside: Vec<Case>,
        candidates: &mut [Candidate],
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let mut documents = Vec::new();
        let mut refusals = Vec::new();
        for case in aside {
            refusals.extend(case.refusals(candidates));
            let changes = case.accepted(candidates);
            for index in &case.candidates {
                hide(caller, &mut candidates[*index]);
            }
            if let (false, Some(tried)) = (changes.is_empty(), case.tried) {
                let named = |change: AcceptedChange| (change.hash, change.bytes);
                documents.push(DocumentForReview {
                    header: case.header,
                    changes: changes.into_iter().map(named).collect(),
                    fields: tried.record.values(),
                });
            }
        }
        if documents.is_empty() && refusals.is_empty() {
            return Ok(false);
        }
        self.store.keep_for_review(ForReview {
            device: caller.device,
            user: caller.user.name.clone(),
            reason: if caller.is_shut_out() {
                Reason::Revoked
            } else {
                Reason::Moved
            },
            received_at: now_ms,
            documents,
            refusals,
        })
    }

    /// Stores the work of a review as its author's, if it still fits; blocks until that is on the
    /// disk together with the decision.
    ///
    /// # Errors
    /// When the store fails or changes cannot be tried: nothing was stored or decided then.
    pub fn accept(
        &self,
        review: ReviewRow,
        changes: Vec<Vec<u8>>,
        by: &Caller,
        now_ms: i64,
    ) -> Result<Accepted, GateError> {
        let work = DocumentChanges {
            changes,
            ..DocumentChanges::of(review.header)
        };
        let (mut cases, mut candidates) = limits::read(vec![work]);
        for candidate in &mut candidates {
            candidate.vouched = true;
        }
        let _claim = self.claims.take(cases.iter().map(|case| case.header.id));
        self.judge(by, &mut cases, &mut candidates)?;
        let mut verdicts = candidates.iter().filter_map(|c| c.verdict.as_ref());
        if let Some(unfit) = verdicts.find(|verdict| !verdict.is_stored()) {
            return Ok(Accepted::Unfit(match unfit {
                Verdict::Refused(code) => *code,
                _ => Code::WrongDocument,
            }));
        }
        let (documents, refusals) = to_store(cases, &candidates);
        let seq = self.store.ingest(Ingest {
            device: review.device,
            received_at: now_ms,
            documents,
            refusals,
            decides: Some(Decision {
                review: review.id,
                by: by.user.name.clone(),
                at: now_ms,
            }),
        })?;
        Ok(Accepted::Stored(seq))
    }
}

/// Hides from a user who was moved what became of work that is not the user's own, and of what waits
/// for the office. The fate of own work tells nothing of others.
fn hide(caller: &Caller, candidate: &mut Candidate) {
    let own = |name: &String| *name == caller.user.name.0;
    let own = (candidate.change.as_ref()).is_none_or(|change| own(&change.message));
    if let Some(verdict) = &mut candidate.verdict
        && (!own || *verdict == Verdict::Ok)
    {
        *verdict = Verdict::Refused(Code::Review);
    }
}
