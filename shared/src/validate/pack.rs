//! Writes changes as one document, in the encoding that automerge saves.
//!
//! Loading it, automerge makes each change anew from the document's operations and compares the
//! hashes that come out: what loads holds these very changes and nothing else. So this may err, and
//! then nothing loads; it cannot pass one thing for another.

use std::collections::HashMap;
use std::ops::Range;

use sha2::{Digest, Sha256};

use super::change::{Action, Key, MAGIC, Op, OpId, ParsedChange, write_unsigned};
use super::columns::write::{Booleans, Deltas, Runs, Table, unsigned};
use crate::id::{ActorId, ChangeHash};

const CHUNK_DOCUMENT: u8 = 0;
/// Further bytes of a change: none, said as a value of bytes.
const NOTHING_FURTHER: u64 = 7;

/// A whole document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// A document chunk, not compressed.
    pub bytes: Vec<u8>,
    /// Its heads, in the order of their bytes.
    pub heads: Vec<ChangeHash>,
}

/// Packs all changes of a document, each after those it depends on. Of changes that were not found
/// sound together comes something that does not load.
#[must_use]
pub fn pack(changes: &[&ParsedChange]) -> Packed {
    let actors = Actors::of(changes);
    let heads = heads(changes);
    let mut data = Vec::new();
    write_unsigned(&mut data, actors.0.len());
    for actor in &actors.0 {
        write_unsigned(&mut data, actor.0.len());
        data.extend_from_slice(&actor.0);
    }
    write_unsigned(&mut data, heads.len());
    for (hash, _) in &heads {
        data.extend_from_slice(hash.as_bytes());
    }
    let history = pack_history(changes, &actors);
    let operations = Operations::of(changes, &actors).pack();
    history.write_layout(&mut data);
    operations.write_layout(&mut data);
    history.write_columns(&mut data);
    operations.write_columns(&mut data);
    for (_, position) in &heads {
        write_unsigned(&mut data, *position);
    }
    Packed {
        bytes: sealed(&data),
        heads: heads.into_iter().map(|(hash, _)| hash).collect(),
    }
}

/// A chunk: what it is, its length and its checksum before the data.
fn sealed(data: &[u8]) -> Vec<u8> {
    let mut header = vec![CHUNK_DOCUMENT];
    write_unsigned(&mut header, data.len());
    let hash = Sha256::new()
        .chain_update(&header)
        .chain_update(data)
        .finalize();
    [&MAGIC, &hash[..4], &header, data].concat()
}

/// The changes on which no other depends, by hash, and their places.
fn heads(changes: &[&ParsedChange]) -> Vec<(ChangeHash, usize)> {
    let mut heads: Vec<(ChangeHash, usize)> = Vec::new();
    for (position, change) in changes.iter().enumerate() {
        heads.retain(|(hash, _)| !change.deps.contains(hash));
        heads.push((change.hash, position));
    }
    heads.sort_unstable();
    heads
}

/// All actors in the order of their bytes: columns name them by their place.
struct Actors(Vec<ActorId>);

impl Actors {
    fn of(changes: &[&ParsedChange]) -> Self {
        let mut actors: Vec<ActorId> = changes.iter().map(|change| change.actor).collect();
        actors.sort_unstable();
        actors.dedup();
        Self(actors)
    }

    /// One that made no change here cannot be named, and is not named by sound changes.
    fn place(&self, actor: &ActorId) -> u64 {
        self.0.binary_search(actor).unwrap_or(usize::MAX) as u64
    }
}

fn pack_history(changes: &[&ParsedChange], actors: &Actors) -> Table {
    let mut actor = Runs::new(unsigned);
    let (mut seq, mut max_op, mut time) = (Deltas::new(), Deltas::new(), Deltas::new());
    let mut message = Runs::new(|out, text: &&str| {
        write_unsigned(out, text.len());
        out.extend_from_slice(text.as_bytes());
    });
    let (mut dep_count, mut dep) = (Runs::new(unsigned), Deltas::new());
    let mut further = Runs::new(unsigned);
    let places: HashMap<ChangeHash, usize> = changes
        .iter()
        .enumerate()
        .map(|(place, change)| (change.hash, place))
        .collect();
    for change in changes {
        actor.push(Some(actors.place(&change.actor)));
        seq.push(Some(signed(change.seq)));
        max_op.push(Some(signed(change.max_op())));
        time.push(Some(change.time_ms));
        let words = change.message.as_str();
        message.push((!words.is_empty()).then_some(words));
        dep_count.push(Some(change.deps.len() as u64));
        for hash in &change.deps {
            let place = places.get(hash).copied().unwrap_or(usize::MAX);
            dep.push(Some(signed(place as u64)));
        }
        further.push(Some(NOTHING_FURTHER));
    }
    let mut table = Table::default();
    table.add(0x01, actor.finish());
    table.add(0x03, seq.finish());
    table.add(0x13, max_op.finish());
    table.add(0x23, time.finish());
    table.add(0x35, message.finish_unless_null());
    table.add(0x40, dep_count.finish());
    table.add(0x43, dep.finish());
    table.add(0x56, further.finish());
    table
}

/// The number of an operation here: its counter and its actor's place.
type Id = (u64, u64);

/// The operations of all changes, in the order of the changes.
struct Operations<'a> {
    actors: &'a Actors,
    rows: Vec<Row<'a>>,
    /// For each actor, the counters of its changes' operations and the row of the first.
    by_actor: Vec<Vec<(Range<u64>, usize)>>,
    /// Each operation that overwrites or deletes, beside the row of what it does that to.
    successors: Vec<(usize, Id)>,
}

struct Row<'a> {
    id: Id,
    op: &'a Op,
    change: &'a ParsedChange,
    /// The row of its object; none for the root, and for what is not there.
    object: Option<usize>,
}

impl<'a> Operations<'a> {
    fn of(changes: &[&'a ParsedChange], actors: &'a Actors) -> Self {
        let mut all = Self {
            actors,
            rows: Vec::with_capacity(changes.iter().map(|change| change.ops.len()).sum()),
            by_actor: vec![Vec::new(); actors.0.len()],
            successors: Vec::new(),
        };
        for change in changes {
            let actor = actors.place(&change.actor);
            let span = change.start_op..change.max_op() + 1;
            all.by_actor[actor as usize].push((span, all.rows.len()));
            for (counter, op) in (change.start_op..).zip(&change.ops) {
                let object = op.object.as_ref().and_then(|object| all.row(object));
                let id = (counter, actor);
                for predecessor in &op.predecessors {
                    let row = all.row(predecessor);
                    all.successors.extend(row.map(|row| (row, id)));
                }
                all.rows.push(Row {
                    id,
                    op,
                    change,
                    object,
                });
            }
        }
        all.successors.sort_unstable();
        all
    }

    fn row(&self, id: &OpId) -> Option<usize> {
        let spans = self.by_actor.get(self.actors.place(&id.actor) as usize)?;
        let after = spans.partition_point(|(span, _)| span.end <= id.counter);
        let (span, first) = spans.get(after)?;
        let offset = usize::try_from(id.counter.checked_sub(span.start)?).ok()?;
        Some(first + offset).filter(|row| *row < self.rows.len())
    }

    /// Rows as a document has them: the root's by key, then each text's by place; what is deleted
    /// stays, and a deletion is no row.
    fn in_order(&self) -> Vec<usize> {
        let mut root = Vec::new();
        let mut texts = Vec::new();
        let mut elements = Vec::new();
        for (row, Row { op, object, .. }) in self.rows.iter().enumerate() {
            match (&op.object, object) {
                _ if op.action == Action::Delete => {}
                (None, _) => root.push(row),
                (Some(_), Some(_)) => elements.push(row),
                (Some(_), None) => {}
            }
            if op.action == Action::MakeText {
                texts.push(row);
            }
        }
        root.sort_by_key(|row| {
            let row = &self.rows[*row];
            match &row.op.key {
                Key::Map(key) => (Some(key), row.id),
                Key::Head | Key::Element(_) => (None, row.id),
            }
        });
        let by_id = |row: &usize| self.rows[*row].id;
        texts.sort_by_key(by_id);
        elements.sort_by_key(by_id);
        let mut order = root;
        self.spell(&texts, &elements, &mut order);
        order
    }

    /// Appends the elements of texts, each after the one it was put behind, the newest of those put
    /// behind the same one first.
    fn spell(&self, texts: &[usize], elements: &[usize], order: &mut Vec<usize>) {
        const NONE: usize = usize::MAX;
        let mut first = vec![NONE; self.rows.len()];
        let mut next = vec![NONE; self.rows.len()];
        for element in elements {
            let row = &self.rows[*element];
            let behind = match &row.op.key {
                Key::Head => row.object,
                Key::Element(behind) => self.row(behind),
                Key::Map(_) => None,
            };
            if let Some(behind) = behind {
                next[*element] = std::mem::replace(&mut first[behind], *element);
            }
        }
        let mut waiting = Vec::new();
        for text in texts {
            let mut here = first[*text];
            loop {
                if here == NONE {
                    match waiting.pop() {
                        Some(other) => here = other,
                        None => break,
                    }
                }
                order.push(here);
                if next[here] != NONE {
                    waiting.push(next[here]);
                }
                here = first[here];
            }
        }
    }

    fn pack(&self) -> Table {
        let (mut object_actor, mut object_counter) = (Runs::new(unsigned), Runs::new(unsigned));
        let (mut key_actor, mut key_counter) = (Runs::new(unsigned), Deltas::new());
        let mut key_text = Runs::new(|out, text: &&str| {
            write_unsigned(out, text.len());
            out.extend_from_slice(text.as_bytes());
        });
        let (mut actor, mut counter) = (Runs::new(unsigned), Deltas::new());
        let (mut insert, mut action) = (Booleans::new(), Runs::new(unsigned));
        let (mut value_meta, mut value) = (Runs::new(unsigned), Vec::new());
        let mut successor_count = Runs::new(unsigned);
        let (mut successor_actor, mut successor_counter) = (Runs::new(unsigned), Deltas::new());
        for place in self.in_order() {
            let Row {
                id,
                op,
                change,
                object,
            } = &self.rows[place];
            let object = object.map(|object| self.rows[object].id);
            object_actor.push(object.map(|(_, actor)| actor));
            object_counter.push(object.map(|(counter, _)| counter));
            let (key, element) = match &op.key {
                Key::Map(key) => (Some(&**key), None),
                Key::Head => (None, Some((0, None))),
                Key::Element(id) => (None, Some((id.counter, Some(self.actors.place(&id.actor))))),
            };
            key_text.push(key);
            key_counter.push(element.map(|(counter, _)| signed(counter)));
            key_actor.push(element.and_then(|(_, actor)| actor));
            counter.push(Some(signed(id.0)));
            actor.push(Some(id.1));
            insert.push(op.insert);
            action.push(Some(op.action.number()));
            value_meta.push(Some(op.encoded.meta));
            value.extend_from_slice(change.value(op.encoded));
            let start = self.successors.partition_point(|(row, _)| *row < place);
            let successors = self.successors[start..].iter();
            let mut count = 0;
            for (_, id) in successors.take_while(|(row, _)| *row == place) {
                successor_counter.push(Some(signed(id.0)));
                successor_actor.push(Some(id.1));
                count += 1;
            }
            successor_count.push(Some(count));
        }
        let mut table = Table::default();
        table.add(0x01, object_actor.finish_unless_null());
        table.add(0x02, object_counter.finish_unless_null());
        table.add(0x11, key_actor.finish_unless_null());
        table.add(0x13, key_counter.finish_unless_null());
        table.add(0x15, key_text.finish_unless_null());
        table.add(0x21, actor.finish());
        table.add(0x23, counter.finish());
        table.add(0x34, insert.finish());
        table.add(0x42, action.finish());
        table.add(0x56, value_meta.finish());
        table.add(0x57, value);
        table.add(0x80, successor_count.finish());
        table.add(0x81, successor_actor.finish());
        table.add(0x83, successor_counter.finish());
        table
    }
}

/// Numbers here stay far below the bound; one that does not makes nothing that loads.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
