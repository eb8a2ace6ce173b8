//! What voters are told: read out, told and checked in a village without a network, and at the office once the
//! network is back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kiennghi_shared::id::DocumentId;
use serde_json::json;

use super::authorities::{CONTENT, Desk, PENDING, WORDING, answer, at_the_office};
use super::axe::examine;
use super::chrome::Device;
use super::village::Village;

/// A petition of each of two villages.
fn of_two_villages(village: &Village) -> [(DocumentId, String); 2] {
    let mut found: Vec<(DocumentId, String)> = Vec::new();
    for id in village.petitions() {
        let of = village.other.fields(id).expect("reads").text("village");
        if !of.is_empty() && found.iter().all(|(_, seen)| *seen != of) {
            found.push((id, of));
        }
    }
    found.truncate(2);
    found.try_into().expect("the demo has two villages")
}

fn group(village: &str, group: &str) -> String {
    format!("[data-test=village][data-village='{village}'][data-group={group}]")
}

/// How many pages are printed of what the device shows.
async fn printed_pages(device: &Device) -> usize {
    let printed = device.cdp("Page.printToPDF", json!({})).await;
    let bytes = STANDARD.decode(printed["data"].as_str().expect("a file"));
    let text = String::from_utf8_lossy(&bytes.expect("Base64")).into_owned();
    text.matches("/Type /Page\n").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_told_and_checked_in_the_village() {
    let mut village = Village::new().await;
    let [(first, here), (second, there)] = of_two_villages(&village);
    village.phone.find("[data-test=meeting-row]").await;
    assert_eq!(
        village.phone.count("[data-test=results]").await,
        0,
        "nothing to tell"
    );

    let mut committee = Desk::of(&village.server, "thuong-truc-huyen").await;
    let (case, dispatch) = committee.send(WORDING, &[first, second]).await;
    let others: Vec<_> = village
        .petitions()
        .into_iter()
        .filter(|id| ![first, second].contains(id))
        .collect();
    committee.send(PENDING, &others[..1]).await;
    let url = village.url.clone();
    village.phone.reopen(&url).await;
    village.phone.click("[data-test=results]").await;
    village
        .phone
        .until("both cases with the authorities", async |d| {
            d.count("[data-test=result-row][data-group=pending]").await >= 2
        })
        .await;
    let row = village.phone.text("[data-test=result-row]").await;
    assert!(
        row.contains("Đã chuyển, chờ phân công") && row.contains("hạn 30/12/2099"),
        "{row}"
    );
    answer(&village.server, case, dispatch).await;
    village.phone.reopen(&url).await;
    village
        .phone
        .until("two villages that wait", async |d| {
            d.text("[data-test=results-waiting]")
                .await
                .starts_with("2 thôn")
        })
        .await;

    // In the village, with no network and the app just opened.
    village.cut_off();
    village.phone.kill_and_restart().await;
    let phone = &mut village.phone;
    phone.reopen(&url).await;
    phone.find("[data-test=results-waiting]").await;
    examine(phone, "results-home").await;
    phone.click("[data-test=results]").await;
    phone.find("[data-test=result-row]").await;
    examine(phone, "results").await;
    phone
        .click("[data-test=result-row][data-group=waiting] a")
        .await;
    let shown = "[data-test=answer]";
    phone.find(shown).await;
    assert_eq!(phone.path().await, format!("/results/{case}"));
    assert_eq!(phone.text("[data-field=wording]").await, WORDING);
    let words = phone.text(shown).await;
    for part in [
        "Phòng Kinh tế và Hạ tầng",
        "Đã giải quyết xong – Tổ chức thực hiện",
        CONTENT,
        "Quý 3: kè hai bên mố cầu",
        "; dự kiến xong ngày 30/09/2026",
        ", văn bản số 412/KTHT ngày 20/06/2026, người ký: Vũ Văn Hải",
    ] {
        assert!(words.contains(part), "{part} in {words}");
    }
    assert_eq!(phone.count("[data-test=petition-row]").await, 2);
    examine(phone, "result").await;
    assert_eq!(printed_pages(phone).await, 1);

    // Half of it is written when the browser is killed.
    phone.click("[data-test=tell]").await;
    phone.find("[name=reaction][value=not-solved]").await;
    phone
        .click("label:has([name=reaction][value=not-solved])")
        .await;
    phone.find("[data-test=not-solved]").await;
    examine(phone, "notice").await;
    phone
        .click("label:has([name=reaction][value=agreed])")
        .await;
    assert_eq!(phone.count("[data-test=not-solved]").await, 0);
    phone.write("[name=voters]", "37").await;
    let said = "Bà con cảm ơn, mong làm nốt phần kè";
    phone.write("[name=reaction_note]", said).await;
    phone
        .until("the draft", async |d| d.holds("drafts", said).await)
        .await;
    phone.kill_and_restart().await;
    phone.reopen(&url).await;
    phone.find("[data-test=draft-question]").await;
    phone.click("[data-test=draft-open]").await;
    phone.find("[name=reaction][value=agreed]:checked").await;
    let told_in = phone
        .ask("return document.querySelector('[name=village]').value;")
        .await;
    let told_in = told_in.as_str().expect("a village").to_owned();
    assert!([&here, &there].contains(&&told_in), "{told_in} raised it");
    let still_in = if told_in == here { &there } else { &here };
    phone.click("[data-test=save-done]").await;
    phone.find(&group(&told_in, "told")).await;
    phone.find(&group(still_in, "waiting")).await;
    phone
        .find("[data-test=visit-row][data-kind=notice] [data-state=saved]")
        .await;

    // What was seen has to be said.
    phone.click("[data-test=check]").await;
    phone.find("[name=content]").await;
    phone.click("[data-test=save-done]").await;
    phone.find("#error-holds").await;
    examine(phone, "check").await;
    phone.click("label:has([name=holds][value=holds])").await;
    phone.write("[name=content]", "Mặt cầu đã đổ bê tông").await;
    phone.click("[data-test=save-done]").await;
    phone.find("[data-test=visit-row][data-kind=check]").await;
    examine(phone, "result-told").await;

    // Killed and opened again, it is all there.
    phone.kill_and_restart().await;
    phone.reopen(&format!("{url}/results/{case}")).await;
    phone.find(&group(&told_in, "told")).await;
    phone.find("[data-test=visit-row][data-kind=check]").await;
    assert!(phone.text(shown).await.contains(CONTENT));
    phone.click("[data-test=back]").await;
    phone.find("[data-test=village]").await;
    for (name, group) in [(&told_in, "told"), (still_in, "waiting")] {
        let row = format!("[data-village='{name}'] [data-group={group}][data-id='{case}']");
        assert_eq!(phone.count(&row).await, 1, "{row}");
    }
    // The sheet for the one village that is left.
    let place = format!(
        "const select = document.querySelector('[name=village]');\
         select.value = [...select.options].find(option => option.text === '{still_in}').value;\
         select.dispatchEvent(new Event('change', {{ bubbles: true }})); return true;"
    );
    phone.ask(&place).await;
    phone.find("[data-test=print]").await;
    assert_eq!(printed_pages(phone).await, 1);
    phone
        .cdp("Emulation.setEmulatedMedia", json!({ "media": "print" }))
        .await;
    phone.picture("results-sheet").await;
    let sheet = phone.text("[data-test=sheet]").await;
    assert!(
        sheet.starts_with("Thông tin tới cử tri") && sheet.contains(WORDING),
        "{sheet}"
    );
    assert!(
        sheet.contains(CONTENT) && sheet.contains("Cơ quan trả lời"),
        "{sheet}"
    );
    phone
        .cdp("Emulation.setEmulatedMedia", json!({ "media": "" }))
        .await;

    // Home again: the office knows.
    village.join_again();
    village.phone.reopen(&format!("{url}/results/{case}")).await;
    let both = "[data-test=visit-row] [data-state=received]";
    village
        .phone
        .until("both received", async |d| d.count(both).await == 2)
        .await;
    let file = at_the_office(&village.server, &format!("/api/v1/cases/{case}")).await;
    assert_eq!(file["row"]["standing"]["state"], "checked");
    assert_eq!(file["row"]["standing"]["untold"][0]["village"], *still_in);
    let papers = file["papers"].as_array().expect("papers").iter();
    let notice = papers
        .filter_map(|paper| paper["content"].get("notice"))
        .next();
    let notice = notice.expect("a notice");
    assert_eq!(notice["village"], told_in);
    assert_eq!(notice["how"], "read-out");
    assert_eq!(
        (&notice["reaction"], &notice["voters"]),
        (&json!("agreed"), &json!(37))
    );
    assert_eq!(notice["reaction_note"], said);

    // The other village is not content, and what was told there first is put right.
    village.phone.click("[data-test=tell]").await;
    village
        .phone
        .click("label:has([name=reaction][value=not-solved])")
        .await;
    let chosen = village
        .phone
        .ask("return document.querySelector('[name=village]').value;")
        .await;
    assert_eq!(chosen, json!(still_in), "the one that still waits");
    village.phone.click("[data-test=save-done]").await;
    village.phone.find(&group(still_in, "told")).await;
    village
        .phone
        .click("[data-test=visit-row][data-kind=notice] a")
        .await;
    village.phone.click("[data-test=edit]").await;
    village.phone.find("[name=place]").await;
    village
        .phone
        .write("[name=place]", "Nhà văn hoá thôn")
        .await;
    village.phone.click("[data-test=save-done]").await;
    let all = "[data-test=visit-row] [data-state=received]";
    village
        .phone
        .until("all received", async |d| d.count(all).await == 3)
        .await;
    let file = at_the_office(&village.server, &format!("/api/v1/cases/{case}")).await;
    assert_eq!(file["row"]["standing"]["state"], "told");
    assert_eq!(file["row"]["standing"]["is_disputed"], true);
    assert!(file.to_string().contains("Nhà văn hoá thôn"));
    village
        .phone
        .reopen(&format!("{url}/petitions/{first}"))
        .await;
    village
        .phone
        .until("where the case stands", async |d| {
            let words = d.text("[data-test=standing]").await;
            words.contains("Đã thông tin tới cử tri: Đã giải quyết xong")
        })
        .await;
    village.phone.picture("petition-standing").await;
    village.phone.click("[data-test=standing]").await;
    village.phone.find(shown).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_notice_is_put_right_and_sent_again() {
    let mut village = Village::new().await;
    let [(first, here), _] = of_two_villages(&village);
    let mut committee = Desk::of(&village.server, "thuong-truc-huyen").await;
    let (case, dispatch) = committee.send(WORDING, &[first]).await;
    answer(&village.server, case, dispatch).await;
    let url = village.url.clone();
    let page = format!("{url}/results/{case}");
    village.phone.reopen(&url).await;
    village.phone.find("[data-test=results-waiting]").await;
    village.phone.click("[data-test=results]").await;
    village.phone.click("[data-test=result-row] a").await;
    village.phone.click("[data-test=tell]").await;
    village
        .phone
        .click("label:has([name=how][value=loudspeaker])")
        .await;
    village.phone.click("[data-test=save-done]").await;
    let received = "[data-test=visit-row] [data-state=received]";
    village
        .phone
        .until("received", async |d| d.count(received).await == 1)
        .await;

    village.cut_off();
    village.phone.click("[data-test=visit-row] a").await;
    village.phone.click("[data-test=edit]").await;
    let note = "Bà con hỏi bao giờ làm kè";
    village.phone.write("[name=reaction_note]", note).await;
    village.phone.click("[data-test=save-done]").await;
    village
        .phone
        .find("[data-test=visit-row] [data-state=saved]")
        .await;
    let id = village
        .phone
        .ask("return document.querySelector('[data-test=visit-row]').dataset.id;")
        .await;
    let id = id.as_str().expect("an id").to_owned();
    let _ = village
        .server
        .command("erase", &["--document", &id, "--reason", "thử"]);
    village.join_again();
    village.phone.reopen(&url).await;
    village.phone.click("[data-test=refused-link]").await;
    village.phone.find("[data-test=refused-row]").await;
    let words = village.phone.text("[data-test=refused-row]").await;
    for part in ["Thông tin tới cử tri", WORDING, &here, "Phát loa", note] {
        assert!(words.contains(part), "{part} in {words}");
    }
    village.phone.picture("refused-notice").await;
    village.phone.click("[data-test=refused-again]").await;
    village
        .phone
        .find("[name=how][value=loudspeaker]:checked")
        .await;
    village
        .phone
        .click("label:has([name=reaction][value=none])")
        .await;
    village.phone.click("[data-test=save-done]").await;
    village
        .phone
        .until("received anew", async |d| d.count(received).await == 1)
        .await;
    assert_eq!(format!("{url}{}", village.phone.path().await), page);
    let file = at_the_office(&village.server, &format!("/api/v1/cases/{case}")).await;
    let notice = &file["papers"]
        .as_array()
        .expect("papers")
        .last()
        .expect("one")["content"]["notice"];
    assert_eq!(
        (&notice["reaction"], &notice["reaction_note"]),
        (&json!("none"), &json!(note))
    );
    assert_eq!(notice["village"], here);

    // Who works elsewhere now has nothing to tell here.
    let to = ["--user", "quang-lam-1", "--unit", "QN-DH-03"];
    let _ = village.server.command("move", &to);
    village.phone.reopen(&url).await;
    village
        .phone
        .until("nothing to tell", async |d| {
            d.count("[data-test=new-meeting]").await == 1
                && d.count("[data-test=results]").await == 0
        })
        .await;
    village.phone.reopen(&page).await;
    village.phone.find("main h1").await;
    assert_eq!(village.phone.count("[data-test=answer]").await, 0);
}
