//! The fields of a document of any kind, by key: what lists and pages read, and what a phone keeps of a
//! document beside it.

use minicbor::{Decode, Encode};
use serde::Serialize;

use crate::id::DocumentId;
use crate::record::{Edit, Record, Value};
use crate::schema::DENUNCIATIONS;

/// The values shown, in the order of the form; fields without one are absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(transparent)]
pub struct Fields(#[n(0)] pub Vec<Edit>);

impl Fields {
    /// The value of a field.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Value> {
        let edit = self.0.iter().find(|edit| edit.field == key);
        edit.map(|edit| &edit.value)
    }

    /// The text of a field; empty when it has none.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.value(key).and_then(Value::as_text).unwrap_or_default()
    }

    /// The number of a field.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<i64> {
        self.value(key).and_then(Value::as_number)
    }

    /// The document that a field names.
    #[must_use]
    pub fn document(&self, key: &str) -> Option<DocumentId> {
        self.text(key).parse().ok()
    }

    /// The items of a field that holds a list.
    #[must_use]
    pub fn lines(&self, key: &str) -> Vec<String> {
        let lines = self.text(key).lines();
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

impl From<&Record> for Fields {
    /// A list that only grows has the items of all its versions.
    fn from(record: &Record) -> Self {
        let mut values = record.values();
        let growing = values.iter_mut().find(|edit| edit.field == DENUNCIATIONS);
        if let Some(edit) = growing {
            edit.value = record.gathered(DENUNCIATIONS).join("\n").into();
        }
        Self(values)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::record::{Meeting, Version};
    use crate::schema::Kind;

    fn version(value: impl Into<Value>) -> Version {
        Version {
            value: value.into(),
            author: "an".to_owned(),
            at: 1,
        }
    }

    fn meeting() -> Record {
        let fields = [
            ("date", vec![version("2026-03-02")]),
            ("delegates", vec![version("Bà Lan\nÔng Tư")]),
            ("voters_present", vec![version(40), version(41)]),
            (DENUNCIATIONS, vec![version("2/TC"), version("1/TC\n2/TC")]),
        ];
        Record {
            kind: Kind::Meeting,
            schema: 1,
            fields: BTreeMap::from(fields),
        }
    }

    #[test]
    fn fields_are_what_is_shown_and_of_a_growing_list_everything() {
        let fields = Fields::from(&meeting());
        assert_eq!(fields.text("date"), "2026-03-02");
        assert_eq!(fields.number("voters_present"), Some(40));
        assert_eq!(fields.lines("delegates"), ["Bà Lan", "Ông Tư"]);
        assert_eq!(fields.lines(DENUNCIATIONS), ["1/TC", "2/TC"]);
        assert_eq!((fields.text("place"), fields.value("place")), ("", None));
        assert_eq!(Meeting::from(&meeting()), Meeting::from(&fields));
    }

    #[test]
    fn a_field_names_a_document_or_none() {
        let id = DocumentId([7; 16]);
        let fields = Fields(vec![
            Edit::new("case", id.to_string()),
            Edit::new("answer", "không phải mã"),
        ]);
        assert_eq!(fields.document("case"), Some(id));
        assert_eq!(fields.document("answer"), None);
        assert_eq!(fields.document("meeting"), None);
    }
}
