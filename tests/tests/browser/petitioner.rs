//! Who stands behind a petition: typed in without a network, sent, and then no longer on the phone; read, put
//! right and erased at the office.

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use kiennghi_messages::WaitingPetitioner;
use kiennghi_tests::phone::Replied;
use serde_json::{Value, json};

use super::at_rest::files_with;
use super::axe::examine;
use super::chrome::{DESK, Device, PHONE};
use super::sealed::STORES;
use super::sign_in::{at, come_in, local};
use super::village::Village;

/// Words that have nothing in common with anything else.
const NAME: &str = "Wqzkxbvj";
const STREET: &str = "Rjfwzgxq";

/// A phone that has a petition with a petitioner, and no network.
async fn recorded() -> Village {
    let mut village = Village::new().await;
    village.cut_off();
    let (phone, url) = (&village.phone, &village.url);
    phone.reopen(&format!("{url}/meetings/new")).await;
    phone.write("[name=village]", "Bản Tài Lý Sáy").await;
    phone.click("[data-test=save-done]").await;
    phone.click("[data-test=record]").await;
    phone
        .write("[name=content]", "Xin bà con một cây cầu.")
        .await;
    phone.click("[data-test=person] summary").await;
    phone.write("[name=person_name]", NAME).await;
    phone.write("[name=person_address]", STREET).await;
    phone.click("[data-test=save-done]").await;
    // Whether the person agrees has to be asked.
    phone.find("#error-person_basis").await;
    phone.picture("person").await;
    phone
        .click("[name=person_basis] option[value=consent]")
        .await;
    phone.click("[data-test=save-done]").await;
    phone.click("[data-test=petition-row]").await;
    phone.find("[data-test=petitioner-drop]").await;
    village
}

impl Village {
    /// What waits on the phone.
    async fn waiting(&self) -> WaitingPetitioner {
        let waiting = self.phone.opened("petitioners").await;
        let [waiting] = &waiting[..] else {
            panic!("one waits, and not {}", waiting.len());
        };
        minicbor::decode(waiting).expect("it reads")
    }

    /// Asks the server in the name of the district's committee, while the phone has no network.
    async fn at_the_office(&self, method: Method, path: &str, body: &Value) -> Replied {
        let phone = self.server.phone("thuong-truc-huyen").await;
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1/petitioners/{path}"))
            .header("content-type", "application/json");
        let body = Full::new(Bytes::from(body.to_string()));
        let request = request.body(body).expect("a request");
        let client = phone.account().connect(phone.meter()).await;
        let mut client = client.expect("a connection");
        client.send(request).await.expect("a reply")
    }

    /// Has the office take in another person under the same id.
    async fn sent_by_somebody_else(&self, waiting: &WaitingPetitioner) {
        let other = json!({
            "unit": waiting.unit, "petition": waiting.petition, "follows": 0,
            "person": {
                "name": "Người khác", "address": "", "phone": "",
                "basis": "consent", "noted_at": 1,
            },
        });
        let path = waiting.id.to_string();
        let put = self.at_the_office(Method::PUT, &path, &other).await;
        assert_eq!(put.status, 204);
    }

    /// Gives the phone its network back, and opens the app.
    async fn connect(&self) {
        self.join();
        self.phone.reopen(&self.url).await;
    }

    async fn until_gone(&self) {
        let gone = async |phone: &Device| phone.stored("petitioners").await.is_empty();
        self.phone.until("the petitioner to leave", gone).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_petitioner_is_typed_in_offline_and_leaves_the_phone_for_the_office() {
    let mut village = recorded().await;
    let WaitingPetitioner { id, petition, .. } = village.waiting().await;
    let phone = &mut village.phone;
    examine(phone, "petitioner-waits").await;
    phone.show_as(PHONE).await;
    // Put right before it is sent.
    phone.click("[data-test=edit]").await;
    phone.find("[name=person_phone]").await;
    examine(phone, "petitioner-form").await;
    phone.show_as(PHONE).await;
    phone.write("[name=person_phone]", "0977 717 171").await;
    phone.click("[data-test=save-done]").await;
    phone.find("[data-test=petitioner-drop]").await;
    // In its own store, and in no other.
    for store in STORES {
        for words in [NAME, STREET] {
            let here = phone.holds(store, words).await;
            assert_eq!(here, store == "petitioners", "{words} in {store}");
        }
    }

    village.server.restart();
    village.connect().await;
    village.until_gone().await;
    let phone = &mut village.phone;
    phone
        .go(&format!("{}/petitions/{petition}", village.url))
        .await;
    phone.unlock().await;
    phone.find("[data-test=petitioner]").await;
    let said = phone.text("[data-test=petitioner-state]").await;
    assert!(said.contains("Máy này không giữ"), "{said}");
    phone.picture("petitioner-sent").await;
    for store in STORES {
        assert!(!phone.holds(store, NAME).await, "not in {store} any more");
    }
    phone.close().await;
    for words in [NAME, STREET] {
        let found = files_with(phone.profile(), words);
        assert!(found.is_empty(), "{words} in {found:?}");
    }

    // At the office: read on record, put right, erased with a receipt.
    let server = &village.server;
    let mut desk = Device::new(DESK).await;
    come_in(&desk, server, "thuong-truc-huyen").await;
    let url = local(server);
    desk.go(&format!("{url}/office/petitions/{petition}")).await;
    desk.click("[data-test=petitioner]").await;
    at(
        &desk,
        &format!("/admin/petitions/{petition}/petitioners/{id}"),
    )
    .await;
    assert!(
        !desk.text("main").await.contains(NAME),
        "nothing is read yet"
    );
    desk.click("[data-test=read]").await;
    desk.find("[name=name]").await;
    let shown = "return [...document.querySelectorAll('main input[type=text]')].map(i => i.value);";
    let shown = desk.ask(shown).await.to_string();
    for words in [NAME, STREET, "0977 717 171"] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
    examine(&mut desk, "admin-petitioner").await;
    desk.write("[name=address]", " số 7").await;
    desk.click("[data-test=submit]").await;
    desk.find("[data-test=said]").await;
    desk.click("[data-test=erase]").await;
    desk.click("[data-test=yes]").await;
    desk.find("#error-reason").await;
    desk.write("[name=reason]", "Đơn số 12/2026").await;
    desk.click("[data-test=yes]").await;
    desk.find("[data-test=receipt]").await;
    assert!(
        desk.text("[data-test=receipt]")
            .await
            .contains(&id.to_string())
    );
    examine(&mut desk, "admin-petitioner-erased").await;
    desk.reload().await;
    desk.click("[data-test=read]").await;
    desk.find("[data-test=erased]").await;
    // All of that is on record.
    desk.go(&format!("{url}/admin/audit")).await;
    desk.find("[data-test=audit-row]").await;
    let record = desk.text("main").await;
    assert!(record.contains("Đơn số 12/2026"), "{record}");
    assert!(!record.contains(NAME), "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_erased_before_it_was_sent_leaves_the_phone() {
    let mut village = recorded().await;
    let waiting = village.waiting().await;
    village.server.restart();
    village.sent_by_somebody_else(&waiting).await;
    let wanted = json!({ "reason": "đơn", "petition": waiting.petition, "with_petition": false });
    let path = format!("{}/erase", waiting.id);
    let erased = village.at_the_office(Method::POST, &path, &wanted).await;
    assert_eq!(erased.status, 200);
    village.connect().await;
    village.until_gone().await;
    let path = waiting.id.to_string();
    let read = village.at_the_office(Method::GET, &path, &Value::Null);
    assert_eq!(read.await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_the_office_does_not_take_stays_in_sight() {
    let mut village = recorded().await;
    let waiting = village.waiting().await;
    village.server.restart();
    village.sent_by_somebody_else(&waiting).await;
    village.connect().await;
    let phone = &mut village.phone;
    phone.click("[data-test=refused-link]").await;
    phone.find("[data-test=petitioner-refused]").await;
    assert!(
        phone
            .text("[data-test=refused-petitioner]")
            .await
            .contains(NAME)
    );
    examine(phone, "petitioner-refused").await;
    phone.show_as(PHONE).await;
    phone.click("[data-test=petitioner-drop]").await;
    phone.click("[data-test=petitioner-drop]").await;
    village.until_gone().await;
    let phone = &village.phone;
    let none = async |phone: &Device| phone.count("[data-test=refused-petitioner]").await == 0;
    phone.until("nothing to look at again", none).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_phone_hands_it_in_before_it_erases_itself() {
    let mut village = recorded().await;
    let waiting = village.waiting().await;
    village.revoke_phone();
    village.server.restart();
    village.connect().await;
    village.phone.find("[data-test=revoked]").await;
    let path = waiting.id.to_string();
    let read = village
        .at_the_office(Method::GET, &path, &Value::Null)
        .await;
    assert_eq!(read.status, 200);
    assert!(String::from_utf8_lossy(&read.body).contains(NAME));
}
