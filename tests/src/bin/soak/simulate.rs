//! `soak simulate`: seed after seed on every processor.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;
use kiennghi_tests::simulation::{Counts, Failure, Flaw, Plan, play};

/// Failures that are told in full.
const FAILURES_SHOWN: usize = 3;

/// Options of `soak simulate`.
#[derive(Args)]
pub(crate) struct Options {
    /// The first seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many seeds, counted on from the first
    #[arg(long, default_value_t = 1)]
    seeds: u64,
    /// Steps of each seed before the faults stop
    #[arg(long, default_value_t = 400)]
    ops: u64,
    /// Seeds played at the same time
    #[arg(long, default_value_t = 2)]
    jobs: u64,
    /// A bug to plant: every seed that finds it fails
    #[arg(long)]
    plant: Option<Flaw>,
}

#[derive(Default)]
struct Results {
    counts: Counts,
    trace: u64,
    failures: Vec<Failure>,
}

/// Plays the seeds and says what happened.
pub(crate) fn command(options: &Options) -> Result<()> {
    let start = Instant::now();
    let next = AtomicU64::new(0);
    let results = Mutex::new(Results::default());
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.max(1) {
            scope.spawn(|| work(options, &next, &results));
        }
    });
    let Results {
        counts,
        trace,
        failures,
    } = results.into_inner()?;
    let seconds = start.elapsed().as_secs_f64();
    let (seed, seeds) = (options.seed, options.seeds);
    println!("seeds {seed} to {}: {counts:?}", seed + seeds - 1);
    println!(
        "trace {trace:016x}, {seconds:.1} s, {:.0} ops/s",
        counts.ops as f64 / seconds
    );
    for failure in failures.iter().take(FAILURES_SHOWN) {
        println!("{failure}");
    }
    for failure in failures.iter().skip(FAILURES_SHOWN) {
        println!("seed {}: {}", failure.seed, failure.what);
    }
    if !failures.is_empty() {
        bail!("{} of {seeds} seeds failed", failures.len());
    }
    Ok(())
}

fn work(options: &Options, next: &AtomicU64, results: &Mutex<Results>) {
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        if index >= options.seeds {
            return;
        }
        let told = play(&Plan {
            seed: options.seed + index,
            ops: options.ops,
            flaw: options.plant,
        });
        let mut results = results.lock().expect("no run panics while it counts");
        match told {
            Ok(told) => {
                results.counts.add(&told.counts);
                results.trace ^= told.trace;
            }
            Err(failure) => results.failures.push(*failure),
        }
    }
}
