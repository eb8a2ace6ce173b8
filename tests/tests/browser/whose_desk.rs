//! A desk asks who is there, and shows whoever it is their own, also by an address that a page had before.

use kiennghi_tests::harness::Server;
use serde_json::json;

use super::axe::examine;
use super::chrome::{DESK, Device, PHONE};
use super::sign_in::{PASSWORD, at, come_in, local, sign_out};

const WHO: &str = "thuong-truc-huyen";
const UNIT: &str = "QN-DH-02";

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_asks_who_is_there_and_shows_whoever_it_is_their_own() {
    let server = Server::start();
    let url = local(&server);
    let mut desk = Device::new(DESK).await;
    desk.go(&format!("{url}/desk/cases?state=consolidated"))
        .await;
    desk.find("[data-test=desk-sign-in]").await;
    examine(&mut desk, "desk-signed-out").await;
    desk.show_as(DESK).await;
    come_in(&desk, &server, WHO).await;
    desk.go(&format!("{url}/admin")).await;
    sign_out(&desk).await;

    // Back to the page that was asked for, with what it was asked for.
    desk.go(&format!("{url}/desk/cases?state=consolidated"))
        .await;
    desk.click("[data-test=sign-in]").await;
    at(&desk, "/admin/sign-in").await;
    desk.write("[name=user]", WHO).await;
    desk.write("[name=password]", PASSWORD).await;
    desk.click("[data-test=submit]").await;
    at(&desk, "/desk/cases").await;
    desk.until("the filter", async |d| {
        d.ask("return document.querySelector('[name=state]')?.value")
            .await
            == json!("consolidated")
    })
    .await;

    // What has another address now is found by the one that it had.
    desk.go(&format!("{url}/desk/inbox?unit={UNIT}")).await;
    at(&desk, "/consolidation").await;
    desk.find("[data-test=petition-row]").await;
    let narrowed = "return document.querySelector('[name=unit]')?.value";
    assert_eq!(desk.ask(narrowed).await, json!(UNIT));
    let answer = "/cases/018f6d3a-0000-7000-8000-000000000001/answer";
    desk.go(&format!("{url}/desk{answer}")).await;
    at(&desk, &format!("/letters{answer}")).await;

    // An agency comes to its desk at once, and has no inbox.
    let agency = Device::new(DESK).await;
    come_in(&agency, &server, "phong-kinh-te-ha-tang").await;
    at(&agency, "/desk").await;
    agency.find("[data-test=nothing]").await;
    assert_eq!(agency.count("[data-test=part-inbox]").await, 0);
    agency.picture("desk-agency").await;

    // What a phone's own lock closes is no desk's to open.
    let phone = Device::new(PHONE).await;
    phone.sign_in(&url, &server.enrol("quang-lam-1")).await;
    phone.find("[data-test=meeting-row]").await;
    phone.go(&format!("{url}/desk")).await;
    phone.find("[data-test=locked-elsewhere]").await;
    phone.picture("desk-locked-elsewhere").await;
}
