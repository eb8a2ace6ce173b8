//! `kiennghi rebuild`.

use std::io::Write;

use super::Data;

pub(super) fn run(data: &Data) -> anyhow::Result<()> {
    data.ensure_there()?;
    let _alone = data.without_server()?;
    let documents = data.open()?.rebuild_projections()?;
    writeln!(std::io::stdout().lock(), "{documents} documents")?;
    Ok(())
}
