//! `GET /api/v1/petitions/{id}/similar`: who is suggested what, and why.

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use serde_json::{Value, json};

use crate::district::Draft;
use crate::http::{Device, Server};
use crate::office::Office;

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

/// A case with this wording, of the district or a commune, that carries a petition of a commune.
fn case_of(office: &Office, unit: &str, wording: &str) -> DocumentId {
    let case = office.write("committee", Kind::Case, unit, &[("wording", wording)]);
    let village = [("village", "Thôn P-D-A 1")];
    let petition = office.write("committee", Kind::Petition, "P-D-A", &village);
    office.consolidate(petition, "P-D-A", Some(case));
    case
}

#[tokio::test]
async fn earlier_cases_about_the_same_are_suggested_and_answered_ones_first() {
    let office = Office::new();
    let open = case_of(
        &office,
        "P-D",
        "Nạo vét kênh mương N2 cho ruộng cuối kênh thiếu nước",
    );
    let answered = case_of(&office, "P-D", "Nạo vét kênh mương N2");
    case_of(&office, "P-D", "Cấp thẻ bảo hiểm y tế cho cử tri");
    let named = answered.to_string();
    let letter = [
        ("dispatch_kind", "transfer"),
        ("to_unit", "P-D"),
        ("cases", named.as_str()),
        ("sent", "2025-03-10"),
    ];
    let dispatch = office.write("committee", Kind::Dispatch, "P-D", &letter);
    let answer = [
        ("case", named.as_str()),
        ("dispatch", &dispatch.to_string()),
        ("outcome", "explained"),
        ("date", "2025-04-02"),
    ];
    office.write("executive", Kind::Answer, "P-D", &answer);
    let village = ("village", "Thôn P-D-A 1");
    let own = office.write(
        "a-1",
        Kind::Petition,
        "P-D-A",
        &[("content", CANAL), village],
    );
    let cases = async |user: &str, query: &str| {
        let device = office.server.device(user);
        let path = format!("/api/v1/petitions/{own}/similar{query}");
        let list = office.get(&device, &path).await;
        list["cases"].as_array().expect("a list").clone()
    };
    let found = cases("committee", "").await;
    let ids: Vec<_> = found.iter().map(|case| case["row"]["id"].clone()).collect();
    assert_eq!(ids, [json!(answered), json!(open)], "{found:?}");
    let standing = &found[0]["row"]["standing"];
    assert_eq!(standing["outcome"], "explained");
    assert_eq!(standing["answered_on"], "2025-04-02");
    assert_eq!(found[0]["shared"][0], json!("Nạo vét kênh mương N2"));
    assert_eq!(cases("committee", "?limit=1").await.len(), 1);
    assert_eq!(
        cases("a-1", "").await,
        Vec::<Value>::new(),
        "reads no cases"
    );
    let commune = cases("commune-committee", "").await;
    assert_eq!(commune, Vec::<Value>::new(), "the district's");
    office.consolidate(own, "P-D-A", Some(answered));
    let found = cases("committee", "").await;
    assert_eq!(found.len(), 1, "not its own: {found:?}");
    assert_eq!(found[0]["row"]["id"], json!(open));
}
