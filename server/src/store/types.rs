//! What goes into a store and comes out of it.

use std::collections::{BTreeSet, HashSet};

use kiennghi_shared::code::Code;
use kiennghi_shared::document::Document;
use kiennghi_shared::id::{ActorId, ChangeHash, DocumentId, Epoch, UnitCode, UserName};
use kiennghi_shared::record;
use kiennghi_shared::scope::Scope;
use kiennghi_shared::wire::DocumentHeader;

use super::Decision;
use super::StoreError;
use crate::projection::Projection;

/// A device's number in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub i64);

/// A document with all its changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDocument {
    /// Id, kind and unit.
    pub header: DocumentHeader,
    /// The user who made it.
    pub author: UserName,
    /// The raw changes in the order of their sequence numbers.
    pub changes: Vec<Vec<u8>>,
    /// The newest changes.
    pub heads: Vec<ChangeHash>,
    /// The whole document, when a snapshot of just these changes is cached.
    pub snapshot: Option<Vec<u8>>,
}

impl StoredDocument {
    /// The document, made of its changes.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when they no longer make one.
    pub fn document(&self) -> Result<Document, StoreError> {
        Document::from_changes(self.changes.iter().map(Vec::as_slice))
            .map_err(|error| StoreError::Damaged(error.to_string()))
    }
}

/// Which whole documents are wanted for a first load.
#[derive(Debug)]
pub struct FirstLoad<'a> {
    /// What is to be loaded.
    pub scope: &'a Scope,
    /// Documents of these villages go first.
    pub villages: &'a BTreeSet<String>,
    /// The number of the newest document that belongs to the load.
    pub top: u64,
    /// Documents before this number, in the part of the load that is under way.
    pub after: u64,
    /// Whether the documents of the villages were all sent, so that the others are under way.
    pub own_sent: bool,
    /// Bytes of changes after which the page ends; one document at least.
    pub bytes_target: usize,
}

/// One page of a first load.
#[derive(Debug, Default)]
pub struct LoadPage {
    /// The documents, in the order of the load.
    pub documents: Vec<LoadedDocument>,
    /// Where the next page begins ([`FirstLoad::after`], [`FirstLoad::own_sent`]); none after
    /// the last.
    pub rest: Option<(u64, bool)>,
    /// How many documents were still to be loaded, those of this page among them.
    pub left: u64,
}

/// A document of a first load.
#[derive(Debug)]
pub struct LoadedDocument {
    /// Its number in the store.
    pub number: u64,
    /// Whether it is of one of the villages that go first.
    pub own: bool,
    /// The document.
    pub document: StoredDocument,
}

/// Whose an actor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorRow {
    /// The device that is bound to it, or that brought its changes back.
    pub device: DeviceId,
    /// Set when its changes were only brought back: the user whose devices may go on with it.
    pub author: Option<UserName>,
}

/// What one request brings to be stored.
#[derive(Debug)]
pub struct Ingest {
    /// The device that sent it.
    pub device: DeviceId,
    /// The server's time, milliseconds since 1970.
    pub received_at: i64,
    /// Accepted changes by document.
    pub documents: Vec<AcceptedDocument>,
    /// What was refused.
    pub refusals: Vec<Refusal>,
    /// The review that is accepted with this.
    pub decides: Option<Decision>,
}

/// The accepted changes of one document, and what it looks like with them.
#[derive(Debug)]
pub struct AcceptedDocument {
    /// Id, kind and unit.
    pub header: DocumentHeader,
    /// The number of changes that it had when these were judged; 0 makes a new document.
    pub base_count: u64,
    /// The changes, each after those it depends on; never empty.
    pub changes: Vec<AcceptedChange>,
    /// The heads with these changes.
    pub heads: Vec<ChangeHash>,
    /// The whole document with these changes, verified by loading it back.
    pub snapshot: Vec<u8>,
    /// What to show of it.
    pub projection: Projection,
}

/// A change that passed the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedChange {
    /// Its name.
    pub hash: ChangeHash,
    /// Who made it.
    pub actor: ActorId,
    /// Its number among the actor's changes to this document.
    pub actor_seq: u64,
    /// The user who wrote it.
    pub author: UserName,
    /// Whether somebody brought it back, who need not be its author.
    pub brought_back: bool,
    /// The change chunk, not compressed.
    pub bytes: Vec<u8>,
}

/// A change that did not pass the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The document it was for.
    pub document: DocumentId,
    /// Its name, or the hash of its bytes when it could not be read.
    pub hash: ChangeHash,
    /// Why.
    pub code: Code,
    /// Its bytes, where they are evidence.
    pub bytes: Option<Vec<u8>>,
}

/// A refusal as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// The device that sent the change.
    pub device: DeviceId,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// What was refused.
    pub refusal: Refusal,
}

/// Which changes are wanted.
#[derive(Debug)]
pub struct Pull<'a> {
    /// What the caller may read.
    pub scope: &'a Scope,
    /// Changes after this one.
    pub after: u64,
    /// Only changes of these documents, or of all in the scope.
    pub wanted: Wanted<'a>,
    /// Changes that the caller has already.
    pub except: &'a HashSet<ChangeHash>,
    /// Bytes of changes after which the page ends; one change at least.
    pub bytes_target: usize,
}

/// Which documents are wanted.
#[derive(Debug, Clone, Copy)]
pub enum Wanted<'a> {
    /// All that the scope holds.
    Scope,
    /// Only these, and only where the scope holds them.
    Documents(&'a [DocumentId]),
}

/// One page of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The changes in the order of their sequence numbers.
    pub changes: Vec<FeedChange>,
    /// Documents that were erased, after the same sequence number.
    pub gone: Vec<DocumentId>,
    /// All wanted changes up to this sequence number are in the pages up to this one.
    pub through: u64,
    /// Whether there is more after it.
    pub more: bool,
}

/// A change as the feed gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedChange {
    /// Its sequence number.
    pub seq: u64,
    /// Its document.
    pub header: DocumentHeader,
    /// The change chunk, not compressed.
    pub bytes: Vec<u8>,
    /// The document's newest changes, where this is the last change that it has.
    pub heads: Option<Vec<ChangeHash>>,
}

/// What a compaction did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compaction {
    /// Snapshots written.
    pub written: u64,
    /// Documents whose changes make no sound snapshot; they have none now.
    pub unsound: Vec<DocumentId>,
}

/// What documents take up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Storage {
    /// Documents.
    pub documents: u64,
    /// Their changes.
    pub changes: u64,
    /// The bytes of the changes.
    pub change_bytes: u64,
    /// Snapshots.
    pub snapshots: u64,
    /// Their bytes.
    pub snapshot_bytes: u64,
    /// The documents of the most bytes, the greatest first.
    pub largest: Vec<DocumentStorage>,
}

/// What one document takes up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentStorage {
    /// The document.
    pub id: DocumentId,
    /// Its changes.
    pub changes: u64,
    /// Their bytes.
    pub change_bytes: u64,
    /// The bytes of its snapshot; 0 without one.
    pub snapshot_bytes: u64,
}

/// What stays of a document that was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// Its sequence number, from the same counter as changes.
    pub seq: u64,
    /// The document.
    pub header: DocumentHeader,
    /// When it was erased, milliseconds since 1970.
    pub at: i64,
    /// The reason that was given.
    pub why: String,
}

/// One of the store's lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochRow {
    /// Its random value.
    pub epoch: Epoch,
    /// Up to here it has what the epoch before had; 0 when that is not known.
    pub after_seq: u64,
    /// When it began, milliseconds since 1970; 0 for the one that began with the store.
    pub began_at: i64,
    /// Why it began.
    pub why: String,
}

/// Which petitions are wanted.
#[derive(Debug, Clone, Default)]
pub struct PetitionFilter {
    /// In these units; the caller's scope is taken into account here.
    pub units: Vec<UnitCode>,
    /// Words to find, as an FTS expression without and with accents.
    pub words: Option<Words>,
    /// In this village.
    pub village: Option<String>,
    /// Of this field of work.
    pub field: Option<String>,
    /// Raised at a meeting of this council session.
    pub session: Option<String>,
    /// Raised on this day or later, `yyyy-mm-dd`.
    pub from: Option<String>,
    /// Raised on this day or earlier, `yyyy-mm-dd`.
    pub to: Option<String>,
    /// Only those that no case carries.
    pub waiting: bool,
    /// Only this one.
    pub id: Option<DocumentId>,
}

/// Words to find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Without accents: decides what is found.
    pub folded: String,
    /// With accents: decides what comes first.
    pub exact: String,
}

/// Petitions as a table shows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PetitionPage {
    /// How many there are on all pages.
    pub total: u64,
    /// How many voters raised those of all pages; one for a petition that names no number.
    pub voters: u64,
    /// Those of this page.
    pub petitions: Vec<PetitionRow>,
}

/// A petition as a table shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PetitionRow {
    /// The document.
    pub id: DocumentId,
    /// Its unit.
    pub unit: UnitCode,
    /// How many fields hold more than one value.
    pub conflicts: u64,
    /// When its last change was stored, milliseconds since 1970.
    pub updated_at: i64,
    /// Its fields.
    pub petition: record::Petition,
    /// The case that carries it.
    pub case: Option<DocumentId>,
    /// While none does, the version of the document that says which does; none while there is no such document.
    pub heads: Vec<ChangeHash>,
}

/// How many petitions there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PetitionCounts {
    /// Altogether.
    pub total: u64,
    /// By unit, in the order of their codes; units without any are absent.
    pub by_unit: Vec<CountByUnit>,
    /// By field of work, the greatest first.
    pub by_field: Vec<CountByField>,
    /// Denunciations that were handed over on paper at meetings of the units, whatever else is filtered.
    pub denunciations: u64,
}

/// How many petitions a unit has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountByUnit {
    /// The unit.
    pub unit: UnitCode,
    /// How many.
    pub count: u64,
}

/// How many petitions a field of work has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountByField {
    /// The field of work's code; empty where none was given.
    pub field: String,
    /// How many.
    pub count: u64,
}

/// A petition as it is exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedPetition {
    /// The document.
    pub id: DocumentId,
    /// Its unit.
    pub unit: UnitCode,
    /// The user who made it.
    pub author: UserName,
    /// Its fields.
    pub petition: record::Petition,
    /// When its first change was stored, milliseconds since 1970.
    pub created_at: i64,
    /// When its last change was stored, milliseconds since 1970.
    pub updated_at: i64,
}
