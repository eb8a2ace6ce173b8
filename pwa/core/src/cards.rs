//! What lists show: one card a document, all in memory, searched without the documents.

use std::cell::OnceCell;
use std::collections::HashMap;

use kiennghi_messages::{Body, Filter, MeetingRow, PetitionPage, PetitionRow};
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::record::{Meeting, Petition, Record};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::session::Delivery;
use kiennghi_shared::text::{Query, fold, lower};
use kiennghi_shared::wire::DocumentHeader;
use minicbor::{Decode, Encode};

/// What a list shows of a document, as it is stored.
#[derive(Debug, Clone, Encode, Decode)]
pub(crate) struct Card {
    #[n(0)]
    pub(crate) header: DocumentHeader,
    #[n(1)]
    pub(crate) body: Body,
    #[n(2)]
    pub(crate) conflicts: u32,
}

impl Card {
    pub(crate) fn new(header: &DocumentHeader, record: &Record) -> Self {
        Self {
            header: header.clone(),
            body: body_of(record),
            conflicts: record.conflicts().len() as u32,
        }
    }
}

/// The typed fields of a document.
pub(crate) fn body_of(record: &Record) -> Body {
    match record.kind {
        Kind::Meeting => Body::Meeting(Meeting::from(record)),
        _ => Body::Petition(Petition::from(record)),
    }
}

/// A petition's card with the texts that a search reads, prepared once: ahead of the first search, but
/// after the first list ([`Cards::prepare`]).
struct Searchable {
    unit: UnitCode,
    petition: Petition,
    conflicts: u32,
    texts: OnceCell<Texts>,
}

struct Texts {
    lower: String,
    folded: String,
}

impl Searchable {
    fn texts(&self) -> &Texts {
        self.texts.get_or_init(|| {
            let text = [
                &self.petition.content,
                &self.petition.village,
                &self.petition.place,
                &self.petition.code,
            ]
            .map(String::as_str)
            .join("\n");
            Texts {
                lower: lower(&text),
                folded: fold(&text),
            }
        })
    }
}

/// All cards.
#[derive(Default)]
pub(crate) struct Cards {
    meetings: HashMap<DocumentId, (UnitCode, Meeting, u32)>,
    petitions: HashMap<DocumentId, Searchable>,
    /// Those that no search has read yet.
    unprepared: Vec<DocumentId>,
}

impl Cards {
    pub(crate) fn len(&self) -> usize {
        self.meetings.len() + self.petitions.len()
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = DocumentId> {
        self.meetings.keys().chain(self.petitions.keys()).copied()
    }

    /// Which documents these are, of what kind and unit.
    pub(crate) fn headers(&self) -> Vec<DocumentHeader> {
        let header = |id: &DocumentId, kind, unit: &UnitCode| DocumentHeader {
            id: *id,
            kind,
            unit: unit.clone(),
        };
        let meetings = self.meetings.iter();
        let meetings = meetings.map(|(id, (unit, ..))| header(id, Kind::Meeting, unit));
        let petitions = self.petitions.iter();
        let petitions = petitions.map(|(id, card)| header(id, Kind::Petition, &card.unit));
        meetings.chain(petitions).collect()
    }

    pub(crate) fn contains(&self, id: DocumentId) -> bool {
        self.meetings.contains_key(&id) || self.petitions.contains_key(&id)
    }

    pub(crate) fn meeting(&self, id: DocumentId) -> Option<&Meeting> {
        self.meetings.get(&id).map(|(_, meeting, _)| meeting)
    }

    pub(crate) fn put(&mut self, card: Card) {
        let Card {
            header,
            body,
            conflicts,
        } = card;
        match body {
            Body::Meeting(meeting) => {
                self.meetings
                    .insert(header.id, (header.unit, meeting, conflicts));
            }
            Body::Petition(petition) => {
                let searchable = Searchable {
                    unit: header.unit,
                    conflicts,
                    texts: OnceCell::new(),
                    petition,
                };
                self.unprepared.push(header.id);
                self.petitions.insert(header.id, searchable);
            }
        }
    }

    /// Prepares some of what the first search will read; says whether there is more.
    pub(crate) fn prepare(&mut self) -> bool {
        const AT_ONCE: usize = 50;
        let some = self.unprepared.len().saturating_sub(AT_ONCE);
        for id in self.unprepared.drain(some..) {
            if let Some(card) = self.petitions.get(&id) {
                card.texts();
            }
        }
        !self.unprepared.is_empty()
    }

    pub(crate) fn remove(&mut self, id: DocumentId) {
        self.meetings.remove(&id);
        self.petitions.remove(&id);
    }

    /// Meetings, newest first.
    pub(crate) fn meetings(&self, delivery: impl Fn(DocumentId) -> Delivery) -> Vec<MeetingRow> {
        let mut counts: HashMap<DocumentId, (u32, u32)> = HashMap::new();
        for (id, searchable) in &self.petitions {
            if let Some(meeting) = searchable.petition.meeting {
                let (petitions, received) = counts.entry(meeting).or_default();
                *petitions += 1;
                *received += u32::from(delivery(*id) == Delivery::Received);
            }
        }
        let mut rows: Vec<_> = self
            .meetings
            .iter()
            .map(|(id, (unit, meeting, conflicts))| {
                let (petitions, received) = counts.get(id).copied().unwrap_or_default();
                MeetingRow {
                    id: *id,
                    unit: unit.clone(),
                    meeting: meeting.clone(),
                    delivery: delivery(*id),
                    petitions,
                    received,
                    conflicts: *conflicts,
                }
            })
            .collect();
        rows.sort_by(|a, b| (&b.meeting.date, b.id).cmp(&(&a.meeting.date, a.id)));
        rows
    }

    /// Petitions that fit the filter: best matches first, then the newest; within one meeting in
    /// the order they were recorded.
    pub(crate) fn petitions(
        &self,
        filter: &Filter,
        delivery: impl Fn(DocumentId) -> Delivery,
    ) -> PetitionPage {
        let query = Query::new(&filter.text);
        let wanted = |wish: &str, value: &str| wish.is_empty() || wish == value;
        let mut found: Vec<_> = self
            .petitions
            .iter()
            .filter(|(_, s)| wanted(&filter.village, &s.petition.village))
            .filter(|(_, s)| wanted(&filter.field, &s.petition.field))
            .filter(|(_, s)| filter.meeting.is_none() || filter.meeting == s.petition.meeting)
            .filter_map(|(id, s)| match &query {
                Some(query) => query
                    .ask(&s.texts().lower, &s.texts().folded)
                    .map(|quality| (Some(quality), id, s)),
                None => Some((None, id, s)),
            })
            .map(|(quality, id, s)| (quality, *id, s, delivery(*id)))
            .filter(|(.., stands)| filter.state.is_none_or(|state| state == *stands))
            .collect();
        found.sort_by_key(|(quality, id, ..)| std::cmp::Reverse((*quality, *id)));
        if filter.meeting.is_some() {
            found.reverse();
        }
        let rows = found
            .iter()
            .skip(filter.offset as usize)
            .take(filter.limit.max(1) as usize);
        PetitionPage {
            total: found.len() as u32,
            rows: rows
                .map(|(_, id, s, stands)| PetitionRow {
                    id: *id,
                    unit: s.unit.clone(),
                    petition: s.petition.clone(),
                    delivery: *stands,
                    conflicts: s.conflicts,
                })
                .collect(),
        }
    }
}
