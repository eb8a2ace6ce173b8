//! The processor time of a process and all that it started, and its memory, from `/proc`.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

/// Linux counts in hundredths of a second here, whatever the kernel's own tick is.
const TICK: Duration = Duration::from_millis(10);

/// Processor time so far, exact to the nanosecond, of the threads that live: good for short
/// stretches in which none ends.
pub(crate) fn of_threads(pid: u32) -> Duration {
    so_far(&tree(pid), None)
}

/// The same of the one thread that writes to the store.
pub(crate) fn of_writer(pid: u32) -> Duration {
    so_far(&[pid], Some("store-writer"))
}

/// The same of what a process started, without itself.
pub(crate) fn of_workers(pid: u32) -> Duration {
    so_far(&tree(pid)[1..], None)
}

/// Of all threads, or of those of one name.
fn so_far(processes: &[u32], name: Option<&str>) -> Duration {
    let mut total = 0;
    for process in processes {
        let Ok(tasks) = fs::read_dir(format!("/proc/{process}/task")) else {
            continue;
        };
        for task in tasks.flatten() {
            let called = fs::read_to_string(task.path().join("comm")).unwrap_or_default();
            if name.is_some_and(|name| name != called.trim_end()) {
                continue;
            }
            let text = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
            let first = text.split_whitespace().next().map(str::parse::<u64>);
            total += first.and_then(Result::ok).unwrap_or_default();
        }
    }
    Duration::from_nanos(total)
}

/// Processor time so far, exact to a hundredth of a second, also of threads and children that
/// have ended.
pub(crate) fn of_processes(pid: u32) -> Duration {
    let ticks = |process| {
        let fields = stat(process).unwrap_or_default();
        // utime, stime, cutime, cstime: fields 14 to 17 of proc(5), counted after the name.
        let fields = fields.iter().skip(11).take(4);
        fields
            .filter_map(|field| field.parse::<u32>().ok())
            .sum::<u32>()
    };
    TICK * tree(pid).into_iter().map(ticks).sum()
}

/// The fields of `/proc/PID/stat` after the program's name.
fn stat(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

fn tree(root: u32) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        let parent = pid
            .and_then(stat)
            .and_then(|stat| stat.get(1)?.parse().ok());
        if let (Some(pid), Some(parent)) = (pid, parent) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = vec![root];
    let mut next = 0;
    while next < found.len() {
        found.extend(children.remove(&found[next]).unwrap_or_default());
        next += 1;
    }
    found
}
