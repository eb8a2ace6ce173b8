//! `kiennghi rebuild`.

use std::io::Write;

use super::Data;

pub(super) fn run(data: &Data) -> anyhow::Result<()> {
    let documents = data.open()?.rebuild_projections()?;
    writeln!(std::io::stdout().lock(), "{documents} documents")?;
    Ok(())
}
