//! What tables of cases and petitions follow from: whatever changes it, nothing stays as it was before.

mod damaged;
mod ground;
mod papers;

use kiennghi_server::store::StoredCase;
use kiennghi_server::store::sqlite::FILE_NAME;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::http::Server;
use crate::office::Office;

/// What follows from other documents than a row's own.
const DERIVED: &[&str] = &[
    "SELECT number, case_number, day, session FROM petitions ORDER BY number",
    "SELECT * FROM case_units ORDER BY case_number, unit",
    "SELECT number, state, is_disputed, carried_over, addressee, to_role, lead, outcome, sent_on,
         due, answer_due, answered_on, told_on, standing FROM cases ORDER BY number",
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

impl Office {
    fn voice(&self, user: &str, unit: &str, fields: &[(&str, &str)]) -> DocumentId {
        let fields = [&[("content", "Cầu tràn")], fields].concat();
        self.write(user, Kind::Petition, unit, &fields)
    }

    fn matter(&self, fields: &[(&str, &str)]) -> DocumentId {
        let fields = [&[("wording", "Sửa cầu tràn")], fields].concat();
        self.write("committee", Kind::Case, "P-D", &fields)
    }

    /// A committee's letter that passes a case on to the executive of its own unit.
    fn letter(&self, user: &str, unit: &str, case: DocumentId, sent: &str) -> DocumentId {
        let case = case.to_string();
        let fields = [
            ("dispatch_kind", "transfer"),
            ("to_unit", unit),
            ("to_role", "executive"),
            ("cases", case.as_str()),
            ("sent", sent),
        ];
        self.write(user, Kind::Dispatch, unit, &fields)
    }

    fn answered(&self, case: DocumentId, date: &str) -> DocumentId {
        let case = case.to_string();
        let fields = [
            ("case", case.as_str()),
            ("outcome", "resolved"),
            ("date", date),
        ];
        self.write("executive", Kind::Answer, "P-D", &fields)
    }

    fn stored(&self, case: DocumentId) -> StoredCase {
        let stored = self.server.bench.store.case(case).expect("read");
        stored.expect("a case")
    }

    fn due(&self, case: DocumentId) -> String {
        self.stored(case).row.due
    }
}
