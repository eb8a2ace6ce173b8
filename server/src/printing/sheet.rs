//! The answer sheet of a case: a page for each village that raised it.

use kiennghi_shared::bodies::running;
use kiennghi_shared::code::Code;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::papers::Answer;
use kiennghi_shared::schema::Kind;

use super::{Printed, answer_of, day, names, printed};
use crate::auth::{Caller, Directory};
use crate::papers::sheet::{AnswerSheet, answer_sheets};
use crate::papers::words;
use crate::store::{Store, StoredCase, StoredVoice};

/// The answer sheets of a case as `.docx`: of the villages in units whose petitions the caller reads, of all for
/// whoever reads cases of its unit, or none of its petitions.
///
/// # Errors
/// [`Code::NotFound`] for a case that the caller does not see, or that is not answered. When the store fails.
pub fn answer_sheet(store: &dyn Store, caller: &Caller, id: DocumentId) -> Result<Printed, Code> {
    let case = store.case(id)?.filter(|case| caller.sees(case));
    let case = case.ok_or(Code::NotFound)?;
    let (paper, answer) = answer_of(&case).ok_or(Code::NotFound)?;
    let directory = caller.directory();
    let by = names::answerer(directory, &paper.unit);
    let pages: Vec<_> = villages(&voices(caller, &case))
        .into_iter()
        .map(|voices| page(directory, &case, &voices, answer, &by))
        .collect();
    if pages.is_empty() {
        return Err(Code::NotFound);
    }
    let name = format!("Thông tin tới cử tri {}", case.row.case.code);
    printed(&name, answer_sheets(&pages))
}

fn voices<'a>(caller: &Caller, case: &'a StoredCase) -> Vec<&'a StoredVoice> {
    let own = case.voices.iter();
    let own: Vec<_> = own
        .filter(|voice| caller.reads(Kind::Petition, &voice.unit))
        .collect();
    if own.is_empty() || caller.reads(Kind::Case, &case.row.unit) {
        case.voices.iter().collect()
    } else {
        own
    }
}

/// The voices of each village, in the order in which they were raised.
fn villages<'a>(voices: &[&'a StoredVoice]) -> Vec<Vec<&'a StoredVoice>> {
    let mut villages: Vec<Vec<&StoredVoice>> = Vec::new();
    let place = |voice: &'a StoredVoice| (&voice.unit, &voice.petition.village);
    for voice in voices {
        let mut known = villages.iter_mut();
        match known.find(|village| place(village[0]) == place(voice)) {
            Some(village) => village.push(voice),
            None => villages.push(vec![voice]),
        }
    }
    villages
}

fn page(
    directory: &Directory,
    case: &StoredCase,
    voices: &[&StoredVoice],
    answer: &Answer,
    by: &str,
) -> AnswerSheet {
    let first = voices[0];
    AnswerSheet {
        village: village(directory, &first.unit, &first.petition.village),
        occasion: occasion(voices),
        asked: case.row.case.wording.clone(),
        agency: by.to_owned(),
        answer: answer.clone(),
    }
}

/// `Thôn Nà Cáng, xã Quảng An`.
fn village(directory: &Directory, unit: &UnitCode, village: &str) -> String {
    let unit = directory.unit_name(unit);
    match village {
        "" => unit.to_owned(),
        village => format!("{village}, {}", running(unit)),
    }
}

/// The meetings at which it was asked; nothing when it was raised at none.
fn occasion(voices: &[&StoredVoice]) -> String {
    let met = voices.iter();
    let met = met.filter(|voice| voice.petition.meeting.is_some());
    let mut days: Vec<&str> = met.map(|voice| voice.day.as_str()).collect();
    days.sort_unstable();
    days.dedup();
    let days: Vec<_> = days.into_iter().filter_map(day).map(words::date).collect();
    match days.as_slice() {
        [] => String::new(),
        days => format!("cuộc tiếp xúc cử tri ngày {}", days.join(", ")),
    }
}
