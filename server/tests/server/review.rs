//! Work of people who were moved and of devices that were revoked: neither dropped nor applied, but
//! kept for the office, which decides.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::Method;
use kiennghi_server::gate::{self, Finding, InProcess, Specimen, Trial, TrialError};
use kiennghi_server::store::DistrictProblem;
use kiennghi_shared::access::{Grant, Role};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::{DocumentId, UserName};
use kiennghi_shared::record::Edit;
use kiennghi_shared::review::{Reason, ReviewList};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::{DocumentChanges, Hello, Hold, Reply, Request, Verdict};

use crate::district::{Draft, NOW, stamp};
use crate::http::{Answer, Device, Server, request, sync_request};

pub(crate) const REVIEW: Verdict = Verdict::Refused(Code::Review);

fn delegate(unit: &str) -> Grant {
    Grant {
        role: Role::Delegate,
        unit: unit.into(),
    }
}

impl Server {
    pub(crate) fn move_to_b(&self, user: &str) {
        let store = &self.bench.store;
        let moved = store.move_user(&user.into(), &delegate("P-D-B"), &stamp(NOW));
        assert_eq!(moved, Ok(Ok(())));
    }

    pub(crate) fn revoke(&self, device: &Device) {
        let device = device.phone.caller.device;
        assert_eq!(
            self.bench.store.revoke_device(device, &stamp(NOW)),
            Ok(true)
        );
        assert_eq!(
            self.bench.store.revoke_device(device, &stamp(NOW)),
            Ok(false)
        );
    }

    pub(crate) async fn verdicts(
        &self,
        device: &mut Device,
        push: Vec<DocumentChanges>,
    ) -> Vec<Verdict> {
        let reply = self.sync(device, push, |_| {}).await;
        reply.acks.expect("acks").verdicts
    }

    pub(crate) async fn reviews(&self, device: &Device, query: &str) -> ReviewList {
        let path = format!("/api/v1/reviews{query}");
        let answer = self.get(&path, &device.token).await;
        assert_eq!(answer.status, 200);
        minicbor::decode(&answer.body).expect("a list")
    }

    pub(crate) async fn decide(&self, device: &Device, id: u64, verb: &str) -> Answer {
        let path = format!("/api/v1/reviews/{id}/{verb}");
        self.call(request(Method::POST, &path, &device.token, Vec::new()))
            .await
    }

    pub(crate) fn is_stored(&self, id: DocumentId) -> bool {
        !self.bench.store.documents(&[id]).expect("read").is_empty()
    }
}

#[tokio::test]
async fn work_of_a_moved_user_waits_for_the_office() {
    let server = Server::new();
    let (mut device, office) = (server.device("a-1"), server.device("committee"));
    let mut before = device.phone.petition("P-D-A", "Gửi trước");
    let acked = before.take();
    assert_eq!(
        server.verdicts(&mut device, vec![acked.clone()]).await,
        [Verdict::Ok]
    );
    let mut mine = device.phone.petition("P-D-A", "Chưa gửi");
    let mut broken = device.phone.petition("P-D-A", "Hỏng").take();
    broken.changes[0][20] ^= 1;
    let mut others = device.phone.petition("P-D-A", "Của tôi");
    others.take();
    others.edit_as(
        &device.phone,
        &UserName::from("a-2"),
        &[Edit::new("place", "nơi khác")],
    );
    let first = mine.take();
    mine.set(&device.phone, "place", "Cầu treo");
    let both = DocumentChanges {
        changes: [first.changes.clone(), mine.take().changes].concat(),
        ..first
    };
    server.move_to_b("a-1");
    let push = vec![
        both.clone(),
        acked,
        broken,
        others.take(),
        device.phone.petition("P-E-X", "Nơi lạ").take(),
        device.phone.petition("P-D-B", "Nơi mới").take(),
    ];
    // The caller learns of its own work what it may know: that it was stored before, that it is broken.
    // Of what bears another's name it learns nothing.
    let wanted = [
        REVIEW,
        REVIEW,
        Verdict::Duplicate,
        Verdict::Refused(Code::BadChange),
        REVIEW,
        Verdict::Refused(Code::Forbidden),
        Verdict::Ok,
    ];
    assert_eq!(server.verdicts(&mut device, push).await, wanted);
    assert!(!server.is_stored(mine.header.id));
    // Once more, as a phone does that did not get the reply; and a part of it under way again.
    for push in [both.clone(), both] {
        assert_eq!(
            server.verdicts(&mut device, vec![push]).await,
            [REVIEW, REVIEW]
        );
    }

    let list = server.reviews(&office, "").await;
    assert_eq!((list.total, list.reviews.len()), (1, 1));
    // It is among what is to be done, for those who decide.
    for (user, count) in [("committee", 1), ("board", 0)] {
        let device = server.device(user);
        let needs = server.get("/api/v1/needs", &device.token).await;
        assert_eq!(needs.json()["reviews"], count, "{user}");
    }
    let review = &list.reviews[0];
    assert_eq!(review.document, mine.header.id);
    assert_eq!(
        (review.reason, review.kind),
        (Reason::Moved, Kind::Petition)
    );
    assert_eq!(
        (review.user.0.as_str(), review.display.as_str()),
        ("a-1", "Ông a-1")
    );
    assert_eq!(
        (review.unit.0.as_str(), review.unit_name.as_str()),
        ("P-D-A", "Xã P-D-A")
    );
    assert_eq!(review.received_at, NOW);
    assert!(review.fields.contains(&Edit::new("content", "Chưa gửi")));
    assert!(review.fields.contains(&Edit::new("place", "Cầu treo")));
    assert_eq!(review.present, None);

    assert_eq!(
        server.decide(&office, review.id, "accept").await.status,
        204
    );
    assert_eq!(server.reviews(&office, "").await.total, 0);
    let stored = server
        .bench
        .store
        .documents(&[mine.header.id])
        .expect("read");
    assert_eq!(stored[0].heads, mine.document.heads());
    assert_eq!(stored[0].author.0, "a-1", "its author stays");
    let fed = server.sync(&mut server.device("a-2"), vec![], |_| {}).await;
    assert!(fed_documents(&fed).contains(&mine.header.id));
    // Decided is decided; what is sent again is known, and no new work for the office.
    for verb in ["accept", "dismiss"] {
        let answer = server.decide(&office, review.id, verb).await;
        assert_eq!(answer.refusal(), (404, "not_found".to_owned()));
    }
    assert_eq!(server.reviews(&office, "").await.total, 0);
}

fn fed_documents(reply: &Reply) -> Vec<DocumentId> {
    let documents = reply.chunks.iter().flat_map(|chunk| &chunk.documents);
    documents.map(|document| document.header.id).collect()
}

#[tokio::test]
async fn only_the_standing_committee_decides_and_only_of_its_units() {
    let server = Server::new();
    let mut ids = Vec::new();
    for (user, unit) in [("a-1", "P-D-A"), ("b-1", "P-D-B"), ("a-2", "P-D-A")] {
        let mut device = server.device(user);
        let push = vec![device.phone.petition(unit, &format!("Của {user}")).take()];
        server.revoke(&device);
        assert_eq!(server.verdicts(&mut device, push).await, [REVIEW]);
        let newest = server
            .reviews(&server.device("committee"), "?limit=1")
            .await;
        ids.push(newest.reviews[0].id);
    }
    let seen = |list: &ReviewList| -> Vec<u64> { list.reviews.iter().map(|row| row.id).collect() };
    let district = server.device("committee");
    let first = server.reviews(&district, "?limit=2").await;
    assert_eq!((first.total, seen(&first)), (3, vec![ids[2], ids[1]]));
    let rest = server
        .reviews(&district, &format!("?limit=2&before={}", ids[1]))
        .await;
    assert_eq!((rest.total, seen(&rest)), (3, vec![ids[0]]));
    let commune = server.device("commune-committee");
    let own = server.reviews(&commune, "").await;
    assert_eq!((own.total, seen(&own)), (2, vec![ids[2], ids[0]]));
    for verb in ["accept", "dismiss"] {
        let answer = server.decide(&commune, ids[1], verb).await;
        assert_eq!(answer.refusal(), (404, "not_found".to_owned()));
        for user in ["a-1", "d-delegate", "admin"] {
            let device = server.device(user);
            let answer = server.get("/api/v1/reviews", &device.token).await;
            assert_eq!(answer.refusal(), (403, "forbidden".to_owned()), "{user}");
            let answer = server.decide(&device, ids[1], verb).await;
            assert_eq!(answer.refusal(), (403, "forbidden".to_owned()), "{user}");
        }
    }
    assert_eq!(server.reviews(&district, "").await.total, 3);
}

#[tokio::test]
async fn what_no_longer_fits_is_not_accepted_and_what_was_erased_is_gone() {
    let server = Server::new();
    let (mut device, office) = (server.device("a-1"), server.device("committee"));
    let mut edited = device.phone.petition("P-D-A", "Đường hỏng");
    let push = vec![edited.take()];
    server.verdicts(&mut device, push).await;
    edited.set(&device.phone, "place", "Cầu treo");
    let mut made = device.phone.petition("P-D-A", "Mương");
    server.revoke(&device);
    let push = vec![edited.take(), made.take()];
    server.verdicts(&mut device, push).await;
    let list = server.reviews(&office, "").await;
    let of = |id: DocumentId| {
        let mut rows = list.reviews.iter();
        rows.find(|row| row.document == id).expect("listed").id
    };
    // Somebody else has made a document of that id in another unit.
    let mut other = server.device("b-1");
    let mut same = Draft::new(
        &other.phone,
        Kind::Petition,
        "P-D-B",
        &[Edit::new("content", "Khác")],
    );
    same.header.id = made.header.id;
    let push = vec![same.take()];
    assert_eq!(server.verdicts(&mut other, push).await, [Verdict::Ok]);
    let answer = server.decide(&office, of(made.header.id), "accept").await;
    assert_eq!(answer.refusal(), (409, "wrong_document".to_owned()));
    assert_eq!(server.reviews(&office, "").await.total, 2, "stays open");

    let erased = server
        .bench
        .store
        .erase(edited.header.id, "thử", &stamp(NOW));
    assert!(erased.expect("erased").is_some());
    let answer = server.decide(&office, of(edited.header.id), "accept").await;
    assert_eq!(answer.refusal(), (404, "not_found".to_owned()));
    assert_eq!(server.reviews(&office, "").await.total, 1);
}

#[tokio::test]
async fn what_one_device_may_have_waiting_is_bounded() {
    let server = Server::new();
    let (mut device, office) = (server.device("a-1"), server.device("committee"));
    let mut draft = device.phone.petition("P-D-A", "0");
    for number in 1..2_000 {
        draft.set(&device.phone, "place", &format!("Nơi {number}"));
    }
    server.revoke(&device);
    let verdicts = server.verdicts(&mut device, vec![draft.take()]).await;
    assert_eq!(verdicts, vec![REVIEW; 2_000]);
    let more = vec![device.phone.petition("P-D-A", "Thêm").take()];
    let more = Request::new(Hello::new(Hold::Scope, 0), more).encode();
    let answer = server.call(sync_request(&device.token, &more)).await;
    assert_eq!(answer.refusal(), (503, "busy".to_owned()));
    // The office's decision makes room.
    let list = server.reviews(&office, "").await;
    assert_eq!(list.total, 1);
    let answer = server.decide(&office, list.reviews[0].id, "accept").await;
    assert_eq!(answer.status, 204);
    let answer = server.call(sync_request(&device.token, &more)).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn callers_see_at_once_that_a_user_was_moved_and_moved_back() {
    let server = Server::new();
    let mut device = server.device("a-1");
    let profile = |answer: Answer| {
        answer.json()["grants"][0]["unit"]
            .as_str()
            .map(str::to_owned)
    };
    let unit = |answer| profile(answer).expect("a unit");
    let path = "/api/v1/profile";
    assert_eq!(unit(server.get(path, &device.token).await), "P-D-A");
    server.move_to_b("a-1");
    assert_eq!(unit(server.get(path, &device.token).await), "P-D-B");
    let store = &server.bench.store;
    let moved = |user: &str, unit| store.move_user(&user.into(), &delegate(unit), &stamp(NOW));
    assert_eq!(moved("a-1", "P-D-A"), Ok(Ok(())));
    assert_eq!(unit(server.get(path, &device.token).await), "P-D-A");
    let back = vec![device.phone.petition("P-D-A", "Về lại").take()];
    assert_eq!(server.verdicts(&mut device, back).await, [Verdict::Ok]);
    let away = vec![device.phone.petition("P-D-B", "Còn sót").take()];
    assert_eq!(server.verdicts(&mut device, away).await, [REVIEW]);
    assert_eq!(moved("a-1", "P-?"), Ok(Err(DistrictProblem::NoUnit)));
    assert_eq!(moved("nobody", "P-D-A"), Ok(Err(DistrictProblem::NoUser)));
}

/// Finds every document unsound from a moment on, as the real trial does when what is stored does
/// not load.
#[derive(Debug)]
struct Unloadable(Arc<AtomicBool>);

impl Trial for Unloadable {
    fn run(&self, documents: &[Specimen<'_>]) -> Result<gate::Answer, TrialError> {
        if self.0.load(Ordering::Relaxed) {
            let unfit = Finding::Unfit(Code::TrialFailed);
            return Ok(gate::Answer::Found(vec![unfit; documents.len()]));
        }
        InProcess.run(documents)
    }

    fn health(&self) -> Result<(), TrialError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_stored_document_that_does_not_load_refuses_nobodys_work() {
    let damaged = Arc::new(AtomicBool::new(false));
    let server = Server::trying_by(Box::new(Unloadable(Arc::clone(&damaged))), |_| {});
    let mut device = server.device("a-1");
    let mut draft = device.phone.petition("P-D-A", "Tốt");
    let work = vec![draft.take()];
    assert_eq!(server.verdicts(&mut device, work).await, [Verdict::Ok]);
    damaged.store(true, Ordering::Relaxed);
    draft.set(&device.phone, "place", "đầu thôn");
    let body = Request::new(Hello::new(Hold::Scope, 0), vec![draft.take()]).encode();
    let answer = server.call(sync_request(&device.token, &body)).await;
    assert_eq!(answer.refusal(), (503, "unavailable".to_owned()));
}
