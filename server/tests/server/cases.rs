//! A case from a voice in a village to its closing, at the routes: what each desk sees of it, and that no petition
//! or step is lost whatever the order.

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;

use crate::district::stamp;
use crate::office::Office;

#[tokio::test]
async fn a_case_goes_from_desk_to_desk() {
    let office = Office::new();
    let [committee, executive, agency, a, b, viewer] =
        ["committee", "executive", "agency", "a-1", "b-1", "viewer"]
            .map(|user| office.server.device(user));
    let petition = |user, unit, village, content| {
        office.write(
            user,
            Kind::Petition,
            unit,
            &[("content", content), ("village", village)],
        )
    };
    let bridge = petition("a-1", "P-D-A", "Thôn 1", "Cầu tràn hư hỏng");
    let again = petition("b-1", "P-D-B", "Thôn 9", "Sửa cầu tràn");
    let needs = office.get(&committee, "/api/v1/needs").await;
    assert_eq!(needs["waiting"], 2);
    assert_eq!(needs["needs"], serde_json::json!([]));

    let wording = [
        ("wording", "Đề nghị sửa chữa cầu tràn"),
        ("field", "transport"),
    ];
    let case = office.write("committee", Kind::Case, "P-D", &wording);
    office.consolidate(bridge, "P-D-A", Some(case));
    office.consolidate(again, "P-D-B", Some(case));
    let needs = office.get(&committee, "/api/v1/needs").await;
    assert_eq!(
        (needs["waiting"].clone(), needs["needs"][0]["need"].clone()),
        (0.into(), "dispatch".into())
    );
    let inbox = office
        .get(&committee, "/api/v1/petitions?waiting=true")
        .await;
    assert_eq!(inbox["total"], 0);
    let path = format!("/api/v1/cases/{case}");
    let file = office.get(&committee, &path).await;
    assert_eq!(file["row"]["petitions"], 2);
    assert_eq!(file["voices"][1]["petition"]["village"], "Thôn 9");

    // Nobody else sees it before it is sent, but for those whose petitions it carries.
    for device in [&executive, &agency, &viewer] {
        assert_eq!(office.server.get(&path, &device.token).await.status, 404);
    }
    assert_eq!(office.server.get(&path, &a.token).await.status, 200);
    let carried = case.to_string();
    let letter = [
        ("dispatch_kind", "transfer"),
        ("to", "Ủy ban nhân dân huyện"),
        ("to_unit", "P-D"),
        ("to_role", "executive"),
        ("cases", &carried),
        ("due", "2025-07-01"),
    ];
    let mut dispatch = office.draft("committee", Kind::Dispatch, "P-D", &letter);
    office.push("committee", &mut dispatch);
    assert_eq!(
        office.server.get(&path, &executive.token).await.status,
        404,
        "not sent yet"
    );
    assert_eq!(
        office
            .get(&executive, "/api/v1/dispatches?desk=executive")
            .await["total"],
        0
    );
    dispatch.set(&office.phone("committee"), "sent", "2025-06-10");
    office.push("committee", &mut dispatch);
    let mine = office
        .get(&executive, "/api/v1/cases?desk=executive&need=assign")
        .await;
    assert_eq!(
        mine["cases"][0]["case"]["wording"],
        "Đề nghị sửa chữa cầu tràn"
    );
    assert_eq!(mine["cases"][0]["due"], "2025-07-01");
    assert_eq!(
        office
            .get(&executive, "/api/v1/dispatches?desk=executive")
            .await["total"],
        1
    );

    let sent = dispatch.header.id.to_string();
    let assignment = [
        ("case", carried.as_str()),
        ("dispatch", &sent),
        ("part", "lead"),
        ("date", "2025-06-11"),
    ];
    office.write("executive", Kind::Assignment, "P-D", &assignment);
    let mine = office
        .get(&agency, "/api/v1/cases?desk=agency&need=answer")
        .await;
    assert_eq!(mine["total"], 1);
    // The day after it was due, everybody is told.
    let answer = [
        ("case", carried.as_str()),
        ("dispatch", &sent),
        ("outcome", "resolved"),
        ("content", "Đã sửa xong."),
        ("date", "2025-06-20"),
    ];
    let answer = office
        .write("agency", Kind::Answer, "P-D", &answer)
        .to_string();
    let results = office.get(&a, "/api/v1/results").await;
    let result = &results["results"][0];
    assert_eq!(result["state"], "answered");
    assert_eq!(result["answer"]["answer"]["content"], "Đã sửa xong.");
    assert_eq!(
        result["petitions"].as_array().expect("list").len(),
        1,
        "of its own unit"
    );
    assert_eq!(result["petitions"][0]["id"], bridge.to_string());
    assert_eq!(
        office.get(&b, "/api/v1/results").await["results"][0]["petitions"][0]["id"],
        again.to_string()
    );

    for (user, unit, village) in [("a-1", "P-D-A", "Thôn 1"), ("b-1", "P-D-B", "Thôn 9")] {
        let told = [
            ("case", carried.as_str()),
            ("answer", &answer),
            ("date", "2025-06-25"),
            ("village", village),
            ("how", "read-out"),
            ("reaction", "agreed"),
        ];
        office.write(user, Kind::Notice, unit, &told);
    }
    let results = office.get(&a, "/api/v1/results").await;
    assert_eq!(results["results"][0]["petitions"][0]["is_told"], true);
    let check = [
        ("case", carried.as_str()),
        ("answer", &answer),
        ("date", "2025-06-22"),
        ("holds", "holds"),
    ];
    office.write("a-1", Kind::Check, "P-D-A", &check);
    let needs = office.get(&committee, "/api/v1/needs").await;
    assert_eq!(
        needs["needs"],
        serde_json::json!([{"need": "decide", "count": 1}])
    );
    let finding = [
        ("case", carried.as_str()),
        ("answer", &answer),
        ("date", "2025-06-28"),
        ("verdict", "close"),
    ];
    office.write("board", Kind::Finding, "P-D", &finding);
    let file = office.get(&committee, &path).await;
    assert_eq!(file["row"]["standing"]["state"], "closed");
    assert_eq!(file["papers"].as_array().expect("list").len(), 7);
    let needs = office.get(&committee, "/api/v1/needs").await;
    assert_eq!(needs["needs"], serde_json::json!([]));
    assert_eq!(
        needs["states"],
        serde_json::json!([{"state": "closed", "count": 1}])
    );

    let not_solved = [
        ("case", carried.as_str()),
        ("answer", &answer),
        ("date", "2025-07-05"),
        ("village", "Thôn 9"),
        ("how", "in-person"),
        ("reaction", "not-solved"),
    ];
    office.write("b-1", Kind::Notice, "P-D-B", &not_solved);
    let needs = office.get(&committee, "/api/v1/needs").await;
    assert_eq!(
        needs["needs"],
        serde_json::json!([{"need": "supervise", "count": 1}])
    );
}

#[tokio::test]
async fn a_petition_moves_between_cases_and_is_never_lost() {
    let office = Office::new();
    let committee = office.server.device("committee");
    let petition = office.write("a-1", Kind::Petition, "P-D-A", &[("content", "Kênh mương")]);
    let case = |wording| office.write("committee", Kind::Case, "P-D", &[("wording", wording)]);
    let (first, second) = (case("Kênh mương thôn 1"), case("Kênh mương toàn xã"));
    let count = |id: DocumentId| {
        let row = office.server.bench.store.case(id).expect("read");
        row.map(|case| case.voices.len())
    };
    let waiting = async || {
        office
            .get(&committee, "/api/v1/petitions?waiting=true")
            .await["total"]
            .clone()
    };

    office.consolidate(petition, "P-D-A", Some(first));
    assert_eq!(
        (count(first), count(second), waiting().await),
        (Some(1), Some(0), 0.into())
    );
    office.consolidate(petition, "P-D-A", Some(second));
    assert_eq!(
        (count(first), count(second), waiting().await),
        (Some(0), Some(1), 0.into())
    );
    office.consolidate(petition, "P-D-A", None);
    assert_eq!(
        (count(first), count(second), waiting().await),
        (Some(0), Some(0), 1.into())
    );

    // A case that is not there, or not any more, carries nothing.
    office.consolidate(petition, "P-D-A", Some(crate::district::new_id()));
    assert_eq!(waiting().await, 1);
    office.consolidate(petition, "P-D-A", Some(first));
    assert_eq!(waiting().await, 0);
    let store = &office.server.bench.store;
    store.erase(first, "thử", &stamp(0)).expect("erased");
    assert_eq!((count(first), waiting().await), (None, 1.into()));
    let late = office.draft("committee", Kind::Case, "P-D", &[("wording", "Đến sau")]);
    office.consolidate(petition, "P-D-A", Some(late.header.id));
    assert_eq!(waiting().await, 1);
    let mut late = late;
    office.push("committee", &mut late);
    assert_eq!(
        (count(late.header.id), waiting().await),
        (Some(1), 0.into())
    );
    store.rebuild_projections().expect("rebuilt");
    assert_eq!(
        (count(late.header.id), waiting().await),
        (Some(1), 0.into())
    );
    store.erase(petition, "thử", &stamp(0)).expect("erased");
    assert_eq!(
        (count(late.header.id), waiting().await),
        (Some(0), 0.into())
    );
}

#[tokio::test]
async fn only_the_one_document_of_a_petition_says_where_it_is() {
    let office = Office::new();
    let committee = office.server.device("committee");
    let petition = office.write("a-1", Kind::Petition, "P-D-A", &[("content", "Nước sạch")]);
    let case = office.write("committee", Kind::Case, "P-D", &[("wording", "Nước sạch")]);
    let (of, into) = (petition.to_string(), case.to_string());
    let fields = [("petition", of.as_str()), ("case", into.as_str())];
    office.write("committee", Kind::Consolidation, "P-D-A", &fields);
    let waiting = office
        .get(&committee, "/api/v1/petitions?waiting=true")
        .await;
    assert_eq!(
        waiting["total"], 1,
        "another document than the one that follows from its id"
    );
    office.consolidate(petition, "P-D-B", Some(case));
    let waiting = office
        .get(&committee, "/api/v1/petitions?waiting=true")
        .await;
    assert_eq!(waiting["total"], 1, "a document of another unit");
}

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
    assert_eq!(total("from=2025-09-01").await, 1);
    assert_eq!(total("from=2025-09-01&raised_in=P-D-A").await, 0);
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
