//! A data folder with the demo district: made once for a server program, copied for each server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use tempfile::TempDir;

use super::program::server_program;

/// A data folder that is gone when dropped.
#[derive(Debug)]
pub struct Demo {
    folder: TempDir,
}

impl Demo {
    /// A fresh copy of the demo district.
    ///
    /// # Panics
    /// When the server's `demo` command fails.
    #[must_use]
    pub fn new() -> Self {
        let program = server_program();
        Self::copy_of(&template(&program).expect("the demo district"))
    }

    /// The demo district with a whole term behind it.
    ///
    /// # Panics
    /// When the server's `demo` command fails.
    #[must_use]
    pub fn of_term() -> Self {
        let demo = Self::empty();
        make(&server_program(), demo.folder.path(), &["--term"]).expect("the demo district");
        demo
    }

    /// A folder with nothing in it.
    ///
    /// # Panics
    /// When there is no place for it.
    #[must_use]
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder }
    }

    /// A copy of a data folder that no server has open.
    ///
    /// # Panics
    /// When the files cannot be copied.
    #[must_use]
    pub fn copy_of(data: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy_all(data, folder.path()).expect("the data folder can be copied");
        Self { folder }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

impl Default for Demo {
    fn default() -> Self {
        Self::new()
    }
}

/// What every demo begins as, beside the server's program and named after its age and size, so that
/// each test process need not make its own.
fn template(program: &Path) -> std::io::Result<PathBuf> {
    const PREFIX: &str = "demo-of-";
    let about = fs::metadata(program)?;
    let age = about.modified()?.duration_since(UNIX_EPOCH);
    let age = age.unwrap_or_default().as_nanos();
    let folder = program.with_file_name(format!("{PREFIX}{age}-{}", about.len()));
    if folder.exists() {
        return Ok(folder);
    }
    let beside = program.parent().unwrap_or(Path::new("."));
    for entry in fs::read_dir(beside)?.flatten() {
        let of_earlier = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if of_earlier && entry.path() != folder {
            // Another process may be quicker.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let making = TempDir::new_in(beside)?;
    make(program, making.path(), &[])?;
    // All of it or nothing; one that another process made meanwhile is as good.
    match fs::rename(making.path(), &folder) {
        Err(error) if !folder.exists() => Err(error),
        _ => Ok(folder),
    }
}

fn make(program: &Path, data: &Path, more: &[&str]) -> std::io::Result<()> {
    let mut command = Command::new(program);
    command.arg("demo").arg("--data").arg(data).args(more);
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "kiennghi demo: {said}");
    Ok(())
}

fn copy_all(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
