//! A request made and packed ahead, as a phone has it at the end of a day without a network, and its
//! reply, which is looked at when the phone has the time.

use bytes::Bytes;
use kiennghi_shared::session::Attempt;
use kiennghi_shared::wire::{Hold, Reply};

use super::body::gzip;
use super::client::{Client, Packed};
use super::error::PhoneError;
use super::report::SyncReport;
use super::{Phone, now_ms};

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
    #[must_use]
    pub fn pack_ahead(&mut self) -> Ahead {
        let attempt = self.session.request(Hold::Scope, Vec::new(), now_ms());
        let packed = Bytes::from(gzip(&attempt.request.encode()));
        Ahead { attempt, packed }
    }

    /// Takes all that a reply brought.
    ///
    /// # Errors
    /// When the server said no, the reply was cut off, or it cannot be read or stored.
    pub fn take_reply(&mut self, ahead: &Ahead, packed: Packed) -> Result<SyncReport, PhoneError> {
        let mut report = SyncReport::default();
        self.take(&ahead.attempt, &packed.unpack().ok()?, &mut report)?;
        Ok(report)
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
        let mut report = SyncReport::default();
        let reply = Reply::decode(&packed.unpack().ok()?.body)?;
        let acks = reply.acks.ok_or(PhoneError::CutOff)?;
        self.take_acks(&ahead.attempt, &acks, &mut report)?;
        Ok(report)
    }
}
