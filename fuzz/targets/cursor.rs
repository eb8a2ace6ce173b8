//! Cursors: what is not sealed to the last bit stands at the beginning of the feed.
#![no_main]

// The server's own file: to depend on the server would be to build SQLite.
#[path = "../../server/src/sync/cursor.rs"]
mod cursor;

use kiennghi_shared::id::Epoch;
use kiennghi_shared::wire::Hold;
use libfuzzer_sys::fuzz_target;

use crate::cursor::{Cursors, Position};

fuzz_target!(|data: &[u8]| {
    let cursors = Cursors::new(Epoch([1; 8]), [2; 32]);
    let position = Position::of(7, &Hold::Scope);
    // The key is known here, and the comparisons are watched: in time the fuzzer seals a cursor of its
    // own, which is then good.
    let opened = cursors.open(Some(data), position);
    assert!(opened == 0 || cursors.seal(opened, position) == data);
    // The same bytes as changes to a cursor that is good: pairs of a place and what is put there.
    let sealed = cursors.seal(77, position);
    let mut forged = sealed.clone();
    for pair in data.chunks_exact(2) {
        let at = usize::from(pair[0]) % (forged.len() + 1);
        match forged.get_mut(at) {
            Some(byte) => *byte ^= pair[1],
            None => forged.push(pair[1]),
        }
    }
    let opened = cursors.open(Some(&forged), position);
    assert!(opened == 0 || cursors.seal(opened, position) == forged);
    assert_eq!(cursors.open(Some(&sealed), position), 77);
});
