//! What every answer bears, whoever gave it; and whom the server takes its client for.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::json;

use crate::http::{Answer, Server, request};

/// Every route, with the methods that it knows.
const ROUTES: &[(&str, &[Method])] = &[
    ("/api/v1/sync", &[Method::POST]),
    ("/api/v1/events", &[Method::GET]),
    ("/api/v1/enrolments", &[Method::POST]),
    ("/api/v1/profile", &[Method::GET]),
    ("/api/v1/alerts", &[Method::GET, Method::PUT]),
    ("/api/v1/petitions", &[Method::GET]),
    ("/api/v1/meetings", &[Method::GET]),
    ("/api/v1/petitions/counts", &[Method::GET]),
    ("/api/v1/petitions/imports", &[Method::POST]),
    (
        "/api/v1/petitions/00000000-0000-0000-0000-000000000000/similar",
        &[Method::GET],
    ),
    (
        "/api/v1/documents/00000000-0000-0000-0000-000000000000",
        &[Method::GET],
    ),
    ("/api/v1/cases", &[Method::GET]),
    (
        "/api/v1/cases/00000000-0000-0000-0000-000000000000",
        &[Method::GET],
    ),
    ("/api/v1/needs", &[Method::GET]),
    ("/api/v1/findings", &[Method::GET]),
    (
        "/api/v1/cases/00000000-0000-0000-0000-000000000000/sheet.docx",
        &[Method::GET],
    ),
    ("/api/v1/dispatches", &[Method::GET]),
    (
        "/api/v1/dispatches/00000000-0000-0000-0000-000000000000/letter.docx",
        &[Method::GET],
    ),
    ("/api/v1/reports/consolidation.docx", &[Method::GET]),
    ("/api/v1/reports/annexes.xlsx", &[Method::GET]),
    ("/api/v1/reports/tables.xlsx", &[Method::GET]),
    ("/api/v1/reports/tables.docx", &[Method::GET]),
    ("/api/v1/results", &[Method::GET]),
    ("/api/v1/briefing", &[Method::GET]),
    ("/api/v1/reviews", &[Method::GET]),
    ("/api/v1/reviews/1/accept", &[Method::POST]),
    ("/api/v1/reviews/1/dismiss", &[Method::POST]),
    ("/api/v1/sign-in", &[Method::GET, Method::POST]),
    ("/api/v1/sign-in/code", &[Method::POST]),
    ("/api/v1/sign-in/passkey/begin", &[Method::POST]),
    ("/api/v1/sign-in/passkey/finish", &[Method::POST]),
    ("/api/v1/sign-out", &[Method::POST]),
    ("/api/v1/set-up", &[Method::POST]),
    (
        "/api/v1/petitioners/00000000-0000-0000-0000-000000000000",
        &[Method::GET, Method::PUT],
    ),
    (
        "/api/v1/petitioners/00000000-0000-0000-0000-000000000000/erase",
        &[Method::POST],
    ),
    ("/api/v1/session", &[Method::GET]),
    ("/api/v1/account", &[Method::GET]),
    ("/api/v1/account/password", &[Method::POST]),
    ("/api/v1/account/recovery-codes", &[Method::POST]),
    ("/api/v1/account/passkeys/begin", &[Method::POST]),
    ("/api/v1/account/passkeys/finish", &[Method::POST]),
    ("/api/v1/account/passkeys/1", &[Method::DELETE]),
    ("/api/v1/administration", &[Method::GET]),
    ("/api/v1/administration/changes", &[Method::POST]),
    ("/api/v1/administration/codes", &[Method::POST]),
    ("/api/v1/administration/devices/1/revoke", &[Method::POST]),
    ("/api/v1/administration/imports", &[Method::POST]),
    ("/api/v1/audit", &[Method::GET]),
    ("/api/v1/audit/export", &[Method::GET]),
    ("/healthz", &[Method::GET]),
    ("/readyz", &[Method::GET]),
];

fn assert_secure(path: &str, answer: &Answer) {
    let said = format!("{path}: {} {:?}", answer.status, answer.headers);
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{said}");
    }
    let content = answer.header("content-security-policy");
    let permissions = answer.header("permissions-policy");
    assert!(content.starts_with("default-src 'none'; "), "{said}");
    assert!(content.ends_with("frame-ancestors 'none'"), "{said}");
    if path.starts_with("/api") {
        assert_eq!(answer.header("cache-control"), "no-store", "{said}");
        assert!(!content.contains("self"), "{said}");
        assert!(permissions.contains("camera=()"), "{said}");
    } else {
        assert!(!answer.header("cache-control").is_empty(), "{said}");
        assert!(content.contains("form-action 'none'"), "{said}");
        for feature in ["publickey-credentials-get", "publickey-credentials-create"] {
            assert!(permissions.contains(&format!("{feature}=(self)")), "{said}");
        }
    }
    for absent in [
        "strict-transport-security",
        "access-control-allow-origin",
        "server",
    ] {
        assert_eq!(answer.header(absent), "", "{said}");
    }
}

/// The routes as the source has them, so that none is forgotten here.
fn routes_of_the_source() -> Vec<String> {
    let source = include_str!("../../src/http/mod.rs");
    let code = source.split_whitespace().collect::<String>();
    let named = code.split(".route(\"").skip(1);
    named
        .map(|rest| rest.split('"').next().expect("a path").to_owned())
        .collect()
}

#[tokio::test]
async fn every_answer_of_every_door_bears_them() {
    // Counted requests are seen below.
    let server =
        Server::set("wrong_secrets_per_minute = 10000\nstranger_requests_per_minute = 10000");
    let named = routes_of_the_source();
    assert!(named.len() >= ROUTES.len());
    for route in &named {
        let begins = route.split('{').next().expect("a beginning");
        let known = ROUTES.iter().any(|(path, _)| path.starts_with(begins));
        assert!(known, "{route} is not among the routes of this test");
    }
    let device = server.device("committee");
    let mut seen = std::collections::BTreeSet::new();
    for (path, methods) in ROUTES {
        for method in [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::OPTIONS,
            Method::TRACE,
        ] {
            for token in ["", &device.token, "AAAA", &"0".repeat(64)] {
                if *path == "/api/v1/events" && token == device.token && method == Method::GET {
                    // It has no end; its head is seen below.
                    continue;
                }
                for bytes in [0, 10, 20 << 10, 5 << 20] {
                    let body = vec![b'x'; bytes];
                    let asked = request(method.clone(), path, token, body);
                    let answer = server.call(asked).await;
                    assert_secure(path, &answer);
                    seen.insert(answer.status.as_u16());
                    if !methods.contains(&method) {
                        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
                    }
                }
            }
        }
    }
    for path in [
        "/",
        "/index.html",
        "/app.css",
        "/missing.js",
        "/petitions/1",
        "/api",
        "/api/v1/nothing",
        "/..%2f",
    ] {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::TRACE] {
            let answer = server.call(request(method, path, "", Vec::new())).await;
            assert_secure(path, &answer);
            seen.insert(answer.status.as_u16());
        }
    }
    for status in [200, 400, 401, 404, 405, 413] {
        assert!(seen.contains(&status), "no {status} among {seen:?}");
    }
}

#[tokio::test]
async fn a_stream_a_busy_server_and_one_that_was_asked_too_often_bear_them_too() {
    let server = Server::set("wrong_secrets_per_minute = 2\nwaiting_max = 1\nworkers = 1");
    let device = server.device("committee");
    let events = request(Method::GET, "/api/v1/events", &device.token, Vec::new());
    assert_secure("/api/v1/events", &server.begin(events).await);
    let wrong = json!({"code": "?", "device": ""});
    let mut last = None;
    for _ in 0..3 {
        last = Some(server.post_json("/api/v1/enrolments", &wrong).await);
    }
    let last = last.expect("three");
    assert_eq!(last.refusal(), (429, "too_many_requests".to_owned()));
    assert_secure("/api/v1/enrolments", &last);

    let busy = futures_util::future::join_all((0..20).map(|_| {
        let asked = request(Method::GET, "/api/v1/petitions", &device.token, Vec::new());
        server.call(asked)
    }));
    let mut sent_away = 0;
    for answer in busy.await {
        assert_secure("/api/v1/petitions", &answer);
        sent_away += usize::from(answer.status == StatusCode::SERVICE_UNAVAILABLE);
    }
    assert!(sent_away > 0, "nobody was sent away");
}

#[tokio::test]
async fn browsers_are_held_to_https_only_where_there_is_https() {
    let server = Server::set("trusted_proxies = ['127.0.0.0/8']");
    let asked = |proto: Option<&str>| {
        let asked = Request::builder().uri("/healthz");
        let asked = proto.map_or_else(
            || Request::builder().uri("/healthz"),
            |proto| asked.header("x-forwarded-proto", proto),
        );
        server.call(asked.body(Body::empty()).expect("request"))
    };
    let held = "strict-transport-security";
    assert_eq!(asked(None).await.header(held), "");
    assert_eq!(asked(Some("http")).await.header(held), "");
    let by_https = asked(Some("https")).await;
    assert!(by_https.header(held).starts_with("max-age=31536000"));
    // Anybody else may say so, and is not believed.
    let server = Server::new();
    let forged = Request::builder()
        .uri("/healthz")
        .header("x-forwarded-proto", "https");
    let forged = server.call(forged.body(Body::empty()).expect("request"));
    assert_eq!(forged.await.header(held), "");
}
