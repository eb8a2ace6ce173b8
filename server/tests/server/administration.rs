//! Who may change what of units, people and devices, at the doors.

use axum::body::Body;
use axum::http::{Method, Request};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use crate::desk::{Desk, PASSWORD};
use crate::district::USERS;
use crate::http::{Answer, Server};

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

async fn import(desk: &Desk<'_>, file: &[u8]) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/v1/administration/imports")
        .header("sec-fetch-site", "same-origin")
        .header("cookie", &desk.cookie)
        .body(Body::from(file.to_vec()))
        .expect("request");
    desk.server.call(request).await
}

fn sheet(rows: &[[&str; 5]]) -> Workbook {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let head = [["Họ và tên", "Vai trò", "Đơn vị", "Từ ngày", "Tên đăng nhập"]];
    for (row, cells) in (0..).zip(head.iter().chain(rows)) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write(row, column, *cell).expect("a cell");
        }
    }
    book
}

fn spreadsheet(rows: &[[&str; 5]]) -> Vec<u8> {
    sheet(rows).save_to_buffer().expect("a file")
}

/// How many changes a row of a preview brings, and whether it is wrong.
fn brings(row: &Value) -> (usize, bool) {
    let changes = row["changes"].as_array().expect("changes").len();
    (changes, row["problem"] != "")
}

#[tokio::test]
async fn a_spreadsheet_is_shown_row_by_row_and_then_made() {
    let server = Server::new();
    let admin = Desk::of(&server, "district-admin").await;
    let file = spreadsheet(&[
        ["Lê Văn Ân", "Đại biểu", "P-D-A", "01/07/2025", ""],
        ["Lê Văn Ân", "Ban HĐND", "P-D", "", "le-van-an"],
        ["Ông a-1", "Đại biểu", "P-D-A", "", ""],
        ["Bà Lạ", "Đại biểu", "Xã không có", "", ""],
        ["Bà Xa", "Đại biểu", "P-E-X", "", ""],
        ["", "Đại biểu", "P-D-A", "", ""],
    ]);
    let rows = import(&admin, &file).await.json()["rows"].clone();
    let rows = rows.as_array().expect("rows");
    let numbers: Vec<_> = rows.iter().map(|row| row["row"].as_u64()).collect();
    assert_eq!(numbers, (2..8).map(Some).collect::<Vec<_>>());
    let came: Vec<_> = rows.iter().map(brings).collect();
    let wrong = (0, true);
    // A user and a role, another role of the same person, what is so already.
    let expected = [(2, false), (1, false), (0, false), wrong, wrong, wrong];
    assert_eq!(came, expected, "{rows:?}");
    assert_eq!(rows[0]["name"], "le-van-an");
    let changes = [0, 1]
        .iter()
        .flat_map(|index: &usize| rows[*index]["changes"].as_array().expect("changes").clone());
    admin.change(changes.collect()).await.expect("made");
    let again = import(&admin, &file).await.json();
    let new = again["rows"].as_array().expect("rows").iter();
    assert!(
        new.clone().take(3).all(|row| row["changes"] == json!([])),
        "{again}"
    );
}

#[tokio::test]
async fn a_namesake_of_another_unit_is_not_taken_for_the_person() {
    let server = Server::new();
    let file = spreadsheet(&[
        ["Ông a-1", "Đại biểu", "P-D-B", "", ""],
        ["Ông b-1", "Ban HĐND", "P-D-B", "", ""],
        ["Ông a-1", "Ban HĐND", "P-D-B", "", ""],
    ]);
    let rows = async |user: &str| {
        let desk = Desk::of(&server, user).await;
        let all = import(&desk, &file).await.json()["rows"].clone();
        let rows = all.as_array().expect("rows").iter();
        rows.map(|row| (row["name"].clone(), brings(row)))
            .collect::<Vec<_>>()
    };
    let own = (json!("b-1"), (1, false));
    // Who looks after both is asked which of them is meant.
    let asked = (json!(""), (0, true));
    let expected = [asked.clone(), own.clone(), asked];
    assert_eq!(rows("district-admin").await, expected);
    // Who looks after this commune alone does not learn of the other, and adds a person once.
    let new = |changes: usize| (json!("ong-a-1"), (changes, false));
    assert_eq!(rows("commune-admin").await, [new(2), own, new(1)]);
}

#[tokio::test]
async fn what_is_no_spreadsheet_is_refused_at_little_cost() {
    let server = Server::new();
    let admin = Desk::of(&server, "district-admin").await;
    for garbage in [
        &b""[..],
        b"PK\x03\x04garbage",
        &[0xd0, 0xcf, 0x11, 0xe0],
        "Họ tên".as_bytes(),
    ] {
        assert_eq!(import(&admin, garbage).await.refusal().1, "malformed");
    }
    let bomb = bomb();
    let mut liar = bomb.clone();
    let (size, told) = (9_u32 << 20, 100_u32);
    let says = liar.windows(4).filter(|four| **four == size.to_le_bytes());
    assert!(says.count() > 0, "it says how large it is");
    replace(&mut liar, size.to_le_bytes(), told.to_le_bytes());
    let mut long = sheet(&[["Bà Tư", "Đại biểu", "P-D-B", "", ""]]);
    let long_text = "x".repeat(1_001);
    long.worksheet_from_index(0)
        .and_then(|sheet| sheet.write(2, 0, long_text))
        .expect("a cell");
    for large in [
        bomb,
        long.save_to_buffer().expect("a file"),
        vec![0; (2 << 20) + 1],
        spreadsheet(&[["Bà Tư", "Đại biểu", "P-D-B", "", ""]; 2_001]),
    ] {
        assert_eq!(import(&admin, &large).await.refusal().1, "too_large");
    }
    assert_eq!(import(&admin, &liar).await.refusal().1, "malformed");
    // Two corners of a sheet that has sixteen thousand million cells between them.
    let mut wide = sheet(&[["Bà Tư", "Đại biểu", "P-D-B", "", ""]]);
    wide.worksheet_from_index(0)
        .and_then(|sheet| {
            sheet
                .write(1_048_575, 16_383, "x")?
                .write(1_048_575, 0, "Bà Năm")
        })
        .expect("cells");
    let wide = import(&admin, &wide.save_to_buffer().expect("a file")).await;
    let rows = wide.json()["rows"].clone();
    assert_eq!(
        (&rows[0]["row"], &rows[1]["row"]),
        (&json!(2), &json!(1_048_576))
    );
    assert_eq!(rows.as_array().map(Vec::len), Some(2));
}

fn replace(bytes: &mut [u8], old: [u8; 4], new: [u8; 4]) {
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == old {
            bytes[at..at + 4].copy_from_slice(&new);
        }
    }
}

/// A spreadsheet that is larger than any once it is inflated.
fn bomb() -> Vec<u8> {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    archive
        .start_file("xl/worksheets/sheet1.xml", options)
        .expect("a file");
    let blank = vec![b' '; 1 << 20];
    for _ in 0..9 {
        archive.write_all(&blank).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
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

#[tokio::test]
async fn a_role_that_ran_out_makes_room_for_the_next() {
    let server = Server::new();
    let admin = Desk::of(&server, "admin").await;
    let board = |ends: Option<&str>| {
        json!([{ "give": { "user": "a-2", "grant": { "role": "board", "unit": "P-D" },
            "starts": null, "ends": ends } }])
    };
    let until = board(Some("2025-06-20"));
    admin.change(until.clone()).await.expect("given");
    assert_eq!(admin.change(until.clone()).await, Err("taken".to_owned()));
    let twice = spreadsheet(&[["Ông a-2", "Ban HĐND", "P-D", "", "a-2"]]);
    let brought = async || {
        let rows = import(&admin, &twice).await.json()["rows"].clone();
        brings(&rows[0])
    };
    assert_eq!(brought().await, (0, false), "is so already");
    let days = |count: i64| server.clock.advance(count * 24 * 60 * 60 * 1000);
    // 15 to 21 June; a session lasts no longer than a week.
    days(6);
    let mut admin = Desk::new(&server);
    admin.come("admin", PASSWORD).await;
    let rows = import(&admin, &twice).await.json()["rows"].clone();
    assert_eq!(brings(&rows[0]), (1, false), "it ran out");
    admin.change(board(None)).await.expect("given again");
    assert_eq!(admin.change(board(None)).await, Err("taken".to_owned()));
    let held = &server.bench.store.district().expect("read").grants;
    let held = held.iter().filter(|row| row.user.0 == "a-2");
    let ended: Vec<_> = held.map(|row| row.ended_at.is_some()).collect();
    assert_eq!(ended, [false, true, false]);
}
