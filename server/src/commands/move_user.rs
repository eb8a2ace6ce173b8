//! `kiennghi move`.

use std::io::Write;

use anyhow::Context;
use kiennghi_shared::access::Role;
use kiennghi_shared::id::{UnitCode, UserName};

use super::Data;
use crate::clock::{Clock, SystemClock};

pub(super) fn run(data: &Data, user: &str, unit: &str, role: Option<&str>) -> anyhow::Result<()> {
    let store = data.open()?;
    let district = store.district()?;
    let (name, code) = (UserName::from(user), UnitCode::from(unit));
    let before = (district.users.iter())
        .find(|row| row.name == name)
        .with_context(|| format!("there is no user {user}: see `kiennghi users`"))?;
    let known = district.units.iter().any(|row| row.code == code);
    anyhow::ensure!(known, "there is no unit {unit}");
    let role = match role {
        None => before.role,
        Some(role) => Role::from_name(role).with_context(|| {
            let names: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
            format!("there is no role {role}: it is one of {}", names.join(", "))
        })?,
    };
    let mut stdout = std::io::stdout().lock();
    if (before.role, &before.unit) == (role, &code) {
        writeln!(stdout, "{user} is {} in {unit} already", role.name())?;
        return Ok(());
    }
    let moved = store.move_user(&name, &code, role, SystemClock.now_ms())?;
    anyhow::ensure!(moved, "there is no user {user} or unit {unit} any more");
    writeln!(
        stdout,
        "{user} was {} in {} and is {} in {unit} now; what was written before and is still to come \
         waits for the office to decide",
        before.role.name(),
        before.unit,
        role.name()
    )?;
    Ok(())
}
