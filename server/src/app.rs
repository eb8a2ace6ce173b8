//! Puts the server together: opens the store, builds what stands on it, listens, and goes down in
//! good order.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;
use futures_util::FutureExt;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::{JoinHandle, JoinSet};

use crate::alerts::{Alerter, due};
use crate::auth::{Callers, Ceremonies, OneTimeCode, SetUp};
use crate::clock::Clock;
use crate::config::{Config, Network, processors};
use crate::error::ApiError;
use crate::feed::Feed;
use crate::gate::{Gate, Trial};
use crate::http::{
    self, Door, Quotas, STREAMS_OF_DEVICE_MAX, SYNCS_OF_DEVICE_MAX, Turns, listen, redirect,
};
use crate::rates::{Tries, Try};
use crate::store::sqlite::{Lock, Options, SqliteStore, private_folder};
use crate::store::{Store, StoreError};
use crate::sync::Exchange;
use crate::tls::{Keeper, Tls};
use kiennghi_shared::code::Code;

/// How long requests under way may take once the server goes down.
const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(20);

/// How long a client waits for a worker and its work, however long the disk takes.
const WORK_TIME_MAX: Duration = Duration::from_secs(30);

/// Passwords that are worked on at once.
const PASSWORDS_MAX: usize = 2;
/// How long somebody waits for a place among them.
const PASSWORD_PATIENCE: Duration = Duration::from_secs(5);

/// How often it is looked for what people are to be told.
const ALERTS_EVERY: Duration = Duration::from_secs(60);

/// What every request needs.
#[derive(Debug)]
pub struct App {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) callers: Callers,
    pub(crate) exchange: Exchange,
    pub(crate) feed: Arc<Feed>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) syncs: Arc<Turns>,
    pub(crate) streams: Arc<Turns>,
    /// Held by whoever imports petitions: two imports of one file at once would make each petition twice in one.
    pub(crate) importing: Mutex<()>,
    /// Passkeys that are being added or used.
    pub(crate) passkeys: Ceremonies,
    /// The first administrator, while there is none.
    pub(crate) set_up: SetUp,
    pub(crate) quotas: Quotas,
    pub(crate) alerter: Arc<Alerter>,
    /// Who lately failed to prove to be somebody, by the name of the account.
    tries: Arc<Tries>,
    /// Who is believed when it says whom it speaks for.
    pub(crate) trusted_proxies: Vec<Network>,
    /// How long a client may send nothing of a body.
    pub(crate) idle_time_max: Duration,
    /// How often a device that listens for news is looked up again.
    pub(crate) recheck: Duration,
    /// Places for requests that are worked on, and how many there are.
    workers: Arc<Semaphore>,
    workers_max: usize,
    processors: usize,
    /// Places for those, and for requests that wait for one.
    admitted: Arc<Semaphore>,
    /// Places for passwords that are worked on: each takes 19 MiB and a processor.
    passwords: Arc<Semaphore>,
}

impl App {
    /// Builds the server's parts on a store; changes are tried by `trial`.
    ///
    /// # Errors
    /// When the store cannot be read, or the roots of push services.
    pub fn new(
        store: Arc<dyn Store>,
        trial: Box<dyn Trial>,
        clock: Arc<dyn Clock>,
        config: &Config,
    ) -> anyhow::Result<Self> {
        let feed = Arc::new(Feed::new(store.last_seq()?));
        let gate = Gate::new(Arc::clone(&store), trial);
        Ok(Self {
            callers: Callers::new(Arc::clone(&store), clock.now_ms())?,
            exchange: Exchange::new(Arc::clone(&store), gate, Arc::clone(&feed)),
            feed,
            clock,
            syncs: Turns::new(SYNCS_OF_DEVICE_MAX),
            streams: Turns::new(STREAMS_OF_DEVICE_MAX),
            importing: Mutex::default(),
            passkeys: Ceremonies::default(),
            set_up: SetUp::default(),
            passwords: Arc::new(Semaphore::new(PASSWORDS_MAX)),
            quotas: Quotas::new(&config.transport),
            alerter: Arc::new(Alerter::new(store.alert_seed(), &config.alerts)?),
            tries: Tries::new(),
            trusted_proxies: config.transport.trusted_proxies.clone(),
            idle_time_max: config.transport.idle_time_max,
            recheck: Duration::from_secs(config.recheck_seconds as u64),
            workers: Arc::new(Semaphore::new(config.workers)),
            workers_max: config.workers,
            processors: processors(),
            admitted: Arc::new(Semaphore::new(config.workers + config.waiting_max)),
            store,
        })
    }

    /// Begins to check a password or code of an account; it counts as wrong until it is said that it was
    /// right.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] when there were too many wrong ones lately.
    pub(crate) fn begin_try(&self, account: &str, now_ms: i64) -> Result<Try, ApiError> {
        let account = account.trim().to_lowercase();
        self.tries
            .begin(&account, now_ms)
            .map_err(|_| ApiError(Code::TooManyRequests))
    }

    /// The same, for work on a password, of which there are few at once.
    pub(crate) async fn work_on_password<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&App) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let place = Arc::clone(&self.passwords).acquire_owned();
        let place = tokio::time::timeout(PASSWORD_PATIENCE, place).await;
        let Ok(Ok(place)) = place else {
            return Err(ApiError(Code::Busy));
        };
        self.work(move |app| {
            let _place = place;
            work(app)
        })
        .await
    }

    /// Sends what people are to be told now, until all of it was taken or given up.
    pub async fn send_alerts(self: &Arc<Self>) {
        let app = Arc::clone(self);
        let found = tokio::task::spawn_blocking(move || {
            due(
                &*app.store,
                &app.callers,
                app.alerter.hour,
                app.clock.now_ms(),
            )
        });
        match found.await {
            Ok(Ok(all)) => self.alerter.send(&self.store, &self.clock, all).await,
            Ok(Err(error)) => tracing::warn!(%error, "what people are to be told was not read"),
            Err(error) => {
                tracing::error!(
                    panicked = error.is_panic(),
                    "looking for alerts ended early"
                );
            }
        }
    }

    /// Does so every minute, for as long as it is let.
    async fn keep_sending_alerts(self: Arc<Self>) {
        let mut looks = tokio::time::interval(ALERTS_EVERY);
        // What waits for a push service that failed does not keep others waiting.
        let mut sending = JoinSet::new();
        loop {
            looks.tick().await;
            while sending.try_join_next().is_some() {}
            let app = Arc::clone(&self);
            sending.spawn(async move { app.send_alerts().await });
        }
    }

    /// The server's routes, to be served or to be called in tests.
    pub fn router(self: &Arc<Self>) -> axum::Router {
        http::router(Arc::clone(self))
    }

    /// Whether more requests are worked on than there are processors to do it.
    pub(crate) fn is_busy(&self) -> bool {
        self.workers_max - self.workers.available_permits() > self.processors
    }

    /// Does work that computes or waits for the disk on a thread that may, once a worker is free.
    /// The work goes on to its end when the client goes away.
    pub(crate) async fn work<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&App) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let admitted = Arc::clone(&self.admitted)
            .try_acquire_owned()
            .map_err(|_| ApiError(Code::Busy))?;
        let done = async {
            let worker = Arc::clone(&self.workers)
                .acquire_owned()
                .await
                .map_err(|_| ApiError(Code::Busy))?;
            let app = Arc::clone(self);
            let done = tokio::task::spawn_blocking(move || {
                let _places = (admitted, worker);
                work(&app)
            });
            done.await.unwrap_or_else(|error| {
                tracing::error!(panicked = error.is_panic(), "a request's work ended early");
                Err(ApiError(Code::Internal))
            })
        };
        // A client that is told to come again loses nothing: what it sent is known by its hash.
        tokio::time::timeout(WORK_TIME_MAX, done)
            .await
            .unwrap_or(Err(ApiError(Code::Busy)))
    }
}

/// Opens the store that a configuration names.
///
/// # Errors
/// When the folder or the database cannot be opened.
pub fn open_store(config: &Config) -> Result<Arc<dyn Store>, StoreError> {
    let store = SqliteStore::open(&Options {
        folder: config.data.clone(),
        queue_length: config.queue_length,
        readers: config.readers,
        bytes_max: config.database_bytes_max,
        vfs: None,
    })?;
    Ok(Arc::new(store))
}

/// A server that is running.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    redirect_address: Option<SocketAddr>,
    tls: bool,
    _keeper: Option<Keeper>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    app: Arc<App>,
    set_up_code: Option<OneTimeCode>,
    _alone: Lock,
}

/// Starts a server that has changes tried by `trial`.
///
/// # Errors
/// When the store cannot be opened or the address cannot be listened on.
pub async fn serve(
    config: &Config,
    trial: Box<dyn Trial>,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<Running> {
    let alone = serving_lock(config)?;
    let store = open_store(config)
        .with_context(|| format!("cannot open the store in {}", config.data.display()))?;
    let app = Arc::new(App::new(store, trial, Arc::clone(&clock), config)?);
    let directory = app.callers.now(app.clock.now_ms())?;
    let set_up_code = app.set_up.begin(directory.district())?;
    let certificate = config.transport.certificate.as_ref();
    let tls = certificate.map(|certificate| Tls::start(certificate, clock));
    let (tls, keeper) = tls.transpose()?.unzip();
    let listener = bind(config.listen).await?;
    let address = listener.local_addr()?;
    warn_of_open_line(config, address);
    let redirecting = match config.transport.redirect_listen {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let redirect_address = redirecting
        .as_ref()
        .map(TcpListener::local_addr)
        .transpose()?;
    let (stop, stopped) = oneshot::channel();
    let stopping = Arc::clone(&app);
    let stopped = async move {
        let _ = stopped.await;
        stopping.feed.close();
    }
    .shared();
    let (is_tls, door, plain_door) = (
        tls.is_some(),
        Door::new(config, tls),
        Door::new(config, None),
    );
    let alerting = Arc::clone(&app).keep_sending_alerts();
    let (router, to_https) = (app.router(), redirect(config, address.port()));
    let serving = tokio::spawn(async move {
        let redirected = async {
            if let Some(listener) = redirecting {
                listen(listener, plain_door, to_https, stopped.clone()).await;
            }
        };
        let serving = async {
            tokio::join!(listen(listener, door, router, stopped.clone()), redirected);
        };
        // Sending alerts comes to no end of its own.
        tokio::select! {
            () = serving => {}
            () = alerting => {}
        }
    });
    Ok(Running {
        address,
        redirect_address,
        tls: is_tls,
        stop,
        serving,
        app,
        set_up_code,
        _keeper: keeper,
        _alone: alone,
    })
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let bound = TcpListener::bind(address).await;
    bound.with_context(|| format!("cannot listen on {address}"))
}

/// Says once that what goes over the line can be read on its way.
fn warn_of_open_line(config: &Config, address: SocketAddr) {
    let transport = &config.transport;
    let open = transport.certificate.is_none() && transport.trusted_proxies.is_empty();
    if open && !address.ip().is_loopback() {
        tracing::warn!(
            %address,
            "listening without TLS where others can listen in: set tls_certificate and tls_key, or \
             acme_domains; behind a proxy that speaks HTTPS, set trusted_proxies to its address"
        );
    }
}

/// One server at a time works in a data folder.
fn serving_lock(config: &Config) -> anyhow::Result<Lock> {
    private_folder(&config.data)
        .with_context(|| format!("cannot make {}", config.data.display()))?;
    Lock::serving(&config.data).map_err(|error| match error {
        StoreError::Busy => anyhow::anyhow!(
            "another server, or a command that keeps servers away, works in {}",
            config.data.display()
        ),
        error => error.into(),
    })
}

impl Running {
    /// Where the server listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The code for the first administrator, while there is none.
    #[must_use]
    pub fn set_up_code(&self) -> Option<&OneTimeCode> {
        self.set_up_code.as_ref()
    }

    /// The same, as clients are told.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Where it sends browsers to HTTPS.
    #[must_use]
    pub fn redirect_address(&self) -> Option<SocketAddr> {
        self.redirect_address
    }

    /// Takes no more requests, lets those under way come to their end, and closes the store.
    ///
    /// # Errors
    /// When serving failed, or requests under way took too long.
    pub async fn shut_down(self) -> anyhow::Result<()> {
        let Self {
            stop,
            mut serving,
            app,
            _alone,
            ..
        } = self;
        let _ = stop.send(());
        let served = match tokio::time::timeout(SHUTDOWN_PATIENCE, &mut serving).await {
            Ok(served) => served.context("serving failed"),
            Err(_) => {
                serving.abort();
                Err(anyhow::anyhow!("requests under way took too long"))
            }
        };
        // Dropping the last handle waits for the writer to finish what is queued.
        tokio::task::spawn_blocking(move || drop(app)).await?;
        served
    }
}
