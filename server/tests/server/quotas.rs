//! How often one client may ask, and who counts as one.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::json;

use crate::http::{Answer, Server, request};

/// An enrolment with this code by a client at this address, as a proxy tells it.
async fn enrol(server: &Server, from: &str, code: &str) -> Answer {
    let body = json!({"code": code, "device": "máy"}).to_string();
    let request = Request::post("/api/v1/enrolments").header("x-forwarded-for", from);
    let request = request.body(Body::from(body)).expect("request");
    server.call(request).await
}

const BEHIND_A_PROXY: &str = "trusted_proxies = ['127.0.0.1']\nwrong_secrets_per_minute = 3";

#[tokio::test]
async fn wrong_codes_are_few_a_minute_from_one_address_and_right_ones_are_free() {
    let server = Server::set(BEHIND_A_PROXY);
    // A roomful of people signs in at once.
    for _ in 0..10 {
        let answer = enrol(&server, "203.0.113.1", &server.code("a-1")).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    for _ in 0..3 {
        let answer = enrol(&server, "203.0.113.1", "sai").await;
        assert_eq!(answer.refusal(), (403, "bad_code".to_owned()));
    }
    let code = server.code("a-1");
    let refused = enrol(&server, "203.0.113.1", &code).await;
    assert_eq!(refused.refusal(), (429, "too_many_requests".to_owned()));
    assert_eq!(refused.header("retry-after"), "20");
    let elsewhere = enrol(&server, "203.0.113.2", "sai").await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "another address");
    server.clock.advance(20_000);
    let answer = enrol(&server, "203.0.113.1", &code).await;
    assert_eq!(answer.status, StatusCode::OK, "the code was not used up");
}

#[tokio::test]
async fn a_network_of_64_bits_is_one_client() {
    let server = Server::set(BEHIND_A_PROXY);
    for last in 1..=3 {
        enrol(&server, &format!("2001:db8:0:1::{last}"), "sai").await;
    }
    let next = enrol(&server, "2001:db8:0:1:ffff::9", "sai").await;
    assert_eq!(next.status, StatusCode::TOO_MANY_REQUESTS);
    let other = enrol(&server, "2001:db8:0:2::1", "sai").await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_forged_header_gives_nobody_a_new_budget() {
    let server = Server::set("wrong_secrets_per_minute = 3");
    for last in 1..=3 {
        enrol(&server, &format!("203.0.113.{last}"), "sai").await;
    }
    let next = enrol(&server, "203.0.113.200", "sai").await;
    assert_eq!(next.status, StatusCode::TOO_MANY_REQUESTS);
    // Nor does one that goes through the proxy.
    let server = Server::set(BEHIND_A_PROXY);
    for last in 1..=3 {
        enrol(&server, &format!("198.51.100.{last}, 203.0.113.1"), "sai").await;
    }
    let next = enrol(&server, "198.51.100.200, 203.0.113.1", "sai").await;
    assert_eq!(next.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn devices_behind_one_address_do_not_pay_for_each_other_or_for_strangers() {
    let server = Server::set("device_requests_per_minute = 5\nstranger_requests_per_minute = 4");
    let (one, two) = (server.device("a-1"), server.device("a-2"));
    for _ in 0..5 {
        let answer = server.get("/api/v1/profile", &one.token).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    let refused = server.get("/api/v1/profile", &one.token).await;
    assert_eq!(refused.refusal(), (429, "too_many_requests".to_owned()));
    assert_eq!(refused.header("retry-after"), "5");
    let other = server.get("/api/v1/profile", &two.token).await;
    assert_eq!(other.status, StatusCode::OK);

    // Without a token, with one that nobody has, at a door that is none: all the same stranger.
    let unknown = kiennghi_server::auth::Token::random().expect("randomness");
    let unknown = unknown.to_string();
    for (path, token, status) in [
        ("/api/v1/profile", "", 401),
        ("/api/v1/profile", unknown.as_str(), 401),
        ("/api/v1/nothing", "", 404),
        ("/api/v1/petitions", unknown.as_str(), 401),
        ("/api/v1/profile", unknown.as_str(), 429),
        ("/api/v1/nothing", "", 429),
    ] {
        let answer = server.get(path, token).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {token}");
    }
    let other = server.get("/api/v1/profile", &two.token).await;
    assert_eq!(other.status, StatusCode::OK, "who is known is not kept out");
    // The app itself is there for everybody.
    let page = server.call(request(Method::GET, "/", "", Vec::new())).await;
    assert_eq!(page.status, StatusCode::OK);
    server.clock.advance(60_000);
    let again = server.get("/api/v1/profile", &one.token).await;
    assert_eq!(again.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_that_nobody_looks_up_sheds_no_limit() {
    let unknown = kiennghi_server::auth::Token::random().expect("randomness");
    let bearer = format!("Bearer {unknown}");
    let ask = async |server: &Server, path: &str, body: Option<&str>| {
        let method = body.map_or(Method::GET, |_| Method::POST);
        let request = Request::builder().method(method).uri(path);
        let request = request
            .header("authorization", &bearer)
            .header("host", "kn.vn")
            .header("origin", "https://kn.vn");
        let request = request.body(Body::from(body.unwrap_or_default().to_owned()));
        server.call(request.expect("request")).await.status.as_u16()
    };
    for (path, body, status) in [
        ("/api/v1/sign-in", None, 200),
        ("/api/v1/nothing", None, 404),
        (
            "/api/v1/sign-in/passkey/begin",
            Some("{\"user\":\"a-1\"}"),
            200,
        ),
        (
            "/api/v1/sign-in",
            Some("{\"user\":\"\",\"password\":\"\",\"device\":\"\"}"),
            401,
        ),
        (
            "/api/v1/enrolments",
            Some("{\"code\":\"\",\"device\":\"\"}"),
            403,
        ),
    ] {
        let server = Server::set("stranger_requests_per_minute = 2");
        for status in [status, status, 429] {
            assert_eq!(ask(&server, path, body).await, status, "{path}");
        }
        let page = ask(&server, "/", None).await;
        assert_eq!(page, 200, "the app itself is there for everybody");
    }
}

#[tokio::test]
async fn one_address_begins_few_ceremonies_of_passkeys() {
    let server = Server::set("trusted_proxies = ['127.0.0.1']");
    let begin = async |from: &str| {
        let request = Request::post("/api/v1/sign-in/passkey/begin")
            .header("x-forwarded-for", from)
            .header("x-forwarded-proto", "https")
            .header("host", "kn.vn")
            .header("origin", "https://kn.vn");
        let request = request.body(Body::from("{\"user\":\"a-1\"}"));
        server.call(request.expect("request")).await.status.as_u16()
    };
    let mut begun = 0;
    while begin("203.0.113.1").await == 200 {
        begun += 1;
        assert!(begun < 1_000, "they would push out all others");
    }
    assert_eq!(begin("203.0.113.2").await, 200, "another address");
    server.clock.advance(60_000);
    assert_eq!(begin("203.0.113.1").await, 200);
}

#[tokio::test]
async fn passwords_of_one_account_are_tried_ever_more_slowly_from_wherever() {
    let server = Server::set("trusted_proxies = ['127.0.0.1']");
    let sign_in = async |from: u8, user: &str| {
        let body = json!({"user": user, "password": "sai-mat-khau", "device": "máy"}).to_string();
        let request = Request::post("/api/v1/sign-in")
            .header("x-forwarded-for", format!("203.0.113.{from}"))
            .header("content-type", "application/json")
            .header("host", "kn.vn")
            .header("origin", "https://kn.vn")
            .header("sec-fetch-site", "same-origin");
        let request = request.body(Body::from(body)).expect("request");
        server.call(request).await.status.as_u16()
    };
    let first = sign_in(1, "committee").await;
    assert!((400..429).contains(&first), "{first}");
    for from in 2..=5 {
        assert_eq!(sign_in(from, "committee").await, first);
    }
    assert_eq!(sign_in(6, "committee").await, 429);
    assert_eq!(sign_in(7, "Committee ").await, 429, "the same account");
    assert_eq!(sign_in(8, "a-1").await, first, "another account");
    server.clock.advance(1_000);
    assert_eq!(sign_in(9, "committee").await, first, "it waited");
    assert_eq!(sign_in(9, "committee").await, 429);
}
