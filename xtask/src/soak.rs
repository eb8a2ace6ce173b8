//! `cargo xtask soak`: the simulation for as long as one likes, built for release.

use anyhow::Result;
use clap::Args;

use crate::steps::{step, succeed};
use crate::workspace::Workspace;

/// Options of `cargo xtask soak`.
#[derive(Args)]
pub(crate) struct Options {
    /// The first seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Steps in all
    #[arg(long, default_value_t = 2_000_000)]
    ops: u64,
}

/// Steps of one seed.
const OPS_OF_SEED: u64 = 400;

/// Builds for release and plays as many seeds as the steps make.
pub(crate) fn command(workspace: &Workspace, options: &Options) -> Result<()> {
    let build = [
        "build",
        "--release",
        "--package",
        "kiennghi-tests",
        "--bin",
        "soak",
    ];
    step("building for release", || {
        succeed(workspace.cargo().args(build))
    })?;
    let seeds = options.ops.div_ceil(OPS_OF_SEED).max(1);
    step("simulating", || {
        let mut soak = std::process::Command::new(workspace.binary("release", "soak"));
        soak.args(["simulate", "--seed", &options.seed.to_string()])
            .args(["--seeds", &seeds.to_string()])
            .args(["--ops", &OPS_OF_SEED.min(options.ops).to_string()]);
        succeed(&mut soak)
    })
}
