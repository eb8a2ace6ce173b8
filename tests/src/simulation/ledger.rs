//! What phones were promised and what people made, kept outside of all that can fail; and whether
//! each verdict is one that the story of its user explains.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use kiennghi_shared::code::Code;
use kiennghi_shared::id::{ChangeHash, DocumentId};
use kiennghi_shared::session::Outgoing;
use kiennghi_shared::wire::{DocumentHeader, Verdict};

use super::people::Right;

/// A change on its way to the server.
#[derive(Debug, Clone)]
pub(super) struct Pushed {
    pub(super) hash: ChangeHash,
    pub(super) header: DocumentHeader,
    /// Whether the server had it once, as the phone says.
    pub(super) brought_back: bool,
}

impl Pushed {
    pub(super) fn of(outgoing: &Outgoing) -> Self {
        Self {
            hash: outgoing.hash,
            header: outgoing.header.clone(),
            brought_back: outgoing.brought_back.is_some(),
        }
    }
}

/// Where each change must be in the end.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// The server said that they are stored.
    pub(super) acknowledged: BTreeMap<ChangeHash, DocumentId>,
    /// A phone said that they are saved, and was not wiped before it sent them.
    pub(super) made: BTreeMap<ChangeHash, DocumentId>,
    /// Acknowledged, and not in the backup that was restored since: phones must bring them back.
    pub(super) at_risk: BTreeSet<ChangeHash>,
    /// The server said that they wait for the office.
    pub(super) waiting: BTreeMap<ChangeHash, DocumentId>,
    /// The office left them out.
    pub(super) dismissed: BTreeSet<ChangeHash>,
    /// Of those that wait, what nobody may have stored.
    withheld: BTreeSet<ChangeHash>,
    /// What was stored with a right at some time, or may have been although nobody was told: a
    /// backup may have it.
    rightful: BTreeSet<ChangeHash>,
    /// Documents whose content must be nowhere.
    pub(super) erased: BTreeSet<DocumentId>,
}

impl Ledger {
    /// Takes what the server answers to a push, `None` when it is silent.
    ///
    /// # Errors
    /// When a verdict is another than what the sender's rights explain.
    pub(super) fn take_answer(
        &mut self,
        pushed: &[Pushed],
        verdicts: Option<&[Verdict]>,
        right: impl Fn(&Pushed) -> Right,
    ) -> Result<(), String> {
        let Some(verdicts) = verdicts else {
            // It may have been stored before the answer was lost.
            let may = |change: &&Pushed| change.brought_back || right(change) == Right::Writes;
            for change in pushed.iter().filter(may) {
                self.withheld.remove(&change.hash);
                self.rightful.insert(change.hash);
            }
            return Ok(());
        };
        if verdicts.len() != pushed.len() {
            let (verdicts, pushed) = (verdicts.len(), pushed.len());
            return Err(format!("{verdicts} verdicts on {pushed} changes"));
        }
        for (change, verdict) in pushed.iter().zip(verdicts) {
            let right = right(change);
            if !self.explains(change, verdict, right) {
                let hash = change.hash;
                return Err(format!(
                    "a change of {right:?} was told {verdict:?}: {hash}"
                ));
            }
            self.take(change, verdict);
        }
        Ok(())
    }

    /// Whether an honest change may hear this.
    fn explains(&self, change: &Pushed, verdict: &Verdict, right: Right) -> bool {
        let review = *verdict == Verdict::Refused(Code::Review);
        let known = matches!(verdict, Verdict::Duplicate | Verdict::Missing(_));
        let gone = *verdict == Verdict::Refused(Code::Gone);
        if gone && right != Right::Revoked {
            return self.erased.contains(&change.header.id);
        }
        match right {
            Right::Writes => *verdict == Verdict::Ok || known,
            Right::Wrote => review || known || change.brought_back && *verdict == Verdict::Ok,
            Right::Revoked => review || matches!(verdict, Verdict::Missing(_)),
            Right::Never => change.brought_back && (*verdict == Verdict::Ok || known),
        }
    }

    fn take(&mut self, change: &Pushed, verdict: &Verdict) {
        let (hash, id) = (change.hash, change.header.id);
        match verdict {
            Verdict::Ok | Verdict::Duplicate => {
                self.store([(hash, id)]);
                if *verdict == Verdict::Ok {
                    self.withheld.remove(&hash);
                }
            }
            Verdict::Missing(_) => {}
            Verdict::Refused(Code::Review) => {
                self.made.remove(&hash);
                if !self.erased.contains(&id) {
                    self.waiting.insert(hash, id);
                }
                if !self.rightful.contains(&hash) {
                    self.withheld.insert(hash);
                }
            }
            Verdict::Refused(_) => {
                self.made.remove(&hash);
            }
        }
    }

    /// The server said that these are stored.
    fn store(&mut self, changes: impl IntoIterator<Item = (ChangeHash, DocumentId)>) {
        for (hash, id) in changes {
            if !self.erased.contains(&id) {
                self.at_risk.remove(&hash);
                self.rightful.insert(hash);
                self.acknowledged.insert(hash, id);
            }
        }
    }

    /// The office took these in; `known` says whether the server said that it did.
    pub(super) fn accept(&mut self, id: DocumentId, changes: &[ChangeHash], known: bool) {
        for hash in changes {
            self.withheld.remove(hash);
            self.rightful.insert(*hash);
        }
        if known {
            self.store(changes.iter().map(|hash| (*hash, id)));
        }
    }

    /// Forgets what is lost with a phone that is wiped.
    pub(super) fn excuse<'a>(&mut self, outbox: impl IntoIterator<Item = &'a Outgoing>) {
        for outgoing in outbox {
            self.made.remove(&outgoing.hash);
        }
    }

    /// A phone keeps this work to be read, and does not send it any more.
    pub(super) fn refuse(&mut self, refused: Vec<ChangeHash>) {
        for hash in refused {
            self.made.remove(&hash);
        }
    }

    /// A document is erased: nothing of it is owed to anybody.
    pub(super) fn erase(&mut self, erased: DocumentId) {
        for owed in [&mut self.acknowledged, &mut self.made, &mut self.waiting] {
            owed.retain(|_, id| *id != erased);
        }
        self.at_risk
            .retain(|hash| self.acknowledged.contains_key(hash));
        self.erased.insert(erased);
    }

    /// A backup takes the database's place: what it lacks of the acknowledged must be brought back.
    pub(super) fn restore(&mut self, backup: &Promised) {
        let lacks = |hash: &&ChangeHash| !backup.stored.contains(*hash);
        self.at_risk = self.acknowledged.keys().filter(lacks).copied().collect();
        self.waiting = backup.waiting.clone();
        self.waiting.retain(|_, id| !self.erased.contains(id));
        self.dismissed = backup.dismissed.clone();
    }

    /// Gives up what was at risk and is held nowhere any more; says how many changes.
    pub(super) fn give_up(&mut self, held: &HashSet<ChangeHash>) -> u64 {
        let lost = self.at_risk.iter().filter(|hash| !held.contains(*hash));
        let lost: Vec<ChangeHash> = lost.copied().collect();
        for hash in &lost {
            self.at_risk.remove(hash);
            self.acknowledged.remove(hash);
            self.made.remove(hash);
        }
        lost.len() as u64
    }

    /// The documents that are stored, in their order. What waits to be brought back is not.
    pub(super) fn documents(&self) -> Vec<DocumentId> {
        let stored = self.acknowledged.iter();
        let stored = stored.filter(|(hash, _)| !self.at_risk.contains(*hash));
        let ids: BTreeSet<DocumentId> = stored.map(|(_, id)| *id).collect();
        ids.into_iter().collect()
    }

    /// What a backup that is taken now holds. `stored` is on the server.
    pub(super) fn promised(&self, stored: HashSet<ChangeHash>) -> Promised {
        Promised {
            stored,
            waiting: self.waiting.clone(),
            dismissed: self.dismissed.clone(),
        }
    }

    /// What was acknowledged is stored, but for what a restore took away.
    ///
    /// # Errors
    /// What is missing.
    pub(super) fn check(&self, stored: &HashSet<ChangeHash>) -> Result<(), String> {
        let wanted = self.acknowledged.keys();
        let wanted = wanted.filter(|hash| !self.at_risk.contains(*hash));
        missing("acknowledged and lost", wanted, |hash| {
            stored.contains(hash)
        })
    }

    /// Everything is where it should be once all is quiet. `open` waits for the office.
    ///
    /// # Errors
    /// What is missing, or there without a right.
    pub(super) fn check_quiet(
        &self,
        stored: &HashSet<ChangeHash>,
        open: &HashSet<ChangeHash>,
    ) -> Result<(), String> {
        self.check(stored)?;
        let kept = |hash: &ChangeHash| open.contains(hash) || self.dismissed.contains(hash);
        missing("not brought back", self.at_risk.iter(), |hash| {
            stored.contains(hash) || kept(hash)
        })?;
        missing("made and lost", self.made.keys(), |hash| {
            stored.contains(hash)
        })?;
        missing("for the office and lost", self.waiting.keys(), |hash| {
            stored.contains(hash) || kept(hash)
        })?;
        missing("stored without a right", self.withheld.iter(), |hash| {
            !stored.contains(hash)
        })
    }
}

/// What a backup holds of what was promised.
#[derive(Debug)]
pub(super) struct Promised {
    stored: HashSet<ChangeHash>,
    waiting: BTreeMap<ChangeHash, DocumentId>,
    dismissed: BTreeSet<ChangeHash>,
}

fn missing<'a>(
    what: &str,
    wanted: impl Iterator<Item = &'a ChangeHash>,
    is_there: impl Fn(&ChangeHash) -> bool,
) -> Result<(), String> {
    let mut missing = wanted.filter(|hash| !is_there(hash));
    match missing.next() {
        None => Ok(()),
        Some(first) => Err(format!("{what}: {} changes, {first}", 1 + missing.count())),
    }
}
