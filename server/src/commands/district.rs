//! `kiennghi district`, `change` and `succeed`: the district's data at the command line.

use std::io::{Read, Write};
use std::path::Path;

use anyhow::Context;
use kiennghi_shared::administration::Changes;
use serde_json::json;

use super::{Data, stamp};
use crate::store::{District, DistrictChange};
use crate::trees;

/// Prints units, terms, sessions, users, grants, what is said of deadlines and fields of work as JSON.
pub(super) fn show(data: &Data) -> anyhow::Result<()> {
    let district = data.open()?.district()?;
    let units = district.units.iter().map(|unit| {
        json!({
            "code": unit.code, "name": unit.name, "tier": unit.tier, "parent": unit.parent,
            "successor": unit.successor, "villages": unit.villages,
            "valid_from": unit.valid_from, "valid_to": unit.valid_to,
        })
    });
    let terms = district.terms.iter().map(|term| {
        json!({ "code": term.code, "name": term.name, "starts": term.starts, "ends": term.ends })
    });
    let sessions = district.sessions.iter().map(|session| {
        json!({
            "code": session.code, "term": session.term, "name": session.name,
            "kind": session.kind, "starts": session.starts, "ends": session.ends,
        })
    });
    let users = district.users.iter().map(|user| {
        let grants = district.open_grants(&user.name).map(|row| {
            json!({
                "id": row.id.0, "role": row.grant.role, "unit": row.grant.unit,
                "starts": row.starts, "ends": row.ends,
            })
        });
        json!({
            "name": user.name, "display": user.display, "enabled": user.disabled_at.is_none(),
            "grants": grants.collect::<Vec<_>>(),
        })
    });
    let shown = json!({
        "units": units.collect::<Vec<_>>(),
        "terms": terms.collect::<Vec<_>>(),
        "sessions": sessions.collect::<Vec<_>>(),
        "users": users.collect::<Vec<_>>(),
        "deadlines": district.deadlines,
        "fields": district.fields,
    });
    writeln!(std::io::stdout().lock(), "{shown:#}")?;
    Ok(())
}

/// Makes the changes of a file, all or none.
pub(super) fn change(data: &Data, file: &Path) -> anyhow::Result<()> {
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)?;
    } else {
        text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
    }
    let changes: Changes = serde_json::from_str(&text).with_context(|| {
        let file = file.display();
        format!("{file} is not as docs/protocol.md describes changes of the district")
    })?;
    let deadlines = changes.deadlines.into_iter();
    let changes = changes.changes.into_iter().map(DistrictChange::from);
    let changes: Vec<_> = changes
        .chain(deadlines.map(DistrictChange::Deadlines))
        .collect();
    let count = changes.len();
    make(data, changes)?;
    writeln!(std::io::stdout().lock(), "{count} changes made")?;
    Ok(())
}

/// Makes changes, all or none.
pub(super) fn make(data: &Data, changes: Vec<DistrictChange>) -> anyhow::Result<()> {
    data.open()?.change_district(changes, &stamp())??;
    Ok(())
}

/// Moves the district onto a ready-made tree of units.
pub(super) fn succeed(data: &Data, tree: &str, try_out: bool) -> anyhow::Result<()> {
    let store = data.open()?;
    let district = store.district()?;
    let changes = trees::succession(tree, &district).with_context(|| {
        let names: Vec<String> = trees::names().into_iter().map(|(name, _)| name).collect();
        format!("there is no tree {tree}: it is one of {}", names.join(", "))
    })?;
    let mut stdout = std::io::stdout().lock();
    for change in &changes {
        writeln!(stdout, "{}", line(&district, change))?;
    }
    if changes.is_empty() {
        writeln!(stdout, "the district stands on {tree} already")?;
    } else if try_out {
        let mut after = district.clone();
        after.make(&changes, stamp().at)?;
        writeln!(
            stdout,
            "nothing was changed: leave out --try to do all this"
        )?;
    } else {
        store.change_district(changes, &stamp())??;
        writeln!(
            stdout,
            "done; phones take it over at their next sync, and petitions of ended units are their \
             successors' now"
        )?;
    }
    Ok(())
}

fn line(district: &District, change: &DistrictChange) -> String {
    match change {
        DistrictChange::PutUnit(unit) => match &unit.successor {
            Some(successor) => format!("unit {} ({}) → {successor}", unit.code, unit.name),
            None => format!("unit {} ({})", unit.code, unit.name),
        },
        DistrictChange::Give(new) => {
            let (role, unit) = (new.grant.role.name(), &new.grant.unit);
            format!("{} is {role} in {unit}", new.user)
        }
        DistrictChange::End(id) => {
            let row = district.grants.iter().find(|row| row.id == *id);
            row.map_or_else(String::new, |row| {
                let (role, unit) = (row.grant.role.name(), &row.grant.unit);
                format!("{} is no longer {role} in {unit}", row.user)
            })
        }
        other => format!("{other:?}"),
    }
}
