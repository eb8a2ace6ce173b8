//! Documents that harm automerge, as bytes: made without it, since it does not make them.

use sha2::{Digest, Sha256};

const ACTOR: [u8; 16] = [0x99; 16];

/// A document chunk of one change with a right checksum around these operations.
pub(crate) fn document(max_op: u64, columns: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let history = [
        (0x01, run(1, &[0])),
        (0x03, run(1, &[1])),
        (0x13, run(1, &signed(max_op as i64))),
        (0x23, run(1, &[0])),
        (0x40, run(1, &[0])),
        (0x56, run(1, &[7])),
    ];
    let mut data = vec![1, ACTOR.len() as u8];
    data.extend(ACTOR);
    data.push(1);
    data.extend([0x77; 32]);
    for columns in [&history[..], columns] {
        unsigned(&mut data, columns.len() as u64);
        for (number, column) in columns {
            unsigned(&mut data, *number);
            unsigned(&mut data, column.len() as u64);
        }
    }
    let columns = history.iter().chain(columns);
    columns.for_each(|(_, column)| data.extend(column));
    data.push(0);
    let mut chunk = vec![0];
    unsigned(&mut chunk, data.len() as u64);
    chunk.extend(data);
    let sum = Sha256::digest(&chunk);
    [&[0x85, 0x6f, 0x4a, 0x83], &sum[..4], &chunk].concat()
}

/// Two hundred bytes that are a hundred million operations.
pub(crate) fn operation_bomb() -> Vec<u8> {
    let count = 100_000_000;
    let columns = [
        (0x15, run(count, b"\x01k")),
        (0x21, run(count, &[0])),
        (0x23, run(count, &[1])),
        (0x34, number(count)),
        (0x42, run(count, &[1])),
        (0x56, run(count, &[0])),
        (0x80, run(count, &[0])),
    ];
    document(count, &columns)
}

/// Map in map in map.
pub(crate) fn nested_maps(depth: u64) -> Vec<u8> {
    let inner = depth - 1;
    let mut objects = [vec![0, 1], signed(-(inner as i64))].concat();
    (1..depth).for_each(|counter| unsigned(&mut objects, counter));
    let columns = [
        (0x01, [vec![0, 1], run(inner, &[0])].concat()),
        (0x02, objects),
        (0x15, run(depth, b"\x01k")),
        (0x21, run(depth, &[0])),
        (0x23, run(depth, &[1])),
        (0x34, number(depth)),
        (0x42, run(depth, &[0])),
        (0x56, run(depth, &[0])),
        (0x80, run(depth, &[0])),
    ];
    document(depth, &columns)
}

/// A character after one that does not exist, in a text that does not exist.
pub(crate) fn insertion_nowhere() -> Vec<u8> {
    let columns = [
        (0x01, run(1, &[0])),
        (0x02, run(1, &[77])),
        (0x11, run(1, &[0])),
        (0x13, run(1, &[55])),
        (0x21, run(1, &[0])),
        (0x23, run(1, &[100])),
        (0x34, [number(0), number(1)].concat()),
        (0x42, run(1, &[1])),
        (0x56, run(1, &[0x16])),
        (0x57, b"x".to_vec()),
        (0x80, run(1, &[0])),
    ];
    document(100, &columns)
}

fn unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn number(value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    unsigned(&mut out, value);
    out
}

fn signed(mut value: i64) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 && byte & 0x40 == 0 || value == -1 && byte & 0x40 != 0 {
            out.push(byte);
            return out;
        }
        out.push(byte | 0x80);
    }
}

/// One value so many times, run-length encoded; a single one is a literal.
fn run(count: u64, value: &[u8]) -> Vec<u8> {
    let length = if count == 1 { -1 } else { count as i64 };
    [&signed(length), value].concat()
}
