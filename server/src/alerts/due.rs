//! Who is told what: on a working morning what is late at a desk and what will be soon, or what is to be told to
//! voters; and, gathered, that cases were assigned or letters have come.
//!
//! A line has numbers in it and nothing else: it passes through others' hands and shows on locked screens.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::alert::{Alert, Topic};
use kiennghi_shared::calendar::Day;
use kiennghi_shared::casefile::{Content, Desk, Situation, need};
use kiennghi_shared::catalogue::COMMITTEE;
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::schema::Kind;

use crate::auth::{Caller, Callers};
use crate::clock::hour_of;
use crate::store::{AlertedDevice, AlertedPerson, CaseFilter, NewPaper, Store, StoreError, Whose};

/// The morning's line still goes out so many hours late: the server may have been down.
const LATE_HOURS_MAX: u8 = 6;
/// News is gathered for so long.
const GATHER_MS: i64 = 15 * 60 * 1000;
/// News that could not be told for so long is none any more.
const NEWS_MS: i64 = 3 * 24 * 60 * 60 * 1000;
/// Cases of a delegate's units that are looked at.
const CASES_MAX: u64 = 2_000;

/// An alert, and where it goes.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    pub(crate) device: AlertedDevice,
    pub(crate) alert: Alert,
}

/// What is to be sent now; it is noted as sent, so that it is sent once, whatever happens to the server. Where the
/// store fails in the middle, what was noted before is sent all the same.
pub(crate) fn due(
    store: &dyn Store,
    callers: &Callers,
    from_hour: u8,
    now_ms: i64,
) -> Result<Vec<Due>, StoreError> {
    let people = store.alerted_people()?;
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let directory = callers.now(now_ms)?;
    let hour = hour_of(now_ms);
    let is_worked =
        Day::parse(directory.day()).is_some_and(|day| directory.calendar().is_working(day));
    let is_morning = is_worked && (from_hour..from_hour + LATE_HOURS_MAX).contains(&hour);
    let papers = store.new_papers(now_ms - NEWS_MS)?;
    let mut found = Vec::new();
    let mut look = |person: &AlertedPerson| -> Result<(), StoreError> {
        let device = person.devices[0].device;
        let Some(caller) = callers.of_device(device, &person.user)? else {
            return Ok(());
        };
        if is_morning && person.daily_on != directory.day() {
            let words = morning(store, &caller)?;
            let told = words.map(|words| (words, "/review/daily"));
            if store.begin_daily(&person.user, directory.day())? {
                found.extend(to_devices(person, &caller, Topic::Daily, told));
            }
        }
        if now_ms - person.news_at >= GATHER_MS {
            let told = news(store, &caller, person, &papers, now_ms)?;
            found.extend(to_devices(person, &caller, Topic::News, told));
        }
        Ok(())
    };
    if let Err(error) = people.iter().try_for_each(&mut look) {
        tracing::warn!(%error, "who is to be alerted could not be looked up to the end");
    }
    Ok(found)
}

fn to_devices(
    person: &AlertedPerson,
    caller: &Caller,
    topic: Topic,
    told: Option<(String, &str)>,
) -> Vec<Due> {
    let has_desk = !caller.profile().desks().is_empty();
    let Some((words, at_desk)) = told else {
        return Vec::new();
    };
    let path = |device: &AlertedDevice| match has_desk {
        true if device.is_browser => at_desk,
        true => "/",
        false => "/results",
    };
    let devices = person.devices.iter();
    devices
        .map(|device| Due {
            alert: Alert {
                topic,
                words: words.clone(),
                path: path(device).to_owned(),
            },
            device: device.clone(),
        })
        .collect()
}

/// The morning's line; none when nothing presses.
fn morning(store: &dyn Store, caller: &Caller) -> Result<Option<String>, StoreError> {
    let desks = caller.profile().desks();
    if desks.is_empty() {
        let waiting = to_be_told(store, caller)?;
        let words = format!("{waiting} kết quả chờ thông tin tới cử tri");
        return Ok((waiting > 0).then_some(words));
    }
    let (mut overdue, mut soon) = (0, 0);
    for desk in desks {
        let (late, near) = pressing(store, caller, desk)?;
        overdue += late;
        soon += near;
    }
    let cases = match (overdue, soon) {
        (0, 0) => None,
        (0, soon) => Some(format!("{soon} vụ việc sắp đến hạn")),
        (overdue, 0) => Some(format!("{overdue} vụ việc quá hạn")),
        (overdue, soon) => Some(format!("{overdue} vụ việc quá hạn, {soon} sắp đến hạn")),
    };
    let lines = [waiting(store, caller)?, cases];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    Ok((!lines.is_empty()).then(|| lines.join("; ")))
}

/// What of the petitions that no case carries was to be sent on by now.
fn waiting(store: &dyn Store, caller: &Caller) -> Result<Option<String>, StoreError> {
    let units = caller.units_where(Verb::Write, Kind::Consolidation);
    let directory = caller.directory();
    let (_, due) = store.waiting(&units, (directory.day(), &directory.soon()))?;
    let overdue = due.overdue;
    Ok((overdue > 0).then(|| format!("{overdue} kiến nghị quá hạn tổng hợp, chuyển đi")))
}

/// How many cases that a desk has to see to are late, and how many will be soon.
fn pressing(store: &dyn Store, caller: &Caller, desk: Desk) -> Result<(u64, u64), StoreError> {
    let directory = caller.directory();
    let seen_to = caller.needs_at(desk);
    let is_seen_to = |situation: &Situation| {
        let need = need(desk, *situation);
        need.is_some_and(|need| need.is_timed() && seen_to.contains(&need))
    };
    let filter = CaseFilter {
        situations: Some(Situation::all().filter(is_seen_to).collect()),
        due_by: Some(directory.soon()),
        ..CaseFilter::of(caller.cases_at(desk), directory.day())
    };
    let counts = store.case_counts(&filter)?;
    let sum = |late: bool| {
        let those = counts.iter().filter(|(at, _)| at.is_overdue == late);
        those.map(|(_, count)| count).sum()
    };
    Ok((sum(true), sum(false)))
}

/// How many answers are still to be told in units in which this user tells voters.
fn to_be_told(store: &dyn Store, caller: &Caller) -> Result<usize, StoreError> {
    let units = caller.units_where(Verb::Write, Kind::Notice);
    if units.is_empty() {
        return Ok(0);
    }
    let filter = CaseFilter {
        told: Some(false),
        ..CaseFilter::of(Whose::Village(units.clone()), caller.directory().day())
    };
    let page = store.cases(&filter, 0, CASES_MAX)?;
    let waits = page.cases.iter().filter(|row| {
        let mut untold = row.standing.untold.iter();
        row.standing.answer.is_some() && untold.any(|voice| units.contains(&voice.unit))
    });
    Ok(waits.count())
}

/// What has come for a person that nobody told that person of, and the page at a desk that shows it; none when nothing
/// has.
fn news(
    store: &dyn Store,
    caller: &Caller,
    person: &AlertedPerson,
    papers: &[NewPaper],
    now_ms: i64,
) -> Result<Option<(String, &'static str)>, StoreError> {
    // What came before the first of the devices was to be sent alerts is no news.
    let since = person.devices.iter().map(|device| device.added_at).min();
    let concerning = papers.iter().filter(|paper| {
        since.is_some_and(|since| paper.updated_at > since)
            && paper.author != person.user
            && concerns(caller, paper)
    });
    let concerning: Vec<&NewPaper> = concerning.collect();
    let numbers: Vec<i64> = concerning.iter().map(|paper| paper.number).collect();
    if numbers.is_empty() {
        return Ok(None);
    }
    let mut untold = store.untold_papers(&person.user, &numbers)?;
    if !untold.is_empty() {
        // Another look may have come first.
        untold = store.note_told(&person.user, &untold, now_ms)?;
    }
    if untold.is_empty() {
        return Ok(None);
    }
    let is_letter = |paper: &&&NewPaper| matches!(paper.facts, Content::Dispatch(_));
    let told = concerning
        .iter()
        .filter(|paper| untold.contains(&paper.number));
    let letters = told.filter(is_letter).count();
    Ok(Some(match (untold.len() - letters, letters) {
        (0, letters) => (format!("{letters} văn bản mới đến"), "/letters/received"),
        (assigned, 0) => (format!("{assigned} vụ việc mới được phân công"), "/desk"),
        (assigned, letters) => {
            let words = format!("{assigned} vụ việc mới được phân công, {letters} văn bản mới đến");
            (words, "/desk")
        }
    }))
}

/// Whether somebody is to act on a paper: the agency that it names, or the desk of the very unit that it was sent to.
fn concerns(caller: &Caller, paper: &NewPaper) -> bool {
    let writes = |kind, unit: &UnitCode| caller.may(Verb::Write, Thing::Document(kind), unit);
    match &paper.facts {
        Content::Assignment(assignment) => {
            assignment.withdrawn.is_empty()
                && writes(Kind::Answer, &paper.unit)
                && !writes(Kind::Assignment, &paper.unit)
                && !caller.reads(Kind::Case, &paper.unit)
        }
        Content::Dispatch(dispatch) => {
            let to = UnitCode(dispatch.to_unit.clone());
            let kind = match dispatch.to_role.as_str() {
                COMMITTEE => Kind::Dispatch,
                _ => Kind::Assignment,
            };
            caller.may_own(Verb::Write, kind, &to)
        }
        Content::Answer(_) | Content::Check(_) | Content::Finding(_) | Content::Notice(_) => false,
    }
}
