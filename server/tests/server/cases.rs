//! A case from a voice in a village to its closing, at the routes: what each desk sees of it, and that no petition
//! or step is lost whatever the order.

use kiennghi_shared::code::Code;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::Verdict;

use crate::district::{AGENCY, stamp};
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
    let listed = office.get(&committee, "/api/v1/petitions").await;
    for row in 0..2 {
        assert_eq!(listed["petitions"][row]["case"], case.to_string());
    }
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
    office.write("executive", Kind::Assignment, AGENCY, &assignment);
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
        .write("agency", Kind::Answer, AGENCY, &answer)
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
    let waiting = async || {
        let list = office
            .get(&committee, "/api/v1/petitions?waiting=true")
            .await;
        list["total"].clone()
    };
    let fields = [("petition", of.as_str()), ("case", into.as_str())];
    let wording = [("wording", "Nước sạch")];
    let refused = |id: Option<DocumentId>, kind, unit| {
        let fields: &[_] = if kind == Kind::Case {
            &wording
        } else {
            &fields
        };
        let mut draft = office.draft("committee", kind, unit, fields);
        draft.header.id = id.unwrap_or(draft.header.id);
        let pushed = office
            .server
            .bench
            .push(&office.phone("committee"), vec![draft.take()]);
        pushed.verdicts[0].clone()
    };
    let own = Some(consolidation_of(petition));
    let wrong = Verdict::Refused(Code::WrongDocument);
    assert_eq!(
        refused(None, Kind::Consolidation, "P-D-A"),
        wrong,
        "another id"
    );
    assert_eq!(refused(own, Kind::Case, "P-D-A"), wrong, "another kind");
    let elsewhere = refused(own, Kind::Consolidation, "P-D-B");
    assert_eq!(
        elsewhere,
        Verdict::Refused(Code::Forbidden),
        "another unit than the petition's"
    );
    let others = Some(consolidation_of(crate::district::new_id()));
    let named = refused(others, Kind::Consolidation, "P-D-A");
    assert_eq!(
        named,
        Verdict::Refused(Code::SchemaMismatch),
        "another petition's"
    );
    assert_eq!(waiting().await, 1);
    office.consolidate(petition, "P-D-A", Some(case));
    assert_eq!(waiting().await, 0, "nobody took its place");

    // A case of a commune that has nothing to do with the petition carries nothing of it.
    let foreign = office.write(
        "committee",
        Kind::Case,
        "P-D-B",
        &[("wording", "Ở xã khác")],
    );
    office.consolidate(petition, "P-D-A", Some(foreign));
    assert_eq!(waiting().await, 1);
}
