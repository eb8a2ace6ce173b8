//! What lists show: one card a document, all in memory, searched without the documents.

use std::cell::OnceCell;
use std::collections::HashMap;

use kiennghi_messages::{Filter, MeetingRow, PetitionPage, Row};
use kiennghi_shared::fields::Fields;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::Record;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::session::Delivery;
use kiennghi_shared::text::{Match, Query, fold, lower};
use kiennghi_shared::wire::DocumentHeader;
use minicbor::{Decode, Encode};

/// The fields that a search reads.
const SEARCHED: [&str; 4] = ["content", "village", "place", "code"];

/// What a list shows of a document, as it is stored.
#[derive(Debug, Clone, Encode, Decode)]
pub(crate) struct Card {
    #[n(0)]
    pub(crate) header: DocumentHeader,
    #[n(1)]
    pub(crate) fields: Fields,
    #[n(2)]
    pub(crate) conflicts: u32,
}

impl Card {
    pub(crate) fn new(header: &DocumentHeader, record: &Record) -> Self {
        Self {
            header: header.clone(),
            fields: Fields::from(record),
            conflicts: record.conflicts().len() as u32,
        }
    }
}

/// A card with the texts that a search reads, prepared once: ahead of the first search, but after the first
/// list ([`Cards::prepare`]).
struct Held {
    card: Card,
    texts: OnceCell<Texts>,
}

struct Texts {
    lower: String,
    folded: String,
}

impl Held {
    fn texts(&self) -> &Texts {
        self.texts.get_or_init(|| {
            let text = SEARCHED.map(|key| self.card.fields.text(key)).join("\n");
            Texts {
                lower: lower(&text),
                folded: fold(&text),
            }
        })
    }

    fn row(&self, delivery: Delivery) -> Row {
        let Card {
            header,
            fields,
            conflicts,
        } = self.card.clone();
        Row {
            header,
            fields,
            delivery,
            conflicts,
        }
    }
}

/// A card in a list, after what stands above the others: how well it answers a query, its date, its id.
type Ranked<'a> = (Option<Match>, &'a str, DocumentId, &'a Held);

fn best_first(found: &mut [Ranked<'_>]) {
    found.sort_unstable_by(|a, b| (b.0, b.1, b.2).cmp(&(a.0, a.1, a.2)));
}

/// Where each document stands that the office has not received as a whole.
pub(crate) type Deliveries = HashMap<DocumentId, Delivery>;

fn delivery(deliveries: &Deliveries, id: DocumentId) -> Delivery {
    deliveries.get(&id).copied().unwrap_or(Delivery::Received)
}

/// All cards.
#[derive(Default)]
pub(crate) struct Cards {
    held: HashMap<DocumentId, Held>,
    /// Petitions that no search has read yet.
    unprepared: Vec<DocumentId>,
}

impl Cards {
    pub(crate) fn len(&self) -> usize {
        self.held.len()
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = DocumentId> {
        self.held.keys().copied()
    }

    /// Which documents these are, of what kind and unit.
    pub(crate) fn headers(&self) -> Vec<DocumentHeader> {
        let held = self.held.values();
        held.map(|held| held.card.header.clone()).collect()
    }

    pub(crate) fn contains(&self, id: DocumentId) -> bool {
        self.held.contains_key(&id)
    }

    pub(crate) fn fields(&self, id: DocumentId) -> Option<&Fields> {
        self.held.get(&id).map(|held| &held.card.fields)
    }

    pub(crate) fn put(&mut self, card: Card) {
        let id = card.header.id;
        if card.header.kind == Kind::Petition {
            self.unprepared.push(id);
        }
        let texts = OnceCell::new();
        self.held.insert(id, Held { card, texts });
    }

    /// Prepares some of what the first search will read; says whether there is more.
    pub(crate) fn prepare(&mut self) -> bool {
        const AT_ONCE: usize = 50;
        let some = self.unprepared.len().saturating_sub(AT_ONCE);
        for id in self.unprepared.drain(some..) {
            if let Some(held) = self.held.get(&id) {
                held.texts();
            }
        }
        !self.unprepared.is_empty()
    }

    pub(crate) fn remove(&mut self, id: DocumentId) {
        self.held.remove(&id);
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = (DocumentId, &Held)> {
        let held = self.held.iter().map(|(id, held)| (*id, held));
        held.filter(move |(_, held)| held.card.header.kind == kind)
    }

    /// Documents of a kind, newest first.
    pub(crate) fn records(&self, kind: Kind, deliveries: &Deliveries) -> Vec<Row> {
        let held = self.of(kind);
        let mut found: Vec<Ranked<'_>> = held
            .map(|(id, held)| (None, held.card.fields.text("date"), id, held))
            .collect();
        best_first(&mut found);
        let rows = found.into_iter();
        rows.map(|(.., id, held)| held.row(delivery(deliveries, id)))
            .collect()
    }

    /// Meetings, newest first.
    pub(crate) fn meetings(&self, deliveries: &Deliveries) -> Vec<MeetingRow> {
        let mut counts: HashMap<DocumentId, (u32, u32)> = HashMap::new();
        for (id, held) in self.of(Kind::Petition) {
            if let Some(meeting) = held.card.fields.document("meeting") {
                let (petitions, received) = counts.entry(meeting).or_default();
                *petitions += 1;
                *received += u32::from(delivery(deliveries, id) == Delivery::Received);
            }
        }
        let rows = self.records(Kind::Meeting, deliveries).into_iter();
        rows.map(|row| {
            let (petitions, received) = counts.get(&row.header.id).copied().unwrap_or_default();
            MeetingRow {
                row,
                petitions,
                received,
            }
        })
        .collect()
    }

    /// Petitions that fit the filter: best matches first, then the newest; within one meeting in
    /// the order they were recorded.
    pub(crate) fn petitions(&self, filter: &Filter, deliveries: &Deliveries) -> PetitionPage {
        let query = Query::new(&filter.text);
        let wanted = |wish: &str, value: &str| wish.is_empty() || wish == value;
        let mut found: Vec<Ranked<'_>> = Vec::new();
        for (id, held) in self.of(Kind::Petition) {
            let fields = &held.card.fields;
            let fits = wanted(&filter.village, fields.text("village"))
                && wanted(&filter.field, fields.text("field"))
                && (filter.meeting.is_none() || filter.meeting == fields.document("meeting"))
                && filter
                    .state
                    .is_none_or(|state| state == delivery(deliveries, id));
            if !fits {
                continue;
            }
            let quality = match &query {
                Some(query) => match query.ask(&held.texts().lower, &held.texts().folded) {
                    None => continue,
                    quality => quality,
                },
                None => None,
            };
            found.push((quality, "", id, held));
        }
        best_first(&mut found);
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
                .map(|(.., id, held)| held.row(delivery(deliveries, *id)))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use kiennghi_shared::id::UnitCode;
    use kiennghi_shared::record::{Edit, Meeting};

    use super::*;

    fn card(id: u8, kind: Kind, fields: &[(&str, &str)]) -> Card {
        let edits = fields.iter().map(|(key, text)| Edit::new(key, *text));
        Card {
            header: DocumentHeader {
                id: DocumentId([id; 16]),
                kind,
                unit: UnitCode::from("quang-lam"),
            },
            fields: Fields(edits.collect()),
            conflicts: 0,
        }
    }

    fn cards(all: impl IntoIterator<Item = Card>) -> Cards {
        let mut cards = Cards::default();
        all.into_iter().for_each(|card| cards.put(card));
        cards
    }

    fn ids(rows: &[Row]) -> Vec<u8> {
        rows.iter().map(|row| row.header.id.0[0]).collect()
    }

    #[test]
    fn documents_of_a_kind_come_newest_first() {
        let cards = cards([
            card(1, Kind::Check, &[("date", "2026-03-02")]),
            card(2, Kind::Check, &[("date", "2026-03-01")]),
            card(3, Kind::Check, &[("date", "2026-03-02")]),
            card(4, Kind::Notice, &[("date", "2026-03-09")]),
        ]);
        let rows = cards.records(Kind::Check, &Deliveries::new());
        assert_eq!(ids(&rows), [3, 1, 2]);
        assert!(rows.iter().all(|row| row.delivery == Delivery::Received));
    }

    #[test]
    fn meetings_count_their_petitions_and_those_received() {
        let meeting = DocumentId([1; 16]).to_string();
        let cards = cards([
            card(1, Kind::Meeting, &[("date", "2026-03-02")]),
            card(2, Kind::Petition, &[("meeting", &meeting)]),
            card(3, Kind::Petition, &[("meeting", &meeting)]),
            card(4, Kind::Petition, &[]),
        ]);
        let deliveries = Deliveries::from([(DocumentId([3; 16]), Delivery::Saved)]);
        let rows = cards.meetings(&deliveries);
        let counts = rows.iter().map(|row| (row.petitions, row.received));
        assert_eq!(counts.collect::<Vec<_>>(), [(2, 1)]);
        let filter = Filter {
            meeting: Some(DocumentId([1; 16])),
            limit: 9,
            ..Filter::default()
        };
        let page = cards.petitions(&filter, &deliveries);
        assert_eq!(ids(&page.rows), [2, 3], "in the order of recording");
    }

    #[test]
    fn better_matches_come_before_newer_petitions() {
        let cards = cards([
            card(1, Kind::Petition, &[("content", "Đường hỏng")]),
            card(2, Kind::Petition, &[("content", "Duong hong")]),
            card(3, Kind::Petition, &[("content", "Cầu treo")]),
            card(4, Kind::Notice, &[("content", "Đường hỏng")]),
        ]);
        let filter = Filter {
            text: "đường".to_owned(),
            limit: 9,
            ..Filter::default()
        };
        let page = cards.petitions(&filter, &Deliveries::new());
        assert_eq!(ids(&page.rows), [1, 2]);
        let first = Filter { limit: 1, ..filter };
        let page = cards.petitions(&first, &Deliveries::new());
        assert_eq!((page.total, ids(&page.rows)), (2, vec![1]));
    }

    #[test]
    fn a_card_of_an_earlier_form_is_not_taken_for_one_of_today() {
        let Card { header, .. } = card(1, Kind::Meeting, &[]);
        let then = minicbor::to_vec((&header, (0, (Meeting::default(),)), 0)).expect("CBOR");
        assert!(minicbor::decode::<Card>(&then).is_err());
        let now = minicbor::to_vec(card(1, Kind::Meeting, &[])).expect("CBOR");
        assert!(minicbor::decode::<Card>(&now).is_ok());
    }
}
