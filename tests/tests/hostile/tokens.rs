//! Tokens that nobody was given: made up, bent, cut, and such as were good once.

use http::Request;
use http_body_util::Full;
use kiennghi_shared::account::SignOut;
use kiennghi_shared::code::Code;
use kiennghi_tests::harness::Server;
use kiennghi_tests::phone::{Client, Meter};
use kiennghi_tests::random::Random;

const SEED: u64 = 20_261_125;
const MADE_UP: usize = 100;

/// Letters of a token, base64url.
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn forged(real: &str) -> Vec<String> {
    let mut random = Random::new(SEED);
    let mut letter = || char::from(LETTERS[random.below(LETTERS.len() as u64) as usize]);
    let mut tokens: Vec<String> = (0..MADE_UP)
        .map(|_| (0..42).map(|_| letter()).chain(['A']).collect())
        .collect();
    for place in 0..real.len() {
        let other = |old: char| if old == 'A' { 'Q' } else { 'A' };
        let bent = real.chars().enumerate();
        tokens.push(
            bent.map(|(index, old)| if index == place { other(old) } else { old })
                .collect(),
        );
    }
    tokens.extend([
        real[1..].to_owned(),
        real[..42].to_owned(),
        format!("{real}A"),
        format!("{real}="),
        real.to_lowercase(),
        "null".to_owned(),
        "A".repeat(5_000),
    ]);
    tokens.retain(|token| token != real);
    tokens
}

/// GET with these values of the session's cookie, and no token beside them.
async fn ask_with_cookie(client: &mut Client, path: &str, value: &str) -> u16 {
    let request = Request::get(path)
        .header("cookie", format!("a=b; __Host-kiennghi={value}"))
        .header("sec-fetch-site", "same-origin")
        .body(Full::default());
    let request = request.expect("a request");
    client.send(request).await.expect("a reply").status
}

#[tokio::test]
async fn a_forged_cookie_opens_no_door() {
    let server = Server::start();
    let phone = server.phone("quang-lam-1").await;
    let real = &phone.account().token;
    let mut client = server.client().await;
    let mut tried = 0;
    for value in
        forged(real)
            .iter()
            .map(String::as_str)
            .chain(["", "\"\"", "; __Host-kiennghi", "%00"])
    {
        for path in [
            "/api/v1/account",
            "/api/v1/session",
            "/api/v1/administration",
        ] {
            let status = ask_with_cookie(&mut client, path, value).await;
            assert_eq!(status, 401, "{path}: {value}");
            tried += 1;
        }
    }
    assert!(tried > 400, "{tried}");
    // A phone's token in a cookie signs in its user, and opens no door that is a session's alone.
    assert_eq!(
        ask_with_cookie(&mut client, "/api/v1/profile", real).await,
        200
    );
    assert_eq!(
        ask_with_cookie(&mut client, "/api/v1/session", real).await,
        403
    );
}

#[tokio::test]
async fn a_forged_token_opens_no_door() {
    let server = Server::start();
    let mut honest = server.phone("quang-lam-1").await;
    let revoked = server.phone("quang-lam-2").await;
    let devices = server.command("devices", &["--user", "quang-lam-2"]);
    let number = devices
        .lines()
        .last()
        .and_then(|line| line.split('\t').next());
    let _ = server.command("revoke", &["--device", number.expect("a device")]);

    let mut tried = 0;
    let bent = forged(&honest.account().token);
    for token in bent.iter().chain([&revoked.account().token]) {
        let mut client = Client::connect(&server.url(), Some(token), &Meter::default())
            .await
            .expect("somebody answers");
        for path in [
            "/api/v1/profile",
            "/api/v1/petitions",
            "/api/v1/administration",
            "/api/v1/audit",
            "/api/v1/account",
            "/api/v1/session",
        ] {
            let reply = client.get(path).await.expect("a reply");
            let refused = [Code::Unauthenticated, Code::Revoked, Code::TooManyRequests];
            assert!(
                reply.code().is_some_and(|code| refused.contains(&code)),
                "{path}: {}",
                reply.status
            );
            tried += 1;
        }
        let reply = client.post_json("/api/v1/sign-out", &SignOut { others: true });
        assert!(reply.await.expect("a reply").ok().is_err());
    }
    assert!(tried > 800, "{tried}");
    // Whoever has a token of one's own does not pay for it.
    honest.sync().await.expect("in step");
}
