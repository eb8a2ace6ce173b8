//! Who may say what of deadlines, at the doors; and what follows from it.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use kiennghi_server::store::DistrictChange;
use kiennghi_server::store::sqlite::backup;
use kiennghi_shared::calendar::{Day, Holiday};
use kiennghi_shared::deadline::{DeadlineChange, Rule, Step};
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::district::{NOW, USERS, stamp};
use crate::http::Server;
use crate::safekeeping::{bench, folder, restore_with_people};

fn rule(unit: &str, working_days: u32) -> Value {
    json!({
        "unit": unit, "step": "answer_again", "working_days": working_days,
        "valid_from": "2026-01-01", "valid_to": null, "note": "",
    })
}

fn change(change: &Value) -> Value {
    json!([change])
}

fn put(rule: &Value, was: &Value) -> Value {
    change(&json!({ "put_rule": { "rule": rule, "was": was } }))
}

fn end(was: &Value) -> Value {
    change(&json!({ "end_rule": { "was": was, "valid_to": "2026-12-31" } }))
}

fn holiday(day: &str) -> Value {
    change(&json!({ "put_holiday": { "day": day, "name": "Ngày nghỉ", "is_worked": false } }))
}

async fn deadlines(desk: &Desk<'_>) -> Value {
    let all = desk.get("/api/v1/administration").await.json();
    all["deadlines"].clone()
}

#[tokio::test]
async fn each_role_says_what_the_table_lets_it_where_it_reaches() {
    let server = Server::new();
    let above = ["admin", "district-admin", "committee"];
    let in_all = ["admin"];
    for (user, _, _) in USERS {
        let desk = Desk::of(&server, user).await;
        for (unit, beside) in [
            ("P-D", ""),
            ("P-D-A", "commune-committee"),
            ("P-D-B", "commune-admin"),
        ] {
            // Each begins a rule of its own.
            let mut rule = rule(unit, 15);
            let day = USERS
                .iter()
                .position(|(name, _, _)| *name == user)
                .expect("one")
                + 1;
            rule["valid_from"] = json!(format!("2026-01-{day:02}"));
            let may = above.contains(&user) || user == beside;
            let expected = if may {
                Ok(())
            } else {
                Err("forbidden".to_owned())
            };
            let came = desk.say(put(&rule, &Value::Null)).await;
            assert_eq!(came, expected, "a rule of {unit} by {user}");
            let came = desk.say(end(&rule)).await;
            assert_eq!(came, expected, "the end of a rule of {unit} by {user}");
        }
        assert_eq!(
            desk.say(put(&rule("P-E", 15), &Value::Null)).await,
            if user == "admin" {
                Ok(())
            } else {
                Err("forbidden".to_owned())
            },
            "a rule of another district by {user}"
        );
        for of_all in [
            holiday("2026-09-02"),
            change(&json!({ "drop_holiday": "2026-09-02" })),
            change(&json!({ "set_warning": 4 })),
        ] {
            let expected = if in_all.contains(&user) {
                Ok(())
            } else {
                Err("forbidden".to_owned())
            };
            assert_eq!(
                desk.say(of_all.clone()).await,
                expected,
                "{of_all} by {user}"
            );
        }
    }
    let admin = Desk::of(&server, "admin").await;
    for (action, subject, maker) in [
        (
            "deadline.put",
            "Trả lời kiến nghị đã được trả lời trước đó",
            "commune-committee",
        ),
        (
            "deadline.end",
            "Trả lời kiến nghị đã được trả lời trước đó",
            "commune-admin",
        ),
        ("holiday.put", "2026-09-02", "admin"),
        ("holiday.drop", "2026-09-02", "admin"),
        ("deadline.warn", "4", "admin"),
    ] {
        let rows = admin.recorded(action).await;
        let row = (maker.to_owned(), subject.to_owned());
        assert!(rows.contains(&row), "{action} by {maker} in {rows:?}");
    }
    let commune = Desk::of(&server, "commune-admin").await;
    let rows = commune.recorded("deadline.put").await;
    assert!(
        rows.iter().all(|(maker, _)| maker != "commune-committee"),
        "{rows:?}"
    );
}

#[tokio::test]
async fn the_rules_that_apply_within_reach_are_shown() {
    let server = Server::new();
    let admin = Desk::of(&server, "admin").await;
    for (working_days, unit) in (11..).zip(["P", "P-D", "P-D-A", "P-D-B", "P-E"]) {
        let put = put(&rule(unit, working_days), &Value::Null);
        admin.say(put).await.expect("written");
    }
    admin.say(holiday("2026-09-02")).await.expect("written");
    for (user, units) in [
        ("admin", &["P", "P-D", "P-D-A", "P-D-B", "P-E"][..]),
        ("committee", &["P", "P-D", "P-D-A", "P-D-B"]),
        ("commune-committee", &["P", "P-D", "P-D-A"]),
        ("commune-admin", &["P", "P-D", "P-D-B"]),
    ] {
        let seen = deadlines(&Desk::of(&server, user).await).await;
        let rules = seen["rules"].as_array().expect("rules").iter();
        let shown: Vec<_> = rules
            .map(|rule| rule["unit"].as_str().expect("a code"))
            .collect();
        assert_eq!(shown, units, "{user}");
        assert_eq!(seen["holidays"][0]["day"], "2026-09-02", "{user}");
        assert_eq!(seen["warn_working_days"], 3, "{user}");
    }
}

#[tokio::test]
async fn a_form_of_a_rule_that_stood_open_undoes_nobody_elses_change() {
    let server = Server::new();
    let admin = Desk::of(&server, "district-admin").await;
    let (first, second, third) = (rule("P-D", 40), rule("P-D", 50), rule("P-D", 60));
    assert_eq!(admin.say(put(&first, &Value::Null)).await, Ok(()));
    let refused = |code: &str| Err(code.to_owned());
    assert_eq!(
        admin.say(put(&second, &Value::Null)).await,
        refused("taken")
    );
    assert_eq!(admin.say(put(&second, &first)).await, Ok(()));
    let late = admin.say(put(&third, &first)).await;
    assert_eq!(late, refused("changed_meanwhile"));
    assert_eq!(admin.say(end(&first)).await, refused("changed_meanwhile"));
    assert_eq!(
        admin.say(end(&rule("P-D-A", 40))).await,
        refused("not_found")
    );
    assert_eq!(deadlines(&admin).await["rules"], json!([second]));
}

#[tokio::test]
async fn what_is_no_rule_and_no_day_is_refused() {
    let server = Server::new();
    let admin = Desk::of(&server, "admin").await;
    let with = |key: &str, value: Value| {
        let mut rule = rule("P-D", 15);
        rule[key] = value;
        put(&rule, &Value::Null)
    };
    for (changes, code) in [
        (with("step", json!("close")), "malformed"),
        (with("working_days", json!(-1)), "malformed"),
        (with("working_days", json!(5_000_000_000_u64)), "malformed"),
        (with("working_days", json!("15")), "malformed"),
        (with("valid_from", Value::Null), "malformed"),
        (
            change(&json!({ "put_holiday": { "day": "2026-09-02" } })),
            "malformed",
        ),
        (change(&json!({ "set_warning": null })), "malformed"),
        (
            change(&json!({ "drop_rule": rule("P-D", 15) })),
            "malformed",
        ),
        (with("working_days", json!(0)), "invalid"),
        (with("working_days", json!(401)), "invalid"),
        (with("valid_from", json!("2026-02-30")), "invalid"),
        (with("valid_to", json!("2025-12-31")), "invalid"),
        (with("note", json!("ha\u{300}i")), "invalid"),
        (with("unit", json!("nowhere")), "forbidden"),
        (holiday("2026-13-01"), "invalid"),
        (
            change(&json!({ "drop_holiday": "2026-09-02" })),
            "not_found",
        ),
    ] {
        let came = admin.say(changes.clone()).await;
        assert_eq!(came, Err(code.to_owned()), "{changes}");
    }
    assert_eq!(deadlines(&admin).await["rules"], json!([]));
}

#[test]
fn what_was_said_since_the_backup_is_kept() {
    let (data, files) = (folder(), folder());
    let file = files.path().join("backup");
    let said = {
        let bench = bench(data.path());
        backup(data.path(), &file).expect("written");
        let rule = Rule {
            unit: "P-D".into(),
            step: Step::Assign,
            working_days: 5,
            valid_from: "2026-01-01".to_owned(),
            valid_to: None,
            note: String::new(),
        };
        let holiday = Holiday {
            day: "2026-09-02".to_owned(),
            name: "Quốc khánh".to_owned(),
            is_worked: false,
        };
        let changes = [
            DeadlineChange::PutRule { rule, was: None },
            DeadlineChange::PutHoliday(holiday),
            DeadlineChange::SetWarning(7),
        ];
        let changes = changes.map(DistrictChange::Deadlines).into();
        assert_eq!(
            bench.store.change_district(changes, &stamp(NOW)),
            Ok(Ok(()))
        );
        bench.store.district().expect("read").deadlines
    };
    assert_eq!((said.rules.len(), said.holidays.len()), (1, 1));
    restore_with_people(data.path(), &file);
    let after = bench(data.path()).store.district().expect("read");
    assert_eq!(after.deadlines, said);
}

#[test]
fn every_day_is_as_another_library_has_it() {
    let mut day = Some(Day::FIRST);
    let mut expected = date(1900, 1, 1);
    while expected <= date(2200, 12, 31) {
        let here = day.expect("a day");
        assert_eq!(here.to_string(), expected.to_string());
        assert_eq!(Day::parse(&expected.to_string()), Some(here));
        let weekday = expected.weekday().to_monday_one_offset();
        assert_eq!(i32::from(here.weekday()), i32::from(weekday), "{here}");
        let since = (expected - date(1970, 1, 1)).get_days();
        assert_eq!(
            here.days_since(Day::parse("1970-01-01").expect("a day")),
            since
        );
        day = here.plus(1);
        expected = expected.checked_add(1.day()).expect("far from the end");
    }
    assert_eq!(day, None, "the last day is the last");
}

#[test]
fn no_day_is_read_that_another_library_does_not_have() {
    for year in 1899..=2201 {
        for month in 0..=13 {
            for day in 0..=32 {
                let text = format!("{year:04}-{month:02}-{day:02}");
                let is_day = (1900..=2200).contains(&year) && text.parse::<Date>().is_ok();
                assert_eq!(Day::parse(&text).is_some(), is_day, "{text}");
            }
        }
    }
}
