//! All units side by side, and by when what is awaited is due.

use kiennghi_server::store::DistrictChange;
use kiennghi_shared::calendar::Holiday;
use kiennghi_shared::deadline::{DeadlineChange, Rule, Step};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;
use serde_json::Value;

use crate::district::stamp;
use crate::office::Office;

#[tokio::test]
async fn units_stand_side_by_side_and_each_number_opens_its_list() {
    let office = Office::new();
    let [committee, viewer] = ["committee", "viewer"].map(|user| office.server.device(user));
    let meeting = |unit, date, kind| {
        let fields = [("date", date), ("session", "ky-1"), ("meeting_kind", kind)];
        office.write("committee", Kind::Meeting, unit, &fields)
    };
    let spring = meeting("P-D-A", "2025-03-03", "periodic").to_string();
    meeting("P-D-A", "2025-03-04", "reception-regular");
    let autumn = meeting("P-D-B", "2025-09-09", "periodic").to_string();
    let petition = |unit, meeting: &str| {
        let fields = [("content", "Nước sạch"), ("meeting", meeting)];
        office.write("committee", Kind::Petition, unit, &fields)
    };
    let raised = [
        (petition("P-D-A", &spring), "P-D-A"),
        (petition("P-D-A", &spring), "P-D-A"),
        (petition("P-D-B", &autumn), "P-D-B"),
    ];
    petition("P-D-B", &autumn);
    let case = |wording| office.write("committee", Kind::Case, "P-D", &[("wording", wording)]);
    let (both, own) = (case("Nước sạch hai xã"), case("Nước sạch một thôn"));
    office.consolidate(raised[0].0, raised[0].1, Some(both));
    office.consolidate(raised[2].0, raised[2].1, Some(both));
    office.consolidate(raised[1].0, raised[1].1, Some(own));
    let (carried, mut dispatched) = (format!("{both}\n{own}"), Vec::new());
    let letter = [
        ("dispatch_kind", "transfer"),
        ("to_unit", "P-D"),
        ("cases", carried.as_str()),
        ("sent", "2025-03-10"),
        ("due", "2025-04-01"),
    ];
    dispatched.push(
        office
            .write("committee", Kind::Dispatch, "P-D", &letter)
            .to_string(),
    );
    let carried = own.to_string();
    let answer = [
        ("case", carried.as_str()),
        ("dispatch", &dispatched[0]),
        ("outcome", "explained"),
        ("date", "2025-04-02"),
    ];
    office.write("executive", Kind::Answer, "P-D", &answer);

    let briefing = office.get(&viewer, "/api/v1/briefing").await;
    let shown = |name: &str, unit: usize| briefing["units"][unit][name].clone();
    let names: Vec<&str> = briefing["units"]
        .as_array()
        .expect("units")
        .iter()
        .map(|unit| unit["unit"].as_str().expect("a code"))
        .collect();
    assert_eq!(names, ["P-D-A", "P-D-B"]);
    for (name, a, b, total) in [
        ("meetings", 1, 1, 2),
        ("receptions", 1, 0, 1),
        ("petitions", 2, 2, 4),
        ("waiting", 0, 1, 1),
        ("cases", 2, 1, 2),
        ("late", 1, 0, 1),
        ("overdue", 1, 1, 1),
    ] {
        assert_eq!(
            (shown(name, 0), shown(name, 1)),
            (a.into(), b.into()),
            "{name}"
        );
        assert_eq!(briefing["total"][name], total, "{name}");
    }
    let total = async |query: &str| {
        let list = office
            .get(&committee, &format!("/api/v1/cases?{query}"))
            .await;
        list["total"].as_u64().expect("a number")
    };
    assert_eq!(total("raised_in=P-D-A").await, 2);
    assert_eq!(total("raised_in=P-D-A&timeliness=late").await, 1);
    assert_eq!(total("raised_in=P-D-B&timeliness=overdue").await, 1);
    assert_eq!(total("raised_in=P-D-B&state=dispatched").await, 1);
    assert_eq!(total("outcome=explained").await, 1);
    assert_eq!(total("told=true").await, 0);
    assert_eq!(total("from=2025-09-01").await, 2, "one is open since March");
    assert_eq!(total("from=2025-09-01&before=false").await, 1);
    assert_eq!(
        total("from=2025-09-01&before=true&raised_in=P-D-A").await,
        2
    );
    let quarter = "/api/v1/briefing?from=2025-01-01&to=2025-03-31";
    let quarter = office.get(&viewer, quarter).await;
    assert_eq!(quarter["total"]["petitions"], 2);
    assert_eq!(quarter["total"]["cases"], 2);
    assert_eq!(
        quarter["units"][1]["meetings"], 0,
        "a unit without anything stands there too"
    );
    let of_session = office.get(&viewer, "/api/v1/briefing?session=ky-2").await;
    assert_eq!(of_session["total"]["meetings"], 0);
    let answer = office
        .server
        .get("/api/v1/cases?timeliness=soon", &committee.token)
        .await;
    assert_eq!(answer.status, 400);
}

/// A case that is answered, checked, told and closed, the last on this day.
pub(crate) fn close(office: &Office, case: DocumentId, unit: &str, day: &str) {
    let case = case.to_string();
    let letter = [
        ("dispatch_kind", "transfer"),
        ("to_unit", "P-D"),
        ("cases", case.as_str()),
        ("sent", "2025-03-10"),
    ];
    let dispatch = office.write("committee", Kind::Dispatch, "P-D", &letter);
    let dispatch = dispatch.to_string();
    let of_case = ("case", case.as_str());
    let answer = [
        of_case,
        ("dispatch", &dispatch),
        ("outcome", "resolved"),
        ("date", "2025-03-20"),
    ];
    let answer = office.write("executive", Kind::Answer, "P-D", &answer);
    let answer = answer.to_string();
    let of_answer = ("answer", answer.as_str());
    let check = [
        of_case,
        of_answer,
        ("holds", "holds"),
        ("date", "2025-04-01"),
    ];
    office.write("committee", Kind::Check, unit, &check);
    let notice = [
        of_case,
        of_answer,
        ("how", "posted"),
        ("date", "2025-04-02"),
    ];
    office.write("committee", Kind::Notice, unit, &notice);
    let verdict = [of_case, of_answer, ("verdict", "close"), ("date", day)];
    office.write("committee", Kind::Finding, "P-D", &verdict);
}

/// Raises a petition at a meeting of a day and a council session, and puts it into a case.
fn raise(office: &Office, unit: &str, (day, session): (&str, &str), case: Option<DocumentId>) {
    let fields = [("date", day), ("session", session)];
    let meeting = office.write("committee", Kind::Meeting, unit, &fields);
    let meeting = meeting.to_string();
    let fields = [("content", "Nước sạch"), ("meeting", meeting.as_str())];
    let petition = office.write("committee", Kind::Petition, unit, &fields);
    if let Some(case) = case {
        office.consolidate(petition, unit, Some(case));
    }
}

#[tokio::test]
async fn a_case_counts_in_each_period_that_it_was_raised_in_or_was_open_in() {
    let office = Office::new();
    let raise = |unit, day, session, case| raise(&office, unit, (day, session), Some(case));
    let case = |wording| office.write("committee", Kind::Case, "P-D", &[("wording", wording)]);
    let (open, closed) = (case("Nước sạch"), case("Kênh mương"));
    raise("P-D-A", "2025-02-03", "ky-1", open);
    raise("P-D-A", "2025-02-03", "ky-1", closed);
    close(&office, closed, "P-D-A", "2025-05-20");
    // The same was raised again, elsewhere, and a closed one once more.
    raise("P-D-B", "2025-08-01", "ky-2", open);
    raise("P-D-A", "2025-11-01", "ky-2", closed);
    let viewer = office.server.device("viewer");
    for (query, all, before, in_a) in [
        ("from=2024-01-01&to=2024-12-31", 0, 0, 0),
        ("from=2025-01-01&to=2025-03-31", 2, 0, 2),
        ("from=2025-04-01&to=2025-06-30", 2, 2, 2),
        ("from=2025-05-20&to=2025-05-31", 2, 2, 2),
        ("from=2025-05-21&to=2025-07-31", 1, 1, 1),
        ("from=2025-08-01&to=2025-08-31", 1, 0, 1),
        ("from=2025-09-01&to=2025-10-31", 1, 1, 1),
        ("from=2025-10-01&to=2025-12-31", 2, 1, 2),
        ("session=ky-1", 2, 0, 2),
        // It begins on 10 July.
        ("session=ky-2", 2, 0, 2),
        ("", 2, 0, 2),
    ] {
        let path = format!("/api/v1/briefing?{query}");
        let briefing = office.get(&viewer, &path).await;
        let total = &briefing["total"];
        let found = (
            total["cases"].as_u64(),
            total["cases_before"].as_u64(),
            briefing["units"][0]["cases"].as_u64(),
        );
        assert_eq!(found, (Some(all), Some(before), Some(in_a)), "{query}");
        let states = total["states"].as_array().expect("a list").iter();
        let in_states: u64 = states.filter_map(|state| state["count"].as_u64()).sum();
        assert_eq!(in_states, all, "{query}");
    }
}

#[tokio::test]
async fn a_term_counts_what_its_sessions_and_the_days_between_do() {
    let office = Office::new();
    let raise = |unit, day, session, case| raise(&office, unit, (day, session), case);
    let case = |wording| office.write("committee", Kind::Case, "P-D", &[("wording", wording)]);
    let (earlier, own) = (case("Điện lưới"), case("Nước sạch"));
    // The term is from 1 July 2021 to 30 June 2026.
    raise("P-D-A", "2021-06-30", "", Some(earlier));
    raise("P-D-A", "2021-07-01", "", None);
    raise("P-D-A", "2024-11-20", "ky-1", Some(own));
    raise("P-D-B", "2024-11-21", "ky-1", Some(own));
    raise("P-D-B", "2025-06-20", "ky-2", Some(earlier));
    raise("P-D-B", "2026-06-30", "", None);
    raise("P-D-B", "2026-07-01", "", None);
    let viewer = office.server.device("viewer");
    let briefing = async |query: &str| {
        let path = format!("/api/v1/briefing?{query}");
        office.get(&viewer, &path).await
    };
    let term = briefing("term=true").await;
    assert_eq!(term["from"], "2021-07-01");
    assert_eq!(term["to"], "2026-06-30");
    let total = |briefing: &Value, name: &str| briefing["total"][name].as_u64();
    for (name, sum) in [
        ("meetings", 5),
        ("petitions", 5),
        ("waiting", 2),
        ("cases", 2),
        ("cases_before", 0),
    ] {
        assert_eq!(total(&term, name), Some(sum), "{name}");
    }
    let mut sessions = 0;
    for code in ["ky-1", "ky-2"] {
        let session = briefing(&format!("session={code}")).await;
        sessions += total(&session, "petitions").expect("a number");
    }
    assert_eq!(sessions, 3, "two were raised between sessions");
    // Other days that are asked for beside it give way; other units do not.
    let narrowed = briefing("term=true&from=2026-01-01&to=2026-01-31&unit=P-D-B").await;
    assert_eq!(total(&narrowed, "petitions"), Some(3));
    // A case from before it that nobody raised again is still open in it.
    let still = case("Đường tỉnh");
    raise("P-D-A", "2021-05-01", "", Some(still));
    let term = briefing("term=true").await;
    assert_eq!(total(&term, "cases"), Some(3));
    assert_eq!(total(&term, "cases_before"), Some(1));
    let days = briefing("from=2021-07-01&to=2026-06-30").await;
    assert_eq!(term, days);
}

#[tokio::test]
async fn what_is_awaited_is_due_by_the_rules_of_today() {
    let office = Office::new();
    let committee = office.server.device("committee");
    let case = office.write("committee", Kind::Case, "P-D", &[("wording", "Kênh mương")]);
    let due = async || {
        let file = office
            .get(&committee, &format!("/api/v1/cases/{case}"))
            .await;
        file["row"]["due"].as_str().expect("a day").to_owned()
    };
    assert_eq!(due().await, "", "no rule, nothing due");
    let rule = |step, working_days| {
        DistrictChange::Deadlines(DeadlineChange::PutRule {
            rule: Rule {
                unit: "P".into(),
                step,
                working_days,
                valid_from: "2021-01-01".to_owned(),
                valid_to: None,
                note: String::new(),
            },
            was: None,
        })
    };
    let holiday = DistrictChange::Deadlines(DeadlineChange::PutHoliday(Holiday {
        day: "2025-06-20".to_owned(),
        name: "Nghỉ".to_owned(),
        is_worked: false,
    }));
    let change = |changes| {
        let changed = office
            .server
            .bench
            .store
            .change_district(changes, &stamp(0));
        changed.expect("written").expect("sound");
    };
    // The server's clock says Sunday, 15 June 2025.
    change(vec![rule(Step::Dispatch, 5)]);
    assert_eq!(due().await, "2025-06-20");
    change(vec![holiday, rule(Step::Answer, 10)]);
    assert_eq!(due().await, "2025-06-23");
    let carried = case.to_string();
    let letter = [
        ("dispatch_kind", "transfer"),
        ("to_unit", "P-D"),
        ("cases", carried.as_str()),
        ("sent", "2025-06-16"),
    ];
    let mut dispatch = office.draft("committee", Kind::Dispatch, "P-D", &letter);
    office.push("committee", &mut dispatch);
    assert_eq!(due().await, "2025-07-01", "ten working days and a holiday");
    change(vec![rule(Step::Assign, 2)]);
    assert_eq!(due().await, "2025-06-18");
    let assignment = [
        ("case", carried.as_str()),
        ("part", "lead"),
        ("date", "2025-06-17"),
        ("due", "2025-06-30"),
    ];
    office.write("executive", Kind::Assignment, "P-D", &assignment);
    assert_eq!(
        due().await,
        "2025-06-30",
        "whoever assigned it asks for it sooner"
    );
    office
        .server
        .bench
        .store
        .rebuild_projections()
        .expect("rebuilt");
    assert_eq!(due().await, "2025-06-30");
}
