//! The choices that forms offer: codes that are stored, and the Vietnamese words for them.

/// One choice: the code that is stored and the words that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// What a document holds.
    pub code: &'static str,
    /// What a person reads.
    pub name: &'static str,
}

/// A field of work (lĩnh vực): the root it belongs to, and itself a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldOfWork {
    /// The choice itself.
    pub choice: Choice,
    /// The name of the root field it belongs to.
    pub root: &'static str,
}

const fn choice(code: &'static str, name: &'static str) -> Choice {
    Choice { code, name }
}

const fn work(root: &'static str, code: &'static str, name: &'static str) -> FieldOfWork {
    FieldOfWork {
        choice: choice(code, name),
        root,
    }
}

const ECONOMY: &str = "Kinh tế – Ngân sách";
const SOCIETY: &str = "Văn hoá – Xã hội";

/// Fields of work (lĩnh vực), leaves under their roots, in the order of the printed tables.
pub const FIELDS_OF_WORK: &[FieldOfWork] = &[
    work("Cơ chế chính sách", "policy", "Cơ chế chính sách"),
    work(ECONOMY, "land", "Đất đai"),
    work(ECONOMY, "transport", "Giao thông"),
    work(ECONOMY, "irrigation", "Thuỷ lợi"),
    work(ECONOMY, "clean-water", "Nước sạch"),
    work(ECONOMY, "electricity", "Lưới điện"),
    work(ECONOMY, "new-countryside", "Nông thôn mới"),
    work(ECONOMY, "environment", "Môi trường"),
    work(SOCIETY, "health", "Y tế"),
    work(SOCIETY, "education", "Giáo dục"),
    work(SOCIETY, "social-policy", "Chính sách xã hội"),
    work(SOCIETY, "ethnic-mountain", "Dân tộc miền núi"),
    work("Tư pháp", "justice", "Tư pháp (nội chính)"),
    work(
        "An ninh quốc phòng và khác",
        "security-other",
        "An ninh quốc phòng và khác",
    ),
];

/// Competence (thẩm quyền): the tier that a petition is thought to belong to.
pub const COMPETENCES: &[Choice] = &[
    choice("commune", "Cấp xã"),
    choice("district", "Cấp huyện"),
    choice("province", "Cấp tỉnh"),
    choice("central", "Trung ương"),
];

/// Kinds of petition. A denunciation (tố cáo) is not recorded in this system.
pub const PETITION_KINDS: &[Choice] = &[
    choice("proposal", "Kiến nghị"),
    choice("report", "Phản ánh"),
    choice("complaint", "Khiếu nại"),
];

/// When a meeting takes place, seen from the council session.
pub const PHASES: &[Choice] = &[
    choice("before", "Trước kỳ họp"),
    choice("after", "Sau kỳ họp"),
    choice("other", "Khác"),
];

/// Kinds of session of the council.
pub const SESSION_KINDS: &[Choice] = &[
    choice("regular", "Thường lệ"),
    choice("topical", "Chuyên đề"),
];

/// Kinds of meeting.
pub const MEETING_KINDS: &[Choice] = &[
    choice("periodic", "Tiếp xúc cử tri định kỳ"),
    choice("topical", "Tiếp xúc cử tri chuyên đề"),
    choice("reception-periodic", "Tiếp công dân định kỳ"),
    choice("reception-regular", "Tiếp công dân thường xuyên"),
    choice("reception-adhoc", "Tiếp công dân đột xuất"),
];

/// The words for a code; the code itself when it is not known here (a newer phone wrote it).
#[must_use]
pub fn name_of<'a>(choices: &[Choice], code: &'a str) -> &'a str {
    choices
        .iter()
        .find(|choice| choice.code == code)
        .map_or(code, |choice| choice.name)
}

/// The words for a field of work's code; the code itself when it is not known here.
#[must_use]
pub fn field_of_work_name(code: &str) -> &str {
    FIELDS_OF_WORK
        .iter()
        .find(|field| field.choice.code == code)
        .map_or(code, |field| field.choice.name)
}
