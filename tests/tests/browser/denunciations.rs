//! A denunciation (tố cáo) is taken on paper: the page under a meeting says how, and keeps the numbers of
//! the paper register and nothing that could be a name. Who records says whether words that name one are one.

use kiennghi_tests::harness::Server;
use serde_json::json;

use super::at_rest::files_with;
use super::axe::examine;
use super::chrome::{Device, PHONE};
use super::sealed::STORES;
use super::village::Village;

const NAME: &str = "Chíu A Tài";
const FIELD: &str = "[name=denunciations]";

async fn counts(device: &Device, words: &str) {
    device
        .until(words, async |d| {
            d.text("[data-test=denunciation-count]").await == words
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_the_paper_register_are_kept_and_no_name() {
    let mut village = Village::new().await;
    let second = Device::new(PHONE).await;
    second
        .enrol(&village.url, &village.server.enrol("quang-lam-2"))
        .await;
    let phone = &mut village.phone;
    phone.click("[data-test=meeting-row] a").await;
    phone.find("[data-test=denunciations]").await;
    let meeting = phone.path().await;
    let page = format!("{}{meeting}/denunciations", village.url);
    examine(phone, "meeting").await;
    phone.click("[data-test=denunciations]").await;
    counts(phone, "Chưa có đơn nào trong cuộc tiếp xúc này.").await;
    let words = phone.text("main").await;
    for told in [
        "Ứng dụng không ghi tố cáo",
        "đơn viết tay",
        "dán kín",
        "sổ giấy",
    ] {
        assert!(words.contains(told), "{told} in {words}");
    }
    examine(phone, "denunciations").await;

    phone.write(FIELD, NAME).await;
    phone.click("[data-test=save-done]").await;
    phone
        .until("why it is not taken", async |d| {
            d.text("#error-denunciations")
                .await
                .contains("Không ghi tên ở đây")
        })
        .await;
    let seen = "const place = document.querySelector('#error-denunciations').getBoundingClientRect();\
        return place.top > 56 && place.bottom < innerHeight;";
    assert_eq!(phone.ask(seen).await, json!(true), "on the screen");
    phone.picture("denunciations-seen").await;
    examine(phone, "denunciations-name").await;
    // What stands in a form when it is left is kept as a draft, this is not.
    phone.click("[data-test=back]").await;
    phone.click("[data-test=denunciations]").await;
    phone.find(FIELD).await;
    assert_eq!(phone.count("[data-test=draft-question]").await, 0);

    phone.write(FIELD, "12/TC").await;
    phone
        .until("the draft", async |d| d.holds("drafts", "12/TC").await)
        .await;
    phone.write(FIELD, "-2026").await;
    phone.click("[data-test=save-done]").await;
    phone
        .until("the number at the meeting", async |d| {
            d.path().await == meeting && d.text("main").await.contains("12/TC-2026")
        })
        .await;
    for store in ["drafts", "documents", "cards", "outbox"] {
        assert!(!phone.holds(store, NAME).await, "{store}");
    }
    phone.reopen(&page).await;
    let one = "1 đơn. Số vào sổ: 12/TC-2026.";
    counts(phone, one).await;
    examine(phone, "denunciations-one").await;

    // The second phone has it, adds its own, and none is lost.
    second
        .until("the number on the second phone", async |d| {
            d.holds("documents", "12/TC-2026").await
        })
        .await;
    second.reopen(&page).await;
    counts(&second, one).await;
    second.write(FIELD, "13/TC-2026").await;
    second.click("[data-test=save-done]").await;
    phone
        .until("the other's number", async |d| {
            d.holds("documents", "13/TC-2026").await
        })
        .await;
    phone.reopen(&page).await;
    counts(phone, "2 đơn. Số vào sổ: 12/TC-2026, 13/TC-2026.").await;
}

/// Writes a petition and presses *Lưu và ghi tiếp*, which asks.
async fn ask(phone: &Device, words: &str) {
    phone.write("[name=content]", words).await;
    phone
        .until("the draft", async |d| d.holds("drafts", words).await)
        .await;
    phone.click("[data-test=save-next]").await;
    phone.find("[data-test=denunciation-question]").await;
    // Another press of the same button is no answer.
    assert_eq!(phone.count("[data-test=save-next]").await, 0);
    assert!(phone.stored("outbox").await.is_empty(), "nothing is saved");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_records_says_whether_it_is_a_denunciation() {
    let server = Server::start();
    let url = server.url();
    let mut phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone.click("[data-test=meeting-row] a").await;
    phone.click("[data-test=record]").await;
    phone.click("[data-test=person] summary").await;
    phone.write("[name=person_name]", "Tlzrgqfb").await;
    ask(&phone, "Tôi tố cáo ông Bqzvxkwj.").await;
    assert!(phone.holds("drafts", "Tlzrgqfb").await, "who told it");
    phone.picture("denunciation-question").await;
    phone.click("[data-test=is-denunciation]").await;
    phone.find("[data-test=denunciation-refused]").await;
    assert!(phone.path().await.ends_with("/denunciations"));
    let gone = ["Bqzvxkwj", "Tlzrgqfb"];
    for store in STORES {
        for words in gone {
            assert!(!phone.holds(store, words).await, "{words} in {store}");
        }
    }

    // The form is empty, and asks about no draft.
    phone.click("[data-test=back]").await;
    phone.click("[data-test=record]").await;
    phone.find("[name=content]").await;
    let content = "return document.querySelector('[name=content]').value";
    assert_eq!(phone.ask(content).await, "");

    let petition = "Đề nghị trả lời đơn tố cáo năm 2019 về đường Hgfdtpry.";
    ask(&phone, petition).await;
    phone.click("[data-test=is-petition]").await;
    phone.find("[data-test=saved-note]").await;
    assert!(phone.holds("documents", "Hgfdtpry").await);
    phone.find("[data-test=save-next]").await;

    // Nor is it added to a petition that is there.
    phone.click("[data-test=back]").await;
    phone.click("[data-test=petition-row]").await;
    phone.click("[data-test=edit]").await;
    let more = " Tôi tố cáo bà Wkzjvyqx.";
    phone.write("[name=content]", more).await;
    phone
        .until("the draft", async |d| d.holds("drafts", "Wkzjvyqx").await)
        .await;
    phone.click("[data-test=save-done]").await;
    phone.click("[data-test=is-denunciation]").await;
    phone.find("[data-test=denunciation-refused]").await;
    for store in STORES {
        assert!(!phone.holds(store, "Wkzjvyqx").await, "in {store}");
    }
    phone.close().await;
    for words in gone.into_iter().chain(["Wkzjvyqx"]) {
        let found = files_with(phone.profile(), words);
        assert!(found.is_empty(), "{words} in {found:?}");
    }
}
