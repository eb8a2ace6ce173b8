//! Cursors: where a phone stands in the feed, sealed so that a phone can neither make nor alter
//! one. A cursor of another epoch, another scope or another way of holding stands at the
//! beginning: phones merge what they already have without harm.

use hmac::{Hmac, KeyInit, Mac};
use kiennghi_shared::id::Epoch;
use kiennghi_shared::wire::Hold;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The layout's version, and what was held: a phone that goes from some documents to its whole
/// scope must be fed from the beginning.
const SCOPE: u8 = 0x01;
const ASKED: u8 = 0x02;
/// Layout, epoch, scope version, sequence number.
const SEALED_LEN: usize = 1 + 8 + 8 + 8;
/// Bytes of the HMAC-SHA256 that are sent.
const MAC_LEN: usize = 16;

/// What a cursor is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    layout: u8,
    scope_version: u64,
}

impl Position {
    /// For a scope of this version, held in this way.
    #[must_use]
    pub fn of(scope_version: u64, hold: &Hold) -> Self {
        let layout = match hold {
            Hold::Scope => SCOPE,
            Hold::Asked(_) => ASKED,
        };
        Self {
            layout,
            scope_version,
        }
    }
}

/// Seals and opens cursors.
pub struct Cursors {
    epoch: Epoch,
    mac: Hmac<Sha256>,
}

impl std::fmt::Debug for Cursors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cursors")
            .field("epoch", &self.epoch)
            .finish_non_exhaustive()
    }
}

impl Cursors {
    /// Cursors of this epoch, sealed with this key.
    #[must_use]
    pub fn new(epoch: Epoch, key: [u8; 32]) -> Self {
        // HMAC fills a short key up to SHA-256's block with zeros.
        let mut block = [0; 64];
        block[..key.len()].copy_from_slice(&key);
        Self {
            epoch,
            mac: <Hmac<Sha256> as KeyInit>::new(&block.into()),
        }
    }

    /// Makes the cursor that stands after `seq`.
    #[must_use]
    pub fn seal(&self, seq: u64, position: Position) -> Vec<u8> {
        let mut cursor = Vec::with_capacity(SEALED_LEN + MAC_LEN);
        cursor.push(position.layout);
        cursor.extend_from_slice(self.epoch.as_bytes());
        cursor.extend_from_slice(&position.scope_version.to_be_bytes());
        cursor.extend_from_slice(&seq.to_be_bytes());
        let mac = self.mac(&cursor);
        cursor.extend_from_slice(&mac);
        cursor
    }

    /// The sequence number that a cursor stands after; 0 for none, a forged one, or one that is
    /// good for something else.
    #[must_use]
    pub fn open(&self, cursor: Option<&[u8]>, position: Position) -> u64 {
        let Some((sealed, mac)) = cursor.and_then(|cursor| cursor.split_at_checked(SEALED_LEN))
        else {
            return 0;
        };
        if !bool::from(self.mac(sealed).ct_eq(mac)) {
            return 0;
        }
        let mut seq = [0; 8];
        seq.copy_from_slice(&sealed[SEALED_LEN - 8..]);
        let seq = u64::from_be_bytes(seq);
        // Sealing again compares layout, epoch and scope in one go.
        if self.seal(seq, position).starts_with(sealed) {
            seq
        } else {
            0
        }
    }

    fn mac(&self, sealed: &[u8]) -> [u8; MAC_LEN] {
        let mut mac = self.mac.clone();
        mac.update(sealed);
        let whole = mac.finalize().into_bytes();
        let mut sent = [0; MAC_LEN];
        sent.copy_from_slice(&whole[..MAC_LEN]);
        sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(scope_version: u64) -> Position {
        Position::of(scope_version, &Hold::Scope)
    }

    #[test]
    fn cursors_open_where_they_were_sealed() {
        let cursors = Cursors::new(Epoch([1; 8]), [2; 32]);
        for seq in [0, 1, 77, u64::MAX] {
            let cursor = cursors.seal(seq, position(5));
            assert_eq!(cursors.open(Some(&cursor), position(5)), seq);
        }
        assert_eq!(cursors.open(None, position(5)), 0);
    }

    #[test]
    fn a_forged_or_foreign_cursor_stands_at_the_beginning() {
        let cursors = Cursors::new(Epoch([1; 8]), [2; 32]);
        let cursor = cursors.seal(77, position(5));
        for index in 0..cursor.len() {
            for bit in 0..8 {
                let mut forged = cursor.clone();
                forged[index] ^= 1 << bit;
                assert_eq!(cursors.open(Some(&forged), position(5)), 0, "byte {index}");
            }
            assert_eq!(
                cursors.open(Some(&cursor[..index]), position(5)),
                0,
                "cut at {index}"
            );
        }
        let longer = [cursor.as_slice(), &[0]].concat();
        assert_eq!(cursors.open(Some(&longer), position(5)), 0);
        assert_eq!(cursors.open(Some(&cursor), position(6)), 0, "another scope");
        let asked = Position::of(5, &Hold::Asked(Vec::new()));
        assert_eq!(
            cursors.open(Some(&cursor), asked),
            0,
            "another way of holding"
        );
        let restored = Cursors::new(Epoch([9; 8]), [2; 32]);
        assert_eq!(
            restored.open(Some(&cursor), position(5)),
            0,
            "another epoch"
        );
        let other_key = Cursors::new(Epoch([1; 8]), [3; 32]);
        assert_eq!(other_key.open(Some(&cursor), position(5)), 0, "another key");
    }
}
