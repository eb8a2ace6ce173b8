use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::access::Place;

#[derive(Default)]
struct Unit {
    parent: Option<UnitCode>,
    successor: Option<UnitCode>,
    last_day: Option<&'static str>,
}

/// Units by code.
struct Units(HashMap<UnitCode, Unit>);

impl Tree for Units {
    fn place(&self, unit: &UnitCode) -> Option<Place<'_>> {
        self.0.get(unit).map(|unit| Place {
            parent: unit.parent.as_ref(),
            successor: unit.successor.as_ref(),
        })
    }
}

impl Timeline for Units {
    fn last_day(&self, unit: &UnitCode) -> Option<&str> {
        self.0.get(unit)?.last_day
    }
}

const UNITS: [(&str, &str); 4] = [
    ("province", ""),
    ("district", "province"),
    ("commune", "district"),
    ("other", "district"),
];

fn units() -> Units {
    Units(UNITS.map(|(unit, parent)| below(unit, parent)).into())
}

fn code(text: &str) -> Option<UnitCode> {
    Some(UnitCode::from(text)).filter(|code| !code.0.is_empty())
}

fn below(unit: &str, parent: &str) -> (UnitCode, Unit) {
    let parent = code(parent);
    let unit_of = Unit {
        parent,
        ..Unit::default()
    };
    (unit.into(), unit_of)
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn rule(unit: &str, step: Step, working_days: u32, from: &str, to: Option<&str>) -> Rule {
    Rule {
        unit: unit.into(),
        step,
        working_days,
        valid_from: from.to_owned(),
        valid_to: to.map(str::to_owned),
        note: String::new(),
    }
}

/// Working days of the rule for an answer that is asked for on a day.
fn found(rules: &[Rule], unit: &str, on: &str) -> Option<u32> {
    let rule = rule_for(rules, &units(), &unit.into(), Step::Answer, day(on));
    rule.map(|rule| rule.working_days)
}

#[test]
fn the_nearest_unit_upward_has_its_way() {
    let rules = [
        rule("province", Step::Answer, 50, "2020-01-01", None),
        rule(
            "district",
            Step::Answer,
            40,
            "2024-01-01",
            Some("2025-06-30"),
        ),
        rule("commune", Step::Answer, 20, "2025-01-01", None),
        rule("commune", Step::Tell, 5, "2020-01-01", None),
    ];
    for (unit, on, working_days) in [
        ("commune", "2019-12-31", None),
        ("commune", "2020-01-01", Some(50)),
        ("commune", "2024-01-01", Some(40)),
        ("commune", "2025-01-01", Some(20)),
        ("other", "2025-06-30", Some(40)),
        ("other", "2025-07-01", Some(50)),
        ("province", "2025-01-01", Some(50)),
        ("nowhere", "2025-01-01", None),
    ] {
        assert_eq!(found(&rules, unit, on), working_days, "{unit} on {on}");
    }
}

#[test]
fn of_rules_that_overlap_the_one_begun_last_applies() {
    let rules = [
        rule(
            "district",
            Step::Answer,
            15,
            "2026-03-01",
            Some("2026-03-31"),
        ),
        rule("district", Step::Answer, 40, "2020-01-01", None),
        rule("district", Step::Answer, 50, "2026-01-01", None),
        rule(
            "district",
            Step::Answer,
            9,
            "2026-06-01",
            Some("2026-05-31"),
        ),
    ];
    for (on, working_days) in [
        ("2025-12-31", 40),
        ("2026-01-01", 50),
        ("2026-03-01", 15),
        ("2026-03-31", 15),
        ("2026-04-01", 50),
        ("2026-06-01", 50),
    ] {
        assert_eq!(found(&rules, "commune", on), Some(working_days), "{on}");
    }
}

/// Two communes of a district became one of the province, which took the district's place too.
fn merged() -> Units {
    let ended = |unit, parent, successor: &str| {
        let (code_of, stood) = below(unit, parent);
        let ended = Unit {
            successor: code(successor),
            last_day: Some("2025-06-30"),
            ..stood
        };
        (code_of, ended)
    };
    let units = [
        below("province", ""),
        ended("district", "province", "province"),
        ended("a", "district", "ab"),
        ended("b", "district", "ab"),
        below("ab", "province"),
        // Whoever moved it onto the new tree left it below the old district.
        below("left", "district"),
    ];
    Units(units.into())
}

#[test]
fn a_step_goes_by_the_rule_of_whatever_had_its_units_place_that_day() {
    let answer = |unit, days, from| rule(unit, Step::Answer, days, from, None);
    let rules = [
        answer("province", 50, "2025-03-01"),
        answer("district", 40, "2025-02-01"),
        answer("a", 20, "2025-05-01"),
        answer("ab", 10, "2025-01-01"),
    ];
    let tree = merged();
    for (unit, on, working_days) in [
        ("a", "2025-05-01", Some(20)),
        ("a", "2025-06-30", Some(20)),
        ("a", "2025-07-01", Some(10)),
        ("b", "2025-06-30", Some(40)),
        ("b", "2025-07-01", Some(10)),
        ("district", "2025-06-30", Some(40)),
        ("district", "2025-07-01", Some(50)),
        ("left", "2025-06-30", Some(40)),
        ("left", "2025-07-01", Some(50)),
        // Nothing applied to the commune then: what took its place says how long.
        ("a", "2025-01-15", Some(10)),
        ("district", "2025-01-15", None),
        ("ab", "2024-12-31", None),
    ] {
        let rule = rule_for(&rules, &tree, &unit.into(), Step::Answer, day(on));
        let found = rule.map(|rule| rule.working_days);
        assert_eq!(found, working_days, "{unit} on {on}");
    }
}

/// Decision 33/2017 as a district could enter it.
#[test]
fn a_decisions_numbers_are_entered_as_rules() {
    let rules = [
        rule("district", Step::Assign, 5, "2018-01-01", None),
        rule(
            "district",
            Step::Answer,
            50,
            "2018-01-01",
            Some("2025-12-31"),
        ),
        rule("district", Step::Answer, 40, "2026-01-01", None),
        rule("district", Step::AnswerAgain, 15, "2018-01-01", None),
    ];
    let labour = Holiday {
        day: "2026-05-01".to_owned(),
        name: "Quốc tế Lao động".to_owned(),
        is_worked: false,
    };
    let calendar = Calendar::new(&[labour]);
    let commune = UnitCode::from("commune");
    let due = |step, named| {
        let begun = Begun {
            unit: &commune,
            step,
            day: day("2026-04-24"),
            named,
        };
        due(&rules, &calendar, &units(), begun).map(|day| day.to_string())
    };
    assert_eq!(due(Step::Assign, None).as_deref(), Some("2026-05-04"));
    assert_eq!(due(Step::Answer, None).as_deref(), Some("2026-06-22"));
    assert_eq!(due(Step::AnswerAgain, None).as_deref(), Some("2026-05-18"));
    assert_eq!(due(Step::Tell, None), None);
    let named = Some(day("2026-05-02"));
    assert_eq!(due(Step::Answer, named).as_deref(), Some("2026-05-02"));
    assert_eq!(due(Step::Tell, named).as_deref(), Some("2026-05-02"));
}

#[test]
fn a_deadline_comes_near_over_working_days() {
    let calendar = Calendar::default();
    let due = day("2026-11-26");
    for (today, standing) in [
        ("2026-11-20", Standing::OnTime),
        ("2026-11-21", Standing::OnTime),
        ("2026-11-23", Standing::DueSoon),
        ("2026-11-26", Standing::DueSoon),
        ("2026-11-27", Standing::Overdue),
    ] {
        assert_eq!(
            Standing::on(&calendar, day(today), due, 3),
            standing,
            "{today}"
        );
    }
    assert_eq!(Standing::on(&calendar, due, due, 0), Standing::DueSoon);
    let before = day("2026-11-25");
    assert_eq!(Standing::on(&calendar, before, due, 0), Standing::OnTime);
}

#[test]
fn a_ring_of_units_comes_to_an_end() {
    let mut ring = Units([below("a", "b"), below("b", "a")].into());
    let found = rule_for(&[], &ring, &"a".into(), Step::Tell, Day::FIRST);
    assert_eq!(found, None);
    assert!(upward(&ring, &"a".into()).count() <= 64);
    for (unit, successor) in [("a", "b"), ("b", "a")] {
        let unit = ring.0.get_mut(&unit.into()).expect("a unit");
        (unit.successor, unit.last_day) = (code(successor), Some("1900-01-01"));
    }
    let found = rule_for(&[], &ring, &"a".into(), Step::Tell, Day::LAST);
    assert_eq!(found, None);
}

#[test]
fn names_find_their_steps() {
    for step in Step::ALL {
        assert_eq!(Step::from_name(step.name()), Some(*step));
    }
    assert_eq!(Step::from_name("close"), None);
}

fn any_day() -> impl Strategy<Value = Day> {
    (0..40).prop_map(|days| day("2026-01-01").plus(days).expect("a day"))
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let unit = (0..UNITS.len()).prop_map(|index| UNITS[index].0);
    let step = (0..Step::ALL.len()).prop_map(|index| Step::ALL[index]);
    (
        unit,
        step,
        1..60_u32,
        any_day(),
        proptest::option::of(any_day()),
    )
        .prop_map(|(unit, step, working_days, from, to)| {
            let to = to.map(|day| day.to_string());
            rule(unit, step, working_days, &from.to_string(), to.as_deref())
        })
}

proptest! {
    #[test]
    fn one_rule_applies_in_whatever_order_they_stand(
        mut rules in proptest::collection::vec(any_rule(), 0..30),
        on in any_day(),
    ) {
        // As the store keeps them: no two of one name.
        rules.sort_by(|a, b| a.name().cmp(&b.name()));
        rules.dedup_by(|a, b| a.name() == b.name());
        let tree = units();
        let reversed: Vec<Rule> = rules.iter().rev().cloned().collect();
        for (unit, _) in UNITS {
            let unit = UnitCode::from(unit);
            for &step in Step::ALL {
                let found = rule_for(&rules, &tree, &unit, step, on);
                prop_assert_eq!(found, rule_for(&reversed, &tree, &unit, step, on));
                let above: Vec<&UnitCode> = upward(&tree, &unit).collect();
                let near = |rule: &Rule| above.iter().position(|code| **code == rule.unit);
                let text = on.to_string();
                let others = rules.iter().filter(|rule| rule.step == step && rule.is_valid_on(&text));
                for other in others.filter(|rule| near(rule).is_some()) {
                    let found = found.expect("one applies, so one is found");
                    prop_assert!(found.is_valid_on(&text) && found.step == step);
                    let order = near(found).cmp(&near(other)).then(other.valid_from.cmp(&found.valid_from));
                    prop_assert!(order.is_lt() || found == other, "{:?} before {:?}", found, other);
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn a_deadline_is_near_up_to_one_day_and_on_no_later_one(
        today in any_day(),
        off in proptest::collection::vec((any_day(), any::<bool>()), 0..12),
        warn in 0..8_u32,
    ) {
        let holidays: Vec<Holiday> = off
            .iter()
            .map(|(day, is_worked)| Holiday {
                day: day.to_string(),
                name: String::new(),
                is_worked: *is_worked,
            })
            .collect();
        let calendar = Calendar::new(&holidays);
        let last = Standing::near_until(&calendar, today, warn);
        prop_assert_eq!(Standing::on(&calendar, today, last, warn), Standing::DueSoon);
        let next = last.plus(1).expect("a day");
        prop_assert_eq!(Standing::on(&calendar, today, next, warn), Standing::OnTime);
    }
}

#[test]
fn an_answer_is_due_sooner_only_where_the_same_was_answered_before() {
    let answer = rule("district", Step::Answer, 10, "2020-01-01", None);
    let again = rule("district", Step::AnswerAgain, 3, "2020-01-01", None);
    let due = |rules: &[Rule], named, was_answered_before| {
        let begun = Begun {
            unit: &"commune".into(),
            step: Step::Answer,
            day: day("2026-01-05"),
            named,
        };
        let calendar = Calendar::new(&[]);
        let due = answer_due(rules, &calendar, &units(), begun, was_answered_before);
        due.map(|due| due.to_string())
    };
    let text = |day: &str| Some(day.to_owned());
    let both = [answer.clone(), again];
    assert_eq!(due(&both, None, false), text("2026-01-19"));
    assert_eq!(due(&both, None, true), text("2026-01-08"));
    assert_eq!(
        due(&[answer], None, true),
        text("2026-01-19"),
        "no rule for it"
    );
    let named = Some(day("2026-01-31"));
    assert_eq!(due(&both, named, true), text("2026-01-31"));
    assert_eq!(due(&[], None, true), None);
}
