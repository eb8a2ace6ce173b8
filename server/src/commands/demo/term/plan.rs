//! What the term is made of: its sessions, and what becomes of a case by its number.

/// The sessions: code, name, and the first of their two days.
pub(in crate::commands::demo) const SESSIONS: [(&str, &str, &str); 10] = [
    ("ky-2-2021", "Kỳ họp thường lệ cuối năm 2021", "2021-12-20"),
    ("ky-1-2022", "Kỳ họp thường lệ giữa năm 2022", "2022-07-11"),
    ("ky-2-2022", "Kỳ họp thường lệ cuối năm 2022", "2022-12-15"),
    ("ky-1-2023", "Kỳ họp thường lệ giữa năm 2023", "2023-07-10"),
    ("ky-2-2023", "Kỳ họp thường lệ cuối năm 2023", "2023-12-18"),
    ("ky-1-2024", "Kỳ họp thường lệ giữa năm 2024", "2024-07-08"),
    ("ky-2-2024", "Kỳ họp thường lệ cuối năm 2024", "2024-12-16"),
    ("ky-1-2025", "Kỳ họp thường lệ giữa năm 2025", "2025-07-14"),
    ("ky-2-2025", "Kỳ họp thường lệ cuối năm 2025", "2025-12-15"),
    ("ky-1-2026", "Kỳ họp thường lệ giữa năm 2026", "2026-06-15"),
];
/// Petitions before each session; 303 in all, 40 at one.
pub(super) const PETITIONS: [usize; 10] = [27, 30, 28, 31, 29, 30, 40, 32, 29, 27];
/// Days that a dispatch gives for an answer.
pub(super) const DAYS_TO_ANSWER: i32 = 45;

/// And one that reminds.
pub(super) const DAYS_WHEN_REMINDED: i32 = 15;

/// Whether an answer comes late: every fifth.
pub(super) fn is_late(number: usize) -> bool {
    number % 5 == 4
}

/// Whether a petition of a session is not consolidated yet: one of every third session, and some of the last.
pub(super) fn waits(session: usize, index: usize) -> bool {
    let is_last = session + 1 == SESSIONS.len();
    session % 3 == 1 && index == 26 || is_last && index % 9 == 8
}

/// Whether a case whose matter was raised before says so: one in four.
pub(super) fn is_repeated(number: usize) -> bool {
    number % 4 == 2
}

/// What is done with a case that is none of its addressee's.
pub(super) fn is_sent_back(number: usize) -> bool {
    number % 23 == 7
}

/// Whether a case that was sent back was sent to somebody else since.
pub(super) fn is_sent_again(number: usize) -> bool {
    number % 46 == 7
}

/// The agency that a field of work belongs to, by the end of its code.
pub(super) fn agency_for(field: &str) -> &'static str {
    match field {
        "transport" | "new-countryside" => "KTHT",
        "electricity" => "DL",
        "irrigation" | "environment" | "land" | "clean-water" => "NNMT",
        "education" => "GDDT",
        "health" => "YT",
        _ => "NVLD",
    }
}

pub(super) fn outcome_of(number: usize) -> (&'static str, &'static str) {
    match number % 20 {
        0..9 => ("resolved", ["done", "document", "inspection"][number % 3]),
        9..14 => ("explained", ""),
        14..18 => (
            "in-progress",
            ["roadmap", "no-resources", "submitted"][number % 3],
        ),
        _ => ("unresolved", ""),
    }
}

pub(super) fn answer_to(outcome: &str) -> &'static str {
    match outcome {
        "resolved" => {
            "Việc bà con kiến nghị đã được kiểm tra tại chỗ và làm xong. Nếu còn vướng mắc, đề nghị bà con phản ánh để được xem xét tiếp."
        }
        "explained" => {
            "Việc bà con nêu đã có quy định và đang được làm theo quy định đó. Bà con cần biết thêm, xin đến bộ phận một cửa của xã để được hướng dẫn."
        }
        "in-progress" => {
            "Kiến nghị của bà con là đúng. Cơ quan đang khảo sát và bố trí vốn; làm xong sẽ thông báo để bà con biết."
        }
        _ => {
            "Hiện chưa có vốn để làm. Kiến nghị của bà con đã được ghi nhận và sẽ được đề xuất vào kế hoạch năm sau."
        }
    }
}
