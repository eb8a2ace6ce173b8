//! A district that is moved onto another tree of units: open petitions follow the successors, and what was
//! counted before is counted so again.

use std::collections::BTreeMap;
use std::sync::Arc;

use kiennghi_server::store::sqlite::{Options, SqliteStore};
use kiennghi_server::store::{District, GrantRow, People, Store, UserRow};
use kiennghi_server::trees;
use kiennghi_shared::access::Role;
use kiennghi_shared::code::Code;
use kiennghi_shared::wire::Verdict;
use serde_json::Value;

use crate::district::{NOW, stamp};
use crate::http::{Device, Server};

/// The day after the move, at noon in Vietnam.
pub(crate) const AFTER: i64 = 1_751_346_000_000;

const PEOPLE: [(&str, Role, &str); 5] = [
    ("quang-lam", Role::Delegate, "QN-DH-02"),
    ("quang-an", Role::Delegate, "QN-DH-03"),
    ("tan-binh", Role::Delegate, "QN-DH-04"),
    ("thuong-truc", Role::StandingCommittee, "QN-DH"),
    ("quan-tri", Role::Admin, "QN-DH"),
];

pub(crate) fn district() -> District {
    let user = |(name, _, _): (&str, Role, &str)| UserRow {
        name: name.into(),
        display: name.to_owned(),
        disabled_at: None,
    };
    let mut users: Vec<_> = PEOPLE.map(user).into();
    users.sort_by(|a, b| a.name.cmp(&b.name));
    let grants = (1..).zip(PEOPLE);
    let grants = grants.map(|(id, (name, role, unit))| GrantRow::founding(id, name, role, unit));
    District {
        version: 1,
        units: trees::units("dam-ha-2020").expect("the first tree"),
        users,
        grants: grants.collect(),
        ..District::default()
    }
}

impl Server {
    async fn counts(&self, device: &Device, query: &str) -> (u64, BTreeMap<String, u64>) {
        let path = format!("/api/v1/petitions/counts?{query}");
        let counts: Value = self.get(&path, &device.token).await.json();
        let by_unit = counts["by_unit"].as_array().expect("a list").iter();
        let by_unit = by_unit.map(|row| {
            let unit = row["unit"].as_str().expect("a code").to_owned();
            (unit, row["count"].as_u64().expect("a number"))
        });
        (
            counts["total"].as_u64().expect("a number"),
            by_unit.collect(),
        )
    }

    async fn push(&self, device: &mut Device, unit: &str, words: &str) -> Verdict {
        let push = vec![device.phone.petition(unit, words).take()];
        let mut verdicts = self.verdicts(device, push).await;
        verdicts.pop().expect("a verdict")
    }
}

#[tokio::test]
async fn petitions_follow_the_successor_and_the_past_adds_up_as_before() {
    let folder = tempfile::tempdir().expect("folder");
    {
        let store = SqliteStore::open(&Options::new(folder.path())).expect("opens");
        store
            .found_district(district(), &stamp(AFTER))
            .expect("founded");
    }
    let server = Server::on(folder);
    server.clock.advance(AFTER - NOW);
    let mut lam = server.device("quang-lam");
    let mut an = server.device("quang-an");
    let committee = server.device("thuong-truc");
    for (device, unit, count) in [(&mut lam, "QN-DH-02", 3), (&mut an, "QN-DH-03", 2)] {
        for number in 0..count {
            let words = format!("Đường thôn {number}");
            assert_eq!(server.push(device, unit, &words).await, Verdict::Ok);
        }
    }
    let before = server.counts(&committee, "as_of=2025-06-30").await;
    assert_eq!(before.0, 5);
    let seen = server
        .sync(&mut an, vec![], |hello| hello.cursor = None)
        .await;
    let documents = |reply: &kiennghi_shared::wire::Reply| -> usize {
        reply.chunks.iter().map(|chunk| chunk.documents.len()).sum()
    };
    assert_eq!(documents(&seen), 2, "the own commune alone");

    let store: Arc<dyn Store> = Arc::clone(&server.bench.store);
    let changes = trees::succession("dam-ha-2025", &store.district().expect("read"));
    let moved = store.change_district(changes.expect("the second tree"), &stamp(AFTER));
    assert_eq!(moved, Ok(Ok(())));

    // Both communes are one unit now, and what was recorded in either is open to both delegates.
    let seen = server
        .sync(&mut an, vec![], |hello| hello.cursor = None)
        .await;
    assert_eq!(documents(&seen), 5);
    assert_eq!(
        server.push(&mut an, "06913", "Ở đơn vị mới").await,
        Verdict::Ok
    );
    // A phone that was out in the villages meanwhile knows the old code alone.
    assert_eq!(
        server
            .push(&mut lam, "QN-DH-02", "Viết trước khi biết")
            .await,
        Verdict::Ok
    );
    let foreign = server.push(&mut lam, "06895", "Nơi khác").await;
    assert_eq!(foreign, Verdict::Refused(Code::Forbidden));

    // The past is counted by the units of then, the present by those of now; nothing is lost between.
    let then = server.counts(&committee, "as_of=2025-06-30").await;
    assert_eq!(then.1["QN-DH-03"], before.1["QN-DH-03"]);
    assert_eq!(then.1["QN-DH-02"], before.1["QN-DH-02"] + 1);
    let now = server.counts(&committee, "").await;
    assert_eq!(now, (7, BTreeMap::from([("06913".to_owned(), 7)])));
    assert_eq!(then.0, now.0);
    let within = server
        .counts(&committee, "unit=06913&as_of=2025-06-30")
        .await;
    assert_eq!(within.0, 7, "a unit stands for those whose place it took");
    let table = server
        .get("/api/v1/petitions?unit=06913", &committee.token)
        .await;
    assert_eq!(table.json()["total"], 7);
    let elsewhere = server.counts(&committee, "unit=06895").await;
    assert_eq!(elsewhere.0, 0);

    // A role that is held in two of the old units is one role in the new.
    let grants = store.district().expect("read");
    let held = |name: &str| {
        let name = name.into();
        let held = grants.open_grants(&name);
        held.map(|row| row.grant.unit.0.clone()).collect::<Vec<_>>()
    };
    assert_eq!(held("tan-binh"), ["06895"]);
    assert_eq!(held("quan-tri"), ["QN"]);
    let profile = server.get("/api/v1/profile", &lam.token).await.json();
    let units = profile["units"].as_array().expect("a list");
    let names: Vec<_> = units.iter().map(|unit| unit["name"].as_str()).collect();
    assert!(
        names.contains(&Some("Xã Quảng Lâm")),
        "old names stay known: {names:?}"
    );
}
