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
CREATE TABLE meeting AS SELECT id, unit,
    max(value) FILTER (WHERE key = 'date') day,
    max(value) FILTER (WHERE key = 'session') session,
    coalesce(max(value) FILTER (WHERE key = 'meeting_kind'), '') LIKE 'reception%' is_reception,
    max(value) FILTER (WHERE key = 'denunciations') IS NOT NULL denounced
    FROM raw WHERE kind = 'meeting' GROUP BY id;
CREATE TABLE carried AS SELECT
    max(value) FILTER (WHERE key = 'petition') petition,
    max(value) FILTER (WHERE key = 'case') vu_viec
    FROM raw WHERE kind = 'consolidation' GROUP BY id;
CREATE TABLE voice AS SELECT carried.vu_viec, petition.*, day, session
    FROM petition JOIN meeting ON meeting.id = meeting LEFT JOIN carried ON carried.petition = petition.id;
CREATE TABLE letter AS SELECT id,
    max(value) FILTER (WHERE key = 'dispatch_kind') kind,
    max(value) FILTER (WHERE key = 'due') due,
    max(value) FILTER (WHERE key = 'sent') sent,
    max(value) FILTER (WHERE key = 'cases') cases
    FROM raw WHERE kind = 'dispatch' GROUP BY id;
-- The last letter that passed a case on.
CREATE TABLE sent AS SELECT item.value vu_viec, max(sent) day, due FROM letter,
    json_each('[\"' || replace(cases, char(10), '\",\"') || '\"]') item WHERE kind = 'transfer' GROUP BY 1;
CREATE TABLE said AS SELECT
    max(value) FILTER (WHERE key = 'case') vu_viec,
    max(value) FILTER (WHERE key = 'outcome') outcome,
    max(value) FILTER (WHERE key = 'date') day
    FROM raw WHERE kind = 'answer' GROUP BY id;
CREATE TABLE answer AS SELECT * FROM said WHERE outcome <> 'sent-back';
CREATE TABLE back AS SELECT said.vu_viec FROM said JOIN sent USING (vu_viec)
    WHERE outcome = 'sent-back' AND said.day >= sent.day;
CREATE TABLE leads AS SELECT
    max(value) FILTER (WHERE key = 'case') vu_viec,
    max(value) FILTER (WHERE key = 'part') part
    FROM raw WHERE kind = 'assignment' GROUP BY id HAVING part = 'lead';
CREATE TABLE notice AS SELECT unit,
    max(value) FILTER (WHERE key = 'case') vu_viec,
    max(value) FILTER (WHERE key = 'village') village,
    max(value) FILTER (WHERE key = 'reaction') reaction,
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
CREATE TABLE told AS SELECT DISTINCT vu_viec FROM notice WHERE NOT EXISTS (
    SELECT 1 FROM voice WHERE voice.vu_viec = notice.vu_viec AND NOT EXISTS (
        SELECT 1 FROM notice own WHERE own.vu_viec = voice.vu_viec
            AND own.unit = voice.unit AND own.village = voice.village));
-- That no check on site is needed can be said of explanations alone.
CREATE TABLE checked AS SELECT vu_viec FROM looked JOIN answer USING (vu_viec)
    WHERE holds = 'holds' OR holds = 'not-needed' AND outcome = 'explained';
CREATE TABLE follows AS SELECT vu_viec FROM finding WHERE verdict = 'follow';
CREATE TABLE judged AS SELECT vu_viec, day FROM finding
    WHERE verdict = 'close' AND vu_viec IN (SELECT vu_viec FROM told) AND vu_viec IN (SELECT vu_viec FROM checked);
CREATE TABLE disputed AS SELECT vu_viec FROM judged JOIN notice USING (vu_viec)
    WHERE reaction = 'not-solved' AND notice.day > judged.day;
CREATE TABLE closed AS SELECT vu_viec, max(day) day FROM
    (SELECT vu_viec, day FROM finding UNION ALL SELECT vu_viec, day FROM looked UNION ALL SELECT vu_viec, day FROM notice)
    WHERE vu_viec IN (SELECT vu_viec FROM judged) AND vu_viec NOT IN (SELECT vu_viec FROM disputed) GROUP BY 1;
CREATE TABLE fate AS SELECT id, CASE
    WHEN id NOT IN (SELECT vu_viec FROM sent) THEN 'consolidated'
    WHEN id IN (SELECT vu_viec FROM back) THEN 'sent-back'
    WHEN id NOT IN (SELECT vu_viec FROM answer)
        THEN CASE WHEN id IN (SELECT vu_viec FROM leads) THEN 'assigned' ELSE 'dispatched' END
    WHEN id IN (SELECT vu_viec FROM follows) THEN 'carried-over'
    WHEN id IN (SELECT vu_viec FROM disputed) THEN 'reopened'
    WHEN id IN (SELECT vu_viec FROM closed) THEN 'closed'
    WHEN id IN (SELECT vu_viec FROM told) THEN 'told'
    WHEN id IN (SELECT vu_viec FROM checked) THEN 'checked'
    ELSE 'answered' END state FROM (SELECT DISTINCT id FROM raw WHERE kind = 'case');
";

/// A period: what a briefing is asked for, what its meetings are like, and its first day.
const PERIODS: [(&str, &str, &str); 5] = [
    ("", "1", ""),
    ("session=ky-2-2024", "session = 'ky-2-2024'", "2024-12-16"),
    (
        "from=2023-10-01&to=2023-12-31",
        "day BETWEEN '2023-10-01' AND '2023-12-31'",
        "2023-10-01",
    ),
    (
        "from=2024-01-01&to=2024-12-31",
        "day BETWEEN '2024-01-01' AND '2024-12-31'",
        "2024-01-01",
    ),
    // In which voters of one commune alone were met.
    (
        "from=2022-11-24&to=2022-11-24",
        "day = '2022-11-24'",
        "2022-11-24",
    ),
];

const STATES: [&str; 10] = [
    "consolidated",
    "dispatched",
    "sent-back",
    "assigned",
    "answered",
    "checked",
    "told",
    "closed",
    "carried-over",
    "reopened",
];

/// Sums for a unit, or for all with `%`, in a period.
fn sums(
    raw: &Connection,
    unit: &str,
    today: &str,
    (_, of_period, begins): (&str, &str, &str),
) -> Vec<(String, i64)> {
    let one = |sql: &str| -> i64 { raw.query_row(sql, [unit], |row| row.get(0)).expect("a sum") };
    let cases = format!(
        "WITH raised AS (SELECT DISTINCT vu_viec id FROM voice WHERE unit LIKE ?1 AND {of_period} AND vu_viec NOT NULL),
         before AS (SELECT DISTINCT vu_viec id FROM voice WHERE unit LIKE ?1 AND day < '{begins}' AND vu_viec NOT NULL
             AND vu_viec NOT IN (SELECT vu_viec FROM closed WHERE closed.day < '{begins}')),
         counted AS (SELECT id FROM raised UNION SELECT id FROM before)
         SELECT count(*) FROM"
    );
    let with = |condition: &str| {
        one(&format!(
            "{cases} counted JOIN fate USING (id) WHERE {condition}"
        ))
    };
    let meetings = |what: &str, condition: &str| {
        one(&format!(
            "SELECT coalesce(sum({what}), 0) FROM meeting WHERE unit LIKE ?1 AND {of_period} AND {condition}"
        ))
    };
    let voices = |what: &str, condition: &str| {
        one(&format!(
            "SELECT coalesce(sum({what}), 0) FROM voice WHERE unit LIKE ?1 AND {of_period} AND {condition}"
        ))
    };
    let answered = |than: &str| {
        with(&format!(
            "id IN (SELECT vu_viec FROM answer JOIN sent USING (vu_viec) WHERE answer.day {than} due)
             AND state <> 'sent-back'"
        ))
    };
    let overdue = format!(
        "state IN ('dispatched', 'assigned') AND id IN (SELECT vu_viec FROM sent WHERE due < '{today}')"
    );
    let mut sums = vec![
        ("meetings", meetings("1", "NOT is_reception")),
        ("receptions", meetings("1", "is_reception")),
        ("denunciations", meetings("denounced", "1")),
        ("petitions", voices("1", "1")),
        ("voters", voices("voters", "1")),
        ("waiting", voices("1", "vu_viec IS NULL")),
        ("cases", with("1")),
        (
            "cases_before",
            one(&format!(
                "{cases} (SELECT id FROM before EXCEPT SELECT id FROM raised)"
            )),
        ),
        ("on_time", answered("<=")),
        ("late", answered(">")),
        ("overdue", with(&overdue)),
        (
            "told",
            with("id IN (SELECT vu_viec FROM told) AND state <> 'sent-back'"),
        ),
        ("carried_over", with("id IN (SELECT vu_viec FROM follows)")),
    ]
    .into_iter()
    .map(|(name, sum)| (name.to_owned(), sum))
    .collect::<Vec<_>>();
    for state in STATES {
        let sum = with(&format!("state = '{state}'"));
        sums.push((format!("states {state}"), sum));
    }
    for outcome in [
        "explained",
        "resolved",
        "in-progress",
        "unresolved",
        "sent-back",
    ] {
        let condition = format!("id IN (SELECT vu_viec FROM answer WHERE outcome = '{outcome}')");
        sums.push((format!("outcomes {outcome}"), with(&condition)));
    }
    sums
}

/// The same number in a briefing.
fn shown(numbers: &Json, name: &str) -> i64 {
    let Some((list, name)) = name.split_once(' ') else {
        return numbers[name].as_i64().expect("a number");
    };
    let key = if list == "states" { "state" } else { "outcome" };
    let mut rows = numbers[list].as_array().expect("a list").iter();
    let row = rows.find(|row| row[key] == name);
    row.and_then(|row| row["count"].as_i64()).unwrap_or(0)
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
    for period in PERIODS {
        let path = format!("/api/v1/briefing?{}", period.0);
        let briefing = server.get(&path, &device.token).await.json();
        let today = briefing["today"].as_str().expect("a day");
        let total = sums(&raw, "%", today, period);
        for (name, sum) in &total {
            assert_eq!(shown(&briefing["total"], name), *sum, "{name} with {path}");
        }
        let units = briefing["units"].as_array().expect("units");
        assert_eq!(units.len(), 9);
        for unit in units {
            let code = unit["unit"].as_str().expect("a code");
            for (name, sum) in sums(&raw, code, today, period) {
                assert_eq!(shown(unit, &name), sum, "{name} of {code} with {path}");
            }
        }
        if period.0.is_empty() {
            assert_eq!(total[3], ("petitions".to_owned(), 303));
            let empty: Vec<&str> = total
                .iter()
                .filter(|(_, sum)| *sum == 0)
                .map(|(name, _)| name.as_str())
                .collect();
            // Nothing is from before all time, and what is sent back is in a state alone.
            assert_eq!(empty, ["cases_before", "outcomes sent-back"]);
        }
    }
}
