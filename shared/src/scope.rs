//! What a caller may see: units by kind. Computed by the server from role and unit, told to the
//! phone, which purges what lies outside.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{Decode, Encode};

use crate::id::UnitCode;
use crate::schema::Kind;

/// The units whose documents a caller may read, by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct Scope {
    #[n(0)]
    units: BTreeMap<Kind, BTreeSet<UnitCode>>,
}

impl Scope {
    /// Lets documents of this kind in this unit be read.
    pub fn admit(&mut self, kind: Kind, unit: UnitCode) {
        self.units.entry(kind).or_default().insert(unit);
    }

    /// Whether documents of this kind in this unit may be read.
    #[must_use]
    pub fn reads(&self, kind: Kind, unit: &UnitCode) -> bool {
        self.units
            .get(&kind)
            .is_some_and(|units| units.contains(unit))
    }

    /// The units of one kind, in the order of their codes.
    pub fn units_of(&self, kind: Kind) -> impl Iterator<Item = &UnitCode> {
        self.units.get(&kind).into_iter().flatten()
    }

    /// The units of any kind.
    #[must_use]
    pub fn units(&self) -> BTreeSet<&UnitCode> {
        self.units.values().flatten().collect()
    }

    /// What this scope holds and another does not.
    #[must_use]
    pub fn beyond(&self, other: &Scope) -> Scope {
        let mut beyond = Scope::default();
        for (kind, units) in &self.units {
            for unit in units.iter().filter(|unit| !other.reads(*kind, unit)) {
                beyond.admit(*kind, unit.clone());
            }
        }
        beyond
    }

    /// What it holds of some kinds.
    #[must_use]
    pub fn of_kinds(&self, kinds: &[Kind]) -> Scope {
        let units = self.units.iter().filter(|(kind, _)| kinds.contains(kind));
        Scope {
            units: units.map(|(kind, units)| (*kind, units.clone())).collect(),
        }
    }

    /// Whether nothing may be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units.values().all(BTreeSet::is_empty)
    }
}
