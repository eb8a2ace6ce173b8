//! People, devices, units and sessions looked after at a desk, and what phones have of it.

use kiennghi_tests::harness::Server;
use rust_xlsxwriter::Workbook;
use serde_json::json;

use super::axe::examine;
use super::chrome::{DESK, Device, PHONE};
use super::sign_in::{PASSWORD, come_in, local};

pub(crate) async fn open(device: &Device, server: &Server, path: &str) {
    device.go(&format!("{}{path}", local(server))).await;
    device
        .until("an answer of the server", async |d| {
            d.count("main h1").await == 1 && d.count("[data-test=waiting]").await == 0
        })
        .await;
}

/// Sets a control that is no plain line of text.
pub(crate) async fn choose(device: &Device, name: &str, value: &str) {
    device.find(&format!("[name={name}]")).await;
    let script = format!(
        "const control = document.querySelector('[name={name}]');\
         control.value = '{value}';\
         control.dispatchEvent(new Event('input', {{ bubbles: true }}));\
         control.dispatchEvent(new Event('change', {{ bubbles: true }}));\
         return control.value;"
    );
    assert_eq!(device.ask(&script).await, json!(value), "{name}");
}

pub(crate) async fn said(device: &Device, words: &str) {
    device
        .until(words, async |d| {
            d.text("[data-test=said]").await.contains(words)
        })
        .await;
}

/// The code that the page shows.
async fn shown_code(device: &Device) -> String {
    let panel = device.find("[data-test=issued]").await;
    let code = panel.attr("data-code").await.expect("the page stays");
    code.expect("a code")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegate_comes_in_and_a_lost_phone_is_replaced() {
    let server = Server::start();
    let mut desk = Device::new(DESK).await;
    come_in(&desk, &server, "admin").await;
    desk.click("a[href='/admin/users']").await;
    desk.find("[data-test=user-row]").await;
    desk.write("[name=text]", "quang lam").await;
    desk.until("four found without accents", async |d| {
        d.count("[data-test=user-row]").await == 4
    })
    .await;
    examine(&mut desk, "admin-users").await;

    desk.click("[data-test=add]").await;
    desk.write("[name=display]", "Lò Văn Ước").await;
    desk.until("a sign-in name", async |d| {
        d.ask("return document.querySelector('[name=name]').value")
            .await
            == json!("lo-van-uoc")
    })
    .await;
    desk.click("[data-test=submit]").await;
    desk.find("#error-role").await;
    choose(&desk, "role", "delegate").await;
    choose(&desk, "unit", "QN-DH-02").await;
    examine(&mut desk, "admin-new-user").await;
    desk.click("[data-test=submit]").await;
    said(&desk, "Đã thêm Lò Văn Ước").await;
    examine(&mut desk, "admin-user").await;

    desk.click("[data-test=issue]").await;
    let code = shown_code(&desk).await;
    examine(&mut desk, "admin-issued").await;
    let link = desk.text("[data-test=phone-link]").await;
    assert_eq!(link, format!("{}/enrol#{code}", local(&server)));
    assert_eq!(
        desk.count("[data-test=desk-link]").await,
        0,
        "a delegate works on a phone"
    );
    let lost = Device::new(PHONE).await;
    lost.enrol(&local(&server), &code).await;
    desk.click("[data-test=issued-close]").await;
    desk.find("[data-test=device-row]").await;
    assert!(
        desk.text("[data-test=approver]")
            .await
            .contains("Quản trị hệ thống")
    );
    examine(&mut desk, "admin-user-device").await;

    // Two taps: replace, yes.
    desk.click("[data-test=replace]").await;
    examine(&mut desk, "admin-user-replace").await;
    desk.click("[data-test=yes]").await;
    let code = shown_code(&desk).await;
    let found = Device::new(PHONE).await;
    found.enrol(&local(&server), &code).await;
    found.ready_offline().await;
    open(&found, &server, "/admin").await;
    let door = "the administration's page, not the phone's from its service worker";
    assert_eq!(found.path().await, "/admin/sign-in", "{door}");
    assert_eq!(found.count("[name=password]").await, 1, "{door}");
    open(&desk, &server, "/admin/devices").await;
    desk.write("[name=text]", "uoc").await;
    desk.until("the new phone alone", async |d| {
        d.count("ul > [data-test=device-row]").await == 2
            && d.count("details [data-test=device-row]").await == 1
    })
    .await;
    examine(&mut desk, "admin-devices").await;

    open(&desk, &server, "/admin/users/lo-van-uoc/name").await;
    examine(&mut desk, "admin-rename").await;
    desk.write("[name=display]", " Hai").await;
    // The session ends meanwhile: what was typed stays, and goes through once there is another.
    desk.forget_cookies().await;
    desk.click("[data-test=submit]").await;
    desk.find("[data-test=failure] a[href='/admin/sign-in']")
        .await;
    let again = format!(
        "const body = JSON.stringify({{ user: 'admin', password: '{PASSWORD}', device: '' }});\
         return (await fetch('/api/v1/sign-in', {{ method: 'POST', body }})).status;"
    );
    assert_eq!(desk.ask(&again).await, json!(204));
    desk.click("[data-test=submit]").await;
    said(&desk, "Đã đổi họ tên").await;
    open(&desk, &server, "/admin/users/lo-van-uoc/roles").await;
    choose(&desk, "role", "board").await;
    choose(&desk, "unit", "QN-DH").await;
    choose(&desk, "ends", "2030-12-31").await;
    desk.click("[data-test=submit]").await;
    said(&desk, "Đã giao vai trò").await;
    examine(&mut desk, "admin-roles").await;
    desk.click("[data-test=role-row]:last-child [data-test=end]")
        .await;
    desk.click("[data-test=yes]").await;
    said(&desk, "Đã kết thúc vai trò").await;
    open(&desk, &server, "/admin/users/lo-van-uoc").await;
    desk.click("[data-test=disable]").await;
    desk.click("[data-test=yes]").await;
    said(&desk, "Đã ngừng tài khoản").await;
    assert_eq!(desk.text("[data-test=state]").await, "Đã ngừng");

    open(&desk, &server, "/admin/audit").await;
    desk.find("[data-test=audit-row]").await;
    examine(&mut desk, "admin-audit").await;
    let table = desk.text("tbody").await;
    for words in ["Quản trị hệ thống", "Lò Văn Ước Hai"] {
        assert!(table.contains(words), "{words} in {table}");
    }
    let all = desk.count("[data-test=audit-row]").await;
    choose(&desk, "action", "device.revoke").await;
    desk.until("one device revoked", async |d| {
        d.count("[data-test=audit-row]").await == 1
    })
    .await;
    assert!(all >= 9, "each step is recorded: {all}");
    assert_eq!(desk.count("[data-test=export]").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_committee_sees_what_is_its_own_to_look_after() {
    let server = Server::start();
    let mut desk = Device::new(DESK).await;
    come_in(&desk, &server, "thuong-truc-huyen").await;
    // The place of work first, and from there to administration.
    desk.click("a[href='/admin']").await;
    desk.click("a[href='/admin/users']").await;
    desk.find("[data-test=user-row]").await;
    assert_eq!(
        desk.count("[data-test=add]").await,
        0,
        "no users to be added"
    );
    examine(&mut desk, "committee-users").await;
    open(&desk, &server, "/admin/users/quang-lam-1").await;
    assert_eq!(desk.count("[data-test=issue]").await, 1);
    for none in ["rename", "roles", "disable"] {
        assert_eq!(
            desk.count(&format!("[data-test={none}]")).await,
            0,
            "{none}"
        );
    }
    open(&desk, &server, "/admin/users/admin").await;
    assert_eq!(desk.count("[data-test=issue]").await, 0, "delegates alone");
    for path in [
        "/admin/users/new",
        "/admin/users/quang-lam-1/roles",
        "/admin/import",
        "/admin/units/new",
        "/admin/units/QN-DH-02",
    ] {
        open(&desk, &server, path).await;
        assert_eq!(desk.count("[data-test=nothing]").await, 1, "{path}");
    }
    examine(&mut desk, "admin-nothing").await;
    open(&desk, &server, "/admin/audit").await;
    assert_eq!(desk.count("[data-test=export]").await, 0);

    // A delegate has the account alone.
    let delegate = Device::new(PHONE).await;
    let code = server.enrol("quang-lam-2");
    let url = local(&server);
    delegate
        .go(&format!("{url}/admin/code?next=/admin#{code}"))
        .await;
    delegate.write("[name=new-password]", PASSWORD).await;
    delegate.write("[name=new-password-again]", PASSWORD).await;
    delegate.click("[data-test=submit]").await;
    delegate
        .until("the phone's own pages", async |d| {
            d.path().await != "/admin/code"
        })
        .await;
    open(&delegate, &server, "/admin").await;
    assert_eq!(delegate.count("a.card").await, 1, "the account");
    open(&delegate, &server, "/admin/users").await;
    assert_eq!(delegate.count("[data-test=nothing]").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn units_and_sessions_reach_the_phones_and_a_spreadsheet_the_users() {
    let server = Server::start();
    let mut phone = server.phone("quang-lam-1").await;
    let mut desk = Device::new(DESK).await;
    come_in(&desk, &server, "admin").await;
    desk.find("a[href='/admin/units']").await;

    open(&desk, &server, "/admin/units").await;
    examine(&mut desk, "admin-units").await;
    open(&desk, &server, "/admin/units/QN-DH-02").await;
    examine(&mut desk, "admin-unit").await;
    desk.write("[name=villages]", "\nThôn Mới Lập").await;
    desk.click("[data-test=submit]").await;
    said(&desk, "Đã ghi").await;
    open(&desk, &server, "/admin/terms/new").await;
    desk.write("[name=code]", "NK-2026").await;
    desk.write("[name=name]", "Nhiệm kỳ 2026 – 2031").await;
    choose(&desk, "starts", "2026-07-01").await;
    choose(&desk, "ends", "2031-06-30").await;
    examine(&mut desk, "admin-term").await;
    desk.click("[data-test=submit]").await;
    said(&desk, "Nhiệm kỳ 2026").await;
    open(&desk, &server, "/admin/sessions/new").await;
    desk.write("[name=code]", "KH-2026-1").await;
    desk.write("[name=name]", "Kỳ họp thứ nhất").await;
    choose(&desk, "starts", "2026-07-20").await;
    choose(&desk, "ends", "2026-07-01").await;
    desk.click("[data-test=submit]").await;
    desk.find("#error-ends").await;
    examine(&mut desk, "admin-session").await;
    choose(&desk, "ends", "2026-07-21").await;
    desk.click("[data-test=submit]").await;
    said(&desk, "Kỳ họp thứ nhất").await;
    examine(&mut desk, "admin-sessions").await;

    phone.sync().await.expect("syncs");
    let profile = &phone.account().profile;
    let unit = profile.units.iter().find(|unit| unit.code.0 == "QN-DH-02");
    let villages = &unit.expect("the unit").villages;
    assert!(
        villages.iter().any(|village| village == "Thôn Mới Lập"),
        "{villages:?}"
    );
    let session = profile
        .sessions
        .iter()
        .find(|session| session.code == "KH-2026-1");
    assert_eq!(session.expect("the session").name, "Kỳ họp thứ nhất");

    // A spreadsheet: one row wrong, then right, then nothing new.
    let folder = tempfile::tempdir().expect("a folder");
    let spreadsheet = |unit: &str| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let rows = [
            ["Họ tên", "Vai trò", "Đơn vị", "Từ ngày"],
            ["Chíu A Sáng", "Đại biểu", "QN-DH-03", "01/07/2026"],
            ["Phùn Thị Lan", "Đại biểu", unit, ""],
        ];
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write(row, column, cell).expect("a cell");
            }
        }
        let path = folder.path().join(format!("{unit}.xlsx"));
        book.save(&path).expect("a file");
        path.to_string_lossy().into_owned()
    };
    open(&desk, &server, "/admin/import").await;
    examine(&mut desk, "admin-import").await;
    desk.write("[name=file]", &spreadsheet("nowhere")).await;
    desk.until("a wrong row", async |d| {
        d.text("[data-test=preview]")
            .await
            .contains("1 dòng chưa đúng")
    })
    .await;
    assert_eq!(desk.count("[data-test=write]").await, 0);
    examine(&mut desk, "admin-import-wrong").await;
    desk.write("[name=file]", &spreadsheet("QN-DH-04")).await;
    desk.click("[data-test=write]").await;
    said(&desk, "Đã ghi 4 thay đổi").await;
    desk.write("[name=text]", "chiu a sang").await;
    desk.until("the imported user", async |d| {
        d.count("[data-test=user-row]").await == 1
    })
    .await;
    open(&desk, &server, "/admin/import").await;
    desk.write("[name=file]", &spreadsheet("QN-DH-04")).await;
    desk.until("nothing new", async |d| {
        d.text("[data-test=preview]")
            .await
            .contains("Không có gì mới")
    })
    .await;
    examine(&mut desk, "admin-import-again").await;
}
