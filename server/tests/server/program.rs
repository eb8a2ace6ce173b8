//! The program itself: `kiennghi serve` and the commands that are run beside it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use kiennghi_server::store::Store;
use kiennghi_server::store::sqlite::{FILE_NAME, Options, SqliteStore};

/// `kiennghi serve` in a process of its own, which may be told how large its files may grow.
pub(crate) struct Program {
    child: Child,
    address: String,
}

impl Program {
    pub(crate) fn start(folder: &Path) -> Self {
        // A process that ignores the signal gets an I/O error where a file would grow too large.
        let mut child = Command::new("sh")
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
            .args([
                env!("CARGO_BIN_EXE_kiennghi"),
                "serve",
                "--listen",
                "127.0.0.1:0",
            ])
            .arg("--data")
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("asked for");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("says so");
        let address = line.trim().rsplit('/').next().expect("an address");
        Self {
            address: address.to_owned(),
            child,
        }
    }

    pub(crate) fn let_files_grow_to(&self, bytes: &str) {
        let limited = Command::new("prlimit")
            .arg(format!("--pid={}", self.child.id()))
            .arg(format!("--fsize={bytes}:unlimited"))
            .status();
        assert!(limited.expect("util-linux is there").success());
    }

    /// The head and the body of an answer.
    pub(crate) fn ask(&self, head: &str, body: &[u8]) -> (String, Vec<u8>) {
        let mut line = TcpStream::connect(&self.address).expect("connects");
        let length = body.len();
        let head =
            format!("{head}\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
        line.write_all(&[head.as_bytes(), body].concat())
            .expect("sent");
        let mut answer = Vec::new();
        line.read_to_end(&mut answer).expect("answered");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        let body = answer.split_off(end.expect("a head") + 4);
        (
            String::from_utf8(answer).expect("text").to_lowercase(),
            body,
        )
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }
}

/// Runs a command on a data folder: whether it ended well, what it printed, what it complained.
fn run(folder: &Path, arguments: &[&str]) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kiennghi"))
        .args(arguments)
        .arg("--data")
        .arg(folder)
        .output()
        .expect("runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (told, complaint) = (text(&output.stdout), text(&output.stderr));
    (output.status.success(), told, complaint)
}

fn good(folder: &Path, arguments: &[&str]) -> String {
    let (well, told, complaint) = run(folder, arguments);
    assert!(well, "{arguments:?}: {told}{complaint}");
    told
}

fn bad(folder: &Path, arguments: &[&str]) -> String {
    let (well, told, complaint) = run(folder, arguments);
    assert!(!well, "{arguments:?}: {told}{complaint}");
    told + &complaint
}

#[test]
fn an_operator_keeps_looks_after_and_brings_back_a_district() {
    let folder = tempfile::tempdir().expect("folder");
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    let (data, file) = (data.as_path(), backup.to_str().expect("a path"));
    assert!(bad(data, &["verify"]).contains("there is no data"));
    good(data, &["demo"]);
    let server = Program::start(data);
    for entry in std::fs::read_dir(data).expect("a folder") {
        let entry = entry.expect("a file");
        let mode = entry.metadata().expect("there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is open", entry.path().display());
    }
    // Beside a running server:
    let sound = good(data, &["verify"]);
    for line in ["(0 erased)", "\n0 cases wait to be derived\n", "\nkey "] {
        assert!(sound.contains(line), "{sound}");
    }
    good(data, &["backup", file]);
    assert!(bad(data, &["backup", file]).contains("exists already"));
    let exported = good(data, &["export"]);
    let line = exported.lines().next().expect("a petition");
    let petition: serde_json::Value = serde_json::from_str(line).expect("JSON");
    let id = petition["id"].as_str().expect("an id");
    let erase = ["erase", "--reason", "theo yêu cầu", "--document", id];
    good(data, &erase);
    assert!(bad(data, &erase).contains("was erased before"));
    assert!(good(data, &["verify"]).contains("(1 erased)"));
    let compacted = good(data, &["compact", "--list", "2"]);
    assert_eq!(compacted.lines().count(), 4, "{compacted}");
    // Not beside a running server:
    for refused in [
        &["restore", file][..],
        &["rebuild"],
        &["serve", "--listen", "127.0.0.1:0"],
    ] {
        let complaint = bad(data, refused);
        assert!(complaint.contains("server"), "{complaint}");
    }
    drop(server);
    good(data, &["rebuild"]);
    let restored = good(data, &["restore", file]);
    assert!(restored.contains("before-restore-1"), "{restored}");
    assert!(
        restored.contains("1 documents that it had erased"),
        "{restored}"
    );
    let all_but_the_erased: Vec<&str> = exported.lines().skip(1).collect();
    let left = good(data, &["export"]);
    assert!(left.lines().eq(all_but_the_erased), "another export");

    let store = SqliteStore::open(&Options::new(data)).expect("opens");
    let receipt = folder.path().join("receipt");
    let signed = minicbor::to_vec(store.receipt().expect("signed")).expect("written");
    std::fs::write(&receipt, signed).expect("written");
    drop(store);
    let compared = ["verify", "--receipt", receipt.to_str().expect("a path")];
    good(data, &compared);
    let database = rusqlite::Connection::open(data.join(FILE_NAME)).expect("opens");
    let lost = "DELETE FROM chain WHERE seq = (SELECT max(seq) FROM chain)";
    database.execute(lost, []).expect("lost");
    let found = bad(data, &compared);
    assert!(
        found.contains("receipt: ") && found.contains("wrong with the database"),
        "{found}"
    );
}
