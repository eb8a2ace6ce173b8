//! One sync: requests until nothing is left to push or to pull.

use std::time::{Duration, Instant};

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::session::retry_after_ms;
use kiennghi_shared::wire::Hold;

use super::account::Account;
use super::client::Client;
use super::device::Moment;
use super::error::PhoneError;
use super::report::{SyncFailure, SyncReport};
use super::{Phone, now_ms};
use crate::random::{fresh, fresh_actor};

/// Requests after which a sync is taken to run in circles.
const REQUESTS_MAX: u64 = 2_000;

impl Phone {
    /// Pushes and pulls over one connection until the phone is in step.
    ///
    /// # Errors
    /// When the connection or the server fails; what came until then is kept.
    pub async fn sync(&mut self) -> Result<SyncReport, SyncFailure> {
        self.sync_holding(&Hold::Scope).await
    }

    /// Syncs as the app does: after a failure it waits, longer each time, and tries again, so many times
    /// at most.
    ///
    /// # Errors
    /// When the last try fails; what came until then is kept.
    pub async fn sync_patiently(&mut self, tries_max: u32) -> Result<SyncReport, SyncFailure> {
        let mut failures = 0;
        loop {
            let ended = self.sync().await;
            failures += 1;
            if ended.is_ok() || failures >= tries_max {
                return ended;
            }
            let wait_ms = retry_after_ms(failures, u32::from_le_bytes(fresh()));
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        }
    }

    /// Asks for a document as a whole with the next sync.
    ///
    /// # Errors
    /// When the shelf cannot store.
    pub fn want(&mut self, id: DocumentId) -> Result<(), PhoneError> {
        let writes = self.session().want(id);
        self.store(&writes)
    }

    /// Syncs as [`Phone::sync`] does, keeping other documents than the whole scope.
    ///
    /// # Errors
    /// When the connection or the server fails; what came until then is kept.
    pub async fn sync_holding(&mut self, hold: &Hold) -> Result<SyncReport, SyncFailure> {
        let start = Instant::now();
        let before = (self.meter.up(), self.meter.down(), self.meter.requests());
        let mut report = SyncReport::default();
        let ended = self.run(hold, &mut report).await;
        report.bytes_up = self.meter.up() - before.0;
        report.bytes_down = self.meter.down() - before.1;
        report.requests = self.meter.requests() - before.2;
        report.ms = start.elapsed().as_millis() as u64;
        match ended {
            Ok(()) => Ok(report),
            Err(error) => {
                self.device.give_up();
                Err(SyncFailure {
                    so_far: report,
                    error,
                })
            }
        }
    }

    async fn run(&mut self, hold: &Hold, report: &mut SyncReport) -> Result<(), PhoneError> {
        let client = self.account.connect(&self.meter).await?;
        let mut client = client.with_patience(self.patience);
        for _ in 0..REQUESTS_MAX {
            let attempt = self.device.request(hold.clone(), now_ms())?;
            report.pushed += attempt.orders.len() as u64;
            let replied = client.sync(&attempt.request.encode()).await?.ok()?;
            let now_ms = now_ms();
            let fresh = &mut fresh_actor;
            let moment = &mut Moment { now_ms, fresh };
            let before = self.receipts().len();
            let taken = self
                .device
                .take(&attempt, &replied.body, replied.whole, moment);
            report.count(&self.device.receipts()[before..]);
            let reply = taken?;
            report.pulled += reply
                .chunks
                .iter()
                .map(|chunk| chunk.documents.len() as u64)
                .sum::<u64>();
            if !replied.whole {
                return Err(PhoneError::CutOff);
            }
            let ended = self.device.finish(&attempt, &reply, moment)?;
            self.keep_profile(&mut client, reply.welcome.grant).await?;
            if ended {
                return Ok(());
            }
        }
        Err(PhoneError::Endless(REQUESTS_MAX))
    }

    /// Fetches the profile when the server has a newer one.
    async fn keep_profile(&mut self, client: &mut Client, grant: u64) -> Result<(), PhoneError> {
        if grant == self.session().progress().grant {
            return Ok(());
        }
        self.account.profile = Account::fetch_profile(client).await?;
        self.device.shelf_mut().set_account(&self.account)?;
        let writes = self.session().note_grant(grant);
        self.store(&writes)
    }
}
