//! Work that was not taken: edited and sent again by its author; and where its author may no longer
//! write, decided about in the office.

use kiennghi_shared::id::{DocumentId, UserName};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_tests::harness::{Mode, Proxy, Server};
use kiennghi_tests::phone::Phone;

use super::chrome::{DESK, Device, PHONE};

/// Petitions of the phone's unit that were raised at a meeting.
pub(crate) fn petitions(phone: &Phone) -> Vec<DocumentId> {
    let is_petition = |id: &DocumentId| {
        let (header, document) = phone.document(*id).expect("it is there");
        let record = document.record(header.kind);
        header.kind == Kind::Petition && !record.text("meeting").is_empty()
    };
    let ids = phone.ids().expect("the store reads");
    ids.into_iter().filter(is_petition).collect()
}

/// Adds words to a petition on the phone.
pub(crate) async fn edit(phone: &Device, url: &str, petition: DocumentId, words: &str) {
    phone
        .reopen(&format!("{url}/petitions/{petition}/edit"))
        .await;
    phone.write("[name=content]", words).await;
    phone.click("[data-test=save-done]").await;
    phone.find("[data-test=edit]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_work_is_edited_and_sent_again() {
    let mut server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let url = proxy.url();
    let mut other = server.phone_by("quang-lam-2", &url).await;
    other.sync().await.expect("syncs");
    let petition = petitions(&other)[0];
    let content = other.fields(petition).expect("reads").text("content");

    let phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone.ready_offline().await;
    // The network goes: what stays of open connections ends with the server.
    server.stop();
    proxy.set(Mode::Refuse);
    let added = " Bà con nhắc lại lần hai.";
    edit(&phone, &url, petition, added).await;
    let id = petition.to_string();
    let said = server.command("erase", &["--document", &id, "--reason", "thử"]);
    assert!(said.starts_with("erased"), "{said}");
    server.restart();
    proxy.set_back(server.address());
    proxy.set(Mode::Pass);
    phone.reopen(&url).await;
    phone.click("[data-test=refused-link]").await;
    phone.find("[data-test=refused-row]").await;
    let words = phone.text("[data-test=refused-row]").await;
    assert!(words.contains(added.trim()), "the whole text: {words}");
    for button in [
        "refused-copy",
        "refused-text",
        "refused-json",
        "refused-all-text",
    ] {
        phone.find(&format!("[data-test={button}]")).await;
    }
    phone.picture("refused").await;

    // The form has what was written; half a sentence more is kept like in any form.
    phone.click("[data-test=refused-again]").await;
    let more = " Xin xem xét.";
    phone.write("[name=content]", more).await;
    phone
        .until("the draft", async |d| d.holds("drafts", more).await)
        .await;
    phone.picture("refused-again").await;
    let chosen = phone
        .ask("return document.querySelector('[name=meeting]').value;")
        .await;
    assert_ne!(chosen, "", "its meeting is still here");
    phone.click("[data-test=save-done]").await;
    phone.find("[data-test=edit]").await;
    phone
        .until("a petition that was received", async |d| {
            d.count("[data-state=received]").await > 0
        })
        .await;
    assert_ne!(
        phone.path().await,
        format!("/petitions/{petition}"),
        "a new one"
    );
    assert_eq!(
        phone.text("p[data-field=content]").await,
        format!("{content}{added}{more}")
    );
    assert!(!phone.holds("refused", added.trim()).await, "off the list");
    assert!(!phone.holds("drafts", more).await, "the draft too");
    other.sync().await.expect("syncs");
    let same = |id: &DocumentId| {
        let fields = other.fields(*id).expect("reads");
        fields.text("content").ends_with(&format!("{added}{more}"))
    };
    assert_eq!(petitions(&other).iter().filter(|id| same(id)).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_edit_is_sent_again_as_an_edit_of_the_same_petition() {
    let mut server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let url = proxy.url();
    let mut other = server.phone_by("quang-lam-2", &url).await;
    other.sync().await.expect("syncs");
    let before = petitions(&other);
    let petition = before[0];
    let content = other.fields(petition).expect("reads").text("content");

    let phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone.ready_offline().await;
    // The server knows the page session by its first edit.
    let first = " Bà con nhắc lại.";
    edit(&phone, &url, petition, first).await;
    phone
        .until("an edit that was received", async |d| {
            d.count("[data-state=received]").await > 0
        })
        .await;
    server.stop();
    proxy.set(Mode::Refuse);
    let second = " Nhắc lần nữa.";
    phone.click("[data-test=edit]").await;
    phone.write("[name=content]", second).await;
    phone.click("[data-test=save-done]").await;
    phone
        .until("an edit that waits", async |d| {
            d.text("p[data-field=content]")
                .await
                .ends_with(second.trim())
                && d.count("[data-state=received]").await == 0
        })
        .await;
    server.take_actors(&UserName::from("quang-lam-1"));
    server.restart();
    proxy.set_back(server.address());
    proxy.set(Mode::Pass);
    phone.reopen(&url).await;
    phone.click("[data-test=refused-link]").await;
    phone.find("[data-test=refused-row]").await;
    let words = phone.text("[data-test=refused-row]").await;
    assert!(words.contains(second.trim()), "the whole text: {words}");

    // The form is the petition's own, with what was written.
    phone.click("[data-test=refused-again]").await;
    let third = " Xin xem xét.";
    phone.write("[name=content]", third).await;
    assert_eq!(phone.count("[name=meeting]").await, 0, "it has its meeting");
    phone.picture("refused-edit-again").await;
    phone.click("[data-test=save-done]").await;
    phone.find("[data-test=edit]").await;
    assert_eq!(phone.path().await, format!("/petitions/{petition}"));
    phone
        .until("a petition that was received", async |d| {
            d.count("[data-state=received]").await > 0
        })
        .await;
    let whole = format!("{content}{first}{second}{third}");
    assert_eq!(phone.text("p[data-field=content]").await, whole);
    assert!(!phone.holds("refused", second.trim()).await, "off the list");
    // On the server it is the same document, and there is no other.
    other.sync().await.expect("syncs");
    let fields = other.fields(petition).expect("reads");
    assert_eq!(fields.text("content"), whole);
    assert_eq!(petitions(&other), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_decides_about_work_of_a_moved_delegate() {
    let mut server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let url = proxy.url();
    let mut other = server.phone_by("quang-lam-2", &url).await;
    other.sync().await.expect("syncs");
    let [taken, left] = petitions(&other)[..2] else {
        panic!("the demo district has petitions")
    };

    let phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone.ready_offline().await;
    // The network goes: what stays of open connections ends with the server.
    server.stop();
    proxy.set(Mode::Refuse);
    let (good, bad) = (" Ý thêm được nhận.", " Ý thêm bị bỏ qua.");
    edit(&phone, &url, taken, good).await;
    edit(&phone, &url, left, bad).await;
    let to = ["--user", "quang-lam-1", "--unit", "QN-DH-03"];
    let said = server.command("move", &to);
    assert!(said.contains("is delegate in QN-DH-03 now"), "{said}");
    server.restart();
    proxy.set_back(server.address());
    proxy.set(Mode::Pass);
    phone.reopen(&url).await;
    phone.click("[data-test=refused-link]").await;
    phone
        .until("both in the list", async |d| {
            d.count("[data-test=refused-row]").await == 2
        })
        .await;
    let reason = phone.text("[data-test=refused-reason]").await;
    assert!(reason.contains("không cần gửi lại"), "{reason}");
    assert_eq!(phone.count("[data-test=refused-again]").await, 0);
    phone.picture("refused-review").await;

    let mut office = Device::new(DESK).await;
    let code = server.enrol("thuong-truc-huyen");
    office.sign_in(&server.url(), &code).await;
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
    other.sync().await.expect("syncs");
    let content = |id| other.fields(id).expect("reads").text("content");
    assert!(content(taken).ends_with(good));
    assert!(!content(left).contains(bad.trim()));

    // What comes in while the page is open shows by itself.
    other
        .edit(left, &[Edit::new("place", "Bến phà")])
        .expect("edited");
    let to = ["--user", "quang-lam-2", "--unit", "QN-DH-03"];
    let _ = server.command("move", &to);
    other.sync().await.expect("syncs");
    office
        .until("the new one and its count", async |d| {
            let row = d.text("[data-test=review-row]").await;
            row.contains("Bến phà") && d.text("[data-test=tab-reviews]").await.contains("(1)")
        })
        .await;

    let delegate = Device::new(PHONE).await;
    delegate
        .enrol(&server.url(), &server.enrol("quang-lam-2"))
        .await;
    delegate.find("[data-test=tab-meetings]").await;
    assert_eq!(delegate.count("[data-test=tab-reviews]").await, 0);
}
