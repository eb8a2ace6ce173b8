//! Cases that one committee sends another: whoever got one is to answer it, unless it is its own.

use std::sync::Arc;

use kiennghi_server::store::sqlite::{Options, SqliteStore};
use kiennghi_server::store::{People, Store};
use kiennghi_server::trees;
use kiennghi_shared::catalogue::COMMITTEE;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::schema::Kind;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::district::{NOW, stamp};
use crate::http::Server;
use crate::office::Office;
use crate::succession::{AFTER, district};
use crate::supervision::{find, listed, of_kind, shown, write};

/// Sends a case to the committee of a unit.
fn send(office: &Office, (user, unit): (&str, &str), case: DocumentId, to: &str) {
    let case = case.to_string();
    let fields = [
        ("dispatch_kind", "transfer"),
        ("to_unit", to),
        ("to_role", COMMITTEE),
        ("cases", case.as_str()),
        ("sent", "2025-06-02"),
    ];
    office.write(user, Kind::Dispatch, unit, &fields);
}

/// Has a committee answer a case.
fn answer(office: &Office, by: (&str, &str), case: DocumentId) {
    let fields = [("outcome", "explained"), ("date", "2025-06-10")];
    write(office, (by.0, Kind::Answer, by.1), case, &fields);
}

async fn needs(office: &Office, user: &str) -> Value {
    let device = office.server.device(user);
    office.get(&device, "/api/v1/needs").await["needs"].clone()
}

/// That one case needs this, and no other does anything.
fn one(need: &str) -> Value {
    json!([{ "need": need, "count": 1 }])
}

/// That one case is to be answered, and another needs this.
fn with_answer(need: &str) -> Value {
    json!([{ "need": "answer", "count": 1 }, { "need": need, "count": 1 }])
}

#[tokio::test]
async fn what_one_committee_sends_another_is_on_the_list_of_whoever_got_it() {
    let office = Office::new();
    let down = office.matter(&[]);
    let wording = [("wording", "Nâng cấp đường liên xã")];
    let up = office.write("commune-committee", Kind::Case, "P-D-A", &wording);
    for (case, unit) in [(down, "P-D-B"), (up, "P-D-A")] {
        let petition = office.voice(if unit == "P-D-A" { "a-1" } else { "b-1" }, unit, &[]);
        office.consolidate(petition, unit, Some(case));
    }
    assert_eq!(
        listed(&office, "commune-committee", "").await,
        [up.to_string()]
    );
    send(&office, ("committee", "P-D"), down, "P-D-A");
    send(&office, ("commune-committee", "P-D-A"), up, "P-D");
    for (user, received, own) in [("commune-committee", down, up), ("committee", up, down)] {
        assert_eq!(needs(&office, user).await, with_answer("await"), "{user}");
        for (need, case) in [("answer", received), ("await", own)] {
            let list = listed(&office, user, &format!("need={need}")).await;
            assert_eq!(list, [case.to_string()], "{user}: {need}");
        }
    }
    let executive = listed(&office, "executive", "desk=executive").await;
    assert_eq!(executive, [""; 0], "sent to its committee");

    answer(&office, ("commune-committee", "P-D-A"), down);
    let awaits = needs(&office, "commune-committee").await;
    assert_eq!(awaits, one("await"), "it has answered");
    assert_eq!(needs(&office, "committee").await, with_answer("visit"));
}

#[tokio::test]
async fn what_is_sent_where_the_sender_holds_another_role_stays_on_the_list_of_the_sender() {
    let office = Office::new();
    let own = office.matter(&[]);
    let wording = [("wording", "Nâng cấp đường liên xã")];
    let below = office.write("committee", Kind::Case, "P-D-B", &wording);
    for (case, from, raised_in) in [(own, "P-D", "P-D-A"), (below, "P-D-B", "P-D-B")] {
        let petition = office.voice("committee", raised_in, &[]);
        office.consolidate(petition, raised_in, Some(case));
        send(&office, ("committee", from), case, "P-D-A");
    }
    let both = json!([{ "need": "await", "count": 2 }]);
    assert_eq!(needs(&office, "committee").await, both);
    let desk = Desk::of(&office.server, "admin").await;
    let give = async |role: &str| {
        let give = json!([{ "give": { "user": "committee",
            "grant": { "role": role, "unit": "P-D-A" }, "starts": null, "ends": null } }]);
        assert_eq!(desk.change(give).await, Ok(()));
    };
    give("delegate").await;
    assert_eq!(needs(&office, "committee").await, both);
    let received = listed(&office, "commune-committee", "received=true").await;
    assert_eq!(received.len(), 2);

    // Of both committees, it is asked to answer what neither of them sent.
    give("standing_committee").await;
    assert_eq!(needs(&office, "committee").await, with_answer("await"));
    let received = listed(&office, "committee", "received=true").await;
    assert_eq!(received, [below.to_string()]);
    answer(&office, ("commune-committee", "P-D-A"), own);
    assert_eq!(needs(&office, "committee").await, with_answer("visit"));
    assert_eq!(needs(&office, "commune-committee").await, one("answer"));
}

#[tokio::test]
async fn what_a_district_sent_to_the_unit_that_took_its_place_is_its_own() {
    let folder = tempfile::tempdir().expect("folder");
    {
        let store = SqliteStore::open(&Options::new(folder.path())).expect("opens");
        let founded = store.found_district(district(), &stamp(AFTER));
        founded.expect("founded");
    }
    let office = Office {
        server: Server::on(folder),
    };
    office.server.clock.advance(AFTER - NOW);
    let (user, unit) = ("thuong-truc", "QN-DH");
    let case = office.write(user, Kind::Case, unit, &[("wording", "Sửa cầu tràn")]);
    let petition = office.voice("quang-lam", "QN-DH-02", &[]);
    let fields = [
        ("petition", petition.to_string()),
        ("case", case.to_string()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let mut said = office.draft(user, Kind::Consolidation, "QN-DH-02", &fields);
    said.header.id = consolidation_of(petition);
    office.push(user, &mut said);
    send(&office, (user, unit), case, "QN");
    assert_eq!(needs(&office, user).await, one("await"));

    let store: Arc<dyn Store> = Arc::clone(&office.server.bench.store);
    let changes = trees::succession("dam-ha-2025", &store.district().expect("read"));
    let moved = store.change_district(changes.expect("the second tree"), &stamp(AFTER));
    assert_eq!(moved, Ok(Ok(())));
    let callers = &office.server.bench.callers;
    callers.now(office.server.clock_ms()).expect("read");
    assert_eq!(needs(&office, user).await, one("await"));
    answer(&office, (user, "QN"), case);
    assert_eq!(needs(&office, user).await, one("visit"));
}

#[tokio::test]
async fn a_committee_that_is_to_answer_again_is_told_why() {
    let office = Office::new();
    let case = office.matter(&[]);
    send(&office, ("committee", "P-D"), case, "P-D-A");
    answer(&office, ("commune-committee", "P-D-A"), case);
    let device = office.server.device("commune-committee");
    let found = async || {
        let papers = shown(&office, &device, case).await;
        let found = of_kind(&papers, "finding");
        let found = found
            .iter()
            .map(|paper| paper["content"]["finding"].clone());
        found.collect::<Vec<_>>()
    };
    assert_eq!(found().await, [json!(null); 0]);
    let words = [
        ("verdict", "follow"),
        ("resolved", "not-for-good"),
        ("content", "Mới làm được nửa đường"),
        ("recorder", "board"),
    ];
    find(&office, case, "2025-06-12", &words);
    assert_eq!(needs(&office, "commune-committee").await, one("answer"));
    let [said] = &found().await[..] else {
        panic!("one finding");
    };
    assert_eq!(said["content"], "Mới làm được nửa đường");
    assert_eq!(said["recorder"], "");
    let list = office.get(&device, "/api/v1/cases").await;
    assert_eq!(list["cases"][0]["standing"]["resolved"], "");
}
