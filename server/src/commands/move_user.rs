//! `kiennghi move`.

use std::io::Write;

use anyhow::Context;
use kiennghi_shared::access::{Grant, Role};
use kiennghi_shared::id::{UnitCode, UserName};

use super::{Data, stamp};
use crate::clock::{Clock, SystemClock, day_of};

pub(super) fn run(data: &Data, user: &str, unit: &str, role: Option<&str>) -> anyhow::Result<()> {
    let store = data.open()?;
    let district = store.district()?;
    let (name, code) = (UserName::from(user), UnitCode::from(unit));
    district
        .user(&name)
        .with_context(|| format!("there is no user {user}: see `kiennghi users`"))?;
    let day = day_of(SystemClock.now_ms());
    let before: Vec<Grant> = district
        .standing_grants(&name, &day)
        .map(|row| row.grant.clone())
        .collect();
    let role = match role {
        None => {
            let first = before.first().map(|grant| grant.role);
            first.context("the user has no role now: name one with --role")?
        }
        Some(role) => Role::from_name(role).with_context(|| {
            let names: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
            format!("there is no role {role}: it is one of {}", names.join(", "))
        })?,
    };
    let mut stdout = std::io::stdout().lock();
    let to = Grant { role, unit: code };
    if before == [to.clone()] {
        writeln!(stdout, "{user} is {} in {unit} already", role.name())?;
        return Ok(());
    }
    store.move_user(&name, &to, &stamp())??;
    let was: Vec<String> = before
        .iter()
        .map(|grant| format!("{} in {}", grant.role.name(), grant.unit))
        .collect();
    writeln!(
        stdout,
        "{user} was {} and is {} in {unit} now; what was written before and is still to come \
         waits for the office to decide",
        was.join(" and "),
        role.name()
    )?;
    Ok(())
}
