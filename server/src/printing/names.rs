//! What bodies of a unit are called on paper.

use kiennghi_shared::bodies::{self, running};
use kiennghi_shared::casefile::{self, Holder, Standing};
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::papers::Dispatch;
use kiennghi_shared::text::fold;

use crate::auth::Directory;
use crate::papers::letter::{Letterhead, Signer};

/// Folded words that stand before the names of units.
const TIERS: &[&str] = &[
    "tinh", "thanh", "pho", "huyen", "quan", "thi", "xa", "tran", "phuong",
];

/// The name alone: `Đầm Hà`; all of it where nothing else is left.
fn bare(name: &str) -> String {
    let words = name.split_whitespace();
    let words = words.skip_while(|word| TIERS.contains(&fold(word).as_str()));
    let bare = words.collect::<Vec<_>>().join(" ");
    if bare.is_empty() {
        name.to_owned()
    } else {
        bare
    }
}

pub(super) fn committee(directory: &Directory, unit: &UnitCode) -> String {
    bodies::committee(directory.unit_name(unit))
}

/// Who answers in a unit: the agency that it is, or its executive.
pub(super) fn answerer(directory: &Directory, unit: &UnitCode) -> String {
    directory.body_name(unit, "executive")
}

/// Whom a letter is for: as it was written, or else the body of the unit that it goes to.
pub(super) fn addressee(directory: &Directory, dispatch: &Dispatch) -> String {
    if dispatch.to.is_empty() {
        directory.body_name(&UnitCode(dispatch.to_unit.clone()), &dispatch.to_role)
    } else {
        dispatch.to.clone()
    }
}

/// What stands above a paper of a committee; `symbol` is the one of papers without a number yet.
pub(super) fn letterhead(
    directory: &Directory,
    unit: &UnitCode,
    number: &str,
    symbol: &str,
    date: &str,
) -> Letterhead {
    let name = directory.unit_name(unit);
    let (number, own_symbol) = number_and_symbol(number);
    Letterhead {
        superior: format!("Hội đồng nhân dân\n{}", running(name)),
        body: "Thường trực".to_owned(),
        number,
        symbol: own_symbol.unwrap_or(symbol).to_owned(),
        place: bare(name),
        date: super::day(date),
    }
}

/// `45/TTHĐND` in its two parts. A number that is none is left to be written in by hand.
fn number_and_symbol(text: &str) -> (Option<u32>, Option<&str>) {
    let (number, symbol) = text.split_once('/').unwrap_or((text, ""));
    let number = number.trim().parse().ok();
    (
        number,
        Some(symbol.trim()).filter(|symbol| !symbol.is_empty()),
    )
}

/// Who signs for the committee; a deputy of the chair signs in the chair's place.
pub(super) fn signer(post: &str, name: &str) -> Signer {
    let is_deputy = fold(post).starts_with("pho chu tich");
    let instead = if is_deputy { "\nKT. Chủ tịch" } else { "" };
    Signer {
        authority: format!("TM. Thường trực Hội đồng nhân dân{instead}"),
        post: post.to_owned(),
        name: name.to_owned(),
    }
}

/// Who receives a copy of a letter.
pub(super) fn copies() -> Vec<String> {
    vec![FILED.to_owned()]
}

/// Who receives a committee's report: the committee above it, and the bodies of its own unit.
pub(super) fn receivers(directory: &Directory, unit: &UnitCode) -> Vec<String> {
    let above = directory.unit(unit).and_then(|unit| unit.parent.as_ref());
    let above = above.map(|above| format!("{} (báo cáo)", committee(directory, above)));
    let name = running(directory.unit_name(unit));
    let own = [
        format!("Đại biểu Hội đồng nhân dân {name}"),
        format!("Các Ban của Hội đồng nhân dân {name}"),
        format!("Ủy ban nhân dân {name}"),
        format!("Ủy ban Mặt trận Tổ quốc Việt Nam {name}"),
        FILED.to_owned(),
    ];
    above.into_iter().chain(own).collect()
}

/// That one stays in the office.
const FILED: &str = "Lưu: VT";

/// Who is to answer a case of a committee, or has; nobody where it went to no unit.
pub(super) fn asked(directory: &Directory, unit: &UnitCode, standing: &Standing) -> String {
    let named = |unit: &UnitCode| directory.body_name(unit, &standing.to_role);
    match casefile::answerer(standing.state, standing.lead.is_some()) {
        Holder::Committee => committee(directory, unit),
        Holder::Addressee => standing.addressee.as_ref().map(named).unwrap_or_default(),
        Holder::Lead => {
            let lead = standing.lead.as_ref();
            lead.map(|unit| answerer(directory, unit))
                .unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_alone() {
        assert_eq!(
            ["Thị trấn Đầm Hà", "Xã Quảng An", "Xã"].map(bare),
            ["Đầm Hà", "Quảng An", "Xã"]
        );
    }

    #[test]
    fn a_deputy_signs_in_the_place_of_the_chair() {
        let committee = "TM. Thường trực Hội đồng nhân dân";
        assert_eq!(signer("Chủ tịch", "").authority, committee);
        let deputy = signer("Phó Chủ tịch HĐND", "");
        assert_eq!(deputy.authority, format!("{committee}\nKT. Chủ tịch"));
    }

    #[test]
    fn a_number_is_told_from_its_symbol() {
        assert_eq!(number_and_symbol("45/TTHĐND"), (Some(45), Some("TTHĐND")));
        assert_eq!(number_and_symbol("45"), (Some(45), None));
        assert_eq!(number_and_symbol("12a/CV"), (None, Some("CV")));
        assert_eq!(number_and_symbol(""), (None, None));
    }
}
