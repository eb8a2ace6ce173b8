//! A device that was revoked hands in what it has, erases itself, and says why. A token that the server
//! does not know erases nothing.

use kiennghi_tests::harness::Server;

use super::axe::examine;
use super::chrome::{DESK, Device, PHONE};
use super::sealed::STORES;
use super::village::Village;

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_hands_in_its_work_and_erases_itself() {
    let mut village = Village::new().await;
    let petition = village.petitions()[0];
    village.cut_off();
    let words = " Viết trước khi biết tin.";
    village.edit(petition, words).await;
    village.revoke_phone();
    village.join_again();
    village.phone.reopen(&village.url).await;
    village.phone.find("[data-test=revoked]").await;
    for store in STORES.iter().chain(&["lock"]) {
        assert!(
            village.phone.stored(store).await.is_empty(),
            "{store} is empty"
        );
    }
    examine(&mut village.phone, "revoked").await;
    village.phone.show_as(PHONE).await;
    village.phone.reload().await;
    village.phone.find("[data-test=revoked]").await;

    let office = Device::new(DESK).await;
    office
        .sign_in(
            &village.server.url(),
            &village.server.enrol("thuong-truc-huyen"),
        )
        .await;
    office.click("[data-test=tab-reviews]").await;
    office
        .until("the work at the office", async |d| {
            d.text("[data-test=review-row]")
                .await
                .contains(words.trim())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_know_the_device_erases_nothing() {
    let mut village = Village::new().await;
    let petition = village.petitions()[0];
    // As after a restore from before it was enrolled.
    let former = Server::start();
    village.proxy.set_back(former.address());
    village.server.stop();
    let words = " Vẫn ghi như thường.";
    village.edit(petition, words).await;
    village.phone.click("[data-test=back]").await;
    village.phone.click("[data-test=sync-now]").await;
    village
        .phone
        .until("the strip to ask for a new enrolment", async |d| {
            d.count(".strip-notices a[href='/enrol']").await > 0
        })
        .await;
    village.phone.picture("unknown-device").await;
    assert!(village.phone.holds("cards", words.trim()).await);
    assert_eq!(village.phone.stored("outbox").await.len(), 1);
}
