//! What goes out on paper, fetched at desks: by period and unit, of a letter and of an answer.

use std::fs;

use kiennghi_tests::harness::eventually_async;
use serde_json::json;
use tempfile::TempDir;

use super::authorities::{self, answer, at_the_office};
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

    /// Presses a button and gives what the file that comes of it holds.
    async fn fetched(&self, desk: &Desk, test: &str, ending: &str) -> Vec<u8> {
        desk.device.click(&format!("[data-test={test}]")).await;
        let what = format!("the file of {test}");
        let file = eventually_async(&what, PATIENCE, async || {
            let found = fs::read_dir(self.0.path()).expect("a folder");
            // An empty file holds its place until all of it has come.
            let whole = found
                .flatten()
                .filter(|entry| entry.metadata().is_ok_and(|meta| meta.len() > 0));
            let mut paths = whole.map(|entry| entry.path());
            paths.find(|path| path.to_string_lossy().ends_with(ending))
        });
        let bytes = fs::read(file.await).expect("it reads");
        desk.device.find("[data-test=downloaded]").await;
        for entry in fs::read_dir(self.0.path()).expect("a folder").flatten() {
            fs::remove_file(entry.path()).expect("removed");
        }
        bytes
    }
}

/// Whether a file is an archive with this part in it.
fn holds(file: &[u8], part: &str) -> bool {
    let mut pieces = file.windows(part.len());
    file.starts_with(b"PK\x03\x04") && pieces.any(|piece| piece == part.as_bytes())
}

/// A browser that speaks another language shows days as that has them: beside it they are said.
async fn days_are_said_as_people_here_read_them(desk: &Desk) {
    const SAID: &str = ".field:has([name=from]) .hint";
    let agent = desk.device.ask("return navigator.userAgent").await;
    for (language, said) in [("en-US", 1), ("vi-VN", 0)] {
        let speaks = json!({ "userAgent": agent, "acceptLanguage": language });
        let command = "Emulation.setUserAgentOverride";
        desk.device.cdp(command, speaks).await;
        desk.open("/review/papers").await;
        desk.choose("kind", "own").await;
        desk.choose_day("from", "2026-02-01").await;
        assert_eq!(desk.device.count(SAID).await, said, "{language}");
        if said > 0 {
            assert_eq!(desk.device.text(SAID).await, "01/02/2026");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_are_fetched_where_they_are_needed() {
    let mut net = Net::new().await;
    let mut clerk = authorities::Desk::of(&net.server, "thuong-truc-huyen").await;
    let raised = at_the_office(&net.server, "/api/v1/petitions?unit=QN-DH-02&limit=1").await;
    let petition = raised["petitions"][0]["id"].as_str().expect("an id");
    let petition = petition.parse().expect("an id");
    let (case, dispatch) = clerk.send(authorities::WORDING, &[petition]).await;
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
        assert!(holds(&file, part), "{test}");
    }
    committee.examine("papers-fetched").await;
    days_are_said_as_people_here_read_them(&committee).await;
    committee.choose("kind", "session").await;
    committee.choose("period", "ky-2-2025").await;
    let file = downloads.fetched(&committee, "tables", ".xlsx").await;
    assert!(holds(&file, "xl/workbook.xml"));
    committee.choose("kind", "term").await;
    downloads.fetched(&committee, "annexes", ".xlsx").await;

    // The letter, and the sheet once there is an answer.
    committee.open(&format!("/letters/{dispatch}")).await;
    let file = downloads.fetched(&committee, "letter", ".docx").await;
    assert!(holds(&file, "word/document.xml"));
    committee.examine("letter-fetched").await;
    // Whoever received it opens it, too, without what is its committee's to do.
    let mut executive = Desk::of(&net, "uy-ban-huyen").await;
    let received = Downloads::of(&executive).await;
    executive.open("/letters").await;
    executive.device.find("[data-test=dispatch-row]").await;
    executive.examine("letters-of-executive").await;
    let row = format!("[data-test=dispatch-row][data-id='{dispatch}'] a");
    executive.follow(&row).await;
    executive.device.find("[data-test=sent]").await;
    executive.device.find("[data-test=case-row]").await;
    let file = received.fetched(&executive, "letter", ".docx").await;
    assert!(holds(&file, "word/document.xml"));
    for test in ["edit", "mark-sent", "failure"] {
        let count = executive.device.count(&format!("[data-test={test}]")).await;
        assert_eq!(count, 0, "{test}");
    }
    executive.examine("letter-received").await;
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
