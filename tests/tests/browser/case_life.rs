//! One case from a voice in a village to its closing, through six roles on six devices, four of them without a network
//! for a part: a delegate records it, the front consolidates it, the committee sends it, the executive assigns it, an
//! agency answers, another delegate checks and tells, the board closes it, and leaders see it counted. Each sees at each step
//! what it is to do.

use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::schema::Kind;
use serde_json::json;

use super::authorities::{self, at_the_office};
use super::case_beside::{consolidate, counted_by_leaders};
use super::case_desks::{Desk, Net, write};
use super::case_village::{check_and_tell, record};

const ANSWER: &str = "Đã gia cố ngầm tràn, đặt thêm hai cống hộp.";

/// Sends the case to the district's executive; the letter is written while the network is away.
async fn send(net: &mut Net, committee: &mut Desk, case: &str) {
    committee.open_needed("dispatch", case).await;
    committee.stands("consolidated").await;
    committee.examine("life-to-send").await;
    committee.follow("[data-test=send]").await;
    committee.device.find("[data-test=chosen-row]").await;
    assert_eq!(committee.value("to_unit").await, "QN-DH");
    assert_eq!(committee.value("to").await, "Ủy ban nhân dân huyện Đầm Hà");
    committee.choose("to_unit", "QN").await;
    assert_eq!(
        committee.value("to").await,
        "Ủy ban nhân dân tỉnh Quảng Ninh"
    );
    committee.choose("to_unit", "QN-DH").await;
    committee.examine("life-new-dispatch").await;
    net.cut_off();
    committee
        .device
        .write("[name=content]", "Đề nghị giải quyết trước mùa mưa.")
        .await;
    committee.device.click("[data-test=submit]").await;
    let dispatch = committee
        .is_at("the letter", |path| {
            path.starts_with("/letters/") && !path.ends_with("/new")
        })
        .await;
    committee.device.find("[data-test=dispatch-unsent]").await;
    assert_eq!(committee.device.count("[data-test=letter]").await, 0);
    committee.examine("life-dispatch-unsent").await;
    net.join_again();
    committee.send_waiting().await;
    committee.device.find("[data-test=letter]").await;

    committee.follow("[data-test=edit]").await;
    committee.device.write("[name=number]", "12/HĐND-TT").await;
    committee.device.click("[data-test=submit]").await;
    committee
        .device
        .until("the number", async |d| {
            d.text("[data-field=number] dd").await == "12/HĐND-TT"
        })
        .await;
    committee.examine("life-dispatch").await;
    committee.device.click("[data-test=mark-sent]").await;
    committee.examine("life-mark-sent").await;
    committee.device.click("[data-test=yes]").await;
    committee.device.find("[data-test=sent]").await;
    assert_eq!(committee.device.count("[data-test=mark-sent]").await, 0);
    committee.device.click("[data-test=back]").await;
    committee
        .device
        .find(&format!("[data-test=dispatch-row][data-id='{dispatch}']"))
        .await;
    committee.examine("life-dispatches").await;
    committee.open_needed("await", case).await;
    committee.stands("dispatched").await;
}

/// Gives the case to an agency.
async fn assign(executive: &mut Desk, case: &str) {
    executive.open_needed("assign", case).await;
    executive.examine("life-executive").await;
    executive.follow("[data-test=assign]").await;
    executive.device.find("[name=lead]").await;
    executive.device.click("[data-test=submit]").await;
    executive.device.find("#error-lead").await;
    executive.choose("lead", "QN-DH-KTHT").await;
    executive
        .device
        .click("[name=helpers][value='QN-DH-NNMT']")
        .await;
    executive.examine("life-assign").await;
    executive.device.click("[data-test=submit]").await;
    executive
        .is_at("the case", |path| {
            path.starts_with("/desk/") && path.ends_with(case)
        })
        .await;
    executive.says_once("Đã phân công.").await;
    executive.stands("assigned").await;
    executive
        .device
        .until("both agencies", async |d| {
            d.count("[data-test=paper][data-kind=assignment]").await == 2
        })
        .await;
    // The one that helps is not needed after all.
    executive.device.click("[data-test=withdraw]").await;
    executive.device.click("[data-test=no]").await;
    executive.examine("life-assigned").await;
}

/// Answers while the network is away, and puts the answer right.
async fn answer(net: &mut Net, agency: &mut Desk, case: &str) {
    agency.open_needed("answer", case).await;
    agency.follow("[data-test=answer]").await;
    agency.choose("outcome", "in-progress").await;
    agency.device.find("[name=roadmap]").await;
    agency.examine("life-answer").await;
    agency.choose("outcome", "resolved").await;
    agency
        .device
        .until("no roadmap", async |d| d.count("[name=roadmap]").await == 0)
        .await;
    agency.choose("measure", "done").await;
    agency.device.write("[name=content]", ANSWER).await;
    agency.device.write("[name=number]", "45/KTHT").await;
    net.cut_off();
    agency.device.click("[data-test=submit]").await;
    agency
        .device
        .until("that it waits", async |d| {
            d.text("[data-test=said]").await.contains("Chưa có mạng")
        })
        .await;
    agency.examine("life-answer-unsent").await;
    net.join_again();
    agency.send_waiting().await;
    agency.open(&format!("/desk/cases/{case}")).await;
    agency.stands("answered").await;

    agency.follow("[data-test=edit-answer]").await;
    // The network was away a moment ago: what could not be had is asked for again.
    agency.device.find("[name=content]").await;
    agency
        .device
        .write("[name=content]", " Xong ngày 20/11.")
        .await;
    agency.device.click("[data-test=submit]").await;
    agency
        .device
        .until("the answer put right", async |d| {
            let paper = d.text("[data-test=paper][data-kind=answer]").await;
            paper.contains("hai cống hộp. Xong ngày 20/11.")
        })
        .await;
    agency.examine("life-answered").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_through_six_roles() {
    let mut net = Net::new().await;
    record(&mut net).await;
    let mut front = Desk::of(&net, "mat-tran-huyen").await;
    let case = consolidate(&mut net, &mut front).await;
    let mut committee = Desk::of(&net, "thuong-truc-huyen").await;
    send(&mut net, &mut committee, &case).await;
    let mut executive = Desk::of(&net, "uy-ban-huyen").await;
    assign(&mut executive, &case).await;
    let mut agency = Desk::of(&net, "phong-kinh-te-ha-tang").await;
    answer(&mut net, &mut agency, &case).await;

    // Others of the case see the answer at once; whoever supervises cannot close it yet.
    executive.stands("answered").await;
    committee.stands("answered").await;
    let mut board = Desk::of(&net, "ban-kinh-te-xa-hoi").await;
    // Checking and telling is not a board's.
    board.open_counted("state", "answered", &case).await;
    assert_eq!(board.device.count("[data-test=answer]").await, 0);
    assert_eq!(board.device.count("[data-test=send]").await, 0);
    board.follow("[data-test=new-finding]").await;
    board.choose("verdict", "close").await;
    let hindered = board.device.find("[data-test=not-closing]").await;
    let hindered = hindered.text().await.expect("words");
    assert!(hindered.contains("kiểm tra tại chỗ"), "{hindered}");
    assert!(hindered.contains("thông tin tới cử tri"), "{hindered}");
    board.examine("life-not-closing").await;

    check_and_tell(&mut net, &case, ANSWER).await;
    committee.stands("told").await;

    board.open_needed("decide", &case).await;
    board.follow("[data-test=new-finding]").await;
    // What was begun before is offered again.
    board.device.click("[data-test=draft-open]").await;
    board.choose("timeliness", "on-time").await;
    assert_eq!(board.value("verdict").await, "close");
    let judged = board.device.text("[data-test=judged]").await;
    for words in [ANSWER, "Đúng như trả lời", "Thôn Tài Lý Sáy"] {
        assert!(judged.contains(words), "{judged}");
    }
    // To close what is not settled is asked about first.
    board.choose("resolved", "not-for-good").await;
    board.device.click("[data-test=submit]").await;
    let asked = board.device.text("[data-test=closing]").await;
    assert!(asked.contains("Chưa dứt điểm"), "{asked}");
    board.examine("life-closing").await;
    board.device.click("[data-test=no]").await;
    assert_eq!(board.device.count("[data-test=closing]").await, 0);
    board.choose("resolved", "for-good").await;
    board.choose("verdict", "close").await;
    board
        .device
        .write("[name=programme]", "Giám sát hạ tầng giao thông 2026")
        .await;
    assert_eq!(board.device.count("[data-test=not-closing]").await, 0);
    board.device.click("[data-test=submit]").await;
    board.stands("closed").await;
    board.says_once("Đã ghi kết luận giám sát.").await;
    board.stands("closed").await;
    board.examine("life-closed").await;
    for desk in [&front, &committee, &executive, &agency] {
        desk.open(&format!("/desk/cases/{case}")).await;
        desk.stands("closed").await;
        assert_eq!(desk.device.count("[data-test=answer]").await, 0);
    }
    board.follow("[data-test=programme]").await;
    board.device.find("[data-test=finding-row]").await;
    board.examine("life-programme").await;
    counted_by_leaders(&net).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_late_is_reminded_of_sent_back_and_supervised() {
    let net = Net::new().await;
    let mut clerk = net.server.phone("thuong-truc-huyen").await;
    let wording = [
        ("wording", "Cột điện nghiêng ở đầu thôn"),
        ("code", "VV-1"),
        ("competence", "district"),
    ];
    let case = write(&mut clerk, Kind::Case, "QN-DH", &wording)
        .await
        .to_string();
    let raised = at_the_office(&net.server, "/api/v1/petitions?unit=QN-DH-02&limit=1").await;
    let petition = raised["petitions"][0]["id"].as_str().expect("an id");
    let carries = consolidation_of(petition.parse().expect("an id"));
    let mut office = authorities::Desk::of(&net.server, "thuong-truc-huyen").await;
    let fields = [("petition", petition), ("case", &*case)];
    office
        .write_as(carries, Kind::Consolidation, "QN-DH-02", &fields)
        .await;
    let letter = [
        ("dispatch_kind", "transfer"),
        ("to", "Ủy ban nhân dân huyện Đầm Hà"),
        ("to_unit", "QN-DH"),
        ("to_role", "executive"),
        ("cases", &case),
        ("due", "2026-01-15"),
        ("sent", "2026-01-05"),
    ];
    let transfer = write(&mut clerk, Kind::Dispatch, "QN-DH", &letter).await;

    let mut committee = Desk::of(&net, "thuong-truc-huyen").await;
    committee.open("/review/daily").await;
    committee
        .device
        .find(&format!(
            "[data-test=daily-row][data-id='{case}'] [data-due=overdue]"
        ))
        .await;
    // The bar counts the cases that are late and the petitions that should be in one by now.
    let late = committee.device.text("[data-field=overdue] dd").await;
    let waiting = committee.device.text("[data-test=waiting-due]").await;
    let number = |words: &str| {
        let first = words
            .split(' ')
            .next()
            .and_then(|word| word.parse::<u64>().ok());
        first.expect("a number")
    };
    let all = number(&late) + number(&waiting);
    assert!(waiting.contains("quá hạn"), "{waiting}");
    let in_bar = "return document.querySelector('[data-test=due-count]').dataset.overdue";
    assert_eq!(committee.device.ask(in_bar).await, json!(all.to_string()));
    committee.examine("desk-daily").await;

    committee.open("/letters/choose?need=remind").await;
    committee.device.click(&format!("[id='pick-{case}']")).await;
    committee.examine("desk-choose-cases").await;
    committee.device.click("[data-test=compose]").await;
    committee.device.find("[data-test=chosen-row]").await;
    assert_eq!(committee.value("to_unit").await, "QN-DH");
    committee.device.click("[data-test=submit]").await;
    // A letter that reminds says until when.
    committee.device.find("#error-due").await;
    committee.choose_day("due", "2026-07-01").await;
    committee.examine("desk-reminder").await;
    committee.device.click("[data-test=submit]").await;
    let reminder = committee
        .is_at("the reminder", |path| {
            path.starts_with("/letters/") && !path.ends_with("/new")
        })
        .await;
    committee.device.find("[data-test=letter]").await;
    let script = format!("return await (await fetch('/api/v1/documents/{reminder}')).json()");
    let written = committee.device.ask(&script).await["fields"].to_string();
    assert!(written.contains(&transfer.to_string()), "{written}");
    assert!(written.contains("reminder"), "{written}");

    // Supervision takes it up, with what is said of it on the way.
    committee.open("/review/supervision?view=overdue").await;
    committee.device.click(&format!("[id='pick-{case}']")).await;
    committee.examine("desk-supervision").await;
    committee.follow("[data-test=new-finding]").await;
    let judged = committee.device.text("[data-test=judged]").await;
    assert!(judged.contains("Chưa có trả lời"), "{judged}");
    assert_eq!(
        committee.value("timeliness").await,
        "late",
        "as its deadline tells"
    );
    committee.choose("verdict", "follow").await;
    committee
        .device
        .write("[name=content]", "Cột vẫn nghiêng, chưa ai đến")
        .await;
    committee
        .device
        .write("[name=programme]", "Giám sát lưới điện")
        .await;
    committee.examine("desk-finding").await;
    committee.device.click("[data-test=submit]").await;
    committee.device.find("[data-test=said]").await;
    committee.follow("[data-test=programme]").await;
    committee.device.find("[data-test=finding-row]").await;

    // The executive gives it back with a reason.
    let mut executive = Desk::of(&net, "uy-ban-huyen").await;
    executive.open_needed("answer", &case).await;
    let why = executive.device.text("[data-test=why]").await;
    assert!(why.contains("Cột vẫn nghiêng, chưa ai đến"), "{why}");
    executive.examine("desk-carried-over").await;
    executive.follow("[data-test=send-back]").await;
    executive.device.find("[name=content]").await;
    executive.device.click("[data-test=submit]").await;
    executive.device.find("#error-content").await;
    executive
        .device
        .write("[name=content]", "Lưới điện thuộc tỉnh.")
        .await;
    executive.examine("desk-send-back").await;
    executive.device.click("[data-test=submit]").await;
    executive.stands("sent-back").await;
    committee.open_needed("reroute", &case).await;
    committee.device.find("[data-test=send]").await;
    committee.examine("desk-sent-back").await;
}
