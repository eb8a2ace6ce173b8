//! The real server without HTTP: exchange, gate and SQLite, on a disk that fails.

use std::sync::Arc;

use kiennghi_disk::{Disk, Faults, Image, VFS};
use kiennghi_server::auth::Callers;
use kiennghi_server::feed::Feed;
use kiennghi_server::gate::{Accepted, Gate, InProcess};
use kiennghi_server::store::sqlite::{Options, SqliteStore};
use kiennghi_server::store::{
    Decision, DeviceId, OpenReview, ReviewFilter, Scope, Stamp, Store, StoreError,
};
use kiennghi_server::sync::{Exchange, SyncError};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::{ChangeHash, DocumentId, UserName};
use kiennghi_shared::validate::ParsedChange;
use kiennghi_shared::wire::Request;

use super::district::{self, COMMITTEE, USERS};
use super::flaws::{self, Flaw};
use super::people::Order;

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

/// What became of work that the office decided about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decided {
    /// It is stored.
    Accepted,
    /// It does not fit what is stored, and waits.
    Unfit(Code),
    /// It is left out.
    Dismissed,
    /// The server did not say.
    Unknown,
}

/// Reviews that are looked at.
const REVIEWS_MAX: u64 = 1_000;

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
            callers: Callers::new(Arc::clone(&store), district::START_MS)?,
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

    /// Whether it is running and has power.
    pub(super) fn is_up(&self) -> bool {
        self.is_running() && !self.disk.has_crashed()
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

    /// Puts another disk without faults under a stopped server.
    pub(super) fn replace(&mut self, image: &Image, seed: u64) {
        self.running = None;
        *self = Self::on(image, seed, self.flaw);
    }

    /// Obeys an order, as the commands of the office do.
    pub(super) fn obey(&self, order: Order, now_ms: i64) -> Result<(), StoreError> {
        let store = self.store().ok_or(StoreError::Busy)?;
        let stamp = Stamp::command(now_ms);
        let obeyed = match order {
            Order::Move { user, to } => store
                .move_user(&UserName::from(USERS[user].0), &to.grant(), &stamp)
                .map(|moved| moved.is_ok()),
            Order::Revoke { device } => store.revoke_device(device, &stamp),
            Order::Erase { document } => {
                let erased = store.erase(document, "simulated", &stamp);
                erased.map(|seq| seq.is_some())
            }
        };
        if obeyed? {
            Ok(())
        } else {
            Err(StoreError::Stale)
        }
    }

    /// Whether an order is obeyed.
    pub(super) fn has_obeyed(&self, order: Order) -> Result<bool, StoreError> {
        let store = self.store().ok_or(StoreError::Busy)?;
        Ok(match order {
            Order::Move { user, to } => {
                let district = store.district()?;
                let name = UserName::from(USERS[user].0);
                district
                    .open_grants(&name)
                    .all(|row| row.grant == to.grant())
            }
            Order::Revoke { device } => {
                let devices = store.devices()?;
                let mut revoked = devices.iter().filter(|row| row.revoked_at.is_some());
                revoked.any(|row| row.id == device)
            }
            Order::Erase { document } => store.is_erased(document)?,
        })
    }

    /// Obeys an order unless it is obeyed already.
    pub(super) fn obey_once(&self, order: Order, now_ms: i64) -> Result<(), StoreError> {
        if self.has_obeyed(order)? {
            Ok(())
        } else {
            self.obey(order, now_ms)
        }
    }

    /// All that waits for the office.
    pub(super) fn reviews(&self, scope: &Scope) -> Result<Vec<OpenReview>, StoreError> {
        let store = self.store().ok_or(StoreError::Busy)?;
        let page = store.reviews(&ReviewFilter {
            scope,
            before: None,
            limit: REVIEWS_MAX,
        })?;
        let mut reviews = Vec::new();
        for row in page.reviews {
            reviews.extend(store.review(row.id)?);
        }
        Ok(reviews)
    }

    /// Has the committee decide about the n-th of what waits; gives the document and the changes.
    ///
    /// # Errors
    /// When the server says of its own store what can never be true.
    pub(super) fn decide(
        &self,
        nth: u64,
        accept: bool,
        now_ms: i64,
    ) -> Result<Option<(DocumentId, Vec<ChangeHash>, Decided)>, String> {
        let Some(running) = &self.running else {
            return Ok(None);
        };
        let user = UserName::from(COMMITTEE);
        let caller = running.callers.of_device(DeviceId(0), &user);
        let caller = caller.map_err(|error| error.to_string())?;
        let caller = caller.ok_or("no committee")?;
        let Ok(mut reviews) = self.reviews(caller.reviews()) else {
            return Ok(None);
        };
        if reviews.is_empty() {
            return Ok(None);
        }
        let nth = nth as usize % reviews.len();
        let (review, changes) = reviews.swap_remove(nth);
        let id = review.header.id;
        let hashes = changes_of(&changes)?;
        let decided = if accept {
            let accepted = running.exchange.accept(review, changes, &caller, now_ms);
            accepted.map(|accepted| match accepted {
                Accepted::Stored(_) => Decided::Accepted,
                Accepted::Unfit(code) => Decided::Unfit(code),
            })
        } else {
            let dismissed = running.store.dismiss_review(&Decision {
                review: review.id,
                by: caller.user.name.clone(),
                at: now_ms,
            });
            match dismissed {
                Ok(true) => Ok(Decided::Dismissed),
                Ok(false) => return Err("what waits cannot be dismissed".to_owned()),
                Err(error) => Err(SyncError::Store(error)),
            }
        };
        let decided = match decided {
            Ok(decided) => decided,
            Err(error) => {
                self.check_honest(&error)?;
                Decided::Unknown
            }
        };
        Ok(Some((id, hashes, decided)))
    }

    /// A store on a disk without faults says nothing of damage.
    fn check_honest(&self, error: &SyncError) -> Result<(), String> {
        match error {
            SyncError::Store(
                StoreError::Damaged(what) | StoreError::Database(what) | StoreError::Corrupt(what),
            ) if !self.troubled && !self.disk.has_crashed() => {
                Err(format!("the store is damaged: {what}"))
            }
            _ => Ok(()),
        }
    }

    /// Answers a request's bytes, which may be cut off.
    ///
    /// # Errors
    /// When the server says of its own store what can never be true.
    pub(super) fn answer(
        &self,
        device: DeviceId,
        body: &[u8],
        now_ms: i64,
    ) -> Result<Answer, String> {
        let Some(running) = &self.running else {
            return Ok(Answer::Silence);
        };
        let Ok(mut request) = Request::decode(body) else {
            return Ok(Answer::Failed("malformed"));
        };
        let pushed = self.flaw.map(|_| request.clone());
        if let Some(flaw) = self.flaw {
            flaws::mislay(flaw, &mut request);
        }
        let mut answered = match running.callers.sign_in(&district::token(device)?, now_ms) {
            Ok(Some(caller)) => running
                .exchange
                .answer(&caller, request, now_ms)
                .map(|(body, _)| body),
            Ok(None) => return Err("an unknown device".to_owned()),
            Err(error) => Err(error.into()),
        };
        if let (Some(flaw), Some(request)) = (self.flaw, pushed) {
            answered = flaws::spoil(flaw, &request, answered, running.store.epoch());
        }
        if self.disk.has_crashed() && self.flaw != Some(Flaw::AckBeforeCommit) {
            return Ok(Answer::Silence);
        }
        match answered {
            Ok(body) => Ok(Answer::Reply(body)),
            Err(error) => {
                self.check_honest(&error)?;
                Ok(Answer::Failed(error.code().name()))
            }
        }
    }
}

/// The hashes of changes that the store keeps.
pub(super) fn changes_of<'a>(
    changes: impl IntoIterator<Item = &'a Vec<u8>>,
) -> Result<Vec<ChangeHash>, String> {
    let hash = |bytes: &Vec<u8>| ParsedChange::parse(bytes).map(|change| change.hash);
    let hashes: Result<_, _> = changes.into_iter().map(hash).collect();
    hashes.map_err(|_| "what waits is no change".to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::folder::Folder;
    use super::*;

    #[test]
    fn a_restored_database_is_free_of_its_journal_before_it_has_a_log() {
        let mut server = Server::on(&Image::default(), 0, None);
        server.start().expect("a sound disk");
        server.stop();
        let folder = || Folder::of(&server.disk.image()).expect("a folder");
        let backup = folder().backup().expect("a backup");
        let restored = folder().restore(&backup, 0, None).expect("restored");
        for seed in 0..100 {
            let mut server = Server::on(&restored, seed, None);
            server.start().expect("a sound disk");
            server.disk.crash();
            let survived = server.disk.survivors(seed).0;
            let journal = survived.keys().find(|name| name.ends_with("-journal"));
            assert_eq!(journal, None, "{seed}");
        }
    }
}
