//! A whole term of the demo's council: what the briefing counts, against sums over the raw documents that know nothing
//! of projections or derived states.

use std::sync::Arc;
use std::time::Instant;

use kiennghi_server::commands::demo;
use kiennghi_server::store::Store;
use kiennghi_server::store::sqlite::{FILE_NAME, Options, SqliteStore};
use kiennghi_shared::document::Document;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::Value;
use kiennghi_shared::schema::Kind;
use rusqlite::{Connection, params};
use serde_json::Value as Json;

use crate::http::Server;

/// 15 June 2025, as the clock of [`Server`] has it.
const NOW: i64 = crate::district::NOW;

/// The fields of all documents, a row each.
fn raw(folder: &std::path::Path) -> Connection {
    let stored = Connection::open(folder.join(FILE_NAME)).expect("opens");
    let sums = Connection::open_in_memory().expect("opens");
    sums.execute_batch("CREATE TABLE raw (id TEXT, kind TEXT, unit TEXT, key TEXT, value)")
        .expect("made");
    let mut documents = stored
        .prepare("SELECT number, id, kind, unit FROM documents")
        .expect("reads");
    let mut changes = stored
        .prepare("SELECT bytes FROM changes WHERE document = ? ORDER BY seq")
        .expect("reads");
    let mut rows = documents.query([]).expect("reads");
    while let Some(row) = rows.next().expect("reads") {
        let number: i64 = row.get(0).expect("a number");
        let id = DocumentId(row.get(1).expect("an id")).to_string();
        let kind = Kind::from_number(row.get(2).expect("a kind")).expect("a kind");
        let unit: String = row.get(3).expect("a unit");
        let changes = changes.query_map([number], |row| row.get::<_, Vec<u8>>(0));
        let changes: Vec<Vec<u8>> = changes.expect("reads").map(|c| c.expect("reads")).collect();
        let document = Document::from_changes(changes.iter().map(Vec::as_slice)).expect("sound");
        for edit in document.record(kind).values() {
            let insert = "INSERT INTO raw VALUES (?1, ?2, ?3, ?4, ?5)";
            match edit.value {
                Value::Text(text) => {
                    sums.execute(insert, params![id, kind.name(), unit, edit.field, text])
                }
                Value::Number(number) => {
                    sums.execute(insert, params![id, kind.name(), unit, edit.field, number])
                }
                Value::Empty => Ok(0),
            }
            .expect("written");
        }
    }
    sums.execute_batch(VIEWS).expect("views");
    sums
}

/// What a person would count from the papers on a table.
const VIEWS: &str = "
CREATE TABLE petition AS SELECT id, unit,
    max(value) FILTER (WHERE key = 'village') village,
    max(value) FILTER (WHERE key = 'voters') voters,
    max(value) FILTER (WHERE key = 'meeting') meeting
    FROM raw WHERE kind = 'petition' GROUP BY id;
CREATE TABLE carried AS SELECT
    max(value) FILTER (WHERE key = 'petition') petition,
    max(value) FILTER (WHERE key = 'case') vu_viec
    FROM raw WHERE kind = 'consolidation' GROUP BY id;
CREATE TABLE voice AS SELECT vu_viec, petition.* FROM carried JOIN petition ON petition.id = carried.petition;
CREATE TABLE meeting AS SELECT id, unit,
    max(value) FILTER (WHERE key = 'date') day,
    max(value) FILTER (WHERE key = 'session') session
    FROM raw WHERE kind = 'meeting' GROUP BY id;
CREATE TABLE letter AS SELECT id,
    max(value) FILTER (WHERE key = 'due') due,
    max(value) FILTER (WHERE key = 'cases') cases
    FROM raw WHERE kind = 'dispatch' GROUP BY id;
CREATE TABLE sent AS SELECT letter.due, item.value vu_viec FROM letter,
    json_each('[\"' || replace(cases, char(10), '\",\"') || '\"]') item;
CREATE TABLE answer AS SELECT id,
    max(value) FILTER (WHERE key = 'case') vu_viec,
    max(value) FILTER (WHERE key = 'outcome') outcome,
    max(value) FILTER (WHERE key = 'date') day
    FROM raw WHERE kind = 'answer' GROUP BY id;
CREATE TABLE notice AS SELECT unit,
    max(value) FILTER (WHERE key = 'case') vu_viec,
    max(value) FILTER (WHERE key = 'village') village,
    max(value) FILTER (WHERE key = 'date') day
    FROM raw WHERE kind = 'notice' GROUP BY id;
CREATE TABLE looked AS SELECT
    max(value) FILTER (WHERE key = 'case') vu_viec,
    max(value) FILTER (WHERE key = 'holds') holds,
    max(value) FILTER (WHERE key = 'date') day
    FROM raw WHERE kind = 'check' GROUP BY id;
CREATE TABLE finding AS SELECT
    max(value) FILTER (WHERE key = 'case') vu_viec,
    max(value) FILTER (WHERE key = 'verdict') verdict,
    max(value) FILTER (WHERE key = 'date') day
    FROM raw WHERE kind = 'finding' GROUP BY id;
CREATE TABLE untold AS SELECT DISTINCT vu_viec FROM voice WHERE NOT EXISTS (
    SELECT 1 FROM notice WHERE notice.vu_viec = voice.vu_viec
        AND notice.unit = voice.unit AND notice.village = voice.village);
CREATE TABLE closed AS SELECT vu_viec, max(day) day FROM
    (SELECT vu_viec, day FROM finding UNION ALL SELECT vu_viec, day FROM looked UNION ALL SELECT vu_viec, day FROM notice)
    WHERE vu_viec IN (SELECT vu_viec FROM finding WHERE verdict = 'close')
        AND vu_viec IN (SELECT vu_viec FROM looked WHERE holds IN ('holds', 'not-needed'))
        AND vu_viec IN (SELECT vu_viec FROM notice) AND vu_viec NOT IN (SELECT vu_viec FROM untold)
    GROUP BY vu_viec;
";

/// Sums for a unit, or for all with `%`.
fn sums(raw: &Connection, unit: &str, today: &str) -> Vec<(&'static str, i64)> {
    let one = |sql: &str| -> i64 {
        let sql = sql.replace("$unit", "LIKE ?1").replace("$today", today);
        raw.query_row(&sql, [unit], |row| row.get(0))
            .expect("a sum")
    };
    let cases = "SELECT count(DISTINCT vu_viec) FROM voice WHERE unit $unit";
    let with = |condition: &str| one(&format!("{cases} AND {condition}"));
    vec![
        ("meetings", one("SELECT count(*) FROM meeting WHERE unit $unit")),
        ("petitions", one("SELECT count(*) FROM petition WHERE unit $unit")),
        ("voters", one("SELECT coalesce(sum(voters), 0) FROM petition WHERE unit $unit")),
        ("cases", one(cases)),
        ("on_time", with("EXISTS (SELECT 1 FROM answer JOIN sent USING (vu_viec)
             WHERE vu_viec = voice.vu_viec AND day <= due)")),
        ("late", with("EXISTS (SELECT 1 FROM answer JOIN sent USING (vu_viec)
             WHERE vu_viec = voice.vu_viec AND day > due)")),
        ("overdue", with("EXISTS (SELECT 1 FROM sent WHERE vu_viec = voice.vu_viec AND due < '$today')
             AND vu_viec NOT IN (SELECT vu_viec FROM answer)")),
        ("told", with("vu_viec IN (SELECT vu_viec FROM notice) AND vu_viec NOT IN (SELECT vu_viec FROM untold)")),
        ("carried_over", with("vu_viec IN (SELECT vu_viec FROM finding WHERE verdict = 'follow')")),
        ("resolved", with("vu_viec IN (SELECT vu_viec FROM answer WHERE outcome = 'resolved')")),
        ("explained", with("vu_viec IN (SELECT vu_viec FROM answer WHERE outcome = 'explained')")),
        ("in-progress", with("vu_viec IN (SELECT vu_viec FROM answer WHERE outcome = 'in-progress')")),
        ("unresolved", with("vu_viec IN (SELECT vu_viec FROM answer WHERE outcome = 'unresolved')")),
        ("closed", with("vu_viec IN (SELECT vu_viec FROM finding WHERE verdict = 'close')
             AND vu_viec IN (SELECT vu_viec FROM looked WHERE holds IN ('holds', 'not-needed'))
             AND vu_viec IN (SELECT vu_viec FROM notice) AND vu_viec NOT IN (SELECT vu_viec FROM untold)")),
        ("carried-over", with("vu_viec IN (SELECT vu_viec FROM finding WHERE verdict = 'follow')")),
        ("assigned", with("vu_viec IN (SELECT value FROM raw WHERE kind = 'assignment' AND key = 'case')
             AND vu_viec NOT IN (SELECT vu_viec FROM answer)")),
        ("consolidated", with("vu_viec NOT IN (SELECT vu_viec FROM sent)")),
    ]
}

/// The same number in a briefing.
fn shown(numbers: &Json, name: &str) -> i64 {
    let counted = |list: &str, key: &str| {
        let list = numbers[list].as_array().expect("a list");
        list.iter()
            .find(|row| row[key] == name)
            .and_then(|row| row["count"].as_i64())
    };
    numbers[name]
        .as_i64()
        .or_else(|| counted("states", "state"))
        .or_else(|| counted("outcomes", "outcome"))
        .unwrap_or(0)
}

#[tokio::test]
async fn a_terms_numbers_are_what_its_papers_say() {
    let folder = tempfile::tempdir().expect("folder");
    let begun = Instant::now();
    let written = {
        let store: Arc<dyn Store> =
            Arc::new(SqliteStore::open(&Options::new(folder.path())).expect("opens"));
        demo::set_up_term(&store, NOW).expect("a term")
    };
    println!("{written} documents in {:?}", begun.elapsed());
    let raw = raw(folder.path());
    let server = Server::on(folder);
    let device = server.device("lanh-dao-huyen");
    let briefing = server.get("/api/v1/briefing", &device.token).await.json();
    let today = briefing["today"].as_str().expect("a day");

    let total = sums(&raw, "%", today);
    assert_eq!(total[1], ("petitions", 303));
    for (name, sum) in &total {
        assert_eq!(shown(&briefing["total"], name), *sum, "{name}");
        assert!(
            *sum > 0 || *name == "consolidated",
            "{name}: nothing to compare"
        );
    }
    let units = briefing["units"].as_array().expect("units");
    assert_eq!(units.len(), 9);
    for unit in units {
        let code = unit["unit"].as_str().expect("a code");
        for (name, sum) in sums(&raw, code, today) {
            assert_eq!(shown(unit, name), sum, "{name} of {code}");
        }
    }
    // A session's and a quarter's petitions, by the meetings that they were raised at; and cases that were raised there
    // or were still open when it began.
    let voices = "FROM voice JOIN meeting ON meeting.id = voice.meeting WHERE";
    for (query, condition, begins) in [
        ("session=ky-2-2024", "session = 'ky-2-2024'", "2024-12-16"),
        (
            "from=2023-10-01&to=2023-12-31",
            "day BETWEEN '2023-10-01' AND '2023-12-31'",
            "2023-10-01",
        ),
    ] {
        let path = format!("/api/v1/briefing?{query}");
        let part = server.get(&path, &device.token).await.json();
        let raised = format!("SELECT DISTINCT vu_viec {voices} {condition}");
        let before = format!(
            "SELECT vu_viec {voices} day < '{begins}' AND vu_viec NOT IN (
                 SELECT vu_viec FROM closed WHERE closed.day < '{begins}')"
        );
        for (name, sql) in [
            ("petitions", format!("SELECT count(*) {voices} {condition}")),
            ("voters", format!("SELECT sum(voters) {voices} {condition}")),
            (
                "cases",
                format!("SELECT count(*) FROM ({raised} UNION {before})"),
            ),
            (
                "cases_before",
                format!("SELECT count(*) FROM ({before} EXCEPT {raised})"),
            ),
        ] {
            let sum: i64 = raw.query_row(&sql, [], |row| row.get(0)).expect("a sum");
            assert!(sum > 0, "{query}: nothing to compare");
            assert_eq!(shown(&part["total"], name), sum, "{name} with {query}");
        }
    }
}
