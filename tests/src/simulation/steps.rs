//! What can happen in one step of a simulation.

use kiennghi_disk::{Faults, Random};
use kiennghi_server::store::DeviceId;
use kiennghi_shared::document::Document;
use kiennghi_shared::wire::{ACKS, Acks, Reader, Verdict, WELCOME, control};

use super::ledger::Pushed;
use super::network::Packet;
use super::phone::{ShelfFault, SimulatedPhone, UnderWay};
use super::server::Answer;
use super::world::{PHONES_MAX, World};
use crate::phone::{PhoneError, Shelf};

const DAY_MS: u64 = 24 * 3600 * 1000;
/// Changes of one disk until a planned power cut, at most: some ten pushes.
const CRASH_WITHIN: u64 = 300;

impl World {
    /// Lets one thing happen, by weight.
    pub(super) fn happen(&mut self) -> Result<(), String> {
        let index = self.random.below(self.phones.len() as u64) as usize;
        match self.random.below(1_000) {
            0..150 => self.edit(index),
            150..370 => self.record(index),
            370..570 => self.begin_sync(index),
            570..860 => self.arrive(),
            860..885 => self.look(index),
            885..895 => self.move_user(),
            895..898 => self.revoke(index),
            898..907 => self.decide(),
            907..911 => self.back_up(),
            911..915 => self.restore(),
            915..919 => self.erase(),
            919..935 => self.kill(index),
            935..955 => self.fail_next_step(index),
            955..959 => self.wipe(index),
            959..963 => self.copy(index),
            963..972 => self.plan_power_cut(),
            972..974 => self.kill_server(),
            974..982 => self.trouble_disk(),
            982..986 => self.restart_server(),
            _ => self.pass_time(),
        }
    }

    fn pass_time(&mut self) -> Result<(), String> {
        self.now_ms += self.random.below(DAY_MS) as i64;
        Ok(())
    }

    /// Somebody opens a document and will edit what is shown now at some later time.
    fn look(&mut self, index: usize) -> Result<(), String> {
        if self.phones[index].owner.asks && self.random.chance(3, 4) {
            return self.open(index);
        }
        let phone = &mut self.phones[index];
        let shelf = phone.device.shelf();
        let ids = shelf.ids().map_err(|error| error.to_string())?;
        if ids.is_empty() {
            return Ok(());
        }
        let id = *self.random.pick(&ids);
        let stored = shelf.document(id).map_err(|error| error.to_string())?;
        let stored = stored.ok_or("an id without its document")?;
        let document = Document::load(&stored.saved).map_err(|error| error.to_string())?;
        phone.looks.insert(id, document.heads());
        Ok(())
    }

    /// Somebody opens a document from a table of the office, which shows it to those who may not see
    /// it, too: they do not get it.
    fn open(&mut self, index: usize) -> Result<(), String> {
        let known = self.ledger.documents();
        if known.is_empty() {
            return Ok(());
        }
        let id = *self.random.pick(&known);
        let phone = &mut self.phones[index];
        // A wish may be lost; what is looked for here is one that was kept.
        phone.device.shelf_mut().fault = None;
        let opened = phone.act(self.now_ms, &mut self.random, |device, moment| {
            let writes = device.session().want(id);
            device.store(&writes, moment)
        });
        opened.map_err(|error| error.to_string())?;
        phone.opened.insert(id);
        let step = self.step;
        self.trace.note(format_args!("{step} open {index} {id}"));
        Ok(())
    }

    fn begin_sync(&mut self, index: usize) -> Result<(), String> {
        if self.phones[index].under_way.is_none() {
            self.request(index)?;
        }
        Ok(())
    }

    fn request(&mut self, index: usize) -> Result<(), String> {
        let phone = &mut self.phones[index];
        let requested = phone.request(self.now_ms);
        let (attempt, pushed) = requested.map_err(|error| error.to_string())?;
        self.connections += 1;
        let packet = Packet {
            phone: index,
            from: (phone.user(), phone.device_id()),
            connection: self.connections,
            body: attempt.request.encode(),
            pushed,
            life: 0,
            whole: true,
            upwards: true,
        };
        phone.under_way = Some(UnderWay {
            connection: self.connections,
            attempt,
            until: self.step + 20 + self.random.below(60),
        });
        self.send(packet);
        Ok(())
    }

    fn arrive(&mut self) -> Result<(), String> {
        match self.network.arrival(&mut self.random) {
            None => Ok(()),
            Some(packet) if packet.upwards => self.serve(&packet),
            Some(packet) => self.hear(&packet),
        }
    }

    /// Has the server answer a phone, and looks whether it may say so.
    pub(super) fn ask(
        &mut self,
        (user, device): (usize, DeviceId),
        body: &[u8],
        pushed: &[Pushed],
    ) -> Result<Answer, String> {
        let answer = self.server.answer(device, body, self.now_ms)?;
        let verdicts = match &answer {
            Answer::Reply(body) => verdicts(body),
            Answer::Failed("revoked") if !self.people.is_revoked(device) => {
                return Err("a device was turned away that was not revoked".to_owned());
            }
            Answer::Failed(_) | Answer::Silence => None,
        };
        if !matches!(answer, Answer::Failed("malformed")) {
            let right = |change: &Pushed| self.people.right(user, device, &change.header);
            self.ledger
                .take_answer(pushed, verdicts.as_deref(), right)?;
        }
        Ok(answer)
    }

    fn serve(&mut self, packet: &Packet) -> Result<(), String> {
        let index = packet.phone;
        let answer = self.ask(packet.from, &packet.body, &packet.pushed)?;
        self.counts.requests += 1;
        let step = self.step;
        match answer {
            Answer::Reply(body) => self.send(Packet {
                body,
                life: self.counts.restores,
                whole: true,
                upwards: false,
                ..packet.clone()
            }),
            Answer::Failed(code) => {
                self.counts.failed += 1;
                self.trace
                    .note(format_args!("{step} failed {index} {code}"));
                let phone = &mut self.phones[index];
                let current = |way: &mut UnderWay| way.connection == packet.connection;
                if phone.under_way.take_if(current).is_some() {
                    phone.device.give_up();
                }
            }
            Answer::Silence => self.trace.note(format_args!("{step} silence {index}")),
        }
        Ok(())
    }

    fn hear(&mut self, packet: &Packet) -> Result<(), String> {
        let index = packet.phone;
        let phone = &mut self.phones[index];
        let current = |way: &mut UnderWay| way.connection == packet.connection;
        let Some(UnderWay { attempt, .. }) = phone.under_way.take_if(current) else {
            return Ok(());
        };
        let body = (packet.body.as_slice(), packet.whole);
        let unsent = phone.unsent();
        let heard = phone.take(&attempt, body, self.now_ms, &mut self.random);
        self.ledger.refuse(phone.refused_since(unsent)?);
        let waiting = phone.device.session().outbox().len();
        let step = self.step;
        let done = heard.as_ref().ok().map(|(_, done)| *done);
        self.trace
            .note(format_args!("{step} heard {index} {done:?} {waiting}"));
        // A server before its restore may have had it purge what it alone held.
        if packet.life != self.counts.restores {
            self.give_up_lost()?;
        }
        match heard {
            Ok((_, true)) => Ok(()),
            Ok((_, false)) => self.request(index),
            Err(PhoneError::CutOff | PhoneError::Shelf(_)) => {
                self.phones[index].device.give_up();
                Ok(())
            }
            Err(error) => Err(format!("phone {index} cannot take a reply: {error}")),
        }
    }

    /// The phone's program is killed and started again.
    fn kill(&mut self, index: usize) -> Result<(), String> {
        let phone = &self.phones[index];
        let reopened = phone.reopened(&mut self.random);
        self.replace(index, reopened.map_err(|error| error.to_string())?, "kill");
        Ok(())
    }

    /// All that is on a phone is lost; its user goes on with another.
    fn wipe(&mut self, index: usize) -> Result<(), String> {
        let lost = self.phones[index].device.session().outbox();
        self.ledger.excuse(lost.values());
        let fresh = self.new_phone(self.phones[index].user())?;
        self.replace(index, fresh, "wipe");
        self.give_up_lost()
    }

    fn replace(&mut self, index: usize, phone: SimulatedPhone, what: &str) {
        self.phones[index] = phone;
        self.counts.phone_faults += 1;
        let step = self.step;
        self.trace.note(format_args!("{step} {what} {index}"));
    }

    /// A copy of a phone's store goes on under the same device, beside the first.
    fn copy(&mut self, index: usize) -> Result<(), String> {
        if self.phones.len() < PHONES_MAX {
            let copy = self.phones[index].reopened(&mut self.random);
            self.phones.push(copy.map_err(|error| error.to_string())?);
            self.counts.phone_faults += 1;
            let step = self.step;
            self.trace.note(format_args!("{step} copy {index}"));
        }
        Ok(())
    }

    fn fail_next_step(&mut self, index: usize) -> Result<(), String> {
        let fault = *self.random.pick(&[ShelfFault::Lost, ShelfFault::Kept]);
        self.phones[index].device.shelf_mut().fault = Some(fault);
        self.counts.phone_faults += 1;
        let step = self.step;
        self.trace
            .note(format_args!("{step} shelf {index} {fault:?}"));
        Ok(())
    }

    fn plan_power_cut(&mut self) -> Result<(), String> {
        let changes = 1 + self.random.below(CRASH_WITHIN);
        self.server.disk.crash_after(changes);
        Ok(())
    }

    fn kill_server(&mut self) -> Result<(), String> {
        self.cut_power();
        Ok(())
    }

    /// The disk begins to fail, or becomes sound again.
    fn trouble_disk(&mut self) -> Result<(), String> {
        let sometimes = |random: &mut Random| 50 * random.below(10) as u32;
        let faults = match self.random.below(5) {
            0 => Faults {
                full: true,
                ..Faults::default()
            },
            1 => Faults {
                reads: sometimes(&mut self.random),
                writes: sometimes(&mut self.random),
                syncs: sometimes(&mut self.random),
                ..Faults::default()
            },
            _ => Faults::default(),
        };
        self.server.set_faults(faults);
        let step = self.step;
        self.trace.note(format_args!("{step} disk {faults:?}"));
        Ok(())
    }

    fn restart_server(&mut self) -> Result<(), String> {
        self.server.stop();
        let step = self.step;
        self.trace.note(format_args!("{step} stop"));
        Ok(())
    }
}

/// The verdicts of a reply; none when nothing was pushed.
fn verdicts(body: &[u8]) -> Option<Vec<Verdict>> {
    let mut reader = Reader::new(body).ok()?;
    while let Ok(Some((frame, payload))) = reader.frame() {
        match frame {
            WELCOME => {}
            ACKS => return Some(control::<Acks>(payload).ok()?.verdicts),
            _ => break,
        }
    }
    None
}
