//! A case of a commune's own, from a voice in its villages to its closing, by nobody but the commune's own people: the
//! district reads it and counts it.

use std::sync::Arc;

use kiennghi_server::commands::demo;
use kiennghi_server::store::Store;
use kiennghi_server::store::sqlite::{Options, SqliteStore};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;
use serde_json::{Value, json};

use crate::district::NOW;
use crate::handed_in::Devices;
use crate::http::Server;

const UNIT: &str = "QN-DH-02";
const COMMITTEE: &str = "thuong-truc-quang-lam";
const EXECUTIVE: &str = "uy-ban-quang-lam";
const VILLAGES: [&str; 2] = ["Thôn Siềng Lống", "Thôn Thanh Y"];

/// The demo district, with its own people.
fn district() -> Server {
    let folder = tempfile::tempdir().expect("folder");
    let store = SqliteStore::open(&Options::new(folder.path())).expect("opens");
    let store: Arc<dyn Store> = Arc::new(store);
    demo::set_up(&store, NOW).expect("a district");
    drop(store);
    Server::on(folder)
}

/// What a desk of the commune is told of the case: its state, and what is to be done about it.
async fn stands(
    devices: &mut Devices<'_>,
    case: DocumentId,
    (user, desk): (&'static str, &str),
) -> (Value, Vec<String>) {
    let file = devices.told(user, &format!("/api/v1/cases/{case}")).await;
    let state = file.map_or(Value::Null, |file| file["row"]["standing"]["state"].clone());
    let needs = devices.needs(user, desk).await;
    (state, needs.into_iter().map(|(need, _)| need).collect())
}

/// What a briefing counts of the commune's cases.
async fn counted(devices: &mut Devices<'_>, user: &'static str) -> Value {
    let briefing = devices
        .told(user, "/api/v1/briefing")
        .await
        .expect("a briefing");
    let mut units = briefing["units"].as_array().expect("units").iter();
    units
        .find(|unit| unit["unit"] == UNIT)
        .expect("the commune")
        .clone()
}

#[tokio::test]
async fn a_commune_sees_to_its_own_case_from_the_village_to_its_end() {
    let server = district();
    let mut devices = Devices::at(&server);
    let committee = (COMMITTEE, "committee");
    let executive = (EXECUTIVE, "executive");
    let seen = |state: &str, needs: &[&str]| {
        let needs = needs.iter().map(|need| (*need).to_owned());
        (Value::from(state), needs.collect::<Vec<_>>())
    };

    let fields = [
        ("wording", "Kênh mương thôn bị vùi lấp"),
        ("competence", "commune"),
    ];
    let case = devices.say(COMMITTEE, Kind::Case, UNIT, &fields).await;
    for (user, village) in ["quang-lam-1", "quang-lam-2"].into_iter().zip(VILLAGES) {
        let fields = [("content", "Kênh mương bị vùi lấp"), ("village", village)];
        let petition = devices.say(user, Kind::Petition, UNIT, &fields).await;
        let carries = devices.put_into(COMMITTEE, (petition, UNIT), case);
        devices.hand_in(carries).await;
    }
    assert_eq!(
        stands(&mut devices, case, committee).await,
        seen("consolidated", &["dispatch"])
    );
    assert_eq!(
        stands(&mut devices, case, executive).await,
        (Value::Null, vec![])
    );

    let about = case.to_string();
    let letter = [
        ("dispatch_kind", "transfer"),
        ("to", "Ủy ban nhân dân xã Quảng Lâm"),
        ("to_unit", UNIT),
        ("to_role", "executive"),
        ("cases", &*about),
        ("sent", "2025-06-10"),
    ];
    let letter = devices
        .say(COMMITTEE, Kind::Dispatch, UNIT, &letter)
        .await
        .to_string();
    assert_eq!(
        stands(&mut devices, case, committee).await,
        seen("dispatched", &["await"])
    );
    assert_eq!(
        stands(&mut devices, case, executive).await,
        seen("dispatched", &["assign"])
    );
    // It is nobody else's: the district's executive may look at it, and has it on no list.
    for user in ["quang-an-1", "phong-kinh-te-ha-tang"] {
        let path = format!("/api/v1/cases/{case}");
        assert_eq!(devices.told(user, &path).await, None, "{user}");
    }
    let above = ("uy-ban-huyen", "executive");
    assert_eq!(
        stands(&mut devices, case, above).await,
        seen("dispatched", &[])
    );
    for list in ["cases", "dispatches"] {
        let path = format!("/api/v1/{list}?desk=executive");
        let total = devices.told("uy-ban-huyen", &path).await.expect("a list")["total"].clone();
        assert_eq!(total, 0, "{list}");
    }

    let answer = [
        ("case", &*about),
        ("dispatch", &letter),
        ("outcome", "resolved"),
        ("measure", "done"),
        ("content", "Đã nạo vét toàn bộ kênh mương hai thôn."),
        ("date", "2025-06-11"),
    ];
    let answer = devices
        .say(EXECUTIVE, Kind::Answer, UNIT, &answer)
        .await
        .to_string();
    assert_eq!(
        stands(&mut devices, case, executive).await,
        seen("answered", &[])
    );

    let about = [("case", &*about), ("answer", &*answer)];
    let check = [
        ("village", VILLAGES[0]),
        ("holds", "holds"),
        ("date", "2025-06-12"),
    ];
    devices
        .say(
            "quang-lam-1",
            Kind::Check,
            UNIT,
            &[&about[..], &check].concat(),
        )
        .await;
    assert_eq!(
        stands(&mut devices, case, committee).await,
        seen("checked", &["visit"])
    );
    for (user, village, expected) in [
        ("quang-lam-1", VILLAGES[0], seen("checked", &["visit"])),
        ("quang-lam-2", VILLAGES[1], seen("told", &["decide"])),
    ] {
        let told = [
            ("village", village),
            ("how", "read-out"),
            ("date", "2025-06-13"),
        ];
        let told = [&about[..], &told, &[("reaction", "agreed")]].concat();
        devices.say(user, Kind::Notice, UNIT, &told).await;
        assert_eq!(
            stands(&mut devices, case, committee).await,
            expected,
            "{village}"
        );
    }

    // The district follows it, and counts it where it was raised.
    let district = ("thuong-truc-huyen", "committee");
    assert_eq!(
        stands(&mut devices, case, district).await,
        seen("told", &["decide"])
    );
    let verdict = [
        ("verdict", "close"),
        ("resolved", "for-good"),
        ("date", "2025-06-14"),
    ];
    devices
        .say(
            COMMITTEE,
            Kind::Finding,
            UNIT,
            &[&about[..], &verdict].concat(),
        )
        .await;
    for desk in [committee, executive, district] {
        assert_eq!(
            stands(&mut devices, case, desk).await,
            seen("closed", &[]),
            "{}",
            desk.0
        );
    }
    for user in [COMMITTEE, "thuong-truc-huyen", "lanh-dao-huyen"] {
        let counted = counted(&mut devices, user).await;
        assert_eq!(counted["cases"], 1, "{user}");
        assert_eq!(counted["told"], 1, "{user}");
        assert_eq!(
            counted["states"],
            json!([{ "state": "closed", "count": 1 }]),
            "{user}"
        );
        let outcomes = json!([{ "outcome": "resolved", "count": 1 }]);
        assert_eq!(counted["outcomes"], outcomes, "{user}");
    }
}
