//! Spreadsheets of petitions, looked at and taken in, in a district that has many already.

use kiennghi_tests::harness::{Petitions, Server};
use rust_xlsxwriter::Workbook;

use super::Size;
use crate::table::Table;

const HEADS: [&str; 5] = ["STT", "Nội dung", "Địa phương", "Kỳ họp", "Trước/Sau"];
const PLACES: [&str; 3] = ["Xã Quảng Lâm", "Xã Quảng An", "Thị trấn Đầm Hà"];

pub(super) async fn measure(table: &mut Table, server: &Server, size: Size) {
    let mut asked = super::committee(server).await;
    let books: Vec<_> = (0..size.files)
        .map(|number| book(number, size.rows))
        .collect();
    for (what, path) in [
        ("looked at", "/api/v1/petitions/imports"),
        ("taken in", "/api/v1/petitions/imports?confirm=true"),
        ("taken in again", "/api/v1/petitions/imports?confirm=true"),
    ] {
        for book in &books {
            asked.hand_in(path, book.clone()).await;
        }
        asked.tell(table, format!("a spreadsheet, {} rows, {what}", size.rows));
    }
}

/// A spreadsheet with other petitions for each number.
fn book(number: usize, rows: usize) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, head) in (0..).zip(HEADS) {
        sheet.write(0, column, head).expect("a head");
    }
    let samples = Petitions::seeded(1_000 + number as u64).take(rows);
    for ((row, sample), place) in (1..).zip(samples).zip(PLACES.iter().cycle()) {
        sheet.write(row, 0, row).expect("a number");
        let session = "Kỳ họp thường lệ giữa năm 2026";
        let cells = [sample.content.as_str(), place, session, "Trước"];
        for (column, cell) in (1..).zip(cells) {
            sheet.write(row, column, cell).expect("a cell");
        }
    }
    book.save_to_buffer().expect("a file")
}
