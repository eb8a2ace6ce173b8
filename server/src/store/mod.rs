//! Where everything is kept, behind one coarse trait, so that another database can take SQLite's
//! place. All SQL is below this module.
//!
//! The methods block: they are called from threads that may wait, never from an async task.
//! What a store promises is written down as tests in `server/tests/server/contract`.

mod alerts;
mod alike;
mod audit;
mod briefing;
mod cases;
mod credentials;
mod deadlines;
mod district;
mod error;
mod fields_of_work;
mod grants;
mod people;
mod petitioners;
mod results;
mod review;
pub mod sqlite;
mod types;

use std::collections::{BTreeSet, HashMap};

use kiennghi_shared::id::{ActorId, DocumentId, Epoch, PublicKey, UserName};
use kiennghi_shared::receipt::Receipt;
use kiennghi_shared::wire::{DocumentHeader, Held};

pub use kiennghi_shared::scope::Scope;

pub use alerts::{
    ALERTED_DEVICES_MAX, AlertAddress, AlertedDevice, AlertedPerson, Alerts, NewPaper,
};
pub use alike::{Alike, Candidates, CaseAlike};
pub use audit::{Action, AuditEvent, AuditFilter, AuditHead, AuditRow, By, Stamp};
pub use briefing::{
    Briefings, MeetingFilter, MeetingPage, MeetingRow, Raised, RaisedCase, RaisedCount, Timeliness,
};
pub use cases::{
    CaseFilter, CasePage, CaseRow, Cases, DispatchRow, FindingRow, Letters, PaperRow, StoredCase,
    StoredVoice, Whose,
};
pub use credentials::{
    BrowserSession, DeviceRow, NewCode, NewPasskey, NewSession, PasskeyRow, Redeeming, SecretHash,
    SignedIn,
};
pub use district::{
    CouncilSessionRow, District, DistrictChange, DistrictProblem, TermRow, UnitRow, UserRow,
};
pub use error::StoreError;
pub use grants::{GrantId, GrantRow, NewGrant};
pub use people::People;
pub use petitioners::{Erasure, PetitionerRow, Petitioners, Put};
pub use results::{ResultsWanted, StoredResults, ToldCase};
pub use review::{
    Decision, DocumentForReview, ForReview, OpenReview, Reason, ReviewFilter, ReviewId, ReviewPage,
    ReviewRow,
};
pub use types::{
    AcceptedChange, AcceptedDocument, ActorRow, Compaction, CountByField, CountByUnit, DeviceId,
    DocumentStorage, EpochRow, ExportedPetition, FeedChange, FirstLoad, Ingest, LoadPage,
    LoadedDocument, Page, PetitionCounts, PetitionFilter, PetitionPage, PetitionRow, Pull, Refusal,
    RefusedRow, Storage, StoredDocument, Tombstone, Wanted, Words,
};

/// A store of documents, their changes and projections, and of the people who write them.
pub trait Store: People + Petitioners + Cases + Briefings + Alerts {
    /// The epoch of now: random, made with the store, and anew when a backup is restored.
    fn epoch(&self) -> Epoch;

    /// All epochs, the oldest first; the last is the one of now.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn epochs(&self) -> Result<Vec<EpochRow>, StoreError>;

    /// Begins a new epoch that has what `instead_of` had up to `after_seq` (0: not known), and returns
    /// it once it is on the disk. From then on [`Store::epoch`] gives it. When another one has followed
    /// already, it is that one.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn begin_epoch(
        &self,
        instead_of: Epoch,
        after_seq: u64,
        why: &str,
        at: i64,
    ) -> Result<Epoch, StoreError>;

    /// The server's signed word of all that is on the disk now; costs a signature once a commit.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn receipt(&self) -> Result<Receipt, StoreError>;

    /// The key that receipts are verified with.
    fn receipt_key(&self) -> PublicKey;

    /// The key that authenticates cursors; never leaves the server.
    fn cursor_key(&self) -> [u8; 32];

    /// What the key follows from by which push services know the server; never leaves it.
    fn alert_seed(&self) -> [u8; 32];

    /// Whether writing works, tried on the disk when the last write failed.
    ///
    /// # Errors
    /// What keeps the store from writing.
    fn health(&self) -> Result<(), StoreError>;

    /// The documents that exist among `ids`, in their order, each with all its changes; erased ones do not.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn documents(&self, ids: &[DocumentId]) -> Result<Vec<StoredDocument>, StoreError> {
        self.documents_within(ids, usize::MAX)
            .map(|(found, _)| found)
    }

    /// The same, up to so many bytes of changes and what the last one has beyond them; and how many of
    /// `ids` were looked for.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn documents_within(
        &self,
        ids: &[DocumentId],
        bytes_max: usize,
    ) -> Result<(Vec<StoredDocument>, usize), StoreError>;

    /// The kinds and units of the documents that exist among `ids`; erased ones do not.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn headers(&self, ids: &[DocumentId]) -> Result<Vec<DocumentHeader>, StoreError>;

    /// The devices that the actors are bound to; actors never seen are absent.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn actors(&self, actors: &[ActorId]) -> Result<HashMap<ActorId, ActorRow>, StoreError>;

    /// The number of the newest document; 0 when there is none.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn newest_document(&self) -> Result<u64, StoreError>;

    /// The villages of the documents that a user made.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn villages_of(&self, user: &UserName) -> Result<BTreeSet<String>, StoreError>;

    /// One page of whole documents for a first load, in one consistent view.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn first_load(&self, load: &FirstLoad<'_>) -> Result<LoadPage, StoreError>;

    /// Those of the offered documents of which something is not here.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn lacking(&self, offer: &[Held]) -> Result<Vec<DocumentId>, StoreError>;

    /// What a version of a scope meant, if it was remembered.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn scope(&self, version: u64) -> Result<Option<Scope>, StoreError>;

    /// Remembers what a version of a scope means.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn remember_scope(&self, version: u64, scope: &Scope) -> Result<(), StoreError>;

    /// Stores accepted changes, their projections and the refusals beside them in one
    /// transaction, and returns the last sequence number once they are on the disk.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when a document is not in the state it was judged in or an actor was
    /// bound meanwhile; [`StoreError::Busy`], [`StoreError::Unavailable`]. Nothing is stored then.
    fn ingest(&self, ingest: Ingest) -> Result<u64, StoreError>;

    /// The last sequence number, of a change or a tombstone.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn last_seq(&self) -> Result<u64, StoreError>;

    /// The hash chain's link at a sequence number: what a receipt says of it. 32 zero bytes for 0;
    /// `None` for a number that was never given.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn chain_at(&self, seq: u64) -> Result<Option<[u8; 32]>, StoreError>;

    /// Erases a document: the bytes of its changes, its snapshot, projections and search words go,
    /// the rows of its changes stay, and a tombstone gets the next sequence number, which is
    /// returned. `None` when there is no such document, or none any more.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn erase(
        &self,
        document: DocumentId,
        why: &str,
        stamp: &Stamp,
    ) -> Result<Option<u64>, StoreError>;

    /// Whether a document was erased.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn is_erased(&self, document: DocumentId) -> Result<bool, StoreError>;

    /// The tombstones after a sequence number, in order; a store has few.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn tombstones(&self, after: u64) -> Result<Vec<Tombstone>, StoreError>;

    /// One page of changes after a sequence number, in one consistent view.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn pull(&self, pull: &Pull<'_>) -> Result<Page, StoreError>;

    /// Keeps work for the office to decide; what was kept before, decided or not, is not kept again.
    /// Whether anything is new to the office.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when too much work of the device waits already; when the store cannot
    /// be written. Nothing is kept then.
    fn keep_for_review(&self, work: ForReview) -> Result<bool, StoreError>;

    /// One page of the reviews that are open.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn reviews(&self, filter: &ReviewFilter<'_>) -> Result<ReviewPage, StoreError>;

    /// A review that is open, and its changes.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn review(&self, id: ReviewId) -> Result<Option<OpenReview>, StoreError>;

    /// Closes a review without storing its work; `false` when it was not open. One that is accepted
    /// is closed by [`Store::ingest`].
    ///
    /// # Errors
    /// When the store cannot be written.
    fn dismiss_review(&self, decision: &Decision) -> Result<bool, StoreError>;

    /// The refusals that are kept, the oldest first: for each device the newest ones, and the first of
    /// those whose bytes are evidence.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn refused(&self) -> Result<Vec<RefusedRow>, StoreError>;

    /// One page of petitions.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn petitions(
        &self,
        filter: &PetitionFilter,
        offset: u64,
        limit: u64,
    ) -> Result<PetitionPage, StoreError>;

    /// How many petitions there are, by unit and by field of work.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn petition_counts(&self, filter: &PetitionFilter) -> Result<PetitionCounts, StoreError>;

    /// Petitions that share the rarest of the words, and how common the words are.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn petitions_alike(&self, wanted: &Alike<'_>) -> Result<Candidates<PetitionRow>, StoreError>;

    /// Shows every petition, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn each_petition(&self, show: &mut dyn FnMut(ExportedPetition)) -> Result<(), StoreError>;

    /// Writes snapshots for at most `limit` documents of many changes that have none of just
    /// these. The changes are never touched; a snapshot takes its place only after it was read
    /// back and found to be what the changes make, and one that is not is dropped and told.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    fn compact(&self, limit: u64) -> Result<Compaction, StoreError>;

    /// What the documents take up, altogether and the `largest` of them.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn storage(&self, largest: u64) -> Result<Storage, StoreError>;

    /// Drops the projections and makes them again from the changes; returns how many documents.
    ///
    /// # Errors
    /// When the store cannot be read or written, or stored changes no longer make a document.
    fn rebuild_projections(&self) -> Result<u64, StoreError>;
}
