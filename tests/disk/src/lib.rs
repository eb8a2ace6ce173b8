//! A disk in memory under SQLite's feet: it remembers which writes were synced and which were
//! not, fails when it is told to, loses power at any operation, and then shows one of the states
//! in which a real disk may come back. Everything follows from a seed.
//!
//! [`Disk`] is a disk, [`Image`] what is on one while nobody uses it, [`VFS`] the name under
//! which SQLite finds all disks.

mod disk;
mod locks;
mod media;
mod random;
mod vfs;

pub use disk::{Disk, Faults};
pub use media::{Event, Image, Media};
pub use random::Random;
pub use vfs::VFS;
