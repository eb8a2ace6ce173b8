//! Coverage-guided fuzzing of what reads bytes from clients: builds the targets in `fuzz/` with a
//! nightly compiler, in a target folder of their own, and runs each for a while.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::setup;
use crate::steps::{step, succeed};
use crate::workspace::{Workspace, is_about_this_package};

const TARGETS: [&str; 4] = ["frames", "change", "cursor", "inflate"];
/// How long the tests run each target.
const BRIEFLY_SECONDS: u64 = 10;
/// Memory that a target may take; automerge needs a tenth.
const MEMORY_MIB_MAX: u64 = 1024;

/// What cargo-fuzz sets, but for the address sanitizer: the code is safe Rust, and the sanitizer
/// would double the time that building takes.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=16";

/// Options of `cargo xtask fuzz`.
#[derive(Args)]
pub(crate) struct Options {
    /// The target; all of them, one after the other, when left out.
    #[arg(value_parser = TARGETS)]
    target: Option<String>,
    /// How long to run each target.
    #[arg(long, default_value_t = 600)]
    seconds: u64,
}

/// Builds the targets and runs them.
pub(crate) fn command(workspace: &Workspace, options: &Options) -> Result<()> {
    let Some(triple) = host() else {
        bail!("there is no nightly compiler: run `rustup toolchain install nightly`");
    };
    let all = || TARGETS.map(str::to_owned).to_vec();
    let targets = options.target.clone().map_or_else(all, |one| vec![one]);
    run(workspace, &triple, &targets, options.seconds)
}

/// Runs every target briefly where there is a nightly compiler, and says so where there is none.
pub(crate) fn briefly(workspace: &Workspace) -> Result<()> {
    let compiler = ["c++", "g++", "clang++"]
        .into_iter()
        .any(|name| setup::find(name).is_some());
    match host() {
        Some(triple) if compiler => {
            let targets = TARGETS.map(str::to_owned);
            run(workspace, &triple, &targets, BRIEFLY_SECONDS)
        }
        _ => {
            println!("NOT RUN: the fuzz targets want a nightly Rust compiler and one for C++.");
            Ok(())
        }
    }
}

fn run(workspace: &Workspace, triple: &str, targets: &[String], seconds: u64) -> Result<()> {
    let folder = workspace.target().join("fuzz");
    step("building the fuzz targets", || {
        let mut build = nightly(&["cargo", "build", "--release", "--locked"]);
        build.current_dir(workspace.root().join("fuzz"));
        build
            .args(["--target", triple, "--target-dir"])
            .arg(&folder);
        // Given by the target's name, so that build scripts stay as they are.
        let name = triple.to_uppercase().replace('-', "_");
        build.env(format!("CARGO_TARGET_{name}_RUSTFLAGS"), FLAGS);
        succeed(&mut build)
    })?;
    for target in targets {
        let program = folder.join(triple).join("release").join(target);
        step(&format!("fuzzing {target}"), || {
            one(workspace, target, &program, seconds)
        })?;
    }
    Ok(())
}

/// Runs one target. What it learns is kept beside the build for the next time; the committed seeds
/// are only read.
fn one(workspace: &Workspace, target: &str, program: &PathBuf, seconds: u64) -> Result<()> {
    let learnt = workspace.target().join("fuzz/corpus").join(target);
    let found = workspace.target().join("fuzz/found");
    fs::create_dir_all(&learnt)?;
    fs::create_dir_all(&found)?;
    let mut fuzzing = Command::new(program);
    fuzzing
        .arg(learnt)
        .arg(workspace.root().join("fuzz/seeds").join(target))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-rss_limit_mb={MEMORY_MIB_MAX}"))
        .arg(format!("-artifact_prefix={}/{target}-", found.display()))
        .args(["-timeout=10", "-print_final_stats=1", "-verbosity=0"]);
    let output = fuzzing.output().context("the target does not start")?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!(
            "{said}\n{target} ended with {}; what did it is in {}",
            output.status,
            found.display()
        );
    }
    let count = said
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    println!("  {} executions", count.unwrap_or_default().trim());
    Ok(())
}

/// A program of the nightly toolchain, free of what the toolchain that runs this task set.
fn nightly(program: &[&str]) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly"]).args(program);
    for (name, _) in std::env::vars_os() {
        if is_about_this_package(&name) {
            command.env_remove(name);
        }
    }
    for name in [
        "CARGO",
        "RUSTC",
        "RUSTDOC",
        "RUSTUP_TOOLCHAIN",
        "RUSTFLAGS",
        "LD_LIBRARY_PATH",
    ] {
        command.env_remove(name);
    }
    command
}

/// The platform of the nightly compiler; none where there is no such compiler.
fn host() -> Option<String> {
    let output = nightly(&["rustc", "-vV"])
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "))?;
    output.status.success().then(|| host.to_owned())
}
