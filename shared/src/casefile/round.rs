//! One round of a case: from a dispatch that passes it on to the verdict on what came back. A case that
//! was sent back or carried over goes through another; the last one counts.

use super::{Content, Missing, Paper, Standing, State, Voice};
use crate::id::{DocumentId, UnitCode};
use crate::papers::{Answer, Assignment, Check, Dispatch, Finding, Notice};

/// A paper with its typed content.
struct Of<'a, T> {
    id: DocumentId,
    unit: &'a UnitCode,
    paper: &'a T,
}

/// The papers of one type, by the day that they give and then by their ids, so that the last one is the
/// same for everybody.
macro_rules! of {
    ($papers:expr, $type:ident) => {{
        let typed = $papers.iter().filter_map(|paper| match &paper.content {
            Content::$type(typed) => Some((
                paper.content.day(),
                Of {
                    id: paper.id,
                    unit: &paper.unit,
                    paper: typed,
                },
            )),
            _ => None,
        });
        let mut typed: Vec<(&str, Of<'_, $type>)> = typed.collect();
        typed.sort_by(|(a_day, a), (b_day, b)| (a_day, a.id).cmp(&(b_day, b.id)));
        typed
            .into_iter()
            .map(|(_, typed)| typed)
            .collect::<Vec<_>>()
    }};
}

/// Whether a paper that names `named`, or none and gives the day `day`, is about what has this id and day.
fn is_about(named: Option<DocumentId>, day: &str, id: DocumentId, since: &str) -> bool {
    named.map_or(day >= since, |named| named == id)
}

/// Whether a right that reaches all below a unit reaches another.
type Reaches<'a> = dyn Fn(&UnitCode, &UnitCode) -> bool + 'a;

/// The last round of a case.
pub(super) struct Round<'a> {
    reaches: &'a Reaches<'a>,
    /// The case's own.
    unit: &'a UnitCode,
    /// The dispatch that began it; none before the first.
    dispatch: Option<Of<'a, Dispatch>>,
    first_sent_on: &'a str,
    assignments: Vec<Of<'a, Assignment>>,
    /// The answers that count, the oldest first: of whom the case was sent to, of who leads, and those that
    /// the sender noted.
    answers: Vec<Of<'a, Answer>>,
}

impl<'a> Round<'a> {
    /// The last round that these papers tell of.
    pub(super) fn last(reaches: &'a Reaches<'a>, unit: &'a UnitCode, papers: &'a [Paper]) -> Self {
        let mut transfers = of!(papers, Dispatch);
        transfers.retain(|d| reaches(d.unit, unit));
        transfers.retain(|d| d.paper.dispatch_kind == "transfer" && !d.paper.sent.is_empty());
        let first_sent_on = transfers.first().map_or("", |d| d.paper.sent.as_str());
        let dispatch = transfers.pop();
        let begun = dispatch.as_ref();
        let in_round = |named: Option<DocumentId>, day: &str| {
            begun.is_some_and(|d| is_about(named, day, d.id, &d.paper.sent))
        };
        let mut assignments = of!(papers, Assignment);
        assignments.retain(|a| a.paper.withdrawn.is_empty());
        assignments.retain(|a| in_round(a.paper.dispatch, &a.paper.date));
        let addressee = begun.and_then(addressee);
        assignments.retain(|a| addressee.as_ref().is_some_and(|to| reaches(to, a.unit)));
        let mut answers = of!(papers, Answer);
        answers.retain(|a| in_round(a.paper.dispatch, &a.paper.date));
        answers.retain(|answer| {
            let leads = |a: &Of<'_, Assignment>| a.unit == answer.unit && a.paper.part == "lead";
            // Whoever sent it notes what came back on paper.
            begun.is_some_and(|d| is_party(d, answer.unit)) || assignments.iter().any(leads)
        });
        Self {
            reaches,
            unit,
            dispatch,
            first_sent_on,
            assignments,
            answers,
        }
    }

    /// What the round comes to.
    pub(super) fn standing(&self, voices: &[Voice], papers: &[Paper]) -> Standing {
        let mut findings = of!(papers, Finding);
        findings.retain(|f| (self.reaches)(f.unit, self.unit));
        let follows = findings.iter().filter(|f| f.paper.verdict == "follow");
        let mut standing = Standing {
            state: State::Consolidated,
            dispatch: self.dispatch.as_ref().map(|d| d.id),
            addressee: self.dispatch.as_ref().and_then(addressee),
            lead: None,
            answer: None,
            outcome: String::new(),
            measure: String::new(),
            due: String::new(),
            sent_on: String::new(),
            first_sent_on: self.first_sent_on.to_owned(),
            assigned_on: String::new(),
            answered_on: String::new(),
            checked_on: String::new(),
            told_on: String::new(),
            closed_on: String::new(),
            carried_over: follows.count() as u32,
            is_disputed: false,
            missing: Vec::new(),
            untold: Vec::new(),
            expected: String::new(),
        };
        let Some(dispatch) = &self.dispatch else {
            return standing;
        };
        standing.state = State::Dispatched;
        standing.sent_on.clone_from(&dispatch.paper.sent);
        standing.due.clone_from(&dispatch.paper.due);
        let mut open = self.assignments.iter().filter(|a| !self.gave_back(a));
        if let Some(first) = open.clone().next() {
            standing.state = State::Assigned;
            standing.assigned_on.clone_from(&first.paper.date);
        }
        if let Some(lead) = open.rfind(|a| a.paper.part == "lead") {
            standing.lead = Some(lead.unit.clone());
            if !lead.paper.due.is_empty() {
                standing.due.clone_from(&lead.paper.due);
            }
        }
        match self.response() {
            None => {}
            Some(answer) if is_sent_back(answer) => standing.state = State::SentBack,
            Some(answer) => After::new(self, answer, voices, papers).tell(&findings, &mut standing),
        }
        standing
    }

    /// Whether the agency of an assignment gave the case back to whoever assigned it.
    fn gave_back(&self, assignment: &Of<'_, Assignment>) -> bool {
        let mut own = self.answers.iter().filter(|a| a.unit == assignment.unit);
        !self.is_party(assignment.unit)
            && own
                .next_back()
                .is_some_and(|last| is_sent_back(last) && last.paper.date >= assignment.paper.date)
    }

    fn is_party(&self, unit: &UnitCode) -> bool {
        let dispatch = self.dispatch.as_ref();
        dispatch.is_some_and(|d| is_party(d, unit))
    }

    /// The answer that counts: the last one, but for what agencies gave back to whoever assigned it.
    fn response(&self) -> Option<&Of<'a, Answer>> {
        let counts = |a: &&Of<'_, Answer>| !is_sent_back(a) || self.is_party(a.unit);
        self.answers.iter().rfind(counts)
    }
}

/// Whether the dispatch came from this unit or went to it.
fn is_party(dispatch: &Of<'_, Dispatch>, unit: &UnitCode) -> bool {
    dispatch.paper.to_unit == unit.0 || dispatch.unit == unit
}

fn addressee(dispatch: &Of<'_, Dispatch>) -> Option<UnitCode> {
    let unit = &dispatch.paper.to_unit;
    (!unit.is_empty()).then(|| UnitCode(unit.clone()))
}

fn is_sent_back(answer: &Of<'_, Answer>) -> bool {
    answer.paper.outcome == "sent-back"
}

/// What came after the answer that counts.
struct After<'a> {
    answer: &'a Of<'a, Answer>,
    checks: Vec<Of<'a, Check>>,
    notices: Vec<Of<'a, Notice>>,
    untold: Vec<Voice>,
}

impl<'a> After<'a> {
    fn new(
        round: &Round<'_>,
        answer: &'a Of<'a, Answer>,
        voices: &[Voice],
        papers: &'a [Paper],
    ) -> Self {
        let reaches = round.reaches;
        let has_say = |unit: &UnitCode| {
            reaches(unit, round.unit) || voices.iter().any(|voice| reaches(unit, &voice.unit))
        };
        let about = |named, day: &str| is_about(named, day, answer.id, answer.paper.date.as_str());
        let mut checks = of!(papers, Check);
        checks.retain(|c| has_say(c.unit) && about(c.paper.answer, &c.paper.date));
        let mut notices = of!(papers, Notice);
        notices.retain(|n| has_say(n.unit) && about(n.paper.answer, &n.paper.date));
        let is_told = |voice: &Voice| {
            notices.iter().any(|n| {
                reaches(n.unit, &voice.unit)
                    && (n.paper.village == voice.village
                        || n.paper.village.is_empty()
                        || voice.village.is_empty())
            })
        };
        let mut untold: Vec<Voice> = voices.iter().filter(|v| !is_told(v)).cloned().collect();
        untold.sort();
        untold.dedup();
        Self {
            answer,
            checks,
            notices,
            untold,
        }
    }

    /// Whether the answer says that the matter is over.
    fn claims(&self) -> bool {
        matches!(self.answer.paper.outcome.as_str(), "explained" | "resolved")
    }

    /// The day on which it was last found that the answer holds.
    fn checked_on(&self) -> Option<&str> {
        let last = self.checks.last()?.paper;
        matches!(last.holds.as_str(), "holds" | "not-needed").then_some(last.date.as_str())
    }

    /// The last day on which voters or a check said that it is not solved.
    fn disputed_on(&self) -> Option<&str> {
        let check = self.checks.last().map(|check| check.paper);
        let check = check.filter(|check| matches!(check.holds.as_str(), "fails" | "partly"));
        let voters = self.notices.iter().map(|notice| notice.paper);
        let voters = voters.filter(|notice| notice.reaction == "not-solved");
        let voters = voters.map(|notice| notice.date.as_str()).max();
        check.map(|check| check.date.as_str()).max(voters)
    }

    fn tell(&self, findings: &[Of<'_, Finding>], standing: &mut Standing) {
        let answer = self.answer;
        standing.answer = Some(answer.id);
        standing.outcome.clone_from(&answer.paper.outcome);
        standing.measure.clone_from(&answer.paper.measure);
        standing.answered_on.clone_from(&answer.paper.date);
        standing.expected.clone_from(&answer.paper.expected);
        standing.state = State::Answered;
        let checked_on = self.checked_on();
        if let Some(day) = checked_on {
            standing.state = State::Checked;
            standing.checked_on = day.to_owned();
        }
        let is_told = self.untold.is_empty() && !self.notices.is_empty();
        if is_told {
            standing.state = State::Told;
            let last = self.notices.last().map(|notice| notice.paper.date.clone());
            standing.told_on = last.unwrap_or_default();
        }
        standing.untold.clone_from(&self.untold);

        let since = answer.paper.date.as_str();
        let mut own = findings
            .iter()
            .filter(|f| is_about(f.paper.answer, &f.paper.date, answer.id, since));
        let closes = |f: &&Of<'_, Finding>| f.paper.verdict == "close";
        let was_closed = own.clone().any(|f| closes(&f));
        let verdict = own.next_back().map(|f| f.paper);
        let disputed_on = self.disputed_on();
        let closing = verdict.filter(|verdict| verdict.verdict == "close");
        // To close a case takes that nobody says otherwise on that very day.
        let settles = |verdict: &Finding, day: &str| {
            verdict.date.as_str() > day || verdict.date == day && closing.is_none()
        };
        standing.is_disputed =
            disputed_on.is_some_and(|day| verdict.is_none_or(|verdict| !settles(verdict, day)));

        standing.missing = [
            (Missing::Claim, self.claims()),
            (Missing::Check, checked_on.is_some()),
            (Missing::Notice, is_told),
            (Missing::Verdict, closing.is_some()),
        ]
        .into_iter()
        .filter(|(_, there)| !there)
        .map(|(missing, _)| missing)
        .collect();

        match verdict {
            Some(_) if standing.is_disputed && was_closed => standing.state = State::Reopened,
            Some(verdict) if verdict.verdict == "follow" => standing.state = State::CarriedOver,
            Some(verdict) if standing.missing.is_empty() => {
                standing.state = State::Closed;
                // Closed when the last of what it takes was there.
                let days = [&verdict.date, &standing.checked_on, &standing.told_on];
                standing.closed_on = days.into_iter().max().cloned().unwrap_or_default();
            }
            _ => {}
        }
    }
}
