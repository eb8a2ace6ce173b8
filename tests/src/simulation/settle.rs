//! The faults stop: honest syncing until all is quiet, in a bounded number of rounds.

use kiennghi_shared::wire::Hold;

use super::phone::user_name;
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
        self.check_ledger()?;
        self.network.clear();
        for index in 0..self.phones.len() {
            let reopened = self.phones[index].reopened(&mut self.random);
            self.phones[index] = reopened.map_err(|error| error.to_string())?;
        }
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
            let now_ms = self.now_ms + phone.skew_ms;
            let attempt = phone
                .device
                .request(Hold::Scope, now_ms)
                .map_err(|error| error.to_string())?;
            let body = attempt.request.encode();
            let user = user_name(phone.user);
            let answer = self
                .server
                .answer(phone.number, &user, &body, self.now_ms)?;
            let Answer::Reply(body) = answer else {
                return Err(format!("no reply to phone {index}: {answer:?}"));
            };
            let heard = phone.act(self.now_ms, &mut self.random, |device, moment| {
                let reply = device.take(&attempt, &body, true, moment)?;
                let done = device.finish(&attempt, &reply, moment)?;
                Ok::<_, crate::phone::PhoneError>((reply, done))
            });
            self.ledger.take_receipts(phone)?;
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
