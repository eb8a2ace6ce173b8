//! The version of what there is to tell voters: it changes when that does, and not otherwise.

use kiennghi_server::store::{DistrictChange, UnitRow};
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::profile::AGENCY_TIER;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::Hold;

use crate::district::stamp;
use crate::http::Device;
use crate::office::Office;

impl Office {
    /// What a sync tells a user of the version.
    async fn told(&self, device: &mut Device) -> Option<u64> {
        let reply = self.server.sync(device, vec![], |_| {}).await;
        reply.welcome.results
    }

    fn petition(&self, content: &str) -> DocumentId {
        self.write("a-1", Kind::Petition, "P-D-A", &[("content", content)])
    }

    fn case(&self, wording: &str) -> DocumentId {
        self.write("committee", Kind::Case, "P-D", &[("wording", wording)])
    }

    /// The case is sent to the district's executive, which answers.
    fn answer(&self, case: DocumentId) {
        let case = case.to_string();
        let letter = [
            ("dispatch_kind", "transfer"),
            ("to_unit", "P-D"),
            ("cases", case.as_str()),
            ("sent", "2025-06-10"),
        ];
        let dispatch = self.write("committee", Kind::Dispatch, "P-D", &letter);
        let answer = [
            ("case", case.as_str()),
            ("dispatch", &dispatch.to_string()),
            ("outcome", "resolved"),
            ("date", "2025-06-20"),
        ];
        self.write("executive", Kind::Answer, "P-D", &answer);
    }
}

#[tokio::test]
async fn the_version_changes_with_what_is_to_be_told_and_not_otherwise() {
    let office = Office::new();
    let mut a = office.server.device("a-1");
    let mut b = office.server.device("b-1");
    let petition = office.petition("Cầu tràn hư hỏng");
    let (case, other) = (office.case("Cầu tràn"), office.case("Kênh mương"));
    assert_eq!(office.told(&mut a).await, None, "nothing to tell");

    let mut seen = Vec::new();
    let mut anew = async |what: &str, a: &mut Device| {
        let version = office.told(a).await;
        assert!(version.is_some(), "{what}");
        assert!(!seen.contains(&version), "{what}");
        assert_eq!(office.told(a).await, version, "and stays");
        seen.push(version);
        version
    };
    office.consolidate(petition, "P-D-A", Some(case));
    anew("put into a case", &mut a).await;
    office.answer(case);
    let answered = anew("answered", &mut a).await;

    // What concerns no case of the unit.
    office.answer(other);
    office.petition("Nước sạch");
    office.write("a-1", Kind::Meeting, "P-D-A", &[("date", "2025-06-21")]);
    assert_eq!(office.told(&mut a).await, answered);
    assert_eq!(office.told(&mut b).await, None, "another unit's");

    office.consolidate(petition, "P-D-A", None);
    anew("taken out", &mut a).await;
    office.consolidate(petition, "P-D-A", Some(case));
    anew("put in again", &mut a).await;
    let store = &office.server.bench.store;
    store.erase(case, "thử", &stamp(0)).expect("erased");
    anew("the case is erased", &mut a).await;
    let results = office.get(&a, "/api/v1/results").await;
    assert_eq!(results["results"], serde_json::json!([]));
}

#[tokio::test]
async fn who_tells_nobody_hears_of_no_version() {
    let office = Office::new();
    let petition = office.petition("Cầu tràn hư hỏng");
    let case = office.case("Cầu tràn");
    office.consolidate(petition, "P-D-A", Some(case));
    let [mut a, mut viewer, mut executive] =
        ["a-1", "viewer", "executive"].map(|user| office.server.device(user));
    assert!(office.told(&mut a).await.is_some());
    assert_eq!(office.told(&mut viewer).await, None);
    assert_eq!(office.told(&mut executive).await, None);
    let asked = Hold::Asked(vec![petition]);
    let reply = office
        .server
        .sync(&mut a, vec![], |hello| hello.hold = asked);
    assert_eq!(reply.await.welcome.results, None, "a desk asks by itself");
}

#[tokio::test]
async fn other_units_have_another_version() {
    let office = Office::new();
    let case = office.case("Cầu tràn");
    let petition = office.petition("Cầu tràn hư hỏng");
    let again = office.write("b-1", Kind::Petition, "P-D-B", &[("content", "Sửa cầu")]);
    office.consolidate(petition, "P-D-A", Some(case));
    office.consolidate(again, "P-D-B", Some(case));
    office.answer(case);
    let (mut a, mut b) = (office.server.device("a-1"), office.server.device("b-1"));
    let (a, b) = (office.told(&mut a).await, office.told(&mut b).await);
    assert!(a.is_some() && b.is_some() && a != b, "{a:?} {b:?}");
}

#[tokio::test]
async fn whoever_a_case_went_to_is_called_by_name() {
    let office = Office::new();
    let agency = UnitRow {
        code: UnitCode::from("P-D-GD"),
        name: "Phòng Giáo dục".to_owned(),
        tier: AGENCY_TIER.to_owned(),
        parent: Some(UnitCode::from("P-D")),
        successor: None,
        villages: Vec::new(),
        valid_from: "2020-01-01".to_owned(),
        valid_to: None,
    };
    let store = &office.server.bench.store;
    let added = store.change_district(vec![DistrictChange::PutUnit(agency)], &stamp(0));
    added.expect("store").expect("allowed");
    let [a, committee] = ["a-1", "committee"].map(|user| office.server.device(user));
    for (unit, role, wanted) in [
        ("P-D", "executive", "Ủy ban nhân dân xã P-D"),
        ("P-D-GD", "executive", "Phòng Giáo dục"),
        (
            "P",
            "standing-committee",
            "Thường trực Hội đồng nhân dân xã P",
        ),
    ] {
        let case = office.case("Cầu tràn");
        office.consolidate(office.petition("Cầu tràn"), "P-D-A", Some(case));
        let carried = case.to_string();
        let letter = [
            ("dispatch_kind", "transfer"),
            ("to_unit", unit),
            ("to_role", role),
            ("cases", carried.as_str()),
            ("sent", "2025-06-10"),
        ];
        office.write("committee", Kind::Dispatch, "P-D", &letter);
        let file = office
            .get(&committee, &format!("/api/v1/cases/{case}"))
            .await;
        assert_eq!(file["row"]["addressee_name"], wanted);
        let results = office.get(&a, "/api/v1/results").await;
        let results = results["results"].as_array().expect("results");
        let told = results.iter().find(|one| one["id"] == carried);
        assert_eq!(told.expect("the case")["addressee_name"], wanted);
    }
}
