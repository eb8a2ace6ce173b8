//! What several stories need: recording samples, comparing phones, reading the export.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kiennghi_shared::code::Code;
use kiennghi_shared::id::{ChangeHash, DocumentId, UnitCode};
use kiennghi_shared::validate::ParsedChange;
use kiennghi_tests::harness::{Petitions, Server, eventually_async};
use kiennghi_tests::phone::{Phone, PhoneError, SyncReport};

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

/// Syncs after a fault. The server lets a device have few requests under way, and may not have
/// noticed yet that an earlier one has died: it says so, and the phone comes again.
pub(crate) async fn back_in_step(phone: &mut Phone) -> SyncReport {
    let deadline = Duration::from_secs(20);
    eventually_async("the phone's turn", deadline, async || {
        match phone.sync().await {
            Ok(report) => Some(report),
            Err(failure) => match failure.error {
                PhoneError::Answered {
                    code: Some(Code::Busy),
                    ..
                } => None,
                error => panic!("{}: {error}", phone.user()),
            },
        }
    })
    .await
}

/// The heads of every document on a phone.
pub(crate) fn heads(phone: &Phone) -> BTreeMap<DocumentId, BTreeSet<ChangeHash>> {
    let ids = phone.ids().expect("a shelf");
    let heads_of = |id| phone.document(id).expect("a document").1.heads();
    ids.into_iter()
        .map(|id| (id, heads_of(id).into_iter().collect()))
        .collect()
}

/// Every change of every document on a phone, with how often it is there.
pub(crate) fn changes(phone: &Phone) -> BTreeMap<ChangeHash, usize> {
    let mut found = BTreeMap::new();
    for id in phone.ids().expect("a shelf") {
        for raw in phone.document(id).expect("a document").1.raw_changes() {
            let parsed = ParsedChange::parse(&raw).expect("its own change");
            *found.entry(parsed.hash).or_default() += 1;
        }
    }
    found
}

/// The ids of the server's export, as they come.
pub(crate) fn exported(server: &Server) -> Vec<DocumentId> {
    let lines = server.command("export", &[]);
    let id = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        line["id"].as_str().expect("an id").parse().expect("an id")
    };
    lines.lines().map(id).collect()
}

/// Asks for JSON with a phone's token.
pub(crate) async fn get_json(phone: &Phone, path: &str) -> serde_json::Value {
    let mut client = phone
        .account()
        .connect(phone.meter())
        .await
        .expect("a connection");
    let reply = client.get(path).await.expect("a reply");
    assert_eq!(reply.status, 200, "{path}");
    serde_json::from_slice(&reply.body).expect("JSON")
}
