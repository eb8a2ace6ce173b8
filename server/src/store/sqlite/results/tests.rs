//! How many statements it takes to tell a phone what there is.

use std::cell::Cell;

use kiennghi_shared::casefile::{self, Content};
use kiennghi_shared::papers::{Answer, Case};
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use super::super::connection::open_scratch;
use super::super::ground::Ground;
use super::*;

const UNIT: &str = "P-D-A";
const KINDS: [i64; 3] = [3, 2, 7];

thread_local! {
    static STATEMENTS: Cell<usize> = const { Cell::new(0) };
}

/// A case that was answered, with the petition that it carries.
fn put_case(connection: &Connection, number: i64) {
    let [case_id, petition_id, answer_id] = [0, 1, 2].map(|of: i64| {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(10 * number + of).to_be_bytes());
        DocumentId(id)
    });
    let ids = [&case_id, &petition_id, &answer_id];
    for (of, (id, kind)) in (0..).zip(ids.into_iter().zip(KINDS)) {
        let row = params![10 * number + of, id.as_bytes(), kind, UNIT];
        let sql = "INSERT INTO documents VALUES (?1, ?2, ?3, ?4, 'a', ?1, 0, 0, 0, x'')";
        connection.execute(sql, row).expect("a document");
    }
    let sql = "INSERT INTO petitions (number, unit, created_seq, village, field, competence,
             petition_kind, updated_at, conflicts, record, case_number, day, session)
         VALUES (?1, ?2, ?1, 'Thôn', '', '', '', 0, 0, '{}', ?3, '', '')";
    let row = params![10 * number + 1, UNIT, 10 * number];
    connection.execute(sql, row).expect("a petition");
    let units = Ground::read(connection).expect("units");
    let mut standing = casefile::derive(&units, &UNIT.into(), &[], &[]);
    standing.answer = Some(answer_id);
    let case = Case {
        wording: "Nước sạch".to_owned(),
        ..Case::default()
    };
    let sql = "INSERT INTO cases (number, id, unit, created_seq, created_on, field, competence, session,
             updated_at, conflicts, record, state, is_disputed, carried_over, addressee, to_role, lead,
             outcome, sent_on, due, answer_due, answered_on, told_on, standing)
         VALUES (?1, ?2, 'P-D', ?1, '', '', '', '', 0, 0, ?3, 5, 0, 0, '', '', '', '', '', '', '', '', '', ?4)";
    let (case, standing) = (json(&case).expect("JSON"), json(&standing).expect("JSON"));
    let row = params![10 * number, case_id.as_bytes(), case, standing];
    connection.execute(sql, row).expect("a case");
    let answer = Content::Answer(Answer::default());
    let sql =
        "INSERT INTO papers (number, id, kind, unit, day, to_unit, to_role, updated_at, conflicts, facts, record)
         VALUES (?1, ?2, 7, 'P-D', '', '', '', 0, 0, '', ?3)";
    let answer = json(&answer).expect("JSON");
    let row = params![10 * number + 2, answer_id.as_bytes(), answer];
    connection.execute(sql, row).expect("an answer");
    let sql = "INSERT INTO case_units VALUES (?1, ?2, '', '', 1, 1)";
    let row = params![10 * number, UNIT];
    connection.execute(sql, row).expect("a unit");
    note_case(connection, 10 * number).expect("noted");
}

fn asked(connection: &Connection, since: Option<u64>) -> (StoredResults, usize) {
    STATEMENTS.set(0);
    let since = since.map(|version| [version]);
    let found = read(
        connection,
        &ResultsWanted {
            units: &[UNIT.into()],
            since: since.as_ref().map(|since| since.as_slice()),
            closed_from: "2025-01-02",
            was_closed_from: "2025-01-01",
            limit: 100,
        },
    );
    (found.expect("read"), STATEMENTS.get())
}

#[test]
fn however_much_there_is_to_tell_takes_the_same_few_statements() {
    let connection = open_scratch().expect("opens");
    let unit = "INSERT INTO units (code, name, tier, position, valid_from)
         VALUES (?1, ?1, 'xã', 0, '2020-01-01')";
    connection.execute(unit, [UNIT]).expect("a unit");
    (1..=3).for_each(|number| put_case(&connection, number));
    connection.trace_v2(
        TraceEventCodes::SQLITE_TRACE_STMT,
        Some(|event| {
            if let TraceEvent::Stmt(..) = event {
                STATEMENTS.set(STATEMENTS.get() + 1);
            }
        }),
    );
    let (few, statements) = asked(&connection, None);
    assert_eq!(few.cases.len(), 3);
    assert!(few.cases.iter().all(|case| case.answer.is_some()));
    assert!(few.cases.iter().all(|case| case.voices.len() == 1));
    assert!((3..=5).contains(&statements), "{statements} statements");
    (4..=60).for_each(|number| put_case(&connection, number));
    let (many, same) = asked(&connection, None);
    assert_eq!((many.cases.len(), same), (60, statements));
    let (news, more) = asked(&connection, Some(few.versions[0]));
    assert_eq!((news.cases.len(), news.is_whole), (57, false));
    assert!(more <= statements + 2, "{more} statements");
    let (none, more) = asked(&connection, Some(many.versions[0]));
    assert_eq!((none.cases.len(), none.gone.len()), (0, 0));
    assert!(more <= statements + 2, "{more} statements");
    // More changes than may be told at once are told as all there is.
    (61..=130).for_each(|number| put_case(&connection, number));
    (1..=60).for_each(|number| note_case(&connection, 10 * number).expect("noted"));
    let (all, _) = asked(&connection, Some(few.versions[0]));
    assert_eq!((all.cases.len(), all.is_whole), (100, true));
}
