//! The Vietnamese words for what documents hold.
//!
//! Owns how values are read out; the words for codes themselves are the catalogue's.

use kiennghi_shared::casefile::State;
use kiennghi_shared::catalogue::{
    CHECKS, COMPETENCES, MEETING_KINDS, NOTICE_WAYS, OUTCOMES, PETITION_KINDS, PHASES, REACTIONS,
    name_of,
};
use kiennghi_shared::code::Code;
use kiennghi_shared::desk::Outcome;
use kiennghi_shared::record::{Edit, Meeting, Value};
use kiennghi_shared::schema::{Kind, PETITIONER, Shape};
use kiennghi_shared::session::Delivery;

use crate::browser;
use crate::state::App;
use crate::time;

/// What a field is called.
pub(crate) fn field_name(kind: Kind, key: &str) -> String {
    kind.field(key)
        .map_or_else(|| key.to_owned(), |field| field.name.to_owned())
}

/// A value as people read it; empty for none.
pub(crate) fn value(app: App, kind: Kind, key: &str, value: &Value) -> String {
    let shape = kind.field(key).map(|field| field.shape);
    match value {
        Value::Empty => String::new(),
        Value::Number(number) if shape == Some(Shape::Instant) => time::moment(*number),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => match key {
            "date" => time::day_of_stored(text),
            "session" => app.session_name(text),
            "phase" => name_of(PHASES, text).to_owned(),
            "meeting_kind" => name_of(MEETING_KINDS, text).to_owned(),
            "petition_kind" => name_of(PETITION_KINDS, text).to_owned(),
            "how" => name_of(NOTICE_WAYS, text).to_owned(),
            "reaction" => name_of(REACTIONS, text).to_owned(),
            "holds" => name_of(CHECKS, text).to_owned(),
            // A link is no words.
            "case" | "answer" => String::new(),
            "competence" => name_of(COMPETENCES, text).to_owned(),
            "field" => app.field_name(text),
            "recorder" => app.person(text),
            PETITIONER => "đã ghi riêng".to_owned(),
            _ => text.clone(),
        },
    }
}

/// Where a document stands: the name for style and tests, and the words.
pub(crate) fn delivery(delivery: Delivery) -> (&'static str, &'static str) {
    match delivery {
        Delivery::Saved => ("saved", "Đã lưu trên máy"),
        Delivery::Sending => ("sending", "Đang gửi"),
        Delivery::Received => ("received", "Cơ quan đã nhận"),
    }
}

/// Why work was refused and what to do, for people who know no computers.
pub(crate) fn refusal(code: Code) -> &'static str {
    match code {
        Code::Malformed
        | Code::BadChange
        | Code::BadSequence
        | Code::Equivocation
        | Code::ForeignActor
        | Code::BadOperation
        | Code::TrialFailed => {
            "Bản ghi bị lỗi kỹ thuật trên đường gửi, không phải do bạn. Hãy bấm “Sửa và gửi lại”."
        }
        Code::TooLarge => "Bản ghi quá dài. Hãy viết gọn lại, hoặc chia làm hai, rồi gửi lại.",
        Code::UnknownProtocol => "Ứng dụng trên máy đã cũ. Hãy tải lại ứng dụng rồi gửi lại.",
        Code::Unauthenticated | Code::Revoked => {
            "Máy này chưa được đăng ký hoặc đã bị thu hồi. Hãy liên hệ Thường trực HĐND."
        }
        Code::Forbidden => {
            "Tài khoản của bạn không được ghi ở đơn vị này. Hãy gửi lại ở đơn vị của mình, hoặc liên hệ Thường trực HĐND."
        }
        Code::WrongDocument => {
            "Bản ghi không khớp với bản đang có ở cơ quan. Hãy bấm “Sửa và gửi lại”."
        }
        Code::WrongAuthor => {
            "Bản ghi do tài khoản khác viết trên máy này. Nếu cần, hãy bấm “Sửa và gửi lại” để gửi bằng tên bạn."
        }
        Code::SchemaMismatch => "Có ô ghi chưa đúng mẫu. Hãy xem lại từng ô rồi gửi lại.",
        Code::BadCode
        | Code::NotFound
        | Code::Busy
        | Code::Unavailable
        | Code::Internal
        | Code::TooManyRequests
        | Code::WrongCredentials
        | Code::WeakPassword
        | Code::Taken
        | Code::Invalid
        | Code::ChangedMeanwhile
        | Code::LastAdmin => "Cơ quan chưa nhận được bản ghi này. Hãy gửi lại.",
        Code::Gone => "Bản ghi này đã được cơ quan xoá theo quy định. Chỉ gửi lại khi thật cần.",
        Code::Review => "Đã chuyển cho Thường trực HĐND xem xét, không cần gửi lại.",
    }
}

/// Why a petitioner was not taken in.
pub(crate) fn refusal_of_petitioner(code: Code) -> &'static str {
    match code {
        Code::Forbidden => "Văn phòng không nhận: tài khoản của bạn không được ghi ở đơn vị này.",
        Code::ChangedMeanwhile => {
            "Văn phòng đã sửa thông tin này. Hãy bỏ bản trên máy, hoặc báo văn phòng."
        }
        _ => "Văn phòng không nhận được thông tin này. Hãy chép lại cho văn phòng rồi bỏ trên máy.",
    }
}

/// What a meeting is called in lists: its village, else its place.
pub(crate) fn meeting_name(meeting: &Meeting) -> &str {
    match (meeting.village.as_str(), meeting.place.as_str()) {
        ("", "") => "Chưa ghi nơi tiếp xúc",
        ("", place) => place,
        (village, _) => village,
    }
}

/// Where a meeting was held: its village and place.
pub(crate) fn meeting_place(meeting: &Meeting) -> String {
    match (meeting.village.as_str(), meeting.place.as_str()) {
        ("", "") => "Chưa ghi nơi tiếp xúc".to_owned(),
        ("", place) => place.to_owned(),
        (village, "") => village.to_owned(),
        (village, place) => format!("{village} – {place}"),
    }
}

/// What follows when voters say that it is not solved.
pub(crate) const NOT_SOLVED: &str =
    "Cử tri nói chưa được giải quyết: vụ việc được mở lại để Thường trực HĐND giám sát.";

/// A village by its name.
pub(crate) fn village(name: &str) -> String {
    match name {
        "" => "Chưa ghi thôn".to_owned(),
        name => name.to_owned(),
    }
}

/// Where a case stands: with what outcome it was answered, or who has it and until when.
pub(crate) fn standing(outcome: &Outcome) -> String {
    let title = outcome.state.title();
    if let Some(told) = &outcome.answer {
        return format!("{title}: {}", name_of(OUTCOMES, &told.answer.outcome));
    }
    let who = match outcome.state {
        State::Consolidated | State::SentBack => "Thường trực HĐND",
        _ => &outcome.addressee_name,
    };
    let is_late = outcome.due < time::stored_day(browser::now_ms());
    let late = if is_late { " (quá hạn)" } else { "" };
    let due = match time::day_of_stored(&outcome.due) {
        none if none.is_empty() => none,
        day => format!("hạn {day}{late}"),
    };
    joined([title.to_owned(), who.to_owned(), due])
}

/// What is said of something, in a row; what is empty is left out.
pub(crate) fn joined<const N: usize>(parts: [String; N]) -> String {
    let mut parts = Vec::from(parts);
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// The text of a field among edits; empty for none.
pub(crate) fn text_of(edits: &[Edit], key: &str) -> String {
    edits
        .iter()
        .find(|edit| edit.field == key)
        .map(|edit| match &edit.value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Empty => String::new(),
        })
        .unwrap_or_default()
}

/// A text beside the one it replaced: what both begin with, what went, what came, what both end
/// with.
pub(crate) fn difference<'a>(before: &'a str, after: &'a str) -> [&'a str; 4] {
    let same = |pair: &((usize, char), char)| pair.0.1 == pair.1;
    let start = before
        .char_indices()
        .zip(after.chars())
        .take_while(same)
        .last()
        .map_or(0, |((at, c), _)| at + c.len_utf8());
    let (rest_before, rest_after) = (&before[start..], &after[start..]);
    let tail = rest_before
        .chars()
        .rev()
        .zip(rest_after.chars().rev())
        .take_while(|(old, new)| old == new)
        .map(|(c, _)| c.len_utf8())
        .sum::<usize>();
    [
        &before[..start],
        &rest_before[..rest_before.len() - tail],
        &rest_after[..rest_after.len() - tail],
        &rest_after[rest_after.len() - tail..],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_what_went_and_what_came() {
        assert_eq!(
            difference("Đường thôn hỏng nặng", "Đường xóm hỏng nặng"),
            ["Đường ", "thôn", "xóm", " hỏng nặng"]
        );
        assert_eq!(difference("", "mới"), ["", "", "mới", ""]);
        assert_eq!(difference("aa", "aaa"), ["aa", "", "a", ""]);
        assert_eq!(difference("cũ", ""), ["", "cũ", "", ""]);
        assert_eq!(difference("ế", "ề"), ["", "ế", "ề", ""]);
    }
}
