//! Spoils one change in one to three places, and seals it again.

use crate::hostile::chunk::{Draft, reseal, seal_deflated};
use crate::hostile::operations::{Id, Row, Target, columns, rows};
use crate::random::Random;

/// Numbers at which things go wrong.
const EDGES: &[u64] = &[
    0,
    1,
    2,
    3,
    16,
    127,
    128,
    4_096,
    u32::MAX as u64,
    1 << 32,
    i64::MAX as u64,
    u64::MAX,
];

/// A mutant of an honest change. Most have an actor of their own, so that one that is stored does
/// not stand in the way of the others.
#[must_use]
pub fn mutate(random: &mut Random, honest: &[u8]) -> Vec<u8> {
    let Some(mut draft) = Draft::of(honest) else {
        return random.bytes(40);
    };
    if draft.seq == 1 && random.below(10) > 0 {
        draft.actor = random.bytes(16);
    }
    let rounds = 1 + random.below(3);
    match random.below(8) {
        0 | 1 => bytes(random, &draft, rounds),
        2 => {
            (0..rounds).for_each(|_| spoil_column(random, &mut draft));
            draft.seal()
        }
        3 => {
            (0..rounds).for_each(|_| spoil_header(random, &mut draft));
            draft.seal()
        }
        kind => {
            let Some(mut operations) = rows(&draft) else {
                return bytes(random, &draft, rounds);
            };
            for _ in 0..rounds {
                spoil_operations(random, &draft, &mut operations);
            }
            draft.columns = columns(&operations);
            if kind == 7 {
                spoil_header(random, &mut draft);
            }
            if random.below(16) == 0 {
                seal_deflated(&draft.data())
            } else {
                draft.seal()
            }
        }
    }
}

/// Changes bytes anywhere behind the checksum.
fn bytes(random: &mut Random, draft: &Draft, rounds: u64) -> Vec<u8> {
    let mut chunk = draft.seal();
    for _ in 0..rounds {
        let at = 8 + random.below(chunk.len() as u64 - 8) as usize;
        match random.below(4) {
            0 => chunk[at] ^= 1 << random.below(8),
            1 => chunk[at] = random.number() as u8,
            2 => chunk[at] = *random.pick(&[0, 1, 0x7e, 0x7f, 0x80, 0xff]),
            _ => chunk[at] = chunk[at].wrapping_add(1),
        }
    }
    if random.below(40) == 0 {
        let length = random.below(chunk.len() as u64) as usize;
        chunk.truncate(length.max(9));
    }
    reseal(&mut chunk);
    chunk
}

/// Changes a column's run lengths, deltas and values without knowing which is which.
fn spoil_column(random: &mut Random, draft: &mut Draft) {
    if draft.columns.is_empty() {
        return;
    }
    let count = draft.columns.len();
    let which = random.below(count as u64) as usize;
    let other = draft.columns[random.below(count as u64) as usize].1.clone();
    let column = &mut draft.columns[which];
    match random.below(7) {
        0 => column.1 = other,
        1 => column.0 ^= 1 << random.below(8),
        2 => column.1.clear(),
        3 => column.1.extend([0x7f, random.below(3) as u8]),
        4 => {
            let doubled = column.1.repeat(2);
            column.1 = doubled;
        }
        _ => {
            let at = random.below(column.1.len() as u64) as usize;
            if let Some(byte) = column.1.get_mut(at) {
                *byte = match random.below(3) {
                    0 => byte.wrapping_add(1),
                    1 => byte.wrapping_sub(1),
                    _ => random.number() as u8,
                };
            }
        }
    }
}

fn spoil_header(random: &mut Random, draft: &mut Draft) {
    let edge = *random.pick(EDGES);
    match random.below(9) {
        0 => draft.seq = near(random, draft.seq, edge),
        1 | 2 => draft.start_op = near(random, draft.start_op, edge),
        3 => draft.time_ms = edge as i64,
        4 => {
            draft.deps.pop();
        }
        5 => {
            let mut unknown = [0; 32];
            unknown.copy_from_slice(&random.bytes(32));
            draft.deps.push(unknown);
            draft.deps.sort_unstable();
        }
        6 => {
            let known = draft.deps.first().copied();
            draft.deps.extend(known);
        }
        7 => {
            let other = random.bytes(16);
            draft.others.push(other);
            if random.below(2) == 0 {
                draft.others.sort_unstable();
            }
        }
        _ => match draft.others.len() as u64 {
            0 => draft.message.push(random.number() as u8),
            count => {
                let taken = draft.others.remove(random.below(count) as usize);
                if random.below(2) == 0 {
                    draft.actor = taken;
                }
            }
        },
    }
}

fn near(random: &mut Random, number: u64, edge: u64) -> u64 {
    match random.below(4) {
        0 => number.wrapping_add(1),
        1 => number.wrapping_sub(1),
        2 => number.wrapping_add(random.below(20)),
        _ => edge,
    }
}

fn id(random: &mut Random, draft: &Draft) -> Id {
    let actors = draft.others.len() as u64 + 1;
    let beyond = u64::from(random.below(20) == 0);
    let actor = random.below(actors + beyond);
    (actor, random.below(draft.start_op.saturating_add(6)))
}

fn spoil_operations(random: &mut Random, draft: &Draft, operations: &mut Vec<Row>) {
    if operations.is_empty() {
        return;
    }
    let count = operations.len() as u64;
    let (at, with) = (random.below(count) as usize, random.below(count) as usize);
    let id = id(random, draft);
    let row = &mut operations[at];
    match random.below(14) {
        0 => row.action = random.below(9),
        1 => row.insert = !row.insert,
        2 => row.predecessors = vec![id],
        3 => row.predecessors.push(id),
        4 => row.predecessors.clear(),
        5 => row.target = Target::Element(id),
        6 => row.target = Target::Head,
        7 => {
            let keys = [
                "village", "place", "content", "schema", "voters", "", "other",
            ];
            row.target = Target::Key((*random.pick(&keys)).to_owned());
        }
        8 => row.object = Some(id),
        9 => row.object = None,
        10 => spoil_value(random, row),
        11 => {
            let twin = row.clone();
            operations.insert(with, twin);
        }
        12 => operations.swap(at, with),
        _ => {
            operations.remove(at);
        }
    }
}

fn spoil_value(random: &mut Random, row: &mut Row) {
    match random.below(4) {
        0 => row.value.0 = random.below(12),
        1 => row.value.1.push(random.number() as u8),
        2 => row.value.1.clear(),
        _ => {
            let texts: [&[u8]; 7] = [
                b"\n",
                b"\0",
                "e\u{302}".as_bytes(),
                "🏔".as_bytes(),
                b"\xff",
                b"ab",
                b"x",
            ];
            let value = random.pick(&texts);
            row.value.1 = value.to_vec();
        }
    }
}
