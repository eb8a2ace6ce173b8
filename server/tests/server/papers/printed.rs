//! What comes out of a printer, and that it comes out whatever the text.

use kiennghi_server::papers::letter::{TransferLetter, reminder, transfer_letter};
use kiennghi_server::papers::report::{annexes, consolidation_report};
use kiennghi_server::papers::sheet::{AnswerSheet, answer_sheets};
use kiennghi_server::papers::{Table, document, workbook};
use kiennghi_shared::papers::Answer;
use kiennghi_shared::text::is_normal;

use super::files::part;
use super::pages::{Page, Print, print};
use super::samples;

/// What no file may hold.
const UNFIT: [char; 6] = [
    '\u{0}', '\u{1}', '\u{b}', '\u{fffe}', '\u{ffff}', '\u{202e}',
];

/// Text as people may send it: what no XML can hold, what ends XML's own words, endless words, very much.
fn hostile() -> String {
    let odd = "\u{0}\u{1}\u{b}\u{fffe}\u{ffff}\u{85}]]> <w:p> &amp; &#0; \"'% _x0041_ \u{202e}\r\n\t=1+1 ";
    format!(
        "Mở đầu {odd}{} {} Kết thúc",
        "dài".repeat(700),
        "Cử tri đề nghị làm đường. ".repeat(700)
    )
}

#[test]
fn papers_print_as_the_decree_wants() {
    let mut long = samples::answer_sheet();
    long.asked = long.asked.repeat(5);
    long.answer.content = long.answer.content.repeat(30);
    let report = samples::report(40);
    let files = [
        ("letter.docx", transfer_letter(&samples::transfer(24))),
        ("reminder.docx", reminder(&samples::reminder())),
        ("report.docx", consolidation_report(&report)),
        (
            "sheets.docx",
            answer_sheets(&[samples::answer_sheet(), long]),
        ),
        ("annexes.xlsx", workbook(&annexes(&report))),
        ("hostile-sheet.docx", answer_sheets(&[hostile_sheet()])),
        ("hostile-letter.docx", transfer_letter(&hostile_letter())),
        ("hostile-annexes.xlsx", workbook(&hostile_annexes())),
        ("hostile-tables.docx", document(&hostile_annexes())),
    ];
    let files = files.map(|(name, bytes)| (name, bytes.expect("bytes")));
    let prints = print(&files);
    let [letter, reminder, report, sheets, tables, hostile @ ..] = prints.as_slice() else {
        panic!("a print is missing");
    };
    for print in &prints {
        is_in_times(print);
        print.pages.iter().for_each(is_a4);
    }
    for print in [letter, reminder, report] {
        stands_within_margins(print);
        is_numbered_from_the_second_page(print);
    }
    letter_is_complete(letter);
    annexes_lie(report);
    answer_sheets_are_large(sheets);
    spreadsheet_repeats_its_heading(tables);
    hostile_papers_are_whole(hostile);
}

pub(crate) fn is_in_times(print: &Print) {
    assert!(!print.fonts.is_empty());
    for font in &print.fonts {
        // Debian's font of the same measures, and what Times New Roman itself is called.
        let times = ["LiberationSerif", "TimesNewRoman"];
        assert!(times.iter().any(|name| font.contains(name)), "{font}");
    }
}

pub(crate) fn is_a4(page: &Page) {
    let (short, long) = (page.width.min(page.height), page.width.max(page.height));
    assert!(
        (short - 210.0).abs() < 0.2 && (long - 297.0).abs() < 0.2,
        "{short} × {long}"
    );
}

/// Left 30 mm, right 15, top and bottom 20, whichever way a page lies; the number alone stands above.
pub(crate) fn stands_within_margins(print: &Print) {
    for page in &print.pages {
        let (_, words) = page.parted();
        for word in &words {
            assert!(word.right < page.width - 15.0 + 0.5, "{word:?}");
            assert!(
                word.top > 20.0 - 0.5 && word.bottom < page.height - 20.0 + 0.5,
                "{word:?}"
            );
        }
        let left = words.iter().map(|word| word.left).fold(f64::MAX, f64::min);
        // In a table the numbers stand in the middle of a column of 10 mm.
        let inset = if page.words.iter().any(|word| word.text == "TT") {
            8.0
        } else {
            1.0
        };
        assert!(
            left > 29.0 && left < 30.0 + inset,
            "left margin {left}: {}",
            page.text()
        );
    }
    let (_, words) = print.pages[0].parted();
    let left = words.iter().map(|word| word.left).fold(f64::MAX, f64::min);
    let right = words.iter().map(|word| word.right).fold(0.0, f64::max);
    assert!((left - 30.0).abs() < 1.0, "left margin {left}");
    assert!(
        (right - 195.0).abs() < 1.0,
        "even at the right margin: {right}"
    );
}

fn is_numbered_from_the_second_page(print: &Print) {
    assert!(print.pages.len() > 1);
    for (number, page) in (1..).zip(&print.pages) {
        let (above, _) = page.parted();
        if number == 1 {
            assert!(above.is_empty(), "page 1 shows {above:?}");
            continue;
        }
        let [shown] = above.as_slice() else {
            panic!("page {number} shows {above:?}");
        };
        assert_eq!(shown.text, number.to_string());
        let middle = f64::midpoint(shown.left, shown.right);
        let wanted = f64::midpoint(30.0, page.width - 15.0);
        assert!((middle - wanted).abs() < 1.0, "{middle}, not {wanted}");
    }
}

fn letter_is_complete(letter: &Print) {
    let [first, annex @ ..] = letter.pages.as_slice() else {
        panic!("no page");
    };
    let text = first.text();
    assert!(is_normal(&text));
    for wanted in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "THƯỜNG TRỰC",
        "Số: 05/TTHĐND",
        "Đầm Hà, ngày 05 tháng 7 năm 2021",
        "Kính gửi: Ủy ban nhân dân huyện Đầm Hà",
        "24 kiến nghị, từ 76 ý kiến của cử tri",
        "trước ngày 15/08/2021 để thông tin tới cử tri./.",
        "TM. THƯỜNG TRỰC HỘI ĐỒNG NHÂN DÂN",
        "PHÓ CHỦ TỊCH",
        "Hoàng Văn Tuyền",
        "Nơi nhận:",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in {text}");
    }
    assert!(!text.contains("Phụ lục KIẾN NGHỊ"));
    assert!(annex.len() > 1, "an annex of several pages");
    assert!(
        annex[0]
            .text()
            .starts_with("2 Phụ lục KIẾN NGHỊ CỦA CỬ TRI (Kèm theo Công văn số 05/TTHĐND")
    );
    for page in annex {
        assert!(
            page.text().contains("Địa phương Nội dung kiến nghị"),
            "{}",
            page.text()
        );
    }
    let all: String = annex.iter().map(Page::text).collect();
    assert!(all.contains("Lỷ A Coỏng"), "{all}");
}

fn annexes_lie(report: &Print) {
    let lying: Vec<_> = report
        .pages
        .iter()
        .map(|page| page.width > page.height)
        .collect();
    assert!(
        !lying[0] && lying.iter().filter(|lies| **lies).count() >= 4,
        "{lying:?}"
    );
    for number in ["I", "II", "III", "IV"] {
        let begins = |page: &Page| {
            page.parted()
                .1
                .iter()
                .map(|word| word.text.as_str())
                .take(3)
                .eq(["Phụ", "lục", number])
        };
        assert_eq!(
            report.pages.iter().filter(|page| begins(page)).count(),
            1,
            "annex {number}"
        );
    }
    for page in report.pages.iter().filter(|page| page.width > page.height) {
        assert!(page.text().contains("Địa phương") && page.text().contains("Ghi chú"));
    }
}

fn answer_sheets_are_large(sheets: &Print) {
    let [short, long] = sheets.pages.as_slice() else {
        panic!("{} pages for two sheets", sheets.pages.len());
    };
    assert!(short.text().ends_with("văn bản số 01/KTHT ngày 02/08/2021"));
    assert!(!short.text().contains("rút gọn"));
    assert!(
        long.text()
            .contains("(đã rút gọn; đầy đủ tại văn bản số 01/KTHT)")
    );
    assert!(long.text().contains("dự kiến xong ngày 20/12/2021"));
    for word in short.words.iter().chain(&long.words) {
        // A box of poppler's is as high as the font's ascent and descent, a little more than its size.
        let points = (word.bottom - word.top) * 72.0 / 25.4;
        assert!(points >= 18.0, "{word:?}");
    }
}

fn spreadsheet_repeats_its_heading(tables: &Print) {
    assert!(tables.pages.len() > 4);
    for page in &tables.pages {
        assert!(page.width > page.height);
        let text = page.text();
        assert!(
            text.contains("Địa phương") && text.contains("Ghi chú"),
            "{text}"
        );
    }
}

fn hostile_sheet() -> AnswerSheet {
    let text = hostile();
    AnswerSheet {
        village: text.clone(),
        occasion: text.clone(),
        asked: text.clone(),
        agency: text.clone(),
        answer: Answer {
            content: text.clone(),
            outcome: text.clone(),
            number: text,
            ..samples::answer_sheet().answer
        },
    }
}

fn hostile_letter() -> TransferLetter {
    let mut letter = samples::transfer(2);
    letter.cases[0].content = hostile();
    letter.cases[0].places = hostile();
    letter
}

fn hostile_annexes() -> Vec<Table> {
    let mut report = samples::report(3);
    report.entries[0].content = hostile();
    report.entries[0].place = "]]>".to_owned();
    annexes(&report)
}

fn hostile_papers_are_whole(prints: &[Print]) {
    let [sheet, letter, tables, document] = prints else {
        panic!("a print is missing");
    };
    assert_eq!(
        sheet.pages.len(),
        1,
        "an answer sheet is one page whatever is in it"
    );
    for print in [letter, document] {
        for wanted in ["]]>", "<w:p>", "&amp;", "&#0;", "=1+1", "thúc"] {
            let mut words = print.pages.iter().flat_map(|page| &page.words);
            assert!(
                words.any(|word| word.text == wanted),
                "{wanted} as it was written"
            );
        }
    }
    let text: String = tables.pages.iter().map(Page::text).collect();
    assert!(text.contains("]]>") && text.contains("Tổng cộng"));
}

#[test]
fn no_text_breaks_a_file() {
    let xml = |bytes: &[u8]| {
        let xml = part(bytes, "word/document.xml");
        assert!(!xml.contains(UNFIT));
        assert!(
            xml.contains("]]&gt; &lt;w:p&gt; &amp;amp; &amp;#0;"),
            "escaped"
        );
    };
    xml(&transfer_letter(&hostile_letter()).expect("a letter"));
    xml(&document(&hostile_annexes()).expect("a document"));
    let book = workbook(&hostile_annexes()).expect("a workbook");
    let strings = part(&book, "xl/sharedStrings.xml");
    assert!(!strings.contains(UNFIT));
    assert!(strings.contains("]]&gt; &lt;w:p&gt;") && strings.contains("Kết thúc"));
}
