//! What the routes give comes out of a printer as Decree 30 wants it.

use std::ops::RangeInclusive;

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;

use super::printed::Printed;
use super::tables::two_periods;
use crate::papers::pages::{Print, print};
use crate::papers::printed::{is_a4, is_in_times, stands_within_margins};

/// A run of letters has this look.
fn looks(print: &Print, text: &str, points: RangeInclusive<u32>, is_bold: bool) {
    let mut runs = print.runs.iter();
    let run = runs.find(|run| run.text.contains(text));
    let run = run.unwrap_or_else(|| panic!("no {text} in {:?}", print.runs));
    assert!(points.contains(&run.points), "{run:?}");
    assert_eq!(run.is_bold, is_bold, "{run:?}");
}

/// Quốc hiệu, Tiêu ngữ, the number, the text and the signature.
fn is_of_the_decree(print: &Print, text: &str) {
    looks(print, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12..=13, true);
    looks(print, "Độc lập - Tự do - Hạnh phúc", 13..=14, true);
    looks(print, "THƯỜNG TRỰC", 12..=13, true);
    looks(print, "Số: ", 13..=13, false);
    looks(print, text, 13..=14, false);
    looks(print, "TM. THƯỜNG TRỰC", 13..=14, true);
    looks(print, "CHỦ TỊCH", 13..=14, true);
    looks(print, "Nơi nhận:", 12..=12, true);
    looks(print, "- Lưu: VT.", 11..=11, false);
}

/// A letter that reminds of what was promised and is not done.
fn remind(printed: &Printed) -> DocumentId {
    let bridge = printed.bridge.to_string();
    let reminder = [
        ("dispatch_kind", "reminder"),
        ("number", "47/TTHĐND"),
        ("date", "2025-06-12"),
        (
            "subject",
            "Đôn đốc giải quyết, trả lời kiến nghị của cử tri",
        ),
        ("to", "Ủy ban nhân dân huyện Đầm Hà"),
        ("to_unit", "P-D"),
        ("to_role", "executive"),
        ("due", "2025-06-30"),
        ("cases", bridge.as_str()),
        ("signer", "Hoàng Văn Thành"),
        ("signer_title", "Phó Chủ tịch"),
    ];
    let office = &printed.office;
    office.write("committee", Kind::Dispatch, "P-D", &reminder)
}

#[tokio::test]
async fn what_the_routes_give_is_laid_out_by_the_decree() {
    let printed = two_periods();
    let (letter, bridge) = (printed.letter, printed.bridge);
    let reminder = remind(&printed);
    let files = [
        ("letter.docx", format!("dispatches/{letter}/letter.docx")),
        (
            "reminder.docx",
            format!("dispatches/{reminder}/letter.docx"),
        ),
        ("report.docx", "reports/consolidation.docx".to_owned()),
        ("sheet.docx", format!("cases/{bridge}/sheet.docx")),
        ("annexes.xlsx", "reports/annexes.xlsx".to_owned()),
        ("tables.docx", "reports/tables.docx".to_owned()),
        ("sheets.xlsx", "reports/tables.xlsx".to_owned()),
    ];
    let mut given = Vec::new();
    for (name, path) in &files {
        let answer = printed.get("committee", &format!("/api/v1/{path}")).await;
        assert_eq!(answer.status, 200, "{path}");
        given.push((*name, answer.body.to_vec()));
    }
    let prints = print(&given);
    for print in &prints {
        is_in_times(print);
        print.pages.iter().for_each(is_a4);
    }
    let [letter, reminder, report, sheet, annexes, tables @ ..] = prints.as_slice() else {
        panic!("a print is missing");
    };
    is_of_the_decree(letter, "Qua các cuộc tiếp xúc cử tri");
    looks(letter, "KT. CHỦ TỊCH", 13..=14, true);
    looks(letter, "V/v chuyển kiến nghị", 12..=13, false);
    is_of_the_decree(reminder, "kiến nghị chưa được giải quyết xong");
    looks(reminder, "V/v đôn đốc", 12..=13, false);
    is_of_the_decree(report, "đã tiếp nhận");
    looks(report, "BÁO CÁO", 13..=14, true);
    for print in [letter, reminder, report] {
        stands_within_margins(print);
    }
    for number in ["I", "II", "III", "IV"] {
        looks(annexes, &format!("Phụ lục {number}"), 9..=14, true);
    }
    let annexes = annexes.pages.iter().map(|page| page.text());
    assert!(annexes.collect::<String>().contains("Số kiến nghị"));
    assert_eq!(sheet.pages.len(), 3, "one for each village");
    assert!(
        sheet.runs.iter().all(|run| run.points >= 18),
        "{:?}",
        sheet.runs
    );
    for print in tables {
        assert!(print.pages.iter().all(|page| page.width > page.height));
        for title in [
            "GIAO BAN",
            "TIẾP XÚC CỬ TRI",
            "KIẾN NGHỊ CỦA CỬ TRI THEO",
            "GIÁM SÁT",
        ] {
            let mut runs = print.runs.iter();
            let is_title = runs.any(|run| run.is_bold && run.text.to_uppercase().contains(title));
            assert!(is_title, "{title}");
        }
    }
}
