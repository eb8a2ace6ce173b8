//! Two people change the same petition with no network between them: the app shows both versions
//! of the field that clashed, and choosing one settles it on both phones.

use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_tests::harness::{Mode, Proxy, Server};

use super::chrome::{Device, PHONE};

#[tokio::test(flavor = "multi_thread")]
async fn a_clash_is_shown_and_settled() {
    let server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let url = proxy.url();
    let mut other = server.phone("quang-lam-2").await;
    other.sync().await.expect("syncs");
    let petition = *other
        .ids()
        .expect("the store reads")
        .iter()
        .find(|id| {
            let stored = other
                .stored(**id)
                .expect("the store reads")
                .expect("it is there");
            stored.header.kind == Kind::Petition
        })
        .expect("a petition");

    let phone = Device::new(PHONE).await;
    phone
        .go(&format!("{url}/enrol#{}", server.enrol("quang-lam-1")))
        .await;
    phone.click("[data-test=enrol-submit]").await;
    phone
        .until("the meetings", async |d| {
            d.count("[data-test=meeting-row]").await > 0
        })
        .await;
    phone.ready_offline().await;

    proxy.set(Mode::Refuse);
    phone.go(&format!("{url}/petitions/{petition}/edit")).await;
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
    phone.go(&url).await;
    phone.click("[data-test=sync-now]").await;
    phone.go(&format!("{url}/petitions/{petition}")).await;
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
