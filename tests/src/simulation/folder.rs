//! The server's own backup, restore and verification, which want a folder of the system: what is on
//! a simulated disk is put into one, in memory where the system has such a place.

use std::fs;
use std::path::Path;

use kiennghi_disk::Image;
use kiennghi_server::store::StoreError;
use kiennghi_server::store::sqlite::{FILE_NAME, Report, Restored, Step, backup, restore, verify};
use kiennghi_shared::receipt::Receipt;
use tempfile::TempDir;

/// A folder that costs no real disk anything.
const MEMORY: &str = "/dev/shm";
const BACKUP: &str = "backup";

/// A folder with what a disk holds.
pub(super) struct Folder(TempDir);

impl Folder {
    pub(super) fn of(image: &Image) -> Result<Self, String> {
        let folder = tempfile::tempdir_in(MEMORY).or_else(|_| tempfile::tempdir());
        let folder = folder.map_err(|error| error.to_string())?;
        for (name, content) in &image.0 {
            fs::write(folder.path().join(name), content).map_err(|error| error.to_string())?;
        }
        Ok(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// The bytes of a backup, as `kiennghi backup` makes it.
    pub(super) fn backup(&self) -> Result<Vec<u8>, String> {
        let file = self.path().join(BACKUP);
        let report = backup(self.path(), &file).map_err(|error| format!("no backup: {error}"))?;
        sound("the backup", &report)?;
        fs::read(file).map_err(|error| error.to_string())
    }

    /// Restores a backup as `kiennghi restore` does, and gives what is in the folder then. With
    /// `cut_at` it is ended after so many steps, and done again.
    pub(super) fn restore(
        &self,
        bytes: &[u8],
        at: i64,
        mut cut_at: Option<u64>,
    ) -> Result<Image, String> {
        let file = self.path().join(BACKUP);
        fs::write(&file, bytes).map_err(|error| error.to_string())?;
        let mut reached = |_: Step| match &mut cut_at {
            Some(0) => {
                cut_at = None;
                Err(StoreError::Unavailable("ended here".to_owned()))
            }
            Some(steps) => {
                *steps -= 1;
                Ok(())
            }
            None => Ok(()),
        };
        let mut restored = restore(self.path(), &file, at, &mut reached);
        if restored.is_err() {
            restored = restore(self.path(), &file, at, &mut |_| Ok(()));
        }
        match restored.map_err(|error| format!("no restore: {error}"))? {
            Restored::Refused(report) => sound("what was to be restored", &report)?,
            Restored::Done { report, .. } => sound("what was restored", &report)?,
        }
        let database = self.path().join(FILE_NAME);
        let content = fs::read(database).map_err(|error| error.to_string())?;
        Ok(Image([(FILE_NAME.to_owned(), content.into())].into()))
    }

    /// Verifies what is in the folder, as `kiennghi verify` does.
    pub(super) fn verify(&self, receipts: &[Receipt]) -> Result<(), String> {
        let verified = verify(self.path(), receipts, &[]);
        let (report, _) = verified.map_err(|error| format!("not verified: {error}"))?;
        sound("the database", &report)
    }
}

fn sound(what: &str, report: &Report) -> Result<(), String> {
    match report.problems.first() {
        None => Ok(()),
        Some(problem) => Err(format!("{what}: {}", problem.what)),
    }
}
