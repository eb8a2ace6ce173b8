//! What the log tells, at its most talkative: never a secret, never what somebody wrote or is called.

use http::{Method, Request};
use http_body_util::Full;
use kiennghi_shared::record::Edit;
use kiennghi_tests::harness::Server;
use kiennghi_tests::phone::{Client, Meter, Phone};
use serde_json::json;

/// What stands in the log of all that must not.
fn told<'a>(log: &str, secrets: &'a [(&'static str, String)]) -> Vec<&'a str> {
    let log = log.to_lowercase();
    let said = |secret: &str| log.contains(&secret.to_lowercase());
    let found = secrets.iter().filter(|(_, secret)| said(secret));
    found.map(|(what, _)| *what).collect()
}

/// What a browser's session could be.
const COOKIE: &str = "BanhQuyBiMatBanhQuyBiMatBanhQuyBiMatBanhQuA";
const PASSWORD: &str = "chín con cò trắng 47";

/// Sends a request of any kind, with a browser's cookie and, unless it is empty, a token; takes whatever comes.
async fn ask(server: &Server, token: &str, method: Method, path: &str, body: &str) -> u16 {
    let mut client = server.client().await;
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("cookie", format!("__Host-kiennghi={COOKIE}"))
        .header("sec-fetch-site", "same-origin")
        .header("forwarded", "for=198.51.100.77");
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.body(Full::from(body.to_owned()));
    let request = request.expect("a request");
    client.send(request).await.expect("a reply").status
}

fn by_code(user: &str, code: &str) -> String {
    json!({ "user": user, "code": code, "password": PASSWORD, "device": "máy của Kín" }).to_string()
}

fn by_password(password: &str) -> String {
    json!({ "user": "quang-an-1", "password": password, "device": "máy của Kín" }).to_string()
}

#[tokio::test]
async fn nothing_that_is_secret_or_personal_is_logged() {
    let server = Server::start_with("log = 'trace'");
    let (code, unused) = (server.enrol("quang-lam-1"), server.enrol("quang-lam-2"));
    let at_desk = server.enrol("quang-an-1");
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
        (&String::new(), "/api/v1/account", 401),
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
        ("/api/v1/sign-in/code", &by_code("", &at_desk), 204),
        (
            "/api/v1/sign-in/code",
            &by_code("quang-an-1", "ma-khoi-phuc-bi-mat"),
            401,
        ),
        ("/api/v1/sign-in", &by_password(PASSWORD), 204),
        ("/api/v1/sign-in", &by_password("mat-khau-sai-bi-mat"), 401),
    ] {
        assert_eq!(
            ask(&server, &token, post.clone(), path, body).await,
            status,
            "{path}"
        );
    }
    let petitioner = json!({
        "unit": unit, "petition": "00000000-0000-0000-0000-000000000007", "follows": 0,
        "person": { "name": "Chim Hoàng Yến", "address": "Ngõ Canari 77", "phone": "0977 717 171",
            "basis": "consent", "noted_at": 1_750_000_000_000_i64 },
    });
    let path = "/api/v1/petitioners/00000000-0000-0000-0000-000000000008";
    let kept = ask(&server, &token, Method::PUT, path, &petitioner.to_string()).await;
    assert_eq!(kept, 204);
    assert_eq!(ask(&server, &token, get, path, "").await, 200);
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
        ("cookie", COOKIE.to_owned()),
        ("cookie header", "__Host-kiennghi".to_owned()),
        ("code at a desk", at_desk.clone()),
        ("code at a desk without dashes", plain(&at_desk)),
        ("recovery code", "ma-khoi-phuc-bi-mat".to_owned()),
        ("password", PASSWORD.to_owned()),
        ("wrong password", "mat-khau-sai-bi-mat".to_owned()),
        ("petitioner", "Chim Hoàng Yến".to_owned()),
        ("petitioner's address", "Ngõ Canari".to_owned()),
        ("petitioner's telephone", "0977 717".to_owned()),
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
