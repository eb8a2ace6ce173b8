//! Those who have a hand in a case without a desk of their own in it: the front, which consolidates with the committee, and
//! leaders, who see it counted.

use super::authorities::at_the_office;
use super::case_desks::{Desk, Net};
use super::case_village::VILLAGE;

/// What finds the petition.
const RAISED: &str = "unit=QN-DH-02&text=T%C3%A0i%20L%C3%BD%20S%C3%A1y%20s%E1%BA%A1t";

/// Makes a case of the petition while the network is away, and gives it to the committee when it is back.
pub(crate) async fn consolidate(net: &mut Net, front: &mut Desk) -> String {
    front.open(&format!("/consolidation?{RAISED}")).await;
    front.device.find("[data-test=petition-row]").await;
    front.device.press("j").await;
    front.device.press("g").await;
    front.choose("competence", "district").await;
    front.examine("life-new-case").await;
    net.cut_off();
    front.device.click("[data-test=submit]").await;
    // The case's file is another app's, which opens with a network alone.
    front
        .device
        .until("that it waits", async |d| {
            d.text("[data-test=said]").await.contains("Chưa có mạng")
        })
        .await;
    front.examine("life-case-unsent").await;
    net.join_again();
    front.send_waiting().await;
    let raised = at_the_office(&net.server, &format!("/api/v1/petitions?{RAISED}")).await;
    let case = raised["petitions"][0]["case"].as_str().expect("a case");
    front.open(&format!("/desk/cases/{case}")).await;
    front.stands("consolidated").await;
    let voice = front.device.find("[data-test=voice]").await;
    let voice = voice.text().await.expect("words");
    assert!(voice.contains(VILLAGE), "{voice}");
    assert_eq!(
        front.device.count("[data-test=send]").await,
        0,
        "the committee sends it"
    );
    front.examine("life-consolidated").await;
    case.to_owned()
}

/// Leaders come to the review at once, and see what is closed where it was raised, and nothing of what was said.
pub(crate) async fn counted_by_leaders(net: &Net) {
    let mut viewer = Desk::of(net, "lanh-dao-huyen").await;
    viewer.is_at("the review", |path| path == "/review").await;
    viewer.open("/review").await;
    let closed = "[data-test=unit-row][data-id='QN-DH-02'] [data-count=state-closed]";
    viewer.device.find(closed).await;
    assert_eq!(viewer.device.text(closed).await, "1");
    viewer.examine("life-briefing").await;
    viewer.follow(closed).await;
    viewer.device.find("[data-test=case-row]").await;
    let row = viewer.device.text("[data-test=case-row]").await;
    assert!(row.contains("Đã kết thúc"), "{row}");
    assert!(!row.contains("Ngầm tràn"), "{row}");
    viewer.examine("life-behind").await;
}
