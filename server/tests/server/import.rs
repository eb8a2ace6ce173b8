//! Users out of a spreadsheet, at the door.

use axum::body::Body;
use axum::http::{Method, Request};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use crate::desk::{Desk, PASSWORD};
use crate::http::{Answer, Server};

pub(crate) async fn import(desk: &Desk<'_>, file: &[u8]) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/v1/administration/imports")
        .header("sec-fetch-site", "same-origin")
        .header("cookie", &desk.cookie)
        .body(Body::from(file.to_vec()))
        .expect("request");
    desk.server.call(request).await
}

fn sheet(rows: &[[&str; 5]]) -> Workbook {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let head = [["Họ và tên", "Vai trò", "Đơn vị", "Từ ngày", "Tên đăng nhập"]];
    for (row, cells) in (0..).zip(head.iter().chain(rows)) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write(row, column, *cell).expect("a cell");
        }
    }
    book
}

fn spreadsheet(rows: &[[&str; 5]]) -> Vec<u8> {
    sheet(rows).save_to_buffer().expect("a file")
}

/// How many changes a row of a preview brings, and whether it is wrong.
fn brings(row: &Value) -> (usize, bool) {
    let changes = row["changes"].as_array().expect("changes").len();
    (changes, row["problem"] != "")
}

#[tokio::test]
async fn a_spreadsheet_is_shown_row_by_row_and_then_made() {
    let server = Server::new();
    let admin = Desk::of(&server, "district-admin").await;
    let file = spreadsheet(&[
        ["Lê Văn Ân", "Đại biểu", "P-D-A", "01/07/2025", ""],
        ["Lê Văn Ân", "Ban HĐND", "P-D", "", "le-van-an"],
        ["Ông a-1", "Đại biểu", "P-D-A", "", ""],
        ["Bà Lạ", "Đại biểu", "Xã không có", "", ""],
        ["Bà Xa", "Đại biểu", "P-E-X", "", ""],
        ["", "Đại biểu", "P-D-A", "", ""],
    ]);
    let rows = import(&admin, &file).await.json()["rows"].clone();
    let rows = rows.as_array().expect("rows");
    let numbers: Vec<_> = rows.iter().map(|row| row["row"].as_u64()).collect();
    assert_eq!(numbers, (2..8).map(Some).collect::<Vec<_>>());
    let came: Vec<_> = rows.iter().map(brings).collect();
    let wrong = (0, true);
    // A user and a role, another role of the same person, what is so already.
    let expected = [(2, false), (1, false), (0, false), wrong, wrong, wrong];
    assert_eq!(came, expected, "{rows:?}");
    assert_eq!(rows[0]["name"], "le-van-an");
    let changes = [0, 1]
        .iter()
        .flat_map(|index: &usize| rows[*index]["changes"].as_array().expect("changes").clone());
    admin.change(changes.collect()).await.expect("made");
    let again = import(&admin, &file).await.json();
    let new = again["rows"].as_array().expect("rows").iter();
    assert!(
        new.clone().take(3).all(|row| row["changes"] == json!([])),
        "{again}"
    );
}

#[tokio::test]
async fn a_namesake_of_another_unit_is_not_taken_for_the_person() {
    let server = Server::new();
    let file = spreadsheet(&[
        ["Ông a-1", "Đại biểu", "P-D-B", "", ""],
        ["Ông b-1", "Ban HĐND", "P-D-B", "", ""],
        ["Ông a-1", "Ban HĐND", "P-D-B", "", ""],
    ]);
    let rows = async |user: &str| {
        let desk = Desk::of(&server, user).await;
        let all = import(&desk, &file).await.json()["rows"].clone();
        let rows = all.as_array().expect("rows").iter();
        rows.map(|row| (row["name"].clone(), brings(row)))
            .collect::<Vec<_>>()
    };
    let own = (json!("b-1"), (1, false));
    // Who looks after both is asked which of them is meant.
    let asked = (json!(""), (0, true));
    let expected = [asked.clone(), own.clone(), asked];
    assert_eq!(rows("district-admin").await, expected);
    // Who looks after this commune alone does not learn of the other, and adds a person once.
    let new = |changes: usize| (json!("ong-a-1"), (changes, false));
    assert_eq!(rows("commune-admin").await, [new(2), own, new(1)]);
}

#[tokio::test]
async fn what_is_no_spreadsheet_is_refused_at_little_cost() {
    let server = Server::new();
    let admin = Desk::of(&server, "district-admin").await;
    for garbage in [
        &b""[..],
        b"PK\x03\x04garbage",
        &[0xd0, 0xcf, 0x11, 0xe0],
        "Họ tên".as_bytes(),
    ] {
        assert_eq!(import(&admin, garbage).await.refusal().1, "malformed");
    }
    let bomb = bomb();
    let mut liar = bomb.clone();
    let (size, told) = (9_u32 << 20, 100_u32);
    let says = liar.windows(4).filter(|four| **four == size.to_le_bytes());
    assert!(says.count() > 0, "it says how large it is");
    replace(&mut liar, size.to_le_bytes(), told.to_le_bytes());
    let mut long = sheet(&[["Bà Tư", "Đại biểu", "P-D-B", "", ""]]);
    let long_text = "x".repeat(1_001);
    long.worksheet_from_index(0)
        .and_then(|sheet| sheet.write(2, 0, long_text))
        .expect("a cell");
    for large in [
        bomb,
        long.save_to_buffer().expect("a file"),
        vec![0; (2 << 20) + 1],
        spreadsheet(&[["Bà Tư", "Đại biểu", "P-D-B", "", ""]; 2_001]),
    ] {
        assert_eq!(import(&admin, &large).await.refusal().1, "too_large");
    }
    assert_eq!(import(&admin, &liar).await.refusal().1, "malformed");
    // Two corners of a sheet that has sixteen thousand million cells between them.
    let mut wide = sheet(&[["Bà Tư", "Đại biểu", "P-D-B", "", ""]]);
    wide.worksheet_from_index(0)
        .and_then(|sheet| {
            sheet
                .write(1_048_575, 16_383, "x")?
                .write(1_048_575, 0, "Bà Năm")
        })
        .expect("cells");
    let wide = import(&admin, &wide.save_to_buffer().expect("a file")).await;
    let rows = wide.json()["rows"].clone();
    assert_eq!(
        (&rows[0]["row"], &rows[1]["row"]),
        (&json!(2), &json!(1_048_576))
    );
    assert_eq!(rows.as_array().map(Vec::len), Some(2));
}

fn replace(bytes: &mut [u8], old: [u8; 4], new: [u8; 4]) {
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == old {
            bytes[at..at + 4].copy_from_slice(&new);
        }
    }
}

/// A spreadsheet that is larger than any once it is inflated.
fn bomb() -> Vec<u8> {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    archive
        .start_file("xl/worksheets/sheet1.xml", options)
        .expect("a file");
    let blank = vec![b' '; 1 << 20];
    for _ in 0..9 {
        archive.write_all(&blank).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

#[tokio::test]
async fn a_role_that_ran_out_makes_room_for_the_next() {
    let server = Server::new();
    let admin = Desk::of(&server, "admin").await;
    let board = |ends: Option<&str>| {
        json!([{ "give": { "user": "a-2", "grant": { "role": "board", "unit": "P-D" },
            "starts": null, "ends": ends } }])
    };
    let until = board(Some("2025-06-20"));
    admin.change(until.clone()).await.expect("given");
    assert_eq!(admin.change(until.clone()).await, Err("taken".to_owned()));
    let twice = spreadsheet(&[["Ông a-2", "Ban HĐND", "P-D", "", "a-2"]]);
    let brought = async || {
        let rows = import(&admin, &twice).await.json()["rows"].clone();
        brings(&rows[0])
    };
    assert_eq!(brought().await, (0, false), "is so already");
    let days = |count: i64| server.clock.advance(count * 24 * 60 * 60 * 1000);
    // 15 to 21 June; a session lasts no longer than a week.
    days(6);
    let mut admin = Desk::new(&server);
    admin.come("admin", PASSWORD).await;
    let rows = import(&admin, &twice).await.json()["rows"].clone();
    assert_eq!(brings(&rows[0]), (1, false), "it ran out");
    admin.change(board(None)).await.expect("given again");
    assert_eq!(admin.change(board(None)).await, Err("taken".to_owned()));
    let held = &server.bench.store.district().expect("read").grants;
    let held = held.iter().filter(|row| row.user.0 == "a-2");
    let ended: Vec<_> = held.map(|row| row.ended_at.is_some()).collect();
    assert_eq!(ended, [false, true, false]);
}
