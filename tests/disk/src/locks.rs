//! Locks between the connections to one database: SQLite's five levels on the file, and the eight
//! slots and the memory that connections in WAL mode share.

use std::ptr::NonNull;
use std::sync::atomic::AtomicU64;

/// Slots of a database's shared memory.
const SLOTS: usize = 8;

/// How far a connection has locked a file; the numbers are SQLite's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Level {
    #[default]
    None,
    Shared,
    Reserved,
    Pending,
    Exclusive,
}

impl Level {
    pub(crate) fn from_number(number: i32) -> Option<Self> {
        let levels = [
            Level::None,
            Level::Shared,
            Level::Reserved,
            Level::Pending,
            Level::Exclusive,
        ];
        levels.get(usize::try_from(number).ok()?).copied()
    }
}

/// The locks on one file: how far each connection that holds any has come.
#[derive(Debug, Default)]
pub(crate) struct FileLocks {
    held: Vec<(u64, Level)>,
}

impl FileLocks {
    fn level(&self, handle: u64) -> Level {
        let mut of_handle = self.held.iter().filter(|(holder, _)| *holder == handle);
        of_handle.next().map_or(Level::None, |(_, level)| *level)
    }

    fn highest_of_others(&self, handle: u64) -> Level {
        let others = self.held.iter().filter(|(holder, _)| *holder != handle);
        others.map(|(_, level)| *level).max().unwrap_or_default()
    }

    /// Takes or gives back a lock.
    pub(crate) fn set(&mut self, handle: u64, level: Level) {
        self.held.retain(|(holder, _)| *holder != handle);
        if level != Level::None {
            self.held.push((handle, level));
        }
    }

    /// Locks further; `false` when others are in the way. Who waits for an exclusive lock keeps
    /// new readers out.
    pub(crate) fn raise(&mut self, handle: u64, wanted: Level) -> bool {
        if self.level(handle) >= wanted {
            return true;
        }
        let others = self.highest_of_others(handle);
        let free = match wanted {
            Level::None => true,
            Level::Shared => others < Level::Pending,
            Level::Reserved | Level::Pending => others < Level::Reserved,
            Level::Exclusive => others == Level::None,
        };
        if free {
            self.set(handle, wanted);
        } else if wanted == Level::Exclusive && others == Level::Shared {
            self.set(handle, Level::Pending);
        }
        free
    }

    pub(crate) fn is_reserved(&self) -> bool {
        self.held.iter().any(|(_, level)| *level >= Level::Reserved)
    }
}

/// The memory that the connections to one database share, with its locks.
#[derive(Debug, Default)]
pub(crate) struct SharedMemory {
    regions: Vec<Box<[AtomicU64]>>,
    users: Vec<u64>,
    slots: [Slot; SLOTS],
}

#[derive(Debug, Default)]
struct Slot {
    shared: Vec<u64>,
    exclusive: Option<u64>,
}

impl SharedMemory {
    /// Where a region begins; `None` when it is not there and is not to be made. It stays there as
    /// long as anybody uses the memory.
    pub(crate) fn map(
        &mut self,
        handle: u64,
        region: usize,
        bytes: usize,
        extend: bool,
    ) -> Option<NonNull<u8>> {
        if !self.users.contains(&handle) {
            self.users.push(handle);
        }
        while extend && self.regions.len() <= region {
            let words = bytes.div_ceil(size_of::<u64>());
            self.regions
                .push((0..words).map(|_| AtomicU64::new(0)).collect());
        }
        let first = self.regions.get(region)?.first()?;
        NonNull::new(first.as_ptr().cast())
    }

    /// Locks slots; `false` when others are in the way.
    pub(crate) fn lock(&mut self, handle: u64, first: usize, count: usize, alone: bool) -> bool {
        let slots = &mut self.slots[first..first + count];
        let free = slots.iter().all(|slot| {
            slot.exclusive.is_none_or(|holder| holder == handle)
                && (!alone || slot.shared.iter().all(|holder| *holder == handle))
        });
        for slot in slots.iter_mut().filter(|_| free) {
            if alone {
                slot.exclusive = Some(handle);
            } else if !slot.shared.contains(&handle) {
                slot.shared.push(handle);
            }
        }
        free
    }

    pub(crate) fn unlock(&mut self, handle: u64, first: usize, count: usize) {
        for slot in &mut self.slots[first..first + count] {
            slot.shared.retain(|holder| *holder != handle);
            slot.exclusive.take_if(|holder| *holder == handle);
        }
    }

    /// Gives the memory up; after the last user it is forgotten.
    pub(crate) fn unmap(&mut self, handle: u64) {
        self.unlock(handle, 0, SLOTS);
        self.users.retain(|user| *user != handle);
        if self.users.is_empty() {
            self.regions.clear();
        }
    }
}
