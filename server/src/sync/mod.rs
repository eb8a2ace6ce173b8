//! The server's side of one sync request: what is pushed goes through the gate and onto the disk,
//! and only then is read what the caller lacks. Knows no HTTP and no compression.

mod load;
mod reply;
mod standing;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use kiennghi_shared::access::Verb;
use kiennghi_shared::code::Code;
use kiennghi_shared::id::ChangeHash;
use kiennghi_shared::limits::{PAGE_BYTES_TARGET, PROTOCOL, PROTOCOL_OLDEST};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::{
    ACKS, Acks, Held, Hold, RECEIPT, Request, SCOPE, Verdict, WANT, WELCOME, Want, Welcome, Writer,
    push_digest,
};

use self::standing::Standing;
use crate::auth::Caller;
use crate::feed::Feed;
use crate::gate::{Accepted, Gate, GateError, Judgement, TrialError};
use crate::signet::{Cursor, Signet};
use crate::store::{Pull, ReviewRow, Store, StoreError, Wanted};

/// Why a request got no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// The device or its user may not sign in any more, and nothing was sent that could be reviewed.
    #[error("the device or its user may not sign in any more")]
    ShutOut(Code),
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
            SyncError::ShutOut(code) => *code,
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
    signet: Signet,
    /// Versions of scopes that the store surely knows.
    remembered: Mutex<HashSet<u64>>,
}

impl Exchange {
    /// An exchange over this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, gate: Gate, feed: Arc<Feed>) -> Self {
        let signet = Signet::new(store.cursor_key());
        Self {
            store,
            gate,
            feed,
            signet,
            remembered: Mutex::default(),
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
        if let Some(judgement) = &judgement {
            self.tell(judgement);
        }

        if let Some(farewell) = caller.farewell {
            let judgement = judgement.ok_or(SyncError::ShutOut(farewell))?;
            // Its work waits for the office; it hears the verdicts and nothing else.
            let welcome = self.welcome(caller, now_ms);
            let (writer, traffic) = begin(&welcome, Some(judgement));
            return Ok((writer.finish(), traffic));
        }
        let held = held_by_caller(judgement.as_ref());
        let standing = self.stand(caller, &hello, now_ms)?;
        let offer = matches!(standing, Standing::ToOffer);
        let stored = judgement.is_some();
        let welcome = Welcome {
            offer,
            results: self.results(caller, &hello.hold)?,
            ..self.welcome(caller, now_ms)
        };
        let (mut writer, mut traffic) = begin(&welcome, judgement);
        self.write_want(&mut writer, &request.offer)?;
        if let Standing::At { cursor, new_scope } = standing {
            self.remember_scope(caller)?;
            if new_scope {
                writer.control(SCOPE, caller.scope());
            }
            let (store, signet) = (&*self.store, &self.signet);
            reply::write_fetched(&mut writer, store, signet, caller, &hello.fetch, &cursor)?;
            let from = cursor.seq;
            let (pulled, through) = match cursor.loading {
                Some(loading) => {
                    let sent = self.write_load(&mut writer, caller, cursor, loading, &held)?;
                    (sent, from)
                }
                None => self.write_feed(&mut writer, caller, &hello.hold, cursor, &held)?,
            };
            traffic.pulled = pulled;
            if stored || through > from || new_scope {
                writer.control(RECEIPT, &self.store.receipt()?);
            }
        }
        Ok((writer.finish(), traffic))
    }

    /// Says to those who listen what a push has changed.
    fn tell(&self, judgement: &Judgement) {
        if let Some(seq) = judgement.stored_through {
            self.feed.publish(seq);
        }
        if judgement.for_review {
            self.feed.publish_reviews();
        }
    }

    /// What every reply says first.
    fn welcome(&self, caller: &Caller, now_ms: i64) -> Welcome {
        Welcome {
            epoch: self.store.epoch(),
            clock: now_ms,
            grant: caller.profile().grant,
            offer: false,
            results: None,
        }
    }

    /// The version of what a caller that keeps all it may see is to tell voters.
    fn results(&self, caller: &Caller, hold: &Hold) -> Result<Option<u64>, StoreError> {
        let Hold::Scope = hold else { return Ok(None) };
        let units = caller.units_where(Verb::Write, Kind::Notice);
        let version = self.store.results_version(&units)?;
        Ok((version != 0).then_some(version))
    }

    /// Stores the work of a review, and says so to those who listen.
    ///
    /// # Errors
    /// When the store fails or changes cannot be tried; nothing was stored or decided then.
    pub fn accept(
        &self,
        review: ReviewRow,
        changes: Vec<Vec<u8>>,
        by: &Caller,
        now_ms: i64,
    ) -> Result<Accepted, SyncError> {
        let accepted = self.gate.accept(review, changes, by, now_ms)?;
        if let Accepted::Stored(seq) = accepted {
            self.feed.publish(seq);
        }
        Ok(accepted)
    }

    /// Writes a page of the feed; returns how many changes it held and where it ends.
    fn write_feed(
        &self,
        writer: &mut Writer,
        caller: &Caller,
        hold: &Hold,
        cursor: Cursor,
        held: &HashSet<ChangeHash>,
    ) -> Result<(usize, u64), StoreError> {
        let page = self.store.pull(&Pull {
            scope: caller.scope(),
            after: cursor.seq,
            wanted: match hold {
                Hold::Scope => Wanted::Scope,
                Hold::Asked(ids) => Wanted::Documents(ids),
            },
            except: held,
            bytes_target: PAGE_BYTES_TARGET,
        })?;
        let (pulled, through) = (page.changes.len(), page.through);
        let link = |seq| {
            if seq == cursor.seq {
                return Ok(cursor.link);
            }
            Ok(self.link(seq)?.unwrap_or_default())
        };
        reply::write_page(writer, &self.signet, cursor, page, link)?;
        Ok((pulled, through))
    }

    /// Says which of the offered documents the store lacks something of.
    fn write_want(&self, writer: &mut Writer, offer: &[Held]) -> Result<(), StoreError> {
        if offer.is_empty() {
            return Ok(());
        }
        let documents = self.store.lacking(offer)?;
        writer.control(WANT, &Want { documents });
        Ok(())
    }

    /// Keeps what a version of the scope means, so that a later one can be told from it.
    fn remember_scope(&self, caller: &Caller) -> Result<(), StoreError> {
        let version = caller.scope_version();
        let remembered = || {
            self.remembered
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if !remembered().contains(&version) {
            if self.store.scope(version)?.is_none() {
                self.store.remember_scope(version, caller.scope())?;
            }
            remembered().insert(version);
        }
        Ok(())
    }
}

/// Begins a reply: the welcome, and the verdicts on what was pushed.
fn begin(welcome: &Welcome, judgement: Option<Judgement>) -> (Writer, Traffic) {
    let mut traffic = Traffic::default();
    let mut writer = Writer::default();
    writer.control(WELCOME, welcome);
    if let Some(judgement) = judgement {
        traffic.count(&judgement.verdicts);
        write_acks(&mut writer, judgement);
    }
    (writer, traffic)
}

fn write_acks(writer: &mut Writer, judgement: Judgement) {
    let digest = push_digest(judgement.hashes).to_vec();
    let verdicts = judgement.verdicts;
    writer.control(ACKS, &Acks { digest, verdicts });
}

/// The changes of the push that the caller surely has: all that is stored.
fn held_by_caller(judgement: Option<&Judgement>) -> HashSet<ChangeHash> {
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
