//! A case in the competence of a tier above, which has no desk here: it goes up by letter, and what comes back on paper is
//! noted by whoever sent it.

use super::case_commune::send;
use super::case_desks::{Desk, Net};

#[tokio::test(flavor = "multi_thread")]
async fn a_case_of_a_higher_tier_goes_up_and_its_answer_is_noted() {
    let net = Net::new().await;
    let mut committee = Desk::of(&net, "thuong-truc-huyen").await;
    let province = ("QN", "Ủy ban nhân dân tỉnh Quảng Ninh");
    let (case, _) = send(&mut committee, "province", province).await;
    committee.open_needed("await", &case).await;
    committee.stands("dispatched").await;
    let executive = Desk::of(&net, "uy-ban-huyen").await;
    executive.open("/desk").await;
    let asked = format!("return (await fetch('/api/v1/cases/{case}')).status");
    let status = executive.device.ask(&asked).await;
    assert_eq!(status, 404, "it is no matter of the district's executive");

    committee.follow("[data-test=answer]").await;
    committee.choose("outcome", "explained").await;
    let answer = "Tỉnh đã đưa tuyến đường vào kế hoạch trung hạn.";
    committee.device.write("[name=content]", answer).await;
    committee
        .device
        .write("[name=number]", "1520/UBND-GT")
        .await;
    committee.examine("province-answer").await;
    committee.device.click("[data-test=submit]").await;
    committee
        .is_at("the case", |path| path.ends_with(&case))
        .await;
    committee.stands("answered").await;
    let paper = "[data-test=paper][data-kind=answer]";
    let noted = committee.device.text(paper).await;
    assert!(noted.contains("1520/UBND-GT"), "{noted}");
    assert!(noted.contains(answer), "{noted}");
    committee.examine("province-answered").await;
}
