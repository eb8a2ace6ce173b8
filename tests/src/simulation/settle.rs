//! The faults stop: honest syncing until all is quiet, in a bounded number of rounds.

use std::sync::Arc;

use super::server::Answer;
use super::world::World;

/// Rounds of syncing after which everything must be quiet: one brings all to the server, one brings
/// it to everybody, one has nothing to do. Work that was offered again takes one more.
const ROUNDS_MAX: u64 = 4;
/// Requests of one phone in one round.
const REQUESTS_MAX: u64 = 20;

impl World {
    /// Stops the faults and syncs until nothing moves.
    pub(super) fn settle(&mut self) -> Result<(), String> {
        self.server.heal();
        let started = self.server.start();
        started.map_err(|error| format!("the server does not start: {error}"))?;
        self.resolve_doubt();
        self.check_ledger()?;
        self.network.clear();
        let store = Arc::clone(self.server.store().ok_or("the server is off")?);
        for index in 0..self.phones.len() {
            let reopened = self.phones[index].reopened(&mut self.random);
            let mut phone = reopened.map_err(|error| error.to_string())?;
            phone.due = phone.held_within().map_err(|error| error.to_string())?;
            // What nobody has brought back yet is not to be had.
            let wanted = phone.device.session().progress().wanted.clone();
            for id in wanted {
                let stored = store.documents(&[id]);
                if !stored.map_err(|error| error.to_string())?.is_empty() {
                    phone.due.insert(id);
                }
            }
            self.phones[index] = phone;
        }
        drop(store);
        for round in 1..=ROUNDS_MAX {
            let mut moved = 0;
            for index in 0..self.phones.len() {
                moved += self.sync(index)?;
            }
            self.trace.note(format_args!("round {round} moved {moved}"));
            if moved == 0 {
                self.counts.rounds = round;
                return Ok(());
            }
        }
        Err(format!("no quiet after {ROUNDS_MAX} rounds"))
    }

    /// Syncs a phone to the end; gives how many changes and documents moved.
    fn sync(&mut self, index: usize) -> Result<u64, String> {
        let mut moved = 0;
        for _ in 0..REQUESTS_MAX {
            let phone = &mut self.phones[index];
            let requested = phone.request(self.now_ms);
            let (attempt, pushed) = requested.map_err(|error| error.to_string())?;
            let from = (phone.user(), phone.device_id());
            let answer = self.ask(from, &attempt.request.encode(), &pushed)?;
            let phone = &mut self.phones[index];
            let body = match answer {
                Answer::Reply(body) => body,
                // A device that was revoked and has nothing to send.
                Answer::Failed("revoked") => return Ok(moved),
                _ => return Err(format!("no reply to phone {index}: {answer:?}")),
            };
            let unsent = phone.unsent();
            let heard = phone.take(&attempt, (&body, true), self.now_ms, &mut self.random);
            self.ledger.refuse(phone.refused_since(unsent)?);
            let (reply, done) = heard.map_err(|error| format!("phone {index}: {error}"))?;
            let came = reply.chunks.iter().map(|chunk| chunk.documents.len());
            moved += (attempt.orders.len() + came.sum::<usize>()) as u64;
            if done {
                return Ok(moved);
            }
        }
        Err(format!(
            "phone {index} is not done after {REQUESTS_MAX} requests"
        ))
    }
}
