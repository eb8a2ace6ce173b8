//! `cargo xtask bench`: the measurements, with everything built for release.

use anyhow::Result;
use clap::Args;

use crate::build;
use crate::steps::{step, succeed};
use crate::workspace::Workspace;

/// Options of `cargo xtask bench`.
#[derive(Args)]
pub(crate) struct Options {
    /// Passed on to the bench program.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Builds for release and runs the bench program of the tests.
pub(crate) fn command(workspace: &Workspace, options: &Options) -> Result<()> {
    let sizes = build::app(workspace)?;
    step("building for release", || {
        succeed(workspace.cargo().args([
            "build",
            "--release",
            "--package",
            "kiennghi-server",
            "--package",
            "kiennghi-tests",
            "--bins",
        ]))
    })?;
    step("measuring", || {
        succeed(
            workspace
                .cargo()
                .args([
                    "run",
                    "--quiet",
                    "--release",
                    "--package",
                    "kiennghi-tests",
                    "--bin",
                    "bench",
                    "--",
                ])
                .args(&options.rest)
                .env(
                    "KIENNGHI_SERVER_BIN",
                    workspace.binary("release", "kiennghi"),
                )
                .env("KIENNGHI_PHONE_BIN", workspace.binary("release", "phone")),
        )
    })?;
    sizes.print();
    println!("Next: compare with the budgets in the documents before changing any of them.");
    Ok(())
}
