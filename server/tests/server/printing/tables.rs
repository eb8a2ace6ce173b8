//! The tables of a period: counts that are the briefing's, and lists of what is of the period.

use kiennghi_shared::briefing::{Count, words};
use kiennghi_shared::schema::Kind;
use serde_json::Value;

use super::printed::{Printed, WORDING, row};

const COUNTS: [&str; 4] = ["Giao ban", "Theo đơn vị", "Theo lĩnh vực", "Theo cơ quan"];
const LISTS: [&str; 4] = [
    "Văn bản",
    "Tồn qua nhiều kỳ họp",
    "Giám sát",
    "Báo cáo đã nhận",
];
/// Before and after the council's second session.
const SPRING: &str = "from=2025-01-01&to=2025-04-30";
const SUMMER: &str = "from=2025-05-01&to=2025-06-30";

/// Two periods: the bridge of the first is answered and followed; of two cases of the second one is sent upward.
pub(super) fn two_periods() -> Printed {
    let printed = Printed::new();
    let answer = printed.answer().to_string();
    printed.hold_sessions(&["2025-04-10", "2025-06-01"]);
    let office = &printed.office;
    let bridge = printed.bridge.to_string();
    let meeting = [("date", "2025-05-20"), ("session", "ky-2025-06-01")];
    let meeting = office.write("committee", Kind::Meeting, "P-D-B", &meeting);
    let meeting = meeting.to_string();
    let reception = [
        ("date", "2025-05-22"),
        ("meeting_kind", "reception-regular"),
        ("session", "ky-2025-06-01"),
        ("denunciations", "1/TC"),
    ];
    office.write("committee", Kind::Meeting, "P-D-A", &reception);
    let raise = |content| {
        let petition = [
            ("content", content),
            ("village", "Thôn 9"),
            ("meeting", meeting.as_str()),
            ("field", "irrigation"),
        ];
        let petition = office.write("committee", Kind::Petition, "P-D-B", &petition);
        let case = [("wording", content), ("field", "irrigation")];
        let case = office.write("committee", Kind::Case, "P-D", &case);
        office.consolidate(petition, "P-D-B", Some(case));
        case.to_string()
    };
    let pump = raise("Trạm bơm");
    raise("Nhà văn hóa");
    let letter = [
        ("dispatch_kind", "transfer"),
        ("number", "46/TTHĐND"),
        ("to", "Ủy ban nhân dân tỉnh"),
        ("to_unit", "P"),
        ("to_role", "executive"),
        ("cases", pump.as_str()),
        ("sent", "2025-05-25"),
    ];
    office.write("committee", Kind::Dispatch, "P-D", &letter);
    let finding = [
        ("case", bridge.as_str()),
        ("answer", &answer),
        ("date", "2025-05-05"),
        ("timeliness", "late"),
        ("verdict", "follow"),
    ];
    office.write("board", Kind::Finding, "P-D", &finding);
    // One as earlier versions noted it, in its sender's unit, and one as it is noted now.
    for (unit, from, number, session, received) in [
        ("P-D-A", "", "7/BC", "ky-1", "2025-03-20"),
        ("P-D", "P-D-B", "8/BC", "ky-2025-06-01", "2025-06-10"),
    ] {
        note_report(&printed, (unit, from), number, (session, received));
    }
    printed
}

/// A report of a unit, or of the one that it stands in, with its council session and the day on which it came.
fn note_report(
    printed: &Printed,
    (unit, from): (&str, &str),
    number: &str,
    (session, received): (&str, &str),
) {
    let report = [
        ("dispatch_kind", "report"),
        ("number", number),
        ("from_unit", from),
        ("to", "Thường trực HĐND huyện"),
        ("session", session),
        ("sent", received),
    ];
    let office = &printed.office;
    office.write("committee", Kind::Dispatch, unit, &report);
}

/// A number of a briefing, under its name in JSON.
fn shown(numbers: &Value, count: &Count) -> u64 {
    let listed = |list: &str, key: &str, name: &str| {
        let mut rows = numbers[list].as_array().expect("a list").iter();
        let row = rows.find(|row| row[key] == name);
        row.and_then(|row| row["count"].as_u64()).unwrap_or(0)
    };
    let name = match count {
        Count::Meetings => "meetings",
        Count::Receptions => "receptions",
        Count::Denunciations => "denunciations",
        Count::Petitions => "petitions",
        Count::Voters => "voters",
        Count::Waiting => "waiting",
        Count::Cases => "cases",
        Count::CasesBefore => "cases_before",
        Count::State(state) => return listed("states", "state", state.name()),
        Count::Outcome(outcome) => return listed("outcomes", "outcome", outcome),
        Count::OnTime => "on_time",
        Count::Late => "late",
        Count::Overdue => "overdue",
        Count::Told => "told",
        Count::CarriedOver => "carried_over",
    };
    numbers[name].as_u64().expect("a number")
}

type Sheet = (String, Vec<Vec<String>>);

fn named<'a>(sheets: &'a [Sheet], name: &str) -> &'a Sheet {
    let found = sheets.iter().find(|(sheet, _)| sheet == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

/// What stands in a column of a list, its rows without number left out.
fn column(sheet: &Sheet, index: usize) -> Vec<&str> {
    let rows = sheet.1.iter().filter(|row| row[0].parse::<f64>().is_ok());
    rows.map(|row| row[index].as_str()).collect()
}

#[tokio::test]
async fn the_tables_say_what_the_briefing_says() {
    let printed = two_periods();
    let mut before = 0;
    for period in ["", "session=ky-1", "session=ky-2025-06-01", SPRING, SUMMER] {
        let path = format!("/api/v1/briefing?{period}");
        let briefing = printed.get("viewer", &path).await.json();
        let units = briefing["units"].as_array().expect("units").iter();
        let columns: Vec<&Value> = units.chain([&briefing["total"]]).collect();
        let path = format!("/api/v1/reports/tables.xlsx?{period}");
        let sheets = printed.sheets("viewer", &path).await;
        let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, COUNTS, "counts alone");
        let parts = [
            words::raised(),
            words::states(),
            words::outcomes(),
            words::in_time(),
        ];
        for part in parts {
            row(&sheets[0], part.title);
            for count in &part.counts {
                let numbers = columns.iter().map(|unit| shown(unit, count).to_string());
                let numbers: Vec<String> = numbers.collect();
                let title = count.title();
                assert_eq!(
                    row(&sheets[0], title)[2..],
                    numbers,
                    "{title} with {period}"
                );
            }
        }
        before += shown(&briefing["total"], &Count::CasesBefore);
        // Both tables of voices add up to the briefing's, and the one of cases to its cases.
        let total = |sheet: &str| row(named(&sheets, sheet), "Tổng cộng").to_vec();
        let voices = briefing["total"]["petitions"].to_string();
        assert_eq!(total("Theo đơn vị")[2], voices);
        let fields = total("Theo lĩnh vực");
        assert_eq!(fields[fields.len() - 2], voices);
        let sums = total("Theo cơ quan");
        assert_eq!(sums[2], briefing["total"]["cases"].to_string());
        let sums: Vec<u64> = sums[2..]
            .iter()
            .map(|sum| sum.parse().expect("a sum"))
            .collect();
        assert_eq!(sums[1], sums[2..6].iter().sum::<u64>(), "{period}");
        assert_eq!(sums[0], sums[1] + sums[6], "{period}");
        let cells = sheets.iter().flat_map(|(_, rows)| rows.iter().flatten());
        let wordings = cells.filter(|cell| cell.contains("cầu tràn"));
        assert_eq!(wordings.count(), 0, "no wording for those who read numbers");
    }
    assert_eq!(before, 2, "the bridge, in summer and at the last session");
    let path = "/api/v1/reports/tables.xlsx";
    for user in ["executive", "a-1"] {
        assert_eq!(
            printed.sheets(user, path).await.len(),
            COUNTS.len(),
            "{user}"
        );
    }
    for file in ["tables.xlsx", "tables.docx"] {
        let path = format!("/api/v1/reports/{file}");
        let statuses = printed
            .statuses(&path, &["viewer", "agency", "admin"])
            .await;
        assert_eq!(statuses, [200, 403, 403], "{file}");
    }
}

#[tokio::test]
async fn whoever_has_a_case_stands_in_the_table_of_agencies() {
    let printed = two_periods();
    let path = format!("/api/v1/reports/tables.xlsx?{SUMMER}");
    let sheets = printed.sheets("viewer", &path).await;
    let agencies = named(&sheets, "Theo cơ quan");
    for (name, numbers) in [
        (
            "Ủy ban nhân dân huyện Đầm Hà",
            ["1", "1", "0", "1", "0", "0", "0"],
        ),
        ("Ủy ban nhân dân xã P", ["1", "0", "0", "0", "0", "0", "1"]),
        ("Chưa chuyển", ["1", "0", "0", "0", "0", "0", "1"]),
        ("Tổng cộng", ["3", "1", "0", "1", "0", "0", "2"]),
    ] {
        assert_eq!(row(agencies, name)[2..], numbers, "{name}");
    }
}

#[tokio::test]
async fn whoever_is_asked_is_called_by_name_also_where_it_came_back() {
    let printed = Printed::new();
    let office = &printed.office;
    let meeting = office.write(
        "committee",
        Kind::Meeting,
        "P-D-B",
        &[("date", "2025-05-20")],
    );
    let meeting = meeting.to_string();
    let send = |wording, to: (&str, &str)| {
        let case = [("wording", wording)];
        let case = office.write("committee", Kind::Case, "P-D", &case);
        let petition = office.voice("committee", "P-D-B", &[("meeting", &meeting)]);
        office.consolidate(petition, "P-D-B", Some(case));
        let case = case.to_string();
        let letter = [
            ("dispatch_kind", "transfer"),
            ("to", "Nơi nhận"),
            ("to_unit", to.0),
            ("to_role", to.1),
            ("cases", case.as_str()),
            ("sent", "2025-05-25"),
        ];
        office.write("committee", Kind::Dispatch, "P-D", &letter);
        case
    };
    send("Đường tỉnh", ("P", "standing-committee"));
    let back = send("Điện lưới", ("P-D", "executive"));
    let answer = [
        ("case", back.as_str()),
        ("outcome", "sent-back"),
        ("content", "Không thuộc thẩm quyền"),
        ("date", "2025-05-28"),
    ];
    office.write("executive", Kind::Answer, "P-D", &answer);
    printed.hold_sessions(&["2025-06-14", "2025-06-15"]);
    let path = "/api/v1/reports/tables.xlsx";
    let sheets = printed.sheets("committee", path).await;
    let committee = |unit: &str| format!("Thường trực Hội đồng nhân dân {unit}");
    let agencies = named(&sheets, "Theo cơ quan");
    for name in [&committee("xã P"), "Bị trả lại, chờ chuyển nơi khác"] {
        assert_eq!(row(agencies, name)[2..4], ["1", "0"], "{name}");
    }
    let pending = named(&sheets, "Tồn qua nhiều kỳ họp");
    for (wording, asked) in [
        ("Đường tỉnh", committee("xã P")),
        ("Điện lưới", committee("huyện Đầm Hà")),
    ] {
        let mut rows = pending.1.iter();
        let row = rows.find(|row| row[2] == wording);
        assert_eq!(row.expect("a row")[5], asked, "{wording}");
    }
}

#[tokio::test]
async fn a_report_that_names_no_session_is_of_the_one_that_had_begun_when_it_came() {
    let printed = two_periods();
    note_report(&printed, ("P-D", "P-D-A"), "9/BC", ("", "2025-05-20"));
    for (session, wanted) in [("ky-1", "7/BC"), ("ky-2025-04-10", "9/BC")] {
        let path = format!("/api/v1/reports/tables.xlsx?session={session}");
        let sheets = printed.sheets("committee", &path).await;
        let received = named(&sheets, "Báo cáo đã nhận");
        let from = "Thường trực Hội đồng nhân dân xã P-D-A";
        assert_eq!(row(received, from)[2], wanted, "{session}");
    }
    let path = "/api/v1/reports/tables.xlsx?term=true";
    let sheets = printed.sheets("committee", path).await;
    let about = &sheets[0].1[2][0];
    assert_eq!(about, "(từ ngày 01/07/2021 đến ngày 30/06/2026)");
}

#[tokio::test]
async fn a_report_came_when_its_receiver_says_so_and_nobody_says_it_of_another() {
    let printed = Printed::new();
    printed.hold_sessions(&["2025-04-10"]);
    for (unit, from, to) in [
        ("P-D-A", "P-D-A", "P-D"),
        ("P-D-A", "P-D-B", "P-D"),
        ("P-D-A", "P-D-B", "P-D-A"),
        ("P-D", "P-D-A", "P-D"),
    ] {
        let number = format!("{unit} {from}");
        let report = [
            ("dispatch_kind", "report"),
            ("number", number.as_str()),
            ("from_unit", from),
            ("to_unit", to),
            ("to_role", "standing-committee"),
            ("sent", "2025-05-20"),
        ];
        let user = match unit {
            "P-D" => "committee",
            _ => "commune-committee",
        };
        printed.office.write(user, Kind::Dispatch, unit, &report);
    }
    let path = "/api/v1/reports/tables.xlsx";
    let sheets = printed.sheets("committee", path).await;
    let received = named(&sheets, "Báo cáo đã nhận");
    assert_eq!(column(received, 2), ["P-D P-D-A", ""]);
}

#[tokio::test]
async fn lists_hold_what_is_of_the_period() {
    let printed = two_periods();
    let of = |unit: &str| format!("Thường trực Hội đồng nhân dân {unit}");
    for (period, letters, findings, reports) in [
        (
            "",
            vec!["45/TTHĐND", "7/BC", "46/TTHĐND", "8/BC"],
            1,
            ["7/BC", "8/BC"],
        ),
        (SPRING, vec!["45/TTHĐND", "7/BC"], 0, ["7/BC", ""]),
        (SUMMER, vec!["46/TTHĐND", "8/BC"], 1, ["", "8/BC"]),
        ("session=ky-1", vec!["45/TTHĐND", "7/BC"], 1, ["7/BC", ""]),
        (
            "session=ky-2025-06-01",
            vec!["46/TTHĐND", "8/BC"],
            0,
            ["", "8/BC"],
        ),
    ] {
        let path = format!("/api/v1/reports/tables.xlsx?{period}");
        let sheets = printed.sheets("committee", &path).await;
        let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, [COUNTS, LISTS].concat());
        assert_eq!(column(named(&sheets, "Văn bản"), 1), letters, "{period}");
        let found = column(named(&sheets, "Giám sát"), 1);
        assert_eq!(found.len(), findings, "{period}");
        let received = named(&sheets, "Báo cáo đã nhận");
        for (unit, number) in [("xã P-D-A", reports[0]), ("xã P-D-B", reports[1])] {
            let row = row(received, &of(unit));
            let note = if number.is_empty() {
                "Chưa nhận được"
            } else {
                ""
            };
            assert_eq!([&row[2], &row[5]], [number, note], "{unit} with {period}");
        }
    }
    let path = format!("/api/v1/reports/tables.xlsx?{SUMMER}");
    let sheets = printed.sheets("committee", &path).await;
    let raised = "Xã P-D-A (Thôn 1, Thôn 2); Xã P-D-B (Thôn 9)";
    let pending = row(named(&sheets, "Tồn qua nhiều kỳ họp"), raised);
    let executive = "Ủy ban nhân dân huyện Đầm Hà";
    assert_eq!(pending[2..6], [WORDING, "Kỳ họp ky-1", "2", executive]);
    assert_eq!(pending[6..], ["x", "", "Thi công trong quý IV", ""]);
    let found = row(named(&sheets, "Giám sát"), WORDING);
    assert_eq!(found[4..8], ["", "x", "", ""]);

    let path = format!("/api/v1/reports/tables.docx?{SUMMER}");
    let text = printed.text("committee", &path).await;
    for (name, rows) in &sheets {
        assert!(text.contains(name.as_str()), "{name}");
        // A name, a title, a subtitle and a heading come first.
        for cell in rows.iter().skip(4).flatten() {
            let is_words = cell.chars().any(char::is_alphabetic);
            assert!(
                !is_words || text.contains(cell.as_str()),
                "{cell} in {name}"
            );
        }
    }
}
