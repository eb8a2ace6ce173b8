//! The lists behind a briefing's numbers: each number is what its list says, for everybody who reads it.

use std::sync::Arc;

use kiennghi_server::commands::demo;
use kiennghi_server::store::sqlite::{Options, SqliteStore};
use kiennghi_server::store::{DistrictChange, NewGrant, Store, UnitRow};
use kiennghi_shared::access::{Grant, Role};
use kiennghi_shared::briefing::{Briefing, Count, List, Numbers};
use kiennghi_shared::casefile::State;
use kiennghi_shared::catalogue::OUTCOMES;
use kiennghi_shared::office::MEDIA_TYPE;
use kiennghi_shared::schema::Kind;
use serde_json::Value;

use crate::district::{NOW, district, stamp};
use crate::http::{Device, Server, request};
use crate::office::Office;

const COMMUNE: &str = "QN-DH-02";

/// Everybody who reads the briefing of the demo's district, and of a commune of it.
const DISTRICT: [&str; 5] = [
    "lanh-dao-huyen",
    "thuong-truc-huyen",
    "ban-kinh-te-xa-hoi",
    "mat-tran-huyen",
    "uy-ban-huyen",
];
const OF_COMMUNE: [&str; 6] = [
    "thuong-truc-quang-lam",
    "uy-ban-quang-lam",
    "quang-lam-1",
    "ban-quang-lam",
    "mat-tran-quang-lam",
    "lanh-dao-quang-lam",
];

/// A period of each kind.
const PERIODS: [&str; 9] = [
    "",
    "from=2024-07-01&to=2024-07-31",
    "from=2024-04-01&to=2024-06-30",
    "from=2023-07-01&to=2023-12-31",
    "from=2024-01-01&to=2024-09-30",
    "from=2024-01-01&to=2024-12-31",
    "session=ky-1-2024",
    "from=2021-07-01&to=2026-06-30",
    "session=ky-2-2024&from=2024-11-28",
];

impl Server {
    /// A whole term of the demo, with a board, a front and a viewer of a commune.
    fn of_term() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let store = SqliteStore::open(&Options::new(folder.path())).expect("opens");
        let store: Arc<dyn Store> = Arc::new(store);
        demo::set_up_term(&store, NOW).expect("a term");
        let roles = [Role::Board, Role::Front, Role::Viewer];
        let people = OF_COMMUNE[3..].iter().zip(roles);
        let changes = people.flat_map(|(user, role)| {
            let added = DistrictChange::AddUser {
                name: (*user).into(),
                display: (*user).to_owned(),
            };
            let grant = Grant {
                role,
                unit: COMMUNE.into(),
            };
            let given = NewGrant {
                user: (*user).into(),
                grant,
                starts: None,
                ends: None,
            };
            [added, DistrictChange::Give(given)]
        });
        let changed = store.change_district(changes.collect(), &stamp(NOW));
        changed.expect("written").expect("sound");
        drop(store);
        Server::on(folder)
    }

    async fn briefing(&self, device: &Device, query: &str) -> Briefing {
        let path = format!("/api/v1/briefing?{query}");
        let mut request = request(axum::http::Method::GET, &path, &device.token, Vec::new());
        let accept = axum::http::HeaderValue::from_static(MEDIA_TYPE);
        request.headers_mut().insert("accept", accept);
        let answer = self.call(request).await;
        assert_eq!(answer.status, 200, "{path}");
        minicbor::decode(&answer.unpacked()).expect("a briefing")
    }

    async fn list(&self, device: &Device, list: &List) -> Value {
        let query = list.query.iter();
        let query: Vec<String> = query
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let path = format!("/api/v1/{}?limit=1&{}", list.table, query.join("&"));
        let answer = self.get(&path, &device.token).await;
        assert_eq!(answer.status, 200, "{path}");
        answer.json()
    }

    /// Opens the list behind each number of a briefing; returns how many were not zero.
    async fn open_all(&self, user: &str, briefing: &Briefing, numbers: &Numbers) -> usize {
        let device = self.device(user);
        let mut found = 0;
        for count in counts() {
            let list = briefing.list(numbers, &count);
            let answer = self.list(&device, &list).await;
            let field = match count {
                Count::Voters => "voters",
                Count::Denunciations => "denunciations",
                _ => "total",
            };
            let number = numbers.of(&count);
            assert_eq!(answer[field], number, "{count:?} for {user}: {list:?}");
            found += usize::from(number > 0);
        }
        found
    }
}

/// Every number that a column of a briefing has.
fn counts() -> Vec<Count> {
    let states = State::ALL.iter().map(|state| Count::State(*state));
    let outcomes = OUTCOMES
        .iter()
        .map(|one| Count::Outcome(one.code.to_owned()));
    let single = [
        Count::Meetings,
        Count::Receptions,
        Count::Denunciations,
        Count::Petitions,
        Count::Voters,
        Count::Waiting,
        Count::Cases,
        Count::CasesBefore,
        Count::OnTime,
        Count::Late,
        Count::Overdue,
        Count::Told,
        Count::CarriedOver,
    ];
    single.into_iter().chain(states).chain(outcomes).collect()
}

#[tokio::test]
async fn every_number_of_a_term_opens_a_list_of_so_many_for_everybody_who_reads_it() {
    let server = Server::of_term();
    let mut found = 0;
    for period in PERIODS {
        for user in DISTRICT.iter().chain(&OF_COMMUNE) {
            let briefing = server.briefing(&server.device(user), period).await;
            found += server.open_all(user, &briefing, &briefing.total).await;
        }
        let viewer = server.device(DISTRICT[0]);
        let briefing = server.briefing(&viewer, period).await;
        assert_eq!(briefing.units.len(), 9);
        for unit in &briefing.units {
            found += server.open_all(DISTRICT[0], &briefing, unit).await;
        }
        let own = server
            .briefing(&viewer, &format!("{period}&unit={COMMUNE}"))
            .await;
        assert_eq!(own.unit.0, COMMUNE);
        found += server.open_all(DISTRICT[0], &own, &own.total).await;
    }
    assert!(found > 1_000, "{found}: there is little to compare");
}

#[tokio::test]
async fn what_was_raised_in_a_unit_that_ended_is_behind_its_successors_numbers() {
    let office = Office::new();
    let case = office.write("committee", Kind::Case, "P-D", &[("wording", "Nước sạch")]);
    for unit in ["P-D", "P-D-A", "P-D-B"] {
        let day = [("date", "2025-03-03"), ("meeting_kind", "periodic")];
        let meeting = office
            .write("committee", Kind::Meeting, unit, &day)
            .to_string();
        let fields = [("content", "Nước sạch"), ("meeting", meeting.as_str())];
        let petition = office.write("committee", Kind::Petition, unit, &fields);
        office.consolidate(petition, unit, Some(case));
        office.write("committee", Kind::Petition, unit, &fields);
    }
    let ended = district()
        .units
        .into_iter()
        .find(|unit| unit.code.0 == "P-D-A");
    let ended = UnitRow {
        successor: Some("P-D-B".into()),
        valid_to: Some("2025-06-01".to_owned()),
        ..ended.expect("a unit")
    };
    let changed = DistrictChange::PutUnit(ended);
    let changed = office
        .server
        .bench
        .store
        .change_district(vec![changed], &stamp(NOW));
    changed.expect("written").expect("sound");
    let viewer = office.server.device("viewer");
    for query in [
        "",
        "from=2025-01-01&to=2025-06-30",
        "unit=P-D-B",
        "unit=P-D",
    ] {
        let briefing = office.server.briefing(&viewer, query).await;
        let units: Vec<_> = briefing
            .units
            .iter()
            .map(|unit| unit.unit.0.as_str())
            .collect();
        assert_eq!(units.last(), Some(&"P-D-B"));
        for numbers in briefing.units.iter().chain([&briefing.total]) {
            for user in ["viewer", "committee"] {
                let found = office.server.open_all(user, &briefing, numbers).await;
                assert!(found >= 5, "{found} of {}", numbers.unit.0);
            }
        }
    }
    let briefing = office.server.briefing(&viewer, "").await;
    let petitions: Vec<_> = briefing.units.iter().map(|unit| unit.petitions).collect();
    assert_eq!(petitions, [2, 4], "the district's own, and both communes'");
}

#[tokio::test]
async fn whoever_reads_reports_alone_is_told_what_they_count_and_no_words() {
    let office = Office::new();
    let day = [
        ("date", "2025-03-03"),
        ("village", "Thôn kín"),
        ("minutes", "Biên bản kín"),
    ];
    let meeting = office
        .write("committee", Kind::Meeting, "P-D-A", &day)
        .to_string();
    let fields = [
        ("content", "Lời kín của cử tri"),
        ("village", "Thôn kín"),
        ("field", "transport"),
        ("meeting", meeting.as_str()),
    ];
    let petition = office.write("committee", Kind::Petition, "P-D-A", &fields);
    let wording = [("wording", "Lời kín của vụ việc"), ("field", "transport")];
    let case = office.write("committee", Kind::Case, "P-D", &wording);
    office.consolidate(petition, "P-D-A", Some(case));
    for (user, knows) in [
        ("viewer", [false; 3]),
        ("executive", [false; 3]),
        ("a-1", [true; 3]),
        ("commune-committee", [true; 3]),
        ("board", [true; 3]),
    ] {
        let device = office.server.device(user);
        for (table, knows) in ["meetings", "petitions", "cases"].iter().zip(knows) {
            let path = format!("/api/v1/{table}?briefing=true&from=2025-03-01");
            let list = office.get(&device, &path).await;
            assert_eq!(list["total"], 1, "{table} for {user}");
            assert_eq!(
                list.to_string().contains("kín"),
                knows,
                "{table} for {user}: {list}"
            );
            let named = match *table {
                "meetings" => "2025-03-03",
                _ => "transport",
            };
            assert!(list.to_string().contains(named), "{list}");
            let words = match *table {
                "meetings" => continue,
                _ => format!("{path}&text=kin"),
            };
            let found = office.get(&device, &words).await;
            assert_eq!(found["total"], u64::from(knows), "{words} for {user}");
        }
    }
    // How many a village raised says who raised it.
    let path = "/api/v1/petitions/counts?village=Th%C3%B4n%20k%C3%ADn";
    let viewer = office.server.device("viewer");
    let answer = office.server.get(path, &viewer.token).await;
    assert_eq!(answer.refusal(), (403, "forbidden".to_owned()));
    let board = office.server.device("board");
    assert_eq!(office.get(&board, path).await["total"], 1);
    for (user, path) in [
        ("agency", "/api/v1/meetings?briefing=true"),
        ("admin", "/api/v1/cases?briefing=true"),
        ("agency", "/api/v1/petitions?briefing=true"),
    ] {
        let device = office.server.device(user);
        let answer = office.server.get(path, &device.token).await;
        assert_eq!(answer.refusal(), (403, "forbidden".to_owned()), "{path}");
    }
    for table in ["meetings", "petitions", "cases"] {
        let path = format!("/api/v1/{table}?from=gestern&briefing=true");
        let answer = office.server.get(&path, &board.token).await;
        assert_eq!(answer.refusal(), (400, "malformed".to_owned()), "{path}");
    }
}
