//! A village visit, end to end: recorded with the server gone, half a petition written when the
//! browser is killed, and seen at the office's open table once the network is back.

use kiennghi_tests::harness::{Mode, Petitions, Proxy, Server};

use super::chrome::{DESK, Device, PHONE};

const FIELDS: [&str; 3] = ["transport", "clean-water", "education"];

fn number(text: &str) -> usize {
    text.chars()
        .filter(char::is_ascii_digit)
        .collect::<String>()
        .parse()
        .unwrap_or(usize::MAX)
}

async fn choose_field(device: &Device, code: &str) {
    let script = format!(
        "const control = document.querySelector('[name=field]');\
         if (control.tagName === 'SELECT') {{\
           control.value = '{code}';\
           control.dispatchEvent(new Event('input', {{ bubbles: true }}));\
           control.dispatchEvent(new Event('change', {{ bubbles: true }}));\
         }} else {{ document.querySelector('[name=field][value=\"{code}\"]').click(); }}\
         return true;"
    );
    device.ask(&script).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_village_visit_end_to_end() {
    let mut server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let url = proxy.url();

    // The office opens its table and leaves it open.
    let mut office = Device::new(DESK).await;
    office
        .go(&format!(
            "{url}/enrol#{}",
            server.enrol("thuong-truc-huyen")
        ))
        .await;
    office.picture("office-enrol").await;
    office.click("[data-test=enrol-submit]").await;
    office.picture("office-lock-setup").await;
    office.set_lock().await;
    office
        .until("the office's table", async |d| {
            d.count("[data-test=office-row]").await > 0
        })
        .await;
    let before = number(&office.text("[data-test=office-total]").await);
    assert!(before >= 60, "the demo district has petitions: {before}");

    // A delegate signs in while there is a network.
    let mut phone = Device::new(PHONE).await;
    phone
        .go(&format!("{url}/enrol#{}", server.enrol("quang-lam-1")))
        .await;
    phone.picture("phone-enrol").await;
    phone.click("[data-test=enrol-submit]").await;
    phone.find("[name=repeated]").await;
    phone.picture("phone-lock-setup").await;
    phone.set_lock().await;
    phone
        .until("the meetings", async |d| {
            d.count("[data-test=meeting-row]").await > 0
        })
        .await;
    phone.ready_offline().await;
    phone.picture("phone-home").await;

    // The network goes: the server is stopped, and nobody answers at its address.
    server.stop();
    proxy.set(Mode::Refuse);
    phone.reload().await;
    phone.find("[data-test=locked]").await;
    phone.picture("phone-locked").await;
    phone.unlock().await;
    phone
        .until("the app from the service worker", async |d| {
            d.count("[data-test=meeting-row]").await > 0
        })
        .await;

    phone.click("[data-test=new-meeting]").await;
    phone.write("[name=village]", "Thôn Bình Hồ").await;
    phone.write("[name=place]", "Nhà văn hóa thôn").await;
    phone.write("[name=voters_present]", "42").await;
    phone.picture("phone-new-meeting").await;
    phone.click("[data-test=save-done]").await;
    phone.click("[data-test=record]").await;
    let meeting = phone.path().await.replace("/record", "");

    let mut texts = Petitions::seeded(7);
    let contents: Vec<String> = (0..12).map(|_| texts.sentence()).collect();
    for (index, content) in contents[..11].iter().enumerate() {
        phone.write("[name=content]", content).await;
        if index == 0 {
            choose_field(&phone, FIELDS[0]).await;
            phone.picture("phone-record").await;
        }
        phone.click("[data-test=save-next]").await;
        phone
            .until(&format!("petition {} saved", index + 1), async |d| {
                let note = d.text("[data-test=saved-note]").await;
                note.contains(&format!("thứ {}", index + 1))
            })
            .await;
    }
    phone.picture("phone-record-saved").await;

    // Half of the twelfth is written when the browser is killed.
    let (half, rest) = contents[11].split_at(contents[11].find(' ').expect("words"));
    phone.write("[name=content]", half).await;
    phone
        .until("the draft", async |d| d.holds("drafts", half).await)
        .await;
    phone.kill_and_restart().await;
    phone.reopen(&url).await;
    phone.find("[data-test=draft-question]").await;
    phone.picture("phone-draft-question").await;
    phone.click("[data-test=draft-open]").await;
    phone
        .until("the half-written words", async |d| {
            d.ask("return document.querySelector('[name=content]')?.value ?? ''")
                .await
                == half
        })
        .await;
    phone.write("[name=content]", rest).await;
    phone.click("[data-test=save-done]").await;
    phone
        .until("the meeting's page", async |d| d.path().await == meeting)
        .await;
    phone
        .until("twelve petitions", async |d| {
            d.count("[data-test=petition-row]").await == 12
        })
        .await;
    // A try that is under way shows them as being sent, until it fails.
    phone
        .until("all saved on the phone", async |d| {
            d.count("[data-test=petition-row] [data-state=saved]").await == 12
        })
        .await;
    phone.picture("phone-meeting-unsent").await;
    assert_eq!(
        number(&office.text("[data-test=office-total]").await),
        before
    );

    // Home again.
    server.restart();
    proxy.set_back(server.address());
    proxy.set(Mode::Pass);
    phone.click("[data-test=back]").await;
    phone.picture("phone-home-unsent").await;
    phone.click("[data-test=sync-now]").await;
    phone.reopen(&format!("{url}{meeting}")).await;
    phone
        .until("all received", async |d| {
            d.count("[data-test=petition-row] [data-state=received]")
                .await
                == 12
        })
        .await;
    phone.picture("phone-meeting-received").await;

    // The table was open all the time.
    office
        .until("the new petitions at the office", async |d| {
            number(&d.text("[data-test=office-total]").await) == before + 12
        })
        .await;
    office.picture("office-table").await;
    for content in &contents {
        office
            .until(&format!("“{content}” at the office"), async |d| {
                let script = "return document.querySelector('table').textContent;";
                d.ask(script)
                    .await
                    .as_str()
                    .is_some_and(|table| table.contains(content))
            })
            .await;
    }
    office.write("[name=text]", "Bình Hồ").await;
    office.click("[data-test=office-row] a").await;
    office
        .until("the history", async |d| {
            d.count("[data-test=history-entry]").await > 0
        })
        .await;
    office.picture("office-petition").await;
    office.show_as(PHONE).await;
    office.picture("office-petition").await;
    phone.show_as(DESK).await;
    phone.picture("phone-meeting-received").await;
}
