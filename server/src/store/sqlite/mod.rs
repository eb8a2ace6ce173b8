//! The store in one SQLite file: WAL, every commit synced to the disk, one writer thread, a small
//! pool of connections that only read.

mod accounts;
mod alerts;
mod alike;
mod audit;
mod backup;
mod briefing;
mod case_filter;
mod casefile;
mod cases;
mod chain;
mod changes;
mod compact;
mod connection;
mod consolidations;
mod credentials;
mod deadlines;
mod derive;
mod district;
mod epochs;
mod erase;
mod fields_of_work;
mod findings;
mod former;
mod former_people;
mod ground;
mod ingest;
mod keys;
mod later;
mod letters;
mod listing;
mod load;
mod lock;
mod meetings;
mod people;
mod petitioners;
mod petitions;
mod pieces;
mod private;
mod project;
mod raised;
mod read;
mod refusals;
mod restore;
mod results;
mod reviews;
mod trouble;
mod verify;
mod waiting;
mod writer;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kiennghi_shared::id::{ActorId, DocumentId, Epoch, PublicKey, UserName};
use kiennghi_shared::receipt::Receipt;
use kiennghi_shared::wire::{DocumentHeader, Held};
use rusqlite::Connection;

pub use self::backup::backup;
use self::chain::Chain;
use self::epochs::Present;
pub use self::former::Forgotten;
use self::ground::KnownGround;
use self::keys::Keys;
pub use self::keys::{KEYS_FILE_NAME, backup_keys, remember_erasures, restore_keys};
pub use self::lock::Lock;
use self::pieces::Pieces;
use self::private::private_database;
pub use self::private::private_folder;
use self::read::Readers;
pub use self::restore::{Restored, Step, restore};
use self::trouble::Trouble;
pub use self::verify::{Problem, Report, verify};
use self::writer::Writer;
use super::{
    ActorRow, Alike, Candidates, Compaction, Decision, EpochRow, ExportedPetition, FirstLoad,
    ForReview, Ingest, LoadPage, OpenReview, Page, PetitionCounts, PetitionFilter, PetitionPage,
    PetitionRow, Pull, RefusedRow, ReviewFilter, ReviewId, ReviewPage, Scope, Stamp, Storage,
    Store, StoreError, StoredDocument, Tombstone,
};

/// The database's name in the data folder.
pub const FILE_NAME: &str = "kiennghi.sqlite";

/// How the store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder that holds the database; made when it is not there.
    pub folder: PathBuf,
    /// Writes that may wait before new ones are told to come back later.
    pub queue_length: usize,
    /// Connections that read.
    pub readers: usize,
    /// Bytes that the database may grow to; no bound when none is given.
    pub bytes_max: Option<u64>,
    /// The name of a registered SQLite VFS to stand between the store and the disk; the system's
    /// own when none is given.
    pub vfs: Option<String>,
}

impl Options {
    /// The usual options for a folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            queue_length: 256,
            readers: 4,
            bytes_max: None,
            vfs: None,
        }
    }
}

/// The store in SQLite.
#[derive(Debug)]
pub struct SqliteStore {
    present: Present,
    cursor_key: [u8; 32],
    alert_seed: [u8; 32],
    writer: Writer,
    readers: Readers,
    trouble: Arc<Trouble>,
    keys: Keys,
    ground: Arc<KnownGround>,
    options: Options,
    /// None where another VFS stands for the folder.
    _lock: Option<Lock>,
}

impl SqliteStore {
    /// Opens the store of a folder, making or migrating it.
    ///
    /// # Errors
    /// When the folder or the database cannot be made, read or migrated.
    pub fn open(options: &Options) -> Result<Self, StoreError> {
        let mut lock = None;
        if options.vfs.is_none() {
            private_folder(&options.folder)?;
            lock = Some(Lock::beside(&options.folder)?);
            private_database(&options.folder.join(FILE_NAME))?;
        }
        let mut connection = connection::open_writing(options)?;
        let trouble = Arc::new(Trouble::default());
        let identity = connection::prepare(&mut connection)?;
        let keys = Keys::new(&options.folder, &petitioners::erasures(&connection)?);
        let ground = Arc::new(KnownGround::default());
        let mut pieces = Pieces::new(Arc::clone(&ground));
        let chore = move |connection: &Connection| pieces.derive_next(connection);
        Ok(Self {
            present: Present::new(identity.epoch, identity.receipt_seed),
            cursor_key: identity.cursor_key,
            alert_seed: identity.alert_seed,
            writer: Writer::start(connection, options.queue_length, &trouble, chore)?,
            readers: Readers::new(options.clone(), &trouble),
            trouble,
            keys,
            ground,
            options: options.clone(),
            _lock: lock,
        })
    }
}

impl Store for SqliteStore {
    fn epoch(&self) -> Epoch {
        self.present.epoch()
    }

    fn epochs(&self) -> Result<Vec<EpochRow>, StoreError> {
        self.readers.view(epochs::all)
    }

    fn begin_epoch(
        &self,
        instead_of: Epoch,
        after_seq: u64,
        why: &str,
        at: i64,
    ) -> Result<Epoch, StoreError> {
        let why = why.to_owned();
        let epoch = self
            .writer
            .write(move |connection| match epochs::latest(connection)? {
                Some(latest) if latest != instead_of => Ok(latest),
                _ => epochs::begin(connection, after_seq, &why, at),
            })?;
        self.present.set_epoch(instead_of, epoch);
        Ok(epoch)
    }

    fn receipt(&self) -> Result<Receipt, StoreError> {
        Ok(self.present.receipt(self.readers.view(Chain::end)?))
    }

    fn receipt_key(&self) -> PublicKey {
        self.present.public_key()
    }

    fn cursor_key(&self) -> [u8; 32] {
        self.cursor_key
    }

    fn alert_seed(&self) -> [u8; 32] {
        self.alert_seed
    }

    fn health(&self) -> Result<(), StoreError> {
        self.trouble.check()?;
        if self.trouble.is_recent() || self.writer.has_ended() {
            self.writer.probe()?;
            self.readers.view(chain::last_seq)?;
            self.trouble.clear();
        }
        Ok(())
    }

    fn documents_within(
        &self,
        ids: &[DocumentId],
        bytes_max: usize,
    ) -> Result<(Vec<StoredDocument>, usize), StoreError> {
        self.readers
            .view(|view| changes::documents(view, ids, bytes_max))
    }

    fn headers(&self, ids: &[DocumentId]) -> Result<Vec<DocumentHeader>, StoreError> {
        self.readers.view(|view| changes::headers(view, ids))
    }

    fn actors(&self, actors: &[ActorId]) -> Result<HashMap<ActorId, ActorRow>, StoreError> {
        self.readers.view(|view| changes::actors(view, actors))
    }

    fn newest_document(&self) -> Result<u64, StoreError> {
        self.readers.view(load::newest_document)
    }

    fn villages_of(&self, user: &UserName) -> Result<BTreeSet<String>, StoreError> {
        self.readers.view(|view| load::villages_of(view, user))
    }

    fn first_load(&self, wanted: &FirstLoad<'_>) -> Result<LoadPage, StoreError> {
        self.readers.view(|view| load::first_load(view, wanted))
    }

    fn lacking(&self, offer: &[Held]) -> Result<Vec<DocumentId>, StoreError> {
        self.readers.view(|view| load::lacking(view, offer))
    }

    fn scope(&self, version: u64) -> Result<Option<Scope>, StoreError> {
        self.readers.view(|view| load::scope(view, version))
    }

    fn remember_scope(&self, version: u64, scope: &Scope) -> Result<(), StoreError> {
        let scope = scope.clone();
        self.writer
            .write(move |connection| load::remember_scope(connection, version, &scope))
    }

    fn ingest(&self, ingest: Ingest) -> Result<u64, StoreError> {
        let ground = Arc::clone(&self.ground);
        self.writer
            .write(move |connection| ingest::ingest(connection, &ground, &ingest))
    }

    fn last_seq(&self) -> Result<u64, StoreError> {
        self.readers.view(chain::last_seq)
    }

    fn chain_at(&self, seq: u64) -> Result<Option<[u8; 32]>, StoreError> {
        self.readers.view(|view| chain::link_at(view, seq))
    }

    fn erase(
        &self,
        document: DocumentId,
        why: &str,
        stamp: &Stamp,
    ) -> Result<Option<u64>, StoreError> {
        let (why, stamp) = (why.to_owned(), stamp.clone());
        let seq = self
            .writer
            .write(move |connection| erase::erase(connection, document, &why, &stamp))?;
        if seq.is_some()
            && let Err(error) = connection::empty_log(&self.options)
        {
            tracing::warn!(%error, "what was erased stays in the log until it is emptied");
        }
        Ok(seq)
    }

    fn is_erased(&self, document: DocumentId) -> Result<bool, StoreError> {
        self.readers.view(|view| erase::is_erased(view, document))
    }

    fn tombstones(&self, after: u64) -> Result<Vec<Tombstone>, StoreError> {
        self.readers.view(|view| erase::after(view, after))
    }

    fn pull(&self, pull: &Pull<'_>) -> Result<Page, StoreError> {
        self.readers.view(|view| changes::pull(view, pull))
    }

    fn keep_for_review(&self, work: ForReview) -> Result<bool, StoreError> {
        self.writer
            .write(move |connection| reviews::keep(connection, &work))
    }

    fn reviews(&self, filter: &ReviewFilter<'_>) -> Result<ReviewPage, StoreError> {
        self.readers.view(|view| reviews::page(view, filter))
    }

    fn review(&self, id: ReviewId) -> Result<Option<OpenReview>, StoreError> {
        self.readers.view(|view| reviews::open(view, id))
    }

    fn dismiss_review(&self, decision: &Decision) -> Result<bool, StoreError> {
        let decision = decision.clone();
        self.writer
            .write(move |connection| reviews::decide(connection, &decision, false))
    }

    fn refused(&self) -> Result<Vec<RefusedRow>, StoreError> {
        self.readers.view(refusals::kept)
    }

    fn petitions(
        &self,
        filter: &PetitionFilter,
        offset: u64,
        limit: u64,
    ) -> Result<PetitionPage, StoreError> {
        self.readers
            .view(|view| petitions::page(view, filter, offset, limit))
    }

    fn petition_counts(&self, filter: &PetitionFilter) -> Result<PetitionCounts, StoreError> {
        self.readers.view(|view| petitions::counts(view, filter))
    }

    fn petitions_alike(&self, wanted: &Alike<'_>) -> Result<Candidates<PetitionRow>, StoreError> {
        self.readers.view(|view| alike::petitions(view, wanted))
    }

    fn each_petition(&self, show: &mut dyn FnMut(ExportedPetition)) -> Result<(), StoreError> {
        self.readers.view(|view| petitions::each(view, show))
    }

    fn compact(&self, limit: u64) -> Result<Compaction, StoreError> {
        let mut done = Compaction::default();
        let candidates = self.readers.view(|view| compact::candidates(view, limit))?;
        for candidate in candidates {
            let id = candidate.id;
            let written = self
                .readers
                .view(|view| compact::snapshot(view, &candidate))
                .and_then(|snapshot| {
                    let sound = snapshot.is_some();
                    self.writer
                        .write(move |connection| {
                            compact::replace(connection, &candidate, snapshot.as_deref())
                        })
                        .map(|()| sound)
                });
            match written {
                Ok(true) => done.written += 1,
                Ok(false) => done.unsound.push(id),
                // Somebody wrote it meanwhile: its snapshot came with that.
                Err(StoreError::Stale) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    fn storage(&self, largest: u64) -> Result<Storage, StoreError> {
        self.readers.view(|view| compact::storage(view, largest))
    }

    fn rebuild_projections(&self) -> Result<u64, StoreError> {
        self.writer.write(project::rebuild)
    }
}
