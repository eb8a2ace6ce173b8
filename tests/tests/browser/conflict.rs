//! Two people change the same petition with no network between them: the app shows both versions
//! of the field that clashed, and choosing one settles it on both phones.

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_tests::harness::{Mode, Proxy, Server};
use kiennghi_tests::phone::Phone;

use super::chrome::{Device, PHONE};

fn some_petition(phone: &Phone) -> DocumentId {
    let is_petition = |id: &&DocumentId| {
        let stored = phone.stored(**id).expect("the store reads");
        stored.expect("it is there").header.kind == Kind::Petition
    };
    *phone
        .ids()
        .expect("the store reads")
        .iter()
        .find(is_petition)
        .expect("a petition")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_open_undoes_nothing() {
    let server = Server::start();
    let url = server.url();
    let mut other = server.phone("quang-lam-2").await;
    other.sync().await.expect("syncs");
    let petition = some_petition(&other);
    let before = other
        .fields(petition)
        .expect("the store reads")
        .text("content");

    let phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone
        .reopen(&format!("{url}/petitions/{petition}/edit"))
        .await;
    phone.find("[name=content]").await;

    // While the form is open, a colleague's addition arrives on this very phone.
    let theirs = "Xin xem ngay trong quý này.";
    other
        .edit(
            petition,
            &[Edit::new("content", format!("{theirs} {before}"))],
        )
        .expect("an edit");
    other.sync().await.expect("syncs");
    phone
        .until("the colleague's words on the phone", async |d| {
            d.holds("cards", theirs).await
        })
        .await;

    let mine = " Bà con chờ đã lâu.";
    phone.write("[name=content]", mine).await;
    phone.click("[data-test=save-done]").await;
    phone
        .until("both additions", async |d| {
            d.text("p[data-field=content]").await == format!("{theirs} {before}{mine}")
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clash_is_shown_and_settled() {
    let server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let url = proxy.url();
    let mut other = server.phone("quang-lam-2").await;
    other.sync().await.expect("syncs");
    let petition = some_petition(&other);

    let phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone.ready_offline().await;

    proxy.set(Mode::Refuse);
    phone
        .reopen(&format!("{url}/petitions/{petition}/edit"))
        .await;
    let voters = phone.find("[name=voters]").await;
    voters.clear().await.expect("the field empties");
    voters.send_keys("31").await.expect("the field takes text");
    phone.click("[data-test=save-done]").await;
    phone.find("[data-test=edit]").await;
    other
        .edit(petition, &[Edit::new("voters", 47)])
        .expect("an edit");
    other.sync().await.expect("syncs");

    proxy.set(Mode::Pass);
    phone.reopen(&url).await;
    phone.click("[data-test=sync-now]").await;
    phone.reopen(&format!("{url}/petitions/{petition}")).await;
    phone.find("[data-test=conflict][data-field=voters]").await;
    assert_eq!(
        phone
            .count("[data-test=conflict] [data-test=choose-version]")
            .await,
        2
    );
    let words = phone.text("[data-test=conflict]").await;
    assert!(
        words.contains("31") && words.contains("47"),
        "both versions are shown: {words}"
    );
    phone.picture("phone-conflict").await;
    phone
        .click("[data-test=choose-version][data-version='0']")
        .await;
    phone
        .until("no conflict", async |d| {
            d.count("[data-test=conflict]").await == 0 && d.count("[data-state=received]").await > 0
        })
        .await;

    other.sync().await.expect("syncs");
    let stored = other
        .stored(petition)
        .expect("the store reads")
        .expect("it is there");
    let document = kiennghi_shared::document::Document::load(&stored.saved).expect("loads");
    let record = document.record(Kind::Petition);
    assert!(
        record.conflicts().is_empty(),
        "settled on the other phone too"
    );
    let voters = record.number("voters").expect("a number");
    assert!(voters == 31 || voters == 47);
}
