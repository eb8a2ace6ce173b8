//! The server's side of trials: a few worker processes, started when they are first needed and
//! kept warm.
//!
//! A worker that dies of what it loads is replaced, and which change it was is searched
//! ([`search`](super::search)). A worker that is killed from outside, or stands still, says nothing
//! about the documents: they are tried again, and then the whole push is told to come later.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::message::{GREETING, read_frame, write_frame};
use super::{Answer, Finding, Specimen, Trial, TrialError};

/// The command of this program that a worker runs.
const WORKER_COMMAND: &str = "trial-worker";

/// How long a worker may take to start, or for one round trip. Far more than the processor time that
/// it has, so that a worker that is only slow is not taken for one that stands still.
const PATIENCE: Duration = Duration::from_secs(20);
/// Round trips with workers that were killed from outside, before the push is told to come later.
const TRIES_MAX: u32 = 3;

/// Signals by which people and the system end processes; any other comes of what a worker did.
const FROM_OUTSIDE: [i32; 4] = [1, 2, 9, 15];

/// Makes trials in worker processes.
#[derive(Debug)]
pub struct Pool {
    program: PathBuf,
    seats: Mutex<Seats>,
    freed: Condvar,
    /// Why the last trial could not be made; also before the first one.
    trouble: Mutex<Option<TrialError>>,
}

#[derive(Debug)]
struct Seats {
    /// Workers that may be at work at once, beside those that are.
    free: usize,
    idle: Vec<Worker>,
}

impl Pool {
    /// A pool of so many workers, at least one, of the program that is running.
    #[must_use]
    pub fn new(workers: usize) -> Self {
        // The very program that runs, also after another was put in its place on the disk.
        Self::of_program(PathBuf::from("/proc/self/exe"), workers)
    }

    /// A pool of workers of another build of this program.
    #[must_use]
    pub fn of_program(program: PathBuf, workers: usize) -> Self {
        Self {
            program,
            seats: Mutex::new(Seats {
                free: workers.max(1),
                idle: Vec::new(),
            }),
            freed: Condvar::new(),
            trouble: Mutex::new(Some(TrialError("not tried yet".to_owned()))),
        }
    }

    /// The process ids of the workers that wait for work.
    #[must_use]
    pub fn idle(&self) -> Vec<u32> {
        let seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        seats.idle.iter().map(|worker| worker.child.id()).collect()
    }

    fn take_seat(&self) -> Seat<'_> {
        let seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let mut seats = self
            .freed
            .wait_while(seats, |seats| seats.free == 0)
            .unwrap_or_else(PoisonError::into_inner);
        seats.free -= 1;
        Seat {
            pool: self,
            worker: seats.idle.pop(),
        }
    }

    fn note<T>(&self, result: Result<T, TrialError>) -> Result<T, TrialError> {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        *trouble = result.as_ref().err().cloned();
        result
    }
}

impl Trial for Pool {
    fn run(&self, documents: &[Specimen<'_>]) -> Result<Answer, TrialError> {
        let mut seat = self.take_seat();
        self.note(seat.ask(documents))
    }

    fn health(&self) -> Result<(), TrialError> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if trouble.is_none() {
            return Ok(());
        }
        drop(trouble);
        self.run(&[]).map(|_| ())
    }
}

/// A place to work at, with the worker that sits there, if there is one.
struct Seat<'a> {
    pool: &'a Pool,
    worker: Option<Worker>,
}

impl Seat<'_> {
    /// One round trip.
    fn ask(&mut self, documents: &[Specimen<'_>]) -> Result<Answer, TrialError> {
        let unusable = |error: &dyn std::fmt::Display| TrialError(error.to_string());
        let request = minicbor::to_vec(documents).map_err(|error| unusable(&error))?;
        for _ in 0..TRIES_MAX {
            let mut worker = match self.worker.take() {
                Some(worker) => worker,
                None => Worker::start(&self.pool.program).map_err(|error| unusable(&error))?,
            };
            match worker.round_trip(&request, documents.len()) {
                Ok(findings) => {
                    self.worker = Some(worker);
                    return Ok(Answer::Found(findings));
                }
                Err(Death::OfDocument(how)) => {
                    tracing::warn!(how, "a trial worker died of what it loaded");
                    return Ok(Answer::Killed);
                }
                Err(Death::FromOutside(how)) => {
                    tracing::warn!(how, "a trial worker was lost");
                }
            }
        }
        Err(TrialError("workers are killed from outside".to_owned()))
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut seats = self
            .pool
            .seats
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        seats.free += 1;
        seats.idle.extend(self.worker.take());
        self.pool.freed.notify_one();
    }
}

/// Why there was no answer, for the log.
enum Death {
    OfDocument(String),
    FromOutside(String),
}

/// Has glibc keep what a document's loading freed for the next document, rather than give it back.
const TUNABLES: &str = "glibc.malloc.tcache_count=1000:glibc.malloc.tcache_max=16384:\
     glibc.malloc.top_pad=1048576:glibc.malloc.trim_threshold=16777216:\
     glibc.malloc.mmap_threshold=16777216";

/// A worker process, killed when dropped.
#[derive(Debug)]
struct Worker {
    child: Child,
    line: UnixStream,
}

impl Worker {
    fn start(program: &PathBuf) -> io::Result<Self> {
        let (line, theirs) = UnixStream::pair()?;
        let theirs = OwnedFd::from(theirs);
        let child = Command::new(program)
            .arg(WORKER_COMMAND)
            .env_clear()
            .env("GLIBC_TUNABLES", TUNABLES)
            .current_dir("/")
            // Ctrl-C is for the server, which then ends its workers in good order.
            .process_group(0)
            .stdin(Stdio::from(theirs.try_clone()?))
            .stdout(Stdio::from(theirs))
            .stderr(Stdio::null())
            .spawn()?;
        let worker = Self { child, line };
        worker.line.set_write_timeout(Some(PATIENCE))?;
        let greeting = read_frame(&mut Until::within(PATIENCE, &worker.line))?;
        if greeting.as_deref() == Some(GREETING) {
            Ok(worker)
        } else {
            Err(io::Error::other("a worker did not start as one"))
        }
    }

    fn round_trip(&mut self, request: &[u8], count: usize) -> Result<Vec<Finding>, Death> {
        let exchanged = write_frame(&mut self.line, request)
            .and_then(|()| read_frame(&mut Until::within(PATIENCE, &self.line)));
        let reply = match exchanged {
            Ok(Some(reply)) => reply,
            Ok(None) => return Err(self.death()),
            Err(error) => match error.kind() {
                io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                    return Err(Death::FromOutside("stood still".to_owned()));
                }
                io::ErrorKind::InvalidData => {
                    return Err(Death::OfDocument("spoke nonsense".to_owned()));
                }
                _ => return Err(self.death()),
            },
        };
        let findings: Option<Vec<Finding>> = minicbor::decode(&reply).ok();
        findings
            .filter(|findings| findings.len() == count)
            .ok_or_else(|| Death::OfDocument("spoke nonsense".to_owned()))
    }

    /// What became of a worker whose line is closed.
    fn death(&mut self) -> Death {
        // It may have closed the line and gone on; one that is dying keeps its own cause of death.
        let _ = self.child.kill();
        match self.child.wait() {
            Ok(status) => match status.signal() {
                Some(signal) if !FROM_OUTSIDE.contains(&signal) => {
                    Death::OfDocument(status.to_string())
                }
                _ => Death::FromOutside(status.to_string()),
            },
            Err(error) => Death::FromOutside(error.to_string()),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may be gone already; if not, it has nothing to lose.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads from a line up to a moment.
struct Until<'a> {
    line: &'a UnixStream,
    end: Instant,
}

impl<'a> Until<'a> {
    fn within(time: Duration, line: &'a UnixStream) -> Self {
        let end = Instant::now() + time;
        Self { line, end }
    }
}

impl io::Read for Until<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.line.set_read_timeout(Some(left))?;
        self.line.read(buffer)
    }
}
