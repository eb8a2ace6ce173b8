//! Cursors and seals: what is not made to the last bit by this server is not taken.
#![no_main]

// The server's own file: to depend on the server would be to build SQLite.
#[path = "../../server/src/signet.rs"]
mod signet;

use kiennghi_shared::id::{DocumentId, Epoch, UnitCode};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::{DocumentHeader, Hold, Seal};
use libfuzzer_sys::fuzz_target;

use crate::signet::{Cursor, Signet};

fuzz_target!(|data: &[u8]| {
    let signet = Signet::new([2; 32]);
    // The key is known here, and the comparisons are watched: in time the fuzzer seals a cursor of its
    // own, which is then good.
    if let Some(read) = signet.read_cursor(data) {
        assert_eq!(signet.write_cursor(&read), data);
    }
    // The same bytes as changes to a cursor that is good: pairs of a place and what is put there.
    let cursor = Cursor::at(&Hold::Scope, Epoch([1; 8]), 7, 77, [3; 8]);
    let sealed = signet.write_cursor(&cursor);
    let mut forged = sealed.clone();
    for pair in data.chunks_exact(2) {
        let at = usize::from(pair[0]) % (forged.len() + 1);
        match forged.get_mut(at) {
            Some(byte) => *byte ^= pair[1],
            None => forged.push(pair[1]),
        }
    }
    if let Some(read) = signet.read_cursor(&forged) {
        assert_eq!(signet.write_cursor(&read), forged);
    }
    let read = signet.read_cursor(&sealed).expect("its own");
    assert!(read == cursor && read.holds(&Hold::Scope));

    let header = DocumentHeader {
        id: DocumentId([4; 16]),
        kind: Kind::Petition,
        unit: UnitCode::from("QN-DH-02"),
    };
    if let Ok(shown) = Seal::decode(data) {
        let made = signet.seal(&header, &shown.heads);
        assert_eq!(signet.made(&header, &shown), made.tag == shown.tag);
    }
});
