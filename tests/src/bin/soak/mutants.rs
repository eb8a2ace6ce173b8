//! `soak mutants`: the mutation fuzzer. A run is split into rounds, each with a server of its own,
//! so that every document is read back before it is forgotten.

use std::collections::BTreeMap;

use anyhow::Result;
use clap::Args;
use kiennghi_tests::harness::Server;
use kiennghi_tests::hostile::fuzz::fuzz;

/// Mutants between two audits.
const ROUND: u64 = 100_000;

/// One device sends them all, as fast as it can.
const NO_QUOTA: &str = "device_requests_per_minute = 1000000";

/// What to run.
#[derive(Args)]
pub(crate) struct Options {
    /// How many mutants, at least.
    #[arg(long, default_value_t = 1_000_000)]
    count: u64,
    /// The seed of the first round; each further round has the next number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Sends the mutants and prints what became of them.
pub(crate) fn command(options: &Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(run(options));
    Ok(())
}

async fn run(options: &Options) {
    let (mut mutants, mut seed) = (0, options.seed);
    let mut verdicts: BTreeMap<&str, u64> = BTreeMap::new();
    while mutants < options.count {
        let count = ROUND.min(options.count - mutants);
        let tally = fuzz(seed, count, &mut Server::start_with(NO_QUOTA)).await;
        println!("{tally}");
        mutants += tally.mutants;
        for (verdict, count) in tally.verdicts {
            *verdicts.entry(verdict).or_default() += count;
        }
        seed += 1;
    }
    println!(
        "{mutants} mutants, seeds {} to {}; none accepted unsound, no server fell",
        options.seed,
        seed - 1
    );
    for (verdict, count) in verdicts {
        println!("  {verdict:>16} {count}");
    }
}
