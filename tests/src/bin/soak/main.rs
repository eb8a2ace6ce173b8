//! The long runs: what the tests show in seconds, over as many rounds as one has patience for.
//! `cargo xtask soak` builds it and runs it.
#![expect(clippy::print_stdout, reason = "a command prints its results")]

mod mutants;

use clap::{Parser, Subcommand};

/// Runs at length what the tests run briefly.
#[derive(Parser)]
struct Options {
    #[command(subcommand)]
    part: Part,
}

#[derive(Subcommand)]
enum Part {
    /// Mutated changes through the real endpoint.
    Mutants(mutants::Options),
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    match Options::parse().part {
        Part::Mutants(options) => mutants::run(&options).await,
    }
}
