//! `kiennghi refusals`.

use std::io::Write;

use super::Data;
use super::devices::time;

/// Lists what the gate refused, the oldest first.
pub(super) fn list(data: &Data) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    for row in data.open()?.refused()? {
        let refusal = row.refusal;
        let bytes = refusal.bytes.unwrap_or_default();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(
            stdout,
            "{}\t{}\t{}\t{}\t{}\t{}",
            time(Some(row.at)),
            row.device.0,
            refusal.document,
            refusal.hash,
            refusal.code.name(),
            if hex.is_empty() { "-" } else { &hex },
        )?;
    }
    Ok(())
}
