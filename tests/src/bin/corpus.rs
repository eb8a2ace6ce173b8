//! Writes the hostile corpus to `tests/fixtures/hostile`, and does the harm of one entry to this
//! very process, so that a test can see how it ends.
#![expect(clippy::print_stdout, reason = "a command prints what it did")]

use std::fs;

use clap::Parser;
use kiennghi_tests::hostile::corpus::{Manifest, folder};

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
    let folder = folder();
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let files = Manifest::make().files();
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    for (name, bytes) in &files {
        fs::write(folder.join(name), bytes)?;
    }
    println!("{} files, {bytes} bytes", files.len());
    Ok(())
}
