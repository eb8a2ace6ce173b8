//! One change chunk, read under limits into plain values. Never panics, never allocates more than
//! the limits allow.

use std::io::Read;

use sha2::{Digest, Sha256};

use super::columns::{Booleans, Bytes, Deltas, Runs};
use crate::code::Code;
use crate::id::{ActorId, ChangeHash};
use crate::limits::{
    CHANGE_ACTORS_MAX, CHANGE_BYTES_MAX, CHANGE_DEPS_MAX, CHANGE_OPS_MAX, DOCUMENT_OPS_MAX,
    KEY_BYTES_MAX, MESSAGE_BYTES_MAX, SCALAR_BYTES_MAX,
};

pub(super) const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHUNK_CHANGE: u8 = 1;
const CHUNK_COMPRESSED: u8 = 2;

/// The number of an operation: its counter and who made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct OpId {
    pub(super) counter: u64,
    pub(super) actor: ActorId,
}

/// What an operation is aimed at inside its object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    Map(Box<str>),
    Head,
    Element(OpId),
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Put,
    Delete,
    MakeText,
}

impl Action {
    /// Its number in automerge's encoding.
    pub(super) fn number(self) -> u64 {
        match self {
            Action::Put => 1,
            Action::Delete => 3,
            Action::MakeText => 4,
        }
    }
}

/// What an operation carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalar {
    Null,
    Int,
    /// Text, by its number of characters.
    Text(usize),
}

/// One operation.
#[derive(Debug, Clone)]
pub(super) struct Op {
    /// The object; none for the root map.
    pub(super) object: Option<OpId>,
    pub(super) key: Key,
    pub(super) insert: bool,
    pub(super) action: Action,
    pub(super) value: Scalar,
    /// The value as it is encoded: its type and length, and its bytes' place in the change.
    pub(super) encoded: Encoded,
    pub(super) predecessors: Vec<OpId>,
}

/// A value as automerge encodes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Encoded {
    /// The type in the low four bits, the length in the others.
    pub(super) meta: u64,
    /// Where its bytes begin among the change's values.
    pub(super) at: usize,
}

/// A change within its limits. Whether it fits a document is for
/// [`DocumentIndex`](super::DocumentIndex) to say.
#[derive(Debug, Clone)]
pub struct ParsedChange {
    /// The change's name: SHA-256 of its content.
    pub hash: ChangeHash,
    /// Who made it.
    pub actor: ActorId,
    /// Its number among the actor's changes to the document, from 1.
    pub seq: u64,
    /// The counter of its first operation.
    pub start_op: u64,
    /// The changes it was made on top of.
    pub deps: Vec<ChangeHash>,
    /// The author's user name.
    pub message: String,
    /// The author's clock, milliseconds since 1970: a claim.
    pub time_ms: i64,
    pub(super) ops: Vec<Op>,
    /// The bytes of all values, one after the other.
    pub(super) values: Vec<u8>,
    raw: Vec<u8>,
}

impl ParsedChange {
    /// Reads one chunk, a change or a compressed change, and nothing after it.
    ///
    /// # Errors
    /// [`Code::TooLarge`] past a limit, [`Code::BadChange`] for broken encoding,
    /// [`Code::BadOperation`] for an action or value that no document here has.
    pub fn parse(chunk: &[u8]) -> Result<Self, Code> {
        let (hash, raw, data) = unpack(chunk)?;
        let mut change = parse_data(&raw[data..])?;
        change.hash = hash;
        change.raw = raw;
        Ok(change)
    }

    /// The change's hash alone, without a look at its operations.
    ///
    /// # Errors
    /// As [`ParsedChange::parse`], as far as it gets.
    pub fn hash_of(chunk: &[u8]) -> Result<ChangeHash, Code> {
        unpack(chunk).map(|(hash, _, _)| hash)
    }

    /// The bytes of a value of one of its operations.
    pub(super) fn value(&self, encoded: Encoded) -> &[u8] {
        let length = usize::try_from(encoded.meta >> 4).unwrap_or(usize::MAX);
        let end = encoded.at.saturating_add(length);
        self.values.get(encoded.at..end).unwrap_or_default()
    }

    /// The chunk, not compressed: what is stored and sent on.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// How many operations it has.
    #[must_use]
    pub fn op_count(&self) -> usize {
        self.ops.len()
    }

    /// The counter of its last operation.
    #[must_use]
    pub fn max_op(&self) -> u64 {
        self.start_op + self.ops.len() as u64 - 1
    }
}

/// Takes a chunk apart: the change's hash, the chunk not compressed, and where its content begins.
fn unpack(chunk: &[u8]) -> Result<(ChangeHash, Vec<u8>, usize), Code> {
    if chunk.len() > CHANGE_BYTES_MAX {
        return Err(Code::TooLarge);
    }
    let mut bytes = Bytes(chunk);
    if bytes.take(4)? != MAGIC {
        return Err(Code::BadChange);
    }
    let checksum = bytes.take(4)?;
    let chunk_type = bytes.take(1)?[0];
    let length = bytes.count(CHANGE_BYTES_MAX)?;
    let data = bytes.take(length)?;
    if !bytes.0.is_empty() {
        return Err(Code::BadChange);
    }
    let inflated;
    let data = match chunk_type {
        CHUNK_CHANGE => data,
        CHUNK_COMPRESSED => {
            inflated = inflate(data)?;
            &inflated
        }
        _ => return Err(Code::BadChange),
    };
    let mut header = vec![CHUNK_CHANGE];
    write_unsigned(&mut header, data.len());
    let hash = Sha256::new()
        .chain_update(&header)
        .chain_update(data)
        .finalize();
    if hash[..4] != *checksum {
        return Err(Code::BadChange);
    }
    let raw = [&MAGIC, checksum, &header, data].concat();
    let at = raw.len() - data.len();
    Ok((ChangeHash(hash.into()), raw, at))
}

fn inflate(data: &[u8]) -> Result<Vec<u8>, Code> {
    let mut inflated = Vec::new();
    let bound = CHANGE_BYTES_MAX as u64 + 1;
    flate2::read::DeflateDecoder::new(data)
        .take(bound)
        .read_to_end(&mut inflated)
        .map_err(|_| Code::BadChange)?;
    if inflated.len() > CHANGE_BYTES_MAX {
        Err(Code::TooLarge)
    } else {
        Ok(inflated)
    }
}

pub(super) fn write_unsigned(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn actor(bytes: &mut Bytes<'_>) -> Result<ActorId, Code> {
    let length = bytes.count(64)?;
    ActorId::from_slice(bytes.take(length)?).map_err(|_| Code::BadChange)
}

fn parse_data(data: &[u8]) -> Result<ParsedChange, Code> {
    let mut bytes = Bytes(data);
    let mut deps = Vec::new();
    for _ in 0..bytes.count(CHANGE_DEPS_MAX)? {
        deps.push(ChangeHash::from_slice(bytes.take(32)?).map_err(|_| Code::BadChange)?);
    }
    let own = actor(&mut bytes)?;
    let seq = bytes.unsigned()?;
    let start_op = bytes.unsigned()?;
    let time_ms = bytes.signed()?;
    let message = bytes.text(MESSAGE_BYTES_MAX)?.to_owned();
    let mut actors = vec![own];
    for _ in 0..bytes.count(CHANGE_ACTORS_MAX)? {
        actors.push(actor(&mut bytes)?);
    }
    let ascending = |sorted: bool| if sorted { Ok(()) } else { Err(Code::BadChange) };
    ascending(deps.windows(2).all(|pair| pair[0] < pair[1]))?;
    ascending(actors[1..].windows(2).all(|pair| pair[0] < pair[1]))?;
    if seq == 0 || start_op == 0 || actors[1..].contains(&own) {
        return Err(Code::BadChange);
    }
    // Far beyond any year that a phone's clock can show, and far from overflow.
    if time_ms.unsigned_abs() > 1 << 48 || start_op > DOCUMENT_OPS_MAX {
        return Err(Code::TooLarge);
    }
    let columns = Columns::split(&mut bytes)?;
    if !bytes.0.is_empty() {
        return Err(Code::BadChange);
    }
    let mut actors = Actors::new(actors);
    let ops = columns.ops(&mut actors)?;
    if !actors.all_named() {
        return Err(Code::BadChange);
    }
    if ops.is_empty() {
        return Err(Code::BadOperation);
    }
    if start_op + ops.len() as u64 > DOCUMENT_OPS_MAX {
        return Err(Code::TooLarge);
    }
    Ok(ParsedChange {
        values: columns.value.to_vec(),
        hash: ChangeHash([0; 32]),
        actor: own,
        seq,
        start_op,
        deps,
        message,
        time_ms,
        ops,
        raw: Vec::new(),
    })
}

/// The columns of a change by their number (id × 16 + type); those absent are empty.
#[derive(Default)]
struct Columns<'a> {
    object_actor: &'a [u8],
    object_counter: &'a [u8],
    key_actor: &'a [u8],
    key_counter: &'a [u8],
    key_text: &'a [u8],
    insert: &'a [u8],
    action: &'a [u8],
    value_meta: &'a [u8],
    value: &'a [u8],
    predecessor_count: &'a [u8],
    predecessor_actor: &'a [u8],
    predecessor_counter: &'a [u8],
}

impl<'a> Columns<'a> {
    fn split(bytes: &mut Bytes<'a>) -> Result<Self, Code> {
        let mut specs = Vec::new();
        for _ in 0..bytes.count(16)? {
            specs.push((bytes.unsigned()?, bytes.count(CHANGE_BYTES_MAX)?));
        }
        let ascending = specs.windows(2).all(|pair| pair[0].0 < pair[1].0);
        if !ascending || specs.iter().any(|(_, length)| *length == 0) {
            return Err(Code::BadChange);
        }
        let mut columns = Self::default();
        for (number, length) in specs {
            let column = match number {
                0x01 => &mut columns.object_actor,
                0x02 => &mut columns.object_counter,
                0x11 => &mut columns.key_actor,
                0x13 => &mut columns.key_counter,
                0x15 => &mut columns.key_text,
                0x34 => &mut columns.insert,
                0x42 => &mut columns.action,
                0x56 => &mut columns.value_meta,
                0x57 => &mut columns.value,
                0x70 => &mut columns.predecessor_count,
                0x71 => &mut columns.predecessor_actor,
                0x73 => &mut columns.predecessor_counter,
                // Marks and columns of other versions have no place in these documents.
                _ => return Err(Code::BadOperation),
            };
            *column = bytes.take(length)?;
        }
        Ok(columns)
    }

    fn ops(&self, actors: &mut Actors) -> Result<Vec<Op>, Code> {
        let count = Runs::new(self.action, Bytes::unsigned).length(CHANGE_OPS_MAX)?;
        let mut object_actor = Runs::new(self.object_actor, Bytes::unsigned);
        let mut object_counter = Runs::new(self.object_counter, Bytes::unsigned);
        let mut key_actor = Runs::new(self.key_actor, Bytes::unsigned);
        let mut key_counter = Deltas::new(self.key_counter);
        let mut key_text = Runs::new(self.key_text, |bytes| bytes.text(KEY_BYTES_MAX));
        let mut insert = Booleans::new(self.insert);
        let mut action = Runs::new(self.action, Bytes::unsigned);
        let mut value_meta = Runs::new(self.value_meta, Bytes::unsigned);
        let mut value = Bytes(self.value);
        let mut predecessor_count = Runs::new(self.predecessor_count, Bytes::unsigned);
        let mut predecessor_actor = Runs::new(self.predecessor_actor, Bytes::unsigned);
        let mut predecessor_counter = Deltas::new(self.predecessor_counter);
        let mut predecessors_left = CHANGE_OPS_MAX as u64;
        let mut ops = Vec::with_capacity(count);
        for _ in 0..count {
            let object = actors.op_id(object_counter.step()?, object_actor.step()?)?;
            let key = match (key_text.step()?, key_counter.step()?, key_actor.step()?) {
                (Some(key), None, None) => Key::Map(key.into()),
                (None, Some(0), None) => Key::Head,
                (None, counter @ Some(_), actor @ Some(_)) => {
                    Key::Element(actors.op_id(counter, actor)?.ok_or(Code::BadChange)?)
                }
                _ => return Err(Code::BadChange),
            };
            let action = match action.step()? {
                Some(1) => Action::Put,
                Some(3) => Action::Delete,
                Some(4) => Action::MakeText,
                Some(0 | 2 | 5 | 6 | 7) => return Err(Code::BadOperation),
                _ => return Err(Code::BadChange),
            };
            let encoded = Encoded {
                meta: value_meta.step()?.ok_or(Code::BadChange)?,
                at: self.value.len() - value.0.len(),
            };
            let value = scalar(encoded.meta, &mut value)?;
            let count = predecessor_count.step()?.ok_or(Code::BadChange)?;
            predecessors_left = predecessors_left.checked_sub(count).ok_or(Code::TooLarge)?;
            let mut predecessors = Vec::new();
            for _ in 0..count {
                let id = actors.op_id(predecessor_counter.step()?, predecessor_actor.step()?)?;
                predecessors.push(id.ok_or(Code::BadChange)?);
            }
            if !predecessors.windows(2).all(|pair| pair[0] < pair[1]) {
                return Err(Code::BadChange);
            }
            ops.push(Op {
                object,
                key,
                insert: insert.step()?,
                action,
                value,
                encoded,
                predecessors,
            });
        }
        object_actor.finish()?;
        object_counter.finish()?;
        key_actor.finish()?;
        key_counter.finish()?;
        key_text.finish()?;
        insert.finish()?;
        action.finish()?;
        value_meta.finish()?;
        predecessor_count.finish()?;
        predecessor_actor.finish()?;
        predecessor_counter.finish()?;
        if value.0.is_empty() {
            Ok(ops)
        } else {
            Err(Code::BadChange)
        }
    }
}

/// The actors of a change, its own first, and which of them its operations name.
struct Actors {
    ids: Vec<ActorId>,
    named: Vec<bool>,
}

impl Actors {
    fn new(ids: Vec<ActorId>) -> Self {
        let mut named = vec![false; ids.len()];
        named[0] = true;
        Self { ids, named }
    }

    fn op_id(&mut self, counter: Option<u64>, actor: Option<u64>) -> Result<Option<OpId>, Code> {
        match (counter, actor) {
            (None, None) => Ok(None),
            (Some(counter), Some(actor)) if (1..=DOCUMENT_OPS_MAX).contains(&counter) => {
                let index = usize::try_from(actor).map_err(|_| Code::BadChange)?;
                let actor = *self.ids.get(index).ok_or(Code::BadChange)?;
                self.named[index] = true;
                Ok(Some(OpId { counter, actor }))
            }
            _ => Err(Code::BadChange),
        }
    }

    /// automerge lists no actor that is not named, and would leave it out when it writes anew.
    fn all_named(&self) -> bool {
        self.named.iter().all(|named| *named)
    }
}

/// Reads a value by its metadata: type in the low four bits, length in the others.
fn scalar(meta: u64, bytes: &mut Bytes<'_>) -> Result<Scalar, Code> {
    let length = usize::try_from(meta >> 4).map_err(|_| Code::TooLarge)?;
    if length > SCALAR_BYTES_MAX {
        return Err(Code::TooLarge);
    }
    let mut value = Bytes(bytes.take(length)?);
    match meta & 0x0f {
        0 if length == 0 => Ok(Scalar::Null),
        4 => {
            value.signed()?;
            if value.0.is_empty() {
                Ok(Scalar::Int)
            } else {
                Err(Code::BadChange)
            }
        }
        6 => std::str::from_utf8(value.0)
            .map(|text| Scalar::Text(text.chars().count()))
            .map_err(|_| Code::BadChange),
        0 => Err(Code::BadChange),
        _ => Err(Code::BadOperation),
    }
}
