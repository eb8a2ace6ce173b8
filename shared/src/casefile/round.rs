//! One round of a case: from a dispatch that passes it on to the verdict on what came back. A case that
//! was sent back or carried over goes through another; the last one counts.

use std::collections::BTreeMap;

use super::after::After;
use super::say::Say;
use super::{Content, Paper, Part, Party, Standing, State, Voice};
use crate::catalogue::{OPINION, SENT_BACK};
use crate::id::{DocumentId, UnitCode};
use crate::papers::{Answer, Assignment, Dispatch, Finding};

/// A paper with its typed content and the day that it gives.
pub(super) struct Of<'a, T> {
    pub(super) id: DocumentId,
    pub(super) unit: &'a UnitCode,
    pub(super) day: &'a str,
    pub(super) paper: &'a T,
}

impl<T> Of<'_, T> {
    /// What comes later, so that it is the same for everybody.
    pub(super) fn moment(&self) -> (&str, DocumentId) {
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
pub(super) use of;

/// Whether a paper that names `named`, or none and gives the day `day`, is about what has this id and day.
pub(super) fn is_about(named: Option<DocumentId>, day: &str, id: DocumentId, since: &str) -> bool {
    named.map_or(day >= since, |named| named == id)
}

/// The last round of a case.
pub(super) struct Round<'a> {
    pub(super) say: &'a Say<'a>,
    /// The case's own.
    pub(super) unit: &'a UnitCode,
    /// The dispatch that began it; none before the first.
    dispatch: Option<Of<'a, Dispatch>>,
    first_sent_on: &'a str,
    /// Those that were not withdrawn.
    assignments: Vec<Of<'a, Assignment>>,
    /// The answers that count: of whom the case was sent to, of who led when it was given, and those that
    /// the sender noted.
    answers: Vec<Of<'a, Answer>>,
    /// Those of whoever the case is assigned to, whether they count or not.
    said: Vec<Of<'a, Answer>>,
    pub(super) findings: Vec<Of<'a, Finding>>,
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
        answers.retain(|answer| answer.paper.outcome != OPINION);
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
        let mut said = of!(papers, Answer);
        said.retain(|answer| in_round(answer.paper.dispatch, answer.day));
        said.retain(|s| assignments.iter().any(|a| say.is_same(a.unit, s.unit)));
        let mut findings = of!(papers, Finding);
        findings.retain(|f| say.reaches(f.unit, unit));
        Self {
            say,
            unit,
            dispatch,
            first_sent_on,
            assignments,
            answers,
            said,
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
            resolved: self.resolved().to_owned(),
            ..Standing::new()
        };
        let Some(dispatch) = &self.dispatch else {
            return standing;
        };
        standing.state = State::Dispatched;
        standing.to_role.clone_from(&dispatch.paper.to_role);
        standing.sent_on.clone_from(&dispatch.paper.sent);
        standing.due.clone_from(&dispatch.paper.due);
        standing.parties = self.parties();
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
            None => {
                let last = self.last_finding(dispatch);
                if let Some(follow) = last.filter(|f| is_follow(f.paper)) {
                    standing.carry_over(follow.id);
                }
            }
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

    /// What supervision last said of how far the case is resolved; empty while it said nothing.
    fn resolved(&self) -> &str {
        let mut said = self.findings.iter().map(|f| &*f.paper.resolved);
        said.rfind(|resolved| !resolved.is_empty())
            .unwrap_or_default()
    }

    fn last_finding(&self, dispatch: &Of<'_, Dispatch>) -> Option<&Of<'a, Finding>> {
        let last = self.findings.last();
        last.filter(|f| f.day >= dispatch.day)
    }

    /// Whether the agency of an assignment gave the case back to whoever assigned it.
    fn gave_back(&self, assignment: &Of<'_, Assignment>) -> bool {
        let last = self.last_said(assignment);
        !self.is_party(assignment.unit) && last.is_some_and(is_sent_back)
    }

    /// What the agency of an assignment said last since it has it.
    fn last_said(&self, assignment: &Of<'_, Assignment>) -> Option<&Of<'a, Answer>> {
        let is_own = |a: &&Of<'_, Answer>| self.say.is_same(a.unit, assignment.unit);
        let last = self.said.iter().rfind(is_own)?;
        (last.moment() > assignment.moment()).then_some(last)
    }

    /// To whom it is assigned, and what each has done; of several assignments of one unit the greatest part.
    fn parties(&self) -> Vec<Party> {
        let mut parts: BTreeMap<&UnitCode, (Part, &Assignment)> = BTreeMap::new();
        for assignment in &self.assignments {
            let is_lead = assignment.paper.part == "lead";
            let part = match self.last_said(assignment) {
                Some(_) if self.gave_back(assignment) => Part::GaveBack,
                _ if is_lead => Part::Lead,
                Some(_) => Part::Contributed,
                None => Part::Coordinating,
            };
            let found = (part, assignment.paper);
            let known = parts.entry(assignment.unit).or_insert(found);
            if part <= known.0 {
                *known = found;
            }
        }
        let party = |(unit, (part, paper)): (&UnitCode, (Part, &Assignment))| Party {
            unit: unit.clone(),
            part,
            since: paper.date.clone(),
            due: match part {
                Part::Coordinating => paper.due.clone(),
                _ => String::new(),
            },
        };
        parts.into_iter().map(party).collect()
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
    answer.paper.outcome == SENT_BACK
}

pub(super) fn is_close(finding: &Finding) -> bool {
    finding.verdict == "close"
}

pub(super) fn is_follow(finding: &Finding) -> bool {
    finding.verdict == "follow"
}
