//! What is half-written at a desk survives a killed browser and is asked about; a form that could not be had comes
//! when the network is back.

use std::time::{Duration, Instant};

use kiennghi_shared::id::DocumentId;

use super::authorities::{self, WORDING};
use super::case_desks::{Desk, Net};
use super::desk::sign_in_again;

/// What a kill may cost.
const TYPING_LOST_MAX: Duration = Duration::from_secs(2);

impl Desk {
    /// Waits until as many drafts are kept, and for as long as typing may take to be kept in them.
    async fn drafts(&self, count: usize) {
        let mut since = Instant::now();
        let mut before = Vec::new();
        self.device
            .until(&format!("{count} drafts"), async |d| {
                let kept = d.stored("drafts").await;
                if kept != before {
                    (since, before) = (Instant::now(), kept);
                }
                before.len() == count && (count == 0 || since.elapsed() > TYPING_LOST_MAX)
            })
            .await;
    }

    /// Ends the browser, and comes back to what the home page says was left.
    async fn killed(&mut self, net: &Net, user: &str) {
        self.device.kill_and_restart().await;
        sign_in_again(&self.device, &net.url, user).await;
        self.open("/desk").await;
        self.follow("[data-test=draft-left]").await;
        self.device.find("[data-test=draft-question]").await;
        assert_eq!(self.device.count("form textarea").await, 0, "asked first");
    }

    async fn reopened(&self, name: &str, words: &str) {
        self.device.click("[data-test=draft-open]").await;
        self.device
            .until("the half-written words", async |_| {
                self.value(name).await == words
            })
            .await;
    }
}

/// A case that is with the executive.
async fn sent(net: &Net) -> DocumentId {
    let mut clerk = authorities::Desk::of(&net.server, "thuong-truc-huyen").await;
    clerk.send(WORDING, &[]).await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_survives_until_it_is_saved() {
    let net = Net::new().await;
    let case = sent(&net).await;
    let mut desk = Desk::of(&net, "uy-ban-huyen").await;
    let form = format!("/letters/cases/{case}/answer");
    desk.open(&form).await;
    desk.choose("outcome", "in-progress").await;
    desk.device.write("[name=roadmap]", "Quý 1 đo vẽ").await;
    desk.device
        .write("[name=content]", "Đã khảo sát, đang")
        .await;
    desk.drafts(1).await;
    desk.killed(&net, "uy-ban-huyen").await;
    assert_eq!(desk.device.path().await, form);
    let question = desk.device.text("[data-test=draft-question]").await;
    assert!(question.contains("Đã khảo sát, đang"), "{question}");
    desk.examine("desk-draft-question").await;
    desk.reopened("content", "Đã khảo sát, đang").await;
    assert_eq!(desk.value("outcome").await, "in-progress");
    assert_eq!(desk.value("roadmap").await, "Quý 1 đo vẽ");
    desk.device.write("[name=content]", " lập dự án.").await;
    desk.device.click("[data-test=submit]").await;
    desk.stands("answered").await;
    desk.drafts(0).await;

    // Put right later, the draft of that does not undo what it does not speak of.
    desk.follow("[data-test=edit-answer]").await;
    desk.device.write("[name=signer]", "Bùi Văn Tư").await;
    desk.drafts(1).await;
    desk.killed(&net, "uy-ban-huyen").await;
    desk.reopened("signer", "Bùi Văn Tư").await;
    assert_eq!(desk.value("content").await, "Đã khảo sát, đang lập dự án.");
    desk.device.click("[data-test=submit]").await;
    desk.device
        .until("the signer", async |d| {
            d.text("[data-test=paper][data-kind=answer]")
                .await
                .contains("Bùi Văn Tư")
        })
        .await;
    desk.drafts(0).await;
    desk.open("/desk").await;
    desk.device.find("[data-test=part-home]").await;
    assert_eq!(desk.device.count("[data-test=draft-left]").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_a_letter_and_a_finding_survive_until_they_are_dropped() {
    let user = "thuong-truc-huyen";
    let net = Net::new().await;
    let case = sent(&net).await;
    let mut desk = Desk::of(&net, user).await;
    desk.open("/consolidation").await;
    desk.device.find("[data-test=petition-row]").await;
    desk.device.press("j").await;
    desk.device.press("g").await;
    desk.device.find("[data-test=picked-row]").await;
    desk.device.clear("[name=wording]").await;
    desk.device.write("[name=wording]", "Đường liên thôn").await;
    desk.drafts(1).await;
    desk.killed(&net, user).await;
    desk.examine("desk-draft-case").await;
    desk.reopened("wording", "Đường liên thôn").await;
    let petitions = desk.device.count("[data-test=picked-row]").await;
    assert_eq!(petitions, 1, "with the petition that was chosen");
    desk.device.write("[name=wording]", " lầy lội").await;
    desk.device.click("[data-test=submit]").await;
    desk.stands("consolidated").await;
    desk.drafts(0).await;

    let letter = format!("/letters/new?kind=reminder&case={case}");
    let finding = format!("/review/cases/{case}/finding");
    for (form, name, words) in [
        (&letter, "content", "Đề nghị trả lời trước ngày 15"),
        (&finding, "content", "Chậm hai tháng"),
    ] {
        desk.open(form).await;
        desk.device.write(&format!("[name={name}]"), words).await;
        desk.drafts(1).await;
        desk.killed(&net, user).await;
        desk.reopened(name, words).await;
        desk.open(form).await;
        desk.device.click("[data-test=draft-drop]").await;
        desk.device.click("[data-test=draft-drop]").await;
        desk.device.find(&format!("[name={name}]")).await;
        assert_eq!(desk.value(name).await, "");
        desk.drafts(0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_could_not_be_had_comes_when_the_network_is_back() {
    let mut net = Net::new().await;
    let case = sent(&net).await;
    let mut desk = Desk::of(&net, "thuong-truc-huyen").await;
    desk.open(&format!("/desk/cases/{case}")).await;
    desk.device.find("[data-test=edit]").await;
    net.cut_off();
    desk.follow("[data-test=edit]").await;
    desk.device.find("[data-test=failure]").await;
    desk.examine("desk-form-not-had").await;
    desk.device.click("[data-test=again]").await;
    desk.device.find("[data-test=failure]").await;
    net.join_again();
    desk.device.find("[name=wording]").await;
    assert_eq!(desk.value("wording").await, WORDING);
}

/// Has what is sent to the worker go lost where this script says so of its `text`, as if the page were killed before it.
fn losing(condition: &str) -> String {
    format!(
        "const post = Worker.prototype.postMessage;\
         Worker.prototype.postMessage = function (bytes) {{\
             const text = new TextDecoder().decode(bytes);\
             if (!({condition})) post.call(this, bytes);\
         }};\
         return true;"
    )
}

impl Desk {
    /// How many papers of a case, or voices, the server has that have this value of a key.
    async fn at_server(&self, case: &str, what: &str, holds: &str) -> u64 {
        let script = format!(
            "const file = await (await fetch('/api/v1/cases/{case}')).json();\
             return (file.{what} ?? []).filter(row => JSON.stringify(row).includes('{holds}')).length"
        );
        self.device.ask(&script).await.as_u64().unwrap_or_default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn assignments_are_written_once_though_the_page_was_killed_between_them() {
    let user = "uy-ban-huyen";
    let net = Net::new().await;
    let case = sent(&net).await.to_string();
    let mut desk = Desk::of(&net, user).await;
    desk.open(&format!("/letters/cases/{case}/assign")).await;
    desk.choose("lead", "QN-DH-KTHT").await;
    desk.device
        .click("[name=helpers][value='QN-DH-NNMT']")
        .await;
    desk.device.write("[name=instruction]", "Khảo sát").await;
    desk.device
        .ask(&losing("text.includes('coordinating')"))
        .await;
    desk.device.click("[data-test=submit]").await;
    desk.device
        .until("the first of them", async |_| {
            desk.at_server(&case, "papers", "QN-DH-KTHT").await == 1
        })
        .await;
    assert_eq!(desk.at_server(&case, "papers", "QN-DH-NNMT").await, 0);

    desk.drafts(1).await;
    desk.killed(&net, user).await;
    desk.reopened("instruction", "Khảo sát").await;
    desk.device.click("[data-test=submit]").await;
    desk.says_once("Đã phân công.").await;
    desk.device
        .until("the other one", async |_| {
            desk.at_server(&case, "papers", "QN-DH-NNMT").await == 1
        })
        .await;
    assert_eq!(desk.at_server(&case, "papers", "QN-DH-KTHT").await, 1);
    desk.drafts(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_made_once_though_the_page_was_killed_before_it_carried_its_petition() {
    let user = "thuong-truc-huyen";
    let wording = "Cầu treo sang Siềng Lống";
    let net = Net::new().await;
    let mut desk = Desk::of(&net, user).await;
    desk.open("/consolidation").await;
    desk.device.find("[data-test=petition-row]").await;
    desk.device.press("j").await;
    desk.device.press("g").await;
    desk.device.find("[data-test=picked-row]").await;
    desk.device.clear("[name=wording]").await;
    desk.device.write("[name=wording]", wording).await;
    let row = "return document.querySelector('[data-test=picked-row]').dataset.id";
    let petition = desk.device.ask(row).await;
    let petition = petition.as_str().expect("an id").to_owned();
    let lost = format!("text.includes('petition') && text.includes('{petition}')");
    desk.device.ask(&losing(&lost)).await;
    desk.device.click("[data-test=submit]").await;
    let cases = "const list = await (await fetch('/api/v1/cases?desk=committee&text=Si%E1%BB%81ng%20L%E1%BB%91ng')).json();\
                 return list.cases.map(row => row.id)";
    let mut made = Vec::new();
    desk.device
        .until("the case", async |d| {
            let found = d.ask(cases).await;
            made = found.as_array().cloned().unwrap_or_default();
            !made.is_empty()
        })
        .await;
    let case = made[0].as_str().expect("an id").to_owned();
    assert_eq!(desk.at_server(&case, "voices", &petition).await, 0);

    desk.drafts(1).await;
    desk.killed(&net, user).await;
    desk.reopened("wording", wording).await;
    desk.device.click("[data-test=submit]").await;
    desk.is_at("the same case", |path| {
        path == format!("/desk/cases/{case}")
    })
    .await;
    desk.device
        .until("its petition", async |_| {
            desk.at_server(&case, "voices", &petition).await == 1
        })
        .await;
    assert_eq!(desk.device.ask(cases).await.as_array(), Some(&made));
    desk.drafts(0).await;
}
