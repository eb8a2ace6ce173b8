//! The letters of a committee: the one that sends cases on, and the one that reminds.

use std::collections::BTreeSet;

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::calendar::Day;
use kiennghi_shared::casefile::Content;
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
/// it is sent, also the executive's that it was sent to. When the store fails.
pub fn letter(store: &dyn Store, caller: &Caller, id: DocumentId) -> Result<Printed, Code> {
    let stored = store.documents(&[id])?.pop();
    let stored = stored.filter(|stored| stored.header.kind == Kind::Dispatch);
    let stored = stored.ok_or(Code::NotFound)?;
    let dispatch = Dispatch::from(&stored.document()?.record(Kind::Dispatch));
    let unit = stored.header.unit;
    if !is_readers(caller, &dispatch, &unit) {
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

fn is_readers(caller: &Caller, dispatch: &Dispatch, unit: &UnitCode) -> bool {
    let receives = || {
        let to = UnitCode(dispatch.to_unit.clone());
        let is_sent = !dispatch.sent.is_empty() && dispatch.to_role == "executive";
        is_sent && caller.may(Verb::Write, Thing::Document(Kind::Assignment), &to)
    };
    caller.may(Verb::Read, Thing::Document(Kind::Dispatch), unit) || receives()
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
    let by_rule = || {
        let due = cases.iter();
        let due = due.filter_map(|case| due_by_rule(directory, unit, dispatch, case));
        due.min().and_then(|due| day(&due.to_string()))
    };
    Ok(TransferLetter {
        letter: common(directory, unit, dispatch),
        occasion: occasion(directory, cases),
        answer_before: day(&dispatch.due).or_else(by_rule),
        cases: cases.iter().map(line).collect::<Result<_, _>>()?,
    })
}

/// When a case is to be answered of which the letter says nothing, as the desks count it.
fn due_by_rule(
    directory: &Directory,
    unit: &UnitCode,
    dispatch: &Dispatch,
    case: &StoredCase,
) -> Option<Day> {
    let to = UnitCode(dispatch.to_unit.clone());
    let days = [dispatch.sent.as_str(), &dispatch.date, directory.day()];
    let day = days.into_iter().find_map(Day::parse)?;
    let begun = |step| Begun {
        unit: if to.0.is_empty() { unit } else { &to },
        step,
        day,
        named: Day::parse(&case.row.case.due),
    };
    let rules = &directory.district().deadlines.rules;
    let due = |step| deadline::due(rules, directory.calendar(), directory, begun(step));
    let again = case
        .row
        .case
        .repeated_from
        .and_then(|_| due(Step::AnswerAgain));
    again.or_else(|| due(Step::Answer))
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
        let sent = case.papers.iter().find_map(|paper| match &paper.content {
            Content::Dispatch(sent) if Some(paper.id) == standing.dispatch => Some(sent),
            _ => None,
        });
        DueCase {
            places: places(directory, &case.voices),
            content: case.row.case.wording.clone(),
            dispatch: sent.map(|sent| sent.number.clone()).unwrap_or_default(),
            dispatched: sent.and_then(|sent| day(&sent.date).or_else(|| day(&sent.sent))),
            agency: names::holder(directory, standing),
            due: day(&case.row.due),
        }
    };
    Reminder {
        letter: common(directory, unit, dispatch),
        answer_before: day(&dispatch.due),
        cases: cases.iter().map(line).collect(),
    }
}
