//! Alerts (lời nhắc): lines that browsers show also while the app is closed, by way of their makers' push
//! services (Web Push). Owns which addresses are called, how a line is encrypted, who is told what and when,
//! and how often a push service that fails is asked again. Knows no HTTP of this server's own.

mod client;
mod due;
mod endpoint;
mod message;
mod vapid;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kiennghi_shared::alert::Subscription;
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, spawn_blocking};

use self::client::{Client, Letter, Outcome};
pub(crate) use self::due::{Due, due};
use self::endpoint::{Endpoint, Services};
use self::message::{Recipient, seal};
use self::vapid::Vapid;
use crate::clock::Clock;
use crate::config;
use crate::store::{AlertAddress, Store};
use crate::tls::TlsError;

/// Requests to push services at once.
const REQUESTS_MAX: usize = 8;
/// How often a push service that fails is asked in all.
const TRIES_MAX: u32 = 4;
/// Each wait is so many times the one before.
const WAIT_GROWS: u32 = 4;
/// However long a push service asks to be left alone.
const WAIT_MAX: Duration = Duration::from_secs(15 * 60);

/// Sends alerts.
#[derive(Debug)]
pub(crate) struct Alerter {
    vapid: Vapid,
    client: Client,
    retry: Duration,
    /// The hour from which the morning's line goes out.
    pub(crate) hour: u8,
    places: Semaphore,
    is_on: bool,
}

impl Alerter {
    pub(crate) fn new(seed: [u8; 32], config: &config::Alerts) -> Result<Self, TlsError> {
        let services = Services::new(&config.services, config.private);
        Ok(Self {
            vapid: Vapid::new(seed, config.contact.clone()),
            client: Client::new(services, config.roots.as_deref())?,
            retry: config.retry,
            hour: config.hour,
            places: Semaphore::new(REQUESTS_MAX),
            is_on: !config.services.is_empty(),
        })
    }

    /// The key that browsers subscribe with; empty where no alerts are sent.
    pub(crate) fn public_key(&self) -> &str {
        if self.is_on { self.vapid.public() } else { "" }
    }

    /// Where a subscription leads; none when that is nowhere that is called, or its keys are none.
    pub(crate) fn address(&self, subscription: &Subscription) -> Option<AlertAddress> {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
        let address = AlertAddress {
            endpoint: subscription.endpoint.clone(),
            p256dh: bytes(&subscription.p256dh)?,
            auth: bytes(&subscription.auth)?,
        };
        self.way(&address).map(|_| address)
    }

    fn way(&self, address: &AlertAddress) -> Option<(Endpoint, Recipient)> {
        let endpoint = self.client.services.endpoint(&address.endpoint)?;
        Some((endpoint, Recipient::of(&address.p256dh, &address.auth)?))
    }

    /// Sends all of it, asking push services that fail again, and forgets addresses that are gone.
    pub(crate) async fn send(
        self: &Arc<Self>,
        store: &Arc<dyn Store>,
        clock: &Arc<dyn Clock>,
        all: Vec<Due>,
    ) {
        let mut sending = JoinSet::new();
        for due in all {
            let (alerter, store) = (Arc::clone(self), Arc::clone(store));
            let clock = Arc::clone(clock);
            sending.spawn(async move { alerter.deliver(&store, &*clock, &due).await });
        }
        while sending.join_next().await.is_some() {}
    }

    async fn deliver(&self, store: &Arc<dyn Store>, clock: &dyn Clock, due: &Due) {
        let topic = due.alert.topic.name();
        match self.try_often(clock, due).await {
            Outcome::Taken => tracing::debug!(topic, "an alert was sent"),
            Outcome::Gone => {
                let (store, endpoint) = (Arc::clone(store), due.device.address.endpoint.clone());
                let dropped = spawn_blocking(move || store.drop_endpoint(&endpoint)).await;
                if let Ok(Err(error)) = dropped {
                    tracing::warn!(%error, "an address that is gone stays");
                }
            }
            Outcome::Later(_) => tracing::warn!(topic, "no push service took an alert"),
            Outcome::Refused(status) => {
                let status = status.map(|status| status.as_u16());
                tracing::warn!(topic, ?status, "a push service refused an alert");
            }
        }
    }

    async fn try_often(&self, clock: &dyn Clock, due: &Due) -> Outcome {
        // Hosts that are known no more are called no more.
        let Some((endpoint, recipient)) = self.way(&due.device.address) else {
            return Outcome::Gone;
        };
        let Ok(text) = serde_json::to_vec(&due.alert) else {
            return Outcome::Refused(None);
        };
        let mut wait = self.retry;
        let mut tries = 1;
        loop {
            let Some(body) = seal(&recipient, &text) else {
                return Outcome::Refused(None);
            };
            let letter = Letter {
                authorization: self.vapid.authorization(&endpoint.origin(), clock.now_ms()),
                topic: due.alert.topic,
                body,
            };
            let outcome = {
                let _place = self.places.acquire().await;
                self.client.post(&endpoint, letter).await
            };
            match outcome {
                Outcome::Later(asked) if tries < TRIES_MAX => {
                    tokio::time::sleep(asked.unwrap_or_default().max(wait).min(WAIT_MAX)).await;
                    wait *= WAIT_GROWS;
                    tries += 1;
                }
                outcome => return outcome,
            }
        }
    }
}
