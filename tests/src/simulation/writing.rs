//! People who write: new documents of what their role has to do with, and changes of what their phones hold.

use kiennghi_disk::Random;
use kiennghi_shared::id::{ActorId, DocumentId};
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::{Field, Kind, Shape};
use kiennghi_shared::session::Base;
use kiennghi_shared::wire::DocumentHeader;

use super::papers::{facts, place};
use super::world::World;
use crate::phone::{PhoneError, Shelf};

/// How often something of a kind is written, among what somebody may write.
const KINDS: [(Kind, usize); 10] = [
    (Kind::Meeting, 1),
    (Kind::Petition, 3),
    (Kind::Case, 2),
    (Kind::Consolidation, 4),
    (Kind::Dispatch, 12),
    (Kind::Assignment, 3),
    (Kind::Answer, 3),
    (Kind::Check, 2),
    (Kind::Finding, 2),
    (Kind::Notice, 2),
];

const WORDS: [&str; 8] = [
    "đường",
    "điện",
    "nước",
    "cầu",
    "trường",
    "chợ",
    "kênh",
    "mương",
];

impl World {
    /// Somebody writes something new.
    pub(super) fn record(&mut self, index: usize) -> Result<(), String> {
        let grant = self.phones[index].grant(&self.people);
        let begins = |kind| matches!(kind, Kind::Meeting | Kind::Petition | Kind::Case);
        let may = |(kind, _): &&(Kind, usize)| {
            let is_heard_of = begins(*kind) || !self.heard.is_silent();
            is_heard_of && !grant.written_in(*kind).is_empty()
        };
        let kinds = KINDS.iter().filter(may);
        let kinds: Vec<Kind> = kinds
            .flat_map(|(kind, often)| vec![*kind; *often])
            .collect();
        if kinds.is_empty() {
            return Ok(());
        }
        let kind = *self.random.pick(&kinds);
        let units = grant.written_in(kind);
        let at = (self.now_ms + self.phones[index].owner.skew_ms).unsigned_abs();
        let about = self.heard.topic(&mut self.random);
        let unit = place(kind, &units, &about, &mut self.random).ok_or("nowhere to write")?;
        let mut header = DocumentHeader {
            id: DocumentId::new(at, self.random.array()),
            kind,
            unit,
        };
        let mut edits = facts(kind, &about, &mut self.random);
        if kind == Kind::Consolidation {
            // Where a petition is stands in one document of its own, in the petition's unit.
            let heard = self.heard.petition(&units, &mut self.random);
            let Some((petition, unit)) = heard else {
                return Ok(());
            };
            header.id = consolidation_of(petition);
            header.unit = unit;
            edits.push(Edit::new("petition", petition.to_string()));
        }
        edits.extend(words(kind, &mut self.random));
        self.heard.note(&header, about.case);
        self.write(index, &header, None, &edits)
    }

    /// Somebody changes what a phone holds.
    pub(super) fn edit(&mut self, index: usize) -> Result<(), String> {
        let phone = &self.phones[index];
        let shelf = phone.device.shelf();
        let mut headers = Vec::new();
        for id in shelf.ids().map_err(|error| error.to_string())? {
            let stored = shelf.document(id).map_err(|error| error.to_string())?;
            headers.push(stored.ok_or("an id without its document")?.header);
        }
        headers.retain(|header| self.people.ever_wrote(phone.user(), header));
        if headers.is_empty() {
            return self.record(index);
        }
        let header = self.random.pick(&headers).clone();
        let base = phone
            .looks
            .get(&header.id)
            .filter(|_| self.random.chance(1, 3));
        let base = base.map(|heads| Base {
            heads: heads.clone(),
            fresh: ActorId(self.random.array()),
        });
        let mut edits = words(header.kind, &mut self.random);
        if edits.is_empty() || self.random.chance(1, 2) {
            let about = self.heard.topic(&mut self.random);
            edits = facts(header.kind, &about, &mut self.random);
        }
        self.write(index, &header, base.as_ref(), &edits)
    }

    fn write(
        &mut self,
        index: usize,
        header: &DocumentHeader,
        base: Option<&Base>,
        edits: &[Edit],
    ) -> Result<(), String> {
        let phone = &mut self.phones[index];
        let written = phone.act(self.now_ms, &mut self.random, |device, moment| {
            device.write(header, base, edits, moment)
        });
        let step = self.step;
        phone.opened.insert(header.id);
        match written {
            Ok(hash) => {
                (self.ledger.made).extend(hash.map(|hash| (hash, header.id)));
                let hash = hash.map(|hash| hash.0[0]);
                self.trace
                    .note(format_args!("{step} write {index} {} {hash:?}", header.id));
                Ok(())
            }
            Err(PhoneError::Shelf(_)) => {
                self.trace.note(format_args!("{step} not written {index}"));
                Ok(())
            }
            Err(error) => Err(format!("phone {index} cannot write: {error}")),
        }
    }
}

/// One or two fields of free words or numbers, whichever the kind has. What says where something belongs is not free.
fn words(kind: Kind, random: &mut Random) -> Vec<Edit> {
    let is_free = |field: &&Field| {
        let is_words = matches!(
            field.shape,
            Shape::Prose(_) | Shape::Number(_) | Shape::Line(_)
        );
        is_words && field.key != "to_unit"
    };
    let fields: Vec<&Field> = kind.fields().iter().filter(is_free).collect();
    if fields.is_empty() {
        return Vec::new();
    }
    let mut one = || {
        let field = random.pick(&fields);
        let most = match field.shape {
            Shape::Prose(_) => 6,
            Shape::Number(_) => return Edit::new(field.key, random.below(200) as i64),
            _ => 2,
        };
        let words = (0..=random.below(most)).map(|_| *random.pick(&WORDS));
        Edit::new(field.key, words.collect::<Vec<_>>().join(" "))
    };
    let (first, second) = (one(), one());
    if first.field == second.field || random.chance(1, 2) {
        vec![first]
    } else {
        vec![first, second]
    }
}
