//! The consolidation report and its annexes: what was raised in a period, case by case.

use kiennghi_shared::catalogue::COMPETENCES;
use kiennghi_shared::code::Code;
use kiennghi_shared::field_of_work::{FieldOfWork, FieldsOfWork};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::text::fold;

use super::{CASES_MAX, Period, Printed, answered, names, places, printed, repeated};
use crate::auth::{Caller, Directory};
use crate::papers;
use crate::papers::annexes::{Entry, Tier};
use crate::papers::report::{ConsolidationReport, consolidation_report};
use crate::store::{Store, StoredCase, StoredVoice};

/// The consolidation report as `.docx`.
///
/// # Errors
/// [`Code::Forbidden`] to those who do not read cases and petitions, [`Code::TooLarge`] for more than
/// one report holds; when the store fails.
pub fn consolidation(store: &dyn Store, caller: &Caller, period: &Period) -> Result<Printed, Code> {
    let report = report(store, caller, period)?;
    let name = "Báo cáo tổng hợp kiến nghị của cử tri";
    printed(name, consolidation_report(&report))
}

/// The report's annexes as `.xlsx`.
///
/// # Errors
/// As [`consolidation`].
pub fn annexes(store: &dyn Store, caller: &Caller, period: &Period) -> Result<Printed, Code> {
    let report = report(store, caller, period)?;
    let name = "Phụ lục báo cáo tổng hợp kiến nghị của cử tri";
    printed(name, papers::workbook(&papers::report::annexes(&report)))
}

fn report(
    store: &dyn Store,
    caller: &Caller,
    period: &Period,
) -> Result<ConsolidationReport, Code> {
    let mut period = period.of_kinds(caller, &[Kind::Petition, Kind::Case]);
    // A report lists what was raised in its period.
    period.raised.begins.clear();
    if period.raised.units.is_empty() {
        return Err(Code::Forbidden);
    }
    let directory = caller.directory();
    let rank = directory
        .unit(&period.top)
        .and_then(|unit| rank(&unit.tier));
    let mut entries = Vec::new();
    for case in period.cases(store, directory.day())? {
        let note = repeated(store, directory, &period.top, &case)?;
        entries.push(of_case(directory, &period, rank, &case, note));
    }
    let waiting = store.raised_waiting(&period.raised, CASES_MAX + 1)?;
    if waiting.len() as u64 > CASES_MAX {
        return Err(Code::TooLarge);
    }
    entries.extend(waiting.iter().map(|voice| of_voice(directory, rank, voice)));
    Ok(ConsolidationReport {
        head: names::letterhead(directory, &period.top, "", "BC-TTHĐND", ""),
        from: names::committee(directory, &period.top),
        about: period.said(directory),
        tier: rank.map_or("", |rank| COMPETENCES[rank].name).to_owned(),
        fields: fields_of(directory, &entries),
        entries,
        remarks: Vec::new(),
        signer: names::signer("Chủ tịch", ""),
        copies: names::receivers(directory, &period.top),
    })
}

/// Those of today, and those of what is reported.
fn fields_of(directory: &Directory, entries: &[Entry]) -> FieldsOfWork {
    let has = |field: &FieldOfWork| entries.iter().any(|entry| entry.field == field.code);
    directory.district().fields.used_on(directory.day(), has)
}

fn of_case(
    directory: &Directory,
    period: &Period,
    rank: Option<usize>,
    case: &StoredCase,
    note: String,
) -> Entry {
    let voices = case.voices.iter().filter(|voice| period.holds(voice));
    Entry {
        place: places(directory, voices.clone()),
        voices: voices.count() as u64,
        is_case: true,
        content: case.row.case.wording.clone(),
        field: case.row.case.field.clone(),
        tier: tier(rank, &case.row.case.competence),
        answered: answered(directory, case),
        note,
    }
}

/// A petition that no case carries is a line of its own.
fn of_voice(directory: &Directory, rank: Option<usize>, voice: &StoredVoice) -> Entry {
    Entry {
        place: places(directory, [voice]),
        voices: 1,
        is_case: false,
        content: voice.petition.content.clone(),
        field: voice.petition.field.clone(),
        tier: tier(rank, &voice.petition.competence),
        answered: None,
        note: "Chưa tổng hợp".to_owned(),
    }
}

/// Folded words by which the tiers of units are known, in the order of the competences.
const TIERS: [&[&str]; 3] = [
    &["xa", "phuong", "thi tran", "dac khu"],
    &["huyen", "quan", "thi xa"],
    &["tinh", "thanh pho"],
];

/// Where a tier's competence stands among all.
fn rank(tier: &str) -> Option<usize> {
    let folded = fold(tier);
    TIERS
        .iter()
        .position(|names| names.contains(&folded.as_str()))
}

/// The tier of a competence, seen from a unit's.
fn tier(own: Option<usize>, competence: &str) -> Tier {
    let place = COMPETENCES.iter().position(|one| one.code == competence);
    match (own, place) {
        (Some(own), Some(place)) if place > own => Tier::Higher,
        (Some(own), Some(place)) if place < own => Tier::Lower,
        (Some(_), Some(_)) => Tier::Own,
        _ => Tier::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_competence_is_seen_from_the_tier_that_reports() {
        let district = rank("huyện");
        let seen = ["commune", "district", "province", "central", ""];
        let seen = seen.map(|competence| tier(district, competence));
        let [lower, own, higher] = [Tier::Lower, Tier::Own, Tier::Higher];
        assert_eq!(seen, [lower, own, higher, higher, Tier::Unclear]);
        assert_eq!(tier(rank("Xã"), "district"), Tier::Higher);
        assert_eq!(tier(rank("liên xã"), "central"), Tier::Unclear);
    }
}
