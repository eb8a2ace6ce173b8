//! The one thread that writes, with group commit: all that waits is written in one transaction
//! and synced to the disk once, and only then answered.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::trouble::Trouble;
use crate::store::StoreError;

/// Writes that one transaction takes at most: bounds how long the first of them waits.
const GROUP_MAX: usize = 64;

/// How long a group waits for more writes when the one before it held several: each commit costs
/// the index of words a piece, and pages that the next one writes again.
const GATHERING: Duration = Duration::from_millis(10);

/// Hands writes to the writing thread and waits for their commit.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
    trouble: Arc<Trouble>,
}

/// One write, from the asker's thread to the writer's and back.
trait Job: Send {
    /// Writes inside the open transaction; after an error it is to be undone. What was undone may
    /// be run again.
    fn run(&mut self, connection: &Connection) -> Result<(), StoreError>;
    /// Answers: the commit succeeded, or nothing was stored.
    fn answer(self: Box<Self>, commit: Result<(), StoreError>);
}

struct Write<T, F> {
    work: F,
    result: Option<Result<T, StoreError>>,
    reply: SyncSender<Result<T, StoreError>>,
}

impl<T: Send, F: Fn(&Connection) -> Result<T, StoreError> + Send> Job for Write<T, F> {
    fn run(&mut self, connection: &Connection) -> Result<(), StoreError> {
        // A panic here must not end the only thread that writes.
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(connection)))
            .unwrap_or_else(|_| Err(StoreError::Database("panic in a write".to_owned())));
        let done = result.as_ref().map(|_| ()).map_err(Clone::clone);
        self.result = Some(result);
        done
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>) {
        let result = match (self.result, commit) {
            (Some(Err(error)), _) | (_, Err(error)) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(StoreError::Busy),
        };
        // The asker may have gone; what was committed stays.
        let _ = self.reply.send(result);
    }
}

impl Writer {
    /// Starts the thread, which owns the connection.
    pub(super) fn start(
        connection: Connection,
        queue_length: usize,
        trouble: &Arc<Trouble>,
    ) -> Result<Self, StoreError> {
        let (queue, jobs) = sync_channel(queue_length.max(1));
        let noted = Arc::clone(trouble);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(&connection, &jobs, &noted))
            .map_err(|error| StoreError::Unavailable(error.kind().to_string()))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
            trouble: Arc::clone(trouble),
        })
    }

    /// Has `work` done in a transaction and returns once it is on the disk.
    pub(super) fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let answer = self.send(work)?;
        answer
            .recv()
            .unwrap_or_else(|_| Err(StoreError::Unavailable("the writer has stopped".to_owned())))
    }

    /// Has `work` done in a transaction some time soon.
    pub(super) fn queue(
        &self,
        work: impl Fn(&Connection) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), StoreError> {
        self.send(work).map(drop)
    }

    fn send<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<Receiver<Result<T, StoreError>>, StoreError> {
        self.trouble.check()?;
        let (reply, answer) = sync_channel(1);
        let job = Box::new(Write {
            work,
            result: None,
            reply,
        });
        let queue = self.queue.as_ref().ok_or(StoreError::Busy)?;
        queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => {
                StoreError::Unavailable("the writer has stopped".to_owned())
            }
        })?;
        Ok(answer)
    }

    /// Whether the thread that writes is no more.
    pub(super) fn has_ended(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Tries on the disk whether writing works.
    pub(super) fn probe(&self) -> Result<(), StoreError> {
        // As much as a large push brings, so that a disk that is all but full shows.
        self.write(|connection| {
            connection.execute(
                "INSERT INTO meta (key, value) VALUES ('probe', zeroblob(524288))
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                [],
            )?;
            Ok(())
        })?;
        self.write(|connection| {
            connection.execute("DELETE FROM meta WHERE key = 'probe'", [])?;
            Ok(())
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Closing the queue ends the thread after what was queued.
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(connection: &Connection, jobs: &Receiver<Box<dyn Job>>, trouble: &Trouble) {
    let mut patience = Duration::ZERO;
    while let Ok(first) = jobs.recv() {
        let until = Instant::now() + patience;
        let mut group = vec![first];
        while group.len() < GROUP_MAX {
            let left = until.saturating_duration_since(Instant::now());
            match jobs.recv_timeout(left) {
                Ok(job) => group.push(job),
                Err(_) => break,
            }
        }
        patience = if group.len() > 1 {
            GATHERING
        } else {
            Duration::ZERO
        };
        let mut failed = None;
        let outcome = commit_group(connection, &mut group, &mut failed);
        let failed = outcome.as_ref().err().cloned().or(failed);
        if let Some(error) = &failed {
            tracing::error!(%error, writes = group.len(), "writing failed");
        }
        match &failed {
            Some(error) => trouble.note(error),
            None => trouble.clear(),
        }
        for job in group {
            job.answer(outcome.clone());
        }
    }
}

/// Writes a group in one transaction, in two ways. The first has no savepoints, at each of which the
/// search index would write what it gathered as a piece of its own; it is given up when a job fails,
/// and then each job is run again with a savepoint, so that the failing one is undone alone. When
/// the transaction itself fails, nothing of the group is stored. `failed` takes a job's error when
/// storage, not the job, is to blame.
fn commit_group(
    connection: &Connection,
    group: &mut [Box<dyn Job>],
    failed: &mut Option<StoreError>,
) -> Result<(), StoreError> {
    let written = (|| {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        if group.iter_mut().all(|job| job.run(connection).is_ok()) {
            return Ok(connection.execute_batch("COMMIT")?);
        }
        if connection.is_autocommit() {
            return Err(given_up());
        }
        connection.execute_batch("ROLLBACK; BEGIN IMMEDIATE")?;
        for job in group.iter_mut() {
            run_alone(connection, job.as_mut(), failed)?;
        }
        Ok(connection.execute_batch("COMMIT")?)
    })();
    if written.is_err() && !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    written
}

fn run_alone(
    connection: &Connection,
    job: &mut dyn Job,
    failed: &mut Option<StoreError>,
) -> Result<(), StoreError> {
    connection.prepare_cached("SAVEPOINT job")?.execute([])?;
    let done = job.run(connection);
    if connection.is_autocommit() {
        return Err(done.err().unwrap_or_else(given_up));
    }
    if let Err(error) = done {
        if matches!(error, StoreError::Corrupt(_)) {
            // What the others wrote may rest on what is damaged.
            return Err(error);
        }
        connection.prepare_cached("ROLLBACK TO job")?.execute([])?;
        if !matches!(error, StoreError::Busy | StoreError::Stale) {
            *failed = Some(error);
        }
    }
    connection.prepare_cached("RELEASE job")?.execute([])?;
    Ok(())
}

/// A full or failing disk makes SQLite give up the whole transaction.
fn given_up() -> StoreError {
    StoreError::Unavailable("the transaction was given up".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn what_comes_soon_after_a_group_goes_into_one_commit() {
        let connection = Connection::open_in_memory().expect("opens");
        let writer = Writer::start(connection, 8, &Arc::default()).expect("starts");
        // A thread may be late on a busy machine; without gathering no try succeeds.
        let gathered = (0..100).any(|_| {
            hold_up_two(&writer);
            let first_is_told = Arc::new(AtomicBool::new(false));
            let told = Arc::clone(&first_is_told);
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    writer.write(|_| Ok(())).expect("written");
                    first_is_told.store(true, Ordering::SeqCst);
                });
                std::thread::sleep(GATHERING / 3);
                // Written before the first is told: in the same commit.
                let second = writer.write(move |_| Ok(!told.load(Ordering::SeqCst)));
                second.expect("written")
            })
        });
        assert!(gathered);
    }

    /// Has two writes wait behind a third, so that they are written as a group.
    fn hold_up_two(writer: &Writer) {
        let started = Arc::new(Barrier::new(2));
        std::thread::scope(|scope| {
            let begun = Arc::clone(&started);
            scope.spawn(move || {
                writer.write(move |_| {
                    begun.wait();
                    std::thread::sleep(Duration::from_millis(5));
                    Ok(())
                })
            });
            started.wait();
            for _ in 0..2 {
                scope.spawn(|| writer.write(|_| Ok(())));
            }
        });
    }
}
