//! The disk: counts what is asked of it, fails when it is to fail, and loses power.

use std::collections::BTreeMap;
use std::ffi::c_int;
use std::path::PathBuf;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use rusqlite::ffi;

use crate::locks::{FileLocks, Level, SharedMemory};
use crate::media::{Event, Image, Media};
use crate::random::Random;
use crate::vfs;

/// Folders of disks are this and the disk's number.
const FOLDER: &str = "kiennghi-disk-";

/// Every disk that is in use, by its number: SQLite names files by path alone.
static DISKS: Mutex<BTreeMap<u64, Weak<Disk>>> = Mutex::new(BTreeMap::new());

/// What goes wrong until told otherwise; rates are failures in 10,000 operations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// Reads that fail.
    pub reads: u32,
    /// Writes that fail, some of them after a part was written.
    pub writes: u32,
    /// Syncs that fail, and lose some of what they were to make durable.
    pub syncs: u32,
    /// No file grows.
    pub full: bool,
    /// Syncs are reported as done and make nothing durable: a disk that lies.
    pub lies: bool,
}

/// A disk in memory. All operations on it fail once the power is cut.
#[derive(Debug)]
pub struct Disk {
    number: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    media: Media,
    random: Random,
    faults: Faults,
    steps: u64,
    crash_at: Option<u64>,
    crashed: bool,
    log: Option<Vec<Event>>,
    locks: BTreeMap<u64, FileLocks>,
    memories: BTreeMap<u64, SharedMemory>,
    handles: u64,
}

/// An open file.
#[derive(Debug)]
pub(crate) struct Handle {
    disk: Arc<Disk>,
    number: u64,
    file: u64,
    /// The name to give up when the file is closed.
    temporary: Option<String>,
}

impl Disk {
    /// A disk with these files on it. `seed` decides how it fails.
    #[must_use]
    pub fn new(image: &Image, seed: u64) -> Arc<Self> {
        vfs::register();
        let mut disks = DISKS.lock().unwrap_or_else(PoisonError::into_inner);
        let number = disks.last_key_value().map_or(1, |(last, _)| last + 1);
        let disk = Arc::new(Self {
            number,
            state: Mutex::new(State {
                media: Media::of(image),
                random: Random::new(seed),
                faults: Faults::default(),
                steps: 0,
                crash_at: None,
                crashed: false,
                log: None,
                locks: BTreeMap::new(),
                memories: BTreeMap::new(),
                handles: 0,
            }),
        });
        disks.insert(number, Arc::downgrade(&disk));
        disk
    }

    /// The folder under which SQLite finds this disk's files; it is on no other disk.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        PathBuf::from(format!("{FOLDER}{}", self.number))
    }

    /// Says what goes wrong from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.state().faults = faults;
    }

    /// Cuts the power during the n-th change from now on (write, sync, new name …); 1 is the next.
    pub fn crash_after(&self, changes: u64) {
        let mut state = self.state();
        state.crash_at = Some(state.steps + changes);
    }

    /// Cuts the power now.
    pub fn crash(&self) {
        self.state().crashed = true;
    }

    /// Whether the power was cut.
    #[must_use]
    pub fn has_crashed(&self) -> bool {
        self.state().crashed
    }

    /// Changes so far.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.state().steps
    }

    /// One of the states in which the disk may come back if the power is cut now.
    #[must_use]
    pub fn survivors(&self, seed: u64) -> Image {
        self.state().media.survivors(&mut Random::new(seed))
    }

    /// All that was written, as an orderly end leaves it.
    #[must_use]
    pub fn image(&self) -> Image {
        self.state().media.image()
    }

    /// Begins to note all that changes; gives the media as they are before it.
    pub fn start_log(&self) -> Media {
        let mut state = self.state();
        state.log = Some(Vec::new());
        state.media.clone()
    }

    /// How many events are noted so far.
    #[must_use]
    pub fn logged(&self) -> usize {
        self.state().log.as_ref().map_or(0, Vec::len)
    }

    /// Takes what was noted.
    pub fn take_log(&self) -> Vec<Event> {
        self.state().log.take().unwrap_or_default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The disk and the file's name on it that a path means.
    fn find(path: &str) -> Option<(Arc<Self>, &str)> {
        let (folder, name) = path.split_once('/')?;
        let number = folder.strip_prefix(FOLDER)?.parse().ok()?;
        let disks = DISKS.lock().unwrap_or_else(PoisonError::into_inner);
        Some((disks.get(&number)?.upgrade()?, name))
    }

    pub(crate) fn open(path: &str, create: bool, delete_on_close: bool) -> Result<Handle, c_int> {
        let (disk, name) = Self::find(path).ok_or(ffi::SQLITE_CANTOPEN)?;
        let mut state = disk.state();
        if state.crashed {
            return Err(ffi::SQLITE_CANTOPEN);
        }
        let file = match state.media.file(name) {
            Some(file) => file,
            None if !create => return Err(ffi::SQLITE_CANTOPEN),
            None => {
                let (name, file) = (name.to_owned(), state.media.fresh());
                state.change(Event::Create { name, file }, ffi::SQLITE_CANTOPEN)?;
                file
            }
        };
        state.handles += 1;
        let number = state.handles;
        drop(state);
        Ok(Handle {
            number,
            file,
            temporary: delete_on_close.then(|| name.to_owned()),
            disk,
        })
    }

    /// Opens a file without a name, into which SQLite spills what it does not keep: each is on a
    /// disk of its own, which never fails.
    pub(crate) fn open_scratch() -> Result<Handle, c_int> {
        let disk = Self::new(&Image::default(), 0);
        Self::open(&format!("{}/scratch", disk.folder().display()), true, false)
    }

    pub(crate) fn delete(path: &str, durable: bool) -> Result<(), c_int> {
        let (disk, name) = Self::find(path).ok_or(ffi::SQLITE_IOERR_DELETE)?;
        let mut state = disk.state();
        if state.media.file(name).is_none() {
            return Err(ffi::SQLITE_IOERR_DELETE_NOENT);
        }
        let name = name.to_owned();
        state.change(Event::Delete { name, durable }, ffi::SQLITE_IOERR_DELETE)
    }

    pub(crate) fn exists(path: &str) -> Result<bool, c_int> {
        let Some((disk, name)) = Self::find(path) else {
            return Ok(false);
        };
        let state = disk.state();
        if state.crashed {
            return Err(ffi::SQLITE_IOERR_ACCESS);
        }
        Ok(state.media.file(name).is_some())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let mut disks = DISKS.lock().unwrap_or_else(PoisonError::into_inner);
        disks.remove(&self.number);
    }
}

impl State {
    fn fails(&mut self, rate: u32) -> bool {
        rate > 0 && self.random.chance(u64::from(rate), 10_000)
    }

    /// Lets something happen, unless the power is cut: then `failed` is the error.
    fn change(&mut self, event: Event, failed: c_int) -> Result<(), c_int> {
        if self.crashed {
            return Err(failed);
        }
        self.steps += 1;
        if self.crash_at.is_none_or(|at| self.steps < at) {
            self.happen(event);
            return Ok(());
        }
        self.crashed = true;
        // What is under way when the power goes may have come to pass, whole or in parts, but
        // nobody can count on it.
        match event {
            Event::Sync { .. } => {}
            Event::Delete { name, .. } => {
                let durable = false;
                self.happen(Event::Delete { name, durable });
            }
            event => self.happen(event),
        }
        Err(failed)
    }

    fn happen(&mut self, event: Event) {
        self.media.apply(&event);
        if let Some(log) = &mut self.log {
            log.push(event);
        }
    }
}

impl Handle {
    /// Reads into `buffer` and fills up with zeros; gives how many bytes there were.
    pub(crate) fn read(&self, offset: usize, buffer: &mut [u8]) -> Result<usize, c_int> {
        let mut state = self.disk.state();
        let rate = state.faults.reads;
        if state.crashed || state.fails(rate) {
            return Err(ffi::SQLITE_IOERR_READ);
        }
        let content = state.media.content(self.file);
        let content = content.get(offset..).unwrap_or_default();
        let count = content.len().min(buffer.len());
        buffer[..count].copy_from_slice(&content[..count]);
        buffer[count..].fill(0);
        Ok(count)
    }

    pub(crate) fn write(&self, offset: usize, bytes: &[u8]) -> Result<(), c_int> {
        let mut state = self.disk.state();
        let grows = offset + bytes.len() > state.media.content(self.file).len();
        let rate = state.faults.writes;
        let file = self.file;
        if state.faults.full && grows && !state.crashed {
            return Err(ffi::SQLITE_FULL);
        }
        if state.fails(rate) {
            let part = state.random.below(bytes.len() as u64 + 1) as usize;
            let bytes = bytes[..part].into();
            let event = Event::Write {
                file,
                offset,
                bytes,
            };
            state.change(event, ffi::SQLITE_IOERR_WRITE)?;
            return Err(ffi::SQLITE_IOERR_WRITE);
        }
        let bytes = bytes.into();
        let event = Event::Write {
            file,
            offset,
            bytes,
        };
        state.change(event, ffi::SQLITE_IOERR_WRITE)
    }

    pub(crate) fn truncate(&self, size: usize) -> Result<(), c_int> {
        let file = self.file;
        let mut state = self.disk.state();
        state.change(Event::Truncate { file, size }, ffi::SQLITE_IOERR_TRUNCATE)
    }

    pub(crate) fn sync(&self) -> Result<(), c_int> {
        let mut state = self.disk.state();
        let (file, rate) = (self.file, state.faults.syncs);
        if state.faults.lies && !state.crashed {
            state.steps += 1;
            return Ok(());
        }
        // A failed sync is not in the log: images are made of workloads without faults.
        if state.fails(rate) && !state.crashed {
            let mut random = state.random.clone();
            state.media.fail_sync(file, &mut random);
            state.random = random;
            return Err(ffi::SQLITE_IOERR_FSYNC);
        }
        state.change(Event::Sync { file }, ffi::SQLITE_IOERR_FSYNC)
    }

    pub(crate) fn size(&self) -> Result<usize, c_int> {
        let state = self.disk.state();
        if state.crashed {
            return Err(ffi::SQLITE_IOERR_FSTAT);
        }
        Ok(state.media.content(self.file).len())
    }

    pub(crate) fn lock(&self, level: Level) -> bool {
        let mut state = self.disk.state();
        let locks = state.locks.entry(self.file).or_default();
        locks.raise(self.number, level)
    }

    pub(crate) fn unlock(&self, level: Level) {
        let mut state = self.disk.state();
        let locks = state.locks.entry(self.file).or_default();
        locks.set(self.number, level);
    }

    pub(crate) fn is_reserved(&self) -> bool {
        let state = self.disk.state();
        let locks = state.locks.get(&self.file);
        locks.is_some_and(FileLocks::is_reserved)
    }

    /// Lets something happen to the memory that the connections to this file share.
    pub(crate) fn with_memory<T>(&self, act: impl FnOnce(&mut SharedMemory, u64) -> T) -> T {
        let mut state = self.disk.state();
        act(state.memories.entry(self.file).or_default(), self.number)
    }

    pub(crate) fn map(&self, region: usize, bytes: usize, extend: bool) -> Option<NonNull<u8>> {
        self.with_memory(|memory, handle| memory.map(handle, region, bytes, extend))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let mut state = self.disk.state();
        if let Some(locks) = state.locks.get_mut(&self.file) {
            locks.set(self.number, Level::None);
        }
        if let Some(memory) = state.memories.get_mut(&self.file) {
            memory.unmap(self.number);
        }
        if let Some(name) = self.temporary.take() {
            let durable = false;
            // A disk without power keeps the file; nobody looks at it again.
            let _ = state.change(Event::Delete { name, durable }, ffi::SQLITE_IOERR);
        }
    }
}
