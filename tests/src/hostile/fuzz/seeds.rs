//! Honest changes to spoil: petitions written by several hands, and what could come next.

use kiennghi_shared::document::Document;
use kiennghi_shared::id::{ActorId, DocumentId, UnitCode, UserName};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::{DocumentChanges, DocumentHeader, Hello, Hold};

use crate::random::Random;

const MADE_AT: i64 = 1_750_000_000_000;
const TEXTS: &[&str] = &[
    "Đường liên thôn hỏng nặng, đề nghị sửa.",
    "Đường hỏng.",
    "Đề nghị xem lại mức hỗ trợ cho hộ nghèo ở thôn Đông 🏔.",
    "",
    "Nước sinh hoạt thiếu từ tháng ba.",
];
const VILLAGES: &[&str] = &["Thôn Đông", "Bản Tân Đức", "Khu phố 2", ""];

/// A document and the changes around it.
pub(super) struct Seeds {
    pub(super) header: DocumentHeader,
    /// What is stored first, in order.
    pub(super) ground: Vec<Vec<u8>>,
    /// Changes that could come next, each by an actor of its own or by one of the ground's.
    pub(super) next: Vec<Vec<u8>>,
    /// An honest change that comes after the mutants.
    pub(super) last: Vec<u8>,
}

/// Asks for nothing.
pub(super) fn hello() -> Hello {
    Hello::new(Hold::Asked(Vec::new()), MADE_AT)
}

fn actor(random: &mut Random) -> ActorId {
    let mut actor = [0; 16];
    actor.copy_from_slice(&random.bytes(16));
    ActorId(actor)
}

fn edits(random: &mut Random) -> Vec<Edit> {
    let mut edits = Vec::new();
    for _ in 0..=random.below(2) {
        edits.push(match random.below(5) {
            0 => Edit::new("village", *random.pick(VILLAGES)),
            1 => Edit::new("voters", random.below(1_000) as i64),
            2 => Edit::new("place", *random.pick(VILLAGES)),
            _ => Edit::new("content", *random.pick(TEXTS)),
        });
    }
    edits
}

impl Seeds {
    /// A petition of this unit: made by one actor, changed by two at the same time, merged.
    pub(super) fn new(random: &mut Random, user: &UserName, unit: &UnitCode) -> Self {
        let write = |document: &mut Document, edits: &[Edit]| {
            let change = document.edit(Kind::Petition, edits, user, MADE_AT);
            change.expect("fits").map(|change| change.bytes)
        };
        let mut first = Document::new(actor(random));
        let made = [
            Edit::new("content", TEXTS[random.below(3) as usize]),
            Edit::new("village", VILLAGES[0]),
        ];
        write(&mut first, &made);
        let mut second = first.clone();
        second.set_actor(actor(random));
        write(&mut second, &edits(random));
        write(&mut first, &edits(random));
        let theirs = second.raw_changes();
        first
            .apply(theirs.iter().map(Vec::as_slice))
            .expect("applies");
        let ground = first.raw_changes();
        let mut next = Vec::new();
        for round in 0..8 {
            let mut document = first.clone();
            if round > 0 {
                document.set_actor(actor(random));
            }
            next.extend(write(&mut document, &edits(random)));
        }
        // One more, that is surely different from what is there.
        let mut document = first.clone();
        document.set_actor(actor(random));
        let edit = Edit::new("content", format!("Kiến nghị {}", random.number()));
        next.extend(write(&mut document, &[edit]));
        first.set_actor(actor(random));
        let edit = Edit::new("keywords", format!("từ {}", random.number()));
        let last = write(&mut first, &[edit]).expect("different");
        let mut id = [0; 10];
        id.copy_from_slice(&random.bytes(10));
        Self {
            header: DocumentHeader {
                id: DocumentId::new(MADE_AT as u64, id),
                kind: Kind::Petition,
                unit: unit.clone(),
            },
            ground,
            next,
            last,
        }
    }
}

/// An honest petition: its changes, and what could come next.
pub(super) fn honest_traffic(
    seed: u64,
    user: &UserName,
    unit: &UnitCode,
) -> (DocumentChanges, Vec<Vec<u8>>) {
    let seeds = Seeds::new(&mut Random::new(seed), user, unit);
    let ground = DocumentChanges {
        header: seeds.header,
        seal: None,
        snapshot: None,
        changes: seeds.ground,
    };
    let mut next = seeds.next;
    next.push(seeds.last);
    (ground, next)
}
