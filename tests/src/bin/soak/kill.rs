//! `soak kill`: the real server, killed again and again.

use std::time::Instant;

use anyhow::Result;
use clap::Args;
use kiennghi_tests::kills::kill_in_a_row;

/// Kills of one server before the next begins with an empty folder.
const IN_A_ROW: u64 = 50;

/// Options of `soak kill`.
#[derive(Args)]
pub(crate) struct Options {
    /// The first seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many kills
    #[arg(long, default_value_t = 500)]
    rounds: u64,
}

/// Kills servers and says what was found; ends with a panic where a promise does not hold.
pub(crate) fn command(options: &Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()?;
    let start = Instant::now();
    let (mut done, mut seed) = (0, options.seed);
    while done < options.rounds {
        let wanted = IN_A_ROW.min(options.rounds - done);
        println!("seed {seed}: {wanted} kills");
        let kills = runtime.block_on(kill_in_a_row(seed, wanted as usize));
        done += kills.kills;
        println!(
            "seed {seed}: {kills:?}, {done} in all after {:.0} s",
            start.elapsed().as_secs_f64()
        );
        seed += 1;
    }
    Ok(())
}
