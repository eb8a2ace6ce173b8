//! What is on the platter: the files' contents as programs see them, what of it is durable, and
//! the writes between the two. Knows neither SQLite nor faults.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::random::Random;

/// Bytes that a disk writes whole or not at all.
const SECTOR: usize = 512;

/// Something that changes the media.
#[derive(Debug, Clone)]
pub enum Event {
    /// A new empty file takes a name.
    Create {
        /// The name.
        name: String,
        /// The file's number, never used before.
        file: u64,
    },
    /// Bytes are written.
    Write {
        /// The file.
        file: u64,
        /// The first byte's place.
        offset: usize,
        /// The bytes.
        bytes: Arc<[u8]>,
    },
    /// A file is cut or filled up with zeros.
    Truncate {
        /// The file.
        file: u64,
        /// Its new size in bytes.
        size: usize,
    },
    /// All that was done to a file is durable; with a new one, all names in the folder.
    Sync {
        /// The file.
        file: u64,
    },
    /// A name is given up.
    Delete {
        /// The name.
        name: String,
        /// Whether that is durable at once.
        durable: bool,
    },
}

/// The files of a disk that nobody uses, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image(pub BTreeMap<String, Arc<[u8]>>);

/// The files of a disk in use.
#[derive(Debug, Clone, Default)]
pub struct Media {
    files: BTreeMap<u64, File>,
    names: BTreeMap<String, u64>,
    durable_names: BTreeMap<String, u64>,
    next: u64,
}

#[derive(Debug, Clone, Default)]
struct File {
    content: Vec<u8>,
    durable: Vec<u8>,
    /// What was done since the last sync, in its order.
    pending: Vec<Pending>,
}

#[derive(Debug, Clone)]
enum Pending {
    Write { offset: usize, bytes: Arc<[u8]> },
    Truncate { size: usize },
}

impl Pending {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Pending::Write { offset, bytes } => write(content, *offset, bytes),
            Pending::Truncate { size } => content.resize(*size, 0),
        }
    }

    /// Applies the sectors of a write that the coin falls for.
    fn apply_torn(&self, content: &mut Vec<u8>, random: &mut Random) {
        let Pending::Write { offset, bytes } = self else {
            if random.chance(1, 2) {
                self.apply(content);
            }
            return;
        };
        let mut at = 0;
        while at < bytes.len() {
            let end = bytes.len().min(at + SECTOR - (offset + at) % SECTOR);
            if random.chance(1, 2) {
                write(content, offset + at, &bytes[at..end]);
            }
            at = end;
        }
    }
}

fn write(content: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[offset..end].copy_from_slice(bytes);
}

/// How a disk comes back after the power was cut.
#[derive(Debug, Clone, Copy)]
enum Survival {
    /// Only what was synced.
    Durable,
    /// All that was written, as after a killed process.
    All,
    /// Of each file the first so many writes.
    Prefix,
    /// Of each file any of the writes.
    Subset,
    /// Of each write any of its sectors.
    Torn,
}

const SURVIVALS: [Survival; 5] = [
    Survival::Durable,
    Survival::All,
    Survival::Prefix,
    Survival::Subset,
    Survival::Torn,
];

impl Media {
    /// The media with these files on it, all durable.
    #[must_use]
    pub fn of(image: &Image) -> Self {
        let mut media = Self::default();
        for (name, content) in &image.0 {
            let file = media.fresh();
            let content = content.to_vec();
            media.files.insert(
                file,
                File {
                    durable: content.clone(),
                    content,
                    pending: Vec::new(),
                },
            );
            media.names.insert(name.clone(), file);
        }
        media.durable_names = media.names.clone();
        media
    }

    /// A file's number that was never used before.
    pub fn fresh(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// The file of this name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<u64> {
        self.names.get(name).copied()
    }

    /// A file's content as programs see it.
    #[must_use]
    pub fn content(&self, file: u64) -> &[u8] {
        self.files.get(&file).map_or(&[], |file| &file.content)
    }

    /// Lets something happen.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Create { name, file } => {
                self.next = self.next.max(*file);
                self.names.insert(name.clone(), *file);
                self.files.insert(*file, File::default());
            }
            Event::Write {
                file,
                offset,
                bytes,
            } => {
                let bytes = Arc::clone(bytes);
                let offset = *offset;
                self.change(*file, Pending::Write { offset, bytes });
            }
            Event::Truncate { file, size } => {
                self.change(*file, Pending::Truncate { size: *size });
            }
            Event::Sync { file } => self.sync(*file),
            Event::Delete { name, durable } => {
                self.names.remove(name);
                if *durable {
                    self.durable_names.remove(name);
                }
            }
        }
    }

    fn change(&mut self, file: u64, pending: Pending) {
        let file = self.files.entry(file).or_default();
        pending.apply(&mut file.content);
        file.pending.push(pending);
    }

    fn sync(&mut self, number: u64) {
        if let Some(file) = self.files.get_mut(&number) {
            for pending in file.pending.drain(..) {
                pending.apply(&mut file.durable);
            }
        }
        // With a new file the folder is synced, as SQLite does on Unix: all names are durable then.
        let is_durable = |name| self.durable_names.get(name) == Some(&number);
        let mut names = self.names.iter().filter(|(_, file)| **file == number);
        if names.any(|(name, _)| !is_durable(name)) {
            self.durable_names = self.names.clone();
        }
    }

    /// A sync that fails: of what was pending some is durable now, and the rest never will be,
    /// even though programs go on seeing it; later syncs do not know of it.
    pub fn fail_sync(&mut self, file: u64, random: &mut Random) {
        if let Some(file) = self.files.get_mut(&file) {
            for pending in file.pending.drain(..) {
                pending.apply_torn(&mut file.durable, random);
            }
        }
    }

    /// All that was written, as an orderly shutdown leaves it.
    #[must_use]
    pub fn image(&self) -> Image {
        let content = |(name, file): (&String, &u64)| (name.clone(), self.content(*file).into());
        Image(self.names.iter().map(content).collect())
    }

    /// One of the states in which the disk may come back when the power is cut now.
    #[must_use]
    pub fn survivors(&self, random: &mut Random) -> Image {
        let survival = *random.pick(&SURVIVALS);
        let mut names = self.durable_names.clone();
        for name in self.names.keys().chain(self.durable_names.keys()) {
            let now = self.names.get(name);
            if now == self.durable_names.get(name) {
                continue;
            }
            let newer = match survival {
                Survival::Durable => false,
                Survival::All => true,
                _ => random.chance(1, 2),
            };
            match now {
                Some(file) if newer => names.insert(name.clone(), *file),
                None if newer => names.remove(name),
                _ => continue,
            };
        }
        let survivor = |(name, file): (String, u64)| {
            let file = self.files.get(&file);
            let content = file.map(|file| file.survivor(survival, random).into());
            (name, content.unwrap_or_default())
        };
        Image(names.into_iter().map(survivor).collect())
    }
}

impl File {
    fn survivor(&self, survival: Survival, random: &mut Random) -> Vec<u8> {
        let mut content = self.durable.clone();
        let count = self.pending.len();
        match survival {
            Survival::Durable => {}
            Survival::All => return self.content.clone(),
            Survival::Prefix => {
                let kept = random.below(count as u64 + 1) as usize;
                for (index, pending) in self.pending.iter().take(kept + 1).enumerate() {
                    // The one that was under way is torn.
                    if index < kept {
                        pending.apply(&mut content);
                    } else {
                        pending.apply_torn(&mut content, random);
                    }
                }
            }
            Survival::Subset => {
                for pending in &self.pending {
                    if random.chance(1, 2) {
                        pending.apply(&mut content);
                    }
                }
            }
            Survival::Torn => {
                for pending in &self.pending {
                    pending.apply_torn(&mut content, random);
                }
            }
        }
        content
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(offset: usize, bytes: &[u8]) -> Event {
        Event::Write {
            file: 1,
            offset,
            bytes: bytes.into(),
        }
    }

    #[test]
    fn what_was_synced_survives_and_what_was_not_may() {
        let mut media = Media::default();
        let name = "a".to_owned();
        let file = media.fresh();
        for event in [
            Event::Create { name, file },
            written(0, &[1; 1024]),
            Event::Sync { file },
            written(0, &[2; 1024]),
        ] {
            media.apply(&event);
        }
        let mut random = Random::new(1);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..200 {
            let image = media.survivors(&mut random);
            let content = image.0.get("a").expect("its name was synced");
            assert_eq!(content.len(), 1024);
            seen.insert((content[0], content[1023]));
        }
        assert_eq!(seen.len(), 4, "old, new and both torn ways: {seen:?}");
    }

    #[test]
    fn a_name_that_was_not_synced_may_be_gone_and_a_deleted_one_may_return() {
        let mut media = Media::of(&Image([("old".to_owned(), [7].into())].into()));
        let (name, file) = ("new".to_owned(), media.fresh());
        media.apply(&Event::Create { name, file });
        let name = "old".to_owned();
        let durable = false;
        media.apply(&Event::Delete { name, durable });
        let mut random = Random::new(2);
        let images: Vec<_> = (0..100).map(|_| media.survivors(&mut random)).collect();
        for name in ["old", "new"] {
            let there = images.iter().filter(|image| image.0.contains_key(name));
            assert!((1..100).contains(&there.count()), "{name}");
        }
    }

    #[test]
    fn the_first_sync_of_a_file_makes_deletions_durable() {
        let mut media = Media::of(&Image([("old".to_owned(), [7].into())].into()));
        let name = "old".to_owned();
        let durable = false;
        media.apply(&Event::Delete { name, durable });
        let (name, file) = ("new".to_owned(), media.fresh());
        media.apply(&Event::Create { name, file });
        media.apply(&Event::Sync { file });
        let mut random = Random::new(4);
        for _ in 0..50 {
            let image = media.survivors(&mut random);
            let names: Vec<&String> = image.0.keys().collect();
            assert_eq!(names, ["new"]);
        }
    }

    #[test]
    fn what_a_failed_sync_dropped_does_not_become_durable_later() {
        let mut random = Random::new(3);
        let lost = (0..50).filter(|_| {
            let mut media = Media::of(&Image([("a".to_owned(), [0; 4096].into())].into()));
            media.apply(&written(0, &[1; 4096]));
            media.fail_sync(1, &mut random);
            media.apply(&Event::Sync { file: 1 });
            let mut survivors = Random::new(0);
            media.survivors(&mut survivors).0["a"].contains(&0)
        });
        assert!(lost.count() > 0);
    }
}
