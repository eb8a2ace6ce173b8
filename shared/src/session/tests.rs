use std::collections::HashMap;

use super::*;
use crate::code::Code;
use crate::id::{Epoch, UnitCode};
use crate::schema::Kind;
use crate::wire::{Acks, Chunk, CursorFrame, DocumentChanges, Hold, Verdict, Welcome, push_digest};

/// A phone's store in memory.
#[derive(Default)]
pub(super) struct Shelf {
    pub(super) documents: HashMap<DocumentId, StoredDocument>,
    pub(super) refused: Vec<RefusedWork>,
}

pub(super) struct Phone {
    pub(super) session: Session,
    pub(super) shelf: Shelf,
}

impl Phone {
    pub(super) fn new(actor: u8) -> Self {
        Self::of("quang-lam-1", actor)
    }

    pub(super) fn of(user: &str, actor: u8) -> Self {
        let session = Session::open(user.into(), ActorId([actor; 16]), Progress::default(), []);
        Self {
            session,
            shelf: Shelf::default(),
        }
    }

    pub(super) fn request(&mut self) -> Attempt {
        self.session.request(Hold::Scope, Vec::new(), 1)
    }

    pub(super) fn store(&mut self, writes: &Writes) {
        for write in &writes.documents {
            match &write.stored {
                Some((stored, _)) => self.shelf.documents.insert(write.id, stored.clone()),
                None => self.shelf.documents.remove(&write.id),
            };
        }
        self.shelf
            .refused
            .extend(writes.refused_add.iter().map(|(_, work)| work.clone()));
        self.session.committed(writes);
    }

    pub(super) fn edit(&mut self, header: &DocumentHeader, field: &str, value: &str) {
        let stored = self.shelf.documents.get(&header.id);
        let writes = self
            .session
            .edit(header, stored, None, &[Edit::new(field, value)], 1);
        self.store(&writes.expect("fits").expect("a change"));
    }

    pub(super) fn answer(&mut self, attempt: &Attempt, verdicts: Vec<Verdict>) {
        let digest = push_digest(attempt.hashes.iter().copied()).to_vec();
        let acks = Acks { digest, verdicts };
        let writes = self
            .session
            .take_acks(attempt, &welcome(), &acks, &self.shelf.documents, 2);
        self.store(&writes.expect("its own verdicts"));
    }
}

fn welcome() -> Welcome {
    Welcome {
        epoch: Epoch([1; 8]),
        clock: 0,
        grant: 0,
        offer: false,
        results: None,
    }
}

pub(super) fn header(id: u8) -> DocumentHeader {
    DocumentHeader {
        id: DocumentId([id; 16]),
        kind: Kind::Petition,
        unit: UnitCode::from("QN-DH-02"),
    }
}

#[test]
fn delivery_follows_the_outbox() {
    let mut phone = Phone::new(1);
    phone.edit(&header(1), "content", "Một");
    assert_eq!(phone.session.delivery(header(1).id), Delivery::Saved);
    let attempt = phone.session.request(Hold::Scope, Vec::new(), 1);
    assert_eq!(phone.session.delivery(header(1).id), Delivery::Sending);
    phone.edit(&header(1), "content", "Một hai");
    assert_eq!(
        phone.session.delivery(header(1).id),
        Delivery::Saved,
        "the newer change waits"
    );
    phone.answer(&attempt, vec![Verdict::Ok]);
    let attempt = phone.session.request(Hold::Scope, Vec::new(), 1);
    phone.answer(&attempt, vec![Verdict::Duplicate]);
    assert_eq!(phone.session.delivery(header(1).id), Delivery::Received);
    assert!(phone.session.outbox().is_empty());
}

#[test]
fn refused_work_moves_to_the_list_and_what_was_stored_stays() {
    let mut phone = Phone::new(1);
    phone.edit(&header(1), "content", "Một");
    let attempt = phone.session.request(Hold::Scope, Vec::new(), 1);
    phone.answer(&attempt, vec![Verdict::Ok]);
    phone.edit(&header(1), "content", "Một hai");
    phone.edit(&header(2), "content", "Ba");
    phone.edit(&header(1), "village", "Thôn Đông");
    let attempt = phone.session.request(Hold::Scope, Vec::new(), 1);
    let refused = Verdict::Refused(Code::Forbidden);
    phone.answer(
        &attempt,
        vec![refused, Verdict::Missing(vec![]), Verdict::Ok],
    );
    assert!(phone.session.outbox().is_empty());
    let document = Document::load(&phone.shelf.documents[&header(1).id].saved).expect("loads");
    assert_eq!(document.record(Kind::Petition).text("content"), "Một");
    assert_eq!(phone.shelf.refused.len(), 1);
    let work = &phone.shelf.refused[0];
    assert_eq!(work.code, Code::Forbidden);
    assert!(work.fields.contains(&Edit::new("content", "Một hai")));
    assert!(work.fields.contains(&Edit::new("village", "Thôn Đông")));
}

#[test]
fn a_new_document_that_is_refused_leaves_the_shelf_but_not_the_list() {
    let mut phone = Phone::new(1);
    phone.edit(&header(1), "content", "Một");
    let attempt = phone.session.request(Hold::Scope, Vec::new(), 1);
    phone.answer(&attempt, vec![Verdict::Refused(Code::Forbidden)]);
    assert!(phone.shelf.documents.is_empty());
    assert_eq!(phone.shelf.refused.len(), 1);
}

#[test]
fn every_refusal_leads_to_a_clean_document_and_keeps_the_work() {
    for (place, code) in Code::ALL.iter().enumerate() {
        let mut phone = Phone::new(place as u8 + 1);
        phone.edit(&header(1), "content", "Một");
        let attempt = phone.session.request(Hold::Scope, Vec::new(), 1);
        phone.answer(&attempt, vec![Verdict::Ok]);
        let server = phone.shelf.documents[&header(1).id].saved.clone();
        let server = Document::load(&server).expect("loads");

        phone.edit(&header(1), "content", "Một hai");
        phone.edit(&header(1), "village", "Thôn Đông");
        let attempt = phone.session.request(Hold::Scope, Vec::new(), 1);
        phone.answer(&attempt, vec![Verdict::Refused(*code); 2]);
        let name = code.name();
        assert!(phone.session.outbox().is_empty(), "{name}");
        assert_eq!(phone.shelf.refused.len(), 1, "{name}");
        let work = &phone.shelf.refused[0];
        assert_eq!((work.code, &work.header), (*code, &header(1)), "{name}");
        for edit in [
            Edit::new("content", "Một hai"),
            Edit::new("village", "Thôn Đông"),
        ] {
            assert!(work.fields.contains(&edit), "{name}: {edit:?}");
        }
        let stored = phone.shelf.documents.get(&header(1).id);
        if *code == Code::Gone {
            assert_eq!(stored, None, "nothing of it is left");
            continue;
        }
        let held = Document::load(&stored.expect("still held").saved).expect("loads");
        assert_eq!(held.heads(), server.heads(), "{name}");
        let kind = header(1).kind;
        assert_eq!(held.record(kind), server.record(kind), "{name}");

        // What is written next stands on what the server has, and syncs.
        phone.edit(&header(1), "content", "Một ba");
        let attempt = phone.session.request(Hold::Scope, Vec::new(), 1);
        let pushed = &attempt.request.push[0].changes;
        assert_eq!(pushed.len(), 1, "{name}");
        let mut server = server;
        server
            .apply(pushed.iter().map(Vec::as_slice))
            .expect("it fits the server's document");
        assert_eq!(server.record(kind).text("content"), "Một ba", "{name}");
        phone.answer(&attempt, vec![Verdict::Ok]);
        assert_eq!(phone.session.delivery(header(1).id), Delivery::Received);
    }
}

#[test]
fn what_was_written_while_work_went_to_the_office_is_not_said_to_be_there() {
    let mut phone = Phone::new(1);
    phone.edit(&header(1), "content", "Một");
    phone.edit(&header(2), "content", "Hai");
    let attempt = phone.session.request(Hold::Scope, Vec::new(), 1);
    phone.edit(&header(1), "content", "Một ba");
    phone.answer(&attempt, vec![Verdict::Refused(Code::Review); 2]);
    let codes: Vec<_> = phone.shelf.refused.iter().map(|work| work.code).collect();
    assert_eq!(codes, [Code::Forbidden, Code::Review]);
    assert!(phone.session.outbox().is_empty());
}

#[test]
fn verdicts_of_another_request_are_not_taken() {
    let mut phone = Phone::new(1);
    phone.edit(&header(1), "content", "Một");
    let attempt = phone.session.request(Hold::Scope, Vec::new(), 1);
    let acks = Acks {
        digest: vec![0; 8],
        verdicts: vec![Verdict::Ok],
    };
    assert!(
        phone
            .session
            .take_acks(&attempt, &welcome(), &acks, &HashMap::new(), 1)
            .is_err()
    );
    assert_eq!(phone.session.outbox().len(), 1);
}

#[test]
fn a_pulled_document_merges_with_what_is_held() {
    let mut an = Phone::new(1);
    an.edit(&header(1), "content", "Một");
    let first = an.session.request(Hold::Scope, Vec::new(), 1).request.push;
    let mut binh = Phone::new(2);
    let cursor = CursorFrame {
        cursor: vec![1],
        more: false,
        left: 0,
    };
    let chunk = Chunk {
        documents: first,
        cursor: Some(cursor),
        ..Chunk::default()
    };
    let writes = binh.session.take_chunk(&chunk, &binh.shelf.documents, &[]);
    binh.store(&writes);
    assert_eq!(binh.session.progress().cursor, Some(vec![1]));
    binh.edit(&header(1), "content", "Một hai");
    an.edit(&header(1), "village", "Thôn Đông");
    let documents = binh
        .session
        .request(Hold::Scope, Vec::new(), 1)
        .request
        .push;
    let chunk = Chunk {
        documents,
        ..Chunk::default()
    };
    let writes = an.session.take_chunk(&chunk, &an.shelf.documents, &[]);
    an.store(&writes);
    let merged = Document::load(&an.shelf.documents[&header(1).id].saved).expect("loads");
    let record = merged.record(Kind::Petition);
    assert_eq!(
        (record.text("content"), record.text("village")),
        ("Một hai".into(), "Thôn Đông".into())
    );
}

#[test]
fn a_document_that_does_not_merge_is_fetched_whole() {
    let mut an = Phone::new(1);
    an.edit(&header(1), "content", "Một");
    an.edit(&header(1), "content", "Một hai");
    let mut documents = an.session.request(Hold::Scope, Vec::new(), 1).request.push;
    documents[0].changes.remove(0);
    let mut binh = Phone::new(2);
    let writes = binh.session.take_chunk(
        &Chunk {
            documents,
            ..Chunk::default()
        },
        &binh.shelf.documents,
        &[],
    );
    binh.store(&writes);
    let attempt = binh.session.request(Hold::Scope, Vec::new(), 1);
    assert_eq!(attempt.request.hello.fetch, [header(1).id]);
    assert!(binh.shelf.documents.is_empty());
}

#[test]
fn waiting_grows_and_never_passes_five_minutes() {
    for failures in 0..40 {
        let wait = retry_after_ms(failures, u32::MAX - failures);
        assert!((1_000..=300_000).contains(&wait), "{failures}: {wait}");
    }
}

#[test]
fn a_write_that_failed_leaves_neither_its_actor_nor_its_order_number_in_use() {
    let mut phone = Phone::new(1);
    let edit = [Edit::new("content", "Một")];
    let lost = phone.session.edit(&header(1), None, None, &edit, 1);
    let lost = lost.expect("fits").expect("a change");
    phone.session.abandon(&lost, ActorId([2; 16]));
    phone.edit(&header(1), "content", "Hai");
    let (order, outgoing) = phone.session.outbox().first_key_value().expect("one");
    assert_ne!(*order, lost.outbox_add[0].0);
    assert_ne!(outgoing.bytes, lost.outbox_add[0].1.bytes);
}

#[test]
fn what_is_written_after_a_refusal_shares_no_number_with_what_was_refused() {
    let mut phone = Phone::new(1);
    phone.edit(&header(1), "content", "Một");
    let attempt = phone.request();
    phone.answer(&attempt, vec![Verdict::Ok]);
    phone.edit(&header(1), "village", "Thôn Đông");
    let refused = phone.request();
    phone.answer(&refused, vec![Verdict::Refused(Code::Review)]);
    phone.edit(&header(1), "village", "Thôn Đoài");
    let again = phone.request();
    // The office may take in both.
    let pushed = [&attempt, &refused, &again].map(|a| a.request.push[0].changes[0].clone());
    let whole = Document::from_changes(pushed.iter().map(Vec::as_slice));
    assert_eq!(whole.expect("a document").heads().len(), 2);
}

#[test]
fn a_document_that_comes_whole_and_then_with_what_is_new_is_both() {
    // Each made one change upon the first.
    let mut author = Phone::new(1);
    author.edit(&header(1), "content", "Một");
    let first = author.request().request.push;
    let take = |phone: &mut Phone, push: &[DocumentChanges]| {
        let chunk = Chunk {
            documents: push.to_vec(),
            ..Chunk::default()
        };
        let writes = phone
            .session
            .take_chunk(&chunk, &phone.shelf.documents, &[]);
        phone.store(&writes);
    };
    let upon = |actor: u8, field: &str| {
        let mut phone = Phone::new(actor);
        take(&mut phone, &first);
        phone.edit(&header(1), field, "Hai");
        phone.request().request.push.remove(0)
    };
    let (missed, newer) = (upon(2, "village"), upon(3, "place"));
    let mut phone = Phone::new(4);
    take(&mut phone, &first);
    let want = phone.session.want(header(1).id);
    phone.store(&want);
    let whole = DocumentChanges {
        changes: [first[0].changes.clone(), missed.changes].concat(),
        ..first[0].clone()
    };
    take(&mut phone, &[whole, newer]);
    let document = Document::load(&phone.shelf.documents[&header(1).id].saved);
    assert_eq!(document.expect("a document").heads().len(), 2);
}

/// What others made of the same id was stored before anything that a device still hears of, when it holds what it asked for
/// alone.
#[test]
fn what_others_may_have_made_too_is_asked_for_whole() {
    let petition = header(1);
    let consolidation = DocumentHeader {
        id: crate::papers::consolidation_of(petition.id),
        kind: Kind::Consolidation,
        ..header(1)
    };
    let (mut own, mut others) = (Phone::new(1), Phone::of("quang-lam-2", 2));
    let cases = [header(2).id.to_string(), header(3).id.to_string()];
    others.edit(&consolidation, "case", &cases[0]);
    own.edit(&petition, "content", "Cầu hỏng");
    own.edit(&consolidation, "case", &cases[1]);
    let attempt = own.request();
    assert_eq!(attempt.request.hello.fetch, [consolidation.id]);
    let chunk = Chunk {
        documents: vec![DocumentChanges {
            changes: others.request().request.push.remove(0).changes,
            ..DocumentChanges::of(consolidation.clone())
        }],
        ..Chunk::default()
    };
    let writes = own.session.take_chunk(&chunk, &own.shelf.documents, &[]);
    own.store(&writes);
    let document = Document::load(&own.shelf.documents[&consolidation.id].saved).expect("loads");
    let clash = document.record(Kind::Consolidation).conflicts();
    assert_eq!((clash.len(), clash[0].versions.len()), (1, 2));
    own.edit(&consolidation, "case", &cases[0]);
    assert!(own.request().request.hello.fetch.is_empty(), "it is here");
}
