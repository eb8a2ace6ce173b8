//! The one thread that writes, with group commit: all that waits is written in one transaction
//! and synced to the disk once, and only then answered. What is left to do it does in pieces between.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
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
    /// Starts the thread, which owns the connection. After each group, and as long as nobody waits, it has `chore` do a
    /// piece of what is left to do, in a transaction of its own, and hears whether more is left.
    pub(super) fn start(
        connection: Connection,
        queue_length: usize,
        trouble: &Arc<Trouble>,
        chore: impl FnMut(&Connection) -> Result<bool, StoreError> + Send + 'static,
    ) -> Result<Self, StoreError> {
        let (queue, jobs) = sync_channel(queue_length.max(1));
        let noted = Arc::clone(trouble);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(&connection, &jobs, &noted, chore))
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

fn run(
    connection: &Connection,
    jobs: &Receiver<Box<dyn Job>>,
    trouble: &Trouble,
    mut chore: impl FnMut(&Connection) -> Result<bool, StoreError>,
) {
    let mut patience = Duration::ZERO;
    // An earlier process may have left something.
    let mut is_left = true;
    loop {
        let first = if is_left {
            jobs.try_recv()
        } else {
            jobs.recv().map_err(|_| TryRecvError::Disconnected)
        };
        match first {
            Ok(first) => {
                let group = gather(first, jobs, patience);
                patience = if group.len() > 1 {
                    GATHERING
                } else {
                    Duration::ZERO
                };
                write_group(connection, group, trouble);
            }
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => break,
        }
        is_left = do_piece(connection, trouble, &mut chore);
    }
}

/// A group of writes: the first, and what waits behind it or comes soon.
fn gather(
    first: Box<dyn Job>,
    jobs: &Receiver<Box<dyn Job>>,
    patience: Duration,
) -> Vec<Box<dyn Job>> {
    let until = Instant::now() + patience;
    let mut group = vec![first];
    while group.len() < GROUP_MAX {
        let left = until.saturating_duration_since(Instant::now());
        match jobs.recv_timeout(left) {
            Ok(job) => group.push(job),
            Err(_) => break,
        }
    }
    group
}

/// Writes a group and answers it.
fn write_group(connection: &Connection, mut group: Vec<Box<dyn Job>>, trouble: &Trouble) {
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

/// Does a piece of what is left to do; whether there is more. What fails is tried again after the next group.
fn do_piece(
    connection: &Connection,
    trouble: &Trouble,
    chore: &mut impl FnMut(&Connection) -> Result<bool, StoreError>,
) -> bool {
    if trouble.check().is_err() {
        return false;
    }
    let done = catch_unwind(AssertUnwindSafe(|| chore(connection)))
        .unwrap_or_else(|_| Err(StoreError::Database("panic in a chore".to_owned())));
    done.unwrap_or_else(|error| {
        tracing::error!(%error, "what is left to do was not done");
        trouble.note(&error);
        false
    })
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
pub(super) fn given_up() -> StoreError {
    StoreError::Unavailable("the transaction was given up".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::sync::{Barrier, Mutex};

    use super::*;

    #[test]
    fn what_comes_soon_after_a_group_goes_into_one_commit() {
        let connection = Connection::open_in_memory().expect("opens");
        let writer = Writer::start(connection, 8, &Arc::default(), |_| Ok(false)).expect("starts");
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

    #[test]
    fn what_others_write_goes_between_the_pieces_of_what_is_left() {
        let connection = Connection::open_in_memory().expect("opens");
        let (pieces, order) = (Arc::new(Barrier::new(2)), Arc::new(Mutex::new(Vec::new())));
        let (done, told) = (Arc::clone(&pieces), Arc::clone(&order));
        let chore = move |_: &Connection| {
            let mut order = told.lock().expect("no panic");
            order.push("piece");
            let pieces = order.iter().filter(|what| **what == "piece").count();
            drop(order);
            // Until somebody writes, and then until that waits.
            if pieces <= 2 {
                done.wait();
                done.wait();
            }
            Ok(pieces < 4)
        };
        let writer = Writer::start(connection, 8, &Arc::default(), chore).expect("starts");
        for _ in 0..2 {
            pieces.wait();
            let told = Arc::clone(&order);
            let write = move |_: &Connection| {
                told.lock().expect("no panic").push("write");
                Ok(())
            };
            writer.queue(write).expect("queued");
            pieces.wait();
        }
        drop(writer);
        let order = order.lock().expect("no panic");
        assert_eq!(order[..4], ["piece", "write", "piece", "write"]);
    }

    #[test]
    fn a_piece_that_fails_is_tried_again_after_the_next_write() {
        let connection = Connection::open_in_memory().expect("opens");
        let tries = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&tries);
        let chore = move |_: &Connection| match counted.fetch_add(1, Ordering::SeqCst) {
            0 => panic!("on purpose"),
            1 => Err(StoreError::Database("on purpose".to_owned())),
            _ => Ok(false),
        };
        let writer = Writer::start(connection, 8, &Arc::default(), chore).expect("starts");
        for _ in 0..3 {
            writer.write(|_| Ok(())).expect("written");
        }
        drop(writer);
        // The first write may have come before the first piece.
        assert!((3..=4).contains(&tries.load(Ordering::SeqCst)));
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
