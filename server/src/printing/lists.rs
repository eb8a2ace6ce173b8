//! The tables that list what was written: letters, cases that are pending, findings, reports that came. Each for
//! those who read what stands in it.

use std::collections::HashSet;

use kiennghi_shared::access::{Relation, Verb};
use kiennghi_shared::briefing::Briefing;
use kiennghi_shared::casefile::{Content, State};
use kiennghi_shared::catalogue::{DISPATCH_KINDS, VERDICTS, name_of};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::schema::Kind;

use super::{CASES_MAX, Period, answer_of, answered, day, names, places, roadmap, session_name};
use crate::auth::{Caller, Directory};
use crate::papers::lists::{
    Dispatch, Finding, Pending, Received, dispatches, pending, reports_received, supervision,
};
use crate::papers::{Table, words};
use crate::store::{DispatchRow, Letters, Raised, Store, StoredCase};

/// Council sessions after which what is not resolved is listed.
const SESSIONS_MIN: u64 = 2;

/// The tables that the caller may read, in the order of the workbook.
pub(super) fn lists(
    store: &dyn Store,
    caller: &Caller,
    period: &Period,
    briefing: &Briefing,
    about: &str,
) -> Result<Vec<Table>, Code> {
    let directory = caller.directory();
    let own = period.of_kinds(caller, &[Kind::Petition, Kind::Case]);
    let mut tables = Vec::new();
    let cases = if own.raised.units.is_empty() {
        Vec::new()
    } else {
        let cases = own.cases(store, directory.day())?;
        let waiting: Vec<_> = cases
            .iter()
            .filter_map(|case| pending_case(directory, &own, case))
            .collect();
        tables.push(pending(&waiting, about));
        tables.push(supervision(&findings(caller, &own, &cases), about));
        cases
    };
    if !caller.units_where(Verb::Read, Kind::Dispatch).is_empty() {
        let letters = letters(store, caller, &own, &cases)?;
        let issued: Vec<_> = letters.iter().map(|row| issued(directory, row)).collect();
        tables.insert(0, dispatches(&issued, about));
        let came = received(directory, period, briefing, &letters);
        tables.push(reports_received(&came, about));
    }
    Ok(tables)
}

/// The letters of the reporting unit and those below it that were sent in the period; of a council session, those that
/// carry what was raised for it, and reports for it.
fn letters(
    store: &dyn Store,
    caller: &Caller,
    period: &Period,
    cases: &[StoredCase],
) -> Result<Vec<DispatchRow>, Code> {
    let directory = caller.directory();
    let mut units = caller.units_where(Verb::Read, Kind::Dispatch);
    units.retain(|unit| directory.is_within(&period.top, unit));
    let (total, mut rows) = store.dispatches(&Letters::From(units), 0, CASES_MAX)?;
    if total > CASES_MAX {
        return Err(Code::TooLarge);
    }
    let Raised { session, .. } = &period.raised;
    let raised = cases.iter().filter(|case| is_raised(period, case));
    let raised: HashSet<DocumentId> = raised.map(|case| case.row.id).collect();
    rows.retain(|DispatchRow { dispatch, .. }| {
        let carries = || dispatch.cases.iter().any(|case| raised.contains(case));
        let is_of = |session: &String| match dispatch.dispatch_kind.as_str() {
            REPORT if !dispatch.session.is_empty() => dispatch.session == *session,
            REPORT if dispatch.cases.is_empty() => begun_last(directory, &dispatch.sent) == session,
            _ => carries(),
        };
        !dispatch.sent.is_empty()
            && period.has_day(&dispatch.sent)
            && session.as_ref().is_none_or(is_of)
    });
    rows.reverse();
    Ok(rows)
}

/// The council session that had begun last on a day, `yyyy-mm-dd`: what names none and came then is of it.
fn begun_last<'a>(directory: &'a Directory, day: &str) -> &'a str {
    let sessions = directory.district().sessions.iter();
    let begun = sessions.filter(|session| *session.starts <= *day);
    let last = begun.max_by_key(|session| &session.starts);
    last.map_or("", |session| &session.code)
}

/// Who has sent a letter: the unit that it stands in, or the one that it names. A report is its receiver's to note, of
/// committees below it; nobody is named by others.
fn sender(directory: &Directory, row: &DispatchRow) -> Option<UnitCode> {
    let dispatch = &row.dispatch;
    if dispatch.from_unit.is_empty() {
        return Some(row.unit.clone());
    }
    let from = UnitCode(dispatch.from_unit.clone());
    let is_received = dispatch.to_unit.is_empty() || dispatch.to_unit == row.unit.0;
    let receiver = directory.unit_on(&row.unit, directory.day());
    let is_below = directory.relation(receiver, &from) == Some(Relation::Below);
    (is_received && is_below).then_some(from)
}

/// Whether a case carries something that was raised in the period, and is not only from before it.
fn is_raised(period: &Period, case: &StoredCase) -> bool {
    case.voices.iter().any(|voice| period.holds(voice))
}

/// The kind of dispatch that reports.
const REPORT: &str = "report";

fn issued(directory: &Directory, row: &DispatchRow) -> Dispatch {
    let dispatch = &row.dispatch;
    Dispatch {
        number: dispatch.number.clone(),
        date: day(&dispatch.date).or_else(|| day(&dispatch.sent)),
        kind: name_of(DISPATCH_KINDS, &dispatch.dispatch_kind).to_owned(),
        subject: dispatch.subject.clone(),
        from: names::committee(
            directory,
            &sender(directory, row).unwrap_or_else(|| row.unit.clone()),
        ),
        to: names::addressee(directory, dispatch),
        cases: dispatch.cases.len() as u64,
        due: day(&dispatch.due),
    }
}

/// The reports of each unit of the briefing; one that sent none is missing.
fn received(
    directory: &Directory,
    period: &Period,
    briefing: &Briefing,
    letters: &[DispatchRow],
) -> Vec<Received> {
    let mut received = Vec::new();
    let below = briefing.units.iter().map(|numbers| &numbers.unit);
    for unit in below.filter(|unit| **unit != period.top) {
        let from = names::committee(directory, unit);
        let reports = letters.iter().filter(|row| {
            let sender = sender(directory, row);
            row.dispatch.dispatch_kind == REPORT
                && sender.is_some_and(|sender| directory.unit_on(&sender, directory.day()) == unit)
        });
        let before = received.len();
        received.extend(reports.map(|row| Received {
            from: from.clone(),
            number: row.dispatch.number.clone(),
            due: day(&row.dispatch.due),
            received: day(&row.dispatch.sent),
            note: String::new(),
        }));
        if received.len() == before {
            received.push(Received {
                from,
                number: String::new(),
                due: None,
                received: None,
                note: String::new(),
            });
        }
    }
    received
}

/// A case that is neither closed nor said to be resolved, once several sessions of the council have begun since it
/// was raised.
fn pending_case(directory: &Directory, period: &Period, case: &StoredCase) -> Option<Pending> {
    let standing = &case.row.standing;
    let is_claimed = matches!(standing.outcome.as_str(), "resolved" | "explained");
    let holds = !standing.is_disputed && standing.state != State::CarriedOver;
    if standing.state == State::Closed || is_claimed && holds {
        return None;
    }
    let first = case.voices.iter().min_by_key(|voice| &voice.day)?;
    let sessions = directory.sessions_open(&case.row.raised_on, &standing.closed_on);
    let since = match first.session.as_str() {
        "" => day(&first.day).map(words::date).unwrap_or_default(),
        code => session_name(directory, code),
    };
    (sessions >= SESSIONS_MIN).then(|| Pending {
        place: places(
            directory,
            case.voices.iter().filter(|one| period.is_seen(one)),
        ),
        content: case.row.case.wording.clone(),
        since,
        sessions,
        agency: names::asked(directory, &case.row.unit, standing),
        roadmap: answer_of(case).and_then(|(_, answer)| roadmap(answer)),
    })
}

/// Whether a code that was given is this one.
fn known(code: &str, wanted: &str) -> Option<bool> {
    (!code.is_empty()).then(|| code == wanted)
}

/// What supervision found of the cases in the period, by the day: of a council session what it found for that, or of
/// what was raised for it where a finding names none.
fn findings(caller: &Caller, period: &Period, cases: &[StoredCase]) -> Vec<Finding> {
    let directory = caller.directory();
    let mut found = Vec::new();
    for case in cases {
        let papers = case.papers.iter();
        let papers = papers.filter(|paper| caller.reads(Kind::Finding, &paper.unit));
        found.extend(papers.filter_map(|paper| {
            let Content::Finding(finding) = &paper.content else {
                return None;
            };
            let is_of = |session: &String| match finding.session.as_str() {
                "" => is_raised(period, case),
                own => own == session,
            };
            let session = period.raised.session.as_ref();
            if !period.has_day(&finding.date) || !session.is_none_or(is_of) {
                return None;
            }
            let by = answered(directory, case).map(|answered| answered.agency);
            Some(Finding {
                content: case.row.case.wording.clone(),
                agency: by
                    .unwrap_or_else(|| names::asked(directory, &case.row.unit, &case.row.standing)),
                date: day(&finding.date),
                on_time: known(&finding.timeliness, "on-time"),
                for_good: known(&finding.resolved, "for-good"),
                verdict: name_of(VERDICTS, &finding.verdict).to_owned(),
            })
        }));
    }
    found.sort_by_key(|finding| finding.date);
    found
}
