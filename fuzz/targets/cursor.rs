//! Cursors: bytes that the server did not seal stand at the beginning of the feed.
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
    assert_eq!(cursors.open(Some(data), position), 0);
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
    let expected = if forged == sealed { 77 } else { 0 };
    assert_eq!(cursors.open(Some(&forged), position), expected);
});
