//! Writes the hostile corpus to `tests/fixtures/hostile` and the first inputs of the fuzz targets to
//! `fuzz/seeds`; does the harm of one entry to this
//! very process, so that a test can see how it ends.
#![expect(clippy::print_stdout, reason = "a command prints what it did")]

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use kiennghi_tests::hostile::corpus::{Manifest, folder};
use kiennghi_tests::hostile::fuzz::{guided_folder, guided_seeds};

/// Writes the hostile corpus.
#[derive(Parser)]
struct Options {
    /// Does the harm of this entry to this process instead.
    #[arg(long)]
    harm: Option<String>,
}

fn main() -> anyhow::Result<()> {
    if let Some(name) = Options::parse().harm {
        let manifest = Manifest::read();
        let entry = manifest.entries.iter().find(|entry| entry.name == name);
        entry
            .ok_or_else(|| anyhow::anyhow!("no entry {name}"))?
            .take_harm();
        return Ok(());
    }
    let corpus = Manifest::make();
    let files = corpus.files();
    let files = files.into_iter().map(|(name, bytes)| (name.into(), bytes));
    write(&folder(), &files.collect::<Vec<_>>())?;
    write(&guided_folder(), &guided_seeds(&corpus))
}

/// Writes the files of a folder and nothing else into it.
fn write(folder: &Path, files: &[(PathBuf, Vec<u8>)]) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, bytes)?;
    }
    println!("{}: {} files, {bytes} bytes", folder.display(), files.len());
    Ok(())
}
