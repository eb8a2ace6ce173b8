//! Honest work that a hostile change is laid upon, and the request that carries both.

use kiennghi_shared::document::Document;
use kiennghi_shared::id::{ActorId, DocumentId, UnitCode};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::{DocumentChanges, DocumentHeader, Hello, Hold, Request};
use sha2::{Digest, Sha256};

use super::{Entry, Harm, Sent, VILLAIN};
use crate::hostile::chunk::Draft;
use crate::hostile::operations::{Id, Row, Target, action, columns, rows};

/// When everything in the corpus was made: milliseconds since 1970.
pub(super) const MADE_AT: i64 = 1_750_000_000_000;

/// A petition with one honest change.
pub(super) struct Ground {
    name: &'static str,
    document: Document,
    /// The honest change.
    pub(super) base: Vec<u8>,
    /// Its operations.
    pub(super) rows: Vec<Row>,
    /// Its last operation.
    pub(super) max_op: u64,
}

/// Sixteen bytes that are the same each time.
pub(super) fn bytes_of(name: &str, purpose: &str) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(format!("{name}/{purpose}"))[..16]);
    bytes
}

/// A petition by a user: its only change.
fn petition(name: &str, purpose: &str, by: &str) -> Document {
    let mut document = Document::new(ActorId(bytes_of(name, purpose)));
    let edits = [
        Edit::new("content", "Đường liên thôn hỏng"),
        Edit::new("village", "Thôn Đông"),
        Edit::new("voters", 3),
    ];
    document
        .edit(Kind::Petition, &edits, &by.into(), MADE_AT)
        .expect("fits");
    document
}

impl Ground {
    /// The ground of an entry.
    pub(super) fn new(name: &'static str) -> Self {
        Self::by(name, VILLAIN)
    }

    /// The ground of an entry, made by this user.
    pub(super) fn by(name: &'static str, user: &str) -> Self {
        let document = petition(name, "base", user);
        let base = document.raw_changes().remove(0);
        let draft = Draft::of(&base).expect("a change");
        let rows = rows(&draft).expect("operations");
        Self {
            name,
            document,
            max_op: draft.start_op + rows.len() as u64 - 1,
            base,
            rows,
        }
    }

    /// The number, seen from a hostile change, of the first operation of the ground that fits.
    fn find(&self, fits: impl Fn(&Row) -> bool) -> Id {
        let found = self.rows.iter().position(fits).expect("it is there");
        (1, found as u64 + 1)
    }

    /// Who made the ground.
    pub(super) fn actor(&self) -> Vec<u8> {
        bytes_of(self.name, "base").to_vec()
    }

    /// The text `content`.
    pub(super) fn text(&self) -> Id {
        self.find(|row| row.action == action::MAKE_TEXT)
    }

    /// Its first character.
    pub(super) fn character(&self) -> Id {
        self.find(|row| row.insert)
    }

    /// The operation that put this key.
    pub(super) fn key(&self, key: &str) -> Id {
        self.find(|row| row.target == Target::Key(key.to_owned()))
    }

    /// A change of a new actor upon the ground: right in everything but its operations.
    pub(super) fn draft(&self, operations: &[Row]) -> Draft {
        let base = Draft::of(&self.base).expect("a change");
        // Only actors that are named: automerge's own changes have no others.
        let named = operations.iter().any(Row::names_another);
        Draft {
            deps: vec![base.hash()],
            actor: bytes_of(self.name, "hostile").to_vec(),
            seq: 1,
            start_op: self.max_op + 1,
            time_ms: MADE_AT,
            message: VILLAIN.into(),
            others: if named { vec![base.actor] } else { Vec::new() },
            columns: columns(operations),
            rest: Vec::new(),
        }
    }

    /// An honest edit by a new actor upon the ground.
    pub(super) fn innocent(&self, purpose: &str, by: &str) -> Vec<u8> {
        let mut document = self.document.clone();
        document.set_actor(ActorId(bytes_of(self.name, purpose)));
        let edits = [Edit::new("content", "Đường liên thôn hỏng nặng")];
        let change = document.edit(Kind::Petition, &edits, &by.into(), MADE_AT);
        change.expect("fits").expect("a change").bytes
    }

    /// The ground as one document chunk.
    pub(super) fn saved(&self) -> Vec<u8> {
        self.document.save()
    }

    /// A document of the entry with these changes.
    pub(super) fn document(&self, purpose: &str, changes: Vec<Vec<u8>>) -> DocumentChanges {
        let mut random = [0; 10];
        random.copy_from_slice(&bytes_of(self.name, purpose)[..10]);
        DocumentChanges {
            header: DocumentHeader {
                id: DocumentId::new(MADE_AT as u64, random),
                kind: Kind::Petition,
                unit: UnitCode("QN-DH-02".into()),
            },
            seal: None,
            snapshot: None,
            changes,
        }
    }

    /// The request with the ground, hostile chunks upon it, an innocent edit of the same document
    /// and an innocent document beside it.
    pub(super) fn request(&self, hostile: Vec<Vec<u8>>, verdict: &str) -> Sent {
        let mut verdicts = vec!["ok".to_owned()];
        verdicts.extend(hostile.iter().map(|_| verdict.to_owned()));
        verdicts.extend(["ok".to_owned(), "ok".to_owned()]);
        let mut changes = vec![self.base.clone()];
        changes.extend(hostile);
        changes.push(self.innocent("innocent", VILLAIN));
        let beside = petition(self.name, "beside", VILLAIN).raw_changes();
        Sent {
            by: VILLAIN.into(),
            verdicts,
            body: request(vec![
                self.document("document", changes),
                self.document("beside", beside),
            ])
            .encode(),
            ..Sent::default()
        }
    }

    /// An entry with one hostile change.
    pub(super) fn entry(&self, what: &str, harm: Harm, change: &Draft, code: &str) -> Entry {
        self.entry_of(what, harm, vec![change.seal()], code)
    }

    /// An entry with hostile chunks that all get the same verdict.
    pub(super) fn entry_of(
        &self,
        what: &str,
        harm: Harm,
        hostile: Vec<Vec<u8>>,
        verdict: &str,
    ) -> Entry {
        entry(self.name, what, harm, vec![self.request(hostile, verdict)])
    }
}

/// An entry; the number of its hazard begins its name.
pub(super) fn entry(name: &str, what: &str, harm: Harm, requests: Vec<Sent>) -> Entry {
    Entry {
        name: name.into(),
        hazard: name[..2].parse().expect("a number"),
        what: what.into(),
        harm,
        requests,
    }
}

/// A request of a new phone that pushes these documents.
pub(super) fn request(push: Vec<DocumentChanges>) -> Request {
    Request::new(Hello::new(Hold::Asked(Vec::new()), MADE_AT), push)
}
