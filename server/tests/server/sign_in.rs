//! How sessions of browsers begin and end, at the doors.

use axum::http::Method;
use kiennghi_server::auth::{SESSION_IDLE_MS, SESSION_MS};
use serde_json::{Value, json};

use crate::desk::{Desk, OTHER_PASSWORD, PASSWORD, strange_cookie};
use crate::http::Server;

const WRONG: (u16, &str) = (401, "wrong_credentials");

fn is(answer: &crate::http::Answer, (status, code): (u16, &str)) {
    assert_eq!(answer.refusal(), (status, code.to_owned()));
}

#[tokio::test]
async fn a_password_sets_a_cookie_that_only_this_host_gets() {
    let server = Server::new();
    Desk::of(&server, "admin").await;
    let mut desk = Desk::new(&server);
    let answer = desk.come(" admin ", PASSWORD).await;
    assert_eq!(answer.status, 204);
    let cookie = answer.header("set-cookie");
    let (pair, attributes) = cookie.split_once("; ").expect("attributes");
    assert!(pair.starts_with("__Host-kiennghi="), "{cookie}");
    let seconds = format!("Max-Age={}", SESSION_MS / 1000);
    for wanted in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict", &seconds] {
        assert!(
            attributes.split("; ").any(|part| part == wanted),
            "{cookie}"
        );
    }
    assert!(!attributes.contains("Domain"), "{cookie}");
    assert_eq!(desk.who().await.as_deref(), Some("admin"));
    desk.cookie = strange_cookie();
    assert_eq!(desk.who().await, None);
}

#[tokio::test]
async fn wrong_passwords_unknown_users_and_users_without_one_are_told_the_same() {
    let server = Server::new();
    Desk::of(&server, "admin").await;
    let mut desk = Desk::new(&server);
    let answers = [
        desk.come("admin", OTHER_PASSWORD).await,
        desk.come("nobody-at-all", PASSWORD).await,
        desk.come("committee", PASSWORD).await,
        desk.come("admin", "").await,
        desk.come("admin", &"x".repeat(10_000)).await,
    ];
    for answer in &answers {
        is(answer, WRONG);
        assert_eq!(answer.body, answers[0].body);
        assert_eq!(answer.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn a_recovery_code_tells_nobody_who_has_an_account() {
    let server = Server::new();
    let admin = Desk::of(&server, "admin").await;
    let path = "/api/v1/account/recovery-codes";
    let made = admin.post(path, &Value::Null).await.json();
    let code = made["codes"][0].as_str().expect("a code").to_owned();
    let wrong = server.code("board");
    let mut desk = Desk::new(&server);
    for (code, password, expected) in [
        (wrong.as_str(), PASSWORD, WRONG),
        ("garbage", PASSWORD, WRONG),
        (&wrong, "short", (422, "weak_password")),
        ("garbage", "short", (422, "weak_password")),
        (&wrong, "Ông admin 1", WRONG),
    ] {
        for user in ["admin", "nobody-at-all", "committee"] {
            is(&desk.come_by_code(user, code, password).await, expected);
        }
        server.clock.advance(60 * 60 * 1000);
    }
    // Only who has the code hears that a name is in the password, and keeps the code.
    let named = (422, "weak_password");
    is(
        &desk.come_by_code("admin", &code, "Ông admin 1").await,
        named,
    );
    let came = desk.come_by_code("admin", &code, OTHER_PASSWORD).await;
    assert_eq!(came.status, 204);
}

#[tokio::test]
async fn pages_of_other_sites_neither_sign_in_nor_act() {
    let server = Server::new();
    let admin = Desk::of(&server, "admin").await;
    let password = json!({ "user": "admin", "password": PASSWORD, "device": "" });
    let code = json!({ "user": "committee" });
    for (path, body) in [
        ("/api/v1/administration/codes", &code),
        ("/api/v1/sign-out", &json!({ "others": true })),
        ("/api/v1/sign-in", &password),
    ] {
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("origin", "https://evil.vn"), ("host", "kn.vn")],
            &[("origin", "null"), ("host", "kn.vn")],
            &[],
        ] {
            let answer = admin.ask(Method::POST, path, headers, Some(body)).await;
            is(&answer, (403, "forbidden"));
        }
        let own = [("origin", "https://kn.vn"), ("host", "kn.vn")];
        let answer = admin.ask(Method::POST, path, &own, Some(body)).await;
        assert!(answer.status.is_success(), "{path}");
    }
}

#[tokio::test]
async fn sessions_end_unused_and_at_last() {
    let server = Server::new();
    let desk = Desk::of(&server, "admin").await;
    server.clock.advance(SESSION_IDLE_MS - 1);
    assert!(desk.who().await.is_some(), "until the very end");
    server.clock.advance(SESSION_IDLE_MS);
    assert_eq!(desk.who().await, None, "unused for too long");

    let mut used = Desk::new(&server);
    used.come("admin", PASSWORD).await;
    let step = SESSION_IDLE_MS / 2;
    for _ in 0..(SESSION_MS / step) - 1 {
        server.clock.advance(step);
        assert!(used.who().await.is_some(), "used all the time");
    }
    server.clock.advance(step);
    assert_eq!(used.who().await, None, "a session lasts no longer");
}

#[tokio::test]
async fn signing_out_ends_this_session_or_all_others() {
    let server = Server::new();
    let first = Desk::of(&server, "admin").await;
    let (mut second, mut third) = (Desk::new(&server), Desk::new(&server));
    second.come("admin", PASSWORD).await;
    third.come("admin", PASSWORD).await;
    let out = third
        .post("/api/v1/sign-out", &json!({ "others": false }))
        .await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(third.who().await, None);
    assert!(first.who().await.is_some() && second.who().await.is_some());
    second
        .post("/api/v1/sign-out", &json!({ "others": true }))
        .await;
    assert_eq!(first.who().await, None);
    assert!(second.who().await.is_some());
    let phone = server.device("admin");
    second
        .post("/api/v1/sign-out", &json!({ "others": true }))
        .await;
    let profile = server.get("/api/v1/profile", &phone.token).await;
    assert_eq!(profile.status, 200, "an enrolled phone is no session");
}

#[tokio::test]
async fn a_new_sign_in_takes_the_place_of_the_browsers_old_session() {
    let server = Server::new();
    let mut desk = Desk::of(&server, "admin").await;
    let old = desk.cookie.clone();
    desk.come("admin", PASSWORD).await;
    assert_ne!(desk.cookie, old);
    desk.cookie = old;
    assert_eq!(desk.who().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_time_code_sets_one_password() {
    let server = Server::new();
    let code = server.code("committee");
    let mut desk = Desk::new(&server);
    for weak in ["short", "1111111111", "kiennghi2026", "Ông committee"] {
        is(
            &desk.come_by_code("", &code, weak).await,
            (422, "weak_password"),
        );
    }
    is(
        &desk.come_by_code("", "garbage", PASSWORD).await,
        (403, "bad_code"),
    );
    let came = futures_util::future::join_all((0..8).map(|_| async {
        let mut desk = Desk::new(&server);
        let answer = desk.come_by_code("", &code, PASSWORD).await;
        answer.status.as_u16()
    }));
    let mut came = came.await;
    came.sort_unstable();
    assert_eq!(came, [204, 403, 403, 403, 403, 403, 403, 403]);
    is(
        &desk.come_by_code("", &code, OTHER_PASSWORD).await,
        (403, "bad_code"),
    );
    assert_eq!(desk.come("committee", PASSWORD).await.status, 204);
}

#[tokio::test]
async fn recovery_codes_are_good_once_and_end_all_sessions() {
    let server = Server::new();
    let desk = Desk::of(&server, "admin").await;
    let made = desk
        .post("/api/v1/account/recovery-codes", &Value::Null)
        .await
        .json();
    let codes: Vec<String> = serde_json::from_value(made["codes"].clone()).expect("codes");
    assert_eq!(codes.len(), 8);
    let mut other = Desk::new(&server);
    is(
        &other
            .come_by_code("committee", &codes[0], OTHER_PASSWORD)
            .await,
        WRONG,
    );
    assert_eq!(
        other
            .come_by_code("admin", &codes[0], OTHER_PASSWORD)
            .await
            .status,
        204
    );
    assert_eq!(
        desk.who().await,
        None,
        "somebody else may have been in there"
    );
    is(
        &Desk::new(&server)
            .come_by_code("admin", &codes[0], PASSWORD)
            .await,
        WRONG,
    );
    let left = other.get("/api/v1/account").await.json()["recovery_codes_left"].clone();
    assert_eq!(left, json!(7));
    is(&Desk::new(&server).come("admin", PASSWORD).await, WRONG);
    other
        .post("/api/v1/account/recovery-codes", &Value::Null)
        .await;
    is(
        &Desk::new(&server)
            .come_by_code("admin", &codes[1], PASSWORD)
            .await,
        WRONG,
    );
}

#[tokio::test]
async fn a_password_is_changed_with_the_old_one_and_others_are_out() {
    let server = Server::new();
    let desk = Desk::of(&server, "admin").await;
    let mut other = Desk::new(&server);
    other.come("admin", PASSWORD).await;
    let change = async |old: &str, new: &str| {
        let body = json!({ "old": old, "new": new });
        desk.post("/api/v1/account/password", &body).await
    };
    is(&change(OTHER_PASSWORD, OTHER_PASSWORD).await, WRONG);
    is(
        &change(PASSWORD, "Ông admin1").await,
        (422, "weak_password"),
    );
    assert!(other.who().await.is_some());
    assert_eq!(change(PASSWORD, OTHER_PASSWORD).await.status, 204);
    assert!(desk.who().await.is_some());
    assert_eq!(other.who().await, None);
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once_and_for_good() {
    let server = Server::new();
    let admin = Desk::of(&server, "admin").await;
    let mut board = Desk::of(&server, "board").await;
    let code = server.code("board");
    let enable =
        |enabled: bool| json!([{ "enable_user": { "name": "board", "enabled": enabled } }]);
    admin.change(enable(false)).await.expect("disabled");
    assert_eq!(board.who().await, None);
    is(&board.come("board", PASSWORD).await, WRONG);
    assert_ne!(board.come_by_code("", &code, PASSWORD).await.status, 204);
    admin.change(enable(true)).await.expect("enabled");
    assert_eq!(board.come("board", PASSWORD).await.status, 204);
}

#[tokio::test]
async fn each_way_in_is_recorded() {
    let server = Server::new();
    let mut admin = Desk::of(&server, "admin").await;
    admin.come("admin", OTHER_PASSWORD).await;
    admin.come("nobody", PASSWORD).await;
    admin.come("admin", PASSWORD).await;
    admin
        .post("/api/v1/account/recovery-codes", &Value::Null)
        .await;
    admin
        .post("/api/v1/sign-out", &json!({ "others": true }))
        .await;
    let about_admin = |rows: Vec<(String, String)>| {
        rows.iter()
            .filter(|(_, subject)| subject == "admin")
            .count()
    };
    for (action, count) in [
        ("sign_in", 2),
        ("sign_in.fail", 1),
        ("password.set", 1),
        ("code.issue", 1),
        ("recovery.make", 1),
    ] {
        assert_eq!(about_admin(admin.recorded(action).await), count, "{action}");
    }
    let failed = admin.recorded("sign_in.fail").await;
    assert!(
        failed.iter().all(|(_, subject)| subject != "nobody"),
        "no names that nobody has"
    );
}

#[tokio::test]
async fn a_phones_token_opens_no_door_of_the_account_whatever_cookies_go_along() {
    let server = Server::new();
    let desk = Desk::of(&server, "admin").await;
    let phone = server.device("admin");
    let keeps_its_token_in_a_cookie = format!("__Host-kiennghi={}", phone.token);
    let bearer = format!("Bearer {}", phone.token);
    let passkey = json!({
        "ticket": "", "name": "",
        "credential": { "id": "AA", "rawId": "AA", "type": "public-key", "extensions": {},
            "response": { "attestationObject": "AA", "clientDataJSON": "AA" } },
    });
    let doors = [
        (Method::GET, "session", None),
        (
            Method::POST,
            "account/password",
            Some(json!({ "old": PASSWORD, "new": OTHER_PASSWORD })),
        ),
        (Method::POST, "account/recovery-codes", None),
        (Method::POST, "account/passkeys/begin", None),
        (Method::POST, "account/passkeys/finish", Some(passkey)),
        (Method::DELETE, "account/passkeys/AA", None),
        (Method::POST, "sign-out", Some(json!({ "others": true }))),
        (
            Method::POST,
            "administration/codes",
            Some(json!({ "user": "admin" })),
        ),
    ];
    let mut asking = Desk::new(&server);
    for (cookie, authorization) in [
        (strange_cookie(), Some(&bearer)),
        (desk.cookie.clone(), Some(&bearer)),
        (String::new(), Some(&bearer)),
        (keeps_its_token_in_a_cookie, None),
    ] {
        asking.cookie = cookie;
        let mut headers = vec![("origin", "https://kn.vn"), ("host", "kn.vn")];
        headers.extend(authorization.map(|value| ("authorization", value.as_str())));
        for (method, door, body) in &doors {
            let path = format!("/api/v1/{door}");
            let answer = asking
                .ask(method.clone(), &path, &headers, body.as_ref())
                .await;
            assert_eq!(answer.refusal(), (403, "forbidden".to_owned()), "{door}");
        }
    }
    assert_eq!(desk.who().await.as_deref(), Some("admin"));
}
