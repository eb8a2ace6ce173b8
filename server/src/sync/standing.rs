//! Where a caller stands: what its cursor is worth today, and what follows from that.

use kiennghi_shared::id::Epoch;
use kiennghi_shared::scope::Scope;
use kiennghi_shared::wire::{Hello, Hold};

use super::Exchange;
use crate::auth::Caller;
use crate::signet::{Cursor, Loading};
use crate::store::StoreError;

/// What the pull does for a caller.
#[derive(Debug)]
pub(super) enum Standing {
    /// The caller has what a former life of the store had: it is to offer that first.
    ToOffer,
    /// The caller is fed from here.
    At {
        cursor: Cursor,
        /// Whether the caller must hear anew what it may see.
        new_scope: bool,
    },
}

impl Exchange {
    /// Finds out where a caller stands.
    ///
    /// A cursor that was made by this server and does not fit its history shows that rows are gone
    /// which the caller has seen: disk or backup was tampered with. Then a new epoch begins, so that
    /// every phone offers what it has.
    pub(super) fn stand(
        &self,
        caller: &Caller,
        hello: &Hello,
        now_ms: i64,
    ) -> Result<Standing, StoreError> {
        let epoch = self.store.epoch();
        let shown = hello.cursor.as_deref();
        let shown = shown.and_then(|bytes| self.signet.read_cursor(bytes));
        let known = hello.epoch.or(shown.map(|cursor| cursor.epoch));
        if known.is_some_and(|known| known != epoch) {
            return Ok(Standing::ToOffer);
        }
        let Some(cursor) = shown.filter(|cursor| cursor.holds(&hello.hold)) else {
            return self.at_the_beginning(caller, &hello.hold, epoch);
        };
        let Some(cursor) = self.in_this_epoch(cursor, epoch)? else {
            return self.at_the_beginning(caller, &hello.hold, epoch);
        };
        if self.link(cursor.seq)? != Some(cursor.link) {
            tracing::error!(
                seq = cursor.seq,
                "a phone has seen what the store no longer has: a new epoch begins"
            );
            self.store
                .begin_epoch(epoch, 0, "rows that a phone had seen were gone", now_ms)?;
            return Ok(Standing::ToOffer);
        }
        if cursor.scope == caller.scope_version() {
            let new_scope = false;
            return Ok(Standing::At { cursor, new_scope });
        }
        // What entered the scope is loaded first; a load that was under way begins anew.
        if cursor.loading.is_some() || self.former_scope(cursor.scope)?.is_none() {
            return self.at_the_beginning(caller, &hello.hold, epoch);
        }
        let loading = match hello.hold {
            Hold::Scope => Some(self.new_loading(caller, cursor.scope)?),
            Hold::Asked(_) => None,
        };
        let cursor = Cursor {
            scope: caller.scope_version(),
            loading,
            ..cursor
        };
        let new_scope = true;
        Ok(Standing::At { cursor, new_scope })
    }

    fn at_the_beginning(
        &self,
        caller: &Caller,
        hold: &Hold,
        epoch: Epoch,
    ) -> Result<Standing, StoreError> {
        let (seq, loading) = match hold {
            Hold::Scope => (self.store.last_seq()?, Some(self.new_loading(caller, 0)?)),
            // What is held is fed from its first change.
            Hold::Asked(_) => (0, None),
        };
        let link = self.link(seq)?.unwrap_or_default();
        let cursor = Cursor {
            loading,
            ..Cursor::at(hold, epoch, caller.scope_version(), seq, link)
        };
        let new_scope = true;
        Ok(Standing::At { cursor, new_scope })
    }

    fn new_loading(&self, caller: &Caller, beside: u64) -> Result<Loading, StoreError> {
        let top = self.store.newest_document()?;
        Ok(Loading {
            beside,
            top,
            after: top + 1,
            villages: self.own_villages(caller)?.digest,
            own_sent: false,
        })
    }

    /// What a cursor of an earlier epoch means in this one: the two have in common what came before
    /// the backup was made. A load that was under way begins anew.
    fn in_this_epoch(&self, cursor: Cursor, epoch: Epoch) -> Result<Option<Cursor>, StoreError> {
        if cursor.epoch == epoch {
            return Ok(Some(cursor));
        }
        if cursor.loading.is_some() {
            return Ok(None);
        }
        let mut epochs = self.store.epochs()?.into_iter();
        if !epochs.any(|earlier| earlier.epoch == cursor.epoch) {
            return Ok(None);
        }
        let later = epochs.map(|later| later.after_seq).min();
        let Some(seq) = later
            .map(|shared| shared.min(cursor.seq))
            .filter(|seq| *seq > 0)
        else {
            return Ok(None);
        };
        let link = if seq == cursor.seq {
            cursor.link
        } else {
            self.link(seq)?.unwrap_or_default()
        };
        Ok(Some(Cursor {
            epoch,
            seq,
            link,
            ..cursor
        }))
    }

    /// The beginning of the chain's link at a sequence number; none for one that was never given.
    pub(super) fn link(&self, seq: u64) -> Result<Option<[u8; 8]>, StoreError> {
        let link = self.store.chain_at(seq)?;
        Ok(link.and_then(|link| link.first_chunk().copied()))
    }

    /// The scope of this version, if any phone was ever fed it.
    pub(super) fn former_scope(&self, version: u64) -> Result<Option<Scope>, StoreError> {
        if version == 0 {
            return Ok(Some(Scope::default()));
        }
        self.store.scope(version)
    }
}
