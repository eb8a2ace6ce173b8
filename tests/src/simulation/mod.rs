//! The deterministic simulation: many phones and desks with the real session, the real exchange, gate and
//! SQLite, a network and disks that fail, clocks that are years off, users who are moved, devices
//! that are revoked, backups that are restored, all from one seed and one step after the other. When the faults stop, everything must become quiet and equal, what
//! was acknowledged must be there, and every case must stand as its papers say and be on the committee's list until it is over.
//!
//! A failure names its seed; the same seed tells the same story again.

mod cases;
mod check;
mod district;
mod flaws;
mod folder;
mod images;
mod ledger;
mod log;
mod network;
mod office;
mod papers;
mod people;
mod phone;
mod server;
mod settle;
mod steps;
mod trace;
mod world;
mod writing;

use std::panic::{AssertUnwindSafe, catch_unwind};

use kiennghi_shared::casefile::State;

pub use flaws::Flaw;
pub use images::{Images, check_images};
pub use log::check_failed_log;

use self::world::World;

/// What to play.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Decides everything.
    pub seed: u64,
    /// Steps before the faults stop.
    pub ops: u64,
    /// A bug to plant.
    pub flaw: Option<Flaw>,
}

/// What happened in a run, or in several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Steps.
    pub ops: u64,
    /// Phones at the end.
    pub phones: u64,
    /// Changes that phones made and kept.
    pub made: u64,
    /// Changes on the server at the end.
    pub stored: u64,
    /// Changes that the server acknowledged, but for those that are given up.
    pub acknowledged: u64,
    /// Requests that reached the server.
    pub requests: u64,
    /// Requests and replies that the network dropped, doubled or cut.
    pub network_faults: u64,
    /// Power cuts and killed servers.
    pub crashes: u64,
    /// Requests that the server could not serve.
    pub failed: u64,
    /// Phones killed, wiped or cloned, and steps that a phone could not store.
    pub phone_faults: u64,
    /// Backups taken.
    pub backups: u64,
    /// Backups restored.
    pub restores: u64,
    /// Acknowledged changes that a restore took away and no phone held that may still sync.
    pub given_up: u64,
    /// Users moved.
    pub moves: u64,
    /// Devices revoked.
    pub revocations: u64,
    /// Documents erased.
    pub erased: u64,
    /// Late work that the office took in.
    pub accepted: u64,
    /// Work that it left out.
    pub dismissed: u64,
    /// Changes that wait for it at the end.
    pub waiting: u64,
    /// Rounds of honest syncing until all was quiet, at most.
    pub rounds: u64,
    /// Cases at the end, in the order of their states.
    pub cases: [u64; State::ALL.len()],
}

impl Counts {
    /// Adds another run's.
    pub fn add(&mut self, other: &Counts) {
        self.ops += other.ops;
        self.phones += other.phones;
        self.made += other.made;
        self.stored += other.stored;
        self.acknowledged += other.acknowledged;
        self.requests += other.requests;
        self.network_faults += other.network_faults;
        self.crashes += other.crashes;
        self.failed += other.failed;
        self.phone_faults += other.phone_faults;
        self.backups += other.backups;
        self.restores += other.restores;
        self.given_up += other.given_up;
        self.moves += other.moves;
        self.revocations += other.revocations;
        self.erased += other.erased;
        self.accepted += other.accepted;
        self.dismissed += other.dismissed;
        self.waiting += other.waiting;
        self.rounds = self.rounds.max(other.rounds);
        for (sum, count) in self.cases.iter_mut().zip(other.cases) {
            *sum += count;
        }
    }
}

/// A run in which all promises held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Tells runs apart: the same plan gives the same number.
    pub trace: u64,
    /// What happened.
    pub counts: Counts,
}

/// A promise that did not hold.
#[derive(Debug, thiserror::Error)]
#[error("seed {seed}: {what}\n  {}\nreplay: soak simulate --seed {seed} --seeds 1 --ops {ops}", events.join("\n  "))]
pub struct Failure {
    /// The run's seed.
    pub seed: u64,
    /// The run's steps.
    pub ops: u64,
    /// What is wrong.
    pub what: String,
    /// The last events, the oldest first.
    pub events: Vec<String>,
}

/// Plays a plan.
///
/// # Errors
/// The first promise that does not hold.
pub fn play(plan: &Plan) -> Result<Told, Box<Failure>> {
    let failure = |what: String, events| {
        let (seed, ops) = (plan.seed, plan.ops);
        Box::new(Failure {
            seed,
            ops,
            what,
            events,
        })
    };
    let mut world = World::new(*plan).map_err(|what| failure(what, Vec::new()))?;
    let played = catch_unwind(AssertUnwindSafe(|| world.play()));
    match played.unwrap_or_else(|_| Err("panic".to_owned())) {
        Ok(counts) => Ok(Told {
            trace: world.trace.hash(),
            counts,
        }),
        Err(what) => Err(failure(what, world.trace.recent())),
    }
}
