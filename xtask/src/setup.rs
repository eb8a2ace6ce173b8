//! Programs that must be on the machine: finds them, and installs the missing ones where it may.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::steps::{read, step, succeed};
use crate::workspace::Workspace;

/// A program and the Debian package that brings it.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) package: &'static str,
}

/// What the browser tests drive.
pub(crate) const BROWSER: [Program; 2] = [
    Program {
        name: "chromium",
        package: "chromium",
    },
    Program {
        name: "chromedriver",
        package: "chromium-driver",
    },
];

/// What plays clients that are slow on purpose, and an authority for certificates.
pub(crate) const NETWORK: [Program; 3] = [
    Program {
        name: "slowhttptest",
        package: "slowhttptest",
    },
    Program {
        name: "pebble",
        package: "pebble",
    },
    Program {
        name: "pebble-challtestsrv",
        package: "pebble",
    },
];

/// What opens the papers that are printed, and reads what is on their pages. LibreOffice is one program in several
/// packages; the fonts are those that stand for Times New Roman.
pub(crate) const PAPERS: [Program; 4] = [
    Program {
        name: "soffice",
        package: "libreoffice-writer-nogui",
    },
    Program {
        name: "soffice",
        package: "libreoffice-calc-nogui",
    },
    Program {
        name: "soffice",
        package: "fonts-liberation2",
    },
    Program {
        name: "pdftotext",
        package: "poppler-utils",
    },
];

/// The release of axe-core that looks for what keeps people out of pages.
const AXE: &str = "axe-core@4.14.1";

/// Fetches axe-core, which the browser tests put into pages, below the target folder; it is kept there.
pub(crate) fn ensure_axe(workspace: &Workspace) -> Result<()> {
    let folder = workspace.target().join("axe-core");
    let wanted = folder.join("axe.min.js");
    if wanted.is_file() {
        return Ok(());
    }
    if find("npm").is_none() || find("tar").is_none() {
        bail!(
            "please install npm and tar, or put {AXE}'s axe.min.js at {}",
            wanted.display()
        );
    }
    step(&format!("fetching {AXE}"), || {
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let archive = read(
            Command::new("npm")
                .args(["pack", "--silent", AXE])
                .current_dir(&folder),
        )?;
        succeed(
            Command::new("tar")
                .args([
                    "-xzf",
                    &archive,
                    "--strip-components=1",
                    "package/axe.min.js",
                ])
                .current_dir(&folder),
        )?;
        fs::remove_file(folder.join(&archive)).context("cannot remove the archive")
    })
}

/// Finds a program on the search path.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
}

/// Sees to it that every program is there; fails with the one command to run where it may not install.
pub(crate) fn ensure(programs: &[Program]) -> Result<()> {
    let mut missing: Vec<&str> = programs
        .iter()
        .filter(|program| find(program.name).is_none())
        .map(|program| program.package)
        .collect();
    // Some packages bring several programs.
    missing.dedup();
    if missing.is_empty() {
        Ok(())
    } else {
        install(&missing)
    }
}

/// Installs Debian packages when run by root on a machine with apt-get.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if find("apt-get").is_none() {
        bail!("please install what Debian calls: {names}");
    }
    if read(Command::new("id").arg("-u")).ok().as_deref() != Some("0") {
        bail!(
            "missing packages; run: sudo apt-get update && sudo apt-get install -y --no-install-recommends {names}"
        );
    }
    step(&format!("installing {names}"), || {
        // The lists at hand may do, so a failed update alone is no reason to stop.
        if let Err(error) = succeed(apt_get().args(["-qq", "update"])) {
            println!("  {error:#}");
        }
        succeed(
            apt_get()
                .args(["-qq", "install", "-y", "--no-install-recommends"])
                .args(packages),
        )
    })
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}
