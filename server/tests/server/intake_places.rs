//! Which units the places of a spreadsheet are looked for among: those that had their place on the session's day.

use std::sync::Arc;

use kiennghi_server::commands::demo;
use kiennghi_server::store::sqlite::{Options, SqliteStore};
use kiennghi_server::store::{DistrictChange, Store, UnitRow};
use serde_json::Value;

use crate::district::{NOW, stamp};
use crate::http::Server;
use crate::intake::{BRIDGE, Cells, PATH, file, import};

/// Has a commune end, and another take its place or none.
fn end(server: &Server, successor: Option<&str>) {
    let store = &server.bench.store;
    let district = store.district().expect("read");
    let ended = UnitRow {
        valid_to: Some("2025-06-30".to_owned()),
        successor: successor.map(Into::into),
        ..district.unit(&"P-D-A".into()).expect("a unit").clone()
    };
    let changed = store.change_district(vec![DistrictChange::PutUnit(ended)], &stamp(NOW));
    assert_eq!(changed, Ok(Ok(())));
}

async fn rows(server: &Server, user: &str, rows: &[Cells<'_>]) -> Vec<Value> {
    let shown = import(server, user, PATH, &file(rows)).await;
    shown["rows"].as_array().expect("rows").clone()
}

#[tokio::test]
async fn a_unit_goes_on_until_another_takes_its_place() {
    let server = Server::new();
    let of_session = |session| {
        let mut cells = BRIDGE;
        cells[6] = session;
        cells
    };
    let both = [of_session("ky-1"), of_session("ky-2")];
    end(&server, None);
    for row in rows(&server, "committee", &both).await {
        assert_eq!(row["unit"], "P-D-A", "{row}");
    }
    // The second session is after that day.
    end(&server, Some("P-D-B"));
    let shown = rows(&server, "committee", &both).await;
    assert_eq!(shown[0]["unit"], "P-D-A", "{}", shown[0]);
    assert_eq!(shown[1]["status"], "wrong", "{}", shown[1]);
}

#[tokio::test]
async fn the_demo_takes_what_was_raised_before_its_newest_session() {
    let folder = tempfile::tempdir().expect("folder");
    {
        let store: Arc<dyn Store> =
            Arc::new(SqliteStore::open(&Options::new(folder.path())).expect("opens"));
        demo::set_up_term(&store, NOW).expect("a term");
    }
    let server = Server::on(folder);
    let district = server.bench.store.district().expect("read");
    let sessions = district.sessions.iter();
    let newest = sessions.max_by_key(|session| &session.starts);
    let newest = newest.expect("a session");
    assert!(*newest.starts > *"2026", "long after the real district");
    let communes = district.units.iter().filter(|unit| unit.tier == "xã");
    let places: Vec<&str> = communes.map(|unit| unit.name.as_str()).collect();
    assert_eq!(places.len(), 9);
    let cells = places.iter().map(|place| {
        let mut cells = BRIDGE;
        (cells[1], cells[6]) = (place, &newest.name);
        cells
    });
    let cells: Vec<_> = cells.collect();
    for (row, place) in rows(&server, "thuong-truc-huyen", &cells)
        .await
        .iter()
        .zip(places)
    {
        assert_eq!(row["unit_name"], place, "{row}");
        assert_eq!(row["status"], "new", "{row}");
    }
}
