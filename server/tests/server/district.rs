//! A small made-up district, and phones that record in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kiennghi_server::auth::{Caller, Callers};
use kiennghi_server::gate::{Gate, InProcess, Judgement};
use kiennghi_server::store::{
    CouncilSessionRow, DeviceId, District, GrantRow, Page, Pull, Stamp, Store, TermRow, UnitRow,
    UserRow, Wanted,
};
use kiennghi_shared::access::Role;
use kiennghi_shared::deadline::Deadlines;
use kiennghi_shared::document::Document;
use kiennghi_shared::field_of_work::FieldsOfWork;
use kiennghi_shared::id::{ActorId, DocumentId, UnitCode, UserName};
use kiennghi_shared::profile::AGENCY_TIER;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::{DocumentChanges, DocumentHeader};

pub(crate) const NOW: i64 = 1_750_000_000_000;

/// An agency of the district D.
pub(crate) const AGENCY: &str = "P-D-V";

/// Province P, its district D, the communes A and B and the agency V in it; and a commune X of another district.
pub(crate) const UNITS: [(&str, Option<&str>); 7] = [
    ("P", None),
    ("P-D", Some("P")),
    ("P-D-A", Some("P-D")),
    ("P-D-B", Some("P-D")),
    (AGENCY, Some("P-D")),
    ("P-E", Some("P")),
    ("P-E-X", Some("P-E")),
];

pub(crate) const USERS: [(&str, Role, &str); 14] = [
    ("a-1", Role::Delegate, "P-D-A"),
    ("a-2", Role::Delegate, "P-D-A"),
    ("b-1", Role::Delegate, "P-D-B"),
    ("d-delegate", Role::Delegate, "P-D"),
    ("committee", Role::StandingCommittee, "P-D"),
    ("commune-committee", Role::StandingCommittee, "P-D-A"),
    ("admin", Role::Admin, "P"),
    ("district-admin", Role::Admin, "P-D"),
    ("commune-admin", Role::Admin, "P-D-B"),
    ("board", Role::Board, "P-D"),
    ("executive", Role::Executive, "P-D"),
    ("agency", Role::Agency, AGENCY),
    ("front", Role::Front, "P-D"),
    ("viewer", Role::Viewer, "P-D"),
];

/// Somebody at the command line.
pub(crate) fn stamp(at: i64) -> Stamp {
    Stamp::command(at)
}

pub(crate) fn district() -> District {
    let unit = |code: &str, parent: Option<&str>| UnitRow {
        code: UnitCode::from(code),
        name: format!("Xã {code}"),
        tier: "xã".to_owned(),
        parent: parent.map(UnitCode::from),
        successor: None,
        villages: vec![format!("Thôn {code} 1"), format!("Thôn {code} 2")],
        valid_from: "2020-01-01".to_owned(),
        valid_to: None,
    };
    let agency = |unit: UnitRow| UnitRow {
        name: format!("Phòng {}", unit.code),
        tier: AGENCY_TIER.to_owned(),
        villages: Vec::new(),
        ..unit
    };
    let units = UNITS.map(|(code, parent)| match code {
        AGENCY => agency(unit(code, parent)),
        _ => unit(code, parent),
    });
    let mut users = USERS;
    users.sort_unstable_by_key(|(name, _, _)| *name);
    let grants = (1..).zip(users);
    let grants = grants.map(|(id, (name, role, unit))| GrantRow::founding(id, name, role, unit));
    let users = users.map(|(name, _, _)| UserRow {
        name: UserName::from(name),
        display: format!("Ông {name}"),
        disabled_at: None,
    });
    let text = |text: &str| text.to_owned();
    let session = |code: &str, starts: &str| CouncilSessionRow {
        code: text(code),
        term: text("nk"),
        name: format!("Kỳ họp {code}"),
        kind: text("regular"),
        starts: text(starts),
        ends: text(starts),
    };
    District {
        version: 1,
        units: units.into(),
        terms: vec![TermRow {
            code: text("nk"),
            name: text("Nhiệm kỳ"),
            starts: text("2021-07-01"),
            ends: text("2026-06-30"),
        }],
        sessions: vec![session("ky-2", "2025-07-10"), session("ky-1", "2024-12-10")],
        users: users.into(),
        grants: grants.collect(),
        deadlines: Deadlines::default(),
        fields: FieldsOfWork::default(),
    }
}

static NEXT: AtomicU64 = AtomicU64::new(1);

fn unique() -> [u8; 16] {
    let mut bytes = [0x77; 16];
    bytes[8..].copy_from_slice(&NEXT.fetch_add(1, Ordering::SeqCst).to_be_bytes());
    bytes
}

pub(crate) fn new_actor() -> ActorId {
    ActorId(unique())
}

pub(crate) fn new_id() -> DocumentId {
    DocumentId(unique())
}

/// A store with the district in it, its gate, and its callers.
pub(crate) struct Bench {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) gate: Gate,
    pub(crate) callers: Callers,
}

impl Bench {
    /// Over a store that may have the district already.
    pub(crate) fn on(store: Arc<dyn Store>) -> Self {
        if store.district().expect("district").units.is_empty() {
            store
                .found_district(district(), &stamp(NOW))
                .expect("founded");
        }
        let gate = Gate::new(Arc::clone(&store), Box::new(InProcess));
        let callers = Callers::new(Arc::clone(&store), NOW).expect("callers");
        Self {
            store,
            gate,
            callers,
        }
    }

    /// A phone of a user, on a new device.
    pub(crate) fn phone(&self, user: &str) -> Phone {
        let user = UserName::from(user);
        let device = self
            .store
            .add_device(&user, "test", None, NOW)
            .expect("device");
        self.phone_on(device, &user.0)
    }

    /// A new page session of a user on a device.
    pub(crate) fn phone_on(&self, device: DeviceId, user: &str) -> Phone {
        let caller = self
            .callers
            .of_device(device, &UserName::from(user))
            .expect("read");
        Phone {
            caller: caller.expect("known user"),
            actor: new_actor(),
        }
    }

    pub(crate) fn push(&self, phone: &Phone, push: Vec<DocumentChanges>) -> Judgement {
        self.gate
            .admit(&phone.caller, push, NOW)
            .expect("the store works")
    }

    /// A page of what a phone may read.
    pub(crate) fn page(&self, phone: &Phone, after: u64, bytes_target: usize) -> Page {
        let page = self.store.pull(&Pull {
            scope: phone.caller.scope(),
            after,
            wanted: Wanted::Scope,
            except: &Default::default(),
            bytes_target,
        });
        page.expect("page")
    }

    /// All changes that a phone may read, page by page.
    pub(crate) fn pull_all(&self, phone: &Phone, bytes_target: usize) -> Vec<(u64, Vec<u8>)> {
        let mut after = 0;
        let mut all = Vec::new();
        loop {
            let page = self.page(phone, after, bytes_target);
            assert!(page.through >= after);
            after = page.through;
            all.extend(
                page.changes
                    .into_iter()
                    .map(|change| (change.seq, change.bytes)),
            );
            if !page.more {
                return all;
            }
        }
    }
}

/// A page session on a device.
#[derive(Clone)]
pub(crate) struct Phone {
    pub(crate) caller: Caller,
    pub(crate) actor: ActorId,
}

impl Phone {
    /// A new petition, not pushed yet.
    pub(crate) fn petition(&self, unit: &str, content: &str) -> Draft {
        Draft::new(self, Kind::Petition, unit, &[Edit::new("content", content)])
    }
}

/// A document as a phone has it.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) header: DocumentHeader,
    pub(crate) document: Document,
    /// Changes that were not taken yet.
    pub(crate) changes: Vec<Vec<u8>>,
}

impl Draft {
    pub(crate) fn new(phone: &Phone, kind: Kind, unit: &str, edits: &[Edit]) -> Self {
        let header = DocumentHeader {
            id: new_id(),
            kind,
            unit: UnitCode::from(unit),
        };
        let mut draft = Self {
            header,
            document: Document::new(phone.actor),
            changes: Vec::new(),
        };
        draft.edit(phone, edits);
        draft
    }

    /// Edits as a phone would.
    pub(crate) fn edit(&mut self, phone: &Phone, edits: &[Edit]) {
        self.edit_as(phone, &phone.caller.user.name, edits);
    }

    /// Edits under another name.
    pub(crate) fn edit_as(&mut self, phone: &Phone, author: &UserName, edits: &[Edit]) {
        self.document.set_actor(phone.actor);
        let change = self
            .document
            .edit(self.header.kind, edits, author, NOW)
            .expect("edit");
        self.changes.push(change.expect("something changed").bytes);
    }

    /// Edits one field.
    pub(crate) fn set(&mut self, phone: &Phone, field: &str, value: &str) {
        self.edit(phone, &[Edit::new(field, value)]);
    }

    /// What was not taken yet.
    pub(crate) fn take(&mut self) -> DocumentChanges {
        DocumentChanges {
            changes: std::mem::take(&mut self.changes),
            ..DocumentChanges::of(self.header.clone())
        }
    }
}

/// A petition of some 15 KB and few operations.
pub(crate) fn bulky(phone: &Phone, unit: &str) -> Draft {
    let keywords = vec!["k".repeat(290); 50].join("\n");
    let edits = [
        Edit::new("content", "Nhiều"),
        Edit::new("keywords", keywords.as_str()),
    ];
    Draft::new(phone, Kind::Petition, unit, &edits)
}
