use std::collections::HashMap;

use super::*;

/// What was agreed, a line for each right: role, verb, thing, `own` or `within`. Written by hand
/// and apart from the table, so that no right changes by a slip.
const AGREED: &str = include_str!("agreed.txt");

#[test]
fn matrix_is_as_agreed() {
    let mut found = Vec::new();
    for &role in Role::ALL {
        for &thing in Thing::ALL {
            for &verb in Verb::ALL {
                let at = |relation| may(role, verb, thing, relation);
                assert!(!at(Relation::Elsewhere), "{role:?} {verb:?} {thing:?}");
                let reach = match (at(Relation::Own), at(Relation::Below)) {
                    (true, true) => "within",
                    (true, false) => "own",
                    (false, false) => continue,
                    (false, true) => panic!("below but not own: {role:?} {verb:?} {thing:?}"),
                };
                found.push(format!("{} {verb:?} {thing:?} {reach}", role.name()));
            }
        }
    }
    found.sort();
    let mut agreed: Vec<&str> = AGREED.lines().filter(|line| !line.is_empty()).collect();
    agreed.sort_unstable();
    assert_eq!(found, agreed);
}

/// Code, parent, successor.
struct Units(HashMap<UnitCode, (Option<UnitCode>, Option<UnitCode>)>);

impl Units {
    fn of(rows: &[(&str, &str, &str)]) -> Self {
        let code = |text: &str| (!text.is_empty()).then(|| UnitCode::from(text));
        let rows = rows.iter();
        Self(
            rows.map(|(unit, parent, successor)| {
                (UnitCode::from(*unit), (code(parent), code(successor)))
            })
            .collect(),
        )
    }

    fn relation(&self, from: &str, unit: &str) -> Option<Relation> {
        relation(self, &from.into(), &unit.into())
    }
}

impl Tree for Units {
    fn place(&self, unit: &UnitCode) -> Option<Place<'_>> {
        self.0.get(unit).map(|(parent, successor)| Place {
            parent: parent.as_ref(),
            successor: successor.as_ref(),
        })
    }
}

#[test]
fn a_successor_has_what_its_predecessors_had() {
    let units = Units::of(&[
        ("province", "", ""),
        ("district", "province", "province"),
        ("old-a", "district", "new"),
        ("old-b", "district", "new"),
        ("new", "province", ""),
        ("other", "province", ""),
    ]);
    for (from, unit, expected) in [
        ("old-a", "old-a", Relation::Own),
        ("new", "old-a", Relation::Own),
        ("new", "old-b", Relation::Own),
        ("old-a", "new", Relation::Elsewhere),
        ("old-a", "old-b", Relation::Elsewhere),
        ("other", "old-a", Relation::Elsewhere),
        ("district", "old-a", Relation::Below),
        ("district", "new", Relation::Elsewhere),
        ("province", "old-a", Relation::Below),
        ("province", "district", Relation::Own),
    ] {
        assert_eq!(units.relation(from, unit), Some(expected), "{from} {unit}");
    }
    assert_eq!(units.relation("new", "nowhere"), None);
}

#[test]
fn what_was_written_in_a_unit_has_a_say_below_it_and_below_what_took_its_place() {
    let units = Units::of(&[
        ("province", "", ""),
        ("old", "province", "between"),
        ("between", "province", "new"),
        ("new", "province", ""),
        ("old-agency", "old", ""),
        ("new-agency", "new", ""),
        ("other", "province", ""),
    ]);
    for (from, unit, expected) in [
        ("old", "old", true),
        ("old", "old-agency", true),
        ("old", "new", true),
        ("old", "new-agency", true),
        ("new", "old", true),
        ("new", "old-agency", false),
        ("old", "other", false),
        ("old", "province", false),
        ("province", "new-agency", true),
        ("old", "nowhere", false),
    ] {
        let found = reaches(&units, &from.into(), &unit.into());
        assert_eq!(found, expected, "{from} {unit}");
    }
}

#[test]
fn rings_come_to_an_end() {
    let units = Units::of(&[("a", "b", "b"), ("b", "a", "a"), ("c", "", "")]);
    assert_eq!(units.relation("c", "a"), Some(Relation::Elsewhere));
    assert!(!reaches(&units, &"a".into(), &"c".into()));
}

#[test]
fn a_committee_gives_devices_to_delegates_alone() {
    let units = Units::of(&[("d", "", ""), ("a", "d", ""), ("b", "d", "")]);
    let grant = |role, unit: &str| Grant {
        role,
        unit: unit.into(),
    };
    let committee = [grant(Role::StandingCommittee, "a")];
    let admin = [grant(Role::Admin, "d")];
    let delegate = grant(Role::Delegate, "a");
    assert!(may_enrol(
        &committee,
        &units,
        std::slice::from_ref(&delegate)
    ));
    assert!(!may_enrol(
        &committee,
        &units,
        &[grant(Role::Delegate, "b")]
    ));
    let both = [delegate.clone(), grant(Role::Admin, "a")];
    assert!(!may_enrol(&committee, &units, &both));
    assert!(may_enrol(&admin, &units, &both));
    let own = std::slice::from_ref(&delegate);
    assert!(!may_enrol(own, &units, own));
    assert!(!may_enrol(&admin, &units, &[]), "nobody's device");
}
