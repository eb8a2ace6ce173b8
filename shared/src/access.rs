//! Who may do what: one table, and the one question that the gate, the feed, every HTTP door and
//! the pages ask.
//!
//! A user holds grants: a role in a unit. A right of the role reaches the unit itself, or the unit
//! and those below it. What was recorded in a unit that another took the place of is the successor's.

use std::iter::successors;

use minicbor::{Decode, Encode};

use crate::id::UnitCode;
use crate::order::decode_in_order;
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
    /// Ban HĐND.
    #[n(4)]
    Board = 4,
    /// UBND (văn phòng).
    #[n(5)]
    Executive = 5,
    /// Phòng, ban, cơ quan.
    #[n(6)]
    Agency = 6,
    /// Ủy ban Mặt trận Tổ quốc.
    #[n(7)]
    Front = 7,
    /// Người xem: reports alone.
    #[n(8)]
    Viewer = 8,
}

impl Role {
    /// Every role.
    pub const ALL: &'static [Role] = &[
        Role::Delegate,
        Role::StandingCommittee,
        Role::Board,
        Role::Executive,
        Role::Agency,
        Role::Front,
        Role::Viewer,
        Role::Admin,
    ];

    /// The role's name in the store, in JSON and in commands.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Delegate => "delegate",
            Role::StandingCommittee => "standing_committee",
            Role::Admin => "admin",
            Role::Board => "board",
            Role::Executive => "executive",
            Role::Agency => "agency",
            Role::Front => "front",
            Role::Viewer => "viewer",
        }
    }

    /// What a person reads.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Role::Delegate => "Đại biểu Hội đồng nhân dân",
            Role::StandingCommittee => "Thường trực Hội đồng nhân dân",
            Role::Admin => "Quản trị",
            Role::Board => "Ban của Hội đồng nhân dân",
            Role::Executive => "Ủy ban nhân dân",
            Role::Agency => "Phòng, ban, cơ quan",
            Role::Front => "Ủy ban Mặt trận Tổ quốc",
            Role::Viewer => "Người xem báo cáo",
        }
    }

    /// The role with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Role> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }
}

/// What a right is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// Documents of a kind.
    Document(Kind),
    /// Người kiến nghị: who stands behind a petition.
    Petitioner,
    /// Counts, without a single petition.
    Reports,
    /// Users and the grants they hold.
    Users,
    /// Phones and browsers, and the codes that enrol them.
    Devices,
    /// Units and their villages.
    Units,
    /// Terms and sessions of the council.
    Sessions,
    /// Fields of work.
    FieldsOfWork,
    /// How long steps of cases may take, and which days are worked.
    Deadlines,
    /// The record of who did what.
    Audit,
}

impl Thing {
    /// Everything that rights are about.
    pub const ALL: &'static [Thing] = &[
        Thing::Document(Kind::Meeting),
        Thing::Document(Kind::Petition),
        Thing::Document(Kind::Case),
        Thing::Document(Kind::Consolidation),
        Thing::Document(Kind::Dispatch),
        Thing::Document(Kind::Assignment),
        Thing::Document(Kind::Answer),
        Thing::Document(Kind::Check),
        Thing::Document(Kind::Finding),
        Thing::Document(Kind::Notice),
        Thing::Petitioner,
        Thing::Reports,
        Thing::Users,
        Thing::Devices,
        Thing::Units,
        Thing::Sessions,
        Thing::FieldsOfWork,
        Thing::Deadlines,
        Thing::Audit,
    ];
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// See it.
    Read,
    /// Make it or change it.
    Write,
    /// Decide about work of people who may no longer write it.
    Review,
    /// Have it gone for good.
    Erase,
}

impl Verb {
    /// Every verb.
    pub const ALL: &'static [Verb] = &[Verb::Read, Verb::Write, Verb::Review, Verb::Erase];
}

/// Where a unit stands, seen from the unit that a role is held in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The very unit, or one whose place it took.
    Own,
    /// A unit below it in the tree.
    Below,
    /// Any other unit.
    Elsewhere,
}

/// How far a right reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// The unit itself.
    Own,
    /// The unit and all below it.
    Within,
}

struct Right(Role, &'static [Thing], &'static [Verb], Reach);

const RECORDS: &[Thing] = &[
    Thing::Document(Kind::Meeting),
    Thing::Document(Kind::Petition),
];

/// What a committee makes of petitions.
const CASES: &[Thing] = &[
    Thing::Document(Kind::Case),
    Thing::Document(Kind::Consolidation),
];
/// What delegates find and say in villages.
const VISITS: &[Thing] = &[Thing::Document(Kind::Check), Thing::Document(Kind::Notice)];
const LETTERS: &[Thing] = &[Thing::Document(Kind::Dispatch)];
const FINDINGS: &[Thing] = &[Thing::Document(Kind::Finding)];
const ANSWERS: &[Thing] = &[Thing::Document(Kind::Answer)];
const ASSIGNMENTS: &[Thing] = &[Thing::Document(Kind::Assignment)];

/// The table. What does not stand here is refused.
#[rustfmt::skip]
const RIGHTS: &[Right] = {
    use self::{Reach::*, Role::*, Thing::*, Verb::*};
    &[
        Right(Delegate,          RECORDS,                            &[Read, Write],         Own),
        Right(Delegate,          VISITS,                             &[Read, Write],         Own),
        Right(Delegate,          &[Petitioner],                      &[Read, Write],         Own),
        Right(Delegate,          &[Reports, Deadlines],              &[Read],                Own),

        Right(StandingCommittee, RECORDS,                            &[Read, Write, Review], Within),
        Right(StandingCommittee, &[Document(Kind::Petition)],        &[Erase],               Within),
        Right(StandingCommittee, CASES,                              &[Read, Write, Review], Within),
        Right(StandingCommittee, LETTERS,                            &[Read, Write, Review], Within),
        Right(StandingCommittee, FINDINGS,                           &[Read, Write, Review], Within),
        Right(StandingCommittee, VISITS,                             &[Read, Write, Review], Within),
        Right(StandingCommittee, ASSIGNMENTS,                        &[Read, Review],        Within),
        Right(StandingCommittee, ANSWERS,                            &[Read, Write, Review], Within),
        Right(StandingCommittee, &[Petitioner],                      &[Read, Write, Erase],  Within),
        Right(StandingCommittee, &[Reports, Users, Audit, Units],    &[Read],                Within),
        Right(StandingCommittee, &[Devices, Sessions, Deadlines],    &[Read, Write],         Within),
        Right(StandingCommittee, &[FieldsOfWork],                    &[Read, Write],         Within),

        Right(Board,             RECORDS,                            &[Read],                Within),
        Right(Board,             CASES,                              &[Read],                Within),
        Right(Board,             LETTERS,                            &[Read],                Within),
        Right(Board,             ASSIGNMENTS,                        &[Read],                Within),
        Right(Board,             ANSWERS,                            &[Read],                Within),
        Right(Board,             VISITS,                             &[Read],                Within),
        Right(Board,             FINDINGS,                           &[Read, Write],         Within),
        Right(Board,             &[Reports, Deadlines],              &[Read],                Within),

        Right(Front,             RECORDS,                            &[Read],                Within),
        Right(Front,             CASES,                              &[Read, Write],         Within),
        Right(Front,             LETTERS,                            &[Read],                Within),
        Right(Front,             ASSIGNMENTS,                        &[Read],                Within),
        Right(Front,             ANSWERS,                            &[Read],                Within),
        Right(Front,             VISITS,                             &[Read],                Within),
        Right(Front,             FINDINGS,                           &[Read],                Within),
        Right(Front,             &[Reports, Deadlines],              &[Read],                Within),

        Right(Executive,         ASSIGNMENTS,                        &[Read, Write],         Within),
        Right(Executive,         ANSWERS,                            &[Read, Write],         Within),
        Right(Executive,         &[Reports, Deadlines],              &[Read],                Within),
        Right(Agency,            ASSIGNMENTS,                        &[Read],                Own),
        Right(Agency,            ANSWERS,                            &[Read, Write],         Own),
        Right(Agency,            &[Deadlines],                       &[Read],                Own),

        Right(Viewer,            &[Reports, Deadlines],              &[Read],                Within),

        Right(Admin,             &[Users, Devices, Units, Sessions], &[Read, Write],         Within),
        Right(Admin,             &[Deadlines, FieldsOfWork],         &[Read, Write],         Within),
        Right(Admin,             &[Audit],                           &[Read],                Within),
    ]
};

/// Whether a role may do this with such a thing in a unit of that relation.
#[must_use]
pub fn may(role: Role, verb: Verb, thing: Thing, relation: Relation) -> bool {
    RIGHTS.iter().any(|Right(holder, things, verbs, reach)| {
        *holder == role
            && things.contains(&thing)
            && verbs.contains(&verb)
            && match relation {
                Relation::Own => true,
                Relation::Below => *reach == Reach::Within,
                Relation::Elsewhere => false,
            }
    })
}

/// A role held in a unit.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, serde::Serialize, serde::Deserialize,
)]
pub struct Grant {
    /// The role.
    #[n(0)]
    pub role: Role,
    /// The unit it is held in.
    #[n(1)]
    pub unit: UnitCode,
}

decode_in_order! {
    Grant { role, unit }
}

/// Where a unit stands among the others.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The unit above it.
    pub parent: Option<&'a UnitCode>,
    /// The unit that took its place.
    pub successor: Option<&'a UnitCode>,
}

/// Units, each with its place.
pub trait Tree {
    /// Where a unit stands; `None` when there is no such unit.
    fn place(&self, unit: &UnitCode) -> Option<Place<'_>>;
}

/// More than any tree has between a unit and its top, or successors in a row: a ring in the data
/// must not hang a request.
pub(crate) const STEPS_MAX: usize = 64;

/// Where `unit` stands, seen from `from`; `None` when there is no such unit.
#[must_use]
pub fn relation<T: Tree + ?Sized>(tree: &T, from: &UnitCode, unit: &UnitCode) -> Option<Relation> {
    let mut place = tree.place(unit)?;
    let mut seen = unit;
    let mut below = is_above(tree, from, place);
    for _ in 0..STEPS_MAX {
        if seen == from {
            return Some(Relation::Own);
        }
        let Some((successor, next)) = place
            .successor
            .and_then(|successor| Some((successor, tree.place(successor)?)))
        else {
            break;
        };
        (seen, place) = (successor, next);
        below |= is_above(tree, from, place);
    }
    Some(if below {
        Relation::Below
    } else {
        Relation::Elsewhere
    })
}

/// Whether a unit, or one that took its place, is another or above it: what was written in it has a say there.
#[must_use]
pub fn reaches<T: Tree + ?Sized>(tree: &T, from: &UnitCode, unit: &UnitCode) -> bool {
    let taking = successors(Some(from), |from| tree.place(from)?.successor);
    taking.take(STEPS_MAX).any(|from| {
        relation(tree, from, unit).is_some_and(|relation| relation != Relation::Elsewhere)
    })
}

fn is_above<T: Tree + ?Sized>(tree: &T, from: &UnitCode, place: Place<'_>) -> bool {
    let mut above = place.parent;
    for _ in 0..STEPS_MAX {
        match above {
            None => return false,
            Some(code) if code == from => return true,
            Some(code) => above = tree.place(code).and_then(|place| place.parent),
        }
    }
    false
}

/// Whether grants let their holder do this with such a thing in a unit of the tree.
#[must_use]
pub fn allows<'a, T: Tree + ?Sized>(
    grants: impl IntoIterator<Item = &'a Grant>,
    tree: &T,
    verb: Verb,
    thing: Thing,
    unit: &UnitCode,
) -> bool {
    grants.into_iter().any(|grant| {
        relation(tree, &grant.unit, unit)
            .is_some_and(|relation| may(grant.role, verb, thing, relation))
    })
}

/// The same by a role that is held in this very unit, or in what took its place: the unit's work is the holder's own, and
/// not to be looked after from above.
#[must_use]
pub fn allows_own<'a, T: Tree + ?Sized>(
    grants: impl IntoIterator<Item = &'a Grant>,
    tree: &T,
    verb: Verb,
    thing: Thing,
    unit: &UnitCode,
) -> bool {
    grants.into_iter().any(|grant| {
        relation(tree, &grant.unit, unit) == Some(Relation::Own)
            && may(grant.role, verb, thing, Relation::Own)
    })
}

/// Whether the holder of `grants` may give a device to somebody who holds `theirs`: an administrator to
/// all within reach, a standing committee to delegates alone. Whoever could enrol a device for another
/// role could act in it.
#[must_use]
pub fn may_enrol<T: Tree + ?Sized>(grants: &[Grant], tree: &T, theirs: &[Grant]) -> bool {
    let gives = |theirs: &Grant| {
        grants.iter().any(|grant| {
            let role = match grant.role {
                Role::Admin => true,
                _ => theirs.role == Role::Delegate,
            };
            role && relation(tree, &grant.unit, &theirs.unit)
                .is_some_and(|relation| may(grant.role, Verb::Write, Thing::Devices, relation))
        })
    };
    !theirs.is_empty() && theirs.iter().all(gives)
}

#[cfg(test)]
mod tests;
