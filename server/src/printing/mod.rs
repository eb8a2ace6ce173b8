//! What is printed, put together for whoever may see what is in it: rows of the store in, papers out. Knows
//! no HTTP.

mod lists;
mod names;
mod report;
mod sheet;
mod tables;
mod transfer;

use std::collections::HashSet;

use jiff::civil::Date;
use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::casefile::Content;
use kiennghi_shared::catalogue::{OUTCOMES, name_of};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::papers::Answer;
use kiennghi_shared::schema::Kind;

use crate::auth::{Caller, Directory};
use crate::papers;
use crate::papers::annexes::Answered;
use crate::papers::lists::Roadmap;
use crate::store::{CaseFilter, PaperRow, Raised, Store, StoredCase, StoredVoice, Whose};

pub use report::{annexes, consolidation};
pub use sheet::answer_sheet;
pub use tables::tables;
pub use transfer::letter;

/// Cases of one paper, and petitions that no case carries; of more a shorter period is wanted.
const CASES_MAX: u64 = 5_000;

/// A file that was printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// What it is called, in words, without an ending.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Which unit reports, and about what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// The unit that reports.
    pub top: UnitCode,
    /// What was raised, in units of which the caller reads what is asked for.
    pub raised: Raised,
}

impl Period {
    /// In words: `Kỳ họp thứ 6, từ ngày 01/01/2025 đến ngày 31/03/2025`; `đến ngày …` of today for no bounds.
    fn words(&self, directory: &Directory) -> String {
        let Raised {
            from, to, session, ..
        } = &self.raised;
        let session = session.as_ref().map(|code| session_name(directory, code));
        let until = match (to.as_str(), &session) {
            ("", None) => directory.day(),
            (to, _) => to,
        };
        let days = [("từ", from.as_str()), ("đến", until)].map(|(word, text)| {
            let day = day(text)?;
            Some(format!("{word} ngày {}", papers::words::date(day)))
        });
        let days: Vec<_> = days.into_iter().flatten().collect();
        let parts = session.into_iter().chain(Some(days.join(" ")));
        let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }

    /// Behind what was raised: `gửi tới kỳ họp thứ 6 (từ ngày 01/01/2025 đến ngày 31/03/2025)`.
    fn said(&self, directory: &Directory) -> String {
        let Raised { session, .. } = &self.raised;
        let days = Self {
            raised: Raised {
                session: None,
                ..self.raised.clone()
            },
            top: self.top.clone(),
        };
        let is_bounded = !self.raised.from.is_empty() || !self.raised.to.is_empty();
        let days = format!("({})", days.words(directory));
        let days = (session.is_none() || is_bounded).then_some(days);
        let session = session.as_ref().map(|code| {
            let name = session_name(directory, code);
            format!("gửi tới {}", papers::words::going_on(&name))
        });
        let parts: Vec<_> = session.into_iter().chain(days).collect();
        parts.join(" ")
    }

    /// Whether a petition is of the period.
    fn holds(&self, voice: &StoredVoice) -> bool {
        let Raised { session, .. } = &self.raised;
        self.is_seen(voice)
            && self.has_day(&voice.day)
            && session.as_ref().is_none_or(|one| voice.session == *one)
    }

    /// Whether a petition is of its units, whenever it was raised.
    fn is_seen(&self, voice: &StoredVoice) -> bool {
        self.raised.units.contains(&voice.unit)
    }

    /// Whether a day, `yyyy-mm-dd`, is in it.
    fn has_day(&self, day: &str) -> bool {
        let Raised { from, to, .. } = &self.raised;
        *day >= **from && (to.is_empty() || *day <= **to)
    }

    /// The same, of those units alone of which the caller reads documents of these kinds.
    fn of_kinds(&self, caller: &Caller, kinds: &[Kind]) -> Self {
        let mut narrowed = self.clone();
        narrowed.raised.units.retain(|unit| {
            let mut kinds = kinds.iter();
            kinds.all(|kind| caller.may(Verb::Read, Thing::Document(*kind), unit))
        });
        narrowed
    }

    /// The cases that carry what was raised, the oldest first.
    fn cases(&self, store: &dyn Store, today: &str) -> Result<Vec<StoredCase>, Code> {
        let whose = Whose::Village(self.raised.units.clone());
        let filter = CaseFilter {
            raised: Some(self.raised.clone()),
            ..CaseFilter::of(whose, today)
        };
        let page = store.cases(&filter, 0, CASES_MAX)?;
        if page.total > CASES_MAX {
            return Err(Code::TooLarge);
        }
        let mut cases = Vec::with_capacity(page.cases.len());
        for row in page.cases.into_iter().rev() {
            cases.extend(store.case(row.id)?);
        }
        Ok(cases)
    }
}

fn printed(name: &str, bytes: Result<Vec<u8>, papers::Error>) -> Result<Printed, Code> {
    let bytes = bytes.map_err(|error| {
        tracing::error!(%error, "a paper could not be printed");
        Code::Internal
    })?;
    Ok(Printed {
        name: name.to_owned(),
        bytes,
    })
}

/// A day that is stored as `yyyy-mm-dd`; none for nothing.
fn day(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// The name of a council session; its code when there is none of it.
fn session_name(directory: &Directory, code: &str) -> String {
    let mut sessions = directory.district().sessions.iter();
    let session = sessions.find(|session| session.code == code);
    session.map_or(code, |session| &session.name).to_owned()
}

/// Where voices were raised: each unit once with its villages, `Xã Quảng An (Thôn Nà Cáng, Thôn Nà Pá)`.
fn places<'a>(directory: &Directory, voices: impl IntoIterator<Item = &'a StoredVoice>) -> String {
    let mut units: Vec<(&UnitCode, Vec<&str>)> = Vec::new();
    let mut seen = HashSet::new();
    for voice in voices {
        let village = voice.petition.village.as_str();
        if !seen.insert((&voice.unit, village)) {
            continue;
        }
        let index = units.iter().position(|(unit, _)| *unit == &voice.unit);
        let index = index.unwrap_or_else(|| {
            units.push((&voice.unit, Vec::new()));
            units.len() - 1
        });
        if !village.is_empty() {
            units[index].1.push(village);
        }
    }
    let named = units.into_iter().map(|(unit, villages)| {
        let name = directory.unit_name(unit);
        match villages.as_slice() {
            [] => name.to_owned(),
            villages => format!("{name} ({})", villages.join(", ")),
        }
    });
    named.collect::<Vec<_>>().join("; ")
}

/// The answer of a case that counts, and the paper that it is.
fn answer_of(case: &StoredCase) -> Option<(&PaperRow, &Answer)> {
    let id = case.row.standing.answer?;
    let paper = case.papers.iter().find(|paper| paper.id == id)?;
    match &paper.content {
        Content::Answer(answer) => Some((paper, answer)),
        _ => None,
    }
}

/// Who answered a case, by which document.
fn answered(directory: &Directory, case: &StoredCase) -> Option<Answered> {
    let (paper, answer) = answer_of(case)?;
    Some(Answered {
        agency: names::answerer(directory, &paper.unit),
        document: answer.number.clone(),
        date: day(&answer.date),
    })
}

/// What is noted of a case that was raised before: which case that was, and what was answered. It says so of cases of a
/// unit and those below it; of others, and where there was none, nothing.
fn repeated(
    store: &dyn Store,
    directory: &Directory,
    unit: &UnitCode,
    case: &StoredCase,
) -> Result<String, Code> {
    let Some(earlier) = case.row.case.repeated_from else {
        return Ok(String::new());
    };
    let earlier = store.case(earlier)?;
    let earlier = earlier.filter(|earlier| directory.is_within(unit, &earlier.row.unit));
    let Some(earlier) = earlier else {
        return Ok(String::new());
    };
    let answer = match answered(directory, &earlier) {
        Some(answered) => {
            let outcome = name_of(OUTCOMES, &earlier.row.standing.outcome);
            format!("{}: {outcome}", answered.cited())
        }
        None => "chưa được trả lời".to_owned(),
    };
    let code = &earlier.row.case.code;
    Ok(format!("Đã nêu trước đây (vụ việc {code}); {answer}"))
}

/// What an answer says of what is still to be done.
fn roadmap(answer: &Answer) -> Option<Roadmap> {
    let is_named = answer.measure == "roadmap";
    let is_there = is_named || !answer.roadmap.is_empty() || !answer.expected.is_empty();
    is_there.then(|| Roadmap {
        steps: answer.roadmap.clone(),
        expected: day(&answer.expected),
    })
}
