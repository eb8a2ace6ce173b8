//! A request made and packed ahead, as a phone has it at the end of a day without a network, and its
//! reply, which is looked at when the phone has the time.

use bytes::Bytes;
use kiennghi_shared::session::Attempt;
use kiennghi_shared::wire::{Hold, Reply};

use super::body::gzip;
use super::client::{Client, Packed};
use super::device::{Device, Moment};
use super::error::PhoneError;
use super::report::SyncReport;
use super::shelf::Shelf;
use super::{Phone, now_ms};
use crate::random::fresh_actor;

/// A request that waits for a network.
#[derive(Debug)]
pub struct Ahead {
    attempt: Attempt,
    packed: Bytes,
}

impl Ahead {
    /// How many changes it carries.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.attempt.orders.len() as u64
    }

    /// Sends it; the same bytes however often.
    ///
    /// # Errors
    /// When the reply does not begin.
    pub async fn send(&self, client: &mut Client) -> Result<Packed, PhoneError> {
        client.post_packed(self.packed.clone()).await
    }
}

impl Phone {
    /// Makes and packs the next request.
    ///
    /// # Errors
    /// When the shelf cannot be read.
    pub fn pack_ahead(&mut self) -> Result<Ahead, PhoneError> {
        let attempt = self.device.request(Hold::Scope, now_ms())?;
        let packed = Bytes::from(gzip(&attempt.request.encode()));
        Ok(Ahead { attempt, packed })
    }

    /// Takes all that a reply brought.
    ///
    /// # Errors
    /// When the server said no, the reply was cut off, or it cannot be read or stored.
    pub fn take_reply(&mut self, ahead: &Ahead, packed: Packed) -> Result<SyncReport, PhoneError> {
        let replied = packed.unpack().ok()?;
        self.reporting(|device, moment| {
            device.take(&ahead.attempt, &replied.body, replied.whole, moment)?;
            Ok(())
        })
    }

    /// Takes a reply's verdicts alone; what it brought of others comes with the next sync.
    ///
    /// # Errors
    /// When the server said no, or the reply cannot be read or has no verdicts.
    pub fn take_verdicts(
        &mut self,
        ahead: &Ahead,
        packed: Packed,
    ) -> Result<SyncReport, PhoneError> {
        let reply = Reply::decode(&packed.unpack().ok()?.body)?;
        let (acks, welcome) = (reply.acks.ok_or(PhoneError::CutOff)?, reply.welcome);
        self.reporting(|device, moment| device.take_acks(&ahead.attempt, &welcome, &acks, moment))
    }

    fn reporting(
        &mut self,
        step: impl FnOnce(&mut Device<Box<dyn Shelf>>, &mut Moment<'_>) -> Result<(), PhoneError>,
    ) -> Result<SyncReport, PhoneError> {
        let before = self.receipts().len();
        let fresh = &mut fresh_actor;
        let now_ms = now_ms();
        step(&mut self.device, &mut Moment { now_ms, fresh })?;
        let mut report = SyncReport::default();
        report.count(&self.device.receipts()[before..]);
        Ok(report)
    }
}
