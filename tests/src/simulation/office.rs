//! What happens around the server: users are moved, devices revoked, late work decided, documents
//! erased, backups taken and restored.

use std::collections::HashSet;
use std::sync::Arc;

use kiennghi_server::store::StoreError;
use kiennghi_shared::code::Code;
use kiennghi_shared::document::Document;
use kiennghi_shared::id::ChangeHash;

use super::check;
use super::district::{COMMITTEE_NUMBER, GRANTS, USERS};
use super::folder::Folder;
use super::ledger::Promised;
use super::people::Order;
use super::server::Decided;
use super::world::{PHONES_MAX, World};
use crate::phone::Shelf;

/// Steps of a restore.
const RESTORE_STEPS: u64 = 6;

/// A backup, and what must be in it.
#[derive(Debug)]
pub(super) struct Backup {
    file: Vec<u8>,
    promised: Promised,
}

impl World {
    /// A user is given another grant.
    pub(super) fn move_user(&mut self) -> Result<(), String> {
        let user = self.random.below(USERS.len() as u64) as usize;
        let to = *self.random.pick(&GRANTS);
        // Somebody must decide about late work.
        if user == COMMITTEE_NUMBER || self.people.grant(user) == Some(to) {
            return Ok(());
        }
        self.give_order(Order::Move { user, to })
    }

    /// A device is revoked; its user may go on with another.
    pub(super) fn revoke(&mut self, index: usize) -> Result<(), String> {
        let (user, device) = (self.phones[index].user(), self.phones[index].device_id());
        if self.people.is_revoked(device) {
            return Ok(());
        }
        self.give_order(Order::Revoke { device })?;
        if self.phones.len() < PHONES_MAX && self.random.chance(1, 2) {
            let phone = self.new_phone(user)?;
            self.phones.push(phone);
        }
        self.give_up_lost()
    }

    /// A document is erased; no backup that is restored may bring it back.
    pub(super) fn erase(&mut self) -> Result<(), String> {
        let stored = self.ledger.documents();
        if stored.is_empty() {
            return Ok(());
        }
        let document = *self.random.pick(&stored);
        self.give_order(Order::Erase { document })
    }

    /// Has an order obeyed. One that a power cut leaves in doubt is looked after when the server is
    /// back.
    fn give_order(&mut self, order: Order) -> Result<(), String> {
        if self.server.is_troubled() || !self.server.is_up() || self.in_doubt.is_some() {
            return Ok(());
        }
        let (step, obeyed) = (self.step, self.server.obey(order, self.now_ms));
        self.trace
            .note(format_args!("{step} {order:?} {}", obeyed.is_ok()));
        match obeyed {
            Ok(()) => {
                self.take_order(order);
                Ok(())
            }
            Err(_) if self.server.disk.has_crashed() => {
                self.in_doubt = Some(order);
                Ok(())
            }
            Err(error) => Err(format!("an order was not obeyed: {error}")),
        }
    }

    fn take_order(&mut self, order: Order) {
        self.people.note(order);
        match order {
            Order::Move { .. } => self.counts.moves += 1,
            Order::Revoke { .. } => self.counts.revocations += 1,
            Order::Erase { document } => {
                self.counts.erased += 1;
                self.ledger.erase(document);
            }
        }
    }

    /// Gives an order again that may not have been obeyed; a server that cannot say is stopped.
    pub(super) fn resolve_doubt(&mut self) {
        let Some(order) = self.in_doubt.take() else {
            return;
        };
        match self.server.obey_once(order, self.now_ms) {
            Ok(()) => self.take_order(order),
            // The restored backup has no such document: there is nothing to erase.
            Err(StoreError::Stale) if matches!(order, Order::Erase { .. }) => {}
            Err(_) => {
                self.in_doubt = Some(order);
                self.server.stop();
            }
        }
    }

    /// The office decides about something that waits.
    pub(super) fn decide(&mut self) -> Result<(), String> {
        let (nth, accept) = (self.random.number(), self.random.chance(1, 2));
        let decided = self.server.decide(nth, accept, self.now_ms)?;
        let Some((id, changes, decided)) = decided else {
            return Ok(());
        };
        let (step, count) = (self.step, changes.len());
        self.trace
            .note(format_args!("{step} decided {id} {count} {decided:?}"));
        match decided {
            Decided::Accepted => {
                self.counts.accepted += 1;
                self.ledger.accept(id, &changes, true);
            }
            // Its ancestors were left out or lost, or nobody may have them.
            Decided::Unfit(Code::WrongDocument | Code::Gone) => {}
            Decided::Unfit(code) => {
                return Err(format!("honest work for {id} is unfit: {}", code.name()));
            }
            Decided::Dismissed => {
                self.counts.dismissed += 1;
                self.ledger.dismissed.extend(changes);
            }
            Decided::Unknown if accept => self.ledger.accept(id, &changes, false),
            Decided::Unknown => self.ledger.dismissed.extend(changes),
        }
        Ok(())
    }

    /// Takes a backup of a sound server.
    pub(super) fn back_up(&mut self) -> Result<(), String> {
        if self.server.is_troubled() || !self.server.is_up() {
            return Ok(());
        }
        let Some(store) = self.server.store() else {
            return Ok(());
        };
        let feed = check::feed(&**store).map_err(|error| error.to_string())??;
        let stored = feed.into_iter().map(|fed| fed.hash).collect();
        self.backups.push(Backup {
            file: Folder::of(&self.server.disk.image())?.backup()?,
            promised: self.ledger.promised(stored),
        });
        self.counts.backups += 1;
        let step = self.step;
        self.trace.note(format_args!("{step} backup"));
        Ok(())
    }

    /// Restores one of the backups. Orders that were given since it must have learnt from the database that
    /// it replaced.
    pub(super) fn restore(&mut self) -> Result<(), String> {
        if self.backups.is_empty() {
            return Ok(());
        }
        if self.server.disk.has_crashed() {
            self.cut_power();
        }
        self.server.stop();
        let (which, seed) = (self.random.number(), self.random.number());
        let cut = self.random.chance(1, 4);
        let cut_at = cut.then(|| self.random.below(RESTORE_STEPS));
        let which = which as usize % self.backups.len();
        let backup = &self.backups[which];
        let image = Folder::of(&self.server.disk.image())?;
        let image = image.restore(&backup.file, self.now_ms, cut_at)?;
        self.server.replace(&image, seed);
        let started = self.server.start();
        started.map_err(|error| format!("a restored server does not start: {error}"))?;
        self.ledger.restore(&backup.promised);
        self.check_orders()?;
        self.resolve_doubt();
        self.counts.restores += 1;
        let (step, at_risk) = (self.step, self.ledger.at_risk.len());
        self.trace
            .note(format_args!("{step} restore {which} {at_risk} at risk"));
        self.check_ledger()?;
        self.give_up_lost()
    }

    /// Whether every order is obeyed that no later one of its kind replaces.
    fn check_orders(&self) -> Result<(), String> {
        let orders = self.people.orders();
        let moved = |order: &Order| match order {
            Order::Move { user, .. } => Some(*user),
            Order::Revoke { .. } | Order::Erase { .. } => None,
        };
        for (index, order) in orders.iter().enumerate() {
            let user = moved(order);
            let mut later = orders[index + 1..].iter().chain(&self.in_doubt);
            if user.is_some() && later.any(|later| moved(later) == user) {
                continue;
            }
            let obeyed = self.server.has_obeyed(*order);
            if !obeyed.map_err(|error| format!("an order cannot be looked up: {error}"))? {
                return Err(format!("a restore undid {order:?}"));
            }
        }
        Ok(())
    }

    /// Gives up what a restore took away and no phone that may still sync holds.
    pub(super) fn give_up_lost(&mut self) -> Result<(), String> {
        if self.ledger.at_risk.is_empty() {
            return Ok(());
        }
        let mut held: HashSet<ChangeHash> = HashSet::new();
        for phone in &self.phones {
            if self.people.is_revoked(phone.device_id()) {
                continue;
            }
            let shelf = phone.device.shelf();
            for id in shelf.ids().map_err(|error| error.to_string())? {
                let stored = shelf.document(id).map_err(|error| error.to_string())?;
                let stored = stored.ok_or("an id without its document")?;
                let document = Document::load(&stored.saved).map_err(|error| error.to_string())?;
                held.extend(document.named_changes().into_iter().map(|(hash, _)| hash));
            }
        }
        let lost = self.ledger.give_up(&held);
        self.counts.given_up += lost;
        let step = self.step;
        self.trace.note(format_args!("{step} given up {lost}"));
        Ok(())
    }

    /// Verifies the database as an operator would, against the receipts that phones hold.
    pub(super) fn verify(&mut self) -> Result<(), String> {
        let store = Arc::clone(self.server.store().ok_or("the server is off")?);
        let unreadable = |error| format!("the store cannot be read: {error}");
        let epochs = store.epochs().map_err(unreadable)?;
        drop(store);
        let held = self.phones.iter().filter_map(|phone| {
            let receipt = phone.device.session().progress().receipt.as_deref()?;
            kiennghi_shared::wire::control::<kiennghi_shared::receipt::Receipt>(receipt).ok()
        });
        // One of an epoch that another restore took away says nothing here.
        let known = |epoch| epochs.iter().any(|row| row.epoch == epoch);
        let receipts: Vec<_> = held.filter(|receipt| known(receipt.epoch)).collect();
        self.server.stop();
        Folder::of(&self.server.disk.image())?.verify(&receipts)
    }
}
