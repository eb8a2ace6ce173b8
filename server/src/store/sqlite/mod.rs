//! The store in one SQLite file: WAL, every commit synced to the disk, one writer thread, a small
//! pool of connections that only read.

mod accounts;
mod changes;
mod connection;
mod district;
mod ingest;
mod petitions;
mod project;
mod read;
mod writer;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use kiennghi_shared::id::{ActorId, DocumentId, Epoch, UserName};

use self::connection::DatabaseFile;
use self::read::Readers;
use self::writer::Writer;
use super::{
    DeviceId, District, ExportedPetition, Ingest, Page, PetitionCounts, PetitionFilter,
    PetitionPage, Pull, SecretHash, SignedIn, Store, StoreError, StoredDocument,
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
    /// SQLite's file system that holds the folder, when it is not the system's own.
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
    epoch: Epoch,
    cursor_key: [u8; 32],
    writer: Writer,
    readers: Readers,
}

impl SqliteStore {
    /// Opens the store of a folder, making or migrating it.
    ///
    /// # Errors
    /// When the folder or the database cannot be made, read or migrated.
    pub fn open(options: &Options) -> Result<Self, StoreError> {
        if options.vfs.is_none() {
            std::fs::create_dir_all(&options.folder)
                .map_err(|error| StoreError::Unavailable(error.kind().to_string()))?;
        }
        let file = DatabaseFile {
            path: options.folder.join(FILE_NAME),
            vfs: options.vfs.clone(),
        };
        let mut connection = connection::open_writing(&file, options.bytes_max)?;
        let (epoch, cursor_key) = connection::prepare(&mut connection)?;
        Ok(Self {
            epoch,
            cursor_key,
            writer: Writer::start(connection, options.queue_length)?,
            readers: Readers::new(file, options.readers.max(1)),
        })
    }
}

impl Store for SqliteStore {
    fn epoch(&self) -> Epoch {
        self.epoch
    }

    fn cursor_key(&self) -> [u8; 32] {
        self.cursor_key
    }

    fn health(&self) -> Result<(), StoreError> {
        self.writer.health()
    }

    fn documents(&self, ids: &[DocumentId]) -> Result<Vec<StoredDocument>, StoreError> {
        self.readers.view(|view| changes::documents(view, ids))
    }

    fn actors(&self, actors: &[ActorId]) -> Result<HashMap<ActorId, DeviceId>, StoreError> {
        self.readers.view(|view| changes::actors(view, actors))
    }

    fn ingest(&self, ingest: Ingest) -> Result<u64, StoreError> {
        self.writer
            .write(move |connection| ingest::ingest(connection, &ingest))
    }

    fn last_seq(&self) -> Result<u64, StoreError> {
        self.readers.view(changes::last_seq)
    }

    fn pull(&self, pull: &Pull<'_>) -> Result<Page, StoreError> {
        self.readers.view(|view| changes::pull(view, pull))
    }

    fn district(&self) -> Result<District, StoreError> {
        self.readers.view(district::read)
    }

    fn found_district(&self, district: District) -> Result<(), StoreError> {
        self.writer
            .write(move |connection| district::found(connection, &district))
    }

    fn signed_in(&self, token: &SecretHash) -> Result<Option<SignedIn>, StoreError> {
        self.readers.view(|view| accounts::signed_in(view, token))
    }

    fn device_seen(&self, device: DeviceId, at: i64) -> Result<(), StoreError> {
        self.writer
            .write(move |connection| accounts::device_seen(connection, device, at))
    }

    fn add_device(
        &self,
        user: &UserName,
        name: &str,
        token: Option<SecretHash>,
        at: i64,
    ) -> Result<DeviceId, StoreError> {
        let (user, name) = (user.clone(), name.to_owned());
        self.writer
            .write(move |connection| accounts::add_device(connection, &user, &name, token, at))
    }

    fn revoke_device(&self, device: DeviceId, at: i64) -> Result<(), StoreError> {
        self.writer
            .write(move |connection| accounts::revoke_device(connection, device, at))
    }

    fn add_enrolment_code(
        &self,
        user: &UserName,
        code: SecretHash,
        expires_at: i64,
    ) -> Result<bool, StoreError> {
        let user = user.clone();
        self.writer
            .write(move |connection| accounts::add_code(connection, &user, code, expires_at))
    }

    fn redeem_enrolment_code(
        &self,
        code: &SecretHash,
        device: &str,
        token: SecretHash,
        at: i64,
    ) -> Result<Option<UserName>, StoreError> {
        let (code, device) = (*code, device.to_owned());
        self.writer
            .write(move |connection| accounts::redeem_code(connection, code, &device, token, at))
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

    fn each_petition(&self, show: &mut dyn FnMut(ExportedPetition)) -> Result<(), StoreError> {
        self.readers.view(|view| petitions::each(view, show))
    }

    fn rebuild_projections(&self) -> Result<u64, StoreError> {
        self.writer.write(project::rebuild)
    }
}
