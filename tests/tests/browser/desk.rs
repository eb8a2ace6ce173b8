//! A browser at a desk that is signed in by a session: the same app, locked with a key that the server hands
//! out, and nothing of it on the disk.

use kiennghi_tests::harness::Server;
use serde_json::json;

use super::axe::examine;
use super::chrome::{DESK, Device, PHONE};
use super::lock::minutes_later;
use super::sign_in::{PASSWORD, at, come_in, local, sign_out};

async fn at_the_table(desk: &Device) {
    desk.until("the office's table", async |d| {
        d.count("[data-test=office-row]").await > 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_opens_the_app_and_locks_it_when_it_ends() {
    let server = Server::start();
    let url = local(&server);
    let mut desk = Device::new(DESK).await;
    // Whoever comes without a session is shown where to sign in.
    desk.go(&url).await;
    desk.find("[data-test=desk-sign-in]").await;
    come_in(&desk, &server, "thuong-truc-huyen").await;

    desk.go(&format!("{url}/office")).await;
    at_the_table(&desk).await;
    desk.click("[data-test=office-row] a").await;
    desk.click("[data-test=edit]").await;
    desk.find("[name=place]").await;
    desk.write("[name=place]", " (bàn văn phòng)").await;
    desk.click("[data-test=save-done]").await;
    desk.until("received", async |d| {
        d.count("[data-state=received]").await > 0
    })
    .await;
    desk.picture("desk-petition").await;

    // Opened again, the session still opens it, without a question.
    desk.reload().await;
    desk.go(&format!("{url}/office")).await;
    at_the_table(&desk).await;

    // Signed out, what is kept here is closed, and says so.
    desk.go(&format!("{url}/admin")).await;
    sign_out(&desk).await;
    desk.go(&url).await;
    desk.find("[data-test=session-over]").await;
    assert_eq!(desk.count("[data-test=office-row]").await, 0);
    examine(&mut desk, "desk-session-over").await;
    desk.show_as(DESK).await;

    // Signed in again on what the browser takes for a new device, it is open.
    come_in(&desk, &server, "thuong-truc-huyen").await;
    desk.go(&format!("{url}/office")).await;
    at_the_table(&desk).await;

    // Somebody else does not get at it.
    desk.go(&format!("{url}/admin")).await;
    sign_out(&desk).await;
    come_in(&desk, &server, "admin").await;
    desk.go(&url).await;
    desk.find("[data-test=session-over]").await;
}

const WHO: &str = "thuong-truc-huyen";

/// A desk whose session has opened the app.
async fn signed_in(server: &Server) -> Device {
    let desk = Device::new(DESK).await;
    come_in(&desk, server, WHO).await;
    desk.go(&format!("{}/office", local(server))).await;
    at_the_table(&desk).await;
    desk
}

/// Comes in again by password.
pub(crate) async fn sign_in_again(desk: &Device, url: &str, user: &str) {
    desk.go(&format!("{url}/admin/sign-in")).await;
    desk.write("[name=user]", user).await;
    desk.write("[name=password]", PASSWORD).await;
    desk.click("[data-test=submit]").await;
    desk.until("signed in", async |d| d.path().await != "/admin/sign-in")
        .await;
}

/// What the server says to this browser's session.
async fn session_status(desk: &Device) -> serde_json::Value {
    desk.ask("return (await fetch('/api/v1/session')).status")
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_nobody_uses_asks_who_is_there() {
    let server = Server::start();
    let url = local(&server);
    let mut desk = signed_in(&server).await;
    desk.click("[data-test=office-row] a").await;
    desk.click("[data-test=edit]").await;
    let words = "Bến phà Tài Xã";
    desk.clear("[name=place]").await;
    desk.write("[name=place]", words).await;
    desk.until("the draft", async |d| d.stored("drafts").await.len() == 1)
        .await;
    let form = desk.path().await;
    assert_eq!(session_status(&desk).await, 200);

    minutes_later(&desk, 11).await;
    desk.find("[data-test=session-over]").await;
    examine(&mut desk, "desk-locked").await;
    desk.show_as(DESK).await;
    assert_eq!(session_status(&desk).await, 401, "it ended at the server");
    desk.reload().await;
    desk.find("[data-test=session-over]").await;
    // Nor do the pages of administration open.
    desk.go(&format!("{url}/admin")).await;
    at(&desk, "/admin/sign-in").await;

    // Signed in again, what was being written is there.
    sign_in_again(&desk, &url, WHO).await;
    desk.go(&format!("{url}{form}")).await;
    desk.click("[data-test=draft-open]").await;
    desk.until("the half-written words", async |d| {
        d.ask("return document.querySelector('[name=place]')?.value ?? ''")
            .await
            == words
    })
    .await;

    // By hand.
    desk.go(&format!("{url}/device")).await;
    desk.find("[data-test=lock-ways]").await;
    desk.picture("desk-device").await;
    desk.click("[data-test=lock-ways]").await;
    desk.find("[data-test=way-session]").await;
    desk.click("[data-test=back]").await;
    desk.click("[data-test=lock-now]").await;
    desk.find("[data-test=session-over]").await;
    assert_eq!(session_status(&desk).await, 401);

    // The pages of administration, in the same time.
    sign_in_again(&desk, &url, WHO).await;
    desk.go(&format!("{url}/admin")).await;
    desk.click("a[href='/admin/users']").await;
    desk.find("[data-test=user-row]").await;
    minutes_later(&desk, 9).await;
    desk.click("[data-test=back]").await;
    at(&desk, "/admin").await;
    minutes_later(&desk, 9).await;
    desk.ask("return new Promise(done => setTimeout(done, 11000));")
        .await;
    assert_eq!(desk.path().await, "/admin", "nine minutes are not ten");
    minutes_later(&desk, 2).await;
    at(&desk, "/admin/sign-in").await;
    assert_eq!(session_status(&desk).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_cannot_tell_the_server_stays_locked() {
    let server = Server::start();
    let url = local(&server);
    let mut desk = signed_in(&server).await;
    // While somebody works in another tab, the session goes on.
    desk.ask(
        "const now = Date.now.bind(Date); Date.now = () => now() + 660000;\
         localStorage.setItem('kiennghi-session-used-at', Date.now());\
         return new Promise(done => setTimeout(done, 11000));",
    )
    .await;
    assert_eq!(desk.count("[data-test=session-over]").await, 0);

    desk.cdp("Network.enable", json!({})).await;
    let block = async |desk: &Device, urls: serde_json::Value| {
        desk.cdp("Network.setBlockedURLs", json!({ "urls": urls }))
            .await;
    };
    block(&desk, json!(["*/api/v1/sign-out"])).await;
    minutes_later(&desk, 11).await;
    desk.find("[data-test=session-over]").await;
    assert_eq!(session_status(&desk).await, 200, "it could not be ended");
    desk.reload().await;
    desk.find("[data-test=session-over]").await;
    desk.go(&format!("{url}/admin")).await;
    desk.find("[data-test=locked]").await;
    examine(&mut desk, "admin-locked").await;
    desk.show_as(DESK).await;

    block(&desk, json!([])).await;
    desk.reload().await;
    at(&desk, "/admin/sign-in").await;
    assert_eq!(session_status(&desk).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_with_a_session_is_enrolled_under_a_lock_of_its_own() {
    let server = Server::start();
    let url = local(&server);
    let phone = Device::new(PHONE).await;
    come_in(&phone, &server, "quang-lam-1").await;
    phone
        .go(&format!("{url}/enrol#{}", server.enrol("quang-lam-1")))
        .await;
    phone.click("[data-test=enrol-submit]").await;
    phone.find("[name=passphrase]").await;
    phone.picture("enrol-with-session").await;
    phone.set_lock().await;
    phone.find("[data-test=meeting-row]").await;
    phone.ready_offline().await;
    // The session does not open it, and no network is needed.
    phone.reload().await;
    phone.find("[data-test=locked]").await;
    assert_eq!(phone.count("[data-test=session-over]").await, 0);
    phone.forget_cookies().await;
    phone.reload().await;
    phone.unlock().await;
    phone.find("[data-test=meeting-row]").await;
}
