//! Fields of work (lĩnh vực): what petitions and cases are about. They are the district's data: leaves under roots, in
//! the order of the printed tables, each from one day to another.
//!
//! None is ever taken away: what was recorded under one keeps it, and one that is not used any more ends.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::catalogue::FIELDS_OF_WORK;
use crate::order::decode_in_order;

/// A field of work.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct FieldOfWork {
    /// What documents hold; it stays when the name is another.
    #[n(0)]
    pub code: String,
    /// What a person reads.
    #[n(1)]
    pub name: String,
    /// The name of the root that it stands under.
    #[n(2)]
    pub root: String,
    /// First day on which it may be chosen, `yyyy-mm-dd`; none for any.
    #[n(3)]
    pub valid_from: Option<String>,
    /// Last such day, when it has one.
    #[n(4)]
    pub valid_to: Option<String>,
}

decode_in_order! {
    FieldOfWork { code, name, root, valid_from, valid_to }
}

impl FieldOfWork {
    /// Whether it may be chosen on a day, `yyyy-mm-dd`.
    #[must_use]
    pub fn is_used_on(&self, day: &str) -> bool {
        self.valid_from.as_deref().is_none_or(|first| first <= day)
            && self.valid_to.as_deref().is_none_or(|last| day <= last)
    }
}

/// The fields of work of a district, ended ones too; those under one root stand together.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct FieldsOfWork(#[n(0)] Vec<FieldOfWork>);

impl Default for FieldsOfWork {
    /// Those that a new district begins with.
    fn default() -> Self {
        let leaves = FIELDS_OF_WORK.iter().flat_map(|(root, leaves)| {
            leaves.iter().map(|leaf| FieldOfWork {
                code: leaf.code.to_owned(),
                name: leaf.name.to_owned(),
                root: (*root).to_owned(),
                valid_from: None,
                valid_to: None,
            })
        });
        Self(leaves.collect())
    }
}

impl From<FieldsOfWork> for Vec<FieldOfWork> {
    fn from(fields: FieldsOfWork) -> Self {
        fields.0
    }
}

impl FieldsOfWork {
    /// Fields in their order; what stands under a root moves to where the first of it stands.
    #[must_use]
    pub fn new(mut fields: Vec<FieldOfWork>) -> Self {
        let roots: Vec<String> = fields.iter().map(|field| field.root.clone()).collect();
        fields.sort_by_cached_key(|field| roots.iter().position(|root| *root == field.root));
        Self(fields)
    }

    /// The fields, in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, FieldOfWork> {
        self.0.iter()
    }

    /// The field of this code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&FieldOfWork> {
        self.iter().find(|field| field.code == code)
    }

    /// The words for a code; the code itself when it is not known here.
    #[must_use]
    pub fn name<'a>(&'a self, code: &'a str) -> &'a str {
        self.get(code).map_or(code, |field| &field.name)
    }

    /// Those that are used on a day, `yyyy-mm-dd`, and others that a test takes.
    #[must_use]
    pub fn used_on(&self, day: &str, and: impl Fn(&FieldOfWork) -> bool) -> Self {
        let used = self.iter();
        let used = used.filter(|field| field.is_used_on(day) || and(field));
        Self(used.cloned().collect())
    }

    /// The roots' names, in their order.
    #[must_use]
    pub fn roots(&self) -> Vec<&str> {
        let mut roots: Vec<&str> = self.iter().map(|field| field.root.as_str()).collect();
        roots.dedup();
        roots
    }

    /// Adds a field, or changes the one of its code; it stands after the field of another code, first of all after an empty
    /// one, and where it stood or last after none. Whether there is one of that code.
    pub fn put(&mut self, field: FieldOfWork, after: Option<&str>) -> bool {
        let place = |fields: &Self, code: &str| fields.iter().position(|other| other.code == code);
        let before = place(self, &field.code);
        self.0.retain(|other| other.code != field.code);
        let at = match after {
            None => Some(before.unwrap_or(self.0.len())),
            Some("") => Some(0),
            Some(after) => place(self, after).map(|at| at + 1),
        };
        let Some(at) = at else { return false };
        self.0.insert(at, field);
        *self = Self::new(std::mem::take(&mut self.0));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(code: &str, root: &str) -> FieldOfWork {
        FieldOfWork {
            code: code.to_owned(),
            name: code.to_uppercase(),
            root: root.to_owned(),
            valid_from: None,
            valid_to: None,
        }
    }

    fn codes(fields: &FieldsOfWork) -> Vec<&str> {
        fields.iter().map(|field| field.code.as_str()).collect()
    }

    #[test]
    fn a_field_stands_with_its_root_where_it_is_put() {
        let mut fields = FieldsOfWork::new(vec![field("a", "1"), field("c", "2"), field("b", "1")]);
        assert_eq!(codes(&fields), ["a", "b", "c"]);
        assert!(
            fields.put(field("d", "1"), Some("c")),
            "under its root, after all others"
        );
        assert_eq!(codes(&fields), ["a", "b", "d", "c"]);
        assert!(fields.put(field("d", "1"), Some("a")));
        assert_eq!(codes(&fields), ["a", "d", "b", "c"]);
        assert!(fields.put(field("e", "3"), Some("b")), "a root between two");
        assert_eq!(codes(&fields), ["a", "d", "b", "e", "c"]);
        assert!(fields.put(field("c", "2"), Some("")), "with the whole root");
        assert_eq!(fields.roots(), ["2", "1", "3"]);
        assert!(fields.put(field("d", "1"), None), "where it stood");
        assert_eq!(codes(&fields), ["c", "a", "d", "b", "e"]);
        assert!(fields.put(field("g", "1"), None), "the last of its root");
        assert_eq!(codes(&fields), ["c", "a", "d", "b", "g", "e"]);
        assert!(!fields.put(field("f", "1"), Some("nowhere")));
    }

    #[test]
    fn a_field_is_used_from_its_first_day_to_its_last() {
        let mut one = field("a", "1");
        assert!(one.is_used_on("1999-12-31"));
        one.valid_from = Some("2026-01-01".to_owned());
        one.valid_to = Some("2026-12-31".to_owned());
        let used = ["2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01"];
        assert_eq!(
            used.map(|day| one.is_used_on(day)),
            [false, true, true, false]
        );
        let fields = FieldsOfWork::new(vec![one, field("b", "1")]);
        assert_eq!(codes(&fields.used_on("2027-01-01", |_| false)), ["b"]);
        let kept = fields.used_on("2027-01-01", |field| field.code == "a");
        assert_eq!(codes(&kept), ["a", "b"]);
    }

    #[test]
    fn what_is_not_known_keeps_its_code() {
        let fields = FieldsOfWork::default();
        assert_eq!(fields.name("irrigation"), "Thủy lợi");
        assert_eq!(fields.name("sea"), "sea");
    }
}
