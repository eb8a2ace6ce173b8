//! Petitioners: sealed, read by few and each time on record, and erased so that nothing is left.

use axum::http::Method;
use kiennghi_server::store::{Action, AuditFilter, Put, Stamp};
use kiennghi_shared::access::{Thing, Verb, may};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::petitioner::{Basis, Person, Sending};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::Verdict;
use serde_json::{Value, json};

use crate::district::{Draft, NOW, UNITS, USERS, new_id, stamp};
use crate::http::{Answer, Server, request};
use crate::petitioner_keys::key_of;
use crate::scope::relation;

/// Words that stand nowhere else.
pub(crate) const CANARY: [&str; 3] = ["Chim Hoàng Yến", "Ngõ Canari 77", "0977 717 171"];

fn person(name: &str) -> Person {
    Person {
        name: name.to_owned(),
        address: CANARY[1].to_owned(),
        phone: CANARY[2].to_owned(),
        basis: Basis::Consent,
        noted_at: NOW,
    }
}

pub(crate) fn sending(unit: &str, follows: u64, name: &str) -> Sending {
    Sending {
        unit: unit.into(),
        petition: DocumentId([5; 16]),
        follows,
        person: person(name),
    }
}

impl Server {
    async fn ask(&self, method: Method, path: &str, token: &str, body: &Value) -> Answer {
        let body = body.to_string().into_bytes();
        self.call(request(method, path, token, body)).await
    }

    async fn hand_in(&self, token: &str, id: DocumentId, sending: &Sending) -> Answer {
        let body = serde_json::to_value(sending).expect("JSON");
        let path = format!("/api/v1/petitioners/{id}");
        self.ask(Method::PUT, &path, token, &body).await
    }
}

#[tokio::test]
async fn the_matrix_holds_for_petitioners() {
    let server = Server::new();
    for (unit, _) in UNITS {
        // Stored past the doors, so that each door is asked about what is there.
        let id = new_id();
        let stored =
            server
                .bench
                .store
                .put_petitioner(id, &sending(unit, 0, CANARY[0]), &stamp(NOW));
        assert_eq!(stored, Ok(Put::Stored(1)));
        for (user, role, own) in USERS {
            let device = server.device(user);
            let allowed = |verb| may(role, verb, Thing::Petitioner, relation(own, unit));
            let path = format!("/api/v1/petitioners/{id}");
            let read = server.get(&path, &device.token).await;
            let wanted = if allowed(Verb::Read) { 200 } else { 404 };
            assert_eq!(read.status, wanted, "{user} reads in {unit}");
            assert_eq!(
                String::from_utf8_lossy(&read.body).contains(CANARY[0]),
                allowed(Verb::Read)
            );
            let new = server
                .hand_in(&device.token, new_id(), &sending(unit, 0, "Ai đó"))
                .await;
            let wanted = if allowed(Verb::Write) { 204 } else { 403 };
            assert_eq!(new.status, wanted, "{user} writes in {unit}");
            let other = new_id();
            let store = &server.bench.store;
            let stored = store.put_petitioner(other, &sending(unit, 0, CANARY[0]), &stamp(NOW));
            assert_eq!(stored, Ok(Put::Stored(1)));
            let body = erasure_of(DocumentId([5; 16]), false);
            let erased = server.erase(&device.token, other, &body).await;
            let wanted = if allowed(Verb::Erase) { 200 } else { 404 };
            assert_eq!(erased.status, wanted, "{user} erases in {unit}");
        }
    }
}

#[tokio::test]
async fn each_reading_is_on_record_before_it_is_answered() {
    let server = Server::new();
    let (delegate, committee) = (server.device("a-1"), server.device("committee"));
    let id = new_id();
    let sent = sending("P-D-A", 0, CANARY[0]);
    assert_eq!(server.hand_in(&delegate.token, id, &sent).await.status, 204);
    // The answer was lost: it is the same again.
    assert_eq!(server.hand_in(&delegate.token, id, &sent).await.status, 204);
    let path = format!("/api/v1/petitioners/{id}");
    let shown = server.get(&path, &committee.token).await.json();
    assert_eq!(shown["person"]["name"], CANARY[0]);
    assert_eq!(shown["version"], 1);
    let rows = server.bench.store.audit(&AuditFilter {
        limit: 10,
        ..AuditFilter::default()
    });
    let rows = rows.expect("read");
    assert_eq!(rows[0].event.action, Action::ReadPetitioner);
    assert_eq!(rows[0].event.subject, id.to_string());
    assert_eq!(
        rows[0].stamp,
        Stamp::device(&"committee".into(), committee.phone.caller.device, NOW)
    );
    let written = rows
        .iter()
        .filter(|row| row.event.action == Action::WritePetitioner);
    assert_eq!(written.count(), 1);
    let all = format!("{rows:?}");
    assert!(CANARY.iter().all(|words| !all.contains(words)), "{all}");

    // A newer version follows the one that was read, and no other.
    let newer = sending("P-D-A", 1, "Chim Hoàng Oanh");
    assert_eq!(
        server.hand_in(&committee.token, id, &newer).await.status,
        204
    );
    let late = server
        .hand_in(&delegate.token, id, &sending("P-D-A", 1, "Khác"))
        .await;
    assert_eq!(late.refusal(), (409, "changed_meanwhile".to_owned()));
    let moved = server
        .hand_in(&committee.token, id, &sending("P-D-B", 2, "Khác"))
        .await;
    assert_eq!(moved.refusal(), (409, "wrong_document".to_owned()));
    let nameless = server
        .hand_in(&delegate.token, new_id(), &sending("P-D-A", 0, " "))
        .await;
    assert_eq!(nameless.refusal(), (422, "schema_mismatch".to_owned()));

    // Erased: gone for whoever asks, and for a phone that was late.
    let body = erasure_of(DocumentId([5; 16]), false);
    let erase = format!("{path}/erase");
    let receipt = server
        .ask(Method::POST, &erase, &committee.token, &body)
        .await;
    assert_eq!(receipt.status, 200);
    assert_eq!(receipt.json()["petitioner"], id.to_string());
    for answer in [
        server.get(&path, &committee.token).await,
        server.hand_in(&delegate.token, id, &newer).await,
    ] {
        assert_eq!(answer.refusal(), (410, "gone".to_owned()));
    }
    // Its answer was lost: the same receipt, and nothing more on record.
    let again = server
        .ask(Method::POST, &erase, &committee.token, &body)
        .await;
    assert_eq!(again.json(), receipt.json());
    let erased = AuditFilter {
        action: Some(Action::ErasePetitioner),
        limit: 10,
        ..AuditFilter::default()
    };
    let rows = server.bench.store.audit(&erased).expect("read");
    assert_eq!(rows.len(), 1);
}

/// What asks for an erasure of a petition's petitioner.
fn erasure_of(petition: DocumentId, with_petition: bool) -> Value {
    json!({ "reason": "đơn số 7", "petition": petition, "with_petition": with_petition })
}

impl Server {
    /// Has a petition in the store.
    fn petition(&self, user: &str, edits: &[Edit]) -> DocumentId {
        let device = self.device(user);
        let unit = if user == "b-1" { "P-D-B" } else { "P-D-A" };
        let mut draft = Draft::new(&device.phone, Kind::Petition, unit, edits);
        let judged = self.bench.push(&device.phone, vec![draft.take()]);
        assert_eq!(judged.verdicts, [Verdict::Ok]);
        draft.header.id
    }

    async fn erase(&self, token: &str, id: DocumentId, body: &Value) -> Answer {
        let path = format!("/api/v1/petitioners/{id}/erase");
        self.ask(Method::POST, &path, token, body).await
    }
}

#[tokio::test]
async fn a_petition_goes_along_only_for_those_who_may_erase_it() {
    let server = Server::new();
    let (of_a, of_b) = (
        server.petition("a-1", &[Edit::new("content", "Đường")]),
        server.petition("b-1", &[Edit::new("content", "Cầu")]),
    );
    let commune = server.device("commune-committee");
    let erased = |id| server.bench.store.is_erased(id).expect("read");

    // A petition that is the unit's own is asked for at the door, and another's is not taken.
    let sent = |unit: &str, petition| Sending {
        petition,
        ..sending(unit, 0, CANARY[0])
    };
    let foreign = server
        .hand_in(&commune.token, new_id(), &sent("P-D-A", of_b))
        .await;
    assert_eq!(foreign.refusal(), (409, "wrong_document".to_owned()));
    // One that was stored before its petition came, and turned out to be another unit's.
    let (early, own) = (new_id(), new_id());
    let store = &server.bench.store;
    for (id, petition) in [(early, of_b), (own, of_a)] {
        let stored = store.put_petitioner(id, &sent("P-D-A", petition), &stamp(NOW));
        assert_eq!(stored, Ok(Put::Stored(1)));
    }
    let refused = server
        .erase(&commune.token, early, &erasure_of(of_b, true))
        .await;
    assert_eq!(refused.refusal(), (403, "forbidden".to_owned()));
    assert!(!erased(of_b));
    let row = store.petitioner(early).expect("read").expect("a row");
    assert_eq!(row.erased_at, None, "nothing is half done");

    let done = server
        .erase(&commune.token, own, &erasure_of(of_a, true))
        .await;
    assert_eq!(done.status, 200);
    assert!(erased(of_a) && !erased(of_b));
    // A phone that comes late with the petitioner of an erased petition.
    let late = server
        .hand_in(&commune.token, new_id(), &sent("P-D-A", of_a))
        .await;
    assert_eq!(late.refusal(), (410, "gone".to_owned()));
}

#[tokio::test]
async fn one_that_no_phone_has_sent_yet_is_erased_and_never_comes() {
    let server = Server::new();
    let id = new_id();
    let content = Edit::new("content", "Đường");
    let named = Edit::new("petitioner", id.to_string());
    let petition = server.petition("a-1", &[content, named]);
    let (delegate, committee) = (server.device("a-1"), server.device("committee"));
    let body = erasure_of(petition, false);
    for (token, id) in [(&delegate.token, id), (&committee.token, new_id())] {
        let answer = server.erase(token, id, &body).await;
        assert_eq!(answer.refusal(), (404, "not_found".to_owned()));
    }
    for reason in [" ".to_owned(), "a".repeat(301)] {
        let body = json!({ "reason": reason, "petition": petition, "with_petition": false });
        let answer = server.erase(&committee.token, id, &body).await;
        assert_eq!(answer.refusal(), (422, "invalid".to_owned()));
    }
    assert_eq!(
        server.erase(&committee.token, id, &body).await.status,
        200,
        "the petition speaks of it"
    );
    let sent = Sending {
        petition,
        ..sending("P-D-A", 0, CANARY[0])
    };
    let late = server.hand_in(&delegate.token, id, &sent).await;
    assert_eq!(late.refusal(), (410, "gone".to_owned()));
    assert_eq!(key_of(server.folder.path(), id), None);
}

#[tokio::test]
async fn what_was_written_before_a_right_was_taken_away_is_handed_in_and_changes_nothing() {
    let server = Server::new();
    let (moved, lost) = (server.device("a-1"), server.device("a-2"));
    let known = new_id();
    let first = server
        .hand_in(&lost.token, known, &sending("P-D-A", 0, CANARY[0]))
        .await;
    assert_eq!(first.status, 204);
    server.move_to_b("a-1");
    server.revoke(&lost);
    for token in [&moved.token, &lost.token] {
        let new = sending("P-D-A", 0, CANARY[0]);
        assert_eq!(server.hand_in(token, new_id(), &new).await.status, 204);
        let over = server
            .hand_in(token, known, &sending("P-D-A", 0, "Khác"))
            .await;
        assert_eq!(over.refusal(), (409, "changed_meanwhile".to_owned()));
        let later = server
            .hand_in(token, known, &sending("P-D-A", 1, "Khác"))
            .await;
        assert_eq!(later.refusal(), (403, "forbidden".to_owned()));
        let read = server
            .get(&format!("/api/v1/petitioners/{known}"), token)
            .await;
        assert_ne!(read.status, 200);
    }
    let elsewhere = sending("P-E-X", 0, CANARY[0]);
    for token in [&moved.token, &lost.token] {
        let answer = server.hand_in(token, new_id(), &elsewhere).await;
        assert_eq!(answer.refusal(), (403, "forbidden".to_owned()));
    }
}
