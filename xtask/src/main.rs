//! `cargo xtask`: builds, runs, tests and measures Kiến Nghị.
//!
//! One file per command (`build`, `run`, `test`, `bench`, `soak`, `fuzz`); the others are what commands share.
//! Owns the way from the sources to `pwa/dist`; knows nothing of what the app or the server do.
#![expect(
    clippy::print_stdout,
    reason = "a command-line tool talks to the person at the terminal"
)]

mod assets;
mod bench;
mod build;
mod bundle;
mod deny;
mod fuzz;
mod online;
mod run;
mod setup;
mod sizes;
mod soak;
mod steps;
mod strip;
mod test;
mod toolchain;
mod wasm;
mod workspace;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Builds, runs, tests and measures Kiến Nghị."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the phone app into pwa/dist and shows its sizes.
    Build,
    /// Builds everything, fills an empty store with the demo district and starts the server.
    Run(run::Options),
    /// Checks the format, lints, builds and runs every test, browser tests included.
    Test(test::Options),
    /// Builds for release and plays simulated districts, all faults included.
    Soak(soak::Options),
    /// Builds for release and measures against the budgets.
    Bench(bench::Options),
    /// Fuzzes what reads bytes from clients, guided by coverage; needs a nightly compiler.
    Fuzz(fuzz::Options),
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let workspace = Workspace::locate()?;
    match arguments.command {
        Command::Build => build::command(&workspace),
        Command::Run(options) => run::command(&workspace, &options),
        Command::Test(options) => test::command(&workspace, &options),
        Command::Soak(options) => soak::command(&workspace, &options),
        Command::Bench(options) => bench::command(&workspace, &options),
        Command::Fuzz(options) => fuzz::command(&workspace, &options),
    }
}
