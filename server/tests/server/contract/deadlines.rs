//! Rules of deadlines, days off and days worked instead.

use kiennghi_server::store::{AuditFilter, DistrictChange, DistrictProblem};
use kiennghi_shared::calendar::Holiday;
use kiennghi_shared::deadline::{DeadlineChange, Rule, Step};

use super::Open;
use crate::district::{Bench, NOW, stamp};

fn rule(unit: &str, working_days: u32, from: &str, to: Option<&str>) -> Rule {
    Rule {
        unit: unit.into(),
        step: Step::Answer,
        working_days,
        valid_from: from.to_owned(),
        valid_to: to.map(str::to_owned),
        note: "Nghị quyết 1".to_owned(),
    }
}

fn put(rule: &Rule, was: Option<&Rule>) -> DeadlineChange {
    DeadlineChange::PutRule {
        rule: rule.clone(),
        was: was.cloned(),
    }
}

fn end(was: &Rule, valid_to: &str) -> DeadlineChange {
    DeadlineChange::EndRule {
        was: was.clone(),
        valid_to: valid_to.to_owned(),
    }
}

fn holiday(day: &str, name: &str, is_worked: bool) -> Holiday {
    Holiday {
        day: day.to_owned(),
        name: name.to_owned(),
        is_worked,
    }
}

pub(crate) fn what_is_said_of_deadlines_is_kept(open: Open<'_>) {
    let store = Bench::on(open()).store;
    let change = |changes: Vec<DeadlineChange>| {
        let changes = changes.into_iter().map(DistrictChange::Deadlines).collect();
        store.change_district(changes, &stamp(NOW)).expect("writes")
    };
    let version = store.district().expect("read").version;
    let (old, new) = (
        rule("P-D", 50, "2020-01-01", None),
        rule("P-D", 40, "2026-01-01", None),
    );
    let put_and_end = vec![put(&new, None), put(&old, None), end(&old, "2025-12-31")];
    assert_eq!(change(put_and_end), Ok(()));
    let days = [
        holiday("2026-09-02", "Quốc khánh", false),
        holiday("2026-01-01", "Tết", false),
        holiday("2026-01-10", "Làm bù", true),
    ];
    let days = days.map(DeadlineChange::PutHoliday);
    assert_eq!(change(days.into()), Ok(()));
    let dropped = DeadlineChange::DropHoliday("2026-09-02".to_owned());
    let renamed = holiday("2026-01-01", "Tết Dương lịch", false);
    let last = vec![
        dropped,
        DeadlineChange::PutHoliday(renamed.clone()),
        DeadlineChange::SetWarning(5),
        put(
            &rule("P-D", 30, "2026-01-01", Some("2027-01-01")),
            Some(&new),
        ),
    ];
    assert_eq!(change(last), Ok(()));

    let district = open().district().expect("read");
    assert_eq!(district.version, version + 3);
    let kept = [
        rule("P-D", 50, "2020-01-01", Some("2025-12-31")),
        rule("P-D", 30, "2026-01-01", Some("2027-01-01")),
    ];
    assert_eq!(district.deadlines.rules, kept, "an ended rule is kept");
    let days = [renamed, holiday("2026-01-10", "Làm bù", true)];
    assert_eq!(district.deadlines.holidays, days);
    assert_eq!(district.deadlines.warn_working_days, 5);

    let rows = store.audit(&AuditFilter {
        limit: 100,
        ..AuditFilter::default()
    });
    let rows = rows.expect("the record").into_iter().rev().skip(1);
    let told: Vec<_> = rows
        .map(|row| (row.event.action.name(), row.event.subject, row.event.detail))
        .collect();
    let expected = [
        ("deadline.put", "answer", "40 ngày làm việc từ 01/01/2026"),
        ("deadline.put", "answer", "50 ngày làm việc từ 01/01/2020"),
        (
            "deadline.end",
            "answer",
            "50 ngày làm việc từ 01/01/2020 đến 31/12/2025",
        ),
        ("holiday.put", "2026-09-02", "Quốc khánh (nghỉ)"),
        ("holiday.put", "2026-01-01", "Tết (nghỉ)"),
        ("holiday.put", "2026-01-10", "Làm bù (làm bù)"),
        ("holiday.drop", "2026-09-02", "Quốc khánh"),
        ("holiday.put", "2026-01-01", "Tết Dương lịch (nghỉ)"),
        ("deadline.warn", "5", ""),
        (
            "deadline.put",
            "answer",
            "30 ngày làm việc từ 01/01/2026 đến 01/01/2027",
        ),
    ];
    let expected =
        expected.map(|(action, subject, detail)| (action, subject.to_owned(), detail.to_owned()));
    assert_eq!(told, expected);
}

pub(crate) fn what_is_refused_of_deadlines_leaves_nothing(open: Open<'_>) {
    use DistrictProblem::{Changed, Invalid, NoHoliday, NoRule, NoUnit, Taken};

    let store = Bench::on(open()).store;
    let there = rule("P-D", 40, "2026-01-01", None);
    let changes = vec![DistrictChange::Deadlines(put(&there, None))];
    assert_eq!(store.change_district(changes, &stamp(NOW)), Ok(Ok(())));
    let before = store.district().expect("read");

    let seen_before = rule("P-D", 50, "2026-01-01", None);
    let new = |working_days, from, to| put(&rule("P-D", working_days, from, to), None);
    let noted = |note: String| {
        put(
            &Rule {
                note,
                ..rule("P-D", 5, "2026-02-01", None)
            },
            None,
        )
    };
    let day = |day, name| DeadlineChange::PutHoliday(holiday(day, name, false));
    for (change, problem) in [
        (put(&rule("P-X", 5, "2026-01-01", None), None), NoUnit),
        (new(0, "2026-02-01", None), Invalid),
        (new(401, "2026-02-01", None), Invalid),
        (new(5, "2026-02-29", None), Invalid),
        (new(5, "2026-02-+1", None), Invalid),
        (new(5, "1/2/2026", None), Invalid),
        (new(5, "2026-02-01", Some("")), Invalid),
        (new(5, "2026-02-01", Some("2026-04-31")), Invalid),
        (new(5, "2026-02-01", Some("2026-01-31")), Invalid),
        (noted("x".repeat(121)), Invalid),
        (noted("hai\ndòng".to_owned()), Invalid),
        (put(&there, None), Taken),
        (put(&seen_before, Some(&seen_before)), Changed),
        (
            put(&rule("P-D", 5, "2026-02-01", None), Some(&there)),
            Changed,
        ),
        (end(&seen_before, "2026-12-31"), Changed),
        (
            end(&rule("P-D", 40, "2026-02-01", None), "2026-12-31"),
            NoRule,
        ),
        (end(&there, "2026-12-32"), Invalid),
        (day("2026-02-29", "Không có"), Invalid),
        (day("2026-02-28", ""), Invalid),
        (
            DeadlineChange::DropHoliday("2026-01-01".to_owned()),
            NoHoliday,
        ),
        (DeadlineChange::SetWarning(61), Invalid),
    ] {
        let changes = [day("2026-04-30", "Được ghi"), change.clone()];
        let changes = changes.map(DistrictChange::Deadlines).into();
        let came = store.change_district(changes, &stamp(NOW));
        assert_eq!(came, Ok(Err(problem)), "{change:?}");
        assert_eq!(store.district().expect("read"), before, "{change:?}");
    }
    let most = vec![
        new(400, "2026-02-01", Some("2026-02-01")),
        new(1, "2026-03-01", None),
        // One that was begun by mistake never applies.
        end(&there, "2025-12-31"),
        DeadlineChange::SetWarning(0),
    ];
    let most = most.into_iter().map(DistrictChange::Deadlines).collect();
    assert_eq!(store.change_district(most, &stamp(NOW)), Ok(Ok(())));
}
