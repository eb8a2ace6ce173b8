//! The server's side of one sync request: what is pushed goes through the gate and onto the disk,
//! and only then is read what the caller lacks. Knows no HTTP and no compression.

mod cursor;
mod reply;

use std::collections::HashSet;
use std::sync::Arc;

use kiennghi_shared::code::Code;
use kiennghi_shared::limits::{PAGE_BYTES_TARGET, PROTOCOL, PROTOCOL_OLDEST};
use kiennghi_shared::wire::{
    ACKS, Acks, Hold, Request, Verdict, WELCOME, Welcome, Writer, push_digest,
};

pub use self::cursor::{Cursors, Position};
use crate::auth::Caller;
use crate::feed::Feed;
use crate::gate::{Gate, GateError, Judgement, TrialError};
use crate::store::{Pull, Store, StoreError, Wanted};

/// Why a request got no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// The protocol version is not spoken here.
    #[error("protocol version {0} is not spoken here")]
    UnknownProtocol(u16),
    /// The store failed; nothing of the push was stored.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Changes cannot be tried at the moment; nothing of the push was stored.
    #[error(transparent)]
    Trial(#[from] TrialError),
}

impl SyncError {
    /// The code that the client is told.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            SyncError::UnknownProtocol(_) => Code::UnknownProtocol,
            SyncError::Store(error) => error.code(),
            SyncError::Trial(_) => Code::Unavailable,
        }
    }
}

impl From<GateError> for SyncError {
    fn from(error: GateError) -> Self {
        match error {
            GateError::Store(error) => error.into(),
            GateError::Trial(error) => error.into(),
        }
    }
}

/// What a request did, for the log: numbers only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Changes pushed.
    pub pushed: usize,
    /// Of these, stored now.
    pub stored: usize,
    /// Of these, refused.
    pub refused: usize,
    /// Changes fed.
    pub pulled: usize,
}

/// Answers sync requests.
#[derive(Debug)]
pub struct Exchange {
    store: Arc<dyn Store>,
    gate: Gate,
    feed: Arc<Feed>,
    cursors: Cursors,
}

impl Exchange {
    /// An exchange over this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, gate: Gate, feed: Arc<Feed>) -> Self {
        let cursors = Cursors::new(store.epoch(), store.cursor_key());
        Self {
            store,
            gate,
            feed,
            cursors,
        }
    }

    /// Whether changes can be judged.
    ///
    /// # Errors
    /// What keeps them from being judged.
    pub fn health(&self) -> Result<(), TrialError> {
        self.gate.health()
    }

    /// Answers a request with the reply's body, not yet compressed. Blocks until what was pushed
    /// is on the disk.
    ///
    /// # Errors
    /// When the protocol is unknown or the store fails.
    pub fn answer(
        &self,
        caller: &Caller,
        request: Request,
        now_ms: i64,
    ) -> Result<(Vec<u8>, Traffic), SyncError> {
        let hello = request.hello;
        if !(PROTOCOL_OLDEST..=PROTOCOL).contains(&hello.protocol) {
            return Err(SyncError::UnknownProtocol(hello.protocol));
        }
        let judgement = if request
            .push
            .iter()
            .all(|document| document.changes.is_empty())
        {
            None
        } else {
            Some(self.gate.admit(caller, request.push, now_ms)?)
        };
        if let Some(seq) = judgement
            .as_ref()
            .and_then(|judgement| judgement.stored_through)
        {
            self.feed.publish(seq);
        }

        let position = Position::of(caller.scope_version(), &hello.hold);
        let mut after = self.cursors.open(hello.cursor.as_deref(), position);
        if after > 0 && after > self.store.last_seq()? {
            // Rows that a phone has seen are gone without a new epoch: disk or backup was tampered
            // with. Feeding everything again is safe; the operator must know.
            tracing::error!(after, "a cursor is ahead of the store");
            after = 0;
        }
        let held = held_by_caller(judgement.as_ref());
        let page = self.store.pull(&Pull {
            scope: caller.scope(),
            after,
            wanted: match &hello.hold {
                Hold::Scope => Wanted::Scope,
                Hold::Asked(ids) => Wanted::Documents(ids),
            },
            except: &held,
            bytes_target: PAGE_BYTES_TARGET,
        })?;

        let mut traffic = Traffic {
            pulled: page.changes.len(),
            ..Traffic::default()
        };
        let mut writer = Writer::default();
        writer.control(
            WELCOME,
            &Welcome {
                epoch: self.store.epoch(),
                clock: now_ms,
                grant: caller.profile().grant,
            },
        );
        if let Some(judgement) = judgement {
            traffic.count(&judgement.verdicts);
            let digest = push_digest(judgement.hashes).to_vec();
            writer.control(
                ACKS,
                &Acks {
                    digest,
                    verdicts: judgement.verdicts,
                },
            );
        }
        let seal = |seq| self.cursors.seal(seq, position);
        reply::write_fetched(
            &mut writer,
            &*self.store,
            caller,
            &hello.fetch,
            &seal(after),
        )?;
        reply::write_page(&mut writer, page, seal);
        Ok((writer.finish(), traffic))
    }
}

/// The changes of the push that the caller surely has: all that is stored.
fn held_by_caller(judgement: Option<&Judgement>) -> HashSet<kiennghi_shared::id::ChangeHash> {
    let Some(judgement) = judgement else {
        return HashSet::new();
    };
    let told = judgement.hashes.iter().zip(&judgement.verdicts);
    told.filter(|(_, verdict)| verdict.is_stored())
        .map(|(hash, _)| *hash)
        .collect()
}

impl Traffic {
    fn count(&mut self, verdicts: &[Verdict]) {
        self.pushed = verdicts.len();
        self.stored = verdicts
            .iter()
            .filter(|verdict| **verdict == Verdict::Ok)
            .count();
        self.refused = verdicts
            .iter()
            .filter(|verdict| matches!(verdict, Verdict::Refused(_)))
            .count();
    }
}
