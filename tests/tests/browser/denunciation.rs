//! Words about a denunciation: the person says whether they are one, and such are on the phone no more.

use kiennghi_tests::harness::Server;

use super::at_rest::files_with;
use super::chrome::{Device, PHONE};
use super::sealed::STORES;

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
    phone.close().await;
    for words in gone {
        let found = files_with(phone.profile(), words);
        assert!(found.is_empty(), "{words} in {found:?}");
    }
}
