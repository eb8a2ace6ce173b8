//! `soak images`: many crash images.

use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;
use kiennghi_tests::simulation::check_images;

/// Options of `soak images`.
#[derive(Args)]
pub(crate) struct Options {
    /// The first seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many images
    #[arg(long, default_value_t = 5_000)]
    count: u64,
}

/// Makes and opens the images and says what was found.
pub(crate) fn command(options: &Options) -> Result<()> {
    let start = Instant::now();
    match check_images(options.seed, options.count, false) {
        Ok(images) => {
            let seconds = start.elapsed().as_secs_f64();
            println!("seed {}: {images:?}, {seconds:.1} s", options.seed);
            Ok(())
        }
        Err(what) => bail!("{what}"),
    }
}
