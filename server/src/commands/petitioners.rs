//! `kiennghi erasures` and `kiennghi erase-petitioner`.

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use kiennghi_shared::id::DocumentId;
use serde_json::json;

use super::{Data, stamp};
use crate::auth::erasure_receipt;
use crate::store::Erasure;

/// Prints who was erased, by id.
pub(super) fn list_erasures(data: &Data) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    for erasure in data.open()?.petitioner_erasures()? {
        let line = json!({ "petitioner": erasure.petitioner, "at": erasure.at });
        writeln!(stdout, "{line}")?;
    }
    Ok(())
}

/// Reads what [`list_erasures`] printed.
pub(super) fn read_erasures(file: &Path) -> anyhow::Result<Vec<Erasure>> {
    #[derive(serde::Deserialize)]
    struct Line {
        petitioner: DocumentId,
        at: i64,
    }
    let text = std::fs::read_to_string(file)?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let Line { petitioner, at } = serde_json::from_str(line)
                .with_context(|| format!("{} is no list of erasures", file.display()))?;
            Ok(Erasure { petitioner, at })
        })
        .collect()
}

pub(super) fn erase(data: &Data, petitioner: DocumentId, reason: &str) -> anyhow::Result<()> {
    let store = data.open()?;
    let row = store.petitioner(petitioner)?;
    let row = row.with_context(|| format!("there is no petitioner {petitioner}"))?;
    let erasure = store.erase_petitioner(&row, reason, &stamp())?;
    let receipt = erasure_receipt(&*store, &erasure);
    let receipt = serde_json::to_string_pretty(&receipt)?;
    writeln!(std::io::stdout().lock(), "{receipt}")?;
    Ok(())
}
