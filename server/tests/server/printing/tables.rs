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
    for (unit, number, session, received) in [
        ("P-D-A", "7/BC", "ky-1", "2025-03-20"),
        ("P-D-B", "8/BC", "ky-2025-06-01", "2025-06-10"),
    ] {
        let report = [
            ("dispatch_kind", "report"),
            ("number", number),
            ("to", "Thường trực HĐND huyện"),
            ("session", session),
            ("sent", received),
        ];
        office.write("committee", Kind::Dispatch, unit, &report);
    }
    printed
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
