//! The command-line phone and the server, as a person at a terminal uses them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use kiennghi_tests::harness::{Mode, Petitions, Proxy, Server, eventually, phone_program};
use serde_json::Value;

use crate::support::{COMMITTEE, exported, get_json};

const PATIENCE: Duration = Duration::from_secs(30);

fn phone(state: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(phone_program())
        .arg("--state")
        .arg(state)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the phone starts");
    let mut stdin = child.stdin.take().expect("asked for");
    // A command that reads nothing may be gone already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the phone ends")
}

fn good(state: &Path, arguments: &[&str], input: &str) -> String {
    let output = phone(state, arguments, input);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "phone {arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn bad(state: &Path, arguments: &[&str], input: &str) -> String {
    let output = phone(state, arguments, input);
    assert!(!output.status.success(), "phone {arguments:?} should fail");
    String::from_utf8(output.stderr).expect("UTF-8")
}

fn listed(state: &Path) -> Vec<Value> {
    let lines = good(state, &["list", "--json"], "");
    let parse = |line| serde_json::from_str(line).expect("JSON");
    lines.lines().map(parse).collect()
}

#[tokio::test]
async fn what_a_phone_records_the_office_sees() {
    let server = Server::start();
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path();
    let code = server.enrol("quang-lam-1");
    assert_eq!(
        good(state, &["enrol", &server.url(), &code], "").trim(),
        "quang-lam-1"
    );

    let before = exported(&server).len();
    let mut petitions = Petitions::seeded(1);
    let mut samples: Vec<_> = petitions.by_ref().take(5).collect();
    samples[2].content = "Đề nghị làm cầu treo qua suối Pạc Sủi trước mùa lũ.".to_owned();
    let lines: Vec<String> = samples.iter().map(|sample| sample.json()).collect();
    let place = [
        "record",
        "-",
        "--date",
        "2025-06-01",
        "--place",
        "Nhà văn hóa",
    ];
    let ids = good(state, &place, &lines.join("\n"));
    let ids: Vec<&str> = ids.lines().collect();
    assert_eq!(ids.len(), 5);
    let delivery = |petition: &Value| petition["delivery"] == "saved";
    assert_eq!(
        listed(state)
            .iter()
            .filter(|petition| delivery(petition))
            .count(),
        5
    );

    let report: Value = serde_json::from_str(&good(state, &["sync"], "")).expect("JSON");
    assert_eq!(
        report["pushed"], 6,
        "five petitions and their meeting: {report}"
    );
    assert_eq!(report["acked"], 6);
    assert_eq!(report["refused"], 0);
    assert_eq!(report["requests"], 1, "{report}");
    let list = listed(state);
    assert!(
        list.iter()
            .all(|petition| petition["delivery"] == "received")
    );
    let mine = |id: &&str| list.iter().any(|petition| petition["id"] == **id);
    assert!(ids.iter().all(mine));

    let office = server.phone(COMMITTEE).await;
    let found = get_json(&office, "/api/v1/petitions?text=cau%20treo%20pac%20sui").await;
    assert_eq!(found["total"], 1, "{found}");
    assert_eq!(found["petitions"][0]["id"], ids[2]);
    assert_eq!(exported(&server).len(), before + 5);
    let counts = get_json(&office, "/api/v1/petitions/counts").await;
    assert_eq!(counts["total"], before + 5);
    let document = get_json(&office, &format!("/api/v1/documents/{}", ids[2])).await;
    assert!(document.to_string().contains("cầu treo"), "{document}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_is_killed_while_it_syncs_goes_on_from_what_it_stored() {
    let server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path();
    let code = server.enrol("quang-lam-1");
    good(state, &["enrol", &proxy.url(), &code], "");
    good(state, &["sync"], "");
    let before = exported(&server).len();
    let mut petitions = Petitions::seeded(30);
    let mut ids = Vec::new();
    for round in 0..8 {
        let lines: Vec<String> = petitions.by_ref().take(3).map(|s| s.json()).collect();
        let recorded = good(state, &["record", "-"], &lines.join("\n"));
        ids.extend(recorded.lines().map(str::to_owned));
        // Slow enough to be in the middle of it, and a different middle each time.
        proxy.set(Mode::Rate(30_000));
        let target = proxy.carried() + 200 + round * 400;
        let mut child = Command::new(phone_program())
            .args(["--state".as_ref(), state.as_os_str(), "sync".as_ref()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the phone starts");
        eventually("some traffic", PATIENCE, || {
            let ended = child.try_wait().expect("a child").is_some();
            (ended || proxy.carried() >= target).then_some(())
        });
        // It may just have ended.
        let _ = child.kill();
        child.wait().expect("it ends");
    }
    proxy.set(Mode::Pass);
    // The server may not have noticed yet that the phone has died.
    eventually("the phone's turn", PATIENCE, || {
        phone(state, &["sync"], "").status.success().then_some(())
    });
    let list = listed(state);
    assert!(
        list.iter()
            .all(|petition| petition["delivery"] == "received")
    );
    let exported: Vec<String> = exported(&server).iter().map(ToString::to_string).collect();
    assert_eq!(exported.len(), before + 24);
    let once = |id: &String| exported.iter().filter(|found| *found == id).count() == 1;
    assert!(ids.iter().all(once));
}

#[tokio::test]
async fn a_code_enrols_one_device_once() {
    let server = Server::start();
    let folder = tempfile::tempdir().expect("a folder");
    let code = server.enrol("quang-lam-2");
    good(
        &folder.path().join("a"),
        &["enrol", &server.url(), &code],
        "",
    );
    let said = bad(
        &folder.path().join("b"),
        &["enrol", &server.url(), &code],
        "",
    );
    assert!(said.contains("bad_code"), "{said}");
    let said = bad(&folder.path().join("b"), &["sync"], "");
    assert!(said.contains("not enrolled"), "{said}");
    let said = bad(
        &folder.path().join("b"),
        &["enrol", &server.url(), "AAAAA-BBBBB"],
        "",
    );
    assert!(said.contains("bad_code"), "{said}");
}

#[tokio::test]
async fn edits_go_to_another_phone_and_bad_files_leave_nothing() {
    let server = Server::start();
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    good(
        &one,
        &["enrol", &server.url(), &server.enrol("quang-lam-1")],
        "",
    );
    good(
        &two,
        &["enrol", &server.url(), &server.enrol("quang-lam-2")],
        "",
    );
    let sample = Petitions::seeded(2).next().expect("endless").json();
    let said = bad(
        &one,
        &["record", "-"],
        &format!("{sample}\n{{\"voters\":1}}\n"),
    );
    assert!(
        said.contains("line 2") && said.contains("content"),
        "{said}"
    );
    good(&one, &["sync"], "");
    let held = listed(&one).len();

    let id = good(&one, &["record", "-"], &sample);
    let id = id.trim();
    good(&one, &["sync"], "");
    good(&two, &["sync"], "");
    assert_eq!(listed(&two).len(), held + 1, "the bad file left nothing");
    let edit = format!("{{\"id\":\"{id}\",\"voters\":77,\"content\":\"Đã thống nhất lại.\"}}");
    good(&two, &["edit", "-"], &edit);
    good(&two, &["sync"], "");
    good(&one, &["sync"], "");
    let list = listed(&one);
    let petition = list
        .iter()
        .find(|petition| petition["id"] == id)
        .expect("it is there");
    assert_eq!(petition["fields"]["voters"], 77);
    assert_eq!(petition["fields"]["content"], "Đã thống nhất lại.");
    assert_eq!(petition["unit"], "QN-DH-02");
    assert!(
        petition["fields"]["code"]
            .as_str()
            .expect("a code")
            .starts_with("KN-")
    );
    let said = bad(
        &one,
        &["edit", "-"],
        "{\"id\":\"01890000-0000-7000-8000-000000000000\",\"voters\":1}",
    );
    assert!(said.contains("line 1"), "{said}");
    assert!(good(&one, &["list"], "").contains("Đã thống nhất lại."));
}
