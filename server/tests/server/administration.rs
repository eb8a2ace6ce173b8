//! Who may change what of units, people and devices, at the doors.

use serde_json::{Value, json};

use crate::desk::{Desk, PASSWORD};
use crate::district::USERS;
use crate::http::Server;
use crate::import::import;

fn give(user: &str, role: &str, unit: &str) -> Value {
    json!({ "give": { "user": user, "grant": { "role": role, "unit": unit }, "starts": null, "ends": null } })
}

fn add(name: &str) -> Value {
    json!({ "add_user": { "name": name, "display": "Bà Mới" } })
}

fn unit(code: &str, parent: Option<&str>) -> Value {
    json!({ "put_unit": {
        "code": code, "name": "Xã mới", "tier": "xã", "parent": parent, "successor": null,
        "villages": ["Thôn 1"], "valid_from": "2025-07-01", "valid_to": null,
    } })
}

fn session(code: &str) -> Value {
    json!({ "put_session": {
        "code": code, "term": "nk", "name": "Kỳ họp mới", "kind": "regular",
        "starts": "2026-01-01", "ends": "2026-01-02",
    } })
}

/// The number of a user's first grant.
async fn grant_of(desk: &Desk<'_>, user: &str) -> i64 {
    let all = desk.get("/api/v1/administration").await.json();
    let users = all["users"].as_array().expect("users");
    let found = users.iter().find(|row| row["name"] == user).expect("seen");
    found["grants"][0]["id"].as_i64().expect("a number")
}

#[tokio::test]
async fn each_role_changes_what_the_table_lets_it() {
    let server = Server::new();
    let grant = grant_of(&Desk::of(&server, "admin").await, "b-1").await;
    // Name, changes, who makes them, and who may beside those above.
    let tries = [
        (
            "a user",
            json!([add("new-1"), give("new-1", "delegate", "P-D-A")]),
            "district-admin",
            &[][..],
        ),
        (
            "a name",
            json!([{ "rename_user": { "name": "a-1", "display": "Bà An" } }]),
            "district-admin",
            &[],
        ),
        (
            "a role",
            json!([give("a-2", "delegate", "P-D-B")]),
            "district-admin",
            &[],
        ),
        (
            "the end of a role",
            json!([{ "end": grant }]),
            "commune-admin",
            &[],
        ),
        (
            "a unit",
            json!([unit("P-D-N", Some("P-D"))]),
            "district-admin",
            &[],
        ),
        (
            "a session",
            json!([session("ky-3")]),
            "district-admin",
            &["committee", "commune-committee", "commune-admin"],
        ),
        (
            "an account",
            json!([{ "enable_user": { "name": "a-2", "enabled": false } }]),
            "district-admin",
            &[],
        ),
    ];
    let mut desks = Vec::new();
    for (user, _, _) in USERS {
        desks.push((user, Desk::of(&server, user).await));
    }
    let desk_of = |name: &str| {
        let found = desks.iter().find(|(user, _)| *user == name);
        &found.expect("one").1
    };
    for (what, changes, maker, allowed) in &tries {
        let others = desks
            .iter()
            .filter(|(user, _)| !["admin", "district-admin", *maker].contains(user));
        for (user, desk) in others {
            let expected = if allowed.contains(user) {
                Ok(())
            } else {
                Err("forbidden".to_owned())
            };
            let came = desk.change(changes.clone()).await;
            assert_eq!(came, expected, "{what} by {user}");
        }
        let made = desk_of(maker).change(changes.clone()).await;
        assert_eq!(made, Ok(()), "{what} by {maker}");
    }
    for (action, subject, maker) in [
        ("user.add", "new-1", "district-admin"),
        ("user.rename", "a-1", "district-admin"),
        ("user.disable", "a-2", "district-admin"),
        ("unit.put", "P-D-N", "district-admin"),
        ("session.put", "ky-3", "district-admin"),
        ("grant.give", "a-2", "district-admin"),
        ("grant.end", "b-1", "commune-admin"),
    ] {
        let rows = desk_of("admin").recorded(action).await;
        let row = (maker.to_owned(), subject.to_owned());
        assert!(rows.contains(&row), "{action} of {subject} in {rows:?}");
    }
}

#[tokio::test]
async fn the_whole_record_is_for_those_who_read_it_of_every_top_unit() {
    let server = Server::new();
    let admin = Desk::of(&server, "admin").await;
    admin
        .change(json!([
            session("ky-3"),
            give("front", "standing_committee", "P")
        ]))
        .await
        .expect("changed");
    let put = ("admin".to_owned(), "ky-3".to_owned());
    for (user, reads) in [
        ("admin", true),
        ("front", true),
        ("district-admin", false),
        ("commune-admin", false),
        ("committee", false),
        ("commune-committee", false),
    ] {
        let desk = Desk::of(&server, user).await;
        let rows = desk.recorded("session.put").await;
        assert_eq!(rows.contains(&put), reads, "{user}");
        let export = desk.get("/api/v1/audit/export").await;
        let expected = if reads { 200 } else { 403 };
        assert_eq!(export.status, expected, "{user}");
        let own = desk.recorded("sign_in").await;
        let own_row = (user.to_owned(), user.to_owned());
        assert!(own.contains(&own_row), "{user} reads of its own units");
    }
}

#[tokio::test]
async fn those_who_look_after_nobody_find_every_door_shut() {
    let server = Server::new();
    let file = b"anything".to_vec();
    for user in ["a-1", "board", "executive", "agency", "front", "viewer"] {
        let desk = Desk::of(&server, user).await;
        for path in [
            "/api/v1/administration",
            "/api/v1/audit",
            "/api/v1/audit/export",
        ] {
            assert_eq!(desk.get(path).await.refusal().0, 403, "{path} to {user}");
        }
        let codes = desk
            .post("/api/v1/administration/codes", &json!({ "user": "a-2" }))
            .await;
        assert_eq!(codes.refusal(), (403, "forbidden".to_owned()), "{user}");
        let device = server.device("a-2").phone.caller.device;
        let path = format!("/api/v1/administration/devices/{}/revoke", device.0);
        assert_eq!(
            desk.post(&path, &Value::Null).await.refusal().0,
            404,
            "{user}"
        );
        assert_eq!(import(&desk, &file).await.refusal().0, 403, "{user}");
        assert!(
            desk.get("/api/v1/account").await.status.is_success(),
            "{user}"
        );
    }
    let nobody = Desk::new(&server);
    for path in ["/api/v1/administration", "/api/v1/audit", "/api/v1/account"] {
        assert_eq!(nobody.get(path).await.refusal().0, 401, "{path}");
    }
}

#[tokio::test]
async fn a_committee_enrols_delegates_of_its_own_units_alone() {
    let server = Server::new();
    let commune = Desk::of(&server, "commune-committee").await;
    let district = Desk::of(&server, "committee").await;
    let asked = async |desk: &Desk<'_>, user: &str| {
        let body = json!({ "user": user });
        desk.post("/api/v1/administration/codes", &body)
            .await
            .status
            .as_u16()
    };
    for (user, by_commune, by_district) in [
        ("a-1", 200, 200),
        ("b-1", 403, 200),
        ("commune-committee", 403, 403),
        ("committee", 403, 403),
        ("admin", 403, 403),
        ("board", 403, 403),
        ("nobody", 403, 403),
    ] {
        assert_eq!(asked(&commune, user).await, by_commune, "{user}");
        assert_eq!(asked(&district, user).await, by_district, "{user}");
    }
    let revoke = async |desk: &Desk<'_>, user: &str| {
        let device = server.device(user).phone.caller.device;
        let path = format!("/api/v1/administration/devices/{}/revoke", device.0);
        desk.post(&path, &Value::Null).await.status.as_u16()
    };
    assert_eq!(revoke(&commune, "a-1").await, 204);
    assert_eq!(revoke(&commune, "b-1").await, 404);
    assert_eq!(
        revoke(&commune, "commune-committee").await,
        204,
        "one's own"
    );
    assert_eq!(revoke(&district, "admin").await, 404);

    // Nobody of another commune is seen, nor what was done there.
    let seen = commune.get("/api/v1/administration").await.json();
    let text = seen.to_string();
    assert!(
        text.contains("\"a-1\"") && !text.contains("\"b-1\""),
        "{text}"
    );
    assert!(!text.contains("P-D-B"), "{text}");
    let rows = commune
        .get("/api/v1/audit?limit=500")
        .await
        .json()
        .to_string();
    assert!(!rows.contains("b-1"), "{rows}");
}

#[tokio::test]
async fn whatever_is_signed_in_in_ones_name_is_ones_own_to_see_and_to_end() {
    let server = Server::new();
    let (phone, _) = (server.device("a-1"), server.device("a-2"));
    let me = Desk::of(&server, "a-1").await;
    let own = async || {
        let account = me.get("/api/v1/account").await.json();
        let own = account["devices"].as_array().expect("devices").clone();
        assert!(own.iter().all(|device| device["user"] == "a-1"), "{own:?}");
        own
    };
    let before = own().await;
    let id = phone.phone.caller.device.0;
    assert!(before.iter().any(|device| device["id"] == id), "{before:?}");
    let path = format!("/api/v1/administration/devices/{id}/revoke");
    assert_eq!(me.post(&path, &json!({})).await.status, 204);
    assert_eq!(own().await.len(), before.len() - 1);
}

#[tokio::test]
async fn a_form_that_stood_open_undoes_nobody_elses_change() {
    let server = Server::new();
    let admin = Desk::of(&server, "district-admin").await;
    let all = admin.get("/api/v1/administration").await.json();
    let units = all["units"].as_array().expect("units");
    let seen = units.iter().find(|row| row["code"] == "P-D-A");
    let seen = seen.expect("seen").clone();
    let put = |villages: Value| {
        let mut unit = seen.clone();
        unit["villages"] = villages;
        json!({ "changes": [{ "put_unit": unit }], "was": seen })
    };
    let door = "/api/v1/administration/changes";
    let first = admin
        .post(door, &put(json!(["Thôn Một", "Thôn Hai"])))
        .await;
    assert_eq!(first.status, 204);
    let late = admin.post(door, &put(json!(["Thôn Một"]))).await;
    assert_eq!(late.refusal(), (409, "changed_meanwhile".to_owned()));
    let all = admin.get("/api/v1/administration").await.json();
    assert!(all.to_string().contains("Thôn Hai"));
}

#[tokio::test]
async fn nobody_gives_a_role_to_oneself_or_reaches_past_ones_units() {
    let server = Server::new();
    let admin = Desk::of(&server, "district-admin").await;
    let mut given_away = unit("P-D-A", Some("P-D"));
    given_away["put_unit"]["successor"] = json!("P-E-X");
    for changes in [
        json!([given_away]),
        json!([give("district-admin", "standing_committee", "P-D")]),
        json!([give("a-1", "admin", "P")]),
        json!([give("a-1", "delegate", "P-E-X")]),
        json!([add("new-2"), give("new-2", "admin", "P-E")]),
        json!([unit("P-E-X", Some("P-E"))]),
        json!([unit("P-D-A", Some("P-E"))]),
        json!([unit("NEW", None)]),
        json!([unit("NEW", Some("P"))]),
        json!([{ "end": 999 }]),
    ] {
        assert_eq!(
            admin.change(changes.clone()).await,
            Err("forbidden".to_owned()),
            "{changes}"
        );
    }
    // All or none: the new user did not stay.
    assert_eq!(admin.change(json!([add("new-2")])).await, Ok(()));
    for (changes, code) in [
        (json!([add("new-2")]), "taken"),
        (json!([add("không được")]), "invalid"),
        (
            json!([
                give("new-2", "delegate", "P-D-A"),
                give("new-2", "delegate", "P-D-A")
            ]),
            "forbidden",
        ),
        (json!([unit("P-D-A", Some("P-D-A"))]), "invalid"),
    ] {
        let came = admin.change(changes.clone()).await;
        assert!(came.is_err(), "{changes}");
        if code != "forbidden" {
            assert_eq!(came, Err(code.to_owned()), "{changes}");
        }
    }
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let server = Server::new();
    let admin = Desk::of(&server, "admin").await;
    let grant = grant_of(&admin, "admin").await;
    let end = json!([{ "end": grant }]);
    let disable = json!([{ "enable_user": { "name": "admin", "enabled": false } }]);
    assert_eq!(
        admin.change(end.clone()).await,
        Err("last_admin".to_owned())
    );
    assert_eq!(admin.change(disable).await, Err("last_admin".to_owned()));
    let until = json!([{ "give": { "user": "viewer", "grant": { "role": "admin", "unit": "P" },
        "starts": null, "ends": "2030-01-01" } }]);
    admin
        .change(until)
        .await
        .expect("an administrator for some time");
    assert_eq!(
        admin.change(end.clone()).await,
        Err("last_admin".to_owned())
    );
    admin
        .change(json!([give("executive", "admin", "P-D")]))
        .await
        .expect("of one district");
    assert_eq!(
        admin.change(end.clone()).await,
        Err("last_admin".to_owned()),
        "who administers a part does not administer the whole"
    );
    admin
        .change(json!([give("board", "admin", "P")]))
        .await
        .expect("another");
    assert_eq!(admin.change(end).await, Ok(()));
    assert_eq!(
        admin.get("/api/v1/administration").await.refusal().0,
        403,
        "from now on"
    );
}

#[tokio::test]
async fn many_changes_fit_into_one_request() {
    let server = Server::new();
    let admin = Desk::of(&server, "district-admin").await;
    let changes: Vec<Value> = (0..300)
        .flat_map(|n| {
            let name = format!("nguoi-dung-thu-{n}");
            [add(&name), give(&name, "delegate", "P-D-A")]
        })
        .collect();
    admin
        .change(Value::Array(changes))
        .await
        .expect("all of them");
    let mut one = Desk::new(&server);
    let code = server.code("nguoi-dung-thu-299");
    assert_eq!(one.come_by_code("", &code, PASSWORD).await.status, 204);
}

#[tokio::test]
async fn a_lost_phone_of_somebody_without_a_role_is_revoked_by_who_looks_after_people() {
    let server = Server::new();
    let admin = Desk::of(&server, "admin").await;
    let phone = server.device("a-1");
    let grant = grant_of(&admin, "a-1").await;
    admin.change(json!([{ "end": grant }])).await.expect("over");
    let path = format!(
        "/api/v1/administration/devices/{}/revoke",
        phone.phone.caller.device.0
    );
    for (user, status) in [("board", 404), ("committee", 404), ("district-admin", 204)] {
        let desk = Desk::of(&server, user).await;
        let answer = desk.post(&path, &Value::Null).await;
        assert_eq!(answer.status, status, "{user}");
    }
    let profile = server.get("/api/v1/profile", &phone.token).await;
    assert_eq!(profile.refusal().1, "revoked");
    // Nor is a phone of another commune within reach.
    let other = server.device("a-2").phone.caller.device;
    let path = format!("/api/v1/administration/devices/{}/revoke", other.0);
    let commune = Desk::of(&server, "commune-admin").await;
    assert_eq!(commune.post(&path, &Value::Null).await.status, 404);
}
