//! Who may write where, and which devices were revoked: as the office ordered it, kept outside of
//! the server that must obey.

use std::collections::BTreeSet;

use kiennghi_server::store::DeviceId;
use kiennghi_shared::access::{self, Role, Thing, Verb};
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::scope::Scope;
use kiennghi_shared::wire::DocumentHeader;

use super::district::{USERS, Units, all_units};

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

    fn may(self, verb: Verb, kind: Kind, unit: &UnitCode) -> bool {
        let relation = access::relation(&Units, &self.unit.into(), unit);
        let thing = Thing::Document(kind);
        relation.is_some_and(|relation| access::may(self.role, verb, thing, relation))
    }

    /// Whether it lets one see a document.
    pub(super) fn reads(self, header: &DocumentHeader) -> bool {
        self.may(Verb::Read, header.kind, &header.unit)
    }

    /// The units in which it lets one write documents of a kind.
    pub(super) fn written_in(self, kind: Kind) -> Vec<UnitCode> {
        let mut units = all_units();
        units.retain(|unit| self.may(Verb::Write, kind, unit));
        units
    }

    /// All that it lets one see.
    pub(super) fn scope(self) -> Scope {
        let mut scope = Scope::default();
        for unit in all_units() {
            for &kind in Kind::ALL {
                if self.may(Verb::Read, kind, &unit) {
                    scope.admit(kind, unit.clone());
                }
            }
        }
        scope
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

/// What somebody may do with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Right {
    /// Write it.
    Writes,
    /// Nothing now, but write it under an earlier grant.
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

    /// The grant that somebody goes by who was told last to see this.
    pub(super) fn believed(&self, user: usize, scope: &Scope) -> Option<Grant> {
        let mut grants = self.grants[user].iter().rev();
        grants.find(|grant| grant.scope() == *scope).copied()
    }

    /// Whether a user may write a document, or might before.
    pub(super) fn ever_wrote(&self, user: usize, header: &DocumentHeader) -> bool {
        let mut grants = self.grants[user].iter();
        grants.any(|grant| grant.may(Verb::Write, header.kind, &header.unit))
    }

    pub(super) fn is_revoked(&self, device: DeviceId) -> bool {
        self.revoked.contains(&device)
    }

    /// What a user may do with a document on a device.
    pub(super) fn right(&self, user: usize, device: DeviceId, header: &DocumentHeader) -> Right {
        let allows = |grant: &Grant| grant.may(Verb::Write, header.kind, &header.unit);
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
