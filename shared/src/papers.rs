//! The papers of a case, typed: what the committee, the executive, its agencies and the delegates
//! write of it, one document each.

use minicbor::decode::Error;
use minicbor::{Decode, Decoder, Encode};
use serde::{Deserialize, Serialize};

use crate::catalogue::{OUTCOMES, PROGRESS_MEASURES, RESOLVED_MEASURES, name_of};
use crate::fields::Fields;
use crate::id::DocumentId;
use crate::order::{Blank, Left};
use crate::record::Record;

/// Reads a field as the type of a view.
trait Read: Sized {
    fn read(fields: &Fields, key: &str) -> Self;
}

impl Read for String {
    fn read(fields: &Fields, key: &str) -> Self {
        fields.text(key).to_owned()
    }
}

impl Read for Option<i64> {
    fn read(fields: &Fields, key: &str) -> Self {
        fields.number(key)
    }
}

impl Read for Option<DocumentId> {
    fn read(fields: &Fields, key: &str) -> Self {
        fields.document(key)
    }
}

impl Read for Vec<DocumentId> {
    fn read(fields: &Fields, key: &str) -> Self {
        let lines = fields.lines(key).into_iter();
        lines.filter_map(|line| line.parse().ok()).collect()
    }
}

impl Read for Vec<String> {
    fn read(fields: &Fields, key: &str) -> Self {
        fields.lines(key)
    }
}

/// A view: a struct whose fields have the names of the kind's, and how it is read from fields.
macro_rules! view {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $n:literal $field:ident: $shape:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Serialize, Deserialize)]
        #[serde(default)]
        pub struct $name {
            $($(#[$field_doc])* #[n($n)] pub $field: $shape,)*
        }

        impl<'b, C> Decode<'b, C> for $name {
            /// What is not there is empty, and what is not known here is passed over, as versions of a view differ.
            fn decode(decoder: &mut Decoder<'b>, context: &mut C) -> Result<Self, Error> {
                let mut left = Left::of(decoder)?;
                let view = Self { $($field: left.next_or_default(decoder, context),)* };
                left.end(decoder)?;
                Ok(view)
            }
        }

        impl Blank for $name {
            fn blank() -> Self {
                Self::default()
            }
        }

        impl From<&Fields> for $name {
            fn from(fields: &Fields) -> Self {
                Self { $($field: Read::read(fields, stringify!($field)),)* }
            }
        }

        impl From<&Record> for $name {
            fn from(record: &Record) -> Self {
                Self::from(&Fields::from(record))
            }
        }
    };
}

view! {
    /// A case (vụ việc): petitions about the same thing, under one wording.
    Case {
        /// The code given when it was made.
        0 code: String,
        /// The common wording.
        1 wording: String,
        /// Field of work: a code of the district's [`FieldsOfWork`](crate::field_of_work::FieldsOfWork).
        2 field: String,
        /// A code of [`COMPETENCES`](crate::catalogue::COMPETENCES).
        3 competence: String,
        /// Code of the council session that it was made for.
        4 session: String,
        /// When it is to be answered, `yyyy-mm-dd`, where that is not left to the rules.
        5 due: String,
        /// An earlier case about the same thing that was answered.
        6 repeated_from: Option<DocumentId>,
        /// Who made it: a user name.
        7 recorder: String,
        /// When, by the device's clock.
        8 recorded_at: Option<i64>,
    }
}

view! {
    /// Which case carries a petition (tổng hợp): one document a petition, with the id that
    /// [`consolidation_of`] gives, so that no petition is in two cases.
    Consolidation {
        /// The petition.
        0 petition: Option<DocumentId>,
        /// The case; none when it was taken out again.
        1 case: Option<DocumentId>,
    }
}

view! {
    /// A dispatch (văn bản).
    Dispatch {
        /// A code of [`DISPATCH_KINDS`](crate::catalogue::DISPATCH_KINDS).
        0 dispatch_kind: String,
        /// Its number.
        1 number: String,
        /// Its date, `yyyy-mm-dd`.
        2 date: String,
        /// Who signs it.
        3 signer: String,
        /// As what.
        4 signer_title: String,
        /// Whom it is for, as it is written on it.
        5 to: String,
        /// The unit of whom it is for.
        6 to_unit: String,
        /// A code of [`ADDRESSEES`](crate::catalogue::ADDRESSEES).
        7 to_role: String,
        /// What it is about.
        8 subject: String,
        /// What it says beside the cases.
        9 content: String,
        /// When the cases are to be answered, `yyyy-mm-dd`.
        10 due: String,
        /// The cases that it carries.
        11 cases: Vec<DocumentId>,
        /// The dispatch that it follows.
        12 follows: Option<DocumentId>,
        /// The day on which it was sent, `yyyy-mm-dd`; empty while it is being written.
        13 sent: String,
        /// Who wrote it: a user name.
        14 recorder: String,
        /// When, by the device's clock.
        15 recorded_at: Option<i64>,
        /// Code of the council session that a report is about; empty for others.
        16 session: String,
        /// The unit that has sent a report; empty for others, and for reports that stand in their sender's unit.
        #[serde(skip_serializing_if = "String::is_empty")]
        17 from_unit: String,
    }
}

view! {
    /// An assignment (phân công) to the unit it stands in.
    Assignment {
        /// The case.
        0 case: Option<DocumentId>,
        /// The dispatch that brought the case.
        1 dispatch: Option<DocumentId>,
        /// A code of [`PARTS`](crate::catalogue::PARTS).
        2 part: String,
        /// The day, `yyyy-mm-dd`.
        3 date: String,
        /// When it is to be answered, `yyyy-mm-dd`.
        4 due: String,
        /// What is to be done.
        5 instruction: String,
        /// The day on which it was withdrawn, `yyyy-mm-dd`.
        6 withdrawn: String,
        /// Who assigned it: a user name.
        7 recorder: String,
        /// When, by the device's clock.
        8 recorded_at: Option<i64>,
    }
}

view! {
    /// An answer (trả lời) of the unit it stands in.
    Answer {
        /// The case.
        0 case: Option<DocumentId>,
        /// The dispatch that brought the case.
        1 dispatch: Option<DocumentId>,
        /// A code of [`OUTCOMES`](crate::catalogue::OUTCOMES).
        2 outcome: String,
        /// More of it: a code of [`RESOLVED_MEASURES`](crate::catalogue::RESOLVED_MEASURES) or
        /// [`PROGRESS_MEASURES`](crate::catalogue::PROGRESS_MEASURES).
        3 measure: String,
        /// What is answered; why, when the case is sent back.
        4 content: String,
        /// What is still to be done, step by step.
        5 roadmap: String,
        /// When that is to be over, `yyyy-mm-dd`.
        6 expected: String,
        /// Number of the document that answers.
        7 number: String,
        /// Its date, `yyyy-mm-dd`.
        8 date: String,
        /// Who signed it.
        9 signer: String,
        /// Names of attachments.
        10 attachments: Vec<String>,
        /// Who wrote it down: a user name.
        11 recorder: String,
        /// When, by the device's clock.
        12 recorded_at: Option<i64>,
    }
}

view! {
    /// A check on site (kiểm tra tại chỗ) of what an answer says.
    Check {
        /// The case.
        0 case: Option<DocumentId>,
        /// The answer.
        1 answer: Option<DocumentId>,
        /// The day, `yyyy-mm-dd`.
        2 date: String,
        /// Village.
        3 village: String,
        /// A code of [`CHECKS`](crate::catalogue::CHECKS).
        4 holds: String,
        /// What was seen.
        5 content: String,
        /// Who checked: a user name.
        6 recorder: String,
        /// When it was written down, by the device's clock.
        7 recorded_at: Option<i64>,
    }
}

view! {
    /// A supervision finding (giám sát).
    Finding {
        /// The case.
        0 case: Option<DocumentId>,
        /// The answer that it is about.
        1 answer: Option<DocumentId>,
        /// The day, `yyyy-mm-dd`.
        2 date: String,
        /// Code of the council session.
        3 session: String,
        /// A code of [`TIMELINESS`](crate::catalogue::TIMELINESS).
        4 timeliness: String,
        /// A code of [`RESOLUTIONS`](crate::catalogue::RESOLUTIONS).
        5 resolved: String,
        /// A code of [`VERDICTS`](crate::catalogue::VERDICTS).
        6 verdict: String,
        /// What was found.
        7 content: String,
        /// The supervision programme that it belongs to.
        8 programme: String,
        /// Number of the document.
        9 number: String,
        /// Who wrote it down: a user name.
        10 recorder: String,
        /// When, by the device's clock.
        11 recorded_at: Option<i64>,
    }
}

view! {
    /// A result told to voters (thông tin tới cử tri) in the unit it stands in.
    Notice {
        /// The case.
        0 case: Option<DocumentId>,
        /// The answer that was told.
        1 answer: Option<DocumentId>,
        /// The day, `yyyy-mm-dd`.
        2 date: String,
        /// Village; empty when the whole unit was told.
        3 village: String,
        /// Where.
        4 place: String,
        /// A code of [`NOTICE_WAYS`](crate::catalogue::NOTICE_WAYS).
        5 how: String,
        /// How many voters heard it.
        6 voters: Option<i64>,
        /// What they say: a code of [`REACTIONS`](crate::catalogue::REACTIONS).
        7 reaction: String,
        /// In their words.
        8 reaction_note: String,
        /// Who told it: a user name.
        9 recorder: String,
        /// When it was written down, by the device's clock.
        10 recorded_at: Option<i64>,
    }
}

impl Answer {
    /// Its outcome in words, with what more is said of it: `Đang xem xét, giải quyết – Có lộ trình`.
    #[must_use]
    pub fn result(&self) -> String {
        let measures = match self.outcome.as_str() {
            "resolved" => RESOLVED_MEASURES,
            _ => PROGRESS_MEASURES,
        };
        let outcome = name_of(OUTCOMES, &self.outcome);
        match name_of(measures, &self.measure) {
            "" => outcome.to_owned(),
            measure => format!("{outcome} – {measure}"),
        }
    }

    /// What is still to be done, and by when; nothing where it says neither.
    #[must_use]
    pub fn roadmap(&self) -> String {
        match (self.roadmap.as_str(), day_shown(&self.expected).as_str()) {
            (steps, "") => steps.to_owned(),
            ("", day) => format!("dự kiến xong ngày {day}"),
            (steps, day) => format!("{steps}; dự kiến xong ngày {day}"),
        }
    }

    /// Whose it is, by which document: `Phòng Y tế, văn bản số 12/PYT ngày 05/07/2021, người ký: Vũ Văn Hải`.
    #[must_use]
    pub fn source(&self, by: &str) -> String {
        let said = |words: &str, text: &str| match text {
            "" => String::new(),
            text => format!("{words} {text}"),
        };
        let dated = match self.number.as_str() {
            "" => " trả lời ngày",
            _ => " ngày",
        };
        [
            by,
            &said(", văn bản số", &self.number),
            &said(dated, &day_shown(&self.date)),
            &said(", người ký:", &self.signer),
        ]
        .concat()
    }
}

/// A stored day, `yyyy-mm-dd`, as people read it: `23/11/2026`; anything else as it is.
fn day_shown(stored: &str) -> String {
    match stored.split('-').collect::<Vec<_>>().as_slice() {
        [year, month, day] => format!("{day}/{month}/{year}"),
        _ => stored.to_owned(),
    }
}

/// The id of the document that says which case carries a petition. Two people who consolidate the
/// same petition at once write the same document.
#[must_use]
pub fn consolidation_of(petition: DocumentId) -> DocumentId {
    DocumentId::following(petition, "consolidation")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_reads_back_and_follows_other_versions() {
        let check = Check {
            case: Some(DocumentId::new(1, [1; 10])),
            village: "Thôn 1".to_owned(),
            recorded_at: Some(-5),
            ..Check::default()
        };
        let bytes = minicbor::to_vec(&check).expect("encodes");
        assert_eq!(minicbor::decode::<Check>(&bytes).expect("decodes"), check);
        // One that knows less, and one that knows more.
        let short = minicbor::to_vec((check.case, None::<u8>, "2026-01-02")).expect("encodes");
        let read = minicbor::decode::<Check>(&short).expect("decodes");
        assert_eq!((read.case, read.date.as_str()), (check.case, "2026-01-02"));
        let long = minicbor::to_vec((check.case, check.case, [1, 2], "more")).expect("encodes");
        let read = minicbor::decode::<Consolidation>(&long).expect("decodes");
        assert_eq!((read.petition, read.case), (check.case, check.case));
        assert!(minicbor::decode::<Check>(&bytes[..bytes.len() - 1]).is_err());
        assert!(minicbor::decode::<Check>(&[0xa0]).is_err(), "a map is none");
    }

    #[test]
    fn an_answer_names_its_source_and_its_roadmap() {
        let answer = |number: &str, date: &str, signer: &str| Answer {
            number: number.to_owned(),
            date: date.to_owned(),
            signer: signer.to_owned(),
            ..Answer::default()
        };
        for (answer, wanted) in [
            (
                answer("12/PYT", "2021-07-05", "Vũ Văn Hải"),
                "Phòng Y tế, văn bản số 12/PYT ngày 05/07/2021, người ký: Vũ Văn Hải",
            ),
            (answer("12/PYT", "", ""), "Phòng Y tế, văn bản số 12/PYT"),
            (
                answer("", "2021-07-05", ""),
                "Phòng Y tế trả lời ngày 05/07/2021",
            ),
            (answer("", "", ""), "Phòng Y tế"),
        ] {
            assert_eq!(answer.source("Phòng Y tế"), wanted);
        }
        for (steps, expected, wanted) in [
            ("", "", ""),
            ("Quý 3: kè", "", "Quý 3: kè"),
            ("", "2021-09-30", "dự kiến xong ngày 30/09/2021"),
            (
                "Quý 3: kè",
                "2021-09-30",
                "Quý 3: kè; dự kiến xong ngày 30/09/2021",
            ),
        ] {
            let answer = Answer {
                roadmap: steps.to_owned(),
                expected: expected.to_owned(),
                ..Answer::default()
            };
            assert_eq!(answer.roadmap(), wanted);
        }
    }

    #[test]
    fn a_petition_has_one_consolidation_made_when_it_was() {
        let petition = DocumentId::new(1_750_000_000_000, [7; 10]);
        let other = DocumentId::new(1_750_000_000_000, [8; 10]);
        let id = consolidation_of(petition);
        assert_eq!(id, consolidation_of(petition));
        assert_ne!(id, petition);
        assert_ne!(id, consolidation_of(other));
        assert_eq!(id.as_bytes()[..6], petition.as_bytes()[..6]);
        assert!(id.is_following() && !petition.is_following());
    }
}
