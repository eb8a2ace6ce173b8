//! What several stories need: recording samples, comparing phones, reading the export.

use std::collections::{BTreeMap, BTreeSet};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Method, Request};
use kiennghi_shared::id::{ChangeHash, DocumentId, UnitCode};
use kiennghi_shared::limits::LINE_CHARS_MAX;
use kiennghi_shared::record::Edit;
use kiennghi_tests::harness::{Petitions, Server};
pub(crate) use kiennghi_tests::harness::{back_in_step, changes, exported, heads};
use kiennghi_tests::phone::{Phone, Replied};

/// The heads of each document.
pub(crate) type Heads = BTreeMap<DocumentId, BTreeSet<ChangeHash>>;

/// Xã Quảng Lâm, the unit of `quang-lam-1` and `quang-lam-2`.
pub(crate) const QUANG_LAM: &str = "QN-DH-02";
/// Xã Quảng An, the unit of `quang-an-1`.
pub(crate) const QUANG_AN: &str = "QN-DH-03";
/// Huyện Đầm Hà, the unit of the standing committee.
pub(crate) const DISTRICT: &str = "QN-DH";
/// The standing committee's user.
pub(crate) const COMMITTEE: &str = "thuong-truc-huyen";

/// Records so many petitions in the phone's own unit.
pub(crate) fn record(phone: &mut Phone, seed: u64, count: usize) -> Vec<DocumentId> {
    let unit = phone.unit();
    record_in(phone, &unit, seed, count)
}

/// Records so many petitions in a unit.
pub(crate) fn record_in(
    phone: &mut Phone,
    unit: &UnitCode,
    seed: u64,
    count: usize,
) -> Vec<DocumentId> {
    let samples = Petitions::seeded(seed).take(count);
    samples
        .map(|sample| {
            phone
                .record_petition(unit, sample.edits())
                .expect("recorded")
        })
        .collect()
}

/// The same device before its first sync, reaching the server over another address.
pub(crate) fn emptied(phone: &Phone, url: &str) -> Phone {
    let mut emptied = phone.emptied().expect("memory takes all");
    emptied.set_url(url).expect("memory takes all");
    emptied
}

/// Sends a request without a body, with a phone's token.
pub(crate) async fn ask(phone: &Phone, method: Method, path: &str) -> Replied {
    let request = Request::builder().method(method).uri(path);
    let request = request.body(Full::<Bytes>::default()).expect("a request");
    let account = phone.account();
    let mut client = account.connect(phone.meter()).await.expect("a connection");
    client.send(request).await.expect("a reply")
}

/// Asks for JSON with a phone's token.
pub(crate) async fn get_json(phone: &Phone, path: &str) -> serde_json::Value {
    let reply = ask(phone, Method::GET, path).await;
    assert_eq!(reply.status, 200, "{path}");
    serde_json::from_slice(&reply.body).expect("JSON")
}

/// Records so many petitions of about four kilobytes each in a unit. Most of it is keywords, since
/// each character of prose is an operation of its own and takes its time.
pub(crate) fn record_long(
    phone: &mut Phone,
    unit: &UnitCode,
    village: &str,
    seed: u64,
    count: usize,
) -> Vec<DocumentId> {
    let mut petitions = Petitions::seeded(seed);
    let mut record = || {
        let samples = petitions.by_ref().take(10);
        let lines: Vec<String> = samples
            .map(|sample| sample.content.chars().take(LINE_CHARS_MAX).collect())
            .collect();
        let content: String = lines[0].chars().take(60).collect();
        let edits = vec![
            Edit::new("content", content),
            Edit::new("keywords", lines.join("\n")),
            Edit::new("village", village),
        ];
        phone.record_petition(unit, edits).expect("recorded")
    };
    (0..count).map(|_| record()).collect()
}

/// Changes the number of voters.
pub(crate) fn edit_voters(phone: &mut Phone, id: DocumentId, voters: i64) {
    let made = phone.edit(id, &[Edit::new("voters", voters)]);
    assert!(made.expect("edited").is_some(), "a change");
}

/// Asserts that all of a phone's work has arrived and nothing was refused.
pub(crate) fn assert_settled(phone: &Phone) {
    assert!(phone.session().outbox().is_empty(), "{phone:?}: outbox");
    let refused = phone.refused().expect("a shelf");
    assert!(refused.is_empty(), "{phone:?}: {refused:?}");
}

/// Asserts that a phone holds these documents with these heads, each change once, all work arrived.
pub(crate) fn assert_in_step(phone: &Phone, wanted: &Heads) {
    assert_settled(phone);
    assert_eq!(&heads(phone), wanted, "{phone:?}");
    assert!(changes(phone).values().all(|times| *times == 1));
}

/// Asserts that `kiennghi verify` finds nothing wrong.
pub(crate) fn assert_verified(server: &Server) {
    let said = server.command("verify", &[]);
    assert!(said.contains("chain "), "{said}");
}

/// The server at its address of now, for phones that knew it at another.
pub(crate) fn tell_address(server: &Server, phones: &mut [&mut Phone]) {
    for phone in phones {
        phone.set_url(&server.url()).expect("memory takes all");
    }
}
