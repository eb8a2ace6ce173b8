//! From changes to verdicts: a push is tried in one round trip, and only where that fails each of its
//! documents by itself, and in a document that fails its changes by halves. So the culprit is refused
//! and the innocent beside it are not.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kiennghi_shared::code::Code;
use kiennghi_shared::id::ChangeHash;
use kiennghi_shared::record::Record;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::validate::{Packed, ParsedChange, pack};
use kiennghi_shared::wire::Verdict;

use super::super::COME_AGAIN;
use super::{Answer, Finding, Specimen, Trial, TrialError};

/// Workers that one push may kill: enough to find one bad change among the most that a request may
/// bring, and a bound on the processor time that a bad push can take.
const DEATHS_MAX: u32 = 14;
/// How long one push may be searched, beside the round trip that is under way then.
const SEARCH_TIME_MAX: Duration = Duration::from_secs(8);

/// The changes of one document that are to be tried, and what it has without them.
#[derive(Debug, Clone)]
pub(in super::super) struct Batch<'a> {
    /// The document's kind.
    pub(in super::super) kind: Kind,
    /// The stored changes, each after those it depends on.
    pub(in super::super) base: &'a [Arc<ParsedChange>],
    /// The changes to try, each after those it depends on.
    pub(in super::super) changes: Vec<&'a ParsedChange>,
}

/// What came out of a trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Outcome {
    /// A verdict for each change.
    pub(in super::super) verdicts: Vec<Verdict>,
    /// The document with the changes whose verdict is [`Verdict::Ok`]; none when there are none.
    pub(in super::super) tried: Option<Tried>,
    /// Whether the document as it is stored cannot be loaded: the verdicts say nothing then.
    pub(in super::super) damaged: bool,
}

/// A document that was loaded unharmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Tried {
    /// The whole document.
    pub(in super::super) snapshot: Vec<u8>,
    /// Its heads.
    pub(in super::super) heads: Vec<ChangeHash>,
    /// Its fields.
    pub(in super::super) record: Record,
}

impl Tried {
    fn new(packed: Packed, record: Record) -> Self {
        Self {
            snapshot: packed.bytes,
            heads: packed.heads,
            record,
        }
    }
}

/// Tries the changes of some documents with as few round trips as it takes: an outcome for each.
///
/// # Errors
/// When no trial could be made, whatever the changes are like.
pub(in super::super) fn try_out(
    trial: &dyn Trial,
    batches: &[Batch<'_>],
) -> Result<Vec<Outcome>, TrialError> {
    let packed: Vec<Packed> = batches.iter().map(Batch::pack).collect();
    let specimen = |(batch, packed): (&Batch<'_>, _)| specimen(batch.kind, packed);
    let specimens: Vec<_> = batches.iter().zip(&packed).map(specimen).collect();
    let (findings, deaths_left) = match trial.run(&specimens)? {
        Answer::Found(findings) => (findings.into_iter().map(Some).collect(), DEATHS_MAX),
        Answer::Killed => (vec![None; batches.len()], DEATHS_MAX - 1),
    };
    let mut patience = Patience {
        deaths_left,
        until: Instant::now() + SEARCH_TIME_MAX,
    };
    let mut outcomes = Vec::with_capacity(batches.len());
    for ((batch, packed), finding) in batches.iter().zip(packed).zip(findings) {
        outcomes.push(match finding {
            Some(Finding::Fits(record)) => Outcome {
                verdicts: vec![Verdict::Ok; batch.changes.len()],
                tried: Some(Tried::new(packed, record)),
                damaged: false,
            },
            Some(Finding::Unfit(code)) => {
                let mut search = Search::new(trial, batch, &mut patience);
                search.divide(&batch.changes, code)?;
                search.outcome()
            }
            None => {
                let mut search = Search::new(trial, batch, &mut patience);
                search.take(&batch.changes)?;
                search.outcome()
            }
        });
    }
    Ok(outcomes)
}

fn specimen(kind: Kind, packed: &Packed) -> Specimen<'_> {
    let bytes = &packed.bytes;
    Specimen { kind, bytes }
}

impl Batch<'_> {
    fn pack(&self) -> Packed {
        let base = self.base.iter().map(Arc::as_ref);
        pack(&base.chain(self.changes.iter().copied()).collect::<Vec<_>>())
    }
}

/// What a push may still cost.
struct Patience {
    deaths_left: u32,
    until: Instant,
}

impl Patience {
    fn is_spent(&self) -> bool {
        self.deaths_left == 0 || Instant::now() > self.until
    }
}

/// The search in one document.
struct Search<'a> {
    trial: &'a dyn Trial,
    kind: Kind,
    patience: &'a mut Patience,
    /// The stored changes and those that were found good.
    good: Vec<&'a ParsedChange>,
    /// Whether what is stored is known to load.
    base_loads: bool,
    tried: Option<Tried>,
    /// Verdicts of the changes taken so far, in their order.
    verdicts: Vec<Verdict>,
    /// Changes that are not in the document.
    rejected: HashSet<ChangeHash>,
    damaged: bool,
}

impl<'a> Search<'a> {
    fn new(trial: &'a dyn Trial, batch: &Batch<'a>, patience: &'a mut Patience) -> Self {
        Self {
            trial,
            kind: batch.kind,
            patience,
            good: batch.base.iter().map(Arc::as_ref).collect(),
            base_loads: batch.base.is_empty(),
            tried: None,
            verdicts: Vec::with_capacity(batch.changes.len()),
            rejected: HashSet::new(),
            damaged: false,
        }
    }

    fn outcome(self) -> Outcome {
        Outcome {
            verdicts: self.verdicts,
            tried: self.tried,
            damaged: self.damaged,
        }
    }

    fn take(&mut self, changes: &[&'a ParsedChange]) -> Result<(), TrialError> {
        if changes.iter().any(|change| self.lacks(change).is_some()) {
            // What depends on a rejected change is not tried, and must not hinder the others.
            return match changes {
                [change] => {
                    let lacking = self.lacks(change).unwrap_or_default();
                    self.settle(change, Verdict::Missing(lacking));
                    Ok(())
                }
                _ => self.halve(changes),
            };
        }
        if self.damaged || self.patience.is_spent() {
            // The phone offers them again later, perhaps without the company that kills.
            for change in changes {
                self.settle(change, COME_AGAIN);
            }
            return Ok(());
        }
        let together: Vec<_> = self.good.iter().chain(changes).copied().collect();
        let packed = pack(&together);
        match self.ask(&packed)? {
            Some(Finding::Fits(record)) => {
                for change in changes {
                    self.settle(change, Verdict::Ok);
                }
                self.good = together;
                self.base_loads = true;
                self.tried = Some(Tried::new(packed, record));
                Ok(())
            }
            Some(Finding::Unfit(code)) => self.divide(changes, code),
            None => self.divide(changes, Code::TrialFailed),
        }
    }

    /// Goes on with changes that failed together.
    fn divide(&mut self, changes: &[&'a ParsedChange], code: Code) -> Result<(), TrialError> {
        match changes {
            [change] => {
                self.look_at_base()?;
                self.settle(change, Verdict::Refused(code));
                Ok(())
            }
            _ => self.halve(changes),
        }
    }

    fn halve(&mut self, changes: &[&'a ParsedChange]) -> Result<(), TrialError> {
        let (first, second) = changes.split_at(changes.len() / 2);
        self.take(first)?;
        self.take(second)
    }

    /// Before a change is blamed, makes sure that it is not what is stored already.
    fn look_at_base(&mut self) -> Result<(), TrialError> {
        if !self.base_loads && !self.damaged {
            let finding = self.ask(&pack(&self.good))?;
            self.damaged = !matches!(
                finding,
                Some(Finding::Fits(_) | Finding::Unfit(Code::SchemaMismatch))
            );
            self.base_loads = !self.damaged;
        }
        Ok(())
    }

    /// One document in one round trip; none when it killed.
    fn ask(&mut self, packed: &Packed) -> Result<Option<Finding>, TrialError> {
        match self.trial.run(&[specimen(self.kind, packed)])? {
            Answer::Found(mut findings) => Ok(findings.pop()),
            Answer::Killed => {
                self.patience.deaths_left = self.patience.deaths_left.saturating_sub(1);
                Ok(None)
            }
        }
    }

    /// The rejected changes that this one was made on top of, if any.
    fn lacks(&self, change: &ParsedChange) -> Option<Vec<ChangeHash>> {
        let lacking = change.deps.iter().filter(|dep| self.rejected.contains(dep));
        let lacking: Vec<ChangeHash> = lacking.copied().collect();
        (!lacking.is_empty()).then_some(lacking)
    }

    fn settle(&mut self, change: &ParsedChange, verdict: Verdict) {
        if verdict != Verdict::Ok {
            self.rejected.insert(change.hash);
        }
        self.verdicts.push(verdict);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use kiennghi_shared::document::Document;
    use kiennghi_shared::id::{ActorId, UserName};
    use kiennghi_shared::record::Edit;

    use super::*;

    /// Loads documents, and dies of those that hold a change of one of these authors.
    #[derive(Debug, Default)]
    struct Mortal {
        killers: Vec<UserName>,
        deaths: AtomicU32,
    }

    impl Trial for Mortal {
        fn run(&self, documents: &[Specimen<'_>]) -> Result<Answer, TrialError> {
            let holds = |specimen: &Specimen<'_>, name: &UserName| {
                let mut parts = specimen.bytes.windows(name.0.len());
                parts.any(|part| part == name.0.as_bytes())
            };
            let kills = |specimen| self.killers.iter().any(|name| holds(specimen, name));
            if documents.iter().any(kills) {
                self.deaths.fetch_add(1, Ordering::Relaxed);
                return Ok(Answer::Killed);
            }
            let findings = documents.iter().map(Specimen::load);
            Ok(Answer::Found(findings.collect()))
        }

        fn health(&self) -> Result<(), TrialError> {
            Ok(())
        }
    }

    fn author(number: u8) -> UserName {
        UserName(format!("author-{number:03}"))
    }

    fn edit(document: &mut Document, kind: Kind, field: &str, number: u8) -> Arc<ParsedChange> {
        let edits = [Edit::new(field, format!("thôn {number}").as_str())];
        let made = document.edit(kind, &edits, &author(number), 0);
        let bytes = made.expect("fits").expect("something changed").bytes;
        Arc::new(ParsedChange::parse(&bytes).expect("sound"))
    }

    fn apart(document: &Document, number: u8) -> Document {
        let mut apart = document.clone();
        apart.set_actor(ActorId([number; 16]));
        apart
    }

    /// The first change of a document, and one on top of it by each of these authors.
    fn work(first: u8, others: impl IntoIterator<Item = u8>) -> Vec<Arc<ParsedChange>> {
        let mut document = Document::new(ActorId([first; 16]));
        let mut changes = vec![edit(&mut document, Kind::Petition, "place", first)];
        for number in others {
            let mut apart = apart(&document, number);
            changes.push(edit(&mut apart, Kind::Petition, "place", number));
        }
        changes
    }

    fn batch<'a>(base: &'a [Arc<ParsedChange>], changes: &'a [Arc<ParsedChange>]) -> Batch<'a> {
        Batch {
            kind: Kind::Petition,
            base,
            changes: changes.iter().map(Arc::as_ref).collect(),
        }
    }

    /// Tries documents where these authors' changes kill; gives the verdicts and the deaths.
    fn run_with(documents: &[Vec<Arc<ParsedChange>>], killers: &[u8]) -> (Vec<Verdict>, u32) {
        let trial = Mortal {
            killers: killers.iter().map(|number| author(*number)).collect(),
            deaths: AtomicU32::new(0),
        };
        let batches: Vec<_> = documents.iter().map(|work| batch(&[], work)).collect();
        let outcomes = try_out(&trial, &batches).expect("tried");
        let verdicts = outcomes.into_iter().flat_map(|outcome| outcome.verdicts);
        (verdicts.collect(), trial.deaths.load(Ordering::Relaxed))
    }

    #[test]
    fn the_culprit_is_found_and_nobody_else_is_blamed() {
        let documents = [work(0, 1..3), work(10, 11..70), work(200, [])];
        let (verdicts, deaths) = run_with(&documents, &[55]);
        for (verdict, number) in verdicts.iter().zip((0..3).chain(10..70).chain([200])) {
            let wanted = if number == 55 {
                Verdict::Refused(Code::TrialFailed)
            } else {
                Verdict::Ok
            };
            assert_eq!(*verdict, wanted, "{number}");
        }
        assert!(deaths <= DEATHS_MAX, "{deaths}");
    }

    #[test]
    fn a_change_that_does_not_fit_is_found_and_what_builds_on_it_is_missing() {
        let mut document = Document::new(ActorId([1; 16]));
        let base = [edit(&mut document, Kind::Petition, "place", 1)];
        let mut theirs = apart(&document, 2);
        let changes = [
            edit(&mut theirs, Kind::Meeting, "plan_number", 2),
            edit(&mut theirs, Kind::Petition, "place", 2),
            edit(&mut apart(&document, 3), Kind::Petition, "place", 3),
        ];
        let outcomes = try_out(&Mortal::default(), &[batch(&base, &changes)]).expect("tried");
        let wanted = [
            Verdict::Refused(Code::SchemaMismatch),
            Verdict::Missing(vec![changes[0].hash]),
            Verdict::Ok,
        ];
        assert_eq!(outcomes[0].verdicts, wanted);
        let tried = outcomes[0].tried.as_ref().expect("one is good");
        assert_eq!(tried.heads, [changes[2].hash]);
        assert!(!outcomes[0].damaged);
    }

    #[test]
    fn a_single_change_is_blamed_only_by_a_second_worker() {
        let (verdicts, deaths) = run_with(&[work(7, [])], &[7]);
        assert_eq!(verdicts, [Verdict::Refused(Code::TrialFailed)]);
        assert_eq!(deaths, 2);
    }

    #[test]
    fn what_is_stored_and_kills_is_not_blamed_on_a_change() {
        let work = work(1, [2]);
        let (base, changes) = work.split_at(1);
        let trial = Mortal {
            killers: vec![author(1)],
            deaths: AtomicU32::new(0),
        };
        let outcomes = try_out(&trial, &[batch(base, changes)]).expect("tried");
        assert!(outcomes[0].damaged);
        assert!(outcomes[0].tried.is_none());
    }

    #[test]
    fn one_push_ends_few_workers() {
        let documents: Vec<_> = (0..40).map(|number| work(number, [])).collect();
        let killers: Vec<u8> = (1..39).collect();
        let (verdicts, deaths) = run_with(&documents, &killers);
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

    #[test]
    fn a_search_that_has_taken_its_time_ends() {
        let work = work(1, [2, 3]);
        let trial = Mortal::default();
        let mut patience = Patience {
            deaths_left: DEATHS_MAX,
            until: Instant::now() - Duration::from_millis(1),
        };
        let all = batch(&[], &work);
        let mut search = Search::new(&trial, &all, &mut patience);
        search.take(&all.changes).expect("tried");
        let outcome = search.outcome();
        assert_eq!(outcome.verdicts, vec![Verdict::Missing(Vec::new()); 3]);
        assert!(outcome.tried.is_none() && !outcome.damaged);
    }
}
