//! A phone is enrolled anew with work on it that was not sent.

use kiennghi_shared::record::Edit;
use kiennghi_tests::harness::Server;

use crate::support::{assert_in_step, assert_verified, edit_voters, heads, record};

#[tokio::test]
async fn what_a_phone_had_not_sent_arrives_after_it_is_enrolled_again() {
    let server = Server::start();
    let mut phone = server.phone("quang-lam-1").await;
    let mut other = server.phone("quang-lam-2").await;
    let ids = record(&mut phone, 98, 3);
    phone.sync().await.expect("in step");
    // The same page session goes on: the server knows its actor as the old device's.
    edit_voters(&mut phone, ids[0], 911);
    let more = record(&mut phone, 99, 2);
    let wanted = phone.session().outbox().len();
    let old = phone.account().token.clone();
    let mut phone = phone
        .enrol_again(&server.enrol("quang-lam-1"))
        .await
        .expect("enrolled");
    assert_ne!(phone.account().token, old);
    assert_eq!(phone.session().outbox().len(), wanted);
    // The new page session writes upon what waits.
    edit_voters(&mut phone, more[0], 912);
    let report = phone.sync().await.expect("in step");
    let counted = (report.acked, report.refused, report.pulled);
    assert_eq!(counted, (wanted as u64 + 1, 0, 0), "{report:?}");

    other.sync().await.expect("in step");
    other
        .edit(ids[0], &[Edit::new("place", "Bến phà")])
        .expect("edited");
    other.sync().await.expect("in step");
    phone.sync().await.expect("in step");
    assert_in_step(&phone, &heads(&other));
    let quiet = phone.sync().await.expect("in step");
    assert_eq!((quiet.requests, quiet.pushed, quiet.pulled), (1, 0, 0));
    assert_verified(&server);
}
