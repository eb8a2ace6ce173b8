//! Counts the server's fsyncs with strace.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kiennghi_tests::harness::eventually;
use tempfile::NamedTempFile;

/// A running count.
pub(crate) struct Count {
    strace: Child,
    summary: NamedTempFile,
}

impl Count {
    /// Begins to count; nothing where strace is missing or may not trace.
    pub(crate) fn begin(pid: u32) -> Option<Self> {
        let summary = NamedTempFile::new().ok()?;
        let mut strace = Command::new("strace")
            .args([
                "-f",
                "-c",
                "-e",
                "trace=fsync,fdatasync",
                "-p",
                &pid.to_string(),
                "-o",
            ])
            .arg(summary.path())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let traced = eventually("strace", Duration::from_secs(20), || {
            if strace.try_wait().ok()?.is_some() {
                return Some(false);
            }
            let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
            let tracer = status
                .lines()
                .find_map(|line| line.strip_prefix("TracerPid:"))?;
            (tracer.trim() != "0").then_some(true)
        });
        traced.then_some(Self { strace, summary })
    }

    /// Ends it.
    pub(crate) fn end(mut self) -> Option<u64> {
        let pid = self.strace.id().to_string();
        Command::new("kill").args(["-INT", &pid]).status().ok()?;
        self.strace.wait().ok()?;
        let summary = fs::read_to_string(self.summary.path()).ok()?;
        let calls = |line: &str| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let name = fields.last()?;
            // Share, seconds, microseconds a call, calls.
            (*name == "fsync" || *name == "fdatasync")
                .then(|| fields.get(3)?.parse::<u64>().ok())?
        };
        Some(summary.lines().filter_map(calls).sum())
    }
}
