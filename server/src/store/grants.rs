//! Roles that users hold, held or will hold in units.

use kiennghi_shared::access::{self, Grant, Relation, Role};
use kiennghi_shared::id::{UnitCode, UserName};

use super::district::{District, DistrictChange, UserRow};

/// A grant's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrantId(pub i64);

/// A role that a user holds, or held, in a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    /// Its number.
    pub id: GrantId,
    /// Who holds it.
    pub user: UserName,
    /// Role and unit.
    pub grant: Grant,
    /// First day, `yyyy-mm-dd`; none for the day it was given.
    pub starts: Option<String>,
    /// Last day, when it has one.
    pub ends: Option<String>,
    /// When it was given, milliseconds since 1970; 0 with the district.
    pub granted_at: i64,
    /// When it was taken back.
    pub ended_at: Option<i64>,
}

impl GrantRow {
    /// A grant that came with the district.
    #[must_use]
    pub fn founding(id: i64, user: &str, role: Role, unit: &str) -> Self {
        Self {
            id: GrantId(id),
            user: user.into(),
            grant: Grant {
                role,
                unit: unit.into(),
            },
            starts: None,
            ends: None,
            granted_at: 0,
            ended_at: None,
        }
    }

    /// Whether it holds on a day, `yyyy-mm-dd`.
    #[must_use]
    pub fn holds_on(&self, day: &str) -> bool {
        self.ended_at.is_none()
            && self.starts.as_deref().is_none_or(|starts| starts <= day)
            && !self.is_over_on(day)
    }

    /// Whether it has run out or was taken back before or on a day: what is to come is not over.
    #[must_use]
    pub fn is_over_on(&self, day: &str) -> bool {
        self.ended_at.is_some() || self.ends.as_deref().is_some_and(|ends| ends < day)
    }
}

/// A role to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGrant {
    /// To whom.
    pub user: UserName,
    /// Role and unit.
    pub grant: Grant,
    /// First day, `yyyy-mm-dd`; none for at once.
    pub starts: Option<String>,
    /// Last day, when it has one.
    pub ends: Option<String>,
}

impl District {
    /// The grants of a user that were not taken back.
    pub fn open_grants<'a>(&'a self, name: &'a UserName) -> impl Iterator<Item = &'a GrantRow> {
        let open = |row: &&GrantRow| row.ended_at.is_none();
        self.grants
            .iter()
            .filter(open)
            .filter(|row| row.user == *name)
    }

    /// Those of them that have not run out on a day, `yyyy-mm-dd`: they hold, or will.
    pub fn standing_grants<'a>(
        &'a self,
        name: &'a UserName,
        day: &'a str,
    ) -> impl Iterator<Item = &'a GrantRow> {
        self.open_grants(name).filter(|row| !row.is_over_on(day))
    }

    /// Whether somebody administers the district, or a part of it, for good.
    #[must_use]
    pub fn is_administered(&self) -> bool {
        self.administered().next().is_some()
    }

    /// The units that somebody administers for good.
    pub(super) fn administered(&self) -> impl Iterator<Item = &UnitCode> {
        let enabled = |user: &UserRow| user.disabled_at.is_none();
        let lasting = self.grants.iter().filter(move |row| {
            row.grant.role == Role::Admin
                && row.ended_at.is_none()
                && row.ends.is_none()
                && self.user(&row.user).is_some_and(enabled)
        });
        lasting.map(|row| &row.grant.unit)
    }

    /// Whether somebody administers this unit for good, there or from above.
    pub(super) fn has_administrator(&self, unit: &UnitCode) -> bool {
        self.administered().any(|from| {
            let relation = access::relation(self, from, unit);
            relation.is_some_and(|relation| relation != Relation::Elsewhere)
        })
    }

    /// The changes that leave a user one grant alone, on a day, `yyyy-mm-dd`.
    #[must_use]
    pub fn moving(&self, user: &UserName, to: &Grant, day: &str) -> Vec<DistrictChange> {
        let ended = self.open_grants(user).filter(|row| row.grant != *to);
        let ended = ended.map(|row| DistrictChange::End(row.id));
        let mut standing = self.standing_grants(user, day);
        let given = (!standing.any(|row| row.grant == *to)).then(|| {
            DistrictChange::Give(NewGrant {
                user: user.clone(),
                grant: to.clone(),
                starts: None,
                ends: None,
            })
        });
        given.into_iter().chain(ended).collect()
    }
}
