//! Words that say little of what a petition is about, short forms of words that say much, and what stands
//! before the name of a place.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Folded words with which petitions are put together, whatever they ask for.
const COMMON: &str = "
    ai ba ban bi cac cap chinh cho chua co con cu cua cung da dan dang de den di dinh do duoc gia giai hai
    hien ho huyen khi khong kien lai lam lan lau len ma mai mong mot moi muon nam nang nay ngay nghi ngoai
    nguoi nha nhan nhieu nhung nuoc o phai qua quan quyen quyet ra rat sau se som tai tam theo thang thi thon
    tiep tinh tren tri tro trong truoc tu tuc va vao ve vi voi xa xem xet xin xuong
";

/// Short forms, folded, and the words that they stand for.
pub(super) const SHORT_FORMS: &[(&str, &str)] = &[
    ("bhxh", "bao hiem xa hoi"),
    ("bhyt", "bao hiem y te"),
    ("dbkk", "dac biet kho khan"),
    ("dg", "duong"),
    ("dtts", "dan toc thieu so"),
    ("gcnqsdd", "giay chung nhan quyen su dung dat"),
    ("gpmb", "giai phong mat bang"),
    ("hdnd", "hoi dong nhan dan"),
    ("ntm", "nong thon moi"),
    ("ql", "quoc lo"),
    ("tdc", "tai dinh cu"),
    ("thcs", "trung hoc co so"),
    ("thpt", "trung hoc pho thong"),
    ("tl", "tinh lo"),
    ("ubnd", "uy ban nhan dan"),
];

/// What stands before the names of places, in lower case.
const TIERS: &[&str] = &[
    "bản",
    "huyện",
    "khu",
    "phường",
    "phố",
    "thành",
    "thị",
    "thôn",
    "trấn",
    "tỉnh",
    "xã",
];

/// Whether a folded word is one of those that say little.
pub(super) fn is_common(folded: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> =
        LazyLock::new(|| COMMON.split_ascii_whitespace().collect());
    WORDS.contains(folded)
}

/// The words that a folded short form stands for.
pub(super) fn long_form(folded: &str) -> Option<&'static str> {
    let found = SHORT_FORMS.iter().find(|(short, _)| *short == folded);
    found.map(|(_, long)| *long)
}

/// Whether a word in lower case stands before the names of places.
pub(super) fn is_tier(lower: &str) -> bool {
    TIERS.contains(&lower)
}
