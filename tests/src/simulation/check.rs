//! What must hold when all is quiet, and what must hold whenever the server starts.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use kiennghi_server::store::{PetitionFilter, Pull, Scope, Store, StoreError, Wanted};
use kiennghi_shared::document::Document;
use kiennghi_shared::id::{ChangeHash, DocumentId};
use kiennghi_shared::record::Record;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::validate::ParsedChange;
use kiennghi_shared::wire::DocumentHeader;

use super::cases::Cases;
use super::district::all_units;
use super::server::changes_of;
use super::world::World;
use crate::phone::Shelf;

/// A change as the feed gives it.
pub(super) struct Fed {
    pub(super) header: DocumentHeader,
    pub(super) hash: ChangeHash,
    pub(super) bytes: Vec<u8>,
}

/// The whole feed from its beginning.
///
/// # Errors
/// When it cannot be read.
pub(super) fn feed(store: &dyn Store) -> Result<Result<Vec<Fed>, String>, StoreError> {
    let whole = store.tombstones(0)?.is_empty();
    let page = store.pull(&Pull {
        scope: &everything(),
        after: 0,
        wanted: Wanted::Scope,
        except: &HashSet::new(),
        bytes_target: usize::MAX,
    })?;
    let mut fed = Vec::new();
    let mut seen = HashSet::new();
    for (index, change) in page.changes.into_iter().enumerate() {
        // Of what was erased the numbers are left, which the store's own verification counts.
        if whole && change.seq != index as u64 + 1 {
            return Ok(Err(format!("a hole in the feed before {}", change.seq)));
        }
        let Ok(parsed) = ParsedChange::parse(&change.bytes) else {
            return Ok(Err(format!("change {} is damaged", change.seq)));
        };
        if !seen.insert(parsed.hash) {
            return Ok(Err(format!("{} is there twice", parsed.hash)));
        }
        fed.push(Fed {
            header: change.header,
            hash: parsed.hash,
            bytes: change.bytes,
        });
    }
    Ok(Ok(fed))
}

fn everything() -> Scope {
    let mut scope = Scope::default();
    for unit in all_units() {
        for &kind in Kind::ALL {
            scope.admit(kind, unit.clone());
        }
    }
    scope
}

/// The documents that the changes of a feed make, by id.
///
/// # Errors
/// When changes make no document.
pub(super) fn documents(
    feed: &[Fed],
) -> Result<BTreeMap<DocumentId, (DocumentHeader, Document)>, String> {
    let mut changes: BTreeMap<DocumentId, (&DocumentHeader, Vec<&[u8]>)> = BTreeMap::new();
    for fed in feed {
        let of_document = changes.entry(fed.header.id);
        let (_, changes) = of_document.or_insert((&fed.header, Vec::new()));
        changes.push(&fed.bytes);
    }
    changes
        .into_iter()
        .map(|(id, (header, changes))| {
            let document = Document::from_changes(changes)
                .map_err(|error| format!("the changes of {id} make no document: {error}"))?;
            Ok((id, (header.clone(), document)))
        })
        .collect()
}

/// What a document says: its newest changes and its fields.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    heads: BTreeSet<ChangeHash>,
    record: Record,
}

impl Said {
    fn by(document: &Document, kind: Kind) -> Self {
        Self {
            heads: document.heads().into_iter().collect(),
            record: document.record(kind),
        }
    }
}

impl World {
    /// All that was acknowledged is on the server. A store that cannot be read now is asked later.
    pub(super) fn check_ledger(&self) -> Result<(), String> {
        let Some(store) = self.server.store() else {
            return Ok(());
        };
        let Ok(feed) = feed(&**store) else {
            return Ok(());
        };
        let stored: HashSet<ChangeHash> = feed?.into_iter().map(|fed| fed.hash).collect();
        self.ledger.check(&stored)
    }

    /// Everything is where it should be, once, and the same everywhere.
    pub(super) fn check(&mut self) -> Result<(), String> {
        let store = Arc::clone(self.server.store().ok_or("the server is off")?);
        let unreadable = |error: StoreError| format!("the store cannot be read: {error}");
        let feed = feed(&*store).map_err(unreadable)??;
        self.counts.stored = feed.len() as u64;
        let stored: HashSet<ChangeHash> = feed.iter().map(|fed| fed.hash).collect();
        let open = self.server.reviews(&everything()).map_err(unreadable)?;
        let open = changes_of(open.iter().flat_map(|(_, changes)| changes))?;
        self.counts.waiting = open.len() as u64;
        self.ledger
            .check_quiet(&stored, &open.into_iter().collect())?;
        for erased in &self.ledger.erased {
            let found = store.documents(&[*erased]).map_err(unreadable)?;
            if !found.is_empty() || !store.is_erased(*erased).map_err(unreadable)? {
                return Err(format!("{erased} was erased and is there"));
            }
        }
        // A new epoch begins with a restore and not because rows were found to be gone.
        let epochs = store.epochs().map_err(unreadable)?;
        if let Some(epoch) = epochs.iter().find(|epoch| epoch.why.contains("gone")) {
            return Err(format!("a new epoch began: {}", epoch.why));
        }

        let documents = documents(&feed)?;
        let said: BTreeMap<DocumentId, (DocumentHeader, Said)> = documents
            .into_iter()
            .map(|(id, (header, document))| {
                let said = Said::by(&document, header.kind);
                (id, (header, said))
            })
            .collect();
        for (id, (header, said)) in &said {
            let stored = store.documents(&[*id]).map_err(unreadable)?.pop();
            let stored = stored.ok_or_else(|| format!("{id} is fed and not stored"))?;
            if let Some(snapshot) = stored.snapshot {
                let document = Document::load(&snapshot).map_err(|error| error.to_string())?;
                if Said::by(&document, header.kind) != *said {
                    return Err(format!("the snapshot of {id} is another document"));
                }
            }
        }
        let petitions = said
            .values()
            .filter(|(header, _)| header.kind == Kind::Petition);
        let filter = PetitionFilter {
            units: all_units(),
            ..PetitionFilter::default()
        };
        let counted = store.petition_counts(&filter).map_err(unreadable)?.total;
        if counted != petitions.count() as u64 {
            return Err(format!("the table shows {counted} petitions"));
        }
        let documents = said.values();
        let cases = Cases::told_by(documents.map(|(header, said)| (header, &said.record)));
        self.check_cases(&cases, &*store).map_err(unreadable)??;
        // Phones that took changes in the same order hold the same bytes.
        let mut loaded: HashMap<Vec<u8>, Said> = HashMap::new();
        for index in 0..self.phones.len() {
            self.check_phone(index, &said, &mut loaded)?;
            self.check_cases_of(index, &cases)?;
        }
        drop(store);
        self.verify()
    }

    fn check_phone(
        &self,
        index: usize,
        said: &BTreeMap<DocumentId, (DocumentHeader, Said)>,
        loaded: &mut HashMap<Vec<u8>, Said>,
    ) -> Result<(), String> {
        let phone = &self.phones[index];
        if !phone.device.session().outbox().is_empty() {
            return Err(format!("phone {index} still has work to send"));
        }
        if self.people.is_revoked(phone.device_id()) {
            return Ok(());
        }
        let grant = self.people.grant(phone.user()).ok_or("no grant")?;
        let shelf = phone.device.shelf();
        let held = shelf.ids().map_err(|error| error.to_string())?;
        let entitled = said.iter();
        let entitled = entitled.filter(|(_, (header, _))| grant.reads(header));
        let (asks, opened) = (phone.owner.asks, &phone.opened);
        let entitled = entitled.filter(|(id, _)| !asks || opened.contains(id));
        let entitled: Vec<DocumentId> = entitled.map(|(id, _)| *id).collect();
        let beyond = held.iter().find(|id| !entitled.contains(id));
        let due = |id: &&DocumentId| !asks || phone.due.contains(id);
        let lacks = entitled.iter().filter(due).find(|id| !held.contains(id));
        if beyond.is_some() || lacks.is_some() {
            let (held, entitled) = (held.len(), entitled.len());
            return Err(format!(
                "phone {index} holds {held} documents and may see {entitled}: \
                 {beyond:?} too many, {lacks:?} too few"
            ));
        }
        for id in held {
            let stored = shelf.document(id).map_err(|error| error.to_string())?;
            let stored = stored.ok_or("an id without its document")?;
            let (header, wanted) = &said[&id];
            let equal = match loaded.get(&stored.saved) {
                Some(known) => known == wanted,
                None => {
                    let document = Document::load(&stored.saved)
                        .map_err(|error| format!("{id} on phone {index}: {error}"))?;
                    let here = Said::by(&document, header.kind);
                    let equal = here == *wanted;
                    loaded.insert(stored.saved, here);
                    equal
                }
            };
            if !equal {
                return Err(format!("{id} on phone {index} is not what the server has"));
            }
        }
        Ok(())
    }
}
