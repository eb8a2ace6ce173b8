//! The choices that forms offer: codes that are stored, and the Vietnamese words for them.

/// One choice: the code that is stored and the words that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// What a document holds.
    pub code: &'static str,
    /// What a person reads.
    pub name: &'static str,
}

const fn choice(code: &'static str, name: &'static str) -> Choice {
    Choice { code, name }
}

/// Fields of work (lĩnh vực) that a new district begins with: roots, and the leaves under each, in the order of the
/// printed tables. What a district has is its own data ([`FieldsOfWork`](crate::field_of_work::FieldsOfWork)).
pub const FIELDS_OF_WORK: &[(&str, &[Choice])] = &[
    (
        "Cơ chế chính sách",
        &[choice("policy", "Cơ chế chính sách")],
    ),
    (
        "Kinh tế – Ngân sách",
        &[
            choice("land", "Đất đai"),
            choice("transport", "Giao thông"),
            choice("irrigation", "Thủy lợi"),
            choice("clean-water", "Nước sạch"),
            choice("electricity", "Lưới điện"),
            choice("new-countryside", "Nông thôn mới"),
            choice("environment", "Môi trường"),
        ],
    ),
    (
        "Văn hóa – Xã hội",
        &[
            choice("health", "Y tế"),
            choice("education", "Giáo dục"),
            choice("social-policy", "Chính sách xã hội"),
            choice("ethnic-mountain", "Dân tộc miền núi"),
        ],
    ),
    ("Tư pháp", &[choice("justice", "Tư pháp (nội chính)")]),
    (
        "An ninh quốc phòng và khác",
        &[choice("security-other", "An ninh quốc phòng và khác")],
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

/// Kinds of dispatch (văn bản).
pub const DISPATCH_KINDS: &[Choice] = &[
    choice("transfer", "Chuyển kiến nghị"),
    choice("reminder", "Đôn đốc"),
    choice("reply", "Trả lời"),
    choice("report", "Báo cáo"),
];

/// A dispatch that is for the council's committee of its unit.
pub const COMMITTEE: &str = "standing-committee";

/// Whom a dispatch is for, in its unit.
pub const ADDRESSEES: &[Choice] = &[
    choice("executive", "Ủy ban nhân dân"),
    choice(COMMITTEE, "Thường trực Hội đồng nhân dân"),
];

/// What an agency is to do with a case.
pub const PARTS: &[Choice] = &[
    choice("lead", "Chủ trì"),
    choice("coordinating", "Phối hợp"),
];

/// Outcomes of an answer, and what is said in the place of one.
pub const OUTCOMES: &[Choice] = &[
    choice("explained", "Giải trình, cung cấp thông tin"),
    choice("resolved", "Đã giải quyết xong"),
    choice("in-progress", "Đang xem xét, giải quyết"),
    choice("unresolved", "Chưa giải quyết"),
    choice(SENT_BACK, "Trả lại"),
];

/// What an answer has in the place of an outcome that gives the case back.
pub const SENT_BACK: &str = "sent-back";

/// What an answer has in the place of an outcome that an agency wrote to help whoever answers.
pub const OPINION: &str = "opinion";

/// By what means something was resolved.
pub const RESOLVED_MEASURES: &[Choice] = &[
    choice("document", "Ban hành, sửa đổi văn bản"),
    choice("inspection", "Thanh tra, kiểm tra"),
    choice("done", "Tổ chức thực hiện"),
];

/// Why something is still in progress.
pub const PROGRESS_MEASURES: &[Choice] = &[
    choice("roadmap", "Có lộ trình"),
    choice("no-roadmap", "Chưa có lộ trình"),
    choice("no-resources", "Chưa có nguồn lực"),
    choice("higher-document", "Vướng văn bản cấp trên"),
    choice("submitted", "Đã trình cấp trên"),
    choice("other-reason", "Lý do khác"),
];

/// What a check on site finds of an answer.
pub const CHECKS: &[Choice] = &[
    choice("holds", "Đúng như trả lời"),
    choice("partly", "Mới được một phần"),
    choice("fails", "Chưa đúng như trả lời"),
    choice("not-needed", "Không cần kiểm tra tại chỗ"),
];

/// Whether an answer came in time.
pub const TIMELINESS: &[Choice] = &[choice("on-time", "Đúng hạn"), choice("late", "Quá hạn")];

/// How far a case is resolved, in the eyes of those who supervise.
pub const RESOLUTIONS: &[Choice] = &[
    choice("for-good", "Dứt điểm"),
    choice("not-for-good", "Chưa dứt điểm"),
    choice("unresolved", "Chưa giải quyết"),
];

/// What supervision ends with.
pub const VERDICTS: &[Choice] = &[
    choice("close", "Kết thúc theo dõi"),
    choice("follow", "Chuyển kỳ sau theo dõi tiếp"),
];

/// How a result is told to voters.
pub const NOTICE_WAYS: &[Choice] = &[
    choice("read-out", "Đọc tại cuộc họp thôn"),
    choice("posted", "Niêm yết"),
    choice("loudspeaker", "Phát loa"),
    choice("in-person", "Gặp trực tiếp"),
];

/// What voters say of a result.
pub const REACTIONS: &[Choice] = &[
    choice("agreed", "Đồng tình"),
    choice("not-solved", "Chưa được giải quyết"),
    choice("none", "Không có ý kiến"),
];

/// The words for a code; the code itself when it is not known here (a newer phone wrote it).
#[must_use]
pub fn name_of<'a>(choices: &[Choice], code: &'a str) -> &'a str {
    choices
        .iter()
        .find(|choice| choice.code == code)
        .map_or(code, |choice| choice.name)
}
