//! Everything there is in a simulation, and the loop that lets one thing after the other happen.

use kiennghi_disk::Random;
use kiennghi_server::store::DeviceId;
use kiennghi_shared::access::Role;

use super::district::{self, START_MS, USERS};
use super::flaws;
use super::ledger::Ledger;
use super::network::{Fate, Network, Packet};
use super::office::Backup;
use super::papers::Heard;
use super::people::{Order, People};
use super::phone::{FaultyShelf, Owner, SimulatedPhone};
use super::server::Server;
use super::trace::Trace;
use super::{Counts, Plan};

/// Phones that a simulation may come to have.
pub(super) const PHONES_MAX: usize = 30;
const YEAR_MS: i64 = 365 * 24 * 3600 * 1000;

pub(super) struct World {
    pub(super) plan: Plan,
    pub(super) random: Random,
    pub(super) step: u64,
    pub(super) now_ms: i64,
    pub(super) server: Server,
    pub(super) phones: Vec<SimulatedPhone>,
    pub(super) network: Network,
    pub(super) ledger: Ledger,
    pub(super) people: People,
    /// What was written, as people tell one another of it.
    pub(super) heard: Heard,
    /// An order of which nobody knows whether the server has it.
    pub(super) in_doubt: Option<Order>,
    pub(super) backups: Vec<Backup>,
    pub(super) trace: Trace,
    pub(super) counts: Counts,
    pub(super) connections: u64,
    /// For each user the devices that nobody has used yet.
    unused: Vec<Vec<DeviceId>>,
}

impl World {
    pub(super) fn new(plan: Plan) -> Result<Self, String> {
        let founded = district::founded().map_err(|error| error.to_string())?;
        let mut random = Random::new(plan.seed);
        let mut world = Self {
            plan,
            step: 0,
            now_ms: START_MS,
            server: Server::on(&founded.image, random.number(), plan.flaw),
            phones: Vec::new(),
            network: Network::default(),
            ledger: Ledger::default(),
            people: People::founded(),
            heard: Heard::default(),
            in_doubt: None,
            backups: Vec::new(),
            trace: Trace::new(),
            counts: Counts::default(),
            connections: 0,
            unused: founded.devices.clone(),
            random,
        };
        flaws::plant(plan.flaw, &world.server.disk)?;
        world.server.start().map_err(|error| error.to_string())?;
        // Mostly few, sometimes many: few meet often.
        let most = *world.random.pick(&[6, 6, 8, 12, PHONES_MAX as u64 - 6]);
        for _ in 0..5 + world.random.below(most - 4) {
            let user = world.random.below(USERS.len() as u64) as usize;
            let phone = world.new_phone(user)?;
            world.phones.push(phone);
        }
        Ok(world)
    }

    /// A phone with nothing on it.
    pub(super) fn new_phone(&mut self, user: usize) -> Result<SimulatedPhone, String> {
        // When all are used, the last one is set up anew.
        let devices = &mut self.unused[user];
        let last = devices.len() == 1;
        let device = if last {
            devices.last().copied()
        } else {
            devices.pop()
        };
        let device = device.ok_or("no device")?;
        let years = self.random.below(11) as i64 - 5;
        let skew_ms = years * YEAR_MS + self.random.below(1_000_000) as i64;
        let grant = self.people.grant(user).ok_or("no grant")?;
        let in_office = grant.role == Role::StandingCommittee;
        let owner = Owner {
            asks: self.random.chance(if in_office { 5 } else { 1 }, 10),
            skew_ms,
            ..Owner::new(user, device, grant)
        };
        SimulatedPhone::open(owner, FaultyShelf::default(), &mut self.random)
            .map_err(|error| error.to_string())
    }

    pub(super) fn play(&mut self) -> Result<Counts, String> {
        while self.step < self.plan.ops {
            self.step += 1;
            self.now_ms += self.random.below(3_000) as i64;
            self.happen()?;
            self.look_after_server()?;
            self.give_up_waiting();
        }
        self.settle()?;
        self.check()?;
        self.counts.ops = self.step;
        self.counts.phones = self.phones.len() as u64;
        self.counts.made = self.ledger.made.len() as u64;
        self.counts.acknowledged = self.ledger.acknowledged.len() as u64;
        Ok(self.counts)
    }

    /// Gives a packet to the network.
    pub(super) fn send(&mut self, packet: Packet) {
        let (phone, upwards, length) = (packet.phone, packet.upwards, packet.body.len());
        let fate = self.network.send(packet, &mut self.random);
        self.counts.network_faults += u64::from(fate != Fate::Carried);
        let (step, way) = (self.step, if upwards { "up" } else { "down" });
        self.trace
            .note(format_args!("{step} {way} {phone} {length} {fate:?}"));
    }

    /// A server without power is ended, one that is off is started after a while.
    fn look_after_server(&mut self) -> Result<(), String> {
        if self.server.disk.has_crashed() {
            self.cut_power();
        }
        if self.server.is_running() || !self.random.chance(1, 6) {
            return Ok(());
        }
        let started = self.server.start();
        let step = self.step;
        self.trace
            .note(format_args!("{step} start {}", started.is_ok()));
        match started {
            Ok(()) => {
                self.resolve_doubt();
                self.check_ledger()
            }
            Err(_) if self.server.disk.has_crashed() || self.server.is_troubled() => Ok(()),
            Err(error) => Err(format!("the server does not start: {error}")),
        }
    }

    /// The server loses its power, and what was not synced is left to chance.
    pub(super) fn cut_power(&mut self) {
        let (step, disk_step) = (self.step, self.server.disk.steps());
        let seed = self.random.number();
        self.server.lose_power(seed);
        self.counts.crashes += 1;
        self.trace
            .note(format_args!("{step} power cut at {disk_step}"));
    }

    fn give_up_waiting(&mut self) {
        for phone in &mut self.phones {
            if phone
                .under_way
                .as_ref()
                .is_some_and(|way| way.until < self.step)
            {
                phone.under_way = None;
                phone.device.give_up();
            }
        }
    }
}
