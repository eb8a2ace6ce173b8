//! `soak`: the long runs of what the tests show in short, with their seeds and counts. One file
//! for each command.
#![expect(
    clippy::print_stdout,
    reason = "a command-line tool talks to the person at the terminal"
)]

mod images;
mod kill;
mod mutants;
mod simulate;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "soak", about = "Long runs against the promises.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Simulated districts: phones, network, server and disk that fail.
    Simulate(simulate::Options),
    /// Crash images: the store opened from what survives power cuts.
    Images(images::Options),
    /// The real server killed with SIGKILL while phones sync.
    Kill(kill::Options),
    /// Mutated changes through the real endpoint.
    Mutants(mutants::Options),
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Simulate(options) => simulate::command(&options),
        Command::Images(options) => images::command(&options),
        Command::Kill(options) => kill::command(&options),
        Command::Mutants(options) => mutants::command(&options),
    }
}
