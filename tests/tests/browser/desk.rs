//! A browser at a desk that is signed in by a session: the same app, locked with a key that the server hands
//! out, and nothing of it on the disk.

use kiennghi_tests::harness::Server;

use super::chrome::{DESK, Device};
use super::sign_in::{come_in, local, sign_out};

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
    let desk = Device::new(DESK).await;
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
    desk.picture("desk-session-over").await;

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
