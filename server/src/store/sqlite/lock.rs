//! Who may work in a data folder. Two empty files are locked by the operating system, which lets
//! go of them when a process ends, however it ends: `lock` by all that have the store open, by a
//! restore alone; `serving` by the one server, or by what no server may run beside.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::store::StoreError;

const OPENED: &str = "lock";
const SERVING: &str = "serving";

/// Held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// For all that have the store open, side by side.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while the folder is held [alone](Lock::alone).
    pub fn beside(folder: &Path) -> Result<Self, StoreError> {
        let file = open(folder, OPENED)?;
        locked(file.try_lock_shared(), file)
    }

    /// For what nobody else may have the store open beside.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while anybody has.
    pub fn alone(folder: &Path) -> Result<Self, StoreError> {
        let file = open(folder, OPENED)?;
        locked(file.try_lock(), file)
    }

    /// For the one server, or for what no server may run beside.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another holds it.
    pub fn serving(folder: &Path) -> Result<Self, StoreError> {
        let file = open(folder, SERVING)?;
        locked(file.try_lock(), file)
    }
}

fn open(folder: &Path, name: &str) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    options.open(folder.join(name)).map_err(unavailable)
}

fn locked(tried: Result<(), TryLockError>, file: File) -> Result<Lock, StoreError> {
    match tried {
        Ok(()) => Ok(Lock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(StoreError::Busy),
        Err(TryLockError::Error(error)) => Err(unavailable(error)),
    }
}

/// The kind of error, without the path that it was about.
#[expect(
    clippy::needless_pass_by_value,
    reason = "stands where errors are mapped"
)]
pub(super) fn unavailable(error: std::io::Error) -> StoreError {
    StoreError::Unavailable(error.kind().to_string())
}
