//! A report that a commune has sent, noted at the district's desk on the day on which it came.

use super::case_desks::{Desk, Net};
use super::chrome::DESK;

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_came_is_noted_and_put_right() {
    let net = Net::new().await;
    let mut committee = Desk::of(&net, "thuong-truc-huyen").await;
    committee.open("/letters").await;
    committee.follow("[data-test=new-report]").await;
    committee.device.find("select[name=unit]").await;
    let chosen = "return [...document.querySelectorAll('select[name=unit] option')].map(option => option.value)";
    let units = committee.device.ask(chosen).await;
    let units = units.as_array().expect("units");
    assert!(units.contains(&"QN-DH-02".into()), "{units:?}");
    assert!(
        !units.contains(&"QN-DH".into()),
        "nobody reports to itself: {units:?}"
    );

    committee.device.click("[data-test=submit]").await;
    committee.device.find("#error-unit").await;
    committee.choose("unit", "QN-DH-02").await;
    committee.device.write("[name=number]", "07/BC-HĐND").await;
    committee.examine("report-new").await;
    committee.device.click("[data-test=submit]").await;
    committee
        .is_at("the letters", |path| path == "/letters")
        .await;
    committee.says_once("Đã ghi báo cáo.").await;
    let row = "[data-test=dispatch-row]";
    committee.device.find(row).await;
    let words = committee.device.text(row).await;
    for part in ["Báo cáo", "07/BC-HĐND", "Nhận "] {
        assert!(words.contains(part), "{part} in {words}");
    }
    committee.examine("report-listed").await;
    committee.device.show_as(DESK).await;

    committee.follow("[data-test=dispatch-row] a").await;
    committee.device.find("[data-test=sent]").await;
    assert_eq!(
        committee.device.count("[data-test=mark-sent]").await,
        0,
        "it came"
    );
    committee.follow("[data-test=edit]").await;
    committee.device.write("[name=number]", "-TT").await;
    committee.device.click("[data-test=submit]").await;
    committee
        .device
        .until("the number put right", async |d| {
            d.text("main").await.contains("07/BC-HĐND-TT")
        })
        .await;
    committee.examine("report").await;

    // Nobody reports to a commune.
    let commune = Desk::of(&net, "thuong-truc-quang-lam").await;
    commune.open("/letters").await;
    commune.device.find("[data-test=new-dispatch]").await;
    assert_eq!(commune.device.count("[data-test=new-report]").await, 0);
}
