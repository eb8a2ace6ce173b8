//! Who may work in a data folder. Two empty files are locked by the operating system, which lets
//! go of them when a process ends, however it ends: `lock` by all that have the store open, by a
//! restore alone; `serving` by the one server, or by what no server may run beside.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::store::StoreError;

const OPENED: &str = "lock";
const SERVING: &str = "serving";

/// How long a lock in use is asked for again. A server killed just as it starts a trial worker
/// leaves a child that shares its open files until the child becomes another program, some
/// milliseconds later; who starts the next server at once must not be told that one still runs.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(10);

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
        taken(open(folder, OPENED)?, File::try_lock_shared)
    }

    /// For what nobody else may have the store open beside.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while anybody has.
    pub fn alone(folder: &Path) -> Result<Self, StoreError> {
        taken(open(folder, OPENED)?, File::try_lock)
    }

    /// For the one server, or for what no server may run beside.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another holds it.
    pub fn serving(folder: &Path) -> Result<Self, StoreError> {
        taken(open(folder, SERVING)?, File::try_lock)
    }
}

fn open(folder: &Path, name: &str) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    options.open(folder.join(name)).map_err(unavailable)
}

fn taken(file: File, take: impl Fn(&File) -> Result<(), TryLockError>) -> Result<Lock, StoreError> {
    let asked = Instant::now();
    loop {
        match take(&file) {
            Ok(()) => return Ok(Lock { _file: file }),
            Err(TryLockError::Error(error)) => return Err(unavailable(error)),
            Err(TryLockError::WouldBlock) if asked.elapsed() > PATIENCE => {
                return Err(StoreError::Busy);
            }
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_server_held_a_moment_longer_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let held = Lock::serving(folder.path()).unwrap();
        let lets_go = thread::spawn(move || {
            thread::sleep(Duration::from_millis(200));
            drop(held);
        });
        assert!(Lock::serving(folder.path()).is_ok());
        lets_go.join().unwrap();
    }

    #[test]
    fn what_stays_held_is_busy() {
        let folder = tempfile::tempdir().unwrap();
        let _held = Lock::serving(folder.path()).unwrap();
        assert!(matches!(
            Lock::serving(folder.path()),
            Err(StoreError::Busy)
        ));
    }
}
