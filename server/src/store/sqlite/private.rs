//! Folders and files that nobody but the server's own user reads.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::lock::unavailable;
use crate::store::StoreError;

/// Makes a folder, and those above it, where there is none.
///
/// # Errors
/// When it cannot be made.
pub fn private_folder(path: &Path) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(path);
    made.map_err(unavailable)
}

/// Makes an empty file where there is none; one that is there is closed to others. What SQLite puts beside a
/// database takes over its mode.
pub(super) fn private_file(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    let file = options
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(unavailable)?;
    let mode = file.metadata().map_err(unavailable)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(unavailable)
}

/// The same with a database that an earlier version may have left open to others, log and all.
pub(super) fn private_database(path: &Path) -> Result<(), StoreError> {
    private_file(path)?;
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if Path::new(&log).exists() {
        private_file(Path::new(&log))?;
    }
    Ok(())
}
