//! The phone app's files, whether or not this build has them.

use axum::http::{Method, StatusCode};

use crate::http::{Server, request};

#[tokio::test]
async fn every_page_of_the_app_is_the_one_page() {
    let server = Server::new();
    for path in ["/", "/petitions", "/petitions/0197?x=1", "/index.html"] {
        let answer = server.get(path, "").await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"));
        assert!(policy.ends_with("frame-ancestors 'none'"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert!(String::from_utf8_lossy(&answer.body).contains("Kiến Nghị"));
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_the_page() {
    let server = Server::new();
    for path in [
        "/missing.js",
        "/api/v1/nothing",
        "/api",
        "/../Cargo.toml",
        "/..%2fCargo.toml",
    ] {
        let answer = server.get(path, "").await;
        assert_eq!(answer.refusal(), (404, "not_found".to_owned()), "{path}");
    }
    let answer = server
        .call(request(Method::POST, "/index.html", "", Vec::new()))
        .await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_page_that_has_moved_is_found_from_its_old_address() {
    let server = Server::new();
    for (from, to) in [
        ("/letters/papers", "/review/papers"),
        ("/letters/papers?kind=year", "/review/papers?kind=year"),
    ] {
        let answer = server.get(from, "").await;
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{from}");
        assert_eq!(answer.header("location"), to);
    }
    let answer = server.get("/letters/papers/1", "").await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_that_is_known_is_not_sent_again() {
    let server = Server::new();
    let first = server.get("/", "").await;
    let tag = first.header("etag").to_owned();
    if tag.is_empty() {
        // This build has no app; the page that says so is not kept anywhere.
        assert!(String::from_utf8_lossy(&first.body).contains("không kèm ứng dụng"));
        return;
    }
    assert_eq!(first.header("cache-control"), "no-cache");
    let mut again = request(Method::GET, "/", "", Vec::new());
    again
        .headers_mut()
        .insert("if-none-match", tag.parse().expect("header"));
    let again = server.call(again).await;
    assert_eq!(
        (again.status, again.body.len()),
        (StatusCode::NOT_MODIFIED, 0)
    );
    let mut packed = request(Method::GET, "/", "", Vec::new());
    packed
        .headers_mut()
        .insert("accept-encoding", "gzip, br".parse().expect("header"));
    let packed = server.call(packed).await;
    assert_eq!(packed.header("content-encoding"), "br");
    assert_eq!(packed.unpacked(), first.body);
    assert_ne!(packed.header("etag"), tag);
}
