//! The district's fields of work: who changes them, whom they reach, and that nothing recorded under one is lost.

use std::path::Path;

use kiennghi_server::store::sqlite::{FILE_NAME, backup};
use kiennghi_server::store::{DistrictChange, Store};
use kiennghi_shared::field_of_work::{FieldOfWork, FieldsOfWork};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::district::{NOW, USERS, stamp};
use crate::http::Server;
use crate::intake::{CONFIRM, Cells, PATH, file, import, statuses, stored};
use crate::office::Office;
use crate::safekeeping::{alter, bench, folder, restore_with_people};

pub(crate) fn field(code: &str, name: &str, root: &str) -> FieldOfWork {
    FieldOfWork {
        code: code.to_owned(),
        name: name.to_owned(),
        root: root.to_owned(),
        valid_from: None,
        valid_to: None,
    }
}

fn put(field: &FieldOfWork, was: Option<&FieldOfWork>, after: Option<&str>) -> Value {
    json!([{ "put_field": { "field": field, "was": was, "after": after } }])
}

/// Puts a field into a store: after another, or over the one of its code.
pub(crate) fn keep(store: &dyn Store, field: &FieldOfWork, after: &str) {
    let was = store
        .district()
        .expect("read")
        .fields
        .get(&field.code)
        .cloned();
    let change = DistrictChange::PutField {
        field: field.clone(),
        was,
        after: Some(after.to_owned()),
    };
    let kept = store.change_district(vec![change], &stamp(NOW));
    kept.expect("written").expect("sound");
}

fn names(fields: &FieldsOfWork) -> Vec<&str> {
    fields.iter().map(|field| field.name.as_str()).collect()
}

#[tokio::test]
async fn whoever_looks_after_all_units_adds_renames_and_ends_fields() {
    let server = Server::new();
    let tourism = field("du-lich", "Du lịch", "Kinh tế – Ngân sách");
    for (user, _, _) in USERS.iter().filter(|(user, _, _)| *user != "admin") {
        let desk = Desk::of(&server, user).await;
        let came = desk.change(put(&tourism, None, Some("land"))).await;
        assert_eq!(came, Err("forbidden".to_owned()), "{user}");
    }
    let admin = Desk::of(&server, "admin").await;
    let say = async |field: &FieldOfWork, was: Option<&FieldOfWork>| {
        admin.change(put(field, was, Some("land"))).await
    };
    assert_eq!(say(&tourism, None).await, Ok(()));
    let renamed = field("du-lich", "Du lịch, lễ hội", "Văn hóa – Xã hội");
    assert_eq!(say(&renamed, Some(&tourism)).await, Ok(()));
    let ended = FieldOfWork {
        valid_to: Some("2026-12-31".to_owned()),
        ..renamed.clone()
    };
    assert_eq!(say(&ended, Some(&renamed)).await, Ok(()));
    let shown = admin.get("/api/v1/administration").await.json();
    let shown: FieldsOfWork = serde_json::from_value(shown["fields"].clone()).expect("fields");
    assert_eq!(shown.get("du-lich"), Some(&ended));
    assert_eq!(shown.iter().len(), 15);
    let after = shown.iter().position(|field| field.code == "du-lich");
    assert_eq!(after, Some(8), "the first of its new root");
    let records = admin.get("/api/v1/audit?action=field.put").await.json();
    let details: Vec<_> = (records["rows"].as_array().expect("rows").iter())
        .map(|row| (row["user"].as_str(), row["detail"].as_str().expect("words")))
        .collect();
    let of_admin = |detail| (Some("admin"), detail);
    assert_eq!(
        details,
        [
            of_admin("Du lịch, lễ hội (Văn hóa – Xã hội) đến 31/12/2026"),
            of_admin("Du lịch → Du lịch, lễ hội (Văn hóa – Xã hội)"),
            of_admin("Du lịch (Kinh tế – Ngân sách)"),
        ]
    );
}

#[tokio::test]
async fn what_is_no_field_is_refused_and_none_is_taken_away() {
    let server = Server::new();
    let admin = Desk::of(&server, "admin").await;
    let land = field("land", "Đất đai", "Kinh tế – Ngân sách");
    let with = |change: fn(&mut FieldOfWork)| {
        let mut field = field("du-lich", "Du lịch", "Kinh tế – Ngân sách");
        change(&mut field);
        put(&field, None, Some("land"))
    };
    for (changes, code) in [
        (with(|field| field.code.clear()), "invalid"),
        (with(|field| field.code = "Du-lich".to_owned()), "invalid"),
        (
            with(|field| field.code = "denunciation".to_owned()),
            "invalid",
        ),
        (with(|field| field.name.clear()), "invalid"),
        (with(|field| field.root = " \n".to_owned()), "invalid"),
        (
            with(|field| field.valid_from = Some("2026-02-30".to_owned())),
            "invalid",
        ),
        (
            with(|field| {
                field.valid_from = Some("2026-02-02".to_owned());
                field.valid_to = Some("2026-02-01".to_owned());
            }),
            "invalid",
        ),
        (with(|field| field.name = "Y tế".to_owned()), "taken"),
        (with(|field| field.code = "land".to_owned()), "taken"),
        (put(&land, None, None), "taken"),
        (
            put(&land, Some(&field("land", "Đất", "")), None),
            "changed_meanwhile",
        ),
        (
            put(&field("sea", "Biển", "Biển"), Some(&land), None),
            "changed_meanwhile",
        ),
        (
            put(&field("sea", "Biển", "Biển"), None, Some("nowhere")),
            "not_found",
        ),
        (put(&land, Some(&land), Some("land")), "not_found"),
        (json!([{ "drop_field": "land" }]), "malformed"),
    ] {
        let came = admin.change(changes.clone()).await;
        assert_eq!(came, Err(code.to_owned()), "{changes}");
    }
    let district = server.bench.store.district().expect("read");
    assert_eq!(district.fields, FieldsOfWork::default());
    let first = put(&land, Some(&land), Some(""));
    assert_eq!(admin.change(first).await, Ok(()));
    let district = server.bench.store.district().expect("read");
    assert_eq!(
        district.fields.roots()[0],
        "Kinh tế – Ngân sách",
        "with its root"
    );
}

#[tokio::test]
async fn a_name_is_free_again_when_its_field_has_ended() {
    let server = Server::new();
    let admin = Desk::of(&server, "admin").await;
    let land = field("land", "Đất đai", "Kinh tế – Ngân sách");
    let until = |day: &str| FieldOfWork {
        valid_to: Some(day.to_owned()),
        ..land.clone()
    };
    let again = FieldOfWork {
        valid_from: Some("2026-01-01".to_owned()),
        ..field("land-2", "Đất đai", "Kinh tế – Ngân sách")
    };
    let add = put(&again, None, Some("land"));
    let end = |day| put(&until(day), Some(&land), Some("policy"));
    assert_eq!(admin.change(end("2026-01-01")).await, Ok(()));
    assert_eq!(admin.change(add.clone()).await, Err("taken".to_owned()));
    let sooner = put(
        &until("2025-12-31"),
        Some(&until("2026-01-01")),
        Some("policy"),
    );
    assert_eq!(admin.change(sooner).await, Ok(()));
    assert_eq!(admin.change(add).await, Ok(()));
}

#[tokio::test]
async fn every_device_is_told_of_fields_and_asks_again_when_they_change() {
    let server = Server::new();
    let device = server.device("a-1");
    let profile = async || server.get("/api/v1/profile", &device.token).await.json();
    let before = profile().await;
    let fields = |profile: &Value| -> FieldsOfWork {
        serde_json::from_value(profile["fields"].clone()).expect("fields")
    };
    assert_eq!(fields(&before), FieldsOfWork::default());
    let land = FieldOfWork {
        valid_to: Some("2020-01-01".to_owned()),
        ..field("land", "Đất đai", "Kinh tế – Ngân sách")
    };
    keep(&*server.bench.store, &land, "policy");
    keep(
        &*server.bench.store,
        &field("du-lich", "Du lịch", "Du lịch"),
        "justice",
    );
    let after = profile().await;
    assert_ne!(
        before["grant"], after["grant"],
        "a sync tells that there is another"
    );
    let after = fields(&after);
    assert_eq!(
        after.get("land"),
        Some(&land),
        "ended ones too, for what has them"
    );
    assert_eq!(after.roots()[4], "Du lịch");
    assert_eq!(
        names(&after)[13..],
        ["Du lịch", "An ninh quốc phòng và khác"]
    );
}

#[tokio::test]
async fn what_was_recorded_under_an_ended_or_unknown_field_is_taken_in() {
    let office = Office::new();
    let land = FieldOfWork {
        valid_to: Some("2020-01-01".to_owned()),
        ..field("land", "Đất đai", "Kinh tế – Ngân sách")
    };
    keep(&*office.server.bench.store, &land, "policy");
    for code in ["land", "made-elsewhere"] {
        let petition = office.voice("a-1", "P-D-A", &[("field", code)]);
        let case = office.matter(&[("field", code)]);
        let device = office.server.device("committee");
        let path = format!("/api/v1/petitions?field={code}");
        let found = office.get(&device, &path).await;
        assert_eq!(found["petitions"][0]["id"], petition.to_string(), "{code}");
        assert_eq!(office.stored(case).row.case.field, code);
    }
}

#[tokio::test]
async fn a_spreadsheet_names_fields_as_the_district_does() {
    let server = Server::new();
    let store = &*server.bench.store;
    let land = FieldOfWork {
        valid_to: Some("2023-12-31".to_owned()),
        ..field("land", "Đất đai", "Kinh tế – Ngân sách")
    };
    let again = FieldOfWork {
        valid_from: Some("2024-01-01".to_owned()),
        ..field("land-2", "Đất đai", "Tài nguyên")
    };
    let roads = field("transport", "Đường sá", "Kinh tế – Ngân sách");
    for (field, after) in [(&land, "policy"), (&again, "justice"), (&roads, "policy")] {
        keep(store, field, after);
    }
    let row = |field: &'static str| -> Cells<'static> {
        [field, "Xã P-D-A", field, "", "", "", "ky-2", "Trước"]
    };
    let rows = [
        "duong sa",
        "Đất đai",
        "TÀI NGUYÊN",
        "Kinh tế - Ngân sách",
        "khác",
    ]
    .map(row);
    let shown = import(&server, "committee", CONFIRM, &file(&rows)).await;
    assert_eq!(statuses(&shown), ["new"; 5], "{shown}");
    let mut found: Vec<_> = (stored(&server).into_iter())
        .map(|one| (one.petition.content, one.petition.field))
        .collect();
    found.sort();
    let wanted = [
        ("Kinh tế - Ngân sách", ""),
        ("TÀI NGUYÊN", "land-2"),
        ("duong sa", "transport"),
        ("khác", "security-other"),
        ("Đất đai", "land-2"),
    ];
    assert_eq!(found, wanted.map(|(a, b)| (a.to_owned(), b.to_owned())));
    let justice = FieldOfWork {
        valid_to: Some("2023-12-31".to_owned()),
        ..field("justice", "Tư pháp và nội chính", "Pháp chế")
    };
    keep(store, &justice, "policy");
    let rows = ["Giao thông", "nội chính", "Đường xá"].map(row);
    let old = import(&server, "committee", PATH, &file(&rows)).await;
    assert_eq!(statuses(&old), ["new", "new", "wrong"], "{old}");
    let fields = [0, 1].map(|at| old["rows"][at]["field"].clone());
    assert_eq!(fields, ["transport", "justice"], "by their older names");
    let problems = [0, 1].map(|at| old["rows"][at]["problems"].clone());
    let unused = "Lĩnh vực “nội chính” không dùng vào thời gian của kỳ họp này.";
    assert_eq!(
        problems,
        [json!([]), json!([{ "column": "D", "problem": unused }])]
    );
}

/// Makes of a database one of before there were fields of work.
fn turn_back(folder: &Path) {
    let file = folder.join(FILE_NAME);
    let database = Connection::open(&file).expect("opens");
    let version = database.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0));
    drop(database);
    let before = version.expect("read") - 1;
    alter(
        &file,
        &format!("DROP TABLE fields_of_work; PRAGMA user_version = {before};"),
    );
}

#[test]
fn fields_outlive_a_restore_and_a_database_from_before_there_were_any() {
    let (data, files) = (folder(), folder());
    let file = files.path().join("backup");
    let tourism = field("du-lich", "Du lịch", "Du lịch");
    let said = {
        let bench = bench(data.path());
        backup(data.path(), &file).expect("written");
        keep(&*bench.store, &tourism, "land");
        bench.store.district().expect("read").fields
    };
    assert_eq!(said.get("du-lich"), Some(&tourism));
    restore_with_people(data.path(), &file);
    let after = |folder| bench(folder).store.district().expect("read").fields;
    assert_eq!(after(data.path()), said, "what was said since the backup");

    turn_back(data.path());
    restore_with_people(data.path(), &file);
    assert_eq!(
        after(data.path()),
        FieldsOfWork::default(),
        "the backup's own"
    );
    turn_back(data.path());
    assert_eq!(
        after(data.path()),
        FieldsOfWork::default(),
        "brought up to date"
    );
}
