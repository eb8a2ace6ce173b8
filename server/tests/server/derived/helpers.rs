//! By when an agency that is to help is to have its say.

use std::collections::BTreeSet;

use kiennghi_shared::deadline::Step;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;
use serde_json::{Value, json};

use super::assert_whole;
use super::ground::{day_off, put, rule};
use crate::district::AGENCY;
use crate::office::Office;

/// A case that is led elsewhere, and that the agency is to help with.
fn with_help(office: &Office, due: &str) -> DocumentId {
    let case = office.matter(&[("due", "2025-12-30")]);
    office.letter("committee", "P-D", case, "2025-06-02");
    let about = case.to_string();
    for (unit, part, due) in [("P-D", "lead", ""), (AGENCY, "coordinating", due)] {
        let fields = [
            ("case", about.as_str()),
            ("part", part),
            ("date", "2025-06-03"),
            ("due", due),
        ];
        office.write("executive", Kind::Assignment, unit, &fields);
    }
    case
}

/// What somebody is told of when a case is due, and for what.
async fn told(office: &Office, user: &str, case: DocumentId) -> (Value, Value) {
    let device = office.server.device(user);
    let file = office.get(&device, &format!("/api/v1/cases/{case}")).await;
    (file["row"]["due"].clone(), file["row"]["due_step"].clone())
}

#[tokio::test]
async fn an_agency_that_is_to_help_is_told_its_own_day_and_no_other() {
    let office = Office::new();
    let (case, named) = (with_help(&office, ""), with_help(&office, "2025-06-20"));
    let of = |day: &str, step: Value| (json!(day), step);
    let agency = async |case| told(&office, "agency", case).await;
    assert_eq!(agency(case).await, of("", Value::Null), "no rule, no day");
    let helping = json!("coordinate");
    assert_eq!(agency(named).await, of("2025-06-20", helping.clone()));
    for other in ["executive", "committee"] {
        let answer = of("2025-12-30", json!("answer"));
        assert_eq!(told(&office, other, case).await, answer, "{other}");
    }

    let by_rule = put(rule("P-D", Step::Coordinate, 15));
    assert!(office.touched(vec![by_rule]).contains(&case));
    assert_eq!(agency(case).await, of("2025-06-24", helping.clone()));
    assert_eq!(agency(named).await, of("2025-06-20", helping.clone()));
    assert!(office.touched(vec![day_off("2025-06-10")]).contains(&case));
    assert_eq!(agency(case).await, of("2025-06-25", helping));
    let elsewhere = put(rule("P-D-A", Step::Coordinate, 3));
    assert_eq!(office.touched(vec![elsewhere]), BTreeSet::new());

    let about = case.to_string();
    let opinion = [
        ("case", about.as_str()),
        ("outcome", "opinion"),
        ("date", "2025-06-09"),
    ];
    office.write("agency", Kind::Answer, AGENCY, &opinion);
    assert_eq!(
        agency(case).await,
        of("", Value::Null),
        "it has had its say"
    );
    assert_eq!(agency(named).await, of("2025-06-20", json!("coordinate")));
    office.answered(named, "2025-06-10");
    assert_eq!(agency(named).await, of("", Value::Null), "it is answered");
    assert_whole(&office.server);
}
