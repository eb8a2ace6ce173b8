//! `GET /api/v1/petitions/{id}/similar`: who is suggested what, and why.

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use serde_json::{Value, json};

use crate::district::Draft;
use crate::http::{Device, Server};

const CANAL: &str = "Đề nghị nạo vét kênh mương N2, ruộng cuối kênh thiếu nước";

fn record(server: &Server, device: &Device, unit: &str, content: &str) -> DocumentId {
    let edits = [
        Edit::new("content", content),
        Edit::new("village", format!("Thôn {unit} 1").as_str()),
    ];
    let mut draft = Draft::new(&device.phone, Kind::Petition, unit, &edits);
    server.bench.push(&device.phone, vec![draft.take()]);
    draft.header.id
}

async fn similar(server: &Server, device: &Device, id: DocumentId, query: &str) -> Vec<Value> {
    let path = format!("/api/v1/petitions/{id}/similar{query}");
    let list = server.get(&path, &device.token).await.json();
    list["petitions"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn the_same_in_other_words_is_suggested_with_the_phrases_that_are_shared() {
    let server = Server::new();
    let committee = server.device("committee");
    let own = record(&server, &committee, "P-D-A", CANAL);
    let mate = "Kênh mương N2 lâu ngày không nạo vét, ruộng thiếu nước";
    let mate = record(&server, &committee, "P-D-B", mate);
    record(
        &server,
        &committee,
        "P-D-A",
        "Đề nghị cấp thẻ bảo hiểm y tế cho cử tri",
    );
    let found = similar(&server, &committee, own, "").await;
    assert_eq!(
        found.len(),
        1,
        "neither itself nor another matter: {found:?}"
    );
    assert_eq!(found[0]["row"]["id"], json!(mate));
    assert_eq!(found[0]["row"]["unit_name"], json!("Xã P-D-B"));
    let shared = &found[0]["shared"];
    assert_eq!(shared[0], json!("Kênh mương N2"), "{shared}");
    assert!(
        found[0]["score"]
            .as_u64()
            .is_some_and(|score| (24..=100).contains(&score))
    );
}

#[tokio::test]
async fn nobody_is_suggested_what_is_not_theirs_to_read() {
    let server = Server::new();
    let (committee, one) = (server.device("committee"), server.device("a-1"));
    let here = record(&server, &committee, "P-D-A", CANAL);
    let there = record(&server, &committee, "P-D-B", CANAL);
    assert_eq!(similar(&server, &committee, here, "").await.len(), 1);
    assert_eq!(similar(&server, &one, here, "").await, Vec::<Value>::new());
    let meeting = Draft::new(
        &committee.phone,
        Kind::Meeting,
        "P-D-A",
        &[Edit::new("place", CANAL)],
    );
    let meeting_id = meeting.header.id;
    server
        .bench
        .push(&committee.phone, vec![meeting.clone().take()]);
    let viewer = server.device("viewer");
    for (device, id) in [
        (&one, there.to_string()),
        (&one, meeting_id.to_string()),
        (&viewer, here.to_string()),
        (&one, "nothing".to_owned()),
    ] {
        let path = format!("/api/v1/petitions/{id}/similar");
        let answer = server.get(&path, &device.token).await;
        assert_eq!(answer.refusal(), (404, "not_found".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn no_more_are_suggested_than_are_asked_for() {
    let server = Server::new();
    let committee = server.device("committee");
    let own = record(&server, &committee, "P-D-A", CANAL);
    for _ in 0..25 {
        record(&server, &committee, "P-D-A", CANAL);
    }
    for (query, count) in [("", 5), ("?limit=3", 3), ("?limit=0", 0), ("?limit=99", 20)] {
        assert_eq!(
            similar(&server, &committee, own, query).await.len(),
            count,
            "{query}"
        );
    }
    let path = format!("/api/v1/petitions/{own}/similar?limit=many");
    let answer = server.get(&path, &committee.token).await;
    assert_eq!(answer.refusal(), (400, "malformed".to_owned()));
}
