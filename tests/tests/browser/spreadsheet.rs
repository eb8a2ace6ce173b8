//! Petitions out of an office's spreadsheet: seen row by row, taken over all or nothing, and once.

use std::fs;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::Workbook;
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::Key;

use super::case_desks::{Desk, Net};

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
const SESSION: &str = "Kỳ họp chuyên đề tháng 6 năm 2025";
const BRIDGE: &str = "Đề nghị sửa ngầm tràn Khe Lục bị xói lở";
const LAMP: &str = "Đề nghị lắp đèn đường ở ngã tư chợ";

/// What a person has in a folder.
struct Folder(TempDir);

impl Folder {
    fn keep(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).expect("a file");
        path
    }

    /// A spreadsheet with these heads and rows of content and place.
    fn sheet(&self, name: &str, heads: &[&str], rows: &[(&str, &str)]) -> PathBuf {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, head) in (0..).zip(heads) {
            sheet.write(0, column, *head).expect("a head");
        }
        for (row, (content, place)) in (1..).zip(rows) {
            sheet.write(row, 0, row).expect("a number");
            let cells = [content, place, "Giao thông", "", "", "", SESSION, "Trước"];
            for (column, cell) in (1..).zip(cells) {
                sheet.write(row, column, cell).expect("a cell");
            }
        }
        self.keep(name, &book.save_to_buffer().expect("a file"))
    }
}

impl Desk {
    async fn choose_file(&self, path: &Path) {
        let field = self.device.find("[name=file]").await;
        let typed = field.send_keys(path.to_str().expect("a path")).await;
        typed.expect("the file is chosen");
    }

    /// Chooses a file that is not read at all, and gives what is said of it.
    async fn refused(&self, path: &Path, part: &str) {
        self.choose_file(path).await;
        self.device
            .until(&format!("{part} of {}", path.display()), async |d| {
                d.text("[data-test=failure]").await.contains(part)
            })
            .await;
        assert_eq!(self.device.count("[data-test=preview]").await, 0);
    }

    /// Chooses a file that is shown row by row.
    async fn previewed(&self, path: &Path, part: &str) {
        self.choose_file(path).await;
        self.device
            .until(&format!("{part} of {}", path.display()), async |d| {
                d.text("[data-test=preview]").await.contains(part)
            })
            .await;
        assert_eq!(self.device.count("[data-test=failure]").await, 0);
    }

    async fn petitions(&self) -> serde_json::Value {
        let script = "return (await (await fetch('/api/v1/petitions?limit=1')).json()).total";
        self.device.ask(script).await
    }
}

/// Adds a session of the council on whose days the communes stood.
fn add_session(net: &Net) {
    let session = json!({ "put_session": {
        "code": "ky-chuyen-de", "term": "nk-2021-2026", "name": SESSION, "kind": "topical",
        "starts": "2025-06-15", "ends": "2025-06-16",
    } });
    let file = net.server.data().join("changes.json");
    let text = json!({ "changes": [session], "deadlines": [] }).to_string();
    fs::write(&file, text).expect("a file");
    let said = net
        .server
        .command("change", &[file.to_str().expect("a path")]);
    assert!(said.contains("changes made"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spreadsheet_is_seen_taken_over_and_adds_nothing_again() {
    let net = Net::new().await;
    add_session(&net);
    let mut desk = Desk::of(&net, "thuong-truc-huyen").await;
    let folder = Folder(tempfile::tempdir().expect("a folder"));
    let before = desk.petitions().await;
    desk.open("/letters/import").await;
    desk.device.find("[name=file]").await;
    desk.examine("import").await;

    desk.refused(&folder.keep("bang.xls", b"\xd0\xcf\x11\xe0"), ".xlsx")
        .await;
    desk.refused(&folder.keep("trong.xlsx", b""), "trống").await;
    let big = vec![b'x'; (2 << 20) + 1];
    desk.refused(&folder.keep("to.xlsx", &big), "2 MB").await;
    desk.refused(&folder.keep("khac.xlsx", b"PK\x03\x04"), "Không đọc được")
        .await;
    desk.examine("import-refused").await;
    let other = ["Họ tên", "Ngày sinh", "Quê quán"];
    desk.previewed(
        &folder.sheet("nguoi.xlsx", &other, &[]),
        "Không thấy dòng tiêu đề",
    )
    .await;
    desk.previewed(
        &folder.sheet("khong.xlsx", &HEADS, &[]),
        "không có dòng nào",
    )
    .await;

    // One row is damaged: nothing of the file is taken over.
    let rows = [(BRIDGE, "Xã Quảng Lâm"), (LAMP, "Xã Không Có")];
    desk.previewed(
        &folder.sheet("hong.xlsx", &HEADS, &rows),
        "1 dòng chưa đúng",
    )
    .await;
    let wrong = desk
        .device
        .text("[data-test=import-row][data-id=wrong]")
        .await;
    assert!(
        wrong.contains("Cột C") && wrong.contains("Không Có"),
        "{wrong}"
    );
    assert_eq!(desk.device.count("[data-test=take-over]").await, 0);
    desk.examine("import-damaged").await;
    assert_eq!(desk.petitions().await, before);

    // Put right, it is looked at and taken over with the keyboard alone.
    let rows = [(BRIDGE, "Xã Quảng Lâm"), (LAMP, "Xã Quảng An")];
    let good = folder.sheet("dung.xlsx", &HEADS, &rows);
    desk.previewed(&good, "2 kiến nghị mới").await;
    assert_eq!(desk.device.text("[data-field=new] dd").await, "2");
    let focused = "return document.activeElement.id";
    assert_eq!(desk.device.ask(focused).await, json!("preview"));
    desk.examine("import-preview").await;
    desk.device.tab_to("[data-test=take-over]").await;
    desk.device.press(Key::Enter + "").await;
    desk.device.find("[data-test=made][data-made='2']").await;
    desk.examine("import-made").await;
    let after = desk.petitions().await;
    assert_eq!(after, json!(before.as_u64().expect("a number") + 2));

    // A browser says nothing when the same file is chosen once more.
    let again = folder.sheet("dung-lai.xlsx", &HEADS, &rows);
    desk.previewed(&again, "Không có gì mới").await;
    assert_eq!(desk.device.text("[data-field=there] dd").await, "2");
    assert_eq!(desk.device.count("[data-test=take-over]").await, 0);
    desk.examine("import-again").await;
    assert_eq!(desk.petitions().await, after);
    desk.open("/consolidation?text=Khe%20L%E1%BB%A5c").await;
    desk.device.find("[data-test=petition-row]").await;
}
