//! What tables of cases and petitions follow from: whatever changes it, nothing stays as it was before.

mod damaged;
mod ground;
mod helpers;
mod papers;

use kiennghi_server::store::sqlite::FILE_NAME;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::http::Server;

/// What follows from other documents than a row's own.
const DERIVED: &[&str] = &[
    "SELECT number, case_number, day, session FROM petitions ORDER BY number",
    "SELECT * FROM case_units ORDER BY case_number, unit",
    "SELECT * FROM case_agencies ORDER BY case_number, unit",
    "SELECT number, state, is_disputed, carried_over, addressee, to_role, lead, outcome, sent_on,
         due, answer_due, answered_on, told_on, closed_on, standing FROM cases ORDER BY number",
];

/// The server's database, beside it.
fn database(server: &Server) -> Connection {
    Connection::open(server.folder.path().join(FILE_NAME)).expect("opens")
}

fn derived(server: &Server) -> Vec<Vec<Value>> {
    let database = database(server);
    let mut found = Vec::new();
    for sql in DERIVED {
        let mut statement = database.prepare(sql).expect("a query");
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| (0..columns).map(|at| row.get(at)).collect());
        found.extend(rows.expect("read").map(|row| row.expect("a row")));
    }
    found
}

/// Nothing is otherwise than a rebuild would have it.
fn assert_whole(server: &Server) {
    let live = derived(server);
    server.bench.store.rebuild_projections().expect("rebuilt");
    assert_eq!(live, derived(server));
}
