//! The real server without HTTP: exchange, gate and SQLite, on a disk that fails.

use std::sync::Arc;

use kiennghi_disk::{Disk, Faults, Image, VFS};
use kiennghi_server::auth::Callers;
use kiennghi_server::feed::Feed;
use kiennghi_server::gate::{Gate, InProcess};
use kiennghi_server::store::sqlite::{Options, SqliteStore};
use kiennghi_server::store::{DeviceId, Store, StoreError};
use kiennghi_server::sync::{Exchange, SyncError};
use kiennghi_shared::id::UserName;
use kiennghi_shared::wire::Request;

use super::flaws::{self, Flaw};

/// What became of a request.
#[derive(Debug)]
pub(super) enum Answer {
    /// A reply's body.
    Reply(Vec<u8>),
    /// The server said that it could not.
    Failed(&'static str),
    /// The power went before there was an answer.
    Silence,
}

/// A server on its disk.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) disk: Arc<Disk>,
    running: Option<Running>,
    flaw: Option<Flaw>,
    /// Whether the disk was ever told to fail since the server was started.
    troubled: bool,
}

#[derive(Debug)]
struct Running {
    store: Arc<dyn Store>,
    callers: Callers,
    exchange: Exchange,
}

/// Opens the store on a disk.
pub(super) fn open_store(disk: &Disk) -> Result<Arc<dyn Store>, StoreError> {
    let store = SqliteStore::open(&Options {
        readers: 1,
        vfs: Some(VFS.to_owned()),
        ..Options::new(&disk.folder())
    })?;
    Ok(Arc::new(store))
}

impl Server {
    /// A server that is off, with this on its disk.
    pub(super) fn on(image: &Image, seed: u64, flaw: Option<Flaw>) -> Self {
        let server = Self {
            disk: Disk::new(image, seed),
            running: None,
            flaw,
            troubled: false,
        };
        server.disk.set_faults(server.inborn());
        server
    }

    /// What is wrong with the disk from the beginning.
    fn inborn(&self) -> Faults {
        Faults {
            lies: self.flaw == Some(Flaw::LyingDisk),
            ..Faults::default()
        }
    }

    /// Says what goes wrong with the disk from now on.
    pub(super) fn set_faults(&mut self, faults: Faults) {
        self.troubled |= faults != Faults::default();
        let Faults { lies, .. } = self.inborn();
        self.disk.set_faults(Faults { lies, ..faults });
    }

    /// Starts the server.
    pub(super) fn start(&mut self) -> Result<(), StoreError> {
        let store = open_store(&self.disk)?;
        let feed = Arc::new(Feed::new(store.last_seq()?));
        let gate = Gate::new(Arc::clone(&store), Box::new(InProcess));
        self.running = Some(Running {
            callers: Callers::new(Arc::clone(&store))?,
            exchange: Exchange::new(Arc::clone(&store), gate, feed),
            store,
        });
        Ok(())
    }

    /// Stops the server in good order.
    pub(super) fn stop(&mut self) {
        self.running = None;
    }

    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Whether the disk was told to fail since it is in use.
    pub(super) fn is_troubled(&self) -> bool {
        self.troubled
    }

    /// The store, while the server is running.
    pub(super) fn store(&self) -> Option<&Arc<dyn Store>> {
        self.running.as_ref().map(|running| &running.store)
    }

    /// Ends a server whose power is gone, and puts what survived on a new disk.
    pub(super) fn lose_power(&mut self, seed: u64) {
        self.disk.crash();
        // Closing the database wants to write, and cannot any more.
        self.running = None;
        let image = self.disk.survivors(seed);
        *self = Self::on(&image, seed, self.flaw);
    }

    /// Puts what is on the disk of a stopped server on a disk without faults.
    pub(super) fn heal(&mut self) {
        self.running = None;
        *self = Self::on(&self.disk.image(), 0, self.flaw);
    }

    /// Answers a request's bytes, which may be cut off.
    ///
    /// # Errors
    /// When the server says of its own store what can never be true.
    pub(super) fn answer(
        &self,
        device: DeviceId,
        user: &UserName,
        body: &[u8],
        now_ms: i64,
    ) -> Result<Answer, String> {
        let Some(running) = &self.running else {
            return Ok(Answer::Silence);
        };
        let Ok(request) = Request::decode(body) else {
            return Ok(Answer::Failed("malformed"));
        };
        let pushed = self.flaw.map(|_| request.clone());
        let caller = running
            .callers
            .of_device(device, user)
            .map_err(|error| error.to_string())?
            .ok_or("an unknown user")?;
        let mut answered = running
            .exchange
            .answer(&caller, request, now_ms)
            .map(|(body, _)| body);
        if let (Some(flaw), Some(request)) = (self.flaw, pushed) {
            answered = flaws::spoil(flaw, &request, answered, running.store.epoch());
        }
        if self.disk.has_crashed() && self.flaw != Some(Flaw::AckBeforeCommit) {
            return Ok(Answer::Silence);
        }
        match answered {
            Ok(body) => Ok(Answer::Reply(body)),
            Err(SyncError::Store(StoreError::Damaged(what) | StoreError::Database(what)))
                if !self.troubled =>
            {
                Err(format!("the store is damaged: {what}"))
            }
            Err(error) => Ok(Answer::Failed(error.code().name())),
        }
    }
}
