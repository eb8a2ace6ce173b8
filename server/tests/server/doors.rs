//! The HTTP doors beside sync: enrolment, profile, tables, documents, health.

use axum::http::{Method, StatusCode};
use kiennghi_shared::profile::{Enrolment, Profile};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::{self, Hello, Hold};
use serde_json::json;

use crate::district::{Draft, NOW, bulky};
use crate::http::{Server, request, sync_request};

#[tokio::test]
async fn a_code_becomes_a_token_once() {
    let server = Server::new();
    let code = server.code("a-1");
    let body = json!({"code": code.to_lowercase(), "device": "Điện thoại Android"});
    let (one, two) = tokio::join!(
        server.post_json("/api/v1/enrolments", &body),
        server.post_json("/api/v1/enrolments", &body)
    );
    let (won, lost) = if one.status == StatusCode::OK {
        (one, two)
    } else {
        (two, one)
    };
    assert_eq!(lost.refusal(), (403, "bad_code".to_owned()));
    let enrolment: Enrolment = serde_json::from_slice(&won.body).expect("enrolment");
    let answer = server.get("/api/v1/profile", &enrolment.token).await;
    let profile: Profile = serde_json::from_slice(&answer.body).expect("profile");
    assert_eq!(profile, enrolment.profile);
    for body in [
        json!({"code": "?", "device": ""}),
        json!({"code": server.code("a-1").replace('-', "") + "0", "device": ""}),
    ] {
        let answer = server.post_json("/api/v1/enrolments", &body).await;
        assert_eq!(answer.refusal(), (403, "bad_code".to_owned()));
    }
    let late = json!({"code": server.code("a-1"), "device": "máy"});
    server.clock.advance(10 * 60 * 1000);
    assert_eq!(
        server
            .post_json("/api/v1/enrolments", &late)
            .await
            .refusal()
            .0,
        403
    );
    assert_eq!(
        server
            .post_json("/api/v1/enrolments", &json!([]))
            .await
            .refusal()
            .0,
        400
    );
}

#[tokio::test]
async fn a_profile_tells_what_its_user_needs() {
    let server = Server::new();
    let profile = |user| server.device(user).phone.caller.profile().clone();
    let names = |profile: &Profile| -> Vec<String> {
        profile
            .people
            .iter()
            .map(|person| person.user.0.clone())
            .collect()
    };
    let delegate = profile("a-1");
    assert_eq!(
        delegate
            .units
            .iter()
            .map(|unit| unit.code.0.as_str())
            .collect::<Vec<_>>(),
        ["P-D-A"]
    );
    assert_eq!(delegate.units[0].villages, ["Thôn P-D-A 1", "Thôn P-D-A 2"]);
    assert_eq!(
        names(&delegate),
        ["a-1", "a-2", "committee", "commune-committee"]
    );
    assert_eq!(delegate.sessions[0].code, "ky-2", "newest first");
    let committee = profile("committee");
    let units: Vec<_> = committee
        .units
        .iter()
        .map(|unit| unit.code.0.as_str())
        .collect();
    assert_eq!(units, ["P-D", "P-D-A", "P-D-B", "P-D-V", "P"]);
    let admin = profile("district-admin");
    assert_eq!(names(&admin), ["district-admin"]);
    assert_eq!(admin.units.len(), 4, "those that are administered");
    assert_eq!(admin.recording_units().count(), 0);
    assert_ne!(delegate.grant, committee.grant);
    assert_eq!(delegate.grant, profile("a-1").grant);
}

#[tokio::test]
async fn tables_search_and_count() {
    let server = Server::new();
    let mut device = server.device("committee");
    for (unit, content, field) in [
        ("P-D-A", "Đường liên thôn hỏng", "transport"),
        ("P-D-B", "duong day dien vong", "electricity"),
        ("P-D-A", "Mương cạn", "irrigation"),
    ] {
        let edits = [Edit::new("content", content), Edit::new("field", field)];
        let push = Draft::new(&device.phone, Kind::Petition, unit, &edits).take();
        server.sync(&mut device, vec![push], |_| {}).await;
    }
    let get = async |query: &str| {
        let answer = server
            .get(&format!("/api/v1/petitions{query}"), &device.token)
            .await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.json()
    };
    let all = get("").await;
    assert_eq!(all["total"], 3);
    assert_eq!(
        all["petitions"][0]["petition"]["content"], "Mương cạn",
        "newest first"
    );
    assert_eq!(all["petitions"][0]["unit_name"], "Xã P-D-A");
    assert_eq!(all["petitions"][0]["updated_at"], NOW);
    assert_eq!(all["petitions"][0]["conflicts"], 0);
    // "đường", percent-encoded.
    let found = get("?text=%C4%91%C6%B0%E1%BB%9Dng&unit=&village=").await;
    assert_eq!(found["total"], 2);
    assert_eq!(
        found["petitions"][0]["petition"]["content"],
        "Đường liên thôn hỏng"
    );
    assert_eq!(
        get("?unit=P-D-A&limit=1&offset=1").await["petitions"]
            .as_array()
            .expect("rows")
            .len(),
        1
    );
    assert_eq!(get("?unit=P-E-X").await["total"], 0);
    assert_eq!(get("?field=irrigation").await["total"], 1);
    let counts = get("/counts?text=duong").await;
    assert_eq!(
        counts,
        json!({"total": 2,
            "denunciations": 0,
            "by_unit": [{"unit": "P-D-A", "name": "Xã P-D-A", "count": 1},
                        {"unit": "P-D-B", "name": "Xã P-D-B", "count": 1}],
            "by_field": [{"field": "electricity", "count": 1}, {"field": "transport", "count": 1}]})
    );
    let answer = server
        .get("/api/v1/petitions?limit=many", &device.token)
        .await;
    assert_eq!(answer.refusal(), (400, "malformed".to_owned()));
}

#[tokio::test]
async fn a_document_shows_its_meeting_conflicts_and_history() {
    let server = Server::new();
    let (mut one, mut two) = (server.device("a-1"), server.device("a-2"));
    let edits = [
        Edit::new("date", "2025-06-12"),
        Edit::new("place", "Nhà văn hóa"),
    ];
    let mut meeting = Draft::new(&one.phone, Kind::Meeting, "P-D-A", &edits);
    let edits = [
        Edit::new("content", "Cầu treo"),
        Edit::new("meeting", meeting.header.id.to_string().as_str()),
    ];
    let mut petition = Draft::new(&one.phone, Kind::Petition, "P-D-A", &edits);
    server
        .sync(&mut one, vec![meeting.take(), petition.take()], |_| {})
        .await;
    let mut other = petition.clone();
    petition.set(&one.phone, "place", "ba");
    other.set(&two.phone, "place", "bốn");
    server.sync(&mut one, vec![petition.take()], |_| {}).await;
    server.sync(&mut two, vec![other.take()], |_| {}).await;

    let path = format!("/api/v1/documents/{}", petition.header.id);
    let shown = server.get(&path, &one.token).await.json();
    assert_eq!(shown["kind"], "petition");
    assert_eq!(shown["author"], "a-1");
    assert_eq!(shown["petition"]["content"], "Cầu treo");
    assert_eq!(shown["parent"]["id"], meeting.header.id.to_string());
    assert_eq!(shown["parent"]["meeting"]["place"], "Nhà văn hóa");
    assert_eq!(shown["conflicts"][0]["field"], "place");
    assert_eq!(
        shown["conflicts"][0]["versions"]
            .as_array()
            .expect("versions")
            .len(),
        2
    );
    assert_eq!(shown["history"].as_array().expect("history").len(), 3);
    assert_eq!(shown.get("meeting"), None);
    let path = format!("/api/v1/documents/{}", meeting.header.id);
    let shown = server.get(&path, &one.token).await.json();
    assert_eq!(
        (&shown["kind"], &shown["meeting"]["date"]),
        (&json!("meeting"), &json!("2025-06-12"))
    );
    for id in ["nothing", "00000000-0000-0000-0000-000000000000"] {
        let answer = server
            .get(&format!("/api/v1/documents/{id}"), &one.token)
            .await;
        assert_eq!(answer.refusal(), (404, "not_found".to_owned()));
    }
}

#[tokio::test]
async fn strangers_are_told_nothing() {
    let server = Server::new();
    for path in [
        "/api/v1/profile",
        "/api/v1/petitions",
        "/api/v1/petitions/counts",
        "/api/v1/petitions/00000000-0000-0000-0000-000000000000/similar",
        "/api/v1/events",
        "/api/v1/documents/00000000-0000-0000-0000-000000000000",
    ] {
        let answer = server.get(path, "").await;
        assert_eq!(
            answer.refusal(),
            (401, "unauthenticated".to_owned()),
            "{path}"
        );
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    assert_eq!(server.get("/healthz", "").await.status, StatusCode::OK);
    let ready = server.get("/readyz", "").await;
    assert_eq!(
        (ready.status, ready.body.as_slice()),
        (StatusCode::OK, b"ready\n".as_slice())
    );
}

#[tokio::test]
async fn a_disk_that_is_full_is_told_as_such() {
    let server = Server::with(|options| options.bytes_max = Some(1 << 20));
    let device = server.device("a-1");
    let refused = loop {
        let hello = Hello::new(Hold::Asked(vec![]), 0);
        let push = vec![bulky(&device.phone, "P-D-A").take()];
        let body = wire::Request::new(hello, push).encode();
        let answer = server.call(sync_request(&device.token, &body)).await;
        if answer.status != StatusCode::OK {
            break answer;
        }
    };
    assert_eq!(refused.refusal(), (503, "unavailable".to_owned()));
    assert!(!refused.header("retry-after").is_empty());
    let ready = server.get("/readyz", "").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(String::from_utf8_lossy(&ready.body).contains("Storage does not work"));
    // Reading goes on.
    assert_eq!(
        server.get("/api/v1/petitions", &device.token).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn tables_are_packed_for_whoever_reads_that() {
    let server = Server::new();
    let mut device = server.device("a-1");
    let push = (0..5)
        .map(|n| {
            device
                .phone
                .petition("P-D-A", &format!("Ý kiến {n}"))
                .take()
        })
        .collect();
    server.sync(&mut device, push, |_| {}).await;
    let plain = server.get("/api/v1/petitions", &device.token).await;
    let mut asked = request(Method::GET, "/api/v1/petitions", &device.token, Vec::new());
    asked
        .headers_mut()
        .insert("accept-encoding", "br".parse().expect("header"));
    let packed = server.call(asked).await;
    assert_eq!(packed.header("content-encoding"), "br");
    assert_eq!(packed.header("content-type"), "application/json");
    assert!(packed.body.len() < plain.body.len() / 2);
    assert_eq!(packed.unpacked(), plain.body);
}
