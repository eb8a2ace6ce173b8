use proptest::prelude::*;

use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap_or_else(|| panic!("{text} is a day"))
}

fn holiday(day: &str, is_worked: bool) -> Holiday {
    Holiday {
        day: day.to_owned(),
        name: "Ví dụ".to_owned(),
        is_worked,
    }
}

/// Tết of 2026 from the 16th to the 20th of February, the Saturday after it worked.
fn calendar() -> Calendar {
    let off = (16..=20).map(|date| holiday(&format!("2026-02-{date}"), false));
    let holidays: Vec<_> = off.chain([holiday("2026-02-28", true)]).collect();
    Calendar::new(&holidays)
}

#[test]
fn only_days_that_exist_are_read() {
    for text in [
        "",
        "2026",
        "2026-2-3",
        "2026-02-29",
        "2026-02-30",
        "2026-13-01",
        "2026-00-10",
        "2026-01-00",
        "2026-04-31",
        "1899-12-31",
        "2201-01-01",
        "2026-01-01 ",
        "2026/01/01",
        "2026-+1-01",
        "02026-01-01",
        "2026-01-0１",
        "999999999999-01-01",
        "2100-02-29",
        "-026-01-01",
        "2026-99-99",
    ] {
        assert_eq!(Day::parse(text), None, "{text}");
    }
    assert_eq!(day("1900-01-01"), Day::FIRST);
    assert_eq!(day("2200-12-31"), Day::LAST);
    assert_eq!(Day::LAST.plus(1), None);
    assert_eq!(Day::FIRST.plus(-1), None);
    assert_eq!(Day::LAST.plus(i32::MAX), None);
    assert_eq!(day("2024-02-28").plus(1), Some(day("2024-02-29")));
}

#[test]
fn a_deadline_steps_over_weekends_and_holidays() {
    let calendar = calendar();
    for (from, working_days, due) in [
        ("2026-02-12", 0, "2026-02-12"),
        ("2026-02-12", 1, "2026-02-13"),
        ("2026-02-13", 1, "2026-02-23"),
        ("2026-02-14", 0, "2026-02-23"),
        ("2026-02-14", 1, "2026-02-23"),
        ("2026-02-27", 1, "2026-02-28"),
        ("2026-02-27", 2, "2026-03-02"),
    ] {
        let came = calendar.add_working_days(day(from), working_days);
        assert_eq!(came, Some(day(due)), "{working_days} after {from}");
    }
    assert_eq!(calendar.add_working_days(Day::LAST, 1), None);
    let between = |from, to| calendar.working_days_between(day(from), day(to));
    assert_eq!(between("2026-02-13", "2026-02-23"), 1);
    assert_eq!(between("2026-02-27", "2026-03-01"), 1);
    assert_eq!(between("2026-02-23", "2026-02-23"), 0);
    assert_eq!(between("2026-02-23", "2026-02-13"), 0);
}

#[test]
fn a_calendar_without_a_working_day_comes_to_an_end() {
    let all = (Day::FIRST.0..=Day::LAST.0).map(|day| holiday(&Day(day).to_string(), false));
    let calendar = Calendar::new(&all.collect::<Vec<_>>());
    assert_eq!(calendar.add_working_days(day("2190-01-01"), 1), None);
}

fn any_day() -> impl Strategy<Value = Day> {
    (Day::FIRST.0..=Day::LAST.0).prop_map(Day)
}

/// Days that stand close together, so that exceptions and deadlines meet.
fn near() -> impl Strategy<Value = Day> {
    (20_000..20_200).prop_map(Day)
}

fn calendars() -> impl Strategy<Value = Calendar> {
    proptest::collection::btree_map(near(), any::<bool>(), 0..60)
        .prop_map(|exceptions| Calendar { exceptions })
}

proptest! {
    #[test]
    fn days_later_and_days_since_belong_together(day in any_day(), days in -120_000..120_000_i32) {
        let came = day.plus(days);
        let is_there = (Day::FIRST.0..=Day::LAST.0).contains(&(day.0 + days));
        prop_assert_eq!(came.is_some(), is_there);
        if let Some(came) = came {
            prop_assert_eq!(came.days_since(day), days);
            prop_assert_eq!(came.cmp(&day), days.cmp(&0));
            prop_assert_eq!(came.to_string().cmp(&day.to_string()), days.cmp(&0));
            let weekday = (i32::from(day.weekday()) - 1 + days).rem_euclid(7) + 1;
            prop_assert_eq!(i32::from(came.weekday()), weekday);
        }
    }

    #[test]
    fn working_days_are_counted_as_one_by_one(calendar in calendars(), from in near(), to in near()) {
        let days = (from.0 + 1..=to.0).map(Day);
        let counted = days.filter(|day| calendar.is_working(*day)).count();
        prop_assert_eq!(calendar.working_days_between(from, to), u32::try_from(counted).expect("few"));
    }

    #[test]
    fn a_deadline_is_so_many_working_days_away(calendar in calendars(), from in near(), days in prop_oneof![Just(0), 0..400_u32]) {
        let due = calendar.add_working_days(from, days).expect("far from the last day");
        prop_assert!(calendar.is_working(due));
        if days > 0 {
            prop_assert_eq!(calendar.working_days_between(from, due), days);
        } else {
            prop_assert!((from.0..due.0).all(|day| !calendar.is_working(Day(day))));
        }
        let more = calendar.add_working_days(from, days + 1).expect("far from the last day");
        prop_assert!(more > due || days == 0 && !calendar.is_working(from), "{} {}", due, more);
    }
}
