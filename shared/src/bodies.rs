//! What the bodies of a unit are called, on the page and on paper: its People's Committee, the standing committee
//! of its People's Council, or the agency that it is.

use crate::catalogue::COMMITTEE;
use crate::profile::AGENCY_TIER;

/// A name in running text: `huyện Đầm Hà`.
#[must_use]
pub fn running(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

/// The standing committee of a unit's People's Council.
#[must_use]
pub fn committee(unit_name: &str) -> String {
    format!("Thường trực Hội đồng nhân dân {}", running(unit_name))
}

/// Who answers in a unit of a tier: the agency that it is, or its People's Committee.
#[must_use]
pub fn answerer(unit_name: &str, tier: &str) -> String {
    if tier == AGENCY_TIER {
        unit_name.to_owned()
    } else {
        format!("Ủy ban nhân dân {}", running(unit_name))
    }
}

/// Whom something that was sent to a unit is for, by a code of [`ADDRESSEES`](crate::catalogue::ADDRESSEES).
#[must_use]
pub fn addressee(unit_name: &str, tier: &str, to_role: &str) -> String {
    match to_role {
        COMMITTEE if tier != AGENCY_TIER => committee(unit_name),
        _ => answerer(unit_name, tier),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_written_to_is_called_by_name() {
        let (executive, committee) = ("executive", COMMITTEE);
        for (unit, tier, role, wanted) in [
            (
                "Huyện Đầm Hà",
                "huyện",
                executive,
                "Ủy ban nhân dân huyện Đầm Hà",
            ),
            (
                "Thị trấn Đầm Hà",
                "thị trấn",
                executive,
                "Ủy ban nhân dân thị trấn Đầm Hà",
            ),
            ("Xã Quảng Tân", "xã", "", "Ủy ban nhân dân xã Quảng Tân"),
            (
                "Tỉnh Quảng Ninh",
                "tỉnh",
                committee,
                "Thường trực Hội đồng nhân dân tỉnh Quảng Ninh",
            ),
            (
                "Phòng Giáo dục và Đào tạo",
                AGENCY_TIER,
                executive,
                "Phòng Giáo dục và Đào tạo",
            ),
            ("Công an huyện", AGENCY_TIER, committee, "Công an huyện"),
        ] {
            assert_eq!(addressee(unit, tier, role), wanted);
        }
        assert_eq!(running("Ủy ban"), "ủy ban");
        assert_eq!(running(""), "");
    }
}
