//! A certificate by ACME, from a whole authority: Debian's pebble, with a name server that knows every
//! name to be here.

use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kiennghi_tests::harness::{Authority, Demo, Server, Tunnel, certificate_of, eventually_async};
use kiennghi_tests::phone::{Client, Meter, Phone};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::json;

const NAME: &str = "kiennghi.example.vn";
const PATIENCE: Duration = Duration::from_secs(60);

/// Processes that end with the test.
struct Processes(Vec<Child>);

impl Drop for Processes {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let bound = TcpListener::bind("127.0.0.1:0").expect("a free port");
    bound.local_addr().expect("bound").port()
}

/// Starts an authority that looks for the challenge at the server's own port.
fn pebble(folder: &Path, authority: &Authority, ports: [u16; 2], tls_port: u16) -> Processes {
    let issued = authority.issue("localhost");
    let (certificate, key) = (folder.join("pebble.crt"), folder.join("pebble.key"));
    fs::write(&certificate, issued.certificate_pem).expect("written");
    fs::write(&key, issued.key_pem).expect("written");
    let config = folder.join("pebble.json");
    let settings = json!({"pebble": {
        "listenAddress": format!("127.0.0.1:{}", ports[0]),
        "managementListenAddress": format!("127.0.0.1:{}", ports[1]),
        "certificate": certificate,
        "privateKey": key,
        "httpPort": 1,
        "tlsPort": tls_port,
    }});
    fs::write(&config, settings.to_string()).expect("written");
    let names = UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
    let names = names.expect("a free port").to_string();
    let quiet = |command: &mut Command| {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
            .spawn()
            .expect("pebble is there: apt-get install pebble")
    };
    let mut name_server = Command::new("pebble-challtestsrv");
    name_server.args([
        "-defaultIPv4",
        "127.0.0.1",
        "-defaultIPv6",
        "",
        "-dns01",
        &names,
    ]);
    name_server.args(["-http01", "", "-https01", "", "-tlsalpn01", ""]);
    name_server.args(["-management", "127.0.0.1:0"]);
    let mut authority = Command::new("pebble");
    authority
        .arg("-config")
        .arg(&config)
        .args(["-dnsserver", &names]);
    authority
        .env("PEBBLE_VA_NOSLEEP", "1")
        .env("PEBBLE_WFE_NONCEREJECT", "0");
    Processes(vec![quiet(&mut name_server), quiet(&mut authority)])
}

/// The root that the authority signs with, which it makes anew each time.
async fn root_of(management: u16, authority: &Authority) -> CertificateDer<'static> {
    let address = ([127, 0, 0, 1], management).into();
    let tunnel = Tunnel::start(address, "localhost", &[authority.root()]).await;
    let pem = eventually_async("the authority", PATIENCE, async || {
        let mut client = Client::connect(&tunnel.url(), None, &Meter::default())
            .await
            .ok()?;
        Some(client.get("/roots/0").await.ok()?.body)
    })
    .await;
    CertificateDer::from_pem_slice(&pem).expect("a certificate")
}

#[tokio::test]
async fn a_server_gets_itself_a_certificate_and_keeps_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = Authority::new();
    let roots = folder.path().join("roots.pem");
    fs::write(&roots, authority.root_pem()).expect("written");
    let ports = [free_port(), free_port()];
    let data = Demo::new();
    let settings = format!(
        "acme_domains = ['{NAME}']\nacme_contact = ['it@example.vn']\n\
         acme_directory = 'https://localhost:{}/dir'\nacme_roots = {roots:?}\n",
        ports[0]
    );
    fs::write(data.path().join("kiennghi.toml"), settings).expect("a file");
    let mut server = Server::start_on(data);
    let running = pebble(folder.path(), &authority, ports, server.address().port());
    let known = [root_of(ports[1], &authority).await];

    let first = eventually_async("a certificate", PATIENCE, async || {
        certificate_of(server.address(), NAME, &known).await.ok()
    })
    .await;
    let tunnel = Tunnel::start(server.address(), NAME, &known).await;
    let code = server.enrol("quang-lam-1");
    let mut phone = Phone::enrol(&tunnel.url(), &code).await.expect("enrolled");
    assert!(phone.sync().await.expect("in step").pulled > 0);

    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    let cache = server.data().join("acme");
    assert_eq!(mode(&cache), 0o700);
    let kept: Vec<_> = fs::read_dir(&cache).expect("a folder").flatten().collect();
    assert_eq!(kept.len(), 2, "{kept:?}");
    for file in kept {
        assert_eq!(mode(&file.path()), 0o600, "{file:?}");
    }

    // The authority is gone, and nobody misses it.
    drop(running);
    assert!(server.stop().success());
    server.restart();
    let again = eventually_async("the kept certificate", PATIENCE, async || {
        certificate_of(server.address(), NAME, &known).await.ok()
    })
    .await;
    assert_eq!(again, first);
}

#[tokio::test]
async fn without_its_authority_a_server_says_so_and_goes_on_trying() {
    let data = Demo::new();
    let settings = format!(
        "acme_domains = ['{NAME}']\nacme_directory = 'https://localhost:{}/dir'\n",
        free_port()
    );
    fs::write(data.path().join("kiennghi.toml"), settings).expect("a file");
    let mut server = Server::start_on(data);
    let complaint = "ACME gave no certificate";
    eventually_async("two complaints", PATIENCE, async || {
        (server.log().matches(complaint).count() >= 2).then_some(())
    })
    .await;
    assert!(server.stop().success());
}
