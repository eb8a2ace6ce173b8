//! `kiennghi add-user`, `give`, `take`, `enable`, `disable` and `import-users`.

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use kiennghi_shared::access::{Grant, Role};
use kiennghi_shared::id::UserName;

use super::district::make;
use super::{Data, stamp};
use crate::auth::preview;
use crate::store::{DistrictChange, NewGrant};

/// A role in a unit, as flags give it.
#[derive(Debug, clap::Args)]
pub(super) struct GrantFlags {
    /// The user's sign-in name
    #[arg(long, value_name = "NAME")]
    user: String,
    /// The role: delegate, standing_committee, board, executive, agency, front, viewer or admin
    #[arg(long, value_name = "ROLE", value_parser = read_role)]
    role: Role,
    /// The unit's code
    #[arg(long, value_name = "CODE")]
    unit: String,
}

fn read_role(text: &str) -> Result<Role, String> {
    Role::from_name(text).ok_or_else(|| {
        let names: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
        format!("it is one of {}", names.join(", "))
    })
}

impl GrantFlags {
    fn grant(&self) -> Grant {
        Grant {
            role: self.role,
            unit: self.unit.as_str().into(),
        }
    }
}

pub(super) fn add(data: &Data, name: &str, display: &str) -> anyhow::Result<()> {
    let change = DistrictChange::AddUser {
        name: name.into(),
        display: display.to_owned(),
    };
    make(data, vec![change])?;
    writeln!(
        std::io::stdout().lock(),
        "{name} is a user, without a role yet"
    )?;
    Ok(())
}

pub(super) fn enable(data: &Data, name: &str, enabled: bool) -> anyhow::Result<()> {
    let change = DistrictChange::EnableUser {
        name: name.into(),
        enabled,
    };
    make(data, vec![change])?;
    let may = if enabled { "may" } else { "may not" };
    writeln!(std::io::stdout().lock(), "{name} {may} sign in")?;
    Ok(())
}

pub(super) fn give(
    data: &Data,
    flags: &GrantFlags,
    starts: Option<String>,
    ends: Option<String>,
) -> anyhow::Result<()> {
    let change = DistrictChange::Give(NewGrant {
        user: flags.user.as_str().into(),
        grant: flags.grant(),
        starts,
        ends,
    });
    make(data, vec![change])?;
    let role = flags.role.name();
    writeln!(
        std::io::stdout().lock(),
        "{} is {role} in {}",
        flags.user,
        flags.unit
    )?;
    Ok(())
}

pub(super) fn take(data: &Data, flags: &GrantFlags) -> anyhow::Result<()> {
    let district = data.open()?.district()?;
    let (name, grant) = (UserName::from(flags.user.as_str()), flags.grant());
    let row = district.open_grants(&name).find(|row| row.grant == grant);
    let row = row.with_context(|| {
        let role = flags.role.name();
        format!("{name} is not {role} in {}", flags.unit)
    })?;
    make(data, vec![DistrictChange::End(row.id)])?;
    writeln!(
        std::io::stdout().lock(),
        "taken; what {name} wrote there and has not sent yet waits for the office to decide"
    )?;
    Ok(())
}

/// Shows what a spreadsheet of users would change, and changes it when asked to and nothing is wrong.
pub(super) fn import(data: &Data, file: &Path, apply: bool) -> anyhow::Result<()> {
    let store = data.open()?;
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let all = |changes: Vec<_>| Ok(changes.into_iter().map(DistrictChange::from).collect());
    let rows = preview(&store.district()?, &all, &bytes, stamp().at)
        .map_err(|code| anyhow::anyhow!("{}: {}", file.display(), code.message()))?;
    let mut stdout = std::io::stdout().lock();
    for row in &rows {
        let what = match (row.problem.as_str(), row.changes.is_empty()) {
            ("", true) => "không có gì mới",
            ("", false) => "sẽ ghi",
            (problem, _) => problem,
        };
        writeln!(stdout, "{}\t{}\t{}\t{what}", row.row, row.name, row.display)?;
    }
    let wrong = rows.iter().filter(|row| !row.problem.is_empty()).count();
    anyhow::ensure!(wrong == 0, "{wrong} rows are wrong: nothing was changed");
    if !apply {
        writeln!(stdout, "nothing was changed: --apply does it")?;
        return Ok(());
    }
    let changes = rows.into_iter().flat_map(|row| row.changes);
    let changes: Vec<_> = changes.map(DistrictChange::from).collect();
    let count = changes.len();
    store.change_district(changes, &stamp())??;
    writeln!(stdout, "{count} changes made")?;
    Ok(())
}
