//! `kiennghi enrol`.

use std::io::Write;

use anyhow::Context;
use kiennghi_shared::id::UserName;

use super::{Data, stamp};
use crate::auth::issue_code;

pub(super) fn run(data: &Data, user: &str) -> anyhow::Result<()> {
    let store = data.open()?;
    let code = issue_code(&*store, &UserName::from(user), &stamp())?
        .with_context(|| format!("there is no user {user}: see `kiennghi users`"))?;
    writeln!(std::io::stdout().lock(), "{code}")?;
    Ok(())
}
