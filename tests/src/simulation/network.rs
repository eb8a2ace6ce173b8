//! A network that drops, doubles, delays, reorders and cuts what phones and server send.

use std::sync::Arc;

use kiennghi_disk::Random;
use kiennghi_server::store::DeviceId;

use super::ledger::Pushed;

/// Bytes on their way.
#[derive(Debug, Clone)]
pub(super) struct Packet {
    /// The phone's place among the phones.
    pub(super) phone: usize,
    /// Its user and device: another may have its place by now.
    pub(super) from: (usize, DeviceId),
    /// The phone's connection.
    pub(super) connection: u64,
    pub(super) body: Vec<u8>,
    /// Towards the server: the changes in it.
    pub(super) pushed: Arc<[Pushed]>,
    /// From the server: how many restores it had seen.
    pub(super) life: u64,
    /// Whether the body comes to its end.
    pub(super) whole: bool,
    /// Towards the server, or back.
    pub(super) upwards: bool,
}

/// Bytes on their way, in no order.
#[derive(Debug, Default)]
pub(super) struct Network {
    packets: Vec<Packet>,
}

/// What the network did with bytes that were given to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Carried,
    Dropped,
    Doubled,
    Cut(usize),
}

impl Network {
    /// Takes bytes to carry. Replies are not doubled: a connection has an end.
    pub(super) fn send(&mut self, mut packet: Packet, random: &mut Random) -> Fate {
        let fate = match random.below(20) {
            0 => return Fate::Dropped,
            1 if packet.upwards => {
                self.packets.push(packet.clone());
                Fate::Doubled
            }
            1 | 2 => {
                let length = random.below(packet.body.len() as u64) as usize;
                packet.body.truncate(length);
                packet.whole = false;
                Fate::Cut(length)
            }
            _ => Fate::Carried,
        };
        self.packets.push(packet);
        fate
    }

    /// Something that arrives now, whatever was sent first.
    pub(super) fn arrival(&mut self, random: &mut Random) -> Option<Packet> {
        if self.packets.is_empty() {
            return None;
        }
        let index = random.below(self.packets.len() as u64) as usize;
        Some(self.packets.swap_remove(index))
    }

    /// Loses all that is on its way.
    pub(super) fn clear(&mut self) {
        self.packets.clear();
    }
}
