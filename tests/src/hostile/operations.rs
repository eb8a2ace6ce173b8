//! The operations of a change as rows, and the run-length columns that they are stored in.

use super::chunk::{Cursor, Draft, prefixed, signed, unsigned};

/// An operation's number as a change writes it: the position of its actor (0 is the change's
/// own, 1 the first of the others) and its counter.
pub type Id = (u64, u64);

/// What an operation is aimed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A key of a map.
    Key(String),
    /// The place before the first element of a list or text.
    Head,
    /// An element of a list or text.
    Element(Id),
}

/// Actions by their number.
pub mod action {
    /// Makes a map.
    pub const MAKE_MAP: u64 = 0;
    /// Puts a scalar.
    pub const PUT: u64 = 1;
    /// Makes a list.
    pub const MAKE_LIST: u64 = 2;
    /// Deletes.
    pub const DELETE: u64 = 3;
    /// Makes a text.
    pub const MAKE_TEXT: u64 = 4;
    /// Adds to a counter.
    pub const INCREMENT: u64 = 5;
    /// Begins or ends a mark.
    pub const MARK: u64 = 7;
}

/// Types of values by their number.
pub mod value {
    /// Nothing.
    pub const NULL: u64 = 0;
    /// A whole number.
    pub const INT: u64 = 4;
    /// A text.
    pub const TEXT: u64 = 6;
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The object; none for the root map.
    pub object: Option<Id>,
    /// The place in the object.
    pub target: Target,
    /// Whether an element is inserted.
    pub insert: bool,
    /// The action's number.
    pub action: u64,
    /// The value's type and bytes.
    pub value: (u64, Vec<u8>),
    /// The operations that it overwrites.
    pub predecessors: Vec<Id>,
    /// A mark's name: `Some(None)` and a mark's action end it.
    pub mark: Option<String>,
}

impl Row {
    /// Whether it names an operation of another actor than the change's own.
    #[must_use]
    pub fn names_another(&self) -> bool {
        let target = match self.target {
            Target::Element(id) => Some(id),
            _ => None,
        };
        let ids = self.predecessors.iter().chain(&self.object).chain(&target);
        ids.into_iter().any(|id| id.0 != 0)
    }

    /// Puts a text under a key of the root map.
    #[must_use]
    pub fn put(key: &str, text: &str) -> Self {
        Self {
            object: None,
            target: Target::Key(key.to_owned()),
            insert: false,
            action: action::PUT,
            value: (value::TEXT, text.as_bytes().to_vec()),
            predecessors: Vec::new(),
            mark: None,
        }
    }

    /// Makes an object under a key of a map.
    #[must_use]
    pub fn make(object: Option<Id>, key: &str, action: u64) -> Self {
        Self {
            object,
            action,
            value: (value::NULL, Vec::new()),
            ..Self::put(key, "")
        }
    }

    /// Inserts a character into a text.
    #[must_use]
    pub fn insert(object: Id, after: Target, character: &str) -> Self {
        Self {
            object: Some(object),
            target: after,
            insert: true,
            ..Self::put("", character)
        }
    }
}

/// Values of a column that are read.
const VALUES_MAX: u64 = 100_000;

const OBJECT_ACTOR: u64 = 0x01;
const OBJECT_COUNTER: u64 = 0x02;
const KEY_ACTOR: u64 = 0x11;
const KEY_COUNTER: u64 = 0x13;
const KEY_TEXT: u64 = 0x15;
const INSERT: u64 = 0x34;
const ACTION: u64 = 0x42;
const VALUE_META: u64 = 0x56;
const VALUE: u64 = 0x57;
const PREDECESSOR_COUNT: u64 = 0x70;
const PREDECESSOR_ACTOR: u64 = 0x71;
const PREDECESSOR_COUNTER: u64 = 0x73;
const EXPAND: u64 = 0x94;
const MARK_NAME: u64 = 0xa5;

/// Reads a change's operations; none when its columns are not what automerge writes.
#[must_use]
pub fn rows(draft: &Draft) -> Option<Vec<Row>> {
    let column = |number| {
        let found = draft.columns.iter().find(|column| column.0 == number);
        found.map_or(&[][..], |column| column.1.as_slice())
    };
    let actions = runs(column(ACTION), Cursor::unsigned)?;
    let mut object_actors = runs(column(OBJECT_ACTOR), Cursor::unsigned)?.into_iter();
    let mut object_counters = runs(column(OBJECT_COUNTER), Cursor::unsigned)?.into_iter();
    let mut key_actors = runs(column(KEY_ACTOR), Cursor::unsigned)?.into_iter();
    let mut key_counters = deltas(column(KEY_COUNTER))?.into_iter();
    let mut keys = runs(column(KEY_TEXT), |bytes| {
        String::from_utf8(bytes.prefixed()?.to_vec()).ok()
    })?
    .into_iter();
    let mut inserts = booleans(column(INSERT))?.into_iter();
    let mut metas = runs(column(VALUE_META), Cursor::unsigned)?.into_iter();
    let mut values = Cursor(column(VALUE));
    let mut counts = runs(column(PREDECESSOR_COUNT), Cursor::unsigned)?.into_iter();
    let mut predecessor_actors = runs(column(PREDECESSOR_ACTOR), Cursor::unsigned)?.into_iter();
    let mut predecessor_counters = deltas(column(PREDECESSOR_COUNTER))?.into_iter();
    let mut rows = Vec::new();
    for action in actions {
        let object = object_actors
            .next()
            .flatten()
            .zip(object_counters.next().flatten());
        let key = keys.next().flatten();
        let (actor, counter) = (key_actors.next().flatten(), key_counters.next().flatten());
        let target = match (key, actor, counter) {
            (Some(key), ..) => Target::Key(key),
            (None, Some(actor), Some(counter)) => Target::Element((actor, counter)),
            _ => Target::Head,
        };
        let meta = metas.next().flatten().unwrap_or(0);
        let value = values.take(usize::try_from(meta >> 4).ok()?)?.to_vec();
        let mut predecessors = Vec::new();
        for _ in 0..counts.next().flatten().unwrap_or(0) {
            predecessors.push((predecessor_actors.next()??, predecessor_counters.next()??));
        }
        rows.push(Row {
            object,
            target,
            insert: inserts.next().unwrap_or(false),
            action: action?,
            value: (meta & 0x0f, value),
            predecessors,
            mark: None,
        });
    }
    Some(rows)
}

/// The columns of so many times one operation, by the lengths of their runs: about thirty bytes.
#[must_use]
pub fn repeated(count: u32) -> Vec<(u64, Vec<u8>)> {
    let run = |value: &[u8]| {
        let mut run = Vec::new();
        signed(&mut run, count.into());
        run.extend_from_slice(value);
        run
    };
    let mut insert = Vec::new();
    unsigned(&mut insert, count.into());
    vec![
        (0x15, run(b"\x01x")),
        (0x34, insert),
        (0x42, run(&[1])),
        (0x56, run(&[0])),
        (0x70, run(&[0])),
    ]
}

/// Writes operations into columns, as automerge does: those that say nothing are left out.
#[must_use]
pub fn columns(rows: &[Row]) -> Vec<(u64, Vec<u8>)> {
    let numbers = |pick: &dyn Fn(&Row) -> Option<u64>| {
        write_runs(rows.iter().map(pick), |out, value| unsigned(out, *value))
    };
    let element = |row: &Row| match row.target {
        Target::Element(id) => Some(id),
        _ => None,
    };
    let key_counter = |row: &Row| match row.target {
        Target::Key(_) => None,
        Target::Head => Some(0),
        Target::Element((_, counter)) => Some(counter),
    };
    let key = |row: &Row| match &row.target {
        Target::Key(key) => Some(key.clone()),
        _ => None,
    };
    let predecessors = || rows.iter().flat_map(|row| row.predecessors.iter().copied());
    let all = vec![
        (OBJECT_ACTOR, numbers(&|row| row.object.map(|id| id.0))),
        (OBJECT_COUNTER, numbers(&|row| row.object.map(|id| id.1))),
        (KEY_ACTOR, numbers(&|row| element(row).map(|id| id.0))),
        (KEY_COUNTER, write_deltas(rows.iter().map(key_counter))),
        (
            KEY_TEXT,
            write_runs(rows.iter().map(key), |out, key| {
                prefixed(out, key.as_bytes());
            }),
        ),
        (INSERT, write_booleans(rows.iter().map(|row| row.insert))),
        (ACTION, numbers(&|row| Some(row.action))),
        (
            VALUE_META,
            numbers(&|row| Some(row.value.0 | (row.value.1.len() as u64) << 4)),
        ),
        (
            VALUE,
            rows.iter().flat_map(|row| row.value.1.clone()).collect(),
        ),
        (
            PREDECESSOR_COUNT,
            numbers(&|row| Some(row.predecessors.len() as u64)),
        ),
        (
            PREDECESSOR_ACTOR,
            write_runs(predecessors().map(|id| Some(id.0)), |out, value| {
                unsigned(out, *value);
            }),
        ),
        (
            PREDECESSOR_COUNTER,
            write_deltas(predecessors().map(|id| Some(id.1))),
        ),
        (
            EXPAND,
            write_booleans(rows.iter().map(|row| row.mark.is_some())),
        ),
        (
            MARK_NAME,
            write_runs(rows.iter().map(|row| row.mark.clone()), |out, name| {
                prefixed(out, name.as_bytes());
            }),
        ),
    ];
    let silent = |number| matches!(number, EXPAND) && rows.iter().all(|row| row.mark.is_none());
    all.into_iter()
        .filter(|(number, column)| !column.is_empty() && !silent(*number))
        .collect()
}

fn runs<'a, T: Clone>(
    column: &'a [u8],
    mut read: impl FnMut(&mut Cursor<'a>) -> Option<T>,
) -> Option<Vec<Option<T>>> {
    let mut bytes = Cursor(column);
    let mut values = Vec::new();
    while !bytes.0.is_empty() {
        let length = bytes.signed()?;
        let count = if length == 0 {
            bytes.unsigned()?
        } else {
            length.unsigned_abs()
        };
        if count > VALUES_MAX - values.len() as u64 {
            return None;
        }
        let repeated = if length > 0 {
            Some(read(&mut bytes)?)
        } else {
            None
        };
        for _ in 0..count {
            values.push(if length < 0 {
                Some(read(&mut bytes)?)
            } else {
                repeated.clone()
            });
        }
    }
    Some(values)
}

fn deltas(column: &[u8]) -> Option<Vec<Option<u64>>> {
    let mut sum = 0i64;
    let add = |delta: Option<i64>| {
        delta.map(|delta| {
            sum = sum.wrapping_add(delta);
            sum as u64
        })
    };
    Some(runs(column, Cursor::signed)?.into_iter().map(add).collect())
}

fn booleans(column: &[u8]) -> Option<Vec<bool>> {
    let mut bytes = Cursor(column);
    let (mut values, mut value) = (Vec::new(), false);
    while !bytes.0.is_empty() {
        let count = bytes.unsigned()?.min(VALUES_MAX - values.len() as u64);
        values.extend((0..count).map(|_| value));
        value = !value;
    }
    Some(values)
}

/// Writes values as runs: what repeats as one, what differs as a list, nulls by their number.
pub fn write_runs<T: PartialEq>(
    values: impl Iterator<Item = Option<T>>,
    write: impl Fn(&mut Vec<u8>, &T),
) -> Vec<u8> {
    let mut groups: Vec<(Option<T>, u64)> = Vec::new();
    for value in values {
        match groups.last_mut() {
            Some((last, count)) if *last == value => *count += 1,
            _ => groups.push((value, 1)),
        }
    }
    if groups.iter().all(|group| group.0.is_none()) {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut rest = groups.as_slice();
    while let Some(((value, count), after)) = rest.split_first() {
        let single = |group: &(Option<T>, u64)| group.1 == 1 && group.0.is_some();
        match value {
            None => {
                out.push(0);
                unsigned(&mut out, *count);
                rest = after;
            }
            Some(value) if *count > 1 => {
                signed(&mut out, *count as i64);
                write(&mut out, value);
                rest = after;
            }
            Some(_) => {
                let length = rest.iter().take_while(|group| single(group)).count();
                signed(&mut out, -(length as i64));
                let literal = rest[..length].iter().filter_map(|group| group.0.as_ref());
                literal.for_each(|value| write(&mut out, value));
                rest = &rest[length..];
            }
        }
    }
    out
}

fn write_deltas(values: impl Iterator<Item = Option<u64>>) -> Vec<u8> {
    let mut last = 0i64;
    let delta = |value: Option<u64>| {
        value.map(|value| {
            let delta = (value as i64).wrapping_sub(last);
            last = value as i64;
            delta
        })
    };
    write_runs(values.map(delta), |out, value| signed(out, *value))
}

fn write_booleans(values: impl Iterator<Item = bool>) -> Vec<u8> {
    let (mut out, mut current, mut count) = (Vec::new(), false, 0);
    for value in values {
        if value != current {
            unsigned(&mut out, count);
            (current, count) = (value, 0);
        }
        count += 1;
    }
    if count > 0 {
        unsigned(&mut out, count);
    }
    out
}

#[cfg(test)]
mod tests {
    use kiennghi_shared::document::Document;
    use kiennghi_shared::id::ActorId;
    use kiennghi_shared::record::Edit;
    use kiennghi_shared::schema::Kind;

    use super::*;

    #[test]
    fn the_operations_of_honest_changes_are_written_as_they_were_read() {
        let mut document = Document::new(ActorId([7; 16]));
        for text in ["Đường hỏng", "Đường rất hỏng", "hỏng", ""] {
            let edits = [Edit::new("content", text), Edit::new("village", text)];
            document
                .edit(Kind::Petition, &edits, &"an".into(), 1)
                .expect("fits");
        }
        let changes = document.raw_changes();
        assert_eq!(changes.len(), 4);
        for raw in changes {
            let draft = Draft::of(&raw).expect("a change");
            let rows = rows(&draft).expect("operations");
            assert_eq!(columns(&rows), draft.columns);
        }
    }
}
