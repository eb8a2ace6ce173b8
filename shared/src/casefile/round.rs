//! One round of a case: from a dispatch that passes it on to the verdict on what came back. A case that
//! was sent back or carried over goes through another; the last one counts.

use std::collections::BTreeMap;

use super::say::Say;
use super::{Content, Missing, Paper, Standing, State, Voice};
use crate::id::{DocumentId, UnitCode};
use crate::papers::{Answer, Assignment, Check, Dispatch, Finding, Notice};

/// A paper with its typed content and the day that it gives.
struct Of<'a, T> {
    id: DocumentId,
    unit: &'a UnitCode,
    day: &'a str,
    paper: &'a T,
}

impl<T> Of<'_, T> {
    /// What comes later, so that it is the same for everybody.
    fn moment(&self) -> (&str, DocumentId) {
        (self.day, self.id)
    }
}

/// The papers of one type that give a day, in the order of their moments. What gives none did nothing yet.
macro_rules! of {
    ($papers:expr, $type:ident) => {{
        let typed = $papers.iter().filter_map(|paper| match &paper.content {
            Content::$type(typed) => Some(Of {
                id: paper.id,
                unit: &paper.unit,
                day: paper.content.day(),
                paper: typed,
            }),
            _ => None,
        });
        let mut typed: Vec<Of<'_, $type>> = typed.filter(|of| !of.day.is_empty()).collect();
        typed.sort_by(|a, b| a.moment().cmp(&b.moment()));
        typed
    }};
}

/// Whether a paper that names `named`, or none and gives the day `day`, is about what has this id and day.
fn is_about(named: Option<DocumentId>, day: &str, id: DocumentId, since: &str) -> bool {
    named.map_or(day >= since, |named| named == id)
}

/// The last round of a case.
pub(super) struct Round<'a> {
    say: &'a Say<'a>,
    /// The case's own.
    unit: &'a UnitCode,
    /// The dispatch that began it; none before the first.
    dispatch: Option<Of<'a, Dispatch>>,
    first_sent_on: &'a str,
    /// Those that were not withdrawn.
    assignments: Vec<Of<'a, Assignment>>,
    /// The answers that count: of whom the case was sent to, of who led when it was given, and those that
    /// the sender noted.
    answers: Vec<Of<'a, Answer>>,
    findings: Vec<Of<'a, Finding>>,
}

impl<'a> Round<'a> {
    /// The last round that these papers tell of.
    pub(super) fn last(say: &'a Say<'a>, unit: &'a UnitCode, papers: &'a [Paper]) -> Self {
        let mut transfers = of!(papers, Dispatch);
        transfers.retain(|d| d.paper.dispatch_kind == "transfer" && say.reaches(d.unit, unit));
        let first_sent_on = transfers.first().map_or("", |d| d.day);
        let dispatch = transfers.pop();
        let begun = dispatch.as_ref();
        let in_round = |named: Option<DocumentId>, day: &str| {
            begun.is_some_and(|d| is_about(named, day, d.id, d.day))
        };
        let mut assignments = of!(papers, Assignment);
        assignments.retain(|a| in_round(a.paper.dispatch, a.day));
        let addressee = begun.and_then(addressee);
        let is_below = |a: &Of<'_, Assignment>| {
            let to = addressee.as_ref();
            to.is_some_and(|to| say.reaches(to, a.unit))
        };
        assignments.retain(is_below);
        let mut answers = of!(papers, Answer);
        answers.retain(|answer| in_round(answer.paper.dispatch, answer.day));
        answers.retain(|answer| {
            let led = |a: &Of<'_, Assignment>| {
                let withdrawn = a.paper.withdrawn.as_str();
                a.paper.part == "lead"
                    && say.is_same(a.unit, answer.unit)
                    && (withdrawn.is_empty() || withdrawn >= answer.day)
            };
            begun.is_some_and(|d| is_party(say, d, answer.unit)) || assignments.iter().any(led)
        });
        assignments.retain(|a| a.paper.withdrawn.is_empty());
        let mut findings = of!(papers, Finding);
        findings.retain(|f| say.reaches(f.unit, unit));
        Self {
            say,
            unit,
            dispatch,
            first_sent_on,
            assignments,
            answers,
            findings,
        }
    }

    /// What the round comes to.
    pub(super) fn standing(&self, voices: &[Voice], papers: &[Paper]) -> Standing {
        let follows = self.findings.iter().filter(|f| is_follow(f.paper)).count();
        let mut standing = Standing {
            dispatch: self.dispatch.as_ref().map(|d| d.id),
            addressee: self.dispatch.as_ref().and_then(addressee),
            first_sent_on: self.first_sent_on.to_owned(),
            carried_over: follows as u32,
            ..Standing::new()
        };
        let Some(dispatch) = &self.dispatch else {
            return standing;
        };
        standing.state = State::Dispatched;
        standing.to_role.clone_from(&dispatch.paper.to_role);
        standing.sent_on.clone_from(&dispatch.paper.sent);
        standing.due.clone_from(&dispatch.paper.due);
        let mut open = self.assignments.iter().filter(|a| !self.gave_back(a));
        if let Some(lead) = open.rfind(|a| a.paper.part == "lead") {
            standing.state = State::Assigned;
            standing.assigned_on.clone_from(&lead.paper.date);
            standing.lead = Some(lead.unit.clone());
            standing.lead_due.clone_from(&lead.paper.due);
        }
        if let Some(closed) = self.closing(voices, papers) {
            closed.tell(self, &mut standing);
            return standing;
        }
        match self.response() {
            Some(answer) if is_sent_back(answer) => standing.state = State::SentBack,
            Some(answer) => After::new(self, answer, voices, papers).tell(self, &mut standing),
            // Supervision need not wait for an answer to carry a case over.
            None if self.last_finding(dispatch).is_some_and(is_follow) => {
                standing.state = State::CarriedOver;
            }
            None => {}
        }
        standing
    }

    /// What the last finding closed. Whatever is answered afterwards leaves that as it is.
    fn closing(&self, voices: &[Voice], papers: &'a [Paper]) -> Option<After<'_>> {
        let finding = self.findings.last().filter(|f| is_close(f.paper))?;
        let judged = |answer: &&Of<'_, Answer>| Some(answer.id) == finding.paper.answer;
        let answer = self.answers.iter().find(judged)?;
        let after = After::new(self, answer, voices, papers);
        (after.undisputed().missing(true).is_empty()).then_some(after)
    }

    fn last_finding(&self, dispatch: &Of<'_, Dispatch>) -> Option<&Finding> {
        let last = self.findings.last()?;
        (last.day >= dispatch.day).then_some(last.paper)
    }

    /// Whether the agency of an assignment gave the case back to whoever assigned it.
    fn gave_back(&self, assignment: &Of<'_, Assignment>) -> bool {
        let is_own = |a: &&Of<'_, Answer>| self.say.is_same(a.unit, assignment.unit);
        let last = self.answers.iter().rfind(is_own);
        !self.is_party(assignment.unit)
            && last.is_some_and(|last| is_sent_back(last) && last.moment() > assignment.moment())
    }

    fn is_party(&self, unit: &UnitCode) -> bool {
        let dispatch = self.dispatch.as_ref();
        dispatch.is_some_and(|d| is_party(self.say, d, unit))
    }

    /// The answer that counts: the last one, but for what agencies gave back to whoever assigned it.
    fn response(&self) -> Option<&Of<'a, Answer>> {
        let counts = |a: &&Of<'_, Answer>| !is_sent_back(a) || self.is_party(a.unit);
        self.answers.iter().rfind(counts)
    }
}

/// Whether the dispatch came from this unit or went to it.
fn is_party(say: &Say<'_>, dispatch: &Of<'_, Dispatch>, unit: &UnitCode) -> bool {
    addressee(dispatch).is_some_and(|to| say.is_same(&to, unit)) || say.is_same(dispatch.unit, unit)
}

fn addressee(dispatch: &Of<'_, Dispatch>) -> Option<UnitCode> {
    let unit = &dispatch.paper.to_unit;
    (!unit.is_empty()).then(|| UnitCode(unit.clone()))
}

fn is_sent_back(answer: &Of<'_, Answer>) -> bool {
    answer.paper.outcome == "sent-back"
}

fn is_close(finding: &Finding) -> bool {
    finding.verdict == "close"
}

fn is_follow(finding: &Finding) -> bool {
    finding.verdict == "follow"
}

/// What somebody found or heard in a village.
struct Word<'a> {
    unit: &'a UnitCode,
    village: &'a str,
    day: &'a str,
    /// Whether it says that the matter is not solved.
    is_bad: bool,
}

/// What came after an answer.
struct After<'a> {
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
    fn new(
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
            unit: c.unit,
            village: &c.paper.village,
            day: c.day,
            is_bad: matches!(c.paper.holds.as_str(), "fails" | "partly"),
        };
        let said = |n: &Of<'a, Notice>| Word {
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
    fn undisputed(&self) -> Closable {
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

    fn tell(&self, round: &Round<'_>, standing: &mut Standing) {
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
        let disputed_on = self.bad().map(|word| word.day).max();
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
            Some(f) if is_follow(f.paper) => standing.state = State::CarriedOver,
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
struct Closable {
    claims: bool,
    is_checked: bool,
    is_told: bool,
}

impl Closable {
    fn missing(self, has_verdict: bool) -> Vec<Missing> {
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
