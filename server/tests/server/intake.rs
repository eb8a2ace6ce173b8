//! Petitions out of the offices' spreadsheets, at the door.

use axum::http::Method;
use kiennghi_shared::id::DocumentId;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::district::stamp;
use crate::http::{Answer, Server, request};

const HEADS: [&str; 9] = [
    "STT",
    "Nội dung",
    "Địa phương",
    "Lĩnh vực",
    "Bộ, ngành",
    "Công văn",
    "số",
    "Kỳ họp",
    "Trước/Sau",
];
pub(crate) const PATH: &str = "/api/v1/petitions/imports";
pub(crate) const CONFIRM: &str = "/api/v1/petitions/imports?confirm=true";

/// What stands in a row beside its number: content, place, field, agency, letter, its number, session and phase.
pub(crate) type Cells<'a> = [&'a str; 8];

fn fill(sheet: &mut Worksheet, first: u32, rows: &[Cells<'_>]) {
    for (column, head) in (0..).zip(HEADS) {
        sheet.write(first, column, head).expect("a head");
    }
    for (number, cells) in (1..).zip(rows) {
        sheet.write(first + number, 0, number).expect("a number");
        for (column, cell) in (1..).zip(cells) {
            sheet.write(first + number, column, *cell).expect("a cell");
        }
    }
}

pub(crate) fn file(rows: &[Cells<'_>]) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet(), 0, rows);
    book.save_to_buffer().expect("a file")
}

pub(crate) const BRIDGE: Cells<'_> = [
    "Đề nghị sửa cầu tràn",
    "Xã P-D-A",
    "Giao thông",
    "Sở Xây dựng",
    "Công văn trả lời",
    "12/SXD",
    "Kỳ họp ky-1",
    "Trước",
];

async fn send(server: &Server, user: &str, path: &str, file: &[u8]) -> Answer {
    let device = server.device(user);
    let asked = request(Method::POST, path, &device.token, file.to_vec());
    server.call(asked).await
}

pub(crate) async fn import(server: &Server, user: &str, path: &str, file: &[u8]) -> Value {
    let answer = send(server, user, path, file).await;
    assert_eq!(
        answer.status,
        200,
        "{user}: {:?}",
        String::from_utf8_lossy(&answer.body)
    );
    answer.json()
}

pub(crate) fn statuses(shown: &Value) -> Vec<&str> {
    let rows = shown["rows"].as_array().expect("rows").iter();
    rows.map(|row| row["status"].as_str().expect("a status"))
        .collect()
}

/// The petitions that are stored, the oldest first.
pub(crate) fn stored(server: &Server) -> Vec<kiennghi_server::store::ExportedPetition> {
    let mut stored = Vec::new();
    let store = &server.bench.store;
    store
        .each_petition(&mut |one| stored.push(one))
        .expect("read");
    stored
}

#[tokio::test]
async fn a_spreadsheet_is_shown_and_then_made_once() {
    let server = Server::new();
    let lamp = [
        "Xin đèn đường\ncho thôn",
        "P-D-B - thon p-d-b 2",
        "kinh te - ngan sach",
        "",
        "",
        "",
        "ky-2",
        "SAU",
    ];
    let file = file(&[BRIDGE, lamp]);
    let shown = import(&server, "committee", PATH, &file).await;
    assert_eq!(
        (statuses(&shown), &shown["made"]),
        (vec!["new", "new"], &json!(0))
    );
    assert!(stored(&server).is_empty(), "a preview makes nothing");
    let row = &shown["rows"][1];
    assert_eq!(
        (&row["row"], &row["unit_name"]),
        (&json!(3), &json!("Xã P-D-B"))
    );
    assert_eq!(row["village"], "Thôn P-D-B 2", "as the unit calls it");
    assert_eq!(
        (&row["session"], &row["phase"]),
        (&json!("ky-2"), &json!("after"))
    );
    assert_eq!(
        row["keywords"],
        json!(["Lĩnh vực: kinh te - ngan sach"]),
        "a root of many"
    );

    let made = import(&server, "committee", CONFIRM, &file).await;
    assert_eq!(made["made"], 2, "{made}");
    let [first, second] = &stored(&server)[..] else {
        panic!("two")
    };
    assert_eq!(
        (first.unit.0.as_str(), first.author.0.as_str()),
        ("P-D-A", "committee")
    );
    let petition = &first.petition;
    assert_eq!(
        (petition.content.as_str(), petition.field.as_str()),
        (BRIDGE[0], "transport")
    );
    let kept = [
        "Bộ, ngành: Sở Xây dựng",
        "Công văn: Công văn trả lời",
        "số: 12/SXD",
    ];
    assert_eq!(petition.keywords, kept);
    assert_eq!(petition.recorder, "committee");
    assert_eq!(second.petition.content, "Xin đèn đường\ncho thôn");
    let meeting = petition.meeting.expect("a meeting");
    let meeting = server
        .bench
        .store
        .documents(&[meeting])
        .expect("read")
        .remove(0);
    let record = meeting
        .document()
        .expect("sound")
        .record(meeting.header.kind);
    assert_eq!(
        ["session", "phase", "date"].map(|key| record.text(key)),
        ["ky-1", "before", "2024-12-10"]
    );
    let device = server.device("committee");
    let of_session = server
        .get("/api/v1/petitions?session=ky-1", &device.token)
        .await;
    assert_eq!(of_session.json()["total"], 1);

    for user in ["committee", "commune-committee"] {
        let path = format!("{CONFIRM}&unit=P-D");
        let again = import(&server, user, &path, &file).await;
        assert_eq!(again["made"], 0, "{again}");
    }
    let again = import(&server, "committee", CONFIRM, &file).await;
    assert_eq!(statuses(&again), ["there", "there"]);
    assert_eq!(stored(&server).len(), 2);
    let committee = Desk::of(&server, "committee").await;
    let recorded = committee.recorded("petition.import").await;
    assert_eq!(
        recorded,
        [("committee".to_owned(), "P-D".to_owned())],
        "the one that made some"
    );
}

#[tokio::test]
async fn heads_and_places_are_known_however_they_are_written() {
    let server = Server::new();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "TỔNG HỢP KIẾN NGHỊ").expect("a title");
    let heads = [
        "ky hop",
        "NOI DUNG",
        "Công văn, số",
        "Trước / Sau",
        "dia phuong",
        "Ghi chú",
    ];
    for (column, head) in (2..).zip(heads) {
        sheet.write(3, column, head).expect("a head");
    }
    let places = [
        ("Xã P-D-A", "P-D-A", ""),
        ("xa p-d-a", "P-D-A", ""),
        ("P-D-A", "P-D-A", ""),
        ("Thôn P-D-A 1, xã P-D-A", "P-D-A", "Thôn P-D-A 1"),
        ("P-D-B (Nà Cáng)", "P-D-B", "Nà Cáng"),
        ("Bản Nà Pá xã P-D-B", "P-D-B", "Bản Nà Pá"),
        ("thon P-D-B 1", "P-D-B", "Thôn P-D-B 1"),
        ("Xã P-D", "P-D", ""),
    ];
    let day = ExcelDateTime::from_ymd(2025, 7, 5).expect("a day");
    let dated = Format::new().set_num_format("dd/mm/yyyy");
    for (row, (place, _, _)) in (4..).zip(places) {
        sheet.write(row, 2, "kỳ họp thứ ky 1").expect("a cell");
        let content =
            Formula::new(format!("=\"Kiến nghị \"&{row}")).set_result(format!("Kiến nghị {row}"));
        sheet.write_formula(row, 3, content).expect("a formula");
        sheet
            .write_datetime_with_format(row, 4, &day, &dated)
            .expect("a day");
        sheet.write(row, 5, "trước kỳ họp").expect("a cell");
        sheet.write(row, 6, place).expect("a cell");
        sheet.write(row, 7, 7).expect("a number");
    }
    book.add_worksheet().set_name("Khác").expect("a name");
    let file = book.save_to_buffer().expect("a file");
    let shown = import(&server, "committee", CONFIRM, &file).await;
    assert_eq!(
        (&shown["made"], &shown["other_sheets"]),
        (&json!(8), &json!(["Khác"])),
        "{shown}"
    );
    for (row, (place, unit, village)) in shown["rows"].as_array().expect("rows").iter().zip(places)
    {
        assert_eq!(
            (&row["unit"], &row["village"]),
            (&json!(unit), &json!(village)),
            "{place}"
        );
    }
    let row = &shown["rows"][0];
    assert_eq!(row["content"], "Kiến nghị 4", "what the formula came to");
    assert_eq!(
        row["keywords"],
        json!(["Công văn, số: 2025-07-05", "Ghi chú: 7"])
    );
}

#[tokio::test]
async fn what_is_wrong_is_said_by_row_and_column_and_nothing_is_made() {
    let server = Server::new();
    let with = |change: &dyn Fn(&mut Cells<'static>)| {
        let mut cells = BRIDGE;
        change(&mut cells);
        cells
    };
    let long: &'static str = Box::leak("dài ".repeat(100).into_boxed_str());
    let rows = [
        BRIDGE,
        with(&|cells| cells[0] = ""),
        with(&|cells| cells[1] = "Xã P-E-X"),
        with(&|cells| cells[2] = "Thiên văn"),
        with(&|cells| cells[6] = "Kỳ họp thứ 99"),
        with(&|cells| cells[7] = "Trong"),
        with(&|cells| (cells[6], cells[7]) = ("", "")),
        with(&|cells| cells[3] = "Sở khác"),
        with(&|cells| (cells[0], cells[4]) = ("Khác", long)),
        with(&|cells| cells[0] = "#REF!"),
        BRIDGE,
        with(&|cells| cells[0] = "Ông A tố cáo ông B"),
    ];
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, 0, &rows);
    sheet.write(13, 0, 13).expect("a number alone");
    sheet.write(14, 10, "lạc").expect("a cell without a head");
    let file = book.save_to_buffer().expect("a file");
    let shown = import(&server, "committee", CONFIRM, &file).await;
    assert_eq!((&shown["made"], &shown["problem"]), (&json!(0), &json!("")));
    assert!(stored(&server).is_empty(), "not half of it");
    let told: Vec<(u64, String)> = shown["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| {
            let problems = row["problems"].as_array().expect("problems").iter();
            let columns = problems.map(|one| {
                assert!(one["problem"].as_str().expect("words").ends_with('.'));
                one["column"].as_str().expect("a column")
            });
            (row["row"].as_u64().expect("a number"), columns.collect())
        })
        .collect();
    let expected = [
        (2, ""),
        (3, "B"),
        (4, "C"),
        (5, "D"),
        (6, "H"),
        (7, "I"),
        (8, "HI"),
        (9, ""),
        (10, "F"),
        (11, "B"),
        (12, ""),
        (13, "B"),
        (15, "KHICB"),
    ];
    assert_eq!(
        told,
        expected.map(|(row, columns)| (row, columns.to_owned()))
    );
    assert_eq!(statuses(&shown)[7], "wrong", "contradicts a row before it");
    assert_eq!(statuses(&shown)[10], "repeated", "says the same");
    let words = |row: usize| shown["rows"][row]["problems"][0]["problem"].clone();
    assert_eq!(words(2), "Không có địa phương “Xã P-E-X” trong Xã P-D.");
    assert_eq!(words(4), "Không có kỳ họp “Kỳ họp thứ 99”.");
}

#[tokio::test]
async fn everybody_imports_where_they_may_write() {
    let server = Server::new();
    let elsewhere = ["Việc khác", "P-D-B", "", "", "", "", "ky-1", "Sau"];
    let own = file(&[["Việc ở thôn", "Thôn mới", "", "", "", "", "ky-1", "Trước"]]);
    for user in ["viewer", "board", "executive", "agency", "front", "admin"] {
        assert_eq!(
            send(&server, user, CONFIRM, &own).await.refusal().0,
            403,
            "{user}"
        );
    }
    for unit in ["P-E", "P-D-B", "nowhere"] {
        let path = format!("{CONFIRM}&unit={unit}");
        assert_eq!(
            send(&server, "a-1", &path, &own).await.refusal().0,
            403,
            "{unit}"
        );
    }
    assert_eq!(
        send(
            &server,
            "committee",
            "/api/v1/petitions/imports?confirm=1",
            &own
        )
        .await
        .status,
        400
    );
    let made = import(&server, "a-1", CONFIRM, &own).await;
    assert_eq!(
        (&made["made"], &made["rows"][0]["village"]),
        (&json!(1), &json!("Thôn mới"))
    );
    let wrong = import(
        &server,
        "a-1",
        &format!("{CONFIRM}&unit=P-D"),
        &file(&[BRIDGE, elsewhere]),
    )
    .await;
    assert_eq!(statuses(&wrong), ["new", "wrong"]);
    let said = &wrong["rows"][1]["problems"][0]["problem"];
    assert_eq!(said, "Tài khoản này không được ghi kiến nghị của Xã P-D-B.");
    assert_eq!(stored(&server).len(), 1);
}

#[tokio::test]
async fn what_was_erased_stays_erased_and_what_broke_off_is_finished() {
    let server = Server::new();
    let mut rows: Vec<Cells<'_>> = vec![BRIDGE; 3];
    (rows[1][0], rows[2][0]) = ("Việc thứ hai", "Việc thứ ba");
    let begun = import(&server, "committee", CONFIRM, &file(&rows[..2])).await;
    assert_eq!(begun["made"], 2);
    let id: DocumentId = begun["rows"][0]["id"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("an id");
    server
        .bench
        .store
        .erase(id, "thử", &stamp(0))
        .expect("erased");
    let whole = import(&server, "a-1", CONFIRM, &file(&rows)).await;
    assert_eq!(statuses(&whole), ["erased", "there", "new"]);
    assert_eq!(whole["made"], 1);
    let second = &stored(&server)[1];
    assert_eq!(
        (second.author.0.as_str(), second.petition.content.as_str()),
        ("a-1", "Việc thứ ba")
    );
}

#[tokio::test]
async fn what_is_no_such_spreadsheet_is_said_to_be_none() {
    let server = Server::new();
    let refused = async |file: &[u8]| send(&server, "committee", PATH, file).await.refusal().1;
    assert_eq!(refused(b"PK\x03\x04garbage").await, "malformed");
    assert_eq!(refused(&vec![0; (2 << 20) + 1]).await, "too_large");
    assert_eq!(refused(&file(&[BRIDGE; 2_001])).await, "too_large");
    // One text that many cells share.
    let long = "x".repeat(20_000);
    let mut shared = BRIDGE;
    shared[0] = &long;
    assert_eq!(refused(&file(&vec![shared; 900])).await, "too_large");
    let mut book = Workbook::new();
    book.add_worksheet()
        .write(0, 0, "Nội dung")
        .expect("a head");
    let headless = import(
        &server,
        "committee",
        CONFIRM,
        &book.save_to_buffer().expect("a file"),
    )
    .await;
    let said = "Không thấy dòng tiêu đề có đủ các cột: Nội dung, Địa phương, Kỳ họp, Trước/Sau.";
    assert_eq!(headless["problem"], said);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, 0, &[BRIDGE]);
    sheet.write(1, 80, "xa").expect("a cell");
    let far = import(
        &server,
        "committee",
        CONFIRM,
        &book.save_to_buffer().expect("a file"),
    )
    .await;
    assert_eq!(
        (&far["made"], &far["problem"]),
        (
            &json!(0),
            &json!("Có ô nằm quá xa về bên phải, không đọc được.")
        )
    );
}
