//! Links that enrol a device, where the app is open already.

use kiennghi_tests::harness::Server;
use serde_json::json;

use super::axe::examine;
use super::chrome::{Device, PHONE};

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_opened_on_the_page_itself_brings_its_code() {
    let server = Server::start();
    let url = server.url();
    let mut phone = Device::new(PHONE).await;
    phone.go(&format!("{url}/enrol")).await;
    phone.find("[name=code]").await;
    examine(&mut phone, "enrol").await;
    phone.click("[data-test=enrol-submit]").await;
    phone.find("[data-test=failure]").await;
    examine(&mut phone, "enrol-no-code").await;

    phone.ask("globalThis.loaded = 'once'; return true;").await;
    // The later of two links counts.
    for code in ["AAAAA-AAAAA", &server.enrol("quang-lam-1")] {
        phone.go(&format!("{url}/enrol#{code}")).await;
        phone.find("[data-test=code-given]").await;
        phone
            .until("the code to leave the address", async |d| {
                d.ask("return location.hash").await == json!("")
            })
            .await;
    }
    assert_eq!(phone.ask("return globalThis.loaded").await, json!("once"));
    examine(&mut phone, "enrol-code").await;
    phone.click("[data-test=enrol-submit]").await;
    phone.set_lock().await;
    phone.find("[data-test=meeting-row]").await;
}
