//! Finding the change that kills workers: a push is tried in one round trip, and only where that
//! ends in a death by document, and in that document by halves. So the culprit is refused and the
//! innocent beside it are not.

use std::collections::HashSet;

use kiennghi_shared::code::Code;
use kiennghi_shared::id::ChangeHash;
use kiennghi_shared::wire::Verdict;

use super::{Outcome, TrialBatch, TrialChange, TrialError, Tried};

/// Workers that one push may kill: enough to find one bad change among the most that a request may
/// bring, and a bound on the processor time that a bad push can take.
const DEATHS_MAX: u32 = 14;

/// What came of a round trip.
pub(super) enum Asked {
    /// The outcomes.
    Told(Vec<Outcome>),
    /// The batches killed the worker.
    Killed,
}

type Ask<'a> = &'a mut dyn FnMut(&[TrialBatch<'_>]) -> Result<Asked, TrialError>;

/// Tries batches with as few round trips as it takes.
pub(super) fn run(batches: &[TrialBatch<'_>], ask: Ask<'_>) -> Result<Vec<Outcome>, TrialError> {
    if let Asked::Told(outcomes) = ask(batches)? {
        return Ok(outcomes);
    }
    let mut deaths_left = DEATHS_MAX - 1;
    let mut outcomes = Vec::with_capacity(batches.len());
    for batch in batches {
        let mut search = Search {
            batch,
            ask: &mut *ask,
            deaths_left,
            tried: None,
            verdicts: Vec::with_capacity(batch.changes.len()),
            rejected: HashSet::new(),
            damaged: false,
        };
        search.take(&batch.changes)?;
        deaths_left = search.deaths_left;
        outcomes.push(Outcome {
            verdicts: search.verdicts,
            tried: search.tried,
            damaged: search.damaged,
        });
    }
    Ok(outcomes)
}

/// The search in one document.
struct Search<'a> {
    batch: &'a TrialBatch<'a>,
    ask: Ask<'a>,
    deaths_left: u32,
    /// The document with all changes that were found good so far.
    tried: Option<Tried>,
    /// Verdicts of the changes taken so far, in their order.
    verdicts: Vec<Verdict>,
    /// Changes that are not in the document.
    rejected: HashSet<ChangeHash>,
    /// Whether what is stored could not be loaded.
    damaged: bool,
}

impl Search<'_> {
    fn take(&mut self, changes: &[TrialChange<'_>]) -> Result<(), TrialError> {
        if changes.iter().any(|change| self.lacks(change).is_some()) {
            // What depends on a rejected change is not tried, and must not hinder the others.
            return match changes {
                [change] => {
                    let lacking = self.lacks(change).unwrap_or_default();
                    self.settle(change, Verdict::Missing(lacking));
                    Ok(())
                }
                _ => self.take_halves(changes),
            };
        }
        if self.deaths_left == 0 {
            // The phone offers them again later, perhaps without the company that kills.
            for change in changes {
                self.settle(change, Verdict::Missing(Vec::new()));
            }
            return Ok(());
        }
        let snapshot = match &self.tried {
            Some(tried) => Some(tried.snapshot.clone()),
            None => self.batch.snapshot.map(<[u8]>::to_vec),
        };
        let batch = TrialBatch {
            kind: self.batch.kind,
            base: self.batch.base.clone(),
            snapshot: snapshot.as_deref(),
            changes: changes.to_vec(),
        };
        match (self.ask)(&[batch])? {
            Asked::Told(mut outcomes) => {
                let outcome = outcomes.pop().ok_or_else(no_outcome)?;
                for (change, verdict) in changes.iter().zip(outcome.verdicts) {
                    self.settle(change, verdict);
                }
                self.tried = outcome.tried.or(self.tried.take());
                self.damaged |= outcome.damaged;
                Ok(())
            }
            Asked::Killed => {
                self.deaths_left -= 1;
                match changes {
                    [change] => {
                        self.settle(change, Verdict::Refused(Code::TrialFailed));
                        Ok(())
                    }
                    _ => self.take_halves(changes),
                }
            }
        }
    }

    fn take_halves(&mut self, changes: &[TrialChange<'_>]) -> Result<(), TrialError> {
        let (first, second) = changes.split_at(changes.len() / 2);
        self.take(first)?;
        self.take(second)
    }

    /// The rejected changes that this one was made on top of, if any.
    fn lacks(&self, change: &TrialChange<'_>) -> Option<Vec<ChangeHash>> {
        let lacking = change.deps.iter().filter(|dep| self.rejected.contains(dep));
        let lacking: Vec<ChangeHash> = lacking.copied().collect();
        (!lacking.is_empty()).then_some(lacking)
    }

    fn settle(&mut self, change: &TrialChange<'_>, verdict: Verdict) {
        if verdict != Verdict::Ok {
            self.rejected.insert(change.hash);
        }
        self.verdicts.push(verdict);
    }
}

fn no_outcome() -> TrialError {
    TrialError("a worker gave no outcome".to_owned())
}

#[cfg(test)]
mod tests {
    use kiennghi_shared::schema::Kind;

    use super::*;

    fn batch<'a>(names: impl IntoIterator<Item = u8>) -> TrialBatch<'a> {
        let change = |name| TrialChange {
            hash: ChangeHash([name; 32]),
            deps: Vec::new(),
            bytes: &[],
        };
        TrialBatch {
            kind: Kind::Petition,
            base: Vec::new(),
            snapshot: None,
            changes: names.into_iter().map(change).collect(),
        }
    }

    /// Runs batches by a worker that dies of these changes; gives the verdicts and the deaths.
    fn run_with(batches: &[TrialBatch<'_>], killers: &[u8]) -> (Vec<Verdict>, u32) {
        let mut deaths = 0;
        let outcomes = run(batches, &mut |batches| {
            let mut changes = batches.iter().flat_map(|batch| &batch.changes);
            if changes.any(|change| killers.contains(&change.hash.0[0])) {
                deaths += 1;
                return Ok(Asked::Killed);
            }
            let outcome = |batch: &TrialBatch<'_>| Outcome {
                verdicts: vec![Verdict::Ok; batch.changes.len()],
                tried: None,
                damaged: false,
            };
            Ok(Asked::Told(batches.iter().map(outcome).collect()))
        });
        let outcomes = outcomes.expect("tried");
        let verdicts = outcomes.into_iter().flat_map(|outcome| outcome.verdicts);
        (verdicts.collect(), deaths)
    }

    #[test]
    fn the_culprit_is_found_and_nobody_else_is_blamed() {
        let batches = [batch(0..3), batch(10..110), batch([200])];
        let (verdicts, deaths) = run_with(&batches, &[77]);
        for (verdict, name) in verdicts.iter().zip((0..3).chain(10..110).chain([200])) {
            let wanted = if name == 77 {
                Verdict::Refused(Code::TrialFailed)
            } else {
                Verdict::Ok
            };
            assert_eq!(*verdict, wanted, "{name}");
        }
        assert!(deaths <= DEATHS_MAX, "{deaths}");
    }

    #[test]
    fn a_single_change_is_blamed_only_by_a_second_worker() {
        let (verdicts, deaths) = run_with(&[batch([7])], &[7]);
        assert_eq!(verdicts, [Verdict::Refused(Code::TrialFailed)]);
        assert_eq!(deaths, 2);
    }

    #[test]
    fn one_push_ends_few_workers() {
        let batches: Vec<_> = (0..40).map(|name| batch([name])).collect();
        let killers: Vec<u8> = (1..39).collect();
        let (verdicts, deaths) = run_with(&batches, &killers);
        assert_eq!(deaths, DEATHS_MAX);
        let found = DEATHS_MAX as usize;
        assert_eq!(verdicts[0], Verdict::Ok);
        assert_eq!(
            verdicts[1..found],
            vec![Verdict::Refused(Code::TrialFailed); found - 1]
        );
        // No word on the rest: they may be sent again.
        assert_eq!(
            verdicts[found..],
            vec![Verdict::Missing(Vec::new()); 40 - found]
        );
    }
}
