//! What is late and what will be soon, at the routes, and the findings of supervision beside it.

use kiennghi_shared::schema::Kind;
use serde_json::json;

use crate::office::Office;

#[tokio::test]
async fn what_is_due_soon_is_told_by_the_districts_warning_days() {
    let office = Office::new();
    let [committee, executive] = ["committee", "executive"].map(|user| office.server.device(user));
    // The server's clock says Sunday, 15 June 2025, and three working days are warned of.
    let mut letters = Vec::new();
    for (wording, due) in [
        ("Quá hạn", "2025-06-14"),
        ("Hôm nay", "2025-06-15"),
        ("Thứ tư", "2025-06-18"),
        ("Thứ năm", "2025-06-19"),
    ] {
        let case = office.write("committee", Kind::Case, "P-D", &[("wording", wording)]);
        let carried = case.to_string();
        let letter = [
            ("dispatch_kind", "transfer"),
            ("to_unit", "P-D"),
            ("to_role", "executive"),
            ("cases", carried.as_str()),
            ("sent", "2025-06-02"),
            ("due", due),
        ];
        letters.push(office.write("committee", Kind::Dispatch, "P-D", &letter));
    }
    // What waits for nobody is not counted.
    office.write("committee", Kind::Case, "P-D", &[("wording", "Chưa gửi")]);
    for (device, desk) in [(&committee, "committee"), (&executive, "executive")] {
        let needs = office
            .get(device, &format!("/api/v1/needs?desk={desk}"))
            .await;
        assert_eq!(needs["soon"], "2025-06-18", "{desk}");
        assert_eq!(
            needs["due"],
            json!({ "on_time": 1, "soon": 2, "overdue": 1 }),
            "{desk}"
        );
        let list = office
            .get(
                device,
                &format!("/api/v1/cases?desk={desk}&due_by=2025-06-18"),
            )
            .await;
        assert_eq!(list["soon"], "2025-06-18");
        let days: Vec<&str> = list["cases"]
            .as_array()
            .expect("cases")
            .iter()
            .map(|row| row["due"].as_str().expect("a day"))
            .collect();
        assert_eq!(days, ["2025-06-14", "2025-06-15", "2025-06-18"], "{desk}");
    }
    let of_letter = format!("/api/v1/cases?dispatch={}", letters[3]);
    let list = office.get(&committee, &of_letter).await;
    assert_eq!(list["total"], 1);
    assert_eq!(list["cases"][0]["case"]["wording"], "Thứ năm");
    let broken = office
        .server
        .get("/api/v1/cases?dispatch=1", &committee.token)
        .await;
    assert_eq!(broken.status, 400);

    // What was sent back is no longer the executive's to see to.
    let case = list["cases"][0]["id"].as_str().expect("an id").to_owned();
    let back = [
        ("case", case.as_str()),
        ("outcome", "sent-back"),
        ("content", "Không thuộc thẩm quyền"),
        ("date", "2025-06-12"),
    ];
    office.write("executive", Kind::Answer, "P-D", &back);
    let needs = office.get(&executive, "/api/v1/needs?desk=executive").await;
    assert_eq!(needs["due"]["on_time"], 0);
}

#[tokio::test]
async fn findings_of_a_programme_stand_together_for_whoever_may_read_them() {
    let office = Office::new();
    let [board, delegate] = ["board", "a-1"].map(|user| office.server.device(user));
    let case = office.write("committee", Kind::Case, "P-D", &[("wording", "Cầu tràn")]);
    let carried = case.to_string();
    for (programme, date) in [
        ("Giám sát giao thông", "2025-06-02"),
        ("Giám sát giao thông", "2025-06-03"),
        ("Giám sát y tế", "2025-06-04"),
        ("", "2025-06-05"),
    ] {
        let finding = [
            ("case", carried.as_str()),
            ("date", date),
            ("verdict", "follow"),
            ("programme", programme),
        ];
        office.write("board", Kind::Finding, "P-D", &finding);
    }
    let all = office.get(&board, "/api/v1/findings?limit=1").await;
    assert_eq!(all["total"], 4);
    assert_eq!(
        all["programmes"],
        json!(["Giám sát giao thông", "Giám sát y tế"])
    );
    assert_eq!(all["findings"][0]["finding"]["date"], "2025-06-05");
    let of_one = "/api/v1/findings?programme=Gi%C3%A1m%20s%C3%A1t%20giao%20th%C3%B4ng";
    let of_one = office.get(&board, of_one).await;
    assert_eq!(of_one["total"], 2);
    assert_eq!(of_one["findings"][1]["finding"]["date"], "2025-06-02");
    assert_eq!(of_one["findings"][0]["wording"], "Cầu tràn");
    let none = office.get(&delegate, "/api/v1/findings").await;
    assert_eq!(
        (none["total"].clone(), none["programmes"].clone()),
        (0.into(), json!([]))
    );
}
