//! Where the programs under test are: named by the environment, or beside the test itself.

use std::path::{Path, PathBuf};

/// The server: `KIENNGHI_SERVER_BIN`, or `kiennghi` in the target folder of this profile.
///
/// # Panics
/// When it is not there, with the command that builds it.
#[must_use]
pub fn server_program() -> PathBuf {
    program("KIENNGHI_SERVER_BIN", "kiennghi", "kiennghi-server")
}

/// The command-line phone: `KIENNGHI_PHONE_BIN`, or `phone` in the target folder of this profile.
///
/// # Panics
/// When it is not there, with the command that builds it.
#[must_use]
pub fn phone_program() -> PathBuf {
    program("KIENNGHI_PHONE_BIN", "phone", "kiennghi-tests")
}

fn program(variable: &str, name: &str, package: &str) -> PathBuf {
    if let Some(path) = std::env::var_os(variable) {
        return PathBuf::from(path);
    }
    let myself = std::env::current_exe().expect("a process has a program");
    // target/debug/deps/e2e-… for tests, target/release/bench for programs.
    let found = myself
        .ancestors()
        .skip(1)
        .take(2)
        .map(|folder: &Path| folder.join(name))
        .find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!(
            "no `{name}` beside {}: run `cargo build -p {package}`, or set {variable}",
            myself.display()
        )
    })
}
