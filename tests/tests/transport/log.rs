//! What the log tells, at its most talkative: never a secret, never what somebody wrote or is called.

use http::{Method, Request};
use http_body_util::Full;
use kiennghi_shared::record::Edit;
use kiennghi_tests::harness::Server;
use kiennghi_tests::phone::{Client, Meter, Phone};

/// What stands in the log of all that must not.
fn told<'a>(log: &str, secrets: &'a [(&'static str, String)]) -> Vec<&'a str> {
    let log = log.to_lowercase();
    let said = |secret: &str| log.contains(&secret.to_lowercase());
    let found = secrets.iter().filter(|(_, secret)| said(secret));
    found.map(|(what, _)| *what).collect()
}

/// Sends a request of any kind, and takes whatever comes.
async fn ask(server: &Server, token: &str, method: Method, path: &str, body: &str) -> u16 {
    let mut client = server.client().await;
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .header("cookie", "__Host-session=banh-quy-bi-mat")
        .header("forwarded", "for=198.51.100.77")
        .body(Full::from(body.to_owned()))
        .expect("a request");
    client.send(request).await.expect("a reply").status
}

#[tokio::test]
async fn nothing_that_is_secret_or_personal_is_logged() {
    let server = Server::start_with("log = 'trace'");
    let (code, unused) = (server.enrol("quang-lam-1"), server.enrol("quang-lam-2"));
    let mut phone = Phone::enrol(&server.url(), &code).await.expect("enrolled");
    let (unit, token) = (phone.unit(), phone.account().token.clone());
    let edits = vec![
        Edit::new("content", "Nhà bà Lê Thị Kín ở đầu dốc mất nước"),
        Edit::new("place", "ngõ Giấu Tên"),
    ];
    phone.record_petition(&unit, edits).expect("recorded");
    let report = phone.sync().await.expect("in step");
    assert_eq!(report.acked, 1);

    let wrong = token.chars().rev().collect::<String>();
    let get = Method::GET;
    for (token, path, status) in [
        (
            &token,
            "/api/v1/petitions?text=L%C3%AA+Th%E1%BB%8B+K%C3%ADn",
            200,
        ),
        (&token, "/api/v1/petitions?text=gia-dinh-kin&limit=x", 400),
        (&token, "/api/v1/profile", 200),
        (&token, "/duong-dan-rieng/tep.js", 404),
        (&token, "/api/v1/duong-dan-rieng", 404),
        (&wrong, "/api/v1/profile", 401),
    ] {
        assert_eq!(
            ask(&server, token, get.clone(), path, "").await,
            status,
            "{path}"
        );
    }
    let post = Method::POST;
    for (path, body, status) in [
        (
            "/api/v1/enrolments",
            "{\"code\": \"ma-sai-bi-mat\", \"device\": \"máy của Kín\"}",
            403,
        ),
        ("/api/v1/enrolments", "than-tin-hong-bi-mat", 400),
        ("/api/v1/sync", "than-tin-hong-bi-mat", 400),
    ] {
        assert_eq!(
            ask(&server, &token, post.clone(), path, body).await,
            status,
            "{path}"
        );
    }
    let mut stranger = Client::connect(&server.url(), None, &Meter::default()).await;
    let stranger = stranger.as_mut().expect("a connection");
    assert_eq!(
        stranger
            .get("/api/v1/profile")
            .await
            .expect("a reply")
            .status,
        401
    );

    let plain = |code: &str| code.replace('-', "");
    let mut secrets = vec![
        ("token", token.clone()),
        ("unknown token", wrong),
        ("code", code.clone()),
        ("code without dashes", plain(&code)),
        ("unused code", unused.clone()),
        ("wrong code", "ma-sai-bi-mat".to_owned()),
        ("cookie", "banh-quy-bi-mat".to_owned()),
        ("cookie header", "__Host-session".to_owned()),
        ("forwarded header", "198.51.100.77".to_owned()),
        ("petition", "Lê Thị Kín".to_owned()),
        ("place", "Giấu Tên".to_owned()),
        ("device name", "máy của Kín".to_owned()),
        ("query", "gia-dinh-kin".to_owned()),
        ("escaped query", "L%C3%AA".to_owned()),
        ("path", "duong-dan-rieng".to_owned()),
        ("body", "than-tin-hong-bi-mat".to_owned()),
        ("authorization header", "bearer ".to_owned()),
        ("display name", phone.account().profile.display.clone()),
    ];
    let people = &phone.account().profile.people;
    assert!(!people.is_empty());
    secrets.extend(
        people
            .iter()
            .map(|person| ("another's name", person.display.clone())),
    );

    let log = server.log();
    // It did tell all that it has to tell.
    for word in ["DEBUG", "/api/v1/sync", "/api/v1/enrolments", "status=401"] {
        assert!(log.contains(word), "no {word} in the log: {log}");
    }
    assert_eq!(told(&log, &secrets), Vec::<&str>::new());
    // Each of them would have been found.
    for (what, secret) in &secrets {
        let leaky = format!("{log}\nrequest header={secret}");
        assert!(told(&leaky, &secrets).contains(what), "{what}");
    }
}
