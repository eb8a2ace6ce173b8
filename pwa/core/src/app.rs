//! The worker's whole state, and the status that the page shows of it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::lock::Mutex;
use kiennghi_messages::{Cause, Failure, Sending, Signal, Status};
use kiennghi_shared::access::Role;
use kiennghi_shared::code::Code;
use kiennghi_shared::wire::Hold;
use wasm_bindgen_futures::spawn_local;

use crate::browser;
use crate::database::StorageError;
use crate::local::{Local, SignedIn};

/// The worker's state.
#[derive(Default)]
pub(crate) struct App {
    /// The store, its lists and the session: one step at a time.
    pub(crate) local: Mutex<Local>,
    /// Held while the store is opened.
    pub(crate) opening: Mutex<()>,
    /// Held while a sync runs: one at a time.
    pub(crate) syncing: Mutex<()>,
    /// How far the running sync has come.
    pub(crate) sending: Cell<Option<Sending>>,
    /// Why the last sync failed.
    pub(crate) failure: RefCell<Option<Failure>>,
    /// Syncs that failed in a row.
    pub(crate) failures: Cell<u32>,
    /// Whether this tab is the one that writes.
    pub(crate) writer: Cell<bool>,
    /// Whether the live connection is kept up.
    pub(crate) live: Cell<bool>,
    /// Whether a retry is already waited for.
    pub(crate) retrying: Cell<bool>,
    /// Whether a poke waits for the sync that follows it.
    pub(crate) poked: Cell<bool>,
    /// Whether what the server has to tell is on its way.
    pub(crate) renewing: Cell<bool>,
    /// How long a server that was busy asked to be left alone, in milliseconds.
    pub(crate) asked_to_wait_ms: Cell<u64>,
}

impl App {
    /// The status as of now.
    pub(crate) async fn status(&self) -> Status {
        let local = self.local.lock().await;
        let session = local.signed_in.as_ref().map(|signed_in| &signed_in.session);
        let outbox = session.map(|session| session.outbox());
        Status {
            profile: local
                .signed_in
                .as_ref()
                .map(|signed_in| signed_in.profile.clone()),
            unsent: session.map_or(local.waiting, |_| local.deliveries().len() as u32),
            sending: self.sending.get(),
            synced_at: session.and_then(|session| session.progress().synced_at),
            failure: self.failure.borrow().clone(),
            refused: (local.refused.len() + local.refused_petitioners().count()) as u32,
            unsent_since: outbox
                .into_iter()
                .flat_map(|outbox| outbox.values().map(|outgoing| outgoing.made_at))
                .chain(local.unsent_petitioners().map(|waiting| waiting.noted_at))
                .min(),
            writer: self.writer.get(),
            held: local.cards.len() as u32,
            left: session
                .and_then(|session| session.progress().left)
                .map_or(0, |left| left as u32),
            lock: local.lock(),
        }
    }

    /// What shows the server who asks.
    pub(crate) async fn token(&self) -> Result<String, Failure> {
        let local = self.local.lock().await;
        local
            .signed_in
            .as_ref()
            .map(|s| s.token.clone())
            .ok_or_else(signed_out_failure)
    }

    /// Tells the page where sync stands.
    pub(crate) async fn tell_status(&self) {
        browser::post(&Signal::Status(Box::new(self.status().await)));
    }
}

/// Prepares the next search, bit by bit: whatever the page asks meanwhile comes first.
pub(crate) fn prepare_search(app: &Rc<App>) {
    let app = app.clone();
    spawn_local(async move {
        while app.local.lock().await.cards.prepare() {
            browser::wait_ms(0).await;
        }
    });
}

/// Whether this is the phone of somebody who goes to villages, and keeps all that may be read. A browser
/// at a desk keeps what was opened.
pub(crate) fn holds_scope(signed_in: &SignedIn) -> bool {
    signed_in.profile.is(Role::Delegate) && !signed_in.token.is_empty()
}

/// Which documents a user keeps on the device.
pub(crate) fn hold(signed_in: &SignedIn, local: &Local) -> Hold {
    if holds_scope(signed_in) {
        return Hold::Scope;
    }
    let mut held: Vec<_> = local.cards.ids().collect();
    // Ids sort by time: the newest are the likeliest to be opened again.
    held.sort_unstable_by(|a, b| b.cmp(a));
    held.truncate(kiennghi_shared::limits::ASKED_DOCUMENTS_MAX);
    Hold::Asked(held)
}

/// The local store failed.
pub(crate) fn storage_failure() -> Failure {
    let message = "Chưa lưu được vào máy. Chữ bạn viết vẫn còn trên màn hình.".to_owned();
    Failure {
        cause: Cause::Storage,
        message,
    }
}

/// The server cannot be reached.
pub(crate) fn network_failure() -> Failure {
    Failure {
        cause: Cause::Network,
        message: "Chưa kết nối được với máy chủ.".to_owned(),
    }
}

/// The server said no.
pub(crate) fn server_failure(code: Code) -> Failure {
    Failure {
        cause: Cause::Server(code),
        message: code.message().to_owned(),
    }
}

/// Nobody is signed in on this device.
pub(crate) fn signed_out_failure() -> Failure {
    server_failure(Code::Unauthenticated)
}

/// What was asked for is not here.
pub(crate) fn not_found_failure() -> Failure {
    Failure {
        cause: Cause::NotFound,
        message: "Không tìm thấy trên máy này.".to_owned(),
    }
}

impl From<StorageError> for Failure {
    fn from(_: StorageError) -> Self {
        storage_failure()
    }
}
