//! Papers as the documents that they are: two people change one at once, and devices merge what they hear in any order.

use proptest::prelude::*;

use super::tests::{derive, paper, voices};
use super::tests_orders::{CASE, any_content, any_place};
use super::*;
use crate::document::Document;
use crate::id::ActorId;
use crate::record::{Edit, Value};

/// A paper: its first version, and two that were written on top of it at once.
#[derive(Debug, Clone)]
struct Written {
    place: (u8, &'static str),
    versions: [Content; 3],
    order: Vec<usize>,
}

fn any_written() -> impl Strategy<Value = Written> {
    let versions = |kind| [any_content(kind), any_content(kind), any_content(kind)];
    (0_usize..6)
        .prop_flat_map(move |kind| (any_place(kind), versions(kind)))
        .prop_flat_map(|drawn| (Just(drawn), Just(vec![0, 1, 2]).prop_shuffle()))
        .prop_map(|((place, versions), order)| Written {
            place,
            versions,
            order,
        })
}

/// Papers, each id once.
fn any_file() -> impl Strategy<Value = Vec<Written>> {
    prop::collection::vec(any_written(), 1..12).prop_map(|mut file| {
        let mut known = std::collections::HashSet::new();
        file.retain(|written| known.insert(written.place.0));
        file
    })
}

/// All that a paper says, as a form would write it.
fn edits(content: &Content) -> Vec<Edit> {
    let told = serde_json::to_value(content).expect("JSON");
    let kinds = told.as_object().expect("a kind");
    let fields = kinds.values().next().and_then(|fields| fields.as_object());
    let fields = fields.expect("fields").iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let edit = |(key, value): (&String, &serde_json::Value)| {
        let lines = value
            .as_array()
            .map(|items| items.iter().map(text).collect::<Vec<_>>());
        Edit::new(
            key,
            lines.map_or_else(|| text(value), |lines| lines.join("\n")),
        )
    };
    fields.map(edit).collect()
}

impl Written {
    fn kind(&self) -> Kind {
        self.versions[0].kind()
    }

    /// The changes that came of it. Whoever found nothing to change has made none.
    fn changes(&self) -> Changes {
        let write = |document: &mut Document, author: &str, version: usize| {
            let edits = edits(&self.versions[version]);
            let change = document.edit(self.kind(), &edits, &author.into(), 0);
            change.expect("it fits").map(|change| change.bytes)
        };
        let mut own = Document::new(ActorId([1; 16]));
        let first = write(&mut own, "quang-lam-1", 0);
        let mut others = Document::load(&own.save()).expect("loads");
        others.set_actor(ActorId([2; 16]));
        let second = write(&mut own, "quang-lam-1", 1);
        [first, second, write(&mut others, "quang-lam-2", 2)]
    }

    fn paper(&self, document: &Document) -> Paper {
        let content = Content::of(&document.record(self.kind()));
        paper(self.place.0, self.place.1, content.expect("a paper"))
    }
}

type Changes = [Option<Vec<u8>>; 3];

/// The document on a device that heard of its changes in this order, all at once.
fn heard(changes: &Changes, order: impl Iterator<Item = usize>) -> Document {
    let heard = order.filter_map(|change| changes[change].as_deref());
    Document::from_changes(heard).expect("they make a document")
}

/// The same, heard one after the other: nothing before what it is written on.
fn heard_singly(changes: &Changes, last: [usize; 2]) -> Document {
    let mut document = heard(changes, std::iter::once(0));
    for change in last {
        document.apply(changes[change].as_deref()).expect("applies");
    }
    document
}

/// The value of a field that a version gives.
fn value<'a>(edits: &'a [Edit], field: &str) -> &'a Value {
    let edit = edits.iter().find(|edit| edit.field == field);
    &edit.expect("the same fields").value
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn however_versions_of_papers_are_merged_the_case_stands_the_same(file in any_file()) {
        let mut devices = [const { Vec::new() }; 4];
        for written in &file {
            let changes = written.changes();
            let heard = [
                heard(&changes, written.order.iter().copied()),
                heard(&changes, written.order.iter().rev().copied()),
                heard_singly(&changes, [1, 2]),
                heard_singly(&changes, [2, 1]),
            ];
            let kind = written.kind();
            for document in &heard[1..] {
                prop_assert_eq!(document.record(kind), heard[0].record(kind));
            }
            for (device, document) in devices.iter_mut().zip(&heard) {
                let paper = written.paper(document);
                prop_assert_eq!(paper.content.cases(), [CASE]);
                device.push(paper);
            }
        }
        let standing = derive(&voices(), &devices[0]);
        for device in &mut devices[1..] {
            device.reverse();
            prop_assert_eq!(&derive(&voices(), device), &standing);
        }
    }

    #[test]
    fn no_version_of_a_paper_is_lost(written in any_written()) {
        let document = heard(&written.changes(), written.order.iter().copied());
        let record = document.record(written.kind());
        let [first, second, third] = written.versions.each_ref().map(edits);
        for Edit { field, value: before } in &first {
            let (own, others) = (value(&second, field), value(&third, field));
            let shown = record.fields.get(field.as_str());
            let shown = shown.into_iter().flatten();
            let shown: Vec<&Value> = shown.map(|version| &version.value).collect();
            let expected = match (own == before, others == before) {
                (true, true) => vec![before],
                (false, true) => vec![own],
                (true, false) => vec![others],
                (false, false) => vec![own, others],
            };
            let empty = Value::from("");
            for value in expected {
                let is_there = shown.contains(&value) || *value == empty
                    && (shown.is_empty() || shown.contains(&&Value::Empty));
                prop_assert!(is_there, "{field}: {value:?} is not among {shown:?}");
            }
        }
    }
}
