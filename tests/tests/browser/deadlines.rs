//! Rules of deadlines, days off and days worked instead, looked after at a desk.

use kiennghi_tests::harness::Server;

use super::administration::{choose, open, said};
use super::axe::examine;
use super::chrome::{DESK, Device};
use super::sign_in::come_in;

const RULE: &str = "[data-test=rule-row][data-code=tell]";
const DAY: &str = "[data-test=holiday-row][data-code='2027-02-06']";

async fn text(device: &Device, css: &str) -> String {
    device.find(css).await;
    device.text(css).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_and_a_holiday_are_there_after_a_reload() {
    let server = Server::start();
    let mut desk = Device::new(DESK).await;
    come_in(&desk, &server, "admin").await;
    desk.click("a[href='/admin/deadlines']").await;
    let examples = text(&desk, "[data-test=rule-row][data-code=answer]").await;
    assert!(examples.contains("40 ngày làm việc"), "{examples}");
    examine(&mut desk, "admin-deadlines").await;

    desk.click("[data-test=add]").await;
    desk.find("[name=days]").await;
    choose(&desk, "unit", "QN-DH-02").await;
    choose(&desk, "step", "tell").await;
    choose(&desk, "from", "2026-01-01").await;
    desk.write("[name=days]", "0").await;
    desk.click("[data-test=submit]").await;
    desk.find("#error-days").await;
    examine(&mut desk, "admin-rule").await;
    desk.clear("[name=days]").await;
    desk.write("[name=days]", "7").await;
    desk.write("[name=note]", "Nghị quyết 12/NQ-HĐND").await;
    desk.click("[data-test=submit]").await;
    said(&desk, "Đã ghi thời hạn").await;
    desk.reload().await;
    let section = "main section:last-of-type";
    let commune = text(&desk, section).await;
    for words in [
        "Quảng Lâm",
        "Thông tin tới cử tri: 7 ngày làm việc",
        "12/NQ-HĐND",
    ] {
        assert!(commune.contains(words), "{words} in {commune}");
    }

    // One that was seen is changed, and one that applies is ended: both stay on the list.
    desk.click(&format!("{section} {RULE} a")).await;
    desk.find("[data-test=end]").await;
    examine(&mut desk, "admin-rule-known").await;
    desk.clear("[name=days]").await;
    desk.write("[name=days]", "9").await;
    desk.click("[data-test=submit]").await;
    said(&desk, "Đã ghi thời hạn").await;
    assert!(text(&desk, section).await.contains("9 ngày làm việc"));
    desk.click(&format!("{section} {RULE} a")).await;
    desk.click("[data-test=end]").await;
    desk.click("[data-test=yes]").await;
    said(&desk, "Đã kết thúc thời hạn").await;
    assert!(text(&desk, section).await.contains("đến hết"));
    desk.clear("[name=warn]").await;
    desk.write("[name=warn]", "5").await;
    desk.click("[data-test=submit]").await;
    said(&desk, "Đã ghi số ngày báo trước").await;

    desk.click("[data-test=holidays]").await;
    let tet = text(&desk, "[data-test=holiday-row][data-code='2026-02-17']").await;
    assert!(tet.contains("Thứ Ba, 17/02/2026"), "{tet}");
    choose(&desk, "day", "2027-02-06").await;
    desk.write("[name=name]", "Làm bù trước Tết Đinh Mùi").await;
    desk.click("[name=kind][value=worked]").await;
    desk.click("[data-test=submit]").await;
    said(&desk, "Đã ghi Thứ Bảy, 06/02/2027").await;
    desk.reload().await;
    let day = text(&desk, DAY).await;
    assert!(day.contains("Làm bù trước Tết Đinh Mùi – làm bù"), "{day}");
    examine(&mut desk, "admin-holidays").await;
    desk.click(&format!("{DAY} [data-test=drop]")).await;
    desk.click("[data-test=yes]").await;
    said(&desk, "Đã bỏ khỏi danh sách").await;
    assert_eq!(desk.count(DAY).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_committee_changes_rules_of_its_own_units_and_no_day_of_all() {
    let server = Server::start();
    let desk = Device::new(DESK).await;
    come_in(&desk, &server, "thuong-truc-huyen").await;
    // The place of work first, and from there to administration.
    desk.click("a[href='/admin']").await;
    desk.click("a[href='/admin/deadlines']").await;
    desk.find("[data-test=rule-row] a").await;
    assert_eq!(
        desk.count("[name=warn]").await,
        0,
        "told alike in all units"
    );
    open(&desk, &server, "/admin/deadlines/new").await;
    assert_eq!(desk.count("[name=unit] option[value=QN-DH]").await, 1);
    assert_eq!(desk.count("[name=unit] option[value=QN]").await, 0);
    open(&desk, &server, "/admin/deadlines/QN-DH/close/2021-07-01").await;
    assert_eq!(desk.count("[data-test=nothing]").await, 1);
    open(&desk, &server, "/admin/holidays").await;
    desk.find("[data-test=holiday-row]").await;
    for none in ["[data-test=drop]", "[data-test=submit]"] {
        assert_eq!(desk.count(none).await, 0, "{none}");
    }
}
