//! `kiennghi restore`.

use std::io::Write;
use std::path::Path;

use anyhow::Context;

use super::{Data, petitioners, verify};
use crate::clock::{Clock, SystemClock};
use crate::store::StoreError;
use crate::store::sqlite::{self, Forgotten, Restored, Step};

pub(super) fn run(
    data: &Data,
    file: &Path,
    keys: Option<&Path>,
    erasures: Option<&Path>,
) -> anyhow::Result<()> {
    for file in [Some(file), keys, erasures].into_iter().flatten() {
        anyhow::ensure!(file.exists(), "there is no file {}", file.display());
    }
    if let Some(list) = erasures {
        // Before anything else, so that nobody comes back for a moment.
        sqlite::private_folder(&data.data)?;
        sqlite::remember_erasures(&data.data, &petitioners::read_erasures(list)?)?;
    }
    let mut reached = |step| {
        // Whether anybody reads this must not decide whether the restore comes to its end.
        let _ = writeln!(std::io::stderr().lock(), "{}", told(step));
        Ok(())
    };
    let restored = sqlite::restore(&data.data, file, SystemClock.now_ms(), &mut reached);
    let restored = restored.map_err(|error| match error {
        StoreError::Busy => anyhow::anyhow!(
            "a server or another command works in {}: stop it first",
            data.data.display()
        ),
        error => anyhow::Error::from(error).context(format!("{} was not restored", file.display())),
    })?;
    match restored {
        Restored::Refused(report) => verify::complain(&report)
            .with_context(|| format!("{} was not restored", file.display())),
        Restored::Done {
            report,
            epoch,
            old,
            erased_again,
            forgotten,
            people_kept,
        } => {
            let mut stdout = std::io::stdout().lock();
            writeln!(
                stdout,
                "{} documents, {} changes, up to number {}; epoch {epoch}",
                report.documents, report.changes, report.last_seq
            )?;
            if let Some(old) = old {
                writeln!(stdout, "the old database is {}", old.display())?;
            }
            if erased_again > 0 {
                writeln!(
                    stdout,
                    "{erased_again} documents that it had erased were erased again"
                )?;
            }
            if let Some(forgotten) = forgotten {
                writeln!(
                    stdout,
                    "{}: what was erased since the backup was made may be there again; if so, erase it again",
                    why_forgotten(&forgotten)
                )?;
            }
            if let Some(keys) = keys {
                let count = sqlite::restore_keys(&data.data, keys)
                    .with_context(|| format!("the keys of {} were not taken", keys.display()))?;
                writeln!(stdout, "{count} keys of petitioners were taken")?;
            }
            if !people_kept {
                writeln!(
                    stdout,
                    "people, roles, passwords and devices are as they were when the backup was made: look \
                     through `kiennghi devices` and `kiennghi users`, and revoke again what was revoked since"
                )?;
            }
            Ok(())
        }
    }
}

fn why_forgotten(forgotten: &Forgotten) -> String {
    match forgotten {
        Forgotten::Missing => "there was no old database".to_owned(),
        Forgotten::Unreadable(error) => format!("the old database cannot be read ({error})"),
        Forgotten::Another => "the old database does not go on from this backup".to_owned(),
    }
}

fn told(step: Step) -> &'static str {
    match step {
        Step::Copied => "copied the backup beside the database",
        Step::Verified => "verified it",
        Step::Prepared => "gave it a new epoch, and erased again what had been erased",
        Step::KeptOld => "kept the old database under another name",
        Step::FoldedOld => "closed the old database",
        Step::Replaced => "put the backup in its place",
    }
}
