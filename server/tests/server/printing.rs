//! What is printed, at the routes: what is in the files, and who may have them.

mod fields;
mod laid_out;
mod printed;
mod reminders;
mod tables;

use kiennghi_server::store::DistrictChange;
use kiennghi_shared::deadline::{DeadlineChange, Rule, Step};
use kiennghi_shared::schema::Kind;

use self::printed::{Printed, WORDING, row};
use crate::district::stamp;

#[tokio::test]
async fn a_letter_is_its_committees_and_once_sent_also_its_receivers() {
    let printed = Printed::new();
    let path = format!("/api/v1/dispatches/{}/letter.docx", printed.letter);
    let text = printed.text("committee", &path).await;
    for part in [
        "Số: 45/TTHĐND",
        "ngày 09 tháng 3 năm 2025",
        "Kính gửi: Ủy ban nhân dân huyện Đầm Hà",
        "Thường trực Hội đồng nhân dân huyện Đầm Hà đã tổng hợp được 2 kiến nghị, từ 3 ý kiến",
        "các cuộc tiếp xúc cử tri (Kỳ họp ky-1)",
        "trước ngày 01/04/2025",
        "Đề nghị ưu tiên trước mùa mưa.",
        "TM. THƯỜNG TRỰC HỘI ĐỒNG NHÂN DÂNKT. CHỦ TỊCHPHÓ CHỦ TỊCH",
        WORDING,
        "Xã P-D-A (Thôn 1, Thôn 2); Xã P-D-B (Thôn 9)",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let readers = [
        "committee",
        "board",
        "front",
        "executive",
        "agency",
        "viewer",
        "a-1",
    ];
    let before = printed.statuses(&path, &readers).await;
    assert_eq!(before, [200, 200, 200, 404, 404, 404, 404]);
    printed.answer();
    let after = printed.statuses(&path, &readers).await;
    assert_eq!(after, [200, 200, 200, 200, 404, 404, 404]);
    let path = format!("/api/v1/dispatches/{}/letter.docx", printed.bridge);
    assert_eq!(
        printed.statuses(&path, &["committee"]).await,
        [404],
        "a case"
    );
}

#[tokio::test]
async fn a_letter_prints_no_case_that_is_not_its_units() {
    let printed = Printed::new();
    let case = printed.bridge.to_string();
    let reminder = [
        ("dispatch_kind", "reminder"),
        ("subject", "đôn đốc việc cầu tràn"),
        ("to", "Ủy ban nhân dân"),
        ("cases", case.as_str()),
    ];
    let write = |user, unit| printed.office.write(user, Kind::Dispatch, unit, &reminder);
    let own = write("committee", "P-D");
    let text = printed
        .text(
            "committee",
            &format!("/api/v1/dispatches/{own}/letter.docx"),
        )
        .await;
    assert!(
        text.contains(WORDING) && text.contains("V/v đôn đốc việc cầu tràn"),
        "{text}"
    );
    let foreign = write("commune-committee", "P-D-A");
    let path = format!("/api/v1/dispatches/{foreign}/letter.docx");
    let text = printed.text("commune-committee", &path).await;
    assert!(!text.contains(WORDING), "{text}");
}

#[tokio::test]
async fn a_letter_on_which_nobody_is_named_names_the_body_that_it_goes_to() {
    let printed = Printed::new();
    for (unit, role, wanted) in [
        ("P-D-A", "executive", "Kính gửi: Ủy ban nhân dân xã P-D-A"),
        ("P-D", "", "Kính gửi: Ủy ban nhân dân huyện Đầm Hà"),
        (
            "P",
            "standing-committee",
            "Kính gửi: Thường trực Hội đồng nhân dân xã P",
        ),
    ] {
        let letter = [
            ("dispatch_kind", "transfer"),
            ("to_unit", unit),
            ("to_role", role),
        ];
        let office = &printed.office;
        let letter = office.write("committee", Kind::Dispatch, "P-D", &letter);
        let path = format!("/api/v1/dispatches/{letter}/letter.docx");
        let text = printed.text("committee", &path).await;
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
}

#[tokio::test]
async fn an_answer_is_read_out_in_each_village() {
    let printed = Printed::new();
    let path = format!("/api/v1/cases/{}/sheet.docx", printed.bridge);
    assert_eq!(
        printed.statuses(&path, &["committee"]).await,
        [404],
        "no answer yet"
    );
    printed.answer();
    let readers = ["committee", "executive", "a-1", "agency", "viewer"];
    assert_eq!(
        printed.statuses(&path, &readers).await,
        [200, 200, 200, 404, 404],
        "an agency that it was not assigned to does not see it"
    );
    let all = printed.text("committee", &path).await;
    for part in [
        "Thôn 1, xã P-D-A",
        "Thôn 2, xã P-D-A",
        "Thôn 9, xã P-D-B",
        "cuộc tiếp xúc cử tri ngày 03/03/2025",
        "Đã giao phòng chuyên môn khảo sát.",
        "Đang xem xét, giải quyết – Có lộ trình",
        "Ủy ban nhân dân huyện Đầm Hà, văn bản số 12/UBND ngày 02/04/2025",
    ] {
        assert!(all.contains(part), "{part} in {all}");
    }
    let own = printed.text("a-1", &path).await;
    assert!(
        own.contains("Thôn 2, xã P-D-A") && !own.contains("P-D-B"),
        "{own}"
    );
}

#[tokio::test]
async fn the_report_and_its_annexes_hold_all_that_was_raised() {
    let printed = Printed::new();
    printed.answer();
    let path = "/api/v1/reports/annexes.xlsx?session=ky-1";
    let sheets = printed.sheets("committee", path).await;
    let briefing = printed
        .get("committee", "/api/v1/briefing?session=ky-1")
        .await;
    let petitions = briefing.json()["total"]["petitions"].to_string();
    assert_eq!(petitions, "4");
    assert_eq!(row(&sheets[0], "Tổng cộng")[2], petitions);
    let line = row(&sheets[0], "Xã P-D-A (Thôn 1, Thôn 2); Xã P-D-B (Thôn 9)");
    assert_eq!(line[2..4], ["3", WORDING]);
    assert_eq!(row(&sheets[0], "Xã P-D-B")[3], "Xin đèn đường");
    let totals: Vec<&str> = sheets
        .iter()
        .map(|sheet| row(sheet, "Tổng cộng")[2].as_str())
        .collect();
    assert_eq!(totals, ["4", "1", "3", "3"], "all, higher, answered, lower");
    let answered = sheets[2].1.iter().flatten();
    let cited = "Ủy ban nhân dân huyện Đầm Hà trả lời tại văn bản số 12/UBND ngày 02/04/2025";
    assert!(
        answered.clone().any(|cell| cell == cited),
        "{:?}",
        sheets[2]
    );
    let of_a = printed
        .sheets("committee", "/api/v1/reports/annexes.xlsx?unit=P-D-A")
        .await;
    assert_eq!(row(&of_a[0], "Tổng cộng")[2], "2");
    let later = printed
        .sheets("committee", "/api/v1/reports/annexes.xlsx?from=2025-03-04")
        .await;
    assert_eq!(row(&later[0], "Tổng cộng")[2], "0");

    let path = "/api/v1/reports/consolidation.docx?session=ky-1";
    let text = printed.text("committee", path).await;
    for part in [
        "Tổng hợp kiến nghị của cử tri gửi tới kỳ họp ky-1",
        "đã tiếp nhận 4 ý kiến của cử tri gửi tới kỳ họp ky-1, tổng hợp thành 1 kiến nghị, còn 1 ý kiến chưa tổng hợp",
        "Trong đó 0 ý kiến thuộc thẩm quyền cấp huyện, 1 ý kiến thuộc thẩm quyền cấp trên (Phụ lục II), 3 ý kiến",
        "Đã có 1 kiến nghị (từ 3 ý kiến) được trả lời, bằng 100,0%",
        "- Ủy ban nhân dân huyện Đầm Hà;",
        "- Lưu: VT.",
        WORDING,
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let readers = [
        "committee",
        "board",
        "front",
        "a-1",
        "executive",
        "viewer",
        "agency",
        "admin",
    ];
    for path in [
        "/api/v1/reports/consolidation.docx",
        "/api/v1/reports/annexes.xlsx",
    ] {
        let statuses = printed.statuses(path, &readers).await;
        assert_eq!(statuses, [200, 200, 200, 403, 403, 403, 403, 403], "{path}");
    }
    let elsewhere = "/api/v1/reports/annexes.xlsx?unit=P-D-B";
    assert_eq!(
        printed.statuses(elsewhere, &["commune-committee"]).await,
        [403]
    );
    let malformed = "/api/v1/reports/annexes.xlsx?from=1";
    assert_eq!(printed.statuses(malformed, &["committee"]).await, [400]);
}

#[tokio::test]
async fn a_letter_without_days_has_those_of_its_sending_and_of_the_rules() {
    let printed = Printed::new();
    let office = &printed.office;
    let case = printed.bridge.to_string();
    let letter = [
        ("dispatch_kind", "transfer"),
        ("subject", "Chuyển kiến nghị"),
        ("to", "Ủy ban nhân dân"),
        ("to_unit", "P-D"),
        ("cases", case.as_str()),
        ("sent", "2025-03-10"),
    ];
    let letter = office.write("committee", Kind::Dispatch, "P-D", &letter);
    let path = format!("/api/v1/dispatches/{letter}/letter.docx");
    let text = printed.text("committee", &path).await;
    let from = "Thường trực Hội đồng nhân dân huyện Đầm Hà";
    let without = format!("đề nghị gửi về {from} để thông tin tới cử tri");
    for part in ["V/v chuyển kiến nghị", "ngày 10 tháng 3 năm 2025", &without] {
        assert!(text.contains(part), "{part} in {text}");
    }
    put_rule(&printed, Step::Answer, 10);
    let text = printed.text("committee", &path).await;
    let with = format!("gửi về {from} trước ngày 24/03/2025 để thông tin");
    assert!(text.contains(&with), "{with} in {text}");
}

/// A rule of the district for a step.
fn put_rule(printed: &Printed, step: Step, working_days: u32) {
    let rule = Rule {
        unit: "P-D".into(),
        step,
        working_days,
        valid_from: "2020-01-01".to_owned(),
        valid_to: None,
        note: String::new(),
    };
    let rule = DistrictChange::Deadlines(DeadlineChange::PutRule { rule, was: None });
    let store = &printed.office.server.bench.store;
    let changed = store.change_district(vec![rule], &stamp(0));
    changed.expect("written").expect("sound");
}

#[tokio::test]
async fn a_letter_names_the_day_that_the_desks_count_whether_or_not_the_same_was_answered_before() {
    let printed = Printed::new();
    let office = &printed.office;
    put_rule(&printed, Step::Answer, 10);
    put_rule(&printed, Step::AnswerAgain, 3);
    let earlier = printed.bridge.to_string();
    let again = office.matter(&[("repeated_from", &earlier)]);
    let letter = office.letter("committee", "P-D", again, "2025-03-10");
    let path = format!("/api/v1/dispatches/{letter}/letter.docx");
    let said = async |day: &str, stored: &str| {
        let text = printed.text("committee", &path).await;
        let before = format!(" trước ngày {day} để thông tin");
        assert!(text.contains(&before), "{before} in {text}");
        assert_eq!(office.due(again), stored);
    };
    said("24/03/2025", "2025-03-24").await;
    printed.answer();
    said("13/03/2025", "2025-03-13").await;
}

#[tokio::test]
async fn what_was_raised_before_says_where_and_what_was_answered() {
    let printed = Printed::new();
    let office = &printed.office;
    let earlier = printed.bridge.to_string();
    let again = [
        ("wording", "Cầu tràn lại hỏng"),
        ("repeated_from", earlier.as_str()),
    ];
    let again = office
        .write("committee", Kind::Case, "P-D", &again)
        .to_string();
    let letter = [
        ("dispatch_kind", "transfer"),
        ("to", "Ủy ban nhân dân"),
        ("cases", again.as_str()),
    ];
    let letter = office.write("committee", Kind::Dispatch, "P-D", &letter);
    let path = format!("/api/v1/dispatches/{letter}/letter.docx");
    let text = printed.text("committee", &path).await;
    let note = "Đã nêu trước đây (vụ việc VV-1); chưa được trả lời";
    assert!(text.contains(note), "{text}");
    printed.answer();
    let text = printed.text("committee", &path).await;
    let note = "Đã nêu trước đây (vụ việc VV-1); Ủy ban nhân dân huyện Đầm Hà trả lời tại văn bản số 12/UBND ngày \
                02/04/2025: Đang xem xét, giải quyết";
    assert!(text.contains(note), "{text}");
}
