//! Beside the inbox, earlier cases that say the same: one that waits for its answer takes the petition, one that was
//! answered is repeated by a new case.

use kiennghi_tests::harness::Server;
use thirtyfour::Key;

use super::authorities::{self, at_the_office};
use super::case_desks::{Desk, Net};

const WHO: &str = "thuong-truc-huyen";
const INBOX: &str = "/consolidation?unit=QN-DH-02";

/// A petition of Quảng Lâm that no case carries: id and words.
async fn waiting(server: &Server, place: usize) -> (String, String) {
    let path = "/api/v1/petitions?waiting=true&unit=QN-DH-02";
    let list = at_the_office(server, path).await;
    let row = &list["petitions"][place];
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    (text(&row["id"]), text(&row["petition"]["content"]))
}

impl Desk {
    async fn look_at(&self, petition: &str) {
        self.open(INBOX).await;
        self.device.click(&format!("[id='row-{petition}']")).await;
    }

    /// The case that was just made.
    async fn made(&self) -> String {
        self.device.click("[data-test=submit]").await;
        let is_case = |path: &str| path.starts_with("/desk/cases/");
        let case = self.is_at("the new case", is_case).await;
        self.device.find("[data-test=voice]").await;
        case
    }
}

fn suggested(case: impl std::fmt::Display) -> String {
    format!("[data-test=earlier-case][data-id='{case}']")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answered_case_is_repeated_by_a_new_one() {
    let net = Net::new().await;
    let (petition, content) = waiting(&net.server, 0).await;
    let (other, _) = waiting(&net.server, 1).await;
    let mut clerk = authorities::Desk::of(&net.server, WHO).await;
    let (answered, dispatch) = clerk.send(&content, &[]).await;
    authorities::answer(&net.server, answered, dispatch).await;

    let mut desk = Desk::of(&net, WHO).await;
    desk.look_at(&petition).await;
    let row = suggested(answered);
    desk.device.find(&row).await;
    let said = desk.device.text(&row).await;
    for words in ["Đã trả lời", "20/06/2026", "Đã giải quyết xong", "Cùng nói"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let open = format!("{row} [data-test=put-in]");
    assert_eq!(desk.device.count(&open).await, 0, "it was answered");
    desk.examine("desk-earlier-case").await;
    desk.device.press("s").await;
    desk.device
        .tab_to(&format!("{row} [data-test=repeat]"))
        .await;
    desk.device.press(Key::Enter + "").await;
    let repeats = format!("[data-test=repeats][data-id='{answered}']");
    desk.device.find(&repeats).await;
    desk.examine("desk-new-case-repeats").await;
    desk.made().await;
    desk.follow("[data-test=earlier] a").await;
    assert_eq!(desk.device.path().await, format!("/desk/cases/{answered}"));

    // A page that is loaded anew finds both again; what it proposes may be left.
    let address = format!("/consolidation/new-case?earlier={answered}#{other}");
    desk.open(&address).await;
    desk.device
        .find(&format!("[data-test=picked-row][data-id='{other}']"))
        .await;
    desk.device.click("[name=repeated_from]").await;
    let case = desk.made().await;
    assert_eq!(desk.device.count("[data-test=earlier]").await, 0);
    let path = format!("/api/v1/cases/{case}");
    let file = at_the_office(&net.server, &path).await;
    assert_eq!(
        file["row"]["case"]["repeated_from"],
        serde_json::Value::Null
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_waits_for_its_answer_takes_the_petition() {
    let net = Net::new().await;
    let (petition, content) = waiting(&net.server, 0).await;
    let mut clerk = authorities::Desk::of(&net.server, WHO).await;
    let (open, _) = clerk.send(&content, &[]).await;
    let mut desk = Desk::of(&net, WHO).await;
    desk.look_at(&petition).await;
    let put_in = format!("{} [data-test=put-in]", suggested(open));
    desk.device.find(&put_in).await;
    desk.examine("desk-open-case").await;
    desk.device.click(&put_in).await;
    desk.device.find("[data-test=said]").await;
    desk.device
        .until("one row less", async |d| {
            let row = format!("[data-test=petition-row][data-id='{petition}']");
            d.count(&row).await == 0
        })
        .await;
    desk.open(&format!("/desk/cases/{open}")).await;
    desk.device
        .find(&format!("[data-test=voice][data-id='{petition}']"))
        .await;
}
