//! What goes out on paper, fetched at desks: by period and unit, of a letter and of an answer.

use std::fs;
use std::path::{Path, PathBuf};

use kiennghi_tests::harness::eventually_async;
use serde_json::json;
use tempfile::TempDir;

use super::authorities::{self, answer};
use super::case_desks::{Desk, Net};
use super::chrome::PATIENCE;

/// Where the browser puts what is fetched.
struct Downloads(TempDir);

impl Downloads {
    async fn of(desk: &Desk) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let allow = json!({ "behavior": "allow", "downloadPath": folder.path() });
        desk.device.cdp("Browser.setDownloadBehavior", allow).await;
        Self(folder)
    }

    /// Presses a button and gives the file that comes of it.
    async fn fetched(&self, desk: &Desk, test: &str, ending: &str) -> PathBuf {
        desk.device.click(&format!("[data-test={test}]")).await;
        let what = format!("the file of {test}");
        let file = eventually_async(&what, PATIENCE, async || {
            let found = desk.device.find("[data-test=downloaded]").await;
            let name = found.attr("data-name").await.ok()??;
            let path = self.0.path().join(name);
            (path.exists() && path.to_str()?.ends_with(ending)).then_some(path)
        });
        file.await
    }
}

/// Whether a file is an archive with this part in it.
fn holds(file: &Path, part: &str) -> bool {
    let bytes = fs::read(file).expect("it reads");
    bytes.starts_with(b"PK\x03\x04")
        && bytes
            .windows(part.len())
            .any(|piece| piece == part.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_are_fetched_where_they_are_needed() {
    let mut net = Net::new().await;
    let mut clerk = authorities::Desk::of(&net.server, "thuong-truc-huyen").await;
    let (case, dispatch) = clerk.send(authorities::WORDING, &[]).await;
    let mut committee = Desk::of(&net, "thuong-truc-huyen").await;
    let downloads = Downloads::of(&committee).await;
    committee.open("/review/papers").await;
    committee.device.find("[data-test=report]").await;
    committee.examine("papers").await;
    for (test, ending, part) in [
        ("report", ".docx", "word/document.xml"),
        ("annexes", ".xlsx", "xl/workbook.xml"),
        ("tables", ".xlsx", "xl/workbook.xml"),
    ] {
        let file = downloads.fetched(&committee, test, ending).await;
        assert!(holds(&file, part), "{}", file.display());
    }
    committee.examine("papers-fetched").await;
    committee.choose("period", "own").await;
    committee.device.find("[name=from]").await;
    committee.choose("period", "session:ky-2-2025").await;
    let file = downloads.fetched(&committee, "tables", ".xlsx").await;
    assert!(holds(&file, "xl/workbook.xml"));

    // The letter, and the sheet once there is an answer.
    committee
        .open(&format!("/desk/dispatches/{dispatch}"))
        .await;
    let file = downloads.fetched(&committee, "letter", ".docx").await;
    assert!(holds(&file, "word/document.xml"));
    committee.examine("letter-fetched").await;
    committee.open(&format!("/desk/cases/{case}")).await;
    committee.stands("dispatched").await;
    assert_eq!(committee.device.count("[data-test=sheet]").await, 0);
    answer(&net.server, case, dispatch).await;
    committee.stands("answered").await;
    let file = downloads.fetched(&committee, "sheet", ".docx").await;
    assert!(holds(&file, "word/document.xml"));
    committee.examine("sheet-fetched").await;

    net.cut_off();
    committee.device.click("[data-test=sheet]").await;
    let failure = committee.device.find("[data-test=failure]").await;
    let words = failure.text().await.expect("words");
    assert!(words.contains("Không nối được với máy chủ"), "{words}");
}
