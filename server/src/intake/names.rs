//! What offices write for units, villages, council sessions, phases and fields of work, and what is meant.

use kiennghi_shared::catalogue::PHASES;
use kiennghi_shared::field_of_work::{FieldOfWork, FieldsOfWork};
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::profile::AGENCY_TIER;

use super::columns::plain;
use crate::auth::Directory;
use crate::spreadsheet::one_line;
use crate::store::{CouncilSessionRow, UnitRow};

/// Folded words that stand before the names of units and villages.
const TIERS: &[&[&str]] = &[
    &["thi", "tran"],
    &["thi", "xa"],
    &["thanh", "pho"],
    &["khu", "pho"],
    &["to", "dan", "pho"],
    &["tt"],
    &["xa"],
    &["phuong"],
    &["huyen"],
    &["quan"],
    &["tinh"],
    &["thon"],
    &["ban"],
    &["khu"],
    &["pho"],
];

/// The words of a name without what stands before it; none where nothing does.
fn bare(plain: &str) -> Option<String> {
    let words: Vec<&str> = plain.split(' ').collect();
    let mut tiers = TIERS.iter();
    let tier = tiers.find(|tier| words.starts_with(tier) && words.len() > tier.len())?;
    Some(words[tier.len()..].join(" "))
}

fn without_tier(plain: &str) -> String {
    bare(plain).unwrap_or_else(|| plain.to_owned())
}

/// Where something was raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) unit: UnitCode,
    /// As the unit calls it, or as it was written; empty for the whole unit.
    pub(super) village: String,
}

/// Units that stood on a day in which voters are met: one and those below it.
pub(super) struct Units<'a> {
    top: &'a UnitCode,
    units: Vec<&'a UnitRow>,
}

impl<'a> Units<'a> {
    pub(super) fn new(directory: &'a Directory, top: &'a UnitCode, day: &str) -> Self {
        let units = directory.district().units.iter();
        // A unit goes on until another takes its place.
        let stood = |unit: &&UnitRow| {
            unit.valid_from.as_str() <= day && *directory.unit_on(&unit.code, day) == unit.code
        };
        Self {
            top,
            units: units
                .filter(|unit| unit.tier != AGENCY_TIER && directory.is_within(top, &unit.code))
                .filter(stood)
                .collect(),
        }
    }

    /// The place that a text names.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(super) fn place(&self, text: &str) -> Result<Place, String> {
        let text = one_line(text);
        if text.is_empty() {
            return match self.only() {
                Some(unit) => Ok(place(unit, "")),
                None => Err("Thiếu địa phương.".to_owned()),
            };
        }
        if let Some(unit) = self.unit(&text)? {
            return Ok(place(unit, ""));
        }
        for (unit, village) in splits(&text) {
            if let Some(unit) = self.unit(&unit)? {
                return Ok(place(unit, &village));
            }
        }
        self.village(&text)
    }

    /// The unit, when there is but one.
    fn only(&self) -> Option<&'a UnitRow> {
        match self.units.as_slice() {
            [unit] => Some(unit),
            _ => None,
        }
    }

    /// The unit of a name: as it is written, then folded, then without what stands before it.
    fn unit(&self, text: &str) -> Result<Option<&'a UnitRow>, String> {
        let folded = plain(text);
        let alone = without_tier(&folded);
        let has_tier = alone != folded;
        let ways: [&dyn Fn(&UnitRow) -> bool; 3] = [
            &|unit| unit.name == text,
            &|unit| plain(&unit.name) == folded,
            // With words before it, it is another one than the same name with others.
            &|unit| !has_tier && without_tier(&plain(&unit.name)) == alone,
        ];
        let short = shortened(&folded);
        let by_short = |unit: &UnitRow| short.as_ref() == Some(&plain(&unit.name));
        for way in ways
            .into_iter()
            .chain([&by_short as &dyn Fn(&UnitRow) -> bool])
        {
            let mut found = self.units.iter().filter(|unit| way(unit));
            match (found.next(), found.next()) {
                (None, _) => {}
                (Some(unit), None) => return Ok(Some(unit)),
                (Some(_), Some(_)) => {
                    return Err(format!(
                        "Có nhiều đơn vị tên “{text}”: hãy ghi rõ xã, thị trấn."
                    ));
                }
            }
        }
        Ok(None)
    }

    /// A text that names no unit: a village of one of them, or any village where there is but one unit.
    fn village(&self, text: &str) -> Result<Place, String> {
        let with = self
            .units
            .iter()
            .filter(|unit| known_village(unit, text).is_some());
        match with.collect::<Vec<_>>().as_slice() {
            [unit] => return Ok(place(unit, text)),
            [] => {}
            _ => {
                return Err(format!(
                    "Có nhiều đơn vị có “{text}”: hãy ghi cả tên đơn vị."
                ));
            }
        }
        let names_unit = [
            "xa ",
            "phuong ",
            "thi tran ",
            "thi xa ",
            "huyen ",
            "tinh ",
            "tt ",
        ];
        let folded = plain(text);
        match self.only() {
            Some(unit) if !names_unit.iter().any(|tier| folded.contains(tier)) => {
                Ok(place(unit, text))
            }
            _ => Err(format!(
                "Không có địa phương “{text}” trong {}.",
                self.top_name()
            )),
        }
    }

    fn top_name(&self) -> &str {
        let top = self.units.iter().find(|unit| unit.code == *self.top);
        top.map_or(&self.top.0, |unit| &unit.name)
    }
}

/// `TT. Đầm Hà` in full.
fn shortened(plain: &str) -> Option<String> {
    plain
        .strip_prefix("tt ")
        .map(|name| format!("thi tran {name}"))
}

fn place(unit: &UnitRow, village: &str) -> Place {
    Place {
        unit: unit.code.clone(),
        village: known_village(unit, village).map_or_else(|| village.to_owned(), str::to_owned),
    }
}

/// The unit's village of this name.
fn known_village<'a>(unit: &'a UnitRow, text: &str) -> Option<&'a str> {
    let folded = plain(text);
    let alone = without_tier(&folded);
    let villages = || unit.villages.iter().map(String::as_str);
    villages()
        .find(|village| plain(village) == folded)
        .or_else(|| villages().find(|village| without_tier(&plain(village)) == alone))
        .filter(|_| !folded.is_empty())
}

/// Ways to read a text as a village and its unit, the likeliest first: unit and village.
fn splits(text: &str) -> Vec<(String, String)> {
    let is_mark = |c: char| matches!(c, ',' | ';' | '(' | ')' | '–' | '—' | '/');
    let parts: Vec<&str> = text
        .split(is_mark)
        .flat_map(|part| part.split(" - "))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let mut splits = Vec::new();
    for index in (0..parts.len()).rev().filter(|_| parts.len() > 1) {
        let mut rest = parts.clone();
        let unit = rest.remove(index);
        splits.push((unit.to_owned(), rest.join(", ")));
    }
    // Without a mark the unit begins with its own words: `Thôn 1 xã Quảng An`.
    let words: Vec<&str> = text.split(' ').collect();
    for index in 1..words.len() {
        let unit = words[index..].join(" ");
        if bare(&plain(&unit)).is_some() {
            let village = words[..index].join(" ");
            splits.push((
                unit,
                village.trim_end_matches([',', ';', '-', ' ']).to_owned(),
            ));
        }
    }
    splits
}

/// The council session of a code, a name, or a name's words beside `kỳ họp` and `thứ`.
pub(super) fn session<'a>(
    directory: &'a Directory,
    text: &str,
) -> Result<&'a CouncilSessionRow, String> {
    let text = one_line(text);
    if text.is_empty() {
        return Err("Thiếu kỳ họp.".to_owned());
    }
    let sessions = &directory.district().sessions;
    let core = |text: &str| {
        let plain = plain(text);
        let words = plain.split(' ');
        let words = words.filter(|word| !matches!(*word, "ky" | "hop" | "thu"));
        words.collect::<Vec<_>>().join(" ")
    };
    let (folded, alone) = (plain(&text), core(&text));
    let ways: [&dyn Fn(&CouncilSessionRow) -> bool; 4] = [
        &|session| session.code == text,
        &|session| session.name == text,
        &|session| plain(&session.name) == folded,
        &|session| core(&session.name) == alone,
    ];
    for way in ways {
        let mut found = sessions.iter().filter(|session| way(session));
        match (found.next(), found.next()) {
            (None, _) => {}
            (Some(session), None) => return Ok(session),
            (Some(_), Some(_)) => {
                return Err(format!("Có nhiều kỳ họp “{text}”: hãy ghi mã kỳ họp."));
            }
        }
    }
    Err(format!("Không có kỳ họp “{text}”."))
}

/// The code of a phase.
pub(super) fn phase(text: &str) -> Result<&'static str, String> {
    let folded = plain(text);
    if folded.is_empty() {
        return Err("Thiếu “Trước” hoặc “Sau”.".to_owned());
    }
    let mut phases = PHASES.iter();
    let phase = phases.find(|phase| {
        let name = plain(phase.name);
        name == folded || name.strip_suffix(" ky hop") == Some(&folded)
    });
    phase
        .map(|phase| phase.code)
        .ok_or_else(|| format!("“{}” không phải Trước, Sau hay Khác.", one_line(text)))
}

/// Other names that offices have for fields of work, folded.
const FIELD_NAMES: &[(&str, &str)] = &[
    ("noi chinh", "justice"),
    ("an ninh quoc phong", "security-other"),
    ("quoc phong an ninh", "security-other"),
    ("an ninh trat tu", "security-other"),
    ("linh vuc khac", "security-other"),
    ("khac", "security-other"),
];

/// What a text says of the field of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// Nothing.
    Nothing,
    /// A field's code.
    Field(String),
    /// The code of a field that was not used on the day.
    Unused(String),
    /// A root that has several fields.
    Root,
}

/// The field of work of a name, a leaf's or a root's: of those that were used on a day, else of all. A name that a new
/// district begins with goes on meaning its field.
pub(super) fn field(directory: &Directory, day: &str, text: &str) -> Result<Named, String> {
    let folded = plain(text);
    if folded.is_empty() {
        return Ok(Named::Nothing);
    }
    let fields = &directory.district().fields;
    let (used, others): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.is_used_on(day));
    let named = |fields: &[&FieldOfWork]| named(fields, &folded);
    let none = || format!("Không có lĩnh vực “{}”.", one_line(text));
    let unused = || match named(&others)? {
        Named::Field(code) => Some(Named::Unused(code)),
        other => Some(other),
    };
    named(&used).or_else(unused).ok_or_else(none)
}

fn named(fields: &[&FieldOfWork], folded: &str) -> Option<Named> {
    let first = FieldsOfWork::default();
    let first = |field: &FieldOfWork| first.get(&field.code).cloned();
    let is = |name: &str| plain(name) == folded;
    let leaf: [&dyn Fn(&FieldOfWork) -> bool; 3] = [
        &|field| is(&field.name),
        &|field| first(field).is_some_and(|first| is(&first.name)),
        &|field| FIELD_NAMES.contains(&(folded, &field.code)),
    ];
    let root: [&dyn Fn(&FieldOfWork) -> bool; 2] = [&|field| is(&field.root), &|field| {
        first(field).is_some_and(|first| is(&first.root))
    }];
    let found = |way: &dyn Fn(&FieldOfWork) -> bool| fields.iter().find(|field| way(field));
    if let Some(field) = leaf.into_iter().find_map(found) {
        return Some(Named::Field(field.code.clone()));
    }
    root.into_iter().find_map(|way| {
        let mut below = fields.iter().filter(|field| way(field));
        match (below.next(), below.next()) {
            (None, _) => None,
            (Some(field), None) => Some(Named::Field(field.code.clone())),
            (Some(_), Some(_)) => Some(Named::Root),
        }
    })
}

/// What tells a village from the others of its unit, however it is written.
pub(super) fn village_key(village: &str) -> String {
    without_tier(&plain(village))
}
