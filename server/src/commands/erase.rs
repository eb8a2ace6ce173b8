//! `kiennghi erase`.

use std::io::Write;

use anyhow::Context;
use kiennghi_shared::id::DocumentId;

use super::Data;
use super::stamp;

pub(super) fn run(data: &Data, document: DocumentId, reason: &str) -> anyhow::Result<()> {
    let seq = data
        .open()?
        .erase(document, reason, &stamp())?
        .with_context(|| format!("there is no document {document}, or it was erased before"))?;
    writeln!(
        std::io::stdout().lock(),
        "erased {document} as number {seq}"
    )?;
    Ok(())
}
