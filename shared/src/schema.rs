//! The kinds of document and their fields: what a document may hold, and in what shape.
//!
//! A document is one flat map. Form fields are scalars (text or whole number); long prose is
//! automerge text, which merges by character. Kind, unit and author stand beside the document,
//! not in it; the petitioner's identity is nowhere in it.

mod fields;

use minicbor::{Decode, Encode};

use self::fields::{
    ANSWER, ASSIGNMENT, CASE, CHECK, CONSOLIDATION, DISPATCH, FINDING, MEETING, NOTICE, PETITION,
};
use crate::id::DocumentId;
use crate::limits::LINE_CHARS_MAX;
use crate::record::Value;
use crate::text::is_normal;

/// The schema version written into every document, under [`VERSION_KEY`].
pub const VERSION: i64 = 1;
/// The key of the schema version.
pub const VERSION_KEY: &str = "schema";

/// What a document is about.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum Kind {
    /// Cuộc tiếp xúc cử tri.
    #[n(1)]
    Meeting = 1,
    /// Kiến nghị.
    #[n(2)]
    Petition = 2,
    /// Vụ việc.
    #[n(3)]
    Case = 3,
    /// Tổng hợp: which case carries a petition.
    #[n(4)]
    Consolidation = 4,
    /// Văn bản.
    #[n(5)]
    Dispatch = 5,
    /// Phân công, in the unit of whoever is to answer.
    #[n(6)]
    Assignment = 6,
    /// Trả lời, or sent back.
    #[n(7)]
    Answer = 7,
    /// Kiểm tra tại chỗ.
    #[n(8)]
    Check = 8,
    /// Giám sát.
    #[n(9)]
    Finding = 9,
    /// Thông tin tới cử tri.
    #[n(10)]
    Notice = 10,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Kind] = &[
        Kind::Meeting,
        Kind::Petition,
        Kind::Case,
        Kind::Consolidation,
        Kind::Dispatch,
        Kind::Assignment,
        Kind::Answer,
        Kind::Check,
        Kind::Finding,
        Kind::Notice,
    ];

    /// The kind's number in the store and on the wire.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The kind with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Kind> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.number() == number)
    }

    /// The kind's name in files and addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Meeting => "meeting",
            Kind::Petition => "petition",
            Kind::Case => "case",
            Kind::Consolidation => "consolidation",
            Kind::Dispatch => "dispatch",
            Kind::Assignment => "assignment",
            Kind::Answer => "answer",
            Kind::Check => "check",
            Kind::Finding => "finding",
            Kind::Notice => "notice",
        }
    }

    /// What a person reads.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Kind::Meeting => "Cuộc tiếp xúc",
            Kind::Petition => "Kiến nghị",
            Kind::Case => "Vụ việc",
            Kind::Consolidation => "Tổng hợp",
            Kind::Dispatch => "Văn bản",
            Kind::Assignment => "Phân công",
            Kind::Answer => "Trả lời",
            Kind::Check => "Kiểm tra tại chỗ",
            Kind::Finding => "Giám sát",
            Kind::Notice => "Thông tin tới cử tri",
        }
    }

    /// The fields of a document of this kind.
    #[must_use]
    pub fn fields(self) -> &'static [Field] {
        match self {
            Kind::Meeting => MEETING,
            Kind::Petition => PETITION,
            Kind::Case => CASE,
            Kind::Consolidation => CONSOLIDATION,
            Kind::Dispatch => DISPATCH,
            Kind::Assignment => ASSIGNMENT,
            Kind::Answer => ANSWER,
            Kind::Check => CHECK,
            Kind::Finding => FINDING,
            Kind::Notice => NOTICE,
        }
    }

    /// The field with this key.
    #[must_use]
    pub fn field(self, key: &str) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.key == key)
    }
}

/// One field of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The key in the document's map, in the database and in JSON.
    pub key: &'static str,
    /// What a person reads.
    pub name: &'static str,
    /// What values it takes.
    pub shape: Shape,
    /// Whether a form may be saved without it.
    pub required: bool,
}

/// What values a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Long text that merges by character; characters at most.
    Prose(usize),
    /// One line of text; characters at most.
    Line(usize),
    /// Lines of text in one scalar, `\n` between them; items at most.
    Lines(usize),
    /// A whole number from 0 to the bound.
    Number(i64),
    /// A day, `yyyy-mm-dd`.
    Date,
    /// Milliseconds since 1970, a claim of the phone's clock.
    Instant,
    /// A code of a list that may grow: lower-case letters, digits and hyphens.
    Code,
    /// The id of another document, as text.
    Reference,
    /// Ids of documents, one a line; ids at most.
    References(usize),
    /// `latitude,longitude` in decimal degrees.
    Position,
    /// Numbers of a paper register, one a line, and nothing that could be a name; numbers at most.
    RegisterNumbers(usize),
}

const fn field(key: &'static str, name: &'static str, shape: Shape) -> Field {
    Field {
        key,
        name,
        shape,
        required: false,
    }
}

const fn required(key: &'static str, name: &'static str, shape: Shape) -> Field {
    Field {
        required: true,
        ..field(key, name, shape)
    }
}

/// The field of a meeting with the numbers of denunciations (tố cáo) that were handed over on paper. Of a
/// denunciation nothing else is recorded here: who denounces is a secret that no phone may hold.
pub const DENUNCIATIONS: &str = "denunciations";
/// The field of a petition with the id of its petitioner, who is a record of its own.
pub const PETITIONER: &str = "petitioner";
/// What no petition is marked as.
const DENUNCIATION: &str = "denunciation";

/// Why a value does not fit its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct Misfit {
    /// The field's key.
    pub field: String,
    /// What is wrong, in Vietnamese.
    pub reason: &'static str,
}

impl Field {
    /// Asks whether the field takes this value.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn accepts(&self, value: &Value) -> Result<(), Misfit> {
        let fits = match (self.shape, value) {
            (Shape::Prose(_), Value::Empty) => Err("phải là văn bản"),
            (_, Value::Empty) => Ok(()),
            (Shape::Number(max), Value::Number(number)) => (0..=max)
                .contains(number)
                .then_some(())
                .ok_or("số nằm ngoài khoảng cho phép"),
            (Shape::Instant, Value::Number(_)) => Ok(()),
            (Shape::Number(_) | Shape::Instant, Value::Text(_)) => Err("phải là số"),
            (_, Value::Number(_)) => Err("phải là văn bản"),
            (Shape::Code, Value::Text(text)) if text == DENUNCIATION => {
                Err("tố cáo không ghi ở đây")
            }
            (shape, Value::Text(text)) => shape.accepts_text(text),
        };
        fits.map_err(|reason| Misfit {
            field: self.key.to_owned(),
            reason,
        })
    }
}

impl Shape {
    fn accepts_text(self, text: &str) -> Result<(), &'static str> {
        if !is_normal(text) {
            return Err("có ký tự không hợp lệ");
        }
        let short = |max: usize| {
            (text.chars().count() <= max)
                .then_some(())
                .ok_or("dài quá mức cho phép")
        };
        match self {
            Shape::Prose(max) => short(max),
            Shape::Line(max) if !text.contains('\n') => short(max),
            Shape::Line(_) => Err("chỉ được một dòng"),
            Shape::Lines(items_max) => {
                let fits = text.lines().count() <= items_max
                    && text
                        .lines()
                        .all(|line| line.chars().count() <= LINE_CHARS_MAX);
                fits.then_some(()).ok_or("danh sách dài quá mức cho phép")
            }
            Shape::Date => is_date(text).then_some(()).ok_or("ngày không đúng"),
            Shape::Code => is_code(text).then_some(()).ok_or("mã không đúng"),
            Shape::Reference => is_reference(text)
                .then_some(())
                .ok_or("liên kết không đúng"),
            Shape::References(ids_max) => {
                let fits = text.lines().count() <= ids_max && text.lines().all(is_reference);
                fits.then_some(()).ok_or("liên kết không đúng")
            }
            Shape::RegisterNumbers(items_max) => {
                let fits =
                    text.lines().count() <= items_max && text.lines().all(is_register_number);
                fits.then_some(()).ok_or("chỉ ghi số vào sổ, ví dụ 12/TC")
            }
            Shape::Position => is_position(text).then_some(()).ok_or("toạ độ không đúng"),
            Shape::Number(_) | Shape::Instant => Err("phải là số"),
        }
    }
}

/// Whether a text is a day that exists, `yyyy-mm-dd`.
#[must_use]
pub fn is_date(text: &str) -> bool {
    let mut parts = text
        .split('-')
        .map(|part| (part.len(), part.parse::<u32>()));
    let (Some((4, Ok(year))), Some((2, Ok(month))), Some((2, Ok(day))), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1900..=2200).contains(&year) && (1..=days).contains(&day)
}

fn is_reference(text: &str) -> bool {
    text.parse::<DocumentId>().is_ok()
}

fn is_code(text: &str) -> bool {
    text.len() <= 40
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// A number as registers have it, such as `12/TC-2026`: it begins with a digit and has few letters, so that
/// no name fits.
fn is_register_number(text: &str) -> bool {
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    text.len() <= 20
        && text.starts_with(|c: char| c.is_ascii_digit())
        && letters <= 6
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'.'))
}

fn is_position(text: &str) -> bool {
    text.split_once(',')
        .is_some_and(|(latitude, longitude)| is_degrees(latitude, 90) && is_degrees(longitude, 180))
}

/// Whole degrees up to the bound, with at most seven decimals.
fn is_degrees(text: &str, bound: u32) -> bool {
    let positive = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = positive.split_once('.').unwrap_or((positive, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits(whole)
        && digits(decimals)
        && decimals.len() <= 7
        && whole.parse::<u32>().is_ok_and(|degrees| {
            degrees < bound || degrees == bound && decimals.bytes().all(|b| b == b'0')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(kind: Kind, key: &str, value: impl Into<Value>) -> bool {
        kind.field(key)
            .expect("a field")
            .accepts(&value.into())
            .is_ok()
    }

    #[test]
    fn shapes_take_what_they_should() {
        assert!(accepts(Kind::Meeting, "date", "2024-02-29"));
        assert!(!accepts(Kind::Meeting, "date", "2025-02-29"));
        assert!(!accepts(Kind::Meeting, "date", "29/02/2024"));
        assert!(accepts(Kind::Petition, "voters", 12));
        assert!(!accepts(Kind::Petition, "voters", -1));
        assert!(!accepts(Kind::Petition, "voters", "12"));
        assert!(!accepts(Kind::Petition, "village", "hai\ndòng"));
        assert!(accepts(Kind::Petition, "position", "21.35,107.59"));
        assert!(accepts(Kind::Petition, "position", "-90,180.0"));
        assert!(!accepts(Kind::Petition, "position", "90.5,107.59"));
        assert!(!accepts(Kind::Petition, "position", "121.35,107.59"));
        assert!(!accepts(Kind::Petition, "position", "--1,2"));
        assert!(!accepts(Kind::Petition, "content", "ke\u{302}nh"));
        assert!(!accepts(Kind::Petition, "meeting", "không phải mã"));
        assert!(accepts(Kind::Petition, "petition_kind", "complaint"));
        assert!(!accepts(Kind::Petition, "petition_kind", "denunciation"));
        assert!(accepts(Kind::Meeting, DENUNCIATIONS, "12/TC-2026\n13"));
        for name in [
            "Chíu A Tài",
            "Nguyen Van An",
            "12 ông An",
            "12NguyenVanAn",
            "an12",
        ] {
            assert!(!accepts(Kind::Meeting, DENUNCIATIONS, name), "{name}");
        }
    }
}
