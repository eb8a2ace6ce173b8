//! What a letter may remind of, and what it says of that: of the day on which it was written, whenever it is printed.

use kiennghi_shared::deadline::Step;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;

use super::printed::Printed;
use super::put_rule;
use crate::supervision::listed;

/// A letter of the district that reminds of a case on a day.
fn remind(printed: &Printed, case: DocumentId, date: &str) -> DocumentId {
    let case = case.to_string();
    let reminder = [
        ("dispatch_kind", "reminder"),
        ("date", date),
        ("to_unit", "P-D"),
        ("to_role", "executive"),
        ("cases", case.as_str()),
    ];
    let office = &printed.office;
    office.write("committee", Kind::Dispatch, "P-D", &reminder)
}

async fn said(printed: &Printed, letter: DocumentId) -> String {
    let path = format!("/api/v1/dispatches/{letter}/letter.docx");
    printed.text("committee", &path).await
}

const UNANSWERED: &str = "chưa được trả lời (có";
const UNDONE: &str = "chưa được giải quyết xong theo lộ trình đã trả lời (có";

#[tokio::test]
async fn a_reminder_says_by_when_it_was_to_be_answered_and_what_had_been_promised_by_then() {
    let printed = Printed::new();
    let office = &printed.office;
    put_rule(&printed, Step::Assign, 2);
    put_rule(&printed, Step::Tell, 3);
    let case = office.matter(&[("due", "2025-06-30")]);
    office.letter("committee", "P-D", case, "2025-06-02");
    assert_eq!(office.due(case), "2025-06-04", "to be assigned");
    let first = remind(&printed, case, "2025-06-06");
    let before = said(&printed, first).await;
    assert!(before.contains(UNANSWERED), "{before}");
    assert!(before.contains("30/06/2025"), "{before}");
    assert!(!before.contains("04/06/2025"), "{before}");

    let about = case.to_string();
    let answer = [
        ("case", about.as_str()),
        ("outcome", "in-progress"),
        ("measure", "roadmap"),
        ("expected", "2025-09-30"),
        ("date", "2025-06-09"),
    ];
    office.write("executive", Kind::Answer, "P-D", &answer);
    assert_eq!(office.due(case), "2025-06-12", "to be told");
    let second = remind(&printed, case, "2025-06-10");
    let after = said(&printed, second).await;
    assert!(after.contains(UNDONE), "{after}");
    assert!(after.contains("30/09/2025"), "{after}");
    assert!(!after.contains("12/06/2025"), "{after}");

    assert_eq!(said(&printed, first).await, before, "answered later");
    office.answered(case, "2025-06-11");
    assert_eq!(said(&printed, first).await, before, "resolved");
    assert_eq!(said(&printed, second).await, after, "resolved later");
}

#[tokio::test]
async fn what_others_sent_and_what_is_soon_to_be_assigned_is_not_reminded_of() {
    let printed = Printed::new();
    let office = &printed.office;
    put_rule(&printed, Step::Assign, 2);
    let late = office.matter(&[("due", "2025-06-10")]);
    let [unassigned, near] = [(); 2].map(|()| office.matter(&[("due", "2025-12-30")]));
    for (case, sent, due) in [
        (late, "2025-06-02", "2025-06-04"),
        (unassigned, "2025-06-02", "2025-06-04"),
        (near, "2025-06-13", "2025-06-17"),
    ] {
        office.letter("committee", "P-D", case, sent);
        assert_eq!(office.due(case), due, "to be assigned");
    }
    let (user, unit) = ("commune-committee", "P-D-A");
    let wording = [("wording", "Cầu"), ("due", "2025-06-10")];
    let up = office.write(user, Kind::Case, unit, &wording).to_string();
    let letter = [
        ("dispatch_kind", "transfer"),
        ("to_unit", "P-D"),
        ("to_role", "standing-committee"),
        ("cases", up.as_str()),
        ("sent", "2025-06-02"),
    ];
    office.write(user, Kind::Dispatch, unit, &letter);
    let mut own = [late, unassigned].map(|case| case.to_string());
    own.sort_unstable();
    for (user, wanted) in [("committee", &own[..]), (user, &[up])] {
        let mut list = listed(office, user, "desk=committee&remind=true").await;
        list.sort_unstable();
        assert_eq!(list, wanted, "{user}");
    }
    // Whatever is needed to be reminded of is offered.
    let mut needed = listed(office, "committee", "desk=committee&need=remind").await;
    needed.sort_unstable();
    assert_eq!(needed, own);
}
