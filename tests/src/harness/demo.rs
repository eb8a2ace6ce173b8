//! A data folder with the demo district: made once in a process, copied for each server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use super::program::server_program;

static TEMPLATE: OnceLock<TempDir> = OnceLock::new();

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
        let template = TEMPLATE.get_or_init(|| {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let mut command = Command::new(server_program());
            command.arg("demo").arg("--data").arg(folder.path());
            let output = command.output().expect("the server starts");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "kiennghi demo: {said}");
            folder
        });
        Self::copy_of(template.path())
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
