//! The letters of a committee: the one that sends cases on, and the one that reminds.

use std::collections::BTreeSet;

use kiennghi_shared::calendar::Day;
use kiennghi_shared::casefile::{self, Content, Paper};
use kiennghi_shared::code::Code;
use kiennghi_shared::deadline::{self, Begun, Step};
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::papers::Dispatch;
use kiennghi_shared::schema::Kind;

use super::{Printed, day, names, places, printed, repeated, session_name};
use crate::auth::{Caller, Directory};
use crate::papers::letter::{
    CaseLine, DueCase, Letter, Reminder, TransferLetter, reminder, transfer_letter,
};
use crate::store::{Store, StoredCase};

/// The letter of a dispatch with its annex, as `.docx`.
///
/// # Errors
/// [`Code::NotFound`] for what is no letter, or not the caller's to read: it is its committee's, and once
/// it is sent, also theirs who receive it. When the store fails.
pub fn letter(store: &dyn Store, caller: &Caller, id: DocumentId) -> Result<Printed, Code> {
    let stored = store.documents(&[id])?.pop();
    let stored = stored.filter(|stored| stored.header.kind == Kind::Dispatch);
    let stored = stored.ok_or(Code::NotFound)?;
    let dispatch = Dispatch::from(&stored.document()?.record(Kind::Dispatch));
    let unit = stored.header.unit;
    if !caller.reads(Kind::Dispatch, &unit) && !caller.receives(&dispatch) {
        return Err(Code::NotFound);
    }
    let directory = caller.directory();
    let mut cases = Vec::new();
    for id in &dispatch.cases {
        // A dispatch carries what is its unit's or below, whatever else it names.
        let counts = |case: &StoredCase| directory.is_within(&unit, &case.row.unit);
        cases.extend(store.case(*id)?.filter(counts));
    }
    let number = dispatch.number.as_str();
    match dispatch.dispatch_kind.as_str() {
        "transfer" => {
            let name = format!("Công văn chuyển kiến nghị {number}");
            printed(
                &name,
                transfer_letter(&transfer(store, directory, &unit, &dispatch, &cases)?),
            )
        }
        "reminder" => {
            let name = format!("Công văn đôn đốc {number}");
            printed(
                &name,
                reminder(&reminding(directory, &unit, &dispatch, &cases)),
            )
        }
        _ => Err(Code::NotFound),
    }
}

fn common(directory: &Directory, unit: &UnitCode, dispatch: &Dispatch) -> Letter {
    let remarks = dispatch.content.lines().map(str::trim);
    Letter {
        head: names::letterhead(
            directory,
            unit,
            &dispatch.number,
            "TTHĐND",
            issued(dispatch),
        ),
        from: names::committee(directory, unit),
        to: names::addressee(directory, dispatch),
        about: dispatch.subject.clone(),
        remarks: remarks
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
        signer: names::signer(&dispatch.signer_title, &dispatch.signer),
        copies: names::copies(),
    }
}

/// The letter's day: its own, or else the one on which it was sent.
fn issued(dispatch: &Dispatch) -> &str {
    match dispatch.date.as_str() {
        "" => &dispatch.sent,
        date => date,
    }
}

fn transfer(
    store: &dyn Store,
    directory: &Directory,
    unit: &UnitCode,
    dispatch: &Dispatch,
    cases: &[StoredCase],
) -> Result<TransferLetter, Code> {
    let line = |case: &StoredCase| {
        Ok::<_, Code>(CaseLine {
            places: places(directory, &case.voices),
            content: case.row.case.wording.clone(),
            voices: case.row.petitions,
            field: directory.field_name(&case.row.case.field).to_owned(),
            note: repeated(store, directory, unit, case)?,
        })
    };
    let mut due = Vec::new();
    for case in cases {
        let was_answered = was_answered_before(store, case)?;
        due.extend(due_by_rule(directory, unit, dispatch, case, was_answered));
    }
    let by_rule = || due.into_iter().min().and_then(|due| day(&due.to_string()));
    Ok(TransferLetter {
        letter: common(directory, unit, dispatch),
        occasion: occasion(directory, cases),
        answer_before: day(&dispatch.due).or_else(by_rule),
        cases: cases.iter().map(line).collect::<Result<_, _>>()?,
    })
}

/// Whether the case that one repeats was answered.
fn was_answered_before(store: &dyn Store, case: &StoredCase) -> Result<bool, Code> {
    let Some(earlier) = case.row.case.repeated_from else {
        return Ok(false);
    };
    let earlier = store.case(earlier)?;
    Ok(earlier.is_some_and(|earlier| !earlier.row.standing.answered_on.is_empty()))
}

/// When a case is to be answered of which the letter says nothing, as the desks count it.
fn due_by_rule(
    directory: &Directory,
    unit: &UnitCode,
    dispatch: &Dispatch,
    case: &StoredCase,
    was_answered_before: bool,
) -> Option<Day> {
    let to = UnitCode(dispatch.to_unit.clone());
    let days = [dispatch.sent.as_str(), &dispatch.date, directory.day()];
    let day = days.into_iter().find_map(Day::parse)?;
    let begun = Begun {
        unit: if to.0.is_empty() { unit } else { &to },
        step: Step::Answer,
        day,
        named: Day::parse(&case.row.case.due),
    };
    let rules = &directory.district().deadlines.rules;
    let calendar = directory.calendar();
    deadline::answer_due(rules, calendar, directory, begun, was_answered_before)
}

/// The meetings that the cases come from, with their council sessions.
fn occasion(directory: &Directory, cases: &[StoredCase]) -> String {
    let voices = cases.iter().flat_map(|case| &case.voices);
    let codes = voices.map(|voice| voice.session.as_str());
    let codes: BTreeSet<&str> = codes.filter(|code| !code.is_empty()).collect();
    let names = codes.into_iter().map(|code| session_name(directory, code));
    match names.collect::<Vec<_>>().as_slice() {
        [] => "các cuộc tiếp xúc cử tri".to_owned(),
        names => format!("các cuộc tiếp xúc cử tri ({})", names.join("; ")),
    }
}

fn reminding(
    directory: &Directory,
    unit: &UnitCode,
    dispatch: &Dispatch,
    cases: &[StoredCase],
) -> Reminder {
    let line = |case: &StoredCase| {
        let standing = &case.row.standing;
        let promised = promised(directory, case, issued(dispatch));
        let sent = case.papers.iter().find_map(|paper| match &paper.content {
            Content::Dispatch(sent) if Some(paper.id) == standing.dispatch => Some(sent),
            _ => None,
        });
        DueCase {
            places: places(directory, &case.voices),
            content: case.row.case.wording.clone(),
            dispatch: sent.map(|sent| sent.number.clone()).unwrap_or_default(),
            dispatched: sent.and_then(|sent| day(&sent.date).or_else(|| day(&sent.sent))),
            agency: names::asked(directory, &case.row.unit, standing),
            is_answered: promised.is_some(),
            due: day(promised.as_ref().unwrap_or(&case.row.answer_due)),
        }
    };
    Reminder {
        letter: common(directory, unit, dispatch),
        answer_before: day(&dispatch.due),
        cases: cases.iter().map(line).collect(),
    }
}

/// By when the answer that counted before a letter's day promised more, which may be no day; none where none did. What came
/// later is not what the letter spoke of; where the letter has no day yet, nothing is later.
fn promised(directory: &Directory, case: &StoredCase, issued: &str) -> Option<String> {
    let papers = case.papers.iter().map(|paper| Paper {
        id: paper.id,
        unit: paper.unit.clone(),
        content: paper.content.clone(),
    });
    let was_there = |paper: &Paper| match &paper.content {
        Content::Answer(answer) => issued.is_empty() || *answer.date < *issued,
        _ => true,
    };
    let papers: Vec<Paper> = papers.filter(was_there).collect();
    let then = casefile::derive(directory, &case.row.unit, &[], &papers);
    (then.answer.is_some() && then.outcome == "in-progress").then_some(then.expected)
}
