//! Documents as people see them: fields with their values, versions where a field was changed
//! twice at once, the typed views of each kind, and history.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::fields::Fields;
use crate::id::DocumentId;
use crate::order::decode_in_order;
use crate::schema::{DENUNCIATIONS, Kind, PETITIONER};

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Text, normalised; lists have one item a line.
    #[n(0)]
    Text(#[n(0)] String),
    /// A whole number.
    #[n(1)]
    Number(#[n(0)] i64),
    /// Nothing: the field was emptied.
    #[n(2)]
    Empty,
}

impl Value {
    /// The text, when it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Number(_) | Value::Empty => None,
        }
    }

    /// The number, when it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<i64> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Text(_) | Value::Empty => None,
        }
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Number(number)
    }
}

/// A wish to set one field.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Edit {
    /// The field's key.
    #[n(0)]
    pub field: String,
    /// The value it shall have.
    #[n(1)]
    pub value: Value,
}

impl Edit {
    /// Sets `field` to `value`.
    pub fn new(field: &str, value: impl Into<Value>) -> Self {
        Self {
            field: field.to_owned(),
            value: value.into(),
        }
    }
}

/// One of the values that a field holds, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Version {
    /// The value.
    #[n(0)]
    pub value: Value,
    /// The user name of who set it; empty where the field has but one version.
    #[n(1)]
    pub author: String,
    /// When, by the author's clock: milliseconds since 1970.
    #[n(2)]
    pub at: i64,
}

/// A document's fields. A field has one version, or several where it was changed twice at once;
/// the first is the one that all replicas show until a person chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What the document is about.
    pub kind: Kind,
    /// The schema version found in it.
    pub schema: i64,
    /// Versions by field key; fields without a value are absent.
    pub fields: BTreeMap<&'static str, Vec<Version>>,
}

impl Record {
    /// The value shown for a field.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.fields
            .get(key)
            .and_then(|versions| versions.first())
            .map(|version| &version.value)
    }

    /// The text of a field; empty when it has none.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.value(key)
            .and_then(Value::as_text)
            .unwrap_or_default()
            .to_owned()
    }

    /// The number of a field.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<i64> {
        self.value(key).and_then(Value::as_number)
    }

    /// The items of a list that only grows: of all versions, each once, in their order.
    #[must_use]
    pub fn gathered(&self, key: &str) -> Vec<String> {
        let versions = self.fields.get(key).into_iter().flatten();
        let texts = versions.filter_map(|version| version.value.as_text());
        let mut items: Vec<String> = Vec::new();
        for item in texts.flat_map(str::lines) {
            if !item.is_empty() && !items.iter().any(|known| known == item) {
                items.push(item.to_owned());
            }
        }
        items.sort();
        items
    }

    /// The values shown, in the order of the form.
    #[must_use]
    pub fn values(&self) -> Vec<Edit> {
        let keys = self.kind.fields().iter().map(|field| field.key);
        keys.filter_map(|key| Some(Edit::new(key, self.value(key)?.clone())))
            .collect()
    }

    /// The fields that hold more than one value, with their versions.
    #[must_use]
    pub fn conflicts(&self) -> Vec<Conflict> {
        self.fields
            .iter()
            // Nobody chooses between numbers that were added at once: all of them count.
            .filter(|(key, versions)| versions.len() > 1 && **key != DENUNCIATIONS)
            .map(|(key, versions)| Conflict {
                field: (*key).to_owned(),
                versions: versions.clone(),
            })
            .collect()
    }
}

/// A field changed twice at once.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Conflict {
    /// The field's key.
    #[n(0)]
    pub field: String,
    /// Its values, the one shown first.
    #[n(1)]
    pub versions: Vec<Version>,
}

/// A meeting (cuộc tiếp xúc cử tri).
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Meeting {
    /// Code of the council session.
    #[n(0)]
    pub session: String,
    /// Before or after the session: a code of [`PHASES`](crate::catalogue::PHASES).
    #[n(1)]
    pub phase: String,
    /// Number of the plan it follows.
    #[n(2)]
    pub plan_number: String,
    /// Day, `yyyy-mm-dd`.
    #[n(3)]
    pub date: String,
    /// Where it was held.
    #[n(4)]
    pub place: String,
    /// Village.
    #[n(5)]
    pub village: String,
    /// A code of [`MEETING_KINDS`](crate::catalogue::MEETING_KINDS).
    #[n(6)]
    pub meeting_kind: String,
    /// Delegates present.
    #[n(7)]
    pub delegates: Vec<String>,
    /// Number of voters present.
    #[n(8)]
    pub voters_present: Option<i64>,
    /// Minutes.
    #[n(9)]
    pub minutes: String,
    /// Who recorded it: a user name.
    #[n(10)]
    pub recorder: String,
    /// When, by the phone's clock.
    #[n(11)]
    pub recorded_at: Option<i64>,
    /// Numbers in the paper register of denunciations that were handed over.
    #[n(12)]
    #[serde(default)]
    pub denunciations: Vec<String>,
}

impl From<&Fields> for Meeting {
    fn from(fields: &Fields) -> Self {
        let text = |key| fields.text(key).to_owned();
        Self {
            session: text("session"),
            phase: text("phase"),
            plan_number: text("plan_number"),
            date: text("date"),
            place: text("place"),
            village: text("village"),
            meeting_kind: text("meeting_kind"),
            delegates: fields.lines("delegates"),
            voters_present: fields.number("voters_present"),
            minutes: text("minutes"),
            recorder: text("recorder"),
            recorded_at: fields.number("recorded_at"),
            denunciations: fields.lines(DENUNCIATIONS),
        }
    }
}

impl From<&Record> for Meeting {
    fn from(record: &Record) -> Self {
        Self::from(&Fields::from(record))
    }
}

/// A petition (kiến nghị).
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Petition {
    /// The code given on the phone.
    #[n(0)]
    pub code: String,
    /// The meeting it was raised at.
    #[n(1)]
    pub meeting: Option<DocumentId>,
    /// Village.
    #[n(2)]
    pub village: String,
    /// Where it is about, in words.
    #[n(3)]
    pub place: String,
    /// `latitude,longitude`.
    #[n(4)]
    pub position: String,
    /// The voters' own words.
    #[n(5)]
    pub content: String,
    /// Number of voters who raised it.
    #[n(6)]
    pub voters: Option<i64>,
    /// Field of work: a code of the district's [`FieldsOfWork`](crate::field_of_work::FieldsOfWork).
    #[n(7)]
    pub field: String,
    /// A code of [`COMPETENCES`](crate::catalogue::COMPETENCES).
    #[n(8)]
    pub competence: String,
    /// A code of [`PETITION_KINDS`](crate::catalogue::PETITION_KINDS).
    #[n(9)]
    pub petition_kind: String,
    /// Keywords.
    #[n(10)]
    pub keywords: Vec<String>,
    /// Names of attachments.
    #[n(11)]
    pub attachments: Vec<String>,
    /// Who recorded it: a user name.
    #[n(12)]
    pub recorder: String,
    /// When, by the phone's clock.
    #[n(13)]
    pub recorded_at: Option<i64>,
    /// The id of the petitioner, where there is one.
    #[n(14)]
    #[serde(default)]
    pub petitioner: Option<DocumentId>,
}

decode_in_order! {
    Edit { field, value }
    Version { value, author, at }
    Conflict { field, versions }
    FieldChange { field, before, after }
    HistoryEntry { author, at, fields }
    Meeting { session, phase, plan_number, date, place, village, meeting_kind, delegates, voters_present, minutes, recorder, recorded_at; denunciations }
    Petition { code, meeting, village, place, position, content, voters, field, competence, petition_kind, keywords, attachments, recorder, recorded_at, petitioner }
}

impl From<&Fields> for Petition {
    fn from(fields: &Fields) -> Self {
        let text = |key| fields.text(key).to_owned();
        Self {
            code: text("code"),
            meeting: fields.document("meeting"),
            village: text("village"),
            place: text("place"),
            position: text("position"),
            content: text("content"),
            voters: fields.number("voters"),
            field: text("field"),
            competence: text("competence"),
            petition_kind: text("petition_kind"),
            keywords: fields.lines("keywords"),
            attachments: fields.lines("attachments"),
            recorder: text("recorder"),
            recorded_at: fields.number("recorded_at"),
            petitioner: fields.document(PETITIONER),
        }
    }
}

impl From<&Record> for Petition {
    fn from(record: &Record) -> Self {
        Self::from(&Fields::from(record))
    }
}

/// What one change did to one field.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field's key.
    #[n(0)]
    pub field: String,
    /// The value before, [`Value::Empty`] for none.
    #[n(1)]
    pub before: Value,
    /// The value after.
    #[n(2)]
    pub after: Value,
}

/// One step of a document's history.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The user name of who made the change.
    #[n(0)]
    pub author: String,
    /// When, by the author's clock: milliseconds since 1970.
    #[n(1)]
    pub at: i64,
    /// What changed, in the order of the form.
    #[n(2)]
    pub fields: Vec<FieldChange>,
}

/// The code that a phone gives a new petition: short enough to read out, taken from the random
/// part of its id.
#[must_use]
pub fn petition_code(id: DocumentId) -> String {
    code("KN", id)
}

/// The code that a desk gives a new case, made as a petition's is.
#[must_use]
pub fn case_code(id: DocumentId) -> String {
    code("VV", id)
}

fn code(prefix: &str, id: DocumentId) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let tail = id.0[10..]
        .iter()
        .fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    let digits = (0..7).map(|place| char::from(DIGITS[(tail >> (5 * place)) as usize & 31]));
    format!("{prefix}-{}", digits.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_and_a_petition_of_one_id_have_the_same_digits() {
        let id = DocumentId::new(1_750_000_000_000, [7; 10]);
        let (case, petition) = (case_code(id), petition_code(id));
        assert!(case.starts_with("VV-") && petition.starts_with("KN-"));
        assert_eq!(case[3..], petition[3..]);
        assert_ne!(case, case_code(DocumentId::new(1_750_000_000_000, [8; 10])));
    }
}
