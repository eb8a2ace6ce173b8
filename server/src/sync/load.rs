//! The first load: whole documents for a phone that has none, or none of a unit that entered its
//! scope. Those of the user's own villages come first, then the newest; each page ends in a cursor
//! that knows how far it came.

use std::collections::{BTreeSet, HashSet};

use kiennghi_shared::id::ChangeHash;
use kiennghi_shared::limits::PAGE_BYTES_TARGET;
use kiennghi_shared::wire::Writer;
use sha2::{Digest, Sha256};

use super::Exchange;
use super::reply::{self, CHUNK_BYTES_TARGET};
use crate::auth::Caller;
use crate::signet::{Cursor, Loading};
use crate::store::{FirstLoad, StoreError};

/// The villages in which a user has written something.
pub(super) struct Villages {
    names: BTreeSet<String>,
    /// Changes with them, so that a load notices: its order hangs on them.
    pub(super) digest: u32,
}

impl Exchange {
    pub(super) fn own_villages(&self, caller: &Caller) -> Result<Villages, StoreError> {
        let names = self.store.villages_of(&caller.user.name)?;
        let mut digest = Sha256::new();
        for name in &names {
            digest.update((name.len() as u64).to_be_bytes());
            digest.update(name);
        }
        let digest = digest.finalize();
        Ok(Villages {
            names,
            digest: u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]),
        })
    }

    /// Says what was erased of the caller's scope before a load began: the feed goes on after it, and
    /// whoever loads anew, or loses the end of its first reply, may hold some of it.
    fn write_gone(
        &self,
        writer: &mut Writer,
        caller: &Caller,
        through: u64,
    ) -> Result<(), StoreError> {
        let stones = self.store.tombstones(0)?.into_iter();
        let gone = stones.filter(|stone| {
            let header = &stone.header;
            stone.seq <= through && caller.scope().reads(header.kind, &header.unit)
        });
        reply::write_leave(writer, gone.map(|stone| stone.header.id).collect());
        Ok(())
    }

    /// Writes the next page of a load, and returns how many documents it held.
    pub(super) fn write_load(
        &self,
        writer: &mut Writer,
        caller: &Caller,
        cursor: Cursor,
        loading: Loading,
        held: &HashSet<ChangeHash>,
    ) -> Result<usize, StoreError> {
        let villages = self.own_villages(caller)?;
        let mut loading = loading;
        if loading.villages != villages.digest {
            // The order has changed under way; what comes twice does no harm.
            loading = Loading {
                after: loading.top + 1,
                villages: villages.digest,
                own_sent: false,
                ..loading
            };
        }
        if loading.after > loading.top && !loading.own_sent {
            self.write_gone(writer, caller, cursor.seq)?;
        }
        let before = self.former_scope(loading.beside)?.unwrap_or_default();
        let scope = caller.scope().beyond(&before);
        let page = self.store.first_load(&FirstLoad {
            scope: &scope,
            villages: &villages.names,
            top: loading.top,
            after: loading.after,
            own_sent: loading.own_sent,
            bytes_target: PAGE_BYTES_TARGET,
        })?;
        let (mut left, sent) = (page.left, page.documents.len());
        let mut documents = page.documents.into_iter().peekable();
        let mut chunk = 0;
        while let Some(loaded) = documents.next() {
            let before = writer.len();
            // What the caller has just brought it has, ancestors and all.
            if !loaded.document.heads.iter().all(|head| held.contains(head)) {
                reply::write_whole(writer, &self.signet, loaded.document)?;
            }
            chunk += writer.len() - before;
            left -= 1;
            if chunk >= CHUNK_BYTES_TARGET && documents.peek().is_some() {
                let so_far = Loading {
                    after: loaded.number,
                    own_sent: !loaded.own,
                    ..loading
                };
                let cursor = Cursor {
                    loading: Some(so_far),
                    ..cursor
                };
                reply::write_cursor(writer, self.signet.write_cursor(&cursor), true, left);
                chunk = 0;
            }
        }
        let rest = page.rest.map(|(after, own_sent)| Loading {
            after,
            own_sent,
            ..loading
        });
        let more = rest.is_some() || self.store.last_seq()? > cursor.seq;
        let cursor = Cursor {
            loading: rest,
            ..cursor
        };
        reply::write_cursor(writer, self.signet.write_cursor(&cursor), more, left);
        Ok(sent)
    }
}
