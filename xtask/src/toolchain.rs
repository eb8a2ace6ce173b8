//! Chooses the compiler for wasm: the current toolchain with its wasm target, or else the
//! distribution's compiler, which builds the standard library from source.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::setup;
use crate::steps::read;
use crate::workspace::{Workspace, is_about_this_package};

/// The platform of both modules.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// How long rustup may try; without a network it would go on for minutes.
const DOWNLOAD_SECONDS_MAX: u64 = 90;

const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

/// A way to compile for wasm.
pub(crate) enum Toolchain {
    /// The toolchain that runs this task has the target.
    Current,
    /// Debian's compiler with the standard library's source, and a linker for wasm.
    Distribution { linker: PathBuf },
}

impl Toolchain {
    /// Chooses: the target at hand, the target by rustup, the distribution's compiler, in this order.
    pub(crate) fn choose() -> Result<Self> {
        if has_target() {
            return Ok(Self::Current);
        }
        if add_target() && has_target() {
            return Ok(Self::Current);
        }
        if let Some(linker) = distribution() {
            return Ok(Self::Distribution { linker });
        }
        let mut packages = DEBIAN_PACKAGES.to_vec();
        if linker().is_none() {
            packages.push("lld");
        }
        setup::install(&packages).context(
            "there is no compiler for wasm: with rustup and a network, run `rustup target add wasm32-unknown-unknown`",
        )?;
        let Some(linker) = distribution() else {
            bail!(
                "Debian's compiler is installed, but unusable: is it older than Rust {}?",
                env!("CARGO_PKG_RUST_VERSION")
            );
        };
        Ok(Self::Distribution { linker })
    }

    /// The name for the terminal.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Current => "the current toolchain",
            Self::Distribution { .. } => {
                "the distribution's compiler, standard library from source"
            }
        }
    }

    /// `cargo <subcommand>` for wasm, free of what the cargo around this task put into the environment.
    pub(crate) fn cargo(&self, workspace: &Workspace, subcommand: &str) -> Command {
        let mut command = match self {
            Self::Current => workspace.cargo(),
            Self::Distribution { .. } => Command::new(DEBIAN_CARGO),
        };
        command.current_dir(workspace.root());
        command.args([subcommand, "--target", TARGET, "--target-dir"]);
        command.arg(workspace.wasm_target());
        // Flags meant for the machine's own processor mean nothing here.
        for name in [
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_BUILD_RUSTFLAGS",
            "CARGO_BUILD_TARGET",
        ] {
            command.env_remove(name);
        }
        if let Self::Distribution { linker } = self {
            for (name, _) in env::vars_os() {
                if is_about_this_package(&name) {
                    command.env_remove(name);
                }
            }
            for name in [
                "CARGO",
                "RUSTC",
                "RUSTDOC",
                "RUSTUP_TOOLCHAIN",
                "RUST_RECURSION_COUNT",
                "LD_LIBRARY_PATH",
            ] {
                command.env_remove(name);
            }
            // build-std is not stable; the bootstrap switch opens it on this compiler.
            command
                .env("RUSTC_BOOTSTRAP", "1")
                .env("RUSTC", DEBIAN_RUSTC)
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                .arg("-Zbuild-std=std,panic_abort");
        }
        command
    }
}

/// Where a compiler keeps its parts.
fn sysroot(rustc: &Path) -> Option<PathBuf> {
    read(Command::new(rustc).args(["--print", "sysroot"]))
        .ok()
        .map(PathBuf::from)
}

fn current_sysroot() -> Option<PathBuf> {
    let rustc = env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from);
    sysroot(&rustc)
}

fn has_target() -> bool {
    current_sysroot().is_some_and(|root| root.join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

/// Lets rustup fetch the target; false when it cannot, which offline is the usual case.
///
/// The toolchain is the one that runs this task: the outer cargo set `RUSTUP_TOOLCHAIN`.
fn add_target() -> bool {
    let child = Command::new("rustup")
        .args(["target", "add", TARGET])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        return false;
    };
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(DOWNLOAD_SECONDS_MAX) {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => thread::sleep(Duration::from_millis(100)),
            Err(_) => break,
        }
    }
    // It may have ended in the meantime; either way nobody waits for it any longer.
    let _ = child.kill();
    let _ = child.wait();
    false
}

/// The linker to use with Debian's compiler, when that compiler is complete.
fn distribution() -> Option<PathBuf> {
    // A proxy of rustup at the same path would answer with a folder in somebody's home.
    if sysroot(Path::new(DEBIAN_RUSTC))? != Path::new("/usr") || !Path::new(DEBIAN_CARGO).is_file()
    {
        return None;
    }
    if !Path::new("/usr/lib/rustlib/src/rust/library/std/Cargo.toml").is_file() {
        return None;
    }
    let version = read(Command::new(DEBIAN_RUSTC).arg("--version")).ok()?;
    if minor(version.strip_prefix("rustc ")?)? < minor(env!("CARGO_PKG_RUST_VERSION"))? {
        return None;
    }
    linker()
}

fn minor(version: &str) -> Option<u32> {
    version.split('.').nth(1)?.parse().ok()
}

/// rustup's toolchains ship the linker; otherwise one on the search path.
fn linker() -> Option<PathBuf> {
    let shipped = current_sysroot()
        .and_then(|root| fs::read_dir(root.join("lib/rustlib")).ok())
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("bin/rust-lld"))
        .find(|path| path.is_file());
    shipped
        .or_else(|| setup::find("rust-lld"))
        .or_else(|| setup::find("wasm-ld"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_their_minor_number() {
        assert_eq!(minor("1.96.0 (ac68faa20 2026-05-25)"), Some(96));
        assert_eq!(minor("1.95"), Some(95));
        assert_eq!(minor("nightly"), None);
    }
}
