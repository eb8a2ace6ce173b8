//! `cargo xtask test`: everything that must hold, in one command. Skips nothing but the fuzz targets
//! where there is no nightly compiler, and the list of known faults where it cannot be fetched, and says
//! so; what else it needs and cannot install, it asks for.

use std::time::Instant;

use anyhow::Result;
use clap::Args;

use crate::build;
use crate::deny;
use crate::fuzz;
use crate::setup;
use crate::steps::{step, succeed};
use crate::workspace::Workspace;

/// Options of `cargo xtask test`.
#[derive(Args)]
pub(crate) struct Options {
    /// Passed on to the test runner, for example the name of one test.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Runs all checks, in the order in which they are quick to fail.
pub(crate) fn command(workspace: &Workspace, options: &Options) -> Result<()> {
    let start = Instant::now();
    step(
        "looking for the browser, what plays the network and what opens papers",
        || {
            setup::ensure(&setup::BROWSER)?;
            setup::ensure(&setup::NETWORK)?;
            setup::ensure(&setup::PAPERS)
        },
    )?;
    setup::ensure_axe(workspace)?;
    step("checking the format", || {
        succeed(workspace.cargo().args(["fmt", "--all", "--check"]))
    })?;
    deny::check(workspace)?;
    let sizes = build::app(workspace)?;
    step("linting", || {
        succeed(workspace.cargo().args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    step("building the server and the command-line phone", || {
        succeed(workspace.cargo().args([
            "build",
            "--package",
            "kiennghi-server",
            "--package",
            "kiennghi-tests",
            "--bins",
        ]))
    })?;
    step("testing", || run_tests(workspace, options))?;
    fuzz::briefly(workspace)?;
    sizes.print();
    println!(
        "All green after {} s. Next: `cargo xtask run` opens the app with demo data.",
        start.elapsed().as_secs()
    );
    Ok(())
}

fn run_tests(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut command = workspace.cargo();
    if setup::find("cargo-nextest").is_some() {
        command
            .args(["nextest", "run", "--workspace", "--no-fail-fast"])
            .args(&options.rest);
    } else {
        command
            .args(["test", "--workspace", "--no-fail-fast"])
            .args(&options.rest);
    }
    command
        .env("KIENNGHI_SERVER_BIN", workspace.binary("debug", "kiennghi"))
        .env("KIENNGHI_PHONE_BIN", workspace.binary("debug", "phone"));
    succeed(&mut command)
}
