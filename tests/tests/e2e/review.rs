//! Work that was made under an earlier grant, or on a device that was revoked meanwhile: the office
//! decides about it.

use hyper::Method;
use kiennghi_shared::code::Code;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::Edit;
use kiennghi_shared::review::{Reason, Review, ReviewList};
use kiennghi_tests::harness::Server;
use kiennghi_tests::phone::Phone;

use crate::support::{COMMITTEE, QUANG_AN, ask, exported, heads, record};

async fn reviews(office: &Phone) -> Vec<Review> {
    let reply = ask(office, Method::GET, "/api/v1/reviews").await;
    assert_eq!(reply.status, 200);
    let list: ReviewList = minicbor::decode(&reply.body).expect("a list");
    assert_eq!(list.total, list.reviews.len() as u64);
    list.reviews
}

async fn decide(office: &Phone, of: DocumentId, verb: &str) {
    let reviews = reviews(office).await;
    let review = reviews.iter().find(|review| review.document == of);
    let id = review.expect("it waits").id;
    let path = format!("/api/v1/reviews/{id}/{verb}");
    assert_eq!(ask(office, Method::POST, &path).await.status, 204);
}

fn codes(phone: &Phone) -> Vec<Code> {
    let refused = phone.refused().expect("a shelf");
    refused.iter().map(|work| work.code).collect()
}

#[tokio::test]
async fn a_delegate_is_moved_while_work_waits_on_the_phone() {
    let server = Server::start();
    let mut moved = server.phone("quang-lam-1").await;
    let mut stays = server.phone("quang-lam-2").await;
    let office = server.phone(COMMITTEE).await;
    moved.sync().await.expect("in step");
    let made = record(&mut moved, 21, 2);
    let (taken, left) = (made[0], made[1]);
    let said = server.command("move", &["--user", "quang-lam-1", "--unit", QUANG_AN]);
    assert!(said.contains("is delegate in QN-DH-03 now"), "{said}");

    moved.sync().await.expect("work first, then the new scope");
    assert_eq!(codes(&moved), [Code::Review, Code::Review]);
    assert!(moved.session().outbox().is_empty());
    let ids = moved.ids().expect("a shelf");
    assert!(ids.iter().all(|id| {
        let (header, _) = moved.document(*id).expect("held");
        header.unit.0 == QUANG_AN
    }));
    assert!(!exported(&server).contains(&taken));

    let waiting = reviews(&office).await;
    assert_eq!(waiting.len(), 2);
    assert!(waiting.iter().all(|review| review.reason == Reason::Moved));
    decide(&office, taken, "accept").await;
    decide(&office, left, "dismiss").await;
    assert!(reviews(&office).await.is_empty());
    let all = exported(&server);
    assert!(all.contains(&taken) && !all.contains(&left));
    stays.sync().await.expect("in step");
    assert_eq!(stays.document(taken).expect("fed").0.unit.0, "QN-DH-02");

    // The new commune's work goes its usual way.
    let new = record(&mut moved, 22, 1);
    moved.sync().await.expect("in step");
    assert!(exported(&server).contains(&new[0]));
}

#[tokio::test]
async fn a_device_is_revoked_while_work_waits_on_it() {
    let server = Server::start();
    let mut lost = server.phone("quang-lam-1").await;
    let mut other = server.phone("quang-lam-2").await;
    let office = server.phone(COMMITTEE).await;
    lost.sync().await.expect("in step");
    let known = record(&mut lost, 31, 1)[0];
    lost.sync().await.expect("in step");
    let before = lost.fields(known).expect("held").text("content");
    lost.edit(known, &[Edit::new("place", "Cầu treo đầu thôn")])
        .expect("an edit");
    let made = record(&mut lost, 32, 1)[0];

    let devices = server.command("devices", &["--user", "quang-lam-1"]);
    let number = |line: &str| line.split('\t').next().map(str::to_owned);
    let number = devices.lines().filter_map(number).next_back();
    let number = number.expect("its device");
    let said = server.command("revoke", &["--device", &number]);
    assert!(said.contains("is revoked"), "{said}");
    let again = server.command("revoke", &["--device", &number]);
    assert!(again.contains("was revoked before"), "{again}");

    // Its work is taken, and nothing is told but that.
    let _ = lost.sync().await;
    assert_eq!(codes(&lost), [Code::Review, Code::Review]);
    assert!(lost.session().outbox().is_empty());
    assert!(
        lost.sync().await.is_err(),
        "nothing to send, nothing to get"
    );
    let waiting = reviews(&office).await;
    assert_eq!(waiting.len(), 2);
    assert!(
        waiting
            .iter()
            .all(|review| review.reason == Reason::Revoked)
    );
    decide(&office, known, "accept").await;
    decide(&office, made, "dismiss").await;
    other.sync().await.expect("in step");
    let fields = other.fields(known).expect("fed");
    assert_eq!(fields.text("place"), "Cầu treo đầu thôn");
    assert_eq!(fields.text("content"), before);
    assert!(!heads(&other).contains_key(&made));
}
