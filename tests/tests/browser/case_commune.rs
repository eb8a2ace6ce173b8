//! A case of a commune's own: its committee sends it to its own executive, its delegates tell of it, its committee closes
//! it. The district reads it, and counts it.

use kiennghi_shared::schema::Kind;

use super::authorities;
use super::case_desks::{Desk, Net, write};

const UNIT: &str = "QN-DH-02";

/// Makes a case of the first petition that waits, and sends it to whose competence it is in; the case and the village.
pub(crate) async fn send(
    committee: &mut Desk,
    competence: &str,
    (to_unit, to): (&str, &str),
) -> (String, String) {
    committee.open(&format!("/consolidation?unit={UNIT}")).await;
    committee.device.find("[data-test=petition-row]").await;
    committee.device.press("j").await;
    committee.device.press("g").await;
    committee.choose("competence", competence).await;
    committee.device.click("[data-test=submit]").await;
    let case = committee
        .is_at("the case", |path| path.starts_with("/desk/cases/"))
        .await;
    committee.stands("consolidated").await;
    let village = format!(
        "return (await (await fetch('/api/v1/cases/{case}')).json()).voices[0].petition.village"
    );
    let village = committee.device.ask(&village).await;
    committee.follow("[data-test=send]").await;
    committee.device.find("[data-test=chosen-row]").await;
    assert_eq!(committee.value("to_unit").await, to_unit);
    assert_eq!(committee.value("to").await, to);
    committee.examine(&format!("{competence}-letter")).await;
    committee.device.click("[data-test=submit]").await;
    committee.device.click("[data-test=mark-sent]").await;
    committee.device.click("[data-test=yes]").await;
    committee.device.find("[data-test=sent]").await;
    (case, village.as_str().expect("a village").to_owned())
}

/// Answers without anybody else.
async fn answer(executive: &mut Desk, case: &str) {
    executive.open_needed("assign", case).await;
    executive.examine("commune-executive").await;
    executive.follow("[data-test=answer]").await;
    executive.choose("outcome", "resolved").await;
    executive.choose("measure", "done").await;
    executive
        .device
        .write("[name=content]", "Ủy ban nhân dân xã đã sửa xong.")
        .await;
    executive.device.click("[data-test=submit]").await;
    executive
        .is_at("the case", |path| {
            path.starts_with("/desk/") && path.ends_with(case)
        })
        .await;
    executive.stands("answered").await;
    executive.examine("commune-answered").await;
}

/// Looks at what was done and tells the voters.
async fn tell(net: &Net, case: &str, village: &str) {
    let file = authorities::at_the_office(&net.server, &format!("/api/v1/cases/{case}")).await;
    let standing = &file["row"]["standing"];
    let answer = standing["answer"].as_str().expect("an answer");
    let day = standing["answered_on"].as_str().expect("a day");
    let mut delegate = net.server.phone("quang-lam-1").await;
    let about = [
        ("case", case),
        ("answer", answer),
        ("village", village),
        ("date", day),
    ];
    let check = [&about[..], &[("holds", "holds")]].concat();
    write(&mut delegate, Kind::Check, UNIT, &check).await;
    let told = [&about[..], &[("how", "read-out"), ("reaction", "agreed")]].concat();
    write(&mut delegate, Kind::Notice, UNIT, &told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commune_sees_to_its_own_case_and_the_district_counts_it() {
    let net = Net::new().await;
    let mut committee = Desk::of(&net, "thuong-truc-quang-lam").await;
    let (case, village) = send(
        &mut committee,
        "commune",
        (UNIT, "Ủy ban nhân dân xã Quảng Lâm"),
    )
    .await;
    let mut executive = Desk::of(&net, "uy-ban-quang-lam").await;
    answer(&mut executive, &case).await;
    tell(&net, &case, &village).await;

    committee.open_needed("decide", &case).await;
    committee.follow("[data-test=new-finding]").await;
    committee.choose("timeliness", "on-time").await;
    committee.choose("resolved", "for-good").await;
    committee.choose("verdict", "close").await;
    assert_eq!(committee.device.count("[data-test=not-closing]").await, 0);
    committee.device.click("[data-test=submit]").await;
    committee.stands("closed").await;
    committee.examine("commune-closed").await;
    executive.open(&format!("/desk/cases/{case}")).await;
    executive.stands("closed").await;
    assert_eq!(executive.device.count("[data-test=answer]").await, 0);

    let mut district = Desk::of(&net, "thuong-truc-huyen").await;
    district.open_counted("state", "closed", &case).await;
    district.stands("closed").await;
    let answer = district
        .device
        .text("[data-test=paper][data-kind=answer]")
        .await;
    assert!(answer.contains("đã sửa xong"), "{answer}");
    district.examine("commune-at-the-district").await;
    district.open("/review?kind=term").await;
    let closed = format!("[data-test=unit-row][data-id='{UNIT}'] [data-count=state-closed]");
    district.device.find(&closed).await;
    assert_eq!(district.device.text(&closed).await, "1");
    district.follow(&closed).await;
    let row = format!("[data-test=case-row][data-id='{case}']");
    district.device.find(&row).await;
}
