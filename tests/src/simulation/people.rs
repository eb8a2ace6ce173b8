//! Who may write where, and which devices were revoked: as the office ordered it, kept outside of
//! the server that must obey.

use std::collections::BTreeSet;

use kiennghi_server::store::DeviceId;
use kiennghi_shared::access::{self, Role};
use kiennghi_shared::id::{DocumentId, UnitCode};

use super::district::{USERS, units_within};

/// A role in a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) role: Role,
    pub(super) unit: &'static str,
}

impl Grant {
    pub(super) const fn new(role: Role, unit: &'static str) -> Self {
        Self { role, unit }
    }

    /// The same, as the server has it.
    pub(super) fn grant(self) -> access::Grant {
        access::Grant {
            role: self.role,
            unit: self.unit.into(),
        }
    }

    /// The units whose documents it lets one see and write.
    fn units(self) -> impl Iterator<Item = &'static str> {
        let most = match self.role {
            Role::StandingCommittee => usize::MAX,
            Role::Delegate => 1,
            _ => 0,
        };
        units_within(self.unit).take(most)
    }
}

/// What the office orders.
#[derive(Debug, Clone, Copy)]
pub(super) enum Order {
    /// A user works elsewhere from now on.
    Move { user: usize, to: Grant },
    /// A device may no longer sign in.
    Revoke { device: DeviceId },
    /// A document's content must go.
    Erase { document: DocumentId },
}

/// What somebody may do with the documents of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Right {
    /// Write them.
    Writes,
    /// Nothing now, but write them under an earlier grant.
    Wrote,
    /// Nothing, nor ever before.
    Never,
    /// Nothing: the device was revoked.
    Revoked,
}

/// The users' grants and the revoked devices.
#[derive(Debug)]
pub(super) struct People {
    /// For each of [`USERS`] all grants so far; the last is the one held now.
    grants: Vec<Vec<Grant>>,
    revoked: BTreeSet<DeviceId>,
    /// All that was ordered, in its order.
    orders: Vec<Order>,
}

impl People {
    /// As the district begins.
    pub(super) fn founded() -> Self {
        Self {
            grants: USERS
                .map(|(_, role, unit)| vec![Grant::new(role, unit)])
                .into(),
            revoked: BTreeSet::new(),
            orders: Vec::new(),
        }
    }

    /// Takes note of an order that the server obeyed.
    pub(super) fn note(&mut self, order: Order) {
        match order {
            Order::Move { user, to } => self.grants[user].push(to),
            Order::Revoke { device } => {
                self.revoked.insert(device);
            }
            Order::Erase { .. } => {}
        }
        self.orders.push(order);
    }

    /// All that was ordered, in its order.
    pub(super) fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// The grant that a user holds.
    pub(super) fn grant(&self, user: usize) -> Option<Grant> {
        self.grants[user].last().copied()
    }

    /// The units whose documents a user may see and write, the own first.
    pub(super) fn units(&self, user: usize) -> Vec<UnitCode> {
        let units = self.grant(user).into_iter().flat_map(Grant::units);
        units.map(UnitCode::from).collect()
    }

    pub(super) fn is_revoked(&self, device: DeviceId) -> bool {
        self.revoked.contains(&device)
    }

    /// What a user may do with a unit's documents on a device.
    pub(super) fn right(&self, user: usize, device: DeviceId, unit: &UnitCode) -> Right {
        let allows = |grant: &Grant| grant.units().any(|code| *code == *unit.0);
        let (now, former) = match self.grants[user].split_last() {
            Some((now, former)) => (allows(now), former),
            None => (false, &[][..]),
        };
        if self.is_revoked(device) {
            Right::Revoked
        } else if now {
            Right::Writes
        } else if former.iter().any(allows) {
            Right::Wrote
        } else {
            Right::Never
        }
    }
}
