//! What each desk is told to do: what it can do itself, and nothing that is lost on the way.

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::district::AGENCY;
use crate::office::Office;

/// What a user is told at a desk: the needs with their counts.
async fn told(office: &Office, user: &str, desk: &str) -> Vec<(String, u64)> {
    let device = office.server.device(user);
    let path = format!("/api/v1/needs?desk={desk}");
    let needs = office.get(&device, &path).await;
    let needs = needs["needs"].as_array().expect("needs").iter();
    needs
        .map(|counted| {
            let need = counted["need"].as_str().expect("a need");
            (need.to_owned(), counted["count"].as_u64().expect("a count"))
        })
        .collect()
}

async fn listed(office: &Office, user: &str, query: &str) -> Vec<String> {
    let device = office.server.device(user);
    let list = office.get(&device, &format!("/api/v1/cases?{query}")).await;
    let rows = list["cases"].as_array().expect("cases").iter();
    rows.map(|row| row["id"].as_str().expect("an id").to_owned())
        .collect()
}

fn of(needs: &[(&str, u64)]) -> Vec<(String, u64)> {
    let needs = needs.iter();
    needs
        .map(|(need, count)| ((*need).to_owned(), *count))
        .collect()
}

fn assign(office: &Office, unit: &str, case: DocumentId, part: &str) {
    let case = case.to_string();
    let fields = [
        ("case", case.as_str()),
        ("part", part),
        ("date", "2025-06-03"),
        ("due", "2025-06-10"),
    ];
    office.write("executive", Kind::Assignment, unit, &fields);
}

fn say(office: &Office, user: &str, unit: &str, case: DocumentId, outcome: &str) {
    let case = case.to_string();
    let fields = [
        ("case", case.as_str()),
        ("outcome", outcome),
        ("content", "Đoạn đường này do đơn vị khác quản lý."),
        ("date", "2025-06-12"),
    ];
    office.write(user, Kind::Answer, unit, &fields);
}

#[tokio::test]
async fn whoever_helps_is_asked_to_help_and_is_not_late() {
    let office = Office::new();
    let case = office.matter(&[]);
    office.letter("committee", "P-D", case, "2025-06-02");
    assign(&office, "P-D", case, "lead");
    assign(&office, AGENCY, case, "coordinating");
    assert_eq!(
        told(&office, "agency", "agency").await,
        of(&[("contribute", 1)])
    );
    let agency = office.server.device("agency");
    let needs = office.get(&agency, "/api/v1/needs?desk=agency").await;
    let none = json!({ "on_time": 0, "soon": 0, "overdue": 0 });
    assert_eq!(needs["due"], none);
    // Whoever assigned it is told that it is late, and not to remind: that it cannot.
    let late = of(&[("unanswered", 1)]);
    assert_eq!(told(&office, "executive", "executive").await, late);
    assert_eq!(
        told(&office, "committee", "committee").await,
        of(&[("remind", 1)])
    );

    say(&office, "agency", AGENCY, case, "opinion");
    assert_eq!(told(&office, "agency", "agency").await, []);
    assert_eq!(told(&office, "executive", "executive").await, late);
}

#[tokio::test]
async fn what_an_agency_gave_back_is_whoever_assigned_its_again() {
    let office = Office::new();
    let case = office.matter(&[]);
    office.letter("committee", "P-D", case, "2025-06-02");
    office.assigned(case, &[]);
    assert_eq!(
        told(&office, "agency", "agency").await,
        of(&[("answer", 1)])
    );
    say(&office, "agency", AGENCY, case, "sent-back");
    assert_eq!(told(&office, "agency", "agency").await, []);
    assert_eq!(listed(&office, "agency", "desk=agency").await, [""; 0]);
    let again = of(&[("reassign", 1)]);
    assert_eq!(told(&office, "executive", "executive").await, again);
    let list = listed(&office, "executive", "desk=executive&need=reassign").await;
    assert_eq!(list, [case.to_string()]);
}

#[tokio::test]
async fn what_was_told_is_to_be_checked_before_anybody_decides() {
    let office = Office::new();
    let case = office.matter(&[]);
    let petition = office.voice("a-1", "P-D-A", &[("village", "Thôn 1")]);
    office.consolidate(petition, "P-D-A", Some(case));
    office.letter("committee", "P-D", case, "2025-06-02");
    let answer = office.answered(case, "2025-06-04").to_string();
    let carried = case.to_string();
    let visit = |kind, what: (&str, &str)| {
        let fields = [
            ("case", carried.as_str()),
            ("answer", answer.as_str()),
            ("village", "Thôn 1"),
            ("date", "2025-06-06"),
            what,
        ];
        office.write("a-1", kind, "P-D-A", &fields);
    };
    visit(Kind::Notice, ("how", "read-out"));
    let awaits = async || -> Value {
        let delegate = office.server.device("a-1");
        let results = office.get(&delegate, "/api/v1/results").await;
        results["results"][0]["awaits_check"].clone()
    };
    assert_eq!(
        told(&office, "committee", "committee").await,
        of(&[("visit", 1)])
    );
    assert_eq!(awaits().await, true);
    visit(Kind::Check, ("holds", "holds"));
    assert_eq!(
        told(&office, "committee", "committee").await,
        of(&[("decide", 1)])
    );
    assert_eq!(awaits().await, false);
}

#[tokio::test]
async fn nobody_is_told_of_what_only_others_can_do_and_what_was_put_away_of_nobody() {
    let office = Office::new();
    let case = office.matter(&[]);
    let petition = office.voice("a-1", "P-D-A", &[]);
    office.consolidate(petition, "P-D-A", Some(case));
    let to_send = of(&[("dispatch", 1)]);
    assert_eq!(told(&office, "committee", "committee").await, to_send);
    for user in ["board", "front"] {
        assert_eq!(told(&office, user, "committee").await, [], "{user}");
    }
    office.consolidate(petition, "P-D-A", None);
    assert_eq!(told(&office, "committee", "committee").await, []);
    let committee = office.server.device("committee");
    let needs = office.get(&committee, "/api/v1/needs").await;
    assert_eq!(needs["states"], json!([]));
    assert_eq!(
        listed(&office, "committee", "state=consolidated").await,
        [""; 0]
    );
    // It can still be found, and filled again.
    assert_eq!(listed(&office, "committee", "").await, [case.to_string()]);
    office.consolidate(petition, "P-D-A", Some(case));
    assert_eq!(told(&office, "committee", "committee").await, to_send);

    let fields = [
        ("case", case.to_string()),
        ("date", "2025-06-05".to_owned()),
        ("verdict", "follow".to_owned()),
    ];
    office.letter("committee", "P-D", case, "2025-06-02");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    office.write("board", Kind::Finding, "P-D", &fields);
    assert_eq!(
        told(&office, "board", "committee").await,
        of(&[("follow", 1)])
    );
}

#[tokio::test]
async fn what_is_to_be_done_stands_by_its_day_and_each_row_says_for_which_step() {
    let office = Office::new();
    let mut cases = Vec::new();
    for due in ["2025-06-20", "2025-06-10"] {
        let case = office.matter(&[("due", due)]);
        office.letter("committee", "P-D", case, "2025-06-02");
        office.assigned(case, &[]);
        cases.push(case.to_string());
    }
    cases.reverse();
    assert_eq!(listed(&office, "agency", "desk=agency").await, cases);
    assert_eq!(listed(&office, "committee", "state=assigned").await, cases);
    let executive = office.server.device("executive");
    let list = office.get(&executive, "/api/v1/cases?desk=executive").await;
    assert_eq!(list["cases"][0]["due_step"], "answer");
}

#[tokio::test]
async fn what_was_raised_is_to_be_sent_on_after_the_end_of_its_council_session() {
    let office = Office::new();
    let rule = json!([{ "put_rule": { "rule": {
        "unit": "P-D", "step": "dispatch", "working_days": 5,
        "valid_from": "2020-01-01", "valid_to": null, "note": "" }, "was": null } }]);
    let desk = Desk::of(&office.server, "district-admin").await;
    assert_eq!(desk.say(rule).await, Ok(()));
    let session = |ends: &str| {
        json!([{ "put_session": { "code": "ky-1", "term": "nk", "name": "Kỳ họp", "kind": "regular",
            "starts": "2024-12-10", "ends": ends } }])
    };
    assert_eq!(desk.change(session("2025-05-30")).await, Ok(()));
    let raised = |date: &str, session: &str| {
        let fields = [("date", date), ("session", session)];
        let meeting = office.write("a-1", Kind::Meeting, "P-D-A", &fields);
        office.voice("a-1", "P-D-A", &[("meeting", &meeting.to_string())])
    };
    // Before the session, of none, and afterwards.
    let before = raised("2025-05-05", "ky-1");
    let alone = raised("2025-06-10", "");
    raised("2025-06-12", "ky-1");
    let committee = office.server.device("committee");
    let waiting = async || {
        let needs = office.get(&committee, "/api/v1/needs").await;
        needs["waiting_due"].clone()
    };
    // Today is Sunday, 15 June 2025; near is until Wednesday.
    let stands = json!({ "on_time": 1, "soon": 1, "overdue": 1 });
    assert_eq!(waiting().await, stands);

    let case = office.matter(&[]);
    office.consolidate(before, "P-D-A", Some(case));
    assert_eq!(office.due(case), "2025-06-06", "however late it was made");
    office.consolidate(alone, "P-D-A", Some(case));
    assert_eq!(office.due(case), "2025-06-06", "of what was raised first");
    let needs = office.get(&committee, "/api/v1/needs").await;
    assert_eq!(needs["waiting"], 1);
    assert_eq!(needs["due"]["overdue"], 1);
    assert_eq!(desk.change(session("2025-06-13")).await, Ok(()));
    assert_eq!(
        office.due(case),
        "2025-06-17",
        "from the meeting without a session"
    );
}
