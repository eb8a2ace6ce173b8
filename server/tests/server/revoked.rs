//! Devices that were revoked: what they still send waits for the office, and they learn nothing.

use kiennghi_server::store::DistrictChange;
use kiennghi_shared::record::Edit;
use kiennghi_shared::review::Reason;
use kiennghi_shared::wire::{DocumentChanges, Hello, Hold, Reply, Request, Verdict};

use crate::district::{NOW, stamp};
use crate::http::{Server, sync_request};
use crate::review::REVIEW;

#[tokio::test]
async fn a_revoked_device_is_told_nothing_but_that_its_work_was_taken() {
    let server = Server::new();
    let (mut device, mut office) = (server.device("a-1"), server.device("committee"));
    let mut edited = device.phone.petition("P-D-A", "Đường hỏng");
    let acked = edited.take();
    server.verdicts(&mut device, vec![acked.clone()]).await;
    edited.set(&device.phone, "content", "Đường hỏng nặng");
    let mut broken = device.phone.petition("P-D-A", "Hỏng").take();
    broken.changes[0][20] ^= 1;
    let elsewhere = device
        .phone
        .petition("P-D-B", "Không phải nơi của mình")
        .take();
    server.revoke(&device);

    let nothing = Request::new(Hello::new(Hold::Scope, 0), Vec::new()).encode();
    let answer = server.call(sync_request(&device.token, &nothing)).await;
    assert_eq!(answer.refusal(), (401, "revoked".to_owned()));
    for path in [
        "/api/v1/profile",
        "/api/v1/petitions",
        "/api/v1/petitions/counts",
        "/api/v1/reviews",
        "/api/v1/events",
        &format!("/api/v1/documents/{}", edited.header.id),
    ] {
        let answer = server.get(path, &device.token).await;
        assert_eq!(answer.refusal(), (401, "revoked".to_owned()), "{path}");
    }

    let push = vec![edited.take(), acked, broken, elsewhere];
    let hello = Hello {
        fetch: vec![edited.header.id],
        ..Hello::new(Hold::Scope, 0)
    };
    let request = Request::new(hello, push).encode();
    for _ in 0..2 {
        let answer = server.call(sync_request(&device.token, &request)).await;
        let reply = Reply::decode(&answer.unpacked()).expect("reply");
        assert!(reply.complete);
        let acks = reply.acks.clone().expect("acks");
        assert_eq!(acks.verdicts, [REVIEW, REVIEW, REVIEW, REVIEW]);
        assert_eq!((&reply.chunks, &reply.receipt), (&vec![], &None));
        assert!(reply.want.is_none());
        assert!(!reply.welcome.offer);
    }
    let list = server.reviews(&office, "").await;
    assert_eq!(list.total, 1, "sound, of a unit where its user may write");
    let review = &list.reviews[0];
    assert_eq!(review.reason, Reason::Revoked);
    assert!(
        review
            .fields
            .contains(&Edit::new("content", "Đường hỏng nặng"))
    );
    let present = review.present.as_ref().expect("stored");
    assert!(present.contains(&Edit::new("content", "Đường hỏng")));

    assert_eq!(
        server.decide(&office, review.id, "dismiss").await.status,
        204
    );
    assert_eq!(server.reviews(&office, "").await.total, 0);
    server.call(sync_request(&device.token, &request)).await;
    assert_eq!(server.reviews(&office, "").await.total, 0, "decided once");
    let fed = server.sync(&mut office, vec![], |_| {}).await;
    let changes = fed.chunks.iter().flat_map(|chunk| &chunk.documents);
    assert_eq!(changes.flat_map(|document| &document.changes).count(), 1);
}

#[tokio::test]
async fn work_of_a_revoked_device_that_lacks_ancestors_is_not_taken_before_them() {
    let server = Server::new();
    let (mut device, office) = (server.device("a-1"), server.device("committee"));
    let mut petition = device.phone.petition("P-D-A", "Đường hỏng");
    // As after a restore: the server had this once.
    let lost = petition.take();
    petition.set(&device.phone, "place", "Cầu treo");
    let late = petition.take();
    let mut foreign = device.phone.petition("P-D-B", "Nơi khác");
    foreign.take();
    foreign.set(&device.phone, "place", "Chợ");
    server.revoke(&device);
    let push = vec![late.clone(), foreign.take()];
    let verdicts = server.verdicts(&mut device, push).await;
    assert!(matches!(&verdicts[0], Verdict::Missing(lacks) if lacks.len() == 1));
    assert_eq!(verdicts[1], REVIEW, "of other units it learns nothing");
    assert_eq!(server.reviews(&office, "").await.total, 0);
    let whole = DocumentChanges {
        changes: [lost.changes.clone(), late.changes].concat(),
        ..lost
    };
    let verdicts = server.verdicts(&mut device, vec![whole]).await;
    assert_eq!(verdicts, [REVIEW, REVIEW]);
    assert_eq!(server.reviews(&office, "").await.total, 1);
}

#[tokio::test]
async fn a_user_who_is_disabled_is_shut_out_and_the_phone_forgets_nothing() {
    let server = Server::new();
    let mut device = server.device("a-1");
    let disable = |enabled| {
        let change = DistrictChange::EnableUser {
            name: "a-1".into(),
            enabled,
        };
        let changed = server
            .bench
            .store
            .change_district(vec![change], &stamp(NOW));
        assert_eq!(changed, Ok(Ok(())));
    };
    disable(false);
    let late = vec![device.phone.petition("P-D-A", "Viết lúc bị khoá").take()];
    assert_eq!(server.verdicts(&mut device, late).await, [REVIEW]);
    // Not "revoked", at which a phone would erase itself.
    let refused = server.get("/api/v1/profile", &device.token).await;
    assert_eq!(refused.refusal(), (401, "unauthenticated".to_owned()));
    disable(true);
    assert_eq!(
        server.get("/api/v1/profile", &device.token).await.status,
        200
    );
}
