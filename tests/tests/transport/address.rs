//! Where the server listens, whether others can listen in, and how many it can listen to.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use kiennghi_tests::harness::{Demo, Server, server_program};

const WARNING: &str = "listening without TLS";

#[test]
fn a_line_that_others_can_read_is_warned_of_once() {
    let open = "listen = '0.0.0.0:0'\n";
    let told = |settings: &str| {
        let server = Server::start_with(settings);
        server.log().matches(WARNING).count()
    };
    assert_eq!(told(open), 1);
    assert_eq!(told("listen = '127.0.0.1:0'"), 0, "nobody else is there");
    let behind = format!("{open}trusted_proxies = ['10.0.0.1']");
    assert_eq!(told(&behind), 0, "a proxy speaks HTTPS for it");
}

/// The soft limit on open files of a server that was started under `limits`, and what it complained.
fn files_allowed(limits: &str, settings: &str) -> (u64, String) {
    let data = Demo::new();
    fs::write(data.path().join("kiennghi.toml"), settings).expect("a file");
    let mut server = Command::new("sh")
        .args(["-c", &format!("{limits}; exec \"$0\" \"$@\"")])
        .arg(server_program())
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    let mut output = BufReader::new(server.stdout.take().expect("asked for"));
    output.read_line(&mut line).expect("it listens");
    let told = fs::read_to_string(format!("/proc/{}/limits", server.id())).expect("it runs");
    server.kill().expect("killed");
    let said = server.wait_with_output().expect("gone").stderr;
    let allowed = told
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let allowed = allowed.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    let said = String::from_utf8_lossy(&said).into_owned();
    (allowed.expect("a number"), said)
}

#[test]
fn a_server_may_hold_as_many_connections_as_it_is_set_to() {
    let (allowed, said) = files_allowed("ulimit -S -n 100", "connections_max = 500");
    assert!(allowed >= 500, "{allowed}");
    assert!(!said.contains("fewer open files"), "{said}");
    let (allowed, said) = files_allowed("ulimit -n 200", "connections_max = 500");
    assert_eq!(allowed, 200);
    assert!(said.contains("fewer open files"), "{said}");
}
