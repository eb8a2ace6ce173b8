//! Who may do what: roles, and the one question that the gate, the feed and every HTTP door ask.

use minicbor::{Decode, Encode};

use crate::schema::Kind;

/// A user's role (vai trò) in a unit.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum Role {
    /// Đại biểu HĐND.
    #[n(1)]
    Delegate = 1,
    /// Thường trực HĐND.
    #[n(2)]
    StandingCommittee = 2,
    /// Quản trị: people and settings, no petitions.
    #[n(3)]
    Admin = 3,
}

impl Role {
    /// Every role that exists so far.
    pub const ALL: &'static [Role] = &[Role::Delegate, Role::StandingCommittee, Role::Admin];

    /// The role's name in the store, in JSON and in commands.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Delegate => "delegate",
            Role::StandingCommittee => "standing_committee",
            Role::Admin => "admin",
        }
    }

    /// What a person reads.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Role::Delegate => "Đại biểu Hội đồng nhân dân",
            Role::StandingCommittee => "Thường trực Hội đồng nhân dân",
            Role::Admin => "Quản trị",
        }
    }

    /// The role with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Role> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }
}

/// What is to be done with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// See it.
    Read,
    /// Make it or change it.
    Write,
    /// Decide about work of people who may no longer write it.
    Review,
}

/// Where a document's unit stands, seen from the unit the role is held in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The very unit.
    Own,
    /// A unit below it in the tree.
    Below,
    /// Any other unit.
    Elsewhere,
}

/// Whether a role may do this with documents of the kind in a unit of that relation.
#[must_use]
pub fn may(role: Role, verb: Verb, kind: Kind, relation: Relation) -> bool {
    match (role, kind, verb) {
        (Role::Delegate, Kind::Meeting | Kind::Petition, Verb::Read | Verb::Write) => {
            relation == Relation::Own
        }
        (Role::Delegate, Kind::Meeting | Kind::Petition, Verb::Review) => false,
        (
            Role::StandingCommittee,
            Kind::Meeting | Kind::Petition,
            Verb::Read | Verb::Write | Verb::Review,
        ) => matches!(relation, Relation::Own | Relation::Below),
        (Role::Admin, Kind::Meeting | Kind::Petition, Verb::Read | Verb::Write | Verb::Review) => {
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matrix_is_as_agreed() {
        let mut granted = Vec::new();
        for &role in Role::ALL {
            for &kind in Kind::ALL {
                for verb in [Verb::Read, Verb::Write, Verb::Review] {
                    for relation in [Relation::Own, Relation::Below, Relation::Elsewhere] {
                        if may(role, verb, kind, relation) {
                            granted.push((role, verb, relation));
                        }
                    }
                }
            }
        }
        assert!(granted.iter().all(|&(role, verb, relation)| match role {
            Role::Delegate => relation == Relation::Own && verb != Verb::Review,
            Role::StandingCommittee => relation != Relation::Elsewhere,
            Role::Admin => false,
        }));
        assert_eq!(granted.len(), 4 + 12);
    }
}
