//! What `verify` finds of it.

use super::database;
use crate::office::Office;
use crate::safekeeping::{alter, crashed, verified};
use kiennghi_server::store::sqlite::FILE_NAME;
use kiennghi_shared::schema::Kind;

#[test]
fn what_follows_from_other_documents_is_compared_with_what_a_rebuild_would_make() {
    let office = Office::new();
    let held = [("date", "2025-05-04"), ("session", "ky-1")];
    let meeting = office
        .write("a-1", Kind::Meeting, "P-D-A", &held)
        .to_string();
    let petition = office.voice("a-1", "P-D-A", &[("meeting", &meeting)]);
    let case = office.matter(&[]);
    office.consolidate(petition, "P-D-A", Some(case));
    office.letter("committee", "P-D", case, "2025-06-02");
    office.assigned(case, &[]);
    office.answered(case, "2025-06-10");
    // All that is in the log comes into the file.
    let database = database(&office.server);
    let copied = |sql: &str| {
        let copy = crashed(office.server.folder.path());
        alter(&copy.path().join(FILE_NAME), sql);
        verified(copy.path(), &[])
    };
    assert_eq!(copied(""), "");
    drop(database);

    let day = format!("{petition}: its day");
    let put = format!("{petition}: its case");
    let carries = format!("{case}: what it carries");
    let assigned = format!("{case}: to whom it is assigned");
    let stands = format!("{case}: where it stands");
    for (sql, expected) in [
        ("UPDATE petitions SET day = '2020-01-01'", &day),
        ("UPDATE petitions SET session = ''", &day),
        ("UPDATE petitions SET case_number = NULL", &put),
        ("DELETE FROM case_units", &carries),
        ("UPDATE case_units SET voters = 9", &carries),
        ("UPDATE case_units SET day = '2020-01-01'", &carries),
        (
            "INSERT INTO case_units SELECT case_number, 'P', day, session, 1, 1 FROM case_units",
            &carries,
        ),
        (
            "INSERT INTO case_units VALUES (99, 'P', '2025-01-01', '', 1, 1)",
            &"case_units: of a case that is not there".to_owned(),
        ),
        ("DELETE FROM case_agencies", &assigned),
        ("UPDATE case_agencies SET unit = 'P-D'", &assigned),
        (
            "INSERT INTO case_agencies VALUES (99, 'P')",
            &"case_agencies: of a case that is not there".to_owned(),
        ),
        (
            "UPDATE cases SET repeated_from = id",
            &format!("{case}: list: not what"),
        ),
    ] {
        let found = copied(sql);
        assert!(found.contains(expected), "{sql}: {found}");
    }
    for column in [
        "state",
        "is_disputed",
        "carried_over",
        "addressee",
        "to_role",
        "lead",
        "outcome",
        "sent_on",
        "due",
        "answer_due",
        "answered_on",
        "told_on",
        "closed_on",
        "standing",
    ] {
        let sql = format!("UPDATE cases SET {column} = 7");
        let found = copied(&sql);
        assert_eq!(found.lines().count(), 1, "{sql}: {found}");
        assert!(found.starts_with(&stands), "{sql}: {found}");
    }
    // What waits to be derived may stand as it did before; that it can be derived is looked at.
    let waits = "INSERT INTO cases_to_derive SELECT number FROM cases;
         UPDATE cases SET state = 7, standing = ''";
    assert_eq!(copied(waits), "");
    let found = copied(&format!("{waits}; UPDATE papers SET facts = 'no JSON'"));
    let cannot = format!("{case}: stored data is damaged");
    assert!(found.contains(&cannot), "{found}");
}
