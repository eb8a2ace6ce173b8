//! What delegates do for a case in a village without a network: one records it there, another looks at what was done
//! and tells the voters.

use super::axe::examine;
use super::case_desks::Net;
use super::chrome::{Device, PHONE};

pub(crate) const VILLAGE: &str = "Thôn Tài Lý Sáy";
const WORDS: &str = "Ngầm tràn qua suối Tài Lý Sáy sạt lở, học sinh không qua được khi mưa";

async fn phone_of(net: &Net, user: &str) -> Device {
    let phone = Device::new(PHONE).await;
    phone.enrol(&net.url, &net.server.enrol(user)).await;
    phone.ready_offline().await;
    phone
}

/// Records a petition in the village, and brings it home.
pub(crate) async fn record(net: &mut Net) {
    let url = net.url.clone();
    let mut phone = phone_of(net, "quang-lam-1").await;
    net.cut_off();
    phone.click("[data-test=new-meeting]").await;
    phone.write("[name=village]", VILLAGE).await;
    phone.click("[data-test=save-done]").await;
    phone.click("[data-test=record]").await;
    let meeting = phone.path().await.replace("/record", "");
    phone.write("[name=content]", WORDS).await;
    phone.clear("[name=voters]").await;
    phone.write("[name=voters]", "12").await;
    examine(&mut phone, "life-record").await;
    phone.click("[data-test=save-done]").await;
    phone.find("[data-test=petition-row]").await;
    examine(&mut phone, "life-recorded").await;
    net.join_again();
    phone.reopen(&format!("{url}{meeting}")).await;
    phone
        .find("[data-test=petition-row] [data-state=received]")
        .await;
    examine(&mut phone, "life-received").await;
}

/// Reads the answer out in the village after a look at what was done, and brings home what was seen and said.
pub(crate) async fn check_and_tell(net: &mut Net, case: &str, answer: &str) {
    let url = net.url.clone();
    let mut phone = phone_of(net, "quang-lam-2").await;
    phone.find("[data-test=results-waiting]").await;
    net.cut_off();
    phone.kill_and_restart().await;
    phone.reopen(&url).await;
    phone.find("[data-test=results-waiting]").await;
    examine(&mut phone, "life-results-waiting").await;
    phone.click("[data-test=results]").await;
    let waits = format!("[data-test=result-row][data-group=waiting][data-id='{case}'] a");
    phone.click(&waits).await;
    phone.find("[data-test=answer]").await;
    let shown = phone.text("[data-test=answer]").await;
    assert!(shown.contains(answer), "{shown}");
    examine(&mut phone, "life-result").await;

    phone.click("[data-test=check]").await;
    phone.find("[name=holds][value=holds]").await;
    phone.click("label:has([name=holds][value=holds])").await;
    phone
        .write("[name=content]", "Ngầm tràn đã gia cố, nước rút nhanh.")
        .await;
    examine(&mut phone, "life-check").await;
    phone.click("[data-test=save-done]").await;
    phone
        .find("[data-test=visit-row][data-kind=check] [data-state=saved]")
        .await;

    phone.click("[data-test=tell]").await;
    phone.find("[name=reaction][value=agreed]").await;
    phone.click("label:has([name=how][value=read-out])").await;
    phone
        .click("label:has([name=reaction][value=agreed])")
        .await;
    phone.write("[name=voters]", "31").await;
    let village = "return document.querySelector('[name=village]').value";
    assert_eq!(phone.ask(village).await, VILLAGE, "the one that waits");
    examine(&mut phone, "life-notice").await;
    phone.click("[data-test=save-done]").await;
    let told = format!("[data-test=village][data-village='{VILLAGE}'][data-group=told]");
    phone.find(&told).await;
    phone
        .find("[data-test=visit-row][data-kind=notice] [data-state=saved]")
        .await;
    examine(&mut phone, "life-told-unsent").await;

    net.join_again();
    phone.reopen(&format!("{url}/results/{case}")).await;
    let both = "[data-test=visit-row] [data-state=received]";
    phone
        .until("both received", async |d| d.count(both).await == 2)
        .await;
    examine(&mut phone, "life-told").await;
}
