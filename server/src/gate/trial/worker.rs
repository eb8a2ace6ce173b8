//! The worker's side of a trial: a process of this same program that reads packed documents from its
//! standard input, a socket, and writes findings to it, until the socket is closed.
//!
//! It first gives up all that a trial does not need. What then still happens to it (no memory, no
//! stack, no more processor time) ends this process and no other. Its parent's end closes the
//! socket; a signal would not do, as it comes when the parent's *thread* ends.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::set_no_new_privs;
use rustix::time::{ClockId, clock_gettime};

use super::message::{GREETING, read_frame, write_frame};
use super::{Finding, Specimen};

/// Bytes of address space: many times what the largest document that limits allow needs.
const ADDRESS_BYTES_MAX: u64 = 512 << 20;
/// Processor time for one frame of documents.
const CPU_TIME_MAX: Duration = Duration::from_secs(4);
/// The socket, three times over, and standard error: nothing else is ever opened.
const DESCRIPTORS_MAX: u64 = 4;

/// Makes trials until the other end of standard input is closed.
///
/// # Errors
/// When the limits cannot be set or the line breaks.
pub fn run() -> io::Result<()> {
    let mut line = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    confine()?;
    // Words of a panic could hold somebody's data.
    std::panic::set_hook(Box::new(|_| {}));
    write_frame(&mut line, GREETING)?;
    while let Some(frame) = read_frame(&mut line)? {
        allow_cpu_time()?;
        let specimens: Vec<Specimen<'_>> = minicbor::decode(&frame).map_err(io::Error::other)?;
        let findings: Vec<Finding> = specimens.iter().map(Specimen::load).collect();
        let reply = minicbor::to_vec(&findings).map_err(io::Error::other)?;
        write_frame(&mut line, &reply)?;
    }
    Ok(())
}

fn confine() -> io::Result<()> {
    set_no_new_privs(true)?;
    for (resource, bound) in [
        (Resource::As, ADDRESS_BYTES_MAX),
        (Resource::Fsize, 0),
        (Resource::Nproc, 0),
        (Resource::Core, 0),
        (Resource::Nofile, DESCRIPTORS_MAX),
    ] {
        let bound = Rlimit {
            current: Some(bound),
            maximum: Some(bound),
        };
        setrlimit(resource, bound)?;
    }
    allow_cpu_time()
}

/// Lets this process use so much processor time from now on; a second more at most, since Linux
/// counts whole ones.
fn allow_cpu_time() -> io::Result<()> {
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec.unsigned_abs();
    let limit = Rlimit {
        current: Some(used + CPU_TIME_MAX.as_secs() + 1),
        maximum: getrlimit(Resource::Cpu).maximum,
    };
    Ok(setrlimit(Resource::Cpu, limit)?)
}
