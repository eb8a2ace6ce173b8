//! `kiennghi audit`.

use std::io::Write;

use super::Data;
use crate::auth::exported;

/// Prints the record of who did what, with its signed ends of days.
pub(super) fn run(data: &Data) -> anyhow::Result<()> {
    let store = data.open()?;
    let mut stdout = std::io::stdout().lock();
    let mut written = Ok(());
    exported(&*store, &mut |line| {
        if written.is_ok() {
            written = writeln!(stdout, "{line}");
        }
    })?;
    Ok(written?)
}
