//! Pages on paper: lists as tables on their side, with what they were narrowed to; the file of a case upright, and all of
//! it.

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kiennghi_tests::harness::{Demo, Server};
use serde_json::json;

use super::chrome::{DESK, Device, screenshots};
use super::sign_in::{come_in, local};

/// A page of paper, in points.
#[derive(Debug)]
pub(crate) struct Sheet {
    width: f64,
    height: f64,
    text: String,
}

impl Sheet {
    /// Whether it is A4 on its side.
    pub(crate) fn lies(&self) -> bool {
        (841.0..843.0).contains(&self.width) && (594.0..596.5).contains(&self.height)
    }

    /// Whether these words are on it.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.text.contains(words)
    }

    /// How wide it is at so many points an inch.
    pub(crate) fn width_in(&self, resolution: u32) -> f64 {
        self.width * f64::from(resolution) / 72.0
    }

    fn stands(&self) -> bool {
        (594.0..596.5).contains(&self.width) && (841.0..843.0).contains(&self.height)
    }
}

/// What the browser prints of the page that it shows; the file is kept beside the pictures.
pub(crate) async fn print(device: &Device, name: &str) -> Vec<Sheet> {
    let printed = device
        .cdp("Page.printToPDF", json!({ "preferCSSPageSize": true }))
        .await;
    let bytes = STANDARD.decode(printed["data"].as_str().expect("a file"));
    let bytes = bytes.expect("Base64");
    fs::create_dir_all(screenshots()).expect("a folder for pictures");
    let path = screenshots().join(format!("{name}.pdf"));
    fs::write(&path, &bytes).expect("it is kept");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let texts = texts(&path);
    let boxes = text.split("/MediaBox [").skip(1);
    let sheets = boxes.zip(texts).map(|(rest, text)| {
        let numbers = rest.split(']').next().expect("four numbers");
        let numbers: Vec<f64> = numbers
            .split_whitespace()
            .map(|number| number.parse().expect("a number"))
            .collect();
        let (width, height) = (numbers[2], numbers[3]);
        Sheet {
            width,
            height,
            text,
        }
    });
    sheets.collect()
}

/// The words of each page, with single spaces.
fn texts(pdf: &Path) -> Vec<String> {
    let read = Command::new("pdftotext").arg(pdf).arg("-").output();
    let read = read.expect("pdftotext is installed: `cargo xtask test` says how");
    assert!(read.status.success(), "{read:?}");
    let text = String::from_utf8(read.stdout).expect("UTF-8");
    let pages = text.split_terminator('\u{c}');
    pages
        .map(|page| page.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

fn whole(sheets: &[Sheet]) -> String {
    let texts: Vec<&str> = sheets.iter().map(|sheet| &*sheet.text).collect();
    texts.join(" ")
}

/// What no paper has.
const BUTTONS: [&str; 8] = [
    "Trang sau",
    "Chọn tất cả",
    "Soạn văn bản",
    "Sửa nội dung",
    "Quay lại",
    "Việc cần làm",
    "Mọi kỳ họp",
    "Tách khỏi vụ việc",
];

/// Prints a list, with these words: all of its sheets lie on their side, each with the heads of the table.
async fn print_list(device: &Device, name: &str, heads: &[&str], words: &[&str]) -> Vec<Sheet> {
    let sheets = print(device, name).await;
    for sheet in &sheets {
        assert!(sheet.lies(), "{name}: {sheet:?}");
        // The number of the page may find no room below the last row.
        let has_rows = !sheet.text.starts_with("Trang ");
        for head in heads.iter().filter(|_| has_rows) {
            assert!(sheet.text.contains(head), "{name}, {head}: {sheet:?}");
        }
        for button in BUTTONS {
            assert!(!sheet.text.contains(button), "{name}, {button}: {sheet:?}");
        }
    }
    let text = whole(&sheets);
    for words in words {
        assert!(text.contains(words), "{name}, {words}: {text}");
    }
    sheets
}

/// The words of all elements that a selector finds.
async fn words(device: &Device, css: &str) -> Vec<String> {
    let script = format!(
        "return [...document.querySelectorAll(`{css}`)].map(found => found.textContent.trim().replace(/\\s+/g, ' '));"
    );
    let found = device.ask(&script).await;
    let found = found.as_array().expect("a list").iter();
    found
        .map(|text| text.as_str().expect("a text").to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_printed_as_tables_and_a_case_as_a_whole() {
    let server = Server::start_on(Demo::of_term());
    let url = local(&server);
    let desk = Device::new(DESK).await;
    come_in(&desk, &server, "thuong-truc-huyen").await;
    let open = async |path: &str, row: &str| {
        desk.go(&format!("{url}{path}")).await;
        desk.find(row).await;
    };

    open("/desk/cases?state=closed", "[data-test=case-row]").await;
    let total = desk.text("[data-test=total]").await;
    let sheets = print_list(
        &desk,
        "print-cases",
        &["Mã số", "Nội dung", "Trạng thái", "Cử tri"],
        &["Vụ việc", "Trạng thái: Đã kết thúc", &total, "Trang 1/"],
    )
    .await;
    assert!(sheets.len() > 1, "more than a sheet");
    let codes = words(&desk, "[data-test=case-row] td:first-child").await;
    let printed = |code: &String| sheets.iter().any(|sheet| sheet.text.contains(code));
    assert!(codes.len() > 20 && codes.iter().all(printed), "{codes:?}");

    open("/letters", "[data-test=dispatch-row]").await;
    let heads = ["Nơi nhận", "Hạn trả lời", "Đã gửi"];
    print_list(&desk, "print-letters", &heads, &["Văn bản"]).await;
    open("/review/supervision?view=overdue", "[data-test=case-row]").await;
    let heads = ["Vụ việc", "Nội dung", "Đang ở"];
    let chosen = ["Giám sát", "Xem: Quá hạn chưa trả lời"];
    print_list(&desk, "print-supervision", &heads, &chosen).await;
    open("/review/daily", "[data-test=daily-row]").await;
    let heads = ["Vụ việc", "Nội dung", "Trạng thái", "Hạn"];
    print_list(&desk, "print-daily", &heads, &["Việc đến hạn", "Quá hạn"]).await;
    open("/review?kind=term", "[data-test=unit-row]").await;
    desk.click("[data-test=unit-row][data-id=''] a[data-count=petitions]")
        .await;
    desk.find("[data-test=petition-row]").await;
    let heads = ["Mã số", "Nội dung", "Nơi nêu", "Cử tri"];
    print_list(
        &desk,
        "print-behind",
        &heads,
        &["303 kiến nghị", "Trang 1/7"],
    )
    .await;

    open("/desk/cases?state=closed", "[data-test=case-row]").await;
    desk.click("[data-test=case-row] a").await;
    desk.find("[data-test=paper][data-kind=finding]").await;
    let sheets = print(&desk, "print-case").await;
    let text = whole(&sheets);
    for sheet in &sheets {
        assert!(sheet.stands(), "{sheet:?}");
    }
    for button in BUTTONS {
        assert!(!text.contains(button), "{button}: {text}");
    }
    let parts = [
        "[data-test=voice] .words",
        "[data-test=paper] .who",
        "[data-test=paper] > p:not(.card-meta, :has(a))",
    ];
    for part in parts {
        let wanted = words(&desk, part).await;
        assert!(!wanted.is_empty(), "{part}");
        for wanted in wanted {
            assert!(text.contains(&wanted), "{part}, {wanted}: {text}");
        }
    }
    let place = desk.text("[data-field=holder] dd").await;
    assert!(place.starts_with("Đã kết thúc ngày "), "{place}");
}
