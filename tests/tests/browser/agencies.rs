//! Agencies of a unit, added by somebody who need not know how they are told from units.

use kiennghi_tests::harness::Server;

use super::administration::{choose, open, said};
use super::axe::examine;
use super::chrome::{DESK, Device};
use super::sign_in::come_in;

const COMMUNE: &str = "[data-test=unit-row][data-code=QN-DH-02]";
const AGENCY: &str = "[data-test=unit-row][data-code=QN-DH-02-CQ1]";

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_is_added_under_its_unit_and_put_right() {
    let server = Server::start();
    let mut desk = Device::new(DESK).await;
    come_in(&desk, &server, "admin").await;
    open(&desk, &server, "/admin/units").await;
    assert_eq!(
        desk.count(&format!("{COMMUNE} [data-test=agencies]")).await,
        0
    );
    desk.click(&format!("{COMMUNE} [data-test=add-agency]"))
        .await;
    desk.find("[name=name]").await;
    for absent in ["[name=tier]", "[name=villages]"] {
        assert_eq!(desk.count(absent).await, 0, "{absent}");
    }
    examine(&mut desk, "admin-new-agency").await;
    desk.write("[name=name]", "Phòng Kinh tế xã").await;
    desk.click("[data-test=submit]").await;
    said(&desk, "Đã ghi Phòng Kinh tế xã").await;
    let agencies = format!("{COMMUNE} [data-test=agencies] {AGENCY}");
    desk.find(&agencies).await;
    let shown = desk.text(&agencies).await;
    assert!(
        shown.contains("Phòng Kinh tế xã") && shown.contains("cơ quan"),
        "{shown}"
    );
    assert_eq!(
        desk.count(&format!("{AGENCY} [data-test=add-agency]"))
            .await,
        0
    );
    examine(&mut desk, "admin-agencies").await;

    // Another time there is another code, and what is there can be put right.
    open(&desk, &server, "/admin/units/QN-DH-02/agencies/new").await;
    let code = "return document.querySelector('[name=code]').value;";
    assert_eq!(desk.ask(code).await, "QN-DH-02-CQ2");
    open(&desk, &server, "/admin/units/QN-DH-02-CQ1").await;
    assert_eq!(desk.count("[name=tier]").await, 0);
    let parents =
        "return [...document.querySelector('[name=parent]').options].map((one) => one.value);";
    let parents = desk.ask(parents).await;
    let parents = parents.as_array().expect("a list");
    assert!(parents.contains(&"QN-DH-03".into()) && !parents.contains(&"QN-DH-02-CQ1".into()));
    choose(&desk, "parent", "QN-DH-03").await;
    desk.click("[data-test=submit]").await;
    said(&desk, "Đã ghi").await;
    desk.find(&format!(
        "[data-test=unit-row][data-code=QN-DH-03] [data-test=agencies] {AGENCY}"
    ))
    .await;
}
