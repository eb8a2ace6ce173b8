//! `kiennghi enrol`.

use std::io::Write;

use anyhow::Context;
use kiennghi_shared::id::UserName;

use super::Data;
use crate::auth::issue_code;
use crate::clock::{Clock, SystemClock};

pub(super) fn run(data: &Data, user: &str) -> anyhow::Result<()> {
    let store = data.open()?;
    let code = issue_code(&*store, &UserName::from(user), SystemClock.now_ms())?
        .with_context(|| format!("there is no user {user}: see `kiennghi users`"))?;
    writeln!(std::io::stdout().lock(), "{code}")?;
    Ok(())
}
