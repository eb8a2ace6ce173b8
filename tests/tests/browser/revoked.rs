//! A device that was revoked hands in what it has, erases itself, and says why. A token that the server
//! does not know erases nothing.

use kiennghi_tests::harness::{Mode, Proxy, Server};

use super::chrome::{DESK, Device, PHONE};
use super::refused::{edit, petitions};
use super::sealed::STORES;

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_hands_in_its_work_and_erases_itself() {
    let mut server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let url = proxy.url();
    let mut other = server.phone_by("quang-lam-2", &url).await;
    other.sync().await.expect("syncs");
    let petition = petitions(&other)[0];
    let mut phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone.ready_offline().await;
    server.stop();
    proxy.set(Mode::Refuse);
    let words = " Viết trước khi biết tin.";
    edit(&phone, &url, petition, words).await;
    let devices = server.command("devices", &["--user", "quang-lam-1"]);
    let last = devices.lines().last().expect("a device");
    let number = last.split('\t').next().expect("its number");
    let _ = server.command("revoke", &["--device", number]);
    server.restart();
    proxy.set_back(server.address());
    proxy.set(Mode::Pass);
    phone.reopen(&url).await;
    phone.find("[data-test=revoked]").await;
    phone.picture("revoked").await;
    for store in STORES.iter().chain(&["lock"]) {
        assert!(phone.stored(store).await.is_empty(), "{store} is empty");
    }
    phone.show_as(DESK).await;
    phone.picture("revoked").await;
    phone.show_as(PHONE).await;
    phone.reload().await;
    phone.find("[data-test=revoked]").await;

    let office = Device::new(DESK).await;
    office
        .sign_in(&server.url(), &server.enrol("thuong-truc-huyen"))
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
    let mut server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let url = proxy.url();
    let mut other = server.phone_by("quang-lam-2", &url).await;
    other.sync().await.expect("syncs");
    let petition = petitions(&other)[0];
    let phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone.ready_offline().await;
    // As after a restore from before it was enrolled.
    let former = Server::start();
    proxy.set_back(former.address());
    server.stop();
    let words = " Vẫn ghi như thường.";
    edit(&phone, &url, petition, words).await;
    phone.click("[data-test=back]").await;
    phone.click("[data-test=sync-now]").await;
    phone
        .until("the strip to ask for a new enrolment", async |d| {
            d.count(".strip-notices a[href='/enrol']").await > 0
        })
        .await;
    phone.picture("unknown-device").await;
    assert!(phone.holds("cards", words.trim()).await);
    assert_eq!(phone.stored("outbox").await.len(), 1);
}
