//! What is in the files: cells with their types, and XML.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use jiff::civil::date;
use kiennghi_server::papers::annexes::{Annex, annex};
use kiennghi_server::papers::counts::{
    AgencyCount, FieldCount, UnitCount, by_agency, by_field_and_unit, by_unit,
};
use kiennghi_server::papers::letter::{reminder, transfer_letter};
use kiennghi_server::papers::lists::{
    Dispatch, Finding, Pending, Received, Roadmap, dispatches, pending, reports_received,
    supervision,
};
use kiennghi_server::papers::report::annexes;
use kiennghi_server::papers::table::{Cell, Column};
use kiennghi_server::papers::{Table, document, workbook};
use kiennghi_shared::field_of_work::FieldsOfWork;
use zip::ZipArchive;

use super::samples;

/// The sheets of a workbook, each with its cells.
fn read(tables: &[Table]) -> Vec<(String, Vec<Vec<Data>>)> {
    let bytes = workbook(tables).expect("a workbook");
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).expect("readable");
    let sheets = book.worksheets();
    let rows = |range: calamine::Range<Data>| range.rows().map(<[Data]>::to_vec).collect();
    sheets
        .into_iter()
        .map(|(name, range)| (name, rows(range)))
        .collect()
}

/// The only sheet of a workbook of one table, from the first row below the heading.
fn below_heading(table: &Table) -> Vec<Vec<Data>> {
    let mut sheets = read(std::slice::from_ref(table));
    let mut rows = sheets.pop().expect("a sheet").1;
    let is_first = |row: &Vec<Data>| row[0] == Data::Float(1.0);
    rows.drain(..rows.iter().position(is_first).expect("a first row"));
    rows
}

/// A part of an archive.
pub(crate) fn part(archive: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(archive)).expect("an archive");
    let mut text = String::new();
    let mut part = archive.by_name(name).expect("a part");
    part.read_to_string(&mut text).expect("a text");
    text
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

/// What is in a row, without the type of numbers: `x` for a tick.
fn plain(row: &[Data]) -> Vec<String> {
    row.iter().map(ToString::to_string).collect()
}

#[test]
fn the_annexes_choose_tick_and_sum_up() {
    let report = samples::report(12);
    let sheets = read(&annexes(&report));
    let names: Vec<_> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["Phụ lục I", "Phụ lục II", "Phụ lục III", "Phụ lục IV"]
    );

    let (_, first) = &sheets[0];
    assert_eq!(first[0][0], text("Phụ lục I"));
    assert_eq!(
        first[2][0],
        text(
            "(Kèm theo Báo cáo số 05/TTHĐND ngày 05 tháng 7 năm 2021 của Thường trực Hội đồng nhân dân huyện Đầm Hà)"
        )
    );
    let heading = [
        "TT",
        "Địa phương",
        "Số kiến nghị",
        "Nội dung",
        "Lĩnh vực",
        "",
        "",
        "",
        "",
        "Ghi chú",
    ];
    assert_eq!(plain(&first[3]), heading);
    let fields = [
        "Cơ chế chính sách",
        "Kinh tế – Ngân sách",
        "Văn hóa – Xã hội",
        "Tư pháp",
        "An ninh quốc phòng và khác",
    ];
    assert_eq!(plain(&first[4])[4..9], fields);
    assert_eq!(first[5][0], Data::Float(1.0));
    assert_eq!(first[5][2], Data::Float(4.0), "a number is a number");
    assert_eq!(plain(&first[5])[4..9], ["", "x", "", "", ""]);
    assert_eq!(first.len(), 5 + 12 + 1);
    let foot = plain(&first[17]);
    assert_eq!(
        foot[1..],
        ["Tổng cộng", "38", "", "0", "26", "8", "0", "4", ""]
    );

    let rows = |index: usize| sheets[index].1.len() - 6;
    assert_eq!([rows(1), rows(2), rows(3)], [3, 4, 3]);
    assert_eq!(
        sheets[2].1[5][9],
        text("Phòng Kinh tế và Hạ tầng trả lời tại văn bản số 01/KTHT ngày 02/08/2021")
    );
    assert_eq!(first[5][9], Data::Empty, "only annex III cites answers");
}

#[test]
fn a_field_that_is_not_known_is_ticked_nowhere() {
    let mut entries = samples::entries(1);
    entries[0].field = "sea".to_owned();
    entries[0].note = "Chuyển kỳ sau".to_owned();
    let fields = FieldsOfWork::default();
    let rows = below_heading(&annex(Annex::Answered, &entries, &fields, ""));
    assert!(plain(&rows[0])[4..9].iter().all(String::is_empty));
    assert!(plain(&rows[0])[9].ends_with("02/08/2021; Chuyển kỳ sau"));
    assert_eq!(plain(&rows[1])[4..9], ["0"; 5]);
}

#[test]
fn units_are_counted_with_their_shares() {
    let count = |unit: &str, petitions| UnitCount {
        unit: unit.to_owned(),
        petitions,
    };
    let rows = below_heading(&by_unit(
        &[count("Xã Đại Bình", 1), count("Xã Dực Yên", 3)],
        "",
    ));
    assert_eq!(plain(&rows[0]), ["1", "Xã Đại Bình", "1", "0.25"]);
    assert_eq!(plain(&rows[2]), ["", "Tổng cộng", "4", "1"]);
    let none = below_heading(&by_unit(&[count("Xã Đại Bình", 0)], ""));
    assert_eq!(none[0][3], Data::Empty, "no share of nothing");
}

#[test]
fn fields_are_counted_in_each_unit_and_in_all() {
    let units = ["Xã Đại Bình", "Xã Dực Yên"].map(str::to_owned);
    let count = |field: &str, petitions: &[u64]| FieldCount {
        field: field.to_owned(),
        petitions: petitions.to_vec(),
    };
    let counts = [count("Giao thông", &[1, 2]), count("Y tế", &[3])];
    let table = by_field_and_unit(&units, &counts, "");
    let rows = below_heading(&table);
    assert_eq!(
        plain(&rows[0]),
        ["1", "Giao thông", "1", "0.25", "2", "1", "3", "0.5"]
    );
    assert_eq!(
        plain(&rows[1]),
        ["2", "Y tế", "3", "0.75", "0", "0", "3", "0.5"]
    );
    assert_eq!(
        plain(&rows[2]),
        ["", "Tổng cộng", "4", "1", "2", "1", "6", "1"]
    );
    let printed = part(
        &document(&[table]).expect("a document"),
        "word/document.xml",
    );
    assert!(printed.contains(">50,0%<"), "shares are read in per cent");
}

#[test]
fn agencies_have_a_row_of_sums_and_one_of_shares() {
    let count = |agency: &str, total, [resolved, in_progress, explained, unresolved]: [u64; 4]| {
        AgencyCount {
            agency: agency.to_owned(),
            total,
            answered: resolved + in_progress + explained + unresolved,
            resolved,
            in_progress,
            explained,
            unresolved,
        }
    };
    let counts = [
        count("Phòng Y tế", 6, [3, 1, 1, 0]),
        count("Phòng Kinh tế và Hạ tầng", 4, [1, 1, 0, 1]),
    ];
    let rows = below_heading(&by_agency(&counts, ""));
    assert_eq!(plain(&rows[1])[2..], ["4", "3", "1", "1", "0", "1", "1"]);
    assert_eq!(
        plain(&rows[2])[1..],
        ["Tổng cộng", "10", "8", "4", "2", "1", "1", "2"]
    );
    assert_eq!(
        plain(&rows[3])[1..],
        ["Tỷ lệ", "1", "0.8", "0.4", "0.2", "0.1", "0.1", "0.2"]
    );
}

#[test]
fn lists_have_days_as_days_and_count_what_they_tick() {
    let day = date(2021, 8, 2);
    let dispatch = Dispatch {
        number: "05/TTHĐND".to_owned(),
        date: Some(day),
        kind: "Công văn chuyển".to_owned(),
        subject: "Chuyển kiến nghị của cử tri".to_owned(),
        from: "Thường trực HĐND huyện".to_owned(),
        to: "UBND huyện".to_owned(),
        cases: 12,
        due: None,
    };
    let rows = below_heading(&dispatches(&[dispatch.clone(), dispatch], ""));
    let Data::DateTime(issued) = &rows[0][2] else {
        panic!("no day: {:?}", rows[0][2]);
    };
    assert_eq!(
        issued.as_f64(),
        44_410.0,
        "2 August 2021, as Excel counts days"
    );
    assert_eq!(rows[2][7], Data::Float(24.0));

    let finding = |on_time, for_good| Finding {
        content: "Sửa đường bản Siềng Lống".to_owned(),
        agency: "Phòng Kinh tế và Hạ tầng".to_owned(),
        date: Some(day),
        on_time,
        for_good,
        verdict: "Theo dõi tại kỳ họp sau".to_owned(),
    };
    let rows = below_heading(&supervision(
        &[
            finding(Some(true), Some(false)),
            finding(Some(false), Some(false)),
            finding(None, None),
        ],
        "",
    ));
    assert_eq!(plain(&rows[0])[4..8], ["x", "", "", "x"]);
    assert_eq!(plain(&rows[2])[4..8], [""; 4], "nothing was found of it");
    assert_eq!(plain(&rows[3])[4..8], ["1", "1", "0", "2"]);

    let case = |roadmap| Pending {
        place: "Xã Quảng Lâm".to_owned(),
        content: "Sửa đường bản Siềng Lống".to_owned(),
        since: "Kỳ họp thứ 4".to_owned(),
        sessions: 3,
        agency: "Phòng Kinh tế và Hạ tầng".to_owned(),
        roadmap,
    };
    let roadmap = Some(Roadmap {
        steps: "Thi công trong quý IV năm 2021".to_owned(),
        expected: None,
    });
    let rows = below_heading(&pending(&[case(roadmap), case(None), case(None)], ""));
    assert_eq!(
        plain(&rows[0])[6..9],
        ["x", "", "Thi công trong quý IV năm 2021"]
    );
    assert_eq!(plain(&rows[3])[6..8], ["1", "2"]);

    let received = Received {
        from: "Xã Quảng Lâm".to_owned(),
        number: String::new(),
        due: Some(day),
        received: None,
        note: String::new(),
    };
    let rows = below_heading(&reports_received(&[received], ""));
    assert_eq!(plain(&rows[0])[4..], ["", "Chưa nhận được"]);
}

#[test]
fn a_sheet_is_ready_to_be_printed() {
    let bytes = workbook(&annexes(&samples::report(3))).expect("a workbook");
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    for wanted in [
        r#"<pane ySplit="5" topLeftCell="A6" activePane="bottomLeft" state="frozen"/>"#,
        r#"paperSize="9""#,
        r#"orientation="landscape""#,
        r#"fitToHeight="0""#,
    ] {
        assert!(sheet.contains(wanted), "{wanted}: {sheet}");
    }
    let book = part(&bytes, "xl/workbook.xml");
    assert!(book.contains("'Phụ lục I'!$4:$5"), "repeated rows: {book}");
    let styles = part(&bytes, "xl/styles.xml");
    assert!(styles.contains(r#"wrapText="1""#) && styles.contains("Times New Roman"));
}

#[test]
fn what_looks_like_a_formula_is_text() {
    let cells = [
        "=1+1",
        "+84 912 000 000",
        "-5",
        "@SUM(A1)",
        "=HYPERLINK(\"http://a\")",
    ];
    let table = Table {
        name: "=A1".to_owned(),
        title: "=1+1".to_owned(),
        columns: vec![Column::new("TT", 10), Column::new("=B1", 50)],
        rows: (1..)
            .zip(cells)
            .map(|(number, cell)| vec![Cell::Number(number), Cell::text(cell)])
            .collect(),
        ..Table::default()
    };
    let rows = below_heading(&table);
    let read: Vec<_> = rows.iter().map(|row| row[1].clone()).collect();
    assert_eq!(read, cells.map(text));
    let bytes = workbook(&[table]).expect("a workbook");
    assert!(!part(&bytes, "xl/worksheets/sheet1.xml").contains("<f>"));
    assert!(part(&bytes, "xl/styles.xml").contains(r#"quotePrefix="1""#));
}

#[test]
fn sheets_have_names_that_programs_take() {
    let named = |name: &str| Table {
        name: name.to_owned(),
        columns: vec![Column::new("TT", 10)],
        rows: vec![vec![Cell::Number(1)]],
        ..Table::default()
    };
    let long = "Kiến nghị chưa giải quyết xong qua nhiều kỳ họp";
    let tables = ["Đơn vị", "đơn vị", "", "", "a/b[c]:*?\\'", long, long].map(named);
    let names: Vec<_> = read(&tables).into_iter().map(|(name, _)| name).collect();
    let expected = [
        "Đơn vị",
        "đơn vị 2",
        "Bảng",
        "Bảng 2",
        "a b c",
        "Kiến nghị chưa giải quyết x",
        "Kiến nghị chưa giải quyết x 2",
    ];
    assert_eq!(names, expected);
}

#[test]
fn a_letter_repeats_its_heading_and_leaves_room_for_what_is_not_known() {
    let xml = |bytes: Vec<u8>| part(&bytes, "word/document.xml");
    let whole = xml(transfer_letter(&samples::transfer(6)).expect("a letter"));
    assert_eq!(whole.matches("<w:tblHeader />").count(), 1);
    assert!(!whole.contains("<w:trHeight"), "the mark is gone");
    for wanted in [
        "Số: 05/TTHĐND",
        "V/v chuyển kiến nghị của cử tri",
        "cử tri./.",
        "- Lưu: VT.",
    ] {
        assert!(whole.contains(wanted), "{wanted}");
    }
    let unsigned = xml(transfer_letter(&samples::unsigned()).expect("a letter"));
    for wanted in [
        "Số:           /TTHĐND",
        "Đầm Hà, ngày      tháng      năm",
        ">……………………………<",
        "gửi về Thường trực Hội đồng nhân dân huyện Đầm Hà để thông tin",
    ] {
        assert!(unsigned.contains(wanted), "{wanted}");
    }
    let reminder = xml(reminder(&samples::reminder()).expect("a letter"));
    let about = "V/v đôn đốc trả lời kiến nghị của cử tri trước ngày 10/09/2021";
    assert!(reminder.contains(about));
}
