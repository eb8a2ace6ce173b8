//! `kiennghi verify`.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use kiennghi_shared::id::ChangeHash;
use kiennghi_shared::receipt::Receipt;

use super::Data;
use crate::store::sqlite::{self, Report};

pub(super) fn run(data: &Data, receipts: &[PathBuf], exported: &[PathBuf]) -> anyhow::Result<()> {
    data.ensure_there()?;
    let receipts = receipts
        .iter()
        .map(|file| read_receipt(file))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let exported = exported
        .iter()
        .map(|file| {
            let text = std::fs::read_to_string(file);
            text.with_context(|| format!("cannot read {}", file.display()))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let (report, key) = sqlite::verify(&data.data, &receipts, &exported)?;
    let mut stdout = std::io::stdout().lock();
    writeln!(
        stdout,
        "{} documents ({} erased), {} changes, up to number {}",
        report.documents, report.erased, report.changes, report.last_seq
    )?;
    writeln!(stdout, "chain {}", ChangeHash(report.chain))?;
    writeln!(
        stdout,
        "{} rows of the record of who did what",
        report.recorded
    )?;
    writeln!(stdout, "{} cases wait to be derived", report.waiting)?;
    writeln!(stdout, "key {key}")?;
    complain(&report)
}

fn read_receipt(file: &Path) -> anyhow::Result<Receipt> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    minicbor::decode(&bytes).with_context(|| format!("{} is no receipt", file.display()))
}

/// Prints what is wrong, a line each with the document's id first, and fails if anything is.
pub(super) fn complain(report: &Report) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    for problem in &report.problems {
        match problem.document {
            Some(document) => writeln!(stdout, "{document}: {}", problem.what)?,
            None => writeln!(stdout, "{}", problem.what)?,
        }
    }
    match report.problems.len() {
        0 => Ok(()),
        1 => anyhow::bail!("something is wrong with the database"),
        several => anyhow::bail!("{several} things are wrong with the database"),
    }
}
