//! `kiennghi backup`.

use std::io::Write;
use std::path::Path;

use anyhow::Context;

use super::{Data, verify};
use crate::store::sqlite;

pub(super) fn run(data: &Data, file: &Path, keys: Option<&Path>) -> anyhow::Result<()> {
    data.ensure_there()?;
    let report = sqlite::backup(&data.data, file)
        .with_context(|| format!("no backup was written to {}", file.display()))?;
    verify::complain(&report)
        .with_context(|| format!("no backup was written to {}", file.display()))?;
    writeln!(
        std::io::stdout().lock(),
        "{} documents, {} changes, up to number {}",
        report.documents,
        report.changes,
        report.last_seq
    )?;
    if let Some(keys) = keys {
        anyhow::ensure!(!keys.exists(), "there is a file {} already", keys.display());
        sqlite::backup_keys(&data.data, keys)
            .with_context(|| format!("no keys were written to {}", keys.display()))?;
    }
    Ok(())
}
