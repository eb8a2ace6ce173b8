//! Work that was not taken: edited and sent again by its author; and where its author may no longer
//! write, decided about in the office.

use kiennghi_shared::id::{DocumentId, UserName};
use kiennghi_shared::record::Edit;

use super::chrome::{DESK, Device, PHONE};
use super::village::Village;

#[tokio::test(flavor = "multi_thread")]
async fn refused_work_is_edited_and_sent_again() {
    let mut village = Village::new().await;
    let petition = village.petitions()[0];
    let content = village
        .other
        .fields(petition)
        .expect("reads")
        .text("content");
    village.cut_off();
    let added = " Bà con nhắc lại lần hai.";
    village.edit(petition, added).await;
    let id = petition.to_string();
    let said = village
        .server
        .command("erase", &["--document", &id, "--reason", "thử"]);
    assert!(said.starts_with("erased"), "{said}");
    village.join_again();
    village.phone.reopen(&village.url).await;
    village.phone.click("[data-test=refused-link]").await;
    village.phone.find("[data-test=refused-row]").await;
    let words = village.phone.text("[data-test=refused-row]").await;
    assert!(words.contains(added.trim()), "the whole text: {words}");
    for button in [
        "refused-copy",
        "refused-text",
        "refused-json",
        "refused-all-text",
    ] {
        village.phone.find(&format!("[data-test={button}]")).await;
    }
    village.phone.picture("refused").await;

    // The form has what was written; half a sentence more is kept like in any form.
    village.phone.click("[data-test=refused-again]").await;
    let more = " Xin xem xét.";
    village.phone.write("[name=content]", more).await;
    village
        .phone
        .until("the draft", async |d| d.holds("drafts", more).await)
        .await;
    village.phone.picture("refused-again").await;
    let chosen = village
        .phone
        .ask("return document.querySelector('[name=meeting]').value;")
        .await;
    assert_ne!(chosen, "", "its meeting is still here");
    village.phone.click("[data-test=save-done]").await;
    village.phone.find("[data-test=edit]").await;
    village
        .phone
        .until("a petition that was received", async |d| {
            d.count("[data-state=received]").await > 0
        })
        .await;
    assert_ne!(
        village.phone.path().await,
        format!("/petitions/{petition}"),
        "a new one"
    );
    assert_eq!(
        village.phone.text("p[data-field=content]").await,
        format!("{content}{added}{more}")
    );
    assert!(
        !village.phone.holds("refused", added.trim()).await,
        "off the list"
    );
    assert!(!village.phone.holds("drafts", more).await, "the draft too");
    village.other.sync().await.expect("syncs");
    let same = |id: &DocumentId| {
        let fields = village.other.fields(*id).expect("reads");
        fields.text("content").ends_with(&format!("{added}{more}"))
    };
    assert_eq!(village.petitions().iter().filter(|id| same(id)).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_edit_is_sent_again_as_an_edit_of_the_same_petition() {
    let mut village = Village::new().await;
    let before = village.petitions();
    let petition = before[0];
    let content = village
        .other
        .fields(petition)
        .expect("reads")
        .text("content");
    // The server knows the page session by its first edit.
    let first = " Bà con nhắc lại.";
    village.edit(petition, first).await;
    village
        .phone
        .until("an edit that was received", async |d| {
            d.count("[data-state=received]").await > 0
        })
        .await;
    village.cut_off();
    let second = " Nhắc lần nữa.";
    village.phone.click("[data-test=edit]").await;
    village.phone.write("[name=content]", second).await;
    village.phone.click("[data-test=save-done]").await;
    village
        .phone
        .until("an edit that waits", async |d| {
            d.text("p[data-field=content]")
                .await
                .ends_with(second.trim())
                && d.count("[data-state=received]").await == 0
        })
        .await;
    village.server.take_actors(&UserName::from("quang-lam-1"));
    village.join_again();
    village.phone.reopen(&village.url).await;
    village.phone.click("[data-test=refused-link]").await;
    village.phone.find("[data-test=refused-row]").await;
    let words = village.phone.text("[data-test=refused-row]").await;
    assert!(words.contains(second.trim()), "the whole text: {words}");

    // The form is the petition's own, with what was written.
    village.phone.click("[data-test=refused-again]").await;
    let third = " Xin xem xét.";
    village.phone.write("[name=content]", third).await;
    assert_eq!(
        village.phone.count("[name=meeting]").await,
        0,
        "it has its meeting"
    );
    village.phone.picture("refused-edit-again").await;
    village.phone.click("[data-test=save-done]").await;
    village.phone.find("[data-test=edit]").await;
    assert_eq!(village.phone.path().await, format!("/petitions/{petition}"));
    village
        .phone
        .until("a petition that was received", async |d| {
            d.count("[data-state=received]").await > 0
        })
        .await;
    let whole = format!("{content}{first}{second}{third}");
    assert_eq!(village.phone.text("p[data-field=content]").await, whole);
    assert!(
        !village.phone.holds("refused", second.trim()).await,
        "off the list"
    );
    // On the server it is the same document, and there is no village.other.
    village.other.sync().await.expect("syncs");
    let fields = village.other.fields(petition).expect("reads");
    assert_eq!(fields.text("content"), whole);
    assert_eq!(village.petitions(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_decides_about_work_of_a_moved_delegate() {
    let mut village = Village::new().await;
    let [taken, left] = village.petitions()[..2] else {
        panic!("the demo district has petitions")
    };
    village.cut_off();
    let (good, bad) = (" Ý thêm được nhận.", " Ý thêm bị bỏ qua.");
    village.edit(taken, good).await;
    village.edit(left, bad).await;
    let to = ["--user", "quang-lam-1", "--unit", "QN-DH-03"];
    let said = village.server.command("move", &to);
    assert!(said.contains("is delegate in QN-DH-03 now"), "{said}");
    village.join_again();
    village.phone.reopen(&village.url).await;
    village.phone.click("[data-test=refused-link]").await;
    village
        .phone
        .until("both in the list", async |d| {
            d.count("[data-test=refused-row]").await == 2
        })
        .await;
    let reason = village.phone.text("[data-test=refused-reason]").await;
    assert!(reason.contains("không cần gửi lại"), "{reason}");
    assert_eq!(village.phone.count("[data-test=refused-again]").await, 0);
    village.phone.picture("refused-review").await;

    let mut office = Device::new(DESK).await;
    let code = village.server.enrol("thuong-truc-huyen");
    office.sign_in(&village.server.url(), &code).await;
    office
        .until("the count in the menu", async |d| {
            d.text("[data-test=tab-reviews]").await.contains("(2)")
        })
        .await;
    office.click("[data-test=tab-reviews]").await;
    office
        .until("both at the office", async |d| {
            d.count("[data-test=review-row]").await == 2
        })
        .await;
    office.picture("office-reviews").await;
    office.show_as(PHONE).await;
    office.picture("office-reviews").await;
    let wide = office
        .ask("return document.documentElement.scrollWidth > innerWidth;")
        .await;
    assert_eq!(wide, false, "nothing beyond the edge of a phone's screen");
    office.show_as(DESK).await;
    for (words, button, rest) in [(good, "review-accept", 1), (bad, "review-dismiss", 0)] {
        let row = format!(
            "[...document.querySelectorAll('[data-test=review-row]')]\
             .find(row => row.textContent.includes('{}'))",
            words.trim()
        );
        for button in [button, "review-sure"] {
            let button = format!("{row}.querySelector('[data-test={button}]')");
            office
                .until("the button", async |d| {
                    d.ask(&format!("{button}?.click(); return !!{button};"))
                        .await
                        == true
                })
                .await;
        }
        office
            .until("one fewer", async |d| {
                d.count("[data-test=review-row]").await == rest
            })
            .await;
    }
    village.other.sync().await.expect("syncs");
    let content = |id| village.other.fields(id).expect("reads").text("content");
    assert!(content(taken).ends_with(good));
    assert!(!content(left).contains(bad.trim()));

    // What comes in while the page is open shows by itself.
    village
        .other
        .edit(left, &[Edit::new("place", "Bến phà")])
        .expect("edited");
    let to = ["--user", "quang-lam-2", "--unit", "QN-DH-03"];
    let _ = village.server.command("move", &to);
    village.other.sync().await.expect("syncs");
    office
        .until("the new one and its count", async |d| {
            let row = d.text("[data-test=review-row]").await;
            row.contains("Bến phà") && d.text("[data-test=tab-reviews]").await.contains("(1)")
        })
        .await;

    let delegate = Device::new(PHONE).await;
    delegate
        .enrol(&village.server.url(), &village.server.enrol("quang-lam-2"))
        .await;
    delegate.find("[data-test=tab-meetings]").await;
    assert_eq!(delegate.count("[data-test=tab-reviews]").await, 0);
}
