//! The first administrator, and the ways in: password, passkey, recovery code.

use kiennghi_tests::harness::Server;
use serde_json::json;

use super::axe::examine;
use super::chrome::{DESK, Device};

pub(crate) const PASSWORD: &str = "chín con cò trắng 47";

/// Where a browser has passkeys: at a name, not at an address of numbers.
pub(crate) fn local(server: &Server) -> String {
    format!("http://localhost:{}", server.address().port())
}

/// Sets a user's password by a one-time code of the command line, and is signed in then.
pub(crate) async fn come_in(device: &Device, server: &Server, user: &str) {
    let code = server.enrol(user);
    device
        .go(&format!("{}/admin/code#{code}", local(server)))
        .await;
    device.write("[name=new-password]", PASSWORD).await;
    device.write("[name=new-password-again]", PASSWORD).await;
    device.click("[data-test=submit]").await;
    device
        .until("signed in", async |d| d.path().await != "/admin/code")
        .await;
}

/// Waits for a page.
pub(crate) async fn at(device: &Device, path: &str) {
    device.until(path, async |d| d.path().await == path).await;
    device.find("main h1").await;
}

/// Signs out, from any page of the administration that links to the own account.
pub(crate) async fn sign_out(device: &Device) {
    device.click("a[href='/admin/account']").await;
    device.click("[data-test=sign-out]").await;
    at(device, "/admin/sign-in").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_and_the_ways_in() {
    let server = Server::start_empty();
    let url = local(&server);
    let mut desk = Device::new(DESK).await;
    desk.add_authenticator().await;

    desk.go(&format!("{url}/admin/sign-in")).await;
    desk.find("[data-test=needs-set-up]").await;
    desk.go(&format!("{url}{}", server.set_up_path())).await;
    desk.find("[name=tree]").await;
    assert_eq!(
        desk.ask("return location.hash").await,
        json!(""),
        "the code is out of the address"
    );
    examine(&mut desk, "admin-set-up").await;
    // Nothing typed is lost when something is wrong.
    desk.write("[name=display]", "Đặng Thị Quản").await;
    desk.write("[name=user]", "quan-tri").await;
    desk.write("[name=new-password]", "1111111111").await;
    desk.write("[name=new-password-again]", "1111111111").await;
    desk.click("[data-test=submit]").await;
    desk.find("[data-test=failure]").await;
    assert_eq!(
        desk.ask("return document.querySelector('[name=display]').value")
            .await,
        json!("Đặng Thị Quản")
    );
    desk.clear("[name=new-password]").await;
    desk.clear("[name=new-password-again]").await;
    desk.write("[name=new-password]", PASSWORD).await;
    desk.write("[name=new-password-again]", PASSWORD).await;
    desk.click("[data-test=submit]").await;

    at(&desk, "/admin/account").await;
    desk.find("[data-test=said]").await;
    desk.click("[data-test=submit]").await;
    desk.find("[data-test=passkey-row]").await;
    desk.click("[data-test=make-codes]").await;
    desk.find("[data-test=recovery-code]").await;
    assert_eq!(desk.count("[data-test=recovery-code]").await, 8);
    let recovery = desk.text("[data-test=recovery-code]").await;
    examine(&mut desk, "admin-recovery-codes").await;
    desk.click("[data-test=codes-close]").await;
    desk.until("eight codes", async |d| {
        d.text("[data-test=codes-left]").await.contains("Còn 8")
    })
    .await;
    examine(&mut desk, "admin-account").await;
    desk.click("[data-test=sign-out]").await;
    at(&desk, "/admin/sign-in").await;

    // Wrong, and the name stays.
    examine(&mut desk, "admin-sign-in").await;
    desk.write("[name=user]", "quan-tri").await;
    desk.write("[name=password]", "không phải mật khẩu này")
        .await;
    desk.click("[data-test=submit]").await;
    desk.until("the refusal", async |d| {
        d.text("[data-test=failure]").await.contains("không đúng")
    })
    .await;
    examine(&mut desk, "admin-sign-in-wrong").await;
    // By passkey, to the page that was asked for.
    desk.go(&format!("{url}/admin/units")).await;
    at(&desk, "/admin/sign-in").await;
    desk.write("[name=user]", "quan-tri").await;
    desk.click("[data-test=passkey]").await;
    at(&desk, "/admin/units").await;
    desk.go(&format!("{url}/admin")).await;
    examine(&mut desk, "admin-home").await;
    sign_out(&desk).await;

    // By a recovery code, once.
    desk.click("[data-test=have-code]").await;
    at(&desk, "/admin/code").await;
    examine(&mut desk, "admin-code").await;
    let other = "bảy quả dưa hấu 93";
    for wanted in ["/admin", "/admin/code"] {
        desk.go(&format!("{url}/admin/code")).await;
        desk.write("[name=code]", &recovery).await;
        desk.write("[name=user]", "quan-tri").await;
        desk.write("[name=new-password]", other).await;
        desk.write("[name=new-password-again]", other).await;
        desk.click("[data-test=submit]").await;
        if wanted == "/admin" {
            at(&desk, "/admin").await;
            sign_out(&desk).await;
        } else {
            desk.find("[data-test=failure]").await;
        }
        assert!(desk.path().await == wanted || wanted == "/admin");
    }
    desk.go(&format!("{url}/admin/sign-in")).await;
    desk.write("[name=user]", "quan-tri").await;
    desk.write("[name=password]", other).await;
    desk.click("[data-test=submit]").await;
    at(&desk, "/admin").await;

    // The account's own pages.
    desk.click("a[href='/admin/account']").await;
    desk.click("[data-test=change-password]").await;
    at(&desk, "/admin/account/password").await;
    examine(&mut desk, "admin-password").await;
    desk.write("[name=password]", other).await;
    desk.write("[name=new-password]", PASSWORD).await;
    desk.write("[name=new-password-again]", PASSWORD).await;
    desk.click("[data-test=submit]").await;
    at(&desk, "/admin/account").await;
    desk.find("[data-test=codes-left]").await;
    let left = desk.count("[data-test=passkey-row]").await;
    assert_eq!(left, 0, "the recovery code removed it");
    desk.click("[data-test=submit]").await;
    desk.find("[data-test=passkey-row]").await;
    desk.click("[data-test=remove-passkey]").await;
    desk.click("[data-test=yes]").await;
    desk.until("no passkey", async |d| {
        d.count("[data-test=passkey-row]").await == 0
    })
    .await;
}
