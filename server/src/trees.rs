//! Ready-made trees of units, as data: what a district begins with, and what it can be moved onto.

use kiennghi_shared::access::Grant;
use kiennghi_shared::id::{UnitCode, UserName};
use serde::Deserialize;

use crate::store::{District, DistrictChange, NewGrant, UnitRow};

/// Names and what they hold.
const TREES: &[(&str, &str)] = &[
    ("dam-ha-2020", include_str!("trees/dam-ha-2020.json")),
    ("dam-ha-2025", include_str!("trees/dam-ha-2025.json")),
];

#[derive(Debug, Deserialize)]
struct Tree {
    /// What a person reads.
    title: String,
    valid_from: String,
    valid_to: Option<String>,
    units: Vec<Unit>,
    /// Units of an earlier tree that no unit of this one is made of.
    #[serde(default)]
    ended: Vec<Ended>,
}

#[derive(Debug, Deserialize)]
struct Unit {
    code: UnitCode,
    name: String,
    tier: String,
    parent: Option<UnitCode>,
    villages: Vec<String>,
    /// Units of an earlier tree that it is made of.
    #[serde(default)]
    predecessors: Vec<UnitCode>,
}

#[derive(Debug, Deserialize)]
struct Ended {
    code: UnitCode,
    /// The unit that has to do with what was theirs.
    successor: UnitCode,
}

fn tree(name: &str) -> Option<Tree> {
    let (_, text) = TREES.iter().find(|(known, _)| *known == name)?;
    serde_json::from_str(text).ok()
}

/// The trees: names, and words for people.
#[must_use]
pub fn names() -> Vec<(String, String)> {
    let title = |name: &str| tree(name).map_or_else(String::new, |tree| tree.title);
    let names = TREES.iter();
    names
        .map(|(name, _)| ((*name).to_owned(), title(name)))
        .collect()
}

/// The units of a tree, each after its parent; `None` when there is no such tree.
#[must_use]
pub fn units(name: &str) -> Option<Vec<UnitRow>> {
    let tree = tree(name)?;
    let row = |unit: Unit| UnitRow {
        code: unit.code,
        name: unit.name,
        tier: unit.tier,
        parent: unit.parent,
        successor: None,
        villages: unit.villages,
        valid_from: tree.valid_from.clone(),
        valid_to: tree.valid_to.clone(),
    };
    Some(tree.units.into_iter().map(row).collect())
}

/// What moves a district onto a tree: its units, an end to those that they are made of, and the roles that
/// are held in those, which are held in the successors from then on. `None` when there is no such tree.
///
/// A district that stands on it already needs no change.
#[must_use]
pub fn succession(name: &str, district: &District) -> Option<Vec<DistrictChange>> {
    let tree = tree(name)?;
    let last_day = day_before(&tree.valid_from)?;
    let successors = tree.units.iter().flat_map(|unit| {
        let made_of = unit.predecessors.iter();
        made_of.map(|old| (old, &unit.code))
    });
    let ended = tree
        .ended
        .iter()
        .map(|ended| (&ended.code, &ended.successor));
    let successors: Vec<(&UnitCode, &UnitCode)> = successors.chain(ended).collect();
    let successor = |code: &UnitCode| {
        let found = successors.iter().find(|(old, _)| *old == code);
        found.map(|(_, new)| (*new).clone())
    };
    let mut changes = Vec::new();
    for unit in &tree.units {
        let known = district.unit(&unit.code);
        let row = UnitRow {
            code: unit.code.clone(),
            name: unit.name.clone(),
            tier: unit.tier.clone(),
            parent: unit.parent.clone(),
            successor: None,
            villages: villages(unit, district),
            valid_from: known.map_or_else(|| tree.valid_from.clone(), |row| row.valid_from.clone()),
            valid_to: tree.valid_to.clone(),
        };
        if known != Some(&row) {
            changes.push(DistrictChange::PutUnit(row));
        }
    }
    for unit in &district.units {
        if let Some(new) = successor(&unit.code)
            && unit.successor.as_ref() != Some(&new)
        {
            changes.push(DistrictChange::PutUnit(UnitRow {
                successor: Some(new),
                valid_to: Some(last_day.clone()),
                ..unit.clone()
            }));
        }
    }
    let mut given: Vec<(UserName, Grant)> = Vec::new();
    for row in district
        .grants
        .iter()
        .filter(|row| !row.is_over_on(&last_day))
    {
        let Some(unit) = successor(&row.grant.unit) else {
            continue;
        };
        let grant = Grant {
            role: row.grant.role,
            unit,
        };
        let held = district
            .standing_grants(&row.user, &tree.valid_from)
            .any(|held| held.grant == grant);
        let once = (row.user.clone(), grant.clone());
        if !held && !given.contains(&once) {
            given.push(once);
            changes.push(DistrictChange::Give(NewGrant {
                user: row.user.clone(),
                grant,
                starts: row.starts.clone(),
                ends: row.ends.clone(),
            }));
        }
        changes.push(DistrictChange::End(row.id));
    }
    Some(changes)
}

/// The villages of a unit: of those that it is made of as they are now, which people may have added to, or
/// its own. Two of one name are told apart by where they were.
fn villages(unit: &Unit, district: &District) -> Vec<String> {
    if let Some(known) = district.unit(&unit.code) {
        return known.villages.clone();
    }
    let made_of: Vec<&UnitRow> = unit
        .predecessors
        .iter()
        .filter_map(|code| district.unit(code))
        .collect();
    if made_of.is_empty() {
        return unit.villages.clone();
    }
    let mut villages: Vec<String> = Vec::new();
    for old in made_of {
        for village in &old.villages {
            if villages.contains(village) {
                villages.push(format!("{village} ({})", old.name));
            } else {
                villages.push(village.clone());
            }
        }
    }
    villages
}

fn day_before(day: &str) -> Option<String> {
    let day: jiff::civil::Date = day.parse().ok()?;
    Some(day.yesterday().ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use kiennghi_shared::access::Role;

    use super::*;
    use crate::store::{GrantRow, UserRow};

    /// The first tree with three people on it.
    fn district() -> District {
        let user = |name: &str| UserRow {
            name: name.into(),
            display: name.to_owned(),
            disabled_at: None,
        };
        District {
            version: 1,
            units: units("dam-ha-2020").expect("the first tree"),
            users: ["a", "b", "c"].map(user).into(),
            grants: vec![
                GrantRow::founding(1, "a", Role::Delegate, "QN-DH-02"),
                GrantRow::founding(2, "a", Role::Delegate, "QN-DH-03"),
                GrantRow::founding(3, "b", Role::StandingCommittee, "QN-DH-07"),
                GrantRow::founding(4, "c", Role::Admin, "QN-DH"),
            ],
            ..District::default()
        }
    }

    #[test]
    fn every_tree_can_be_begun_with() {
        for (name, title) in names() {
            assert!(!title.is_empty(), "{name}");
            let mut district = District::default();
            let units = units(&name).expect("readable");
            let changes: Vec<_> = units.into_iter().map(DistrictChange::PutUnit).collect();
            assert_eq!(district.make(&changes, 0), Ok(()), "{name}");
        }
    }

    #[test]
    fn roles_follow_the_successors_and_the_second_time_changes_nothing() {
        let mut district = district();
        let changes = succession("dam-ha-2025", &district).expect("the second tree");
        assert_eq!(district.make(&changes, 5), Ok(()));
        let held = |name: &str| {
            let name = UserName::from(name);
            let held = district.open_grants(&name);
            held.map(|row| (row.grant.role, row.grant.unit.0.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(held("a"), [(Role::Delegate, "06913".to_owned())]);
        assert_eq!(held("b"), [(Role::StandingCommittee, "06895".to_owned())]);
        assert_eq!(held("c"), [(Role::Admin, "QN".to_owned())]);
        let unit = |code: &str| district.unit(&code.into()).expect("a unit");
        assert_eq!(unit("QN-DH-06").valid_to.as_deref(), Some("2025-06-30"));
        assert_eq!(unit("QN-DH-06").successor, Some("06913".into()));
        assert_eq!(unit("QN").valid_to, None);
        assert!(unit("06913").villages.contains(&"Thôn Bình Hồ".to_owned()));
        let old = ["01", "04", "07", "08", "09"].map(|number| format!("QN-DH-{number}"));
        let count: usize = old.iter().map(|code| unit(code).villages.len()).sum();
        assert_eq!(unit("06895").villages.len(), count);
        assert_eq!(succession("dam-ha-2025", &district), Some(Vec::new()));
    }
}
