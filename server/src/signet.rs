//! Cursors and seals: what the server says to a phone in a form that a phone can neither make nor
//! alter. A cursor says where the phone stands; a seal, that the server held a document up to
//! certain changes.

use hmac::{Hmac, KeyInit, Mac};
use kiennghi_shared::id::{ChangeHash, Epoch};
use kiennghi_shared::wire::{DocumentHeader, Hold, Seal};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Says what is signed, and the layout's version.
const SCOPE: u8 = 0x03;
const ASKED: u8 = 0x04;
const SEALED: u8 = 0x05;

/// Layout, epoch, scope version, sequence number, link.
const STANDING_LEN: usize = 1 + 8 + 8 + 8 + 8;
/// Scope version, top, after, own villages, stage.
const LOADING_LEN: usize = 8 + 8 + 8 + 4 + 1;
/// Bytes of the HMAC-SHA256 that are sent.
const MAC_LEN: usize = 16;

/// Where a phone stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// How the phone held its documents; see [`Cursor::holds`].
    pub(crate) layout: u8,
    /// The epoch that gave it.
    pub epoch: Epoch,
    /// The version of the scope that the phone was fed.
    pub scope: u64,
    /// It has everything up to here.
    pub seq: u64,
    /// The beginning of the hash chain's link there.
    pub link: [u8; 8],
    /// What it is still to be given before the feed goes on.
    pub loading: Option<Loading>,
}

/// How far the documents of a first load have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loading {
    /// The version of the scope whose documents the phone has already; 0 for none.
    pub beside: u64,
    /// The newest document when the load began.
    pub top: u64,
    /// Documents before this one in the order of the load were sent.
    pub after: u64,
    /// A digest of the user's own villages, whose documents go first.
    pub villages: u32,
    /// Whether those have all been sent.
    pub own_sent: bool,
}

impl Cursor {
    /// A place in the feed, for a scope that is held in this way.
    #[must_use]
    pub fn at(hold: &Hold, epoch: Epoch, scope: u64, seq: u64, link: [u8; 8]) -> Self {
        Self {
            layout: layout(hold),
            epoch,
            scope,
            seq,
            link,
            loading: None,
        }
    }

    /// Whether it was given to a phone that held its documents in this way: one that goes from some
    /// documents to its whole scope must be given them all.
    #[must_use]
    pub fn holds(&self, hold: &Hold) -> bool {
        self.layout == layout(hold)
    }
}

fn layout(hold: &Hold) -> u8 {
    match hold {
        Hold::Scope => SCOPE,
        Hold::Asked(_) => ASKED,
    }
}

/// Makes and checks cursors and seals.
pub struct Signet {
    mac: Hmac<Sha256>,
}

impl std::fmt::Debug for Signet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signet(…)")
    }
}

impl Signet {
    /// A signet with this key.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        // HMAC fills a short key up to SHA-256's block with zeros.
        let mut block = [0; 64];
        block[..key.len()].copy_from_slice(&key);
        Self {
            mac: <Hmac<Sha256> as KeyInit>::new(&block.into()),
        }
    }

    /// The cursor's bytes.
    #[must_use]
    pub fn write_cursor(&self, cursor: &Cursor) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(STANDING_LEN + LOADING_LEN + MAC_LEN);
        bytes.push(cursor.layout);
        bytes.extend_from_slice(cursor.epoch.as_bytes());
        bytes.extend_from_slice(&cursor.scope.to_be_bytes());
        bytes.extend_from_slice(&cursor.seq.to_be_bytes());
        bytes.extend_from_slice(&cursor.link);
        if let Some(loading) = &cursor.loading {
            bytes.extend_from_slice(&loading.beside.to_be_bytes());
            bytes.extend_from_slice(&loading.top.to_be_bytes());
            bytes.extend_from_slice(&loading.after.to_be_bytes());
            bytes.extend_from_slice(&loading.villages.to_be_bytes());
            bytes.push(u8::from(loading.own_sent));
        }
        let mac = self.mac(&[&bytes]);
        bytes.extend_from_slice(&mac);
        bytes
    }

    /// Reads a cursor; none when it was not made here.
    #[must_use]
    pub fn read_cursor(&self, bytes: &[u8]) -> Option<Cursor> {
        let (signed, mac) = bytes.split_last_chunk::<MAC_LEN>()?;
        if !bool::from(self.mac(&[signed]).ct_eq(mac)) {
            return None;
        }
        let mut rest = Fields(signed);
        let cursor = Cursor {
            layout: rest.take::<1>()?[0],
            epoch: Epoch(rest.take()?),
            scope: u64::from_be_bytes(rest.take()?),
            seq: u64::from_be_bytes(rest.take()?),
            link: rest.take()?,
            loading: None,
        };
        if !matches!(cursor.layout, SCOPE | ASKED) {
            return None;
        }
        if rest.0.is_empty() {
            return Some(cursor);
        }
        let loading = Loading {
            beside: u64::from_be_bytes(rest.take()?),
            top: u64::from_be_bytes(rest.take()?),
            after: u64::from_be_bytes(rest.take()?),
            villages: u32::from_be_bytes(rest.take()?),
            own_sent: rest.take::<1>()?[0] != 0,
        };
        rest.0.is_empty().then_some(Cursor {
            loading: Some(loading),
            ..cursor
        })
    }

    /// The seal of a document with these heads. As it travels in a reply, without them.
    #[must_use]
    pub fn seal(&self, header: &DocumentHeader, heads: &[ChangeHash]) -> Seal {
        Seal {
            tag: self.tag(header, heads),
            heads: Vec::new(),
        }
    }

    /// Whether a seal that a phone shows was made here for this document and these heads.
    #[must_use]
    pub fn made(&self, header: &DocumentHeader, seal: &Seal) -> bool {
        self.tag(header, &seal.heads).ct_eq(&seal.tag).into()
    }

    fn tag(&self, header: &DocumentHeader, heads: &[ChangeHash]) -> [u8; MAC_LEN] {
        let unit = header.unit.0.as_bytes();
        let unit_len = (unit.len() as u64).to_be_bytes();
        let mut heads: Vec<&[u8]> = heads.iter().map(ChangeHash::as_bytes).collect();
        heads.sort_unstable();
        self.mac(&[
            &[SEALED, header.kind.number()],
            header.id.as_bytes(),
            &unit_len,
            unit,
            &heads.concat(),
        ])
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; MAC_LEN] {
        let mut mac = self.mac.clone();
        parts.iter().for_each(|part| mac.update(part));
        let whole = mac.finalize().into_bytes();
        let mut sent = [0; MAC_LEN];
        sent.copy_from_slice(&whole[..MAC_LEN]);
        sent
    }
}

struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const LEN: usize>(&mut self) -> Option<[u8; LEN]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }
}

#[cfg(test)]
mod tests {
    use kiennghi_shared::id::{DocumentId, UnitCode};
    use kiennghi_shared::schema::Kind;

    use super::*;

    fn cursors() -> [Cursor; 2] {
        let plain = Cursor::at(&Hold::Scope, Epoch([1; 8]), 5, 77, [9; 8]);
        let loading = Loading {
            beside: 4,
            top: 300,
            after: 200,
            villages: 7,
            own_sent: true,
        };
        [
            plain,
            Cursor {
                loading: Some(loading),
                ..plain
            },
        ]
    }

    #[test]
    fn cursors_read_back_as_written() {
        let signet = Signet::new([2; 32]);
        for cursor in cursors() {
            assert_eq!(
                signet.read_cursor(&signet.write_cursor(&cursor)),
                Some(cursor)
            );
        }
        assert!(cursors()[0].holds(&Hold::Scope));
        assert!(!cursors()[0].holds(&Hold::Asked(Vec::new())));
    }

    #[test]
    fn a_cursor_that_was_altered_cut_or_made_elsewhere_is_none() {
        let signet = Signet::new([2; 32]);
        for cursor in cursors() {
            let bytes = signet.write_cursor(&cursor);
            for index in 0..bytes.len() {
                for bit in 0..8 {
                    let mut forged = bytes.clone();
                    forged[index] ^= 1 << bit;
                    assert_eq!(signet.read_cursor(&forged), None, "byte {index}");
                }
                assert_eq!(signet.read_cursor(&bytes[..index]), None, "cut at {index}");
            }
            let longer = [bytes.as_slice(), &[0]].concat();
            assert_eq!(signet.read_cursor(&longer), None);
            assert_eq!(
                Signet::new([3; 32]).read_cursor(&bytes),
                None,
                "another key"
            );
        }
    }

    #[test]
    fn a_seal_is_good_for_its_document_and_heads_alone() {
        let signet = Signet::new([2; 32]);
        let header = DocumentHeader {
            id: DocumentId([1; 16]),
            kind: Kind::Petition,
            unit: UnitCode::from("QN-DH-02"),
        };
        let heads = vec![ChangeHash([3; 32]), ChangeHash([4; 32])];
        let seal = Seal {
            heads: heads.clone(),
            ..signet.seal(&header, &heads)
        };
        assert!(signet.made(&header, &seal));
        let elsewhere = DocumentHeader {
            unit: UnitCode::from("QN-DH-03"),
            ..header.clone()
        };
        assert!(!signet.made(&elsewhere, &seal));
        let kind = Kind::Meeting;
        assert!(!signet.made(
            &DocumentHeader {
                kind,
                ..header.clone()
            },
            &seal
        ));
        let fewer = Seal {
            heads: vec![heads[0]],
            ..seal.clone()
        };
        assert!(!signet.made(&header, &fewer));
        assert!(!Signet::new([3; 32]).made(&header, &seal));
    }
}
