//! What there is to tell voters: its version changes when it does, and not otherwise; and who asks again is told only
//! what changed.

use axum::http::{HeaderValue, Method};
use kiennghi_server::store::{DistrictChange, UnitRow};
use kiennghi_shared::desk::Results;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::office::MEDIA_TYPE;
use kiennghi_shared::profile::AGENCY_TIER;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::Hold;

use crate::district::stamp;
use crate::http::{Device, request};
use crate::office::Office;

impl Office {
    /// What a sync tells a user of the version.
    async fn told(&self, device: &mut Device) -> Option<u64> {
        let reply = self.server.sync(device, vec![], |_| {}).await;
        reply.welcome.results
    }

    /// What a phone of a user is told that has come so far: the answer, and the bytes that came.
    async fn results(&self, device: &Device, since: &str) -> (Results, usize) {
        let path = format!("/api/v1/results?since={since}");
        let mut asked = request(Method::GET, &path, &device.token, Vec::new());
        let accept = HeaderValue::from_static(MEDIA_TYPE);
        asked.headers_mut().insert("accept", accept);
        let answer = self.server.call(asked).await;
        assert_eq!(answer.status, 200, "{path}");
        let named = answer.headers.iter();
        let headers: usize = named
            .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len())
            .sum();
        let bytes = headers + answer.body.len();
        let results = minicbor::decode(&answer.unpacked()).expect("results");
        (results, bytes)
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

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

#[tokio::test]
async fn a_phone_that_asks_again_is_told_what_changed_and_no_more() {
    let office = Office::new();
    let a = office.server.device("a-1");
    let mut cases = Vec::new();
    for number in 0..40 {
        let petition = office.petition("Cầu tràn hư hỏng");
        let case = office.case(&format!("Sửa cầu tràn số {number} bị hư hỏng sau mưa lũ"));
        office.consolidate(petition, "P-D-A", Some(case));
        cases.push((case, petition));
    }
    let (all, bytes) = office.results(&a, "").await;
    assert!(
        all.is_whole && all.results.len() == 40,
        "{}",
        all.results.len()
    );
    assert!(bytes > 2_000, "{bytes}: there is little to spare");

    let (none, bytes) = office.results(&a, &all.cursor).await;
    assert_eq!(
        (none.is_whole, &none.results[..], &none.gone[..]),
        (false, &[][..], &[][..])
    );
    assert!(bytes <= 600, "{bytes} bytes with nothing new");

    office.answer(cases[7].0);
    let (news, bytes) = office.results(&a, &none.cursor).await;
    assert_eq!(news.results.len(), 1);
    assert_eq!(news.results[0].id, cases[7].0);
    assert!(news.results[0].answer.is_some() && news.gone.is_empty());
    assert!(bytes <= 2_000, "{bytes} bytes with one news");

    // Out of its case, into another one, and a case that is erased.
    office.consolidate(cases[1].1, "P-D-A", None);
    office.consolidate(cases[2].1, "P-D-A", Some(cases[3].0));
    let store = &office.server.bench.store;
    store.erase(cases[4].0, "thử", &stamp(0)).expect("erased");
    let (news, _) = office.results(&a, &news.cursor).await;
    assert_eq!(news.results.len(), 1);
    assert_eq!(news.results[0].petitions.len(), 2);
    let mut gone = news.gone.clone();
    gone.sort();
    let mut expected = [cases[1].0, cases[2].0, cases[4].0];
    expected.sort();
    assert_eq!(gone, expected);

    // What is of other units, of another epoch, or nothing, is answered with all there is.
    let committee = office.server.device("committee");
    let elsewhere = office.results(&committee, "").await.0.cursor;
    for since in [elsewhere.as_str(), "", "abc", "0.2025-01-01.7"] {
        let (whole, _) = office.results(&a, since).await;
        assert!(whole.is_whole && whole.results.len() == 37, "{since}");
    }
    store
        .begin_epoch(store.epoch(), 0, "thử", 0)
        .expect("begun");
    assert!(office.results(&a, &news.cursor).await.0.is_whole);
    // Made anew, it is told anew, and nobody misses anything.
    let before = office.results(&a, "").await.0;
    store.rebuild_projections().expect("rebuilt");
    let after = office.results(&a, "").await.0;
    assert_eq!(before.results, after.results);
}

#[tokio::test]
async fn a_case_that_was_closed_long_ago_is_told_of_no_more() {
    let office = Office::new();
    let petition = office.petition("Cầu tràn hư hỏng");
    let case = office.case("Cầu tràn");
    office.consolidate(petition, "P-D-A", Some(case));
    office.petition("Nước sạch");
    crate::briefing::close(&office, case, "P-D-A", "2025-06-10");
    let told = async |since: &str| {
        let device = office.server.device("a-1");
        office.results(&device, since).await.0
    };
    let now = told("").await;
    assert_eq!(now.results.len(), 1);
    // It is 15 June 2025.
    office.server.clock.advance(195 * DAY_MS);
    let still = told(&now.cursor).await;
    assert_eq!((still.results.len(), still.gone.len()), (0, 0));
    assert_eq!(told("").await.results.len(), 1);
    office.server.clock.advance(DAY_MS);
    let over = told(&still.cursor).await;
    assert_eq!(over.gone, [case]);
    assert_eq!(told("").await.results, []);
    assert_eq!(told(&over.cursor).await.gone, [], "once");
}

#[tokio::test]
async fn units_rules_and_holidays_change_the_version_where_they_touch_what_is_told() {
    use kiennghi_shared::calendar::Holiday;
    use kiennghi_shared::deadline::{DeadlineChange, Rule, Step};

    let office = Office::new();
    let store = &office.server.bench.store;
    let (case, petition) = (office.case("Cầu tràn"), office.petition("Cầu tràn hư hỏng"));
    office.consolidate(petition, "P-D-A", Some(case));
    office.letter("committee", "P-D", case, "2025-06-10");
    let mut a = office.server.device("a-1");
    let rule = |unit: &str| {
        let rule = Rule {
            unit: unit.into(),
            step: Step::Answer,
            working_days: 10,
            valid_from: "2020-01-01".to_owned(),
            valid_to: None,
            note: String::new(),
        };
        DistrictChange::Deadlines(DeadlineChange::PutRule { rule, was: None })
    };
    let day = |day: &str| {
        DistrictChange::Deadlines(DeadlineChange::PutHoliday(Holiday {
            day: day.to_owned(),
            name: "Nghỉ".to_owned(),
            is_worked: false,
        }))
    };
    let named = |code: &str, name: &str| {
        let mut units = store.district().expect("read").units.into_iter();
        let mut unit = units.find(|unit| unit.code.0 == code).expect("a unit");
        unit.name = name.to_owned();
        DistrictChange::PutUnit(unit)
    };
    let mut version = office.told(&mut a).await;
    for (what, change, is_told) in [
        ("a rule of elsewhere", rule("P-E"), false),
        ("a rule", rule("P-D"), true),
        ("a rule that says the same", rule("P"), false),
        ("a day before", day("2025-06-10"), false),
        ("a day off", day("2025-06-16"), true),
        (
            "another name of whom it was sent to",
            named("P-D", "Huyện"),
            true,
        ),
        (
            "another name of the village's own",
            named("P-D-A", "Xã"),
            false,
        ),
    ] {
        let changed = store.change_district(vec![change], &stamp(0));
        assert_eq!(changed, Ok(Ok(())), "{what}");
        let now = office.told(&mut a).await;
        assert_eq!(now != version, is_told, "{what}");
        version = now;
    }
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
