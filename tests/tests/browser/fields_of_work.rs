//! Fields of work, looked after at a desk: on a phone in the hills they are as they were at its last sync, and in the annexes
//! as the district has them.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use kiennghi_tests::harness::{Mode, Proxy, Server};
use serde_json::json;
use thirtyfour::Key;

use super::administration::{choose, said};
use super::authorities::{at_the_office, fetched_at_the_office};
use super::axe::examine;
use super::chrome::{DESK, Device, PHONE};
use super::sign_in::{come_in, local};

const ROW: &str = "[data-test=field-row]";
const SIGNPOST: &str = "Xin dựng biển chỉ đường lên thác";

/// A field of the list, by its words.
fn named(words: &str) -> String {
    format!(
        "return [...document.querySelectorAll('{ROW}')].find(row => row.textContent.includes('{words}'))?.dataset.code ?? '';"
    )
}

/// What was done is said, and the list is there.
async fn listed(desk: &Device, words: &str) {
    said(desk, words).await;
    desk.find(ROW).await;
}

/// The fields that a form offers, without the one of nothing.
async fn offered(device: &Device) -> Vec<String> {
    let script = "return [...document.querySelectorAll('[name=field] option')]\
                  .filter(option => option.value).map(option => option.textContent);";
    serde_json::from_value(device.ask(script).await).expect("words")
}

async fn choose_field(device: &Device, words: &str) {
    let code = "[...document.querySelectorAll('[name=field] option')]";
    let script = format!("return {code}.find(option => option.textContent === '{words}').value;");
    let code = device.ask(&script).await;
    choose(device, "field", code.as_str().expect("a code")).await;
}

/// Annex I: the heads of its ticked columns, and the ticks of a row.
async fn ticked(server: &Server, content: &str) -> Vec<(String, String)> {
    let file = fetched_at_the_office(server, "/api/v1/reports/annexes.xlsx").await;
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(file)).expect("a workbook");
    let range = book.worksheets().remove(0).1;
    let rows: Vec<&[Data]> = range.rows().collect();
    let row = rows.iter().find(|row| row[3].to_string().contains(content));
    let row = row.expect("the petition");
    let columns = 4..row.len() - 1;
    let cell = |cell: &Data| cell.to_string();
    let heads = rows[4][columns.clone()].iter().map(cell);
    heads.zip(row[columns].iter().map(cell)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_added_is_offered_in_the_hills_and_has_its_column() {
    let server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let url = proxy.url();
    let phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone.ready_offline().await;

    let mut desk = Device::new(DESK).await;
    come_in(&desk, &server, "admin").await;
    desk.click("a[href='/admin/fields']").await;
    desk.find(ROW).await;
    assert_eq!(
        desk.count(ROW).await,
        14,
        "those that a district begins with"
    );
    let economy = desk.text("main section:nth-of-type(2) h2").await;
    assert_eq!(economy, "Kinh tế – Ngân sách");
    assert_eq!(desk.count("main h2").await, 2, "a root of one is said once");
    examine(&mut desk, "admin-fields").await;

    // By the keyboard alone.
    desk.tab_to("[data-test=add]").await;
    desk.press(Key::Enter + "").await;
    desk.tab_to("[name=name]").await;
    desk.press(Key::Enter + "").await;
    desk.find("#error-name").await;
    examine(&mut desk, "admin-field").await;
    desk.press("Du lịch, dịch vụ").await;
    desk.tab_to("[name=root]").await;
    desk.press("Du lịch").await;
    desk.press(Key::Enter + "").await;
    listed(&desk, "Đã ghi Du lịch, dịch vụ").await;
    let tourism = desk.ask(&named("Du lịch, dịch vụ")).await;
    assert_eq!(tourism, json!("du-lich-dich-vu"));
    // One is renamed and put into the new root, another ends.
    desk.click(&format!("{ROW}[data-code=transport] a")).await;
    desk.clear("[name=name]").await;
    desk.write("[name=name]", "Đường sá").await;
    examine(&mut desk, "admin-field-known").await;
    desk.click("[data-test=submit]").await;
    listed(&desk, "Đã ghi Đường sá").await;
    desk.click(&format!("{ROW}[data-code=electricity] a")).await;
    choose(&desk, "to", "2020-12-31").await;
    desk.click("[data-test=submit]").await;
    listed(&desk, "Đã ghi Lưới điện").await;
    desk.until("the one that ended", async |d| {
        d.count(&format!("details {ROW}")).await == 1
    })
    .await;
    desk.click("details summary").await;
    examine(&mut desk, "admin-fields-ended").await;
    let other = format!("{ROW}[data-code=land] a");
    desk.click(&other).await;
    desk.clear("[name=name]").await;
    desk.write("[name=name]", "Y tế").await;
    desk.click("[data-test=submit]").await;
    desk.until("words for what is taken", async |d| {
        d.text("[data-test=failure]").await.contains("đã có")
    })
    .await;

    // The phone hears of it at its next sync, and then has no network.
    phone.reopen(&url).await;
    phone
        .until("the new field on the phone", async |d| {
            d.holds("meta", "Du lịch, dịch vụ").await
        })
        .await;
    proxy.set(Mode::Refuse);
    phone.reopen(&format!("{url}/meetings/new")).await;
    phone.write("[name=place]", "Chân thác").await;
    phone.click("[data-test=save-done]").await;
    phone.click("[data-test=record]").await;
    phone.write("[name=content]", SIGNPOST).await;
    let fields = offered(&phone).await;
    for (words, is_there) in [
        ("Du lịch, dịch vụ", true),
        ("Đường sá", true),
        ("Giao thông", false),
        ("Lưới điện", false),
    ] {
        let found = fields.iter().any(|field| field == words);
        assert_eq!(found, is_there, "{words} in {fields:?}");
    }
    choose_field(&phone, "Du lịch, dịch vụ").await;
    phone.picture("phone-new-field").await;
    phone.click("[data-test=save-done]").await;
    phone
        .until("its name in the list", async |d| {
            d.text("[data-test=petition-row]")
                .await
                .contains("Du lịch, dịch vụ")
        })
        .await;

    proxy.set(Mode::Pass);
    phone.reopen(&url).await;
    phone
        .until("the petition at the office", async |_| {
            let path = "/api/v1/petitions?field=du-lich-dich-vu";
            at_the_office(&server, path).await["total"] == 1
        })
        .await;
    // At the desk lists are narrowed to every field, and a new case is given one of today.
    let clerk = Device::new(DESK).await;
    come_in(&clerk, &server, "thuong-truc-huyen").await;
    let inbox = "/consolidation?field=du-lich-dich-vu";
    clerk.go(&format!("{}{inbox}", local(&server))).await;
    clerk.find("[data-test=petition-row]").await;
    clerk.find("[name=field] option").await;
    let fields = offered(&clerk).await;
    for words in ["Du lịch, dịch vụ", "Đường sá", "Lưới điện (đến 31/12/2020)"]
    {
        assert!(
            fields.iter().any(|field| field == words),
            "{words} in {fields:?}"
        );
    }
    clerk.click("[data-test=petition-row] input").await;
    clerk.click("[data-test=new-case]").await;
    clerk.find("[name=wording]").await;
    let chosen = "return document.querySelector('[name=field]').selectedOptions[0].textContent;";
    assert_eq!(clerk.ask(chosen).await, json!("Du lịch, dịch vụ"));
    let fields = offered(&clerk).await;
    assert!(
        !fields.iter().any(|field| field.starts_with("Lưới điện")),
        "{fields:?}"
    );

    let found = ticked(&server, SIGNPOST).await;
    let at = found.iter().position(|(root, _)| root == "Du lịch");
    let at = at.unwrap_or_else(|| panic!("no column in {found:?}"));
    assert_eq!(found[at].1, "x");
}
