//! HTTPS of the server's own, with a certificate from files.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use kiennghi_tests::harness::{
    Authority, Demo, Issued, Server, Tunnel, certificate_of, eventually_async, server_program,
};
use kiennghi_tests::phone::{Client, Meter, Phone};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const NAME: &str = "kiennghi.example.vn";
const PATIENCE: Duration = Duration::from_secs(30);

/// Writes a certificate and its key into a folder, and gives the settings that name them.
fn put(folder: &Path, issued: &Issued) -> String {
    let (certificate, key) = (folder.join("tls.crt"), folder.join("tls.key"));
    fs::write(&certificate, &issued.certificate_pem).expect("written");
    fs::write(&key, &issued.key_pem).expect("written");
    format!("tls_certificate = {certificate:?}\ntls_key = {key:?}\n")
}

/// A server with a certificate of an authority, and more settings.
fn start(authority: &Authority, more: &str) -> Server {
    let data = Demo::new();
    let settings = put(&data.path(), &authority.issue(NAME)) + more;
    fs::write(data.path().join("kiennghi.toml"), settings).expect("a file");
    Server::start_on(data)
}

/// The head of the answer to a request without a body.
async fn head(url: &str, request: &str) -> String {
    let address = url.strip_prefix("http://").expect("plain");
    let mut line = TcpStream::connect(address).await.expect("connects");
    let request = format!("{request}\r\nConnection: close\r\n\r\n");
    line.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    line.read_to_end(&mut answer).await.expect("answered");
    let answer = String::from_utf8_lossy(&answer).to_lowercase();
    answer
        .split("\r\n\r\n")
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn a_phone_enrols_syncs_and_listens_over_tls() {
    let authority = Authority::new();
    let server = start(&authority, "");
    assert!(server.url().starts_with("https://"));
    let tunnel = Tunnel::start(server.address(), NAME, &[authority.root()]).await;
    let code = server.enrol("quang-lam-1");
    let mut phone = Phone::enrol(&tunnel.url(), &code).await.expect("enrolled");
    let report = phone.sync().await.expect("in step");
    assert!(report.pulled > 0);

    let held = head(&tunnel.url(), "GET / HTTP/1.1\r\nHost: x").await;
    assert!(
        held.contains("strict-transport-security: max-age=31536000"),
        "{held}"
    );

    let (account, meter) = (phone.account().clone(), phone.meter().clone());
    let heard = meter.down();
    let listening = tokio::spawn(async move {
        let mut client = account.connect(&meter).await.expect("a connection");
        client.get("/api/v1/events").await
    });
    eventually_async("the stream to begin", PATIENCE, async || {
        (phone.meter().down() > heard).then_some(())
    })
    .await;
    listening.abort();
}

#[tokio::test]
async fn who_asks_for_another_name_or_in_the_open_is_not_served() {
    let authority = Authority::new();
    let server = start(&authority, "head_seconds = 1");
    let known = [authority.root()];
    certificate_of(server.address(), NAME, &known)
        .await
        .expect("believed");
    let other = certificate_of(server.address(), "other.example.vn", &known).await;
    other.expect_err("another name");
    let unknown = certificate_of(server.address(), NAME, &[Authority::new().root()]).await;
    unknown.expect_err("an authority that nobody vouches for");
    let open = head(
        &format!("http://{}", server.address()),
        "GET / HTTP/1.1\r\nHost: x",
    )
    .await;
    assert!(!open.contains("http/1.1"), "{open}");
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_over_while_the_server_runs() {
    let authority = Authority::new();
    let data = Demo::new();
    let folder = data.path();
    let first = authority.issue(NAME);
    fs::write(folder.join("kiennghi.toml"), put(&folder, &first)).expect("a file");
    let server = Server::start_on(data);
    let known = [authority.root()];
    let shown = async || {
        certificate_of(server.address(), NAME, &known)
            .await
            .expect("believed")
    };
    assert_eq!(shown().await, first.der);

    // Half of a renewal is not used.
    let second = authority.issue(NAME);
    fs::write(folder.join("tls.crt"), &second.certificate_pem).expect("written");
    eventually_async("a complaint", PATIENCE, async || {
        server.log().contains("is not renewed").then_some(())
    })
    .await;
    assert_eq!(shown().await, first.der);

    fs::write(folder.join("tls.key"), &second.key_pem).expect("written");
    eventually_async("the new certificate", PATIENCE, async || {
        (shown().await == second.der).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_certificate_that_ran_out_is_warned_of() {
    let data = Demo::new();
    let settings = put(&data.path(), &Authority::new().issue_until(NAME, 2001));
    fs::write(data.path().join("kiennghi.toml"), settings).expect("a file");
    let server = Server::start_on(data);
    eventually_async("a warning", PATIENCE, async || {
        server.log().contains("has run out").then_some(())
    })
    .await;
}

#[tokio::test]
async fn who_says_nothing_holds_up_nobody_and_is_let_go() {
    let authority = Authority::new();
    let server = start(&authority, "head_seconds = 2");
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(
            TcpStream::connect(server.address())
                .await
                .expect("connects"),
        );
    }
    let tunnel = Tunnel::start(server.address(), NAME, &[authority.root()]).await;
    let mut client = Client::connect(&tunnel.url(), None, &Meter::default()).await;
    let client = client.as_mut().expect("a connection");
    assert_eq!(client.get("/healthz").await.expect("a reply").status, 200);
    for mut line in silent {
        let ended = tokio::time::timeout(PATIENCE, line.read(&mut [0; 1])).await;
        let count = ended.expect("let go").unwrap_or(0);
        assert_eq!(count, 0);
    }
}

#[tokio::test]
async fn silence_does_not_keep_the_server_from_stopping() {
    let authority = Authority::new();
    let mut server = start(&authority, "head_seconds = 3600");
    let _silent = TcpStream::connect(server.address())
        .await
        .expect("connects");
    certificate_of(server.address(), NAME, &[authority.root()])
        .await
        .expect("believed");
    assert!(server.stop().success());
}

#[tokio::test]
async fn plain_http_leads_browsers_to_https_and_takes_nothing_else() {
    let authority = Authority::new();
    let server = start(&authority, "redirect_listen = '127.0.0.1:0'");
    let plain = server.redirect_address().expect("an address");
    let url = format!("http://{plain}");
    let port = server.address().port();
    let page = head(
        &url,
        "GET /petitions?x=1 HTTP/1.1\r\nHost: kiennghi.example.vn",
    )
    .await;
    assert!(page.starts_with("http/1.1 308"), "{page}");
    let to = format!("location: https://{NAME}:{port}/petitions?x=1");
    assert!(page.contains(&to), "{page}");
    assert!(
        page.contains("content-security-policy: default-src 'none'"),
        "{page}"
    );
    let api = head(
        &url,
        "GET /api/v1/profile HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer y",
    )
    .await;
    assert!(api.starts_with("http/1.1 404"), "{api}");
    let post = head(&url, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0").await;
    assert!(post.starts_with("http/1.1 405"), "{post}");
}

/// What the server says that does not start.
fn refusal(data: &Demo, settings: &str) -> String {
    let data = data.path();
    fs::write(data.join("kiennghi.toml"), settings).expect("a file");
    let mut command = Command::new(server_program());
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data);
    let output = command.output().expect("it starts");
    assert!(!output.status.success(), "{settings}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_server_that_cannot_speak_tls_says_what_to_do() {
    let data = Demo::new();
    let authority = Authority::new();
    let (one, other) = (authority.issue(NAME), authority.issue(NAME));
    let good = put(&data.path(), &one);
    let (certificate, key) = (data.path().join("tls.crt"), data.path().join("tls.key"));

    let said = refusal(&data, &format!("tls_certificate = {certificate:?}"));
    assert!(said.contains("tls_key must be set"), "{said}");
    let said = refusal(
        &data,
        "tls_certificate = '/none.crt'\ntls_key = '/none.key'",
    );
    assert!(said.contains("cannot read /none.crt"), "{said}");
    fs::write(&key, &other.key_pem).expect("written");
    let said = refusal(&data, &good);
    assert!(said.contains("not that of the first certificate"), "{said}");
    fs::write(&key, "nothing").expect("written");
    let said = refusal(&data, &good);
    assert!(said.contains("tls.key holds no private key"), "{said}");
    fs::write(&certificate, &one.key_pem).expect("written");
    let said = refusal(&data, &good);
    assert!(said.contains("tls.crt holds no certificate"), "{said}");
    let said = refusal(&data, "redirect_listen = '127.0.0.1:0'");
    assert!(said.contains("set tls_certificate"), "{said}");
    let said = refusal(&data, "trusted_proxies = ['proxy']");
    assert!(said.contains("no address or network"), "{said}");
}
