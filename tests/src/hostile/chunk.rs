//! A change chunk taken apart into its header and columns, and put together again with the right
//! checksum, however wrong what it says.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use sha2::{Digest, Sha256};

/// The first bytes of every chunk.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// Chunk type: a whole document.
pub const DOCUMENT_CHUNK: u8 = 0;
/// Chunk type: a change.
pub const CHANGE_CHUNK: u8 = 1;
/// Chunk type: a change, deflated.
pub const COMPRESSED_CHUNK: u8 = 2;

/// A change in parts. Every part may be wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The hashes of the changes it depends on.
    pub deps: Vec<[u8; 32]>,
    /// Who made it.
    pub actor: Vec<u8>,
    /// Its number among the actor's changes.
    pub seq: u64,
    /// The counter of its first operation.
    pub start_op: u64,
    /// Milliseconds since 1970.
    pub time_ms: i64,
    /// The author.
    pub message: Vec<u8>,
    /// The other actors that its operations name.
    pub others: Vec<Vec<u8>>,
    /// Columns by their number.
    pub columns: Vec<(u64, Vec<u8>)>,
    /// Bytes after the columns.
    pub rest: Vec<u8>,
}

impl Draft {
    /// Takes a change chunk apart that is not compressed; none when it is not one.
    #[must_use]
    pub fn of(chunk: &[u8]) -> Option<Self> {
        let mut bytes = Cursor(chunk.strip_prefix(&MAGIC)?);
        bytes.take(4)?;
        if bytes.take(1)? != [CHANGE_CHUNK] {
            return None;
        }
        let mut bytes = Cursor(bytes.prefixed()?);
        let mut draft = Self::default();
        for _ in 0..bytes.unsigned()? {
            draft.deps.push(bytes.take(32)?.try_into().ok()?);
        }
        draft.actor = bytes.prefixed()?.to_vec();
        draft.seq = bytes.unsigned()?;
        draft.start_op = bytes.unsigned()?;
        draft.time_ms = bytes.signed()?;
        draft.message = bytes.prefixed()?.to_vec();
        for _ in 0..bytes.unsigned()? {
            draft.others.push(bytes.prefixed()?.to_vec());
        }
        let mut lengths = Vec::new();
        for _ in 0..bytes.unsigned()? {
            lengths.push((bytes.unsigned()?, bytes.unsigned()?));
        }
        for (number, length) in lengths {
            let column = bytes.take(usize::try_from(length).ok()?)?;
            draft.columns.push((number, column.to_vec()));
        }
        draft.rest = bytes.0.to_vec();
        Some(draft)
    }

    /// The content of the chunk, without its head.
    #[must_use]
    pub fn data(&self) -> Vec<u8> {
        let mut out = Vec::new();
        unsigned(&mut out, self.deps.len() as u64);
        self.deps.iter().for_each(|dep| out.extend_from_slice(dep));
        prefixed(&mut out, &self.actor);
        unsigned(&mut out, self.seq);
        unsigned(&mut out, self.start_op);
        signed(&mut out, self.time_ms);
        prefixed(&mut out, &self.message);
        unsigned(&mut out, self.others.len() as u64);
        self.others
            .iter()
            .for_each(|other| prefixed(&mut out, other));
        unsigned(&mut out, self.columns.len() as u64);
        for (number, column) in &self.columns {
            unsigned(&mut out, *number);
            unsigned(&mut out, column.len() as u64);
        }
        for (_, column) in &self.columns {
            out.extend_from_slice(column);
        }
        out.extend_from_slice(&self.rest);
        out
    }

    /// The whole chunk with its right checksum.
    #[must_use]
    pub fn seal(&self) -> Vec<u8> {
        seal(CHANGE_CHUNK, &self.data())
    }

    /// The change's name: SHA-256 of its content.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        hash(CHANGE_CHUNK, &self.data())
    }
}

fn hash(chunk_type: u8, data: &[u8]) -> [u8; 32] {
    let mut hashed = vec![chunk_type];
    prefixed(&mut hashed, data);
    Sha256::digest(&hashed).into()
}

/// A chunk of this type and content with its right checksum.
#[must_use]
pub fn seal(chunk_type: u8, data: &[u8]) -> Vec<u8> {
    let mut chunk = MAGIC.to_vec();
    chunk.extend_from_slice(&hash(chunk_type, data)[..4]);
    chunk.push(chunk_type);
    prefixed(&mut chunk, data);
    chunk
}

/// A compressed change with this content; the checksum is that of the content.
#[must_use]
pub fn seal_deflated(data: &[u8]) -> Vec<u8> {
    let mut chunk = MAGIC.to_vec();
    chunk.extend_from_slice(&hash(CHANGE_CHUNK, data)[..4]);
    chunk.push(COMPRESSED_CHUNK);
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).expect("a Vec takes all");
    prefixed(&mut chunk, &encoder.finish().expect("a Vec takes all"));
    chunk
}

/// Puts the right checksum on a chunk whose content was tampered with.
pub fn reseal(chunk: &mut [u8]) {
    if chunk.len() > 8 {
        let hash = Sha256::digest(&chunk[8..]);
        chunk[4..8].copy_from_slice(&hash[..4]);
    }
}

/// Writes an unsigned LEB128 number.
pub fn unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Writes a signed LEB128 number.
pub fn signed(out: &mut Vec<u8>, mut value: i64) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        let done = (value == 0 && byte & 0x40 == 0) || (value == -1 && byte & 0x40 != 0);
        out.push(if done { byte } else { byte | 0x80 });
        if done {
            return;
        }
    }
}

/// Writes bytes with their length before them.
pub fn prefixed(out: &mut Vec<u8>, bytes: &[u8]) {
    unsigned(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Bytes read from the front.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a>(pub(super) &'a [u8]);

impl<'a> Cursor<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    pub(super) fn signed(&mut self) -> Option<i64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let used = shift + 7;
                let negative = used < 64 && byte & 0x40 != 0;
                return Some(if negative {
                    value | (-1 << used)
                } else {
                    value
                });
            }
        }
        None
    }

    pub(super) fn prefixed(&mut self) -> Option<&'a [u8]> {
        let length = self.unsigned()?;
        self.take(usize::try_from(length).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use kiennghi_shared::document::Document;
    use kiennghi_shared::id::ActorId;
    use kiennghi_shared::record::Edit;
    use kiennghi_shared::schema::Kind;
    use kiennghi_shared::validate::ParsedChange;

    use super::*;

    #[test]
    fn a_change_taken_apart_and_put_together_is_the_same() {
        let mut document = Document::new(ActorId([7; 16]));
        let edits = [Edit::new("content", "Đường hỏng"), Edit::new("voters", 3)];
        document
            .edit(Kind::Petition, &edits, &"an".into(), -5)
            .expect("fits");
        let raw = document.raw_changes().remove(0);
        let draft = Draft::of(&raw).expect("a change");
        assert_eq!(draft.time_ms, -5);
        assert_eq!(draft.seal(), raw);
        let parsed = ParsedChange::parse(&raw).expect("sound");
        assert_eq!(draft.hash(), parsed.hash.0);
        let deflated = ParsedChange::parse(&seal_deflated(&draft.data())).expect("sound");
        assert_eq!(deflated.raw(), raw);
        let mut again = raw.clone();
        reseal(&mut again);
        assert_eq!(again, raw);
    }
}
