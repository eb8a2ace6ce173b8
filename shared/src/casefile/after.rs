//! What came after an answer: checks on site, what voters were told and said, and what supervision made of it.

use std::collections::BTreeMap;

use super::round::{Of, Round, is_about, is_close, is_follow, of};
use super::{Content, Missing, Paper, Standing, State, Voice};
use crate::id::{DocumentId, UnitCode};
use crate::papers::{Answer, Check, Finding, Notice};

/// What somebody found or heard in a village.
struct Word<'a> {
    id: DocumentId,
    unit: &'a UnitCode,
    village: &'a str,
    day: &'a str,
    /// Whether it says that the matter is not solved.
    is_bad: bool,
}

/// What came after an answer.
pub(super) struct After<'a> {
    answer: &'a Of<'a, Answer>,
    /// What was found on site, the last of each village.
    checks: Vec<Word<'a>>,
    /// What voters said, the last of each village.
    reactions: Vec<Word<'a>>,
    /// The first day on which it was found to hold, and not found otherwise since; empty when it is not.
    checked_on: &'a str,
    /// The day on which the last of the villages was told; empty when one was not.
    told_on: &'a str,
    untold: Vec<Voice>,
}

/// The last word of each village; of those of one day the bad one.
fn last_of_each<'a>(words: Vec<Word<'a>>) -> Vec<Word<'a>> {
    let mut last: BTreeMap<(&UnitCode, &str), Word<'a>> = BTreeMap::new();
    for word in words {
        let key = (word.unit, word.village);
        let is_later = |known: &Word<'_>| (word.day, word.is_bad) >= (known.day, known.is_bad);
        if last.get(&key).is_none_or(is_later) {
            last.insert(key, word);
        }
    }
    last.into_values().collect()
}

impl<'a> After<'a> {
    pub(super) fn new(
        round: &Round<'_>,
        answer: &'a Of<'a, Answer>,
        voices: &[Voice],
        papers: &'a [Paper],
    ) -> Self {
        let say = round.say;
        let has_say = |unit: &UnitCode| {
            say.reaches(unit, round.unit) || voices.iter().any(|v| say.reaches(unit, &v.unit))
        };
        let about = |named, day: &str| is_about(named, day, answer.id, answer.day);
        let mut checks = of!(papers, Check);
        checks.retain(|c| about(c.paper.answer, c.day) && has_say(c.unit));
        let mut notices = of!(papers, Notice);
        notices.retain(|n| about(n.paper.answer, n.day) && has_say(n.unit));
        let told = |voice: &Voice| {
            let covers = |n: &&Of<'_, Notice>| {
                (n.paper.village.is_empty()
                    || voice.village.is_empty()
                    || n.paper.village == voice.village)
                    && say.reaches(n.unit, &voice.unit)
            };
            notices.iter().find(covers).map(|notice| notice.day)
        };
        let days: Vec<Option<&str>> = voices.iter().map(told).collect();
        let mut untold: Vec<Voice> = voices
            .iter()
            .zip(&days)
            .filter(|(_, day)| day.is_none())
            .map(|(voice, _)| voice.clone())
            .collect();
        untold.sort();
        untold.dedup();
        let last = match days.is_empty() {
            true => notices.first().map(|notice| notice.day),
            false => days
                .iter()
                .copied()
                .collect::<Option<Vec<_>>>()
                .and_then(|d| d.into_iter().max()),
        };
        let found = |c: &Of<'a, Check>| Word {
            id: c.id,
            unit: c.unit,
            village: &c.paper.village,
            day: c.day,
            is_bad: matches!(c.paper.holds.as_str(), "fails" | "partly"),
        };
        let said = |n: &Of<'a, Notice>| Word {
            id: n.id,
            unit: n.unit,
            village: &n.paper.village,
            day: n.day,
            is_bad: n.paper.reaction == "not-solved",
        };
        Self {
            answer,
            checked_on: checked_on(answer.paper, &checks),
            checks: last_of_each(checks.iter().map(found).collect()),
            reactions: last_of_each(notices.iter().map(said).collect()),
            told_on: last.unwrap_or_default(),
            untold,
        }
    }

    /// The same, as it would be if nobody had said that it is not solved.
    pub(super) fn undisputed(&self) -> Closable {
        Closable {
            claims: self.claims(),
            is_checked: !self.checked_on.is_empty(),
            is_told: !self.told_on.is_empty(),
        }
    }

    /// Whether the answer says that the matter is over.
    fn claims(&self) -> bool {
        matches!(self.answer.paper.outcome.as_str(), "explained" | "resolved")
    }

    fn bad(&self) -> impl Iterator<Item = &Word<'a>> {
        let words = self.checks.iter().chain(&self.reactions);
        words.filter(|word| word.is_bad)
    }

    pub(super) fn tell(&self, round: &Round<'_>, standing: &mut Standing) {
        let answer = self.answer;
        standing.answer = Some(answer.id);
        standing.outcome.clone_from(&answer.paper.outcome);
        standing.measure.clone_from(&answer.paper.measure);
        standing.answered_on.clone_from(&answer.paper.date);
        standing.expected.clone_from(&answer.paper.expected);
        standing.untold.clone_from(&self.untold);
        let fails = self.checks.iter().any(|check| check.is_bad);
        standing.state = State::Answered;
        if !self.checked_on.is_empty() && !fails {
            standing.state = State::Checked;
            standing.checked_on = self.checked_on.to_owned();
        }
        if !self.told_on.is_empty() {
            standing.state = State::Told;
            standing.told_on = self.told_on.to_owned();
        }

        // A finding judges the answer that it names.
        let is_own = |f: &&Of<'_, Finding>| f.paper.answer == Some(answer.id);
        let verdict = round.findings.iter().rfind(is_own);
        let closes = verdict.is_some_and(|f| is_close(f.paper));
        // To close a case takes that nobody says otherwise on that very day.
        let disputed = self.bad().max_by_key(|word| (word.day, word.id));
        let disputed_on = disputed.map(|word| word.day);
        standing.disputed_by = disputed.map(|word| word.id);
        standing.is_disputed = disputed_on.is_some_and(|day| {
            verdict.is_none_or(|f| f.day < day || f.day == day && is_close(f.paper))
        });
        let as_it_was = self.undisputed();
        let as_it_is = Closable {
            is_checked: as_it_was.is_checked && !fails,
            ..as_it_was
        };
        standing.missing = as_it_is.missing(closes);
        match verdict {
            Some(_) if closes && standing.is_disputed && as_it_was.missing(true).is_empty() => {
                standing.state = State::Reopened;
            }
            Some(f) if is_follow(f.paper) => standing.carry_over(f.id),
            Some(f) if standing.missing.is_empty() && !standing.is_disputed => {
                standing.state = State::Closed;
                // Closed when the last of what it takes was there.
                let days = [f.day, self.checked_on, self.told_on];
                standing.closed_on = days.into_iter().max().unwrap_or_default().to_owned();
            }
            _ => {}
        }
    }
}

/// The first day on which an answer was found to hold and not found otherwise since. That no check is needed can be said
/// of an explanation alone.
fn checked_on<'a>(answer: &Answer, checks: &[Of<'a, Check>]) -> &'a str {
    let is_good = |check: &Check| match check.holds.as_str() {
        "holds" => true,
        "not-needed" => answer.outcome == "explained",
        _ => false,
    };
    let is_bad = |check: &Check| matches!(check.holds.as_str(), "fails" | "partly");
    let mut day = "";
    let mut since = "";
    for check in checks {
        if is_bad(check.paper) {
            since = check.day;
        }
        if is_good(check.paper) && (day.is_empty() || day <= since) {
            day = check.day;
        }
    }
    day
}

/// What it takes to close a case, beside the verdict.
#[derive(Clone, Copy)]
pub(super) struct Closable {
    claims: bool,
    is_checked: bool,
    is_told: bool,
}

impl Closable {
    pub(super) fn missing(self, has_verdict: bool) -> Vec<Missing> {
        let takes = [
            (Missing::Claim, self.claims),
            (Missing::Check, self.is_checked),
            (Missing::Notice, self.is_told),
            (Missing::Verdict, has_verdict),
        ];
        let missing = takes.into_iter().filter(|(_, there)| !there);
        missing.map(|(missing, _)| missing).collect()
    }
}
