//! A server of a new epoch, and a scope that changes, as a session sees them.

use std::collections::HashMap;

use super::tests::{Phone, header};
use super::*;
use crate::code::Code;
use crate::id::{Epoch, UnitCode};
use crate::schema::Kind;
use crate::scope::Scope;
use crate::wire::{Chunk, CursorFrame, DocumentChanges, Hold, Seal, Verdict, Welcome};

const OLD: Epoch = Epoch([1; 8]);
const NEW: Epoch = Epoch([2; 8]);

fn reply(epoch: Epoch, offer: bool) -> Reply {
    Reply {
        welcome: Welcome {
            epoch,
            clock: 0,
            grant: 0,
            offer,
            results: None,
        },
        acks: None,
        want: None,
        receipt: None,
        chunks: Vec::new(),
        complete: true,
    }
}

fn held(phone: &Phone) -> Vec<crate::wire::Held> {
    let after = phone.session.offers_after().expect("offering");
    let mut held: Vec<_> = phone.shelf.documents.values().collect();
    held.sort_by_key(|stored| stored.header.id);
    held.retain(|stored| after.is_none_or(|after| stored.header.id > after));
    held.iter()
        .map(|stored| stored.held().expect("readable"))
        .collect()
}

/// A phone that holds a colleague's document, sealed by the server, with an edit of its own on it.
fn phone_with_a_colleagues_document() -> Phone {
    let mut colleague = Phone::of("quang-lam-2", 9);
    colleague.edit(&header(1), "content", "Cầu gỗ mục");
    let made = colleague.request();
    let mut phone = Phone::new(1);
    let finish = phone.session.finish(&reply(OLD, false), 1);
    phone.store(&finish);
    let pulled = DocumentChanges {
        seal: Some(Seal {
            tag: [7; 16],
            heads: Vec::new(),
        }),
        ..made.request.push[0].clone()
    };
    let chunk = Chunk {
        documents: vec![pulled],
        ..Chunk::default()
    };
    let writes = phone
        .session
        .take_chunk(&chunk, &phone.shelf.documents, &[]);
    phone.store(&writes);
    phone.edit(&header(1), "village", "Thôn Đông");
    let attempt = phone.request();
    phone.answer(&attempt, vec![Verdict::Ok]);
    phone
}

#[test]
fn what_a_restored_server_lacks_is_brought_back_under_its_seal() {
    let mut phone = phone_with_a_colleagues_document();
    phone.edit(&header(2), "content", "Chưa gửi");

    // It asks for an offer and gives nothing.
    let first = phone.request();
    let asks = reply(NEW, true);
    let finish = phone.session.finish(&asks, 2);
    phone.store(&finish);
    assert!(phone.session.goes_on(&first, &asks));
    assert_eq!(
        phone.session.progress().synced_at,
        Some(1),
        "not in step yet"
    );

    // All that is held is offered; the server wants the colleague's document.
    let offer = held(&phone);
    assert_eq!(offer.len(), 2);
    let attempt = phone.session.request(Hold::Scope, offer, 2);
    assert_eq!(attempt.request.hello.epoch, Some(OLD));
    let wants = Reply {
        want: Some(vec![header(1).id]),
        ..reply(NEW, true)
    };
    let stored = phone.shelf.documents.clone();
    let writes = phone.session.take_want(&attempt, &wants, &stored, 2);
    phone.store(&writes.expect("readable"));
    let finish = phone.session.finish(&wants, 2);
    phone.store(&finish);
    assert_eq!(phone.session.offers_after(), None, "all was offered");

    // Both changes go, in order, under the seal that stands for the colleague's alone.
    let attempt = phone.request();
    let pushed: Vec<_> = attempt.request.push.iter().collect();
    assert_eq!(pushed.len(), 2);
    let brought = pushed
        .iter()
        .find(|d| d.header == header(1))
        .expect("wanted");
    let seal = brought.seal.as_ref().expect("sealed");
    assert_eq!((seal.tag, seal.heads.len()), ([7; 16], 1));
    let colleagues = Document::from_changes([brought.changes[0].as_slice()]).expect("sound");
    assert_eq!(seal.heads, colleagues.heads());
    assert_eq!(brought.changes.len(), 2);
    let own = pushed
        .iter()
        .find(|d| d.header == header(2))
        .expect("unsent");
    assert_eq!(own.seal, None);
    assert_eq!(
        attempt.request.hello.epoch,
        Some(OLD),
        "not done before it arrived"
    );
    phone.answer(&attempt, vec![Verdict::Ok; 3]);
    let done = reply(NEW, true);
    let finish = phone.session.finish(&done, 3);
    phone.store(&finish);
    assert!(phone.session.goes_on(&attempt, &done), "now it is fed");

    let attempt = phone.request();
    assert_eq!(attempt.request.hello.epoch, Some(NEW));
    let feeds = reply(NEW, false);
    let finish = phone.session.finish(&feeds, 4);
    phone.store(&finish);
    assert!(!phone.session.goes_on(&attempt, &feeds));
    assert_eq!(phone.session.progress().synced_at, Some(4));
    assert!(phone.shelf.refused.is_empty());
}

#[test]
fn another_epoch_amid_an_offer_begins_it_anew() {
    let mut phone = phone_with_a_colleagues_document();
    let finish = phone.session.finish(&reply(NEW, true), 2);
    phone.store(&finish);
    let attempt = phone.session.request(Hold::Scope, held(&phone), 2);
    let newer = reply(Epoch([3; 8]), true);
    let writes = phone
        .session
        .take_want(&attempt, &newer, &HashMap::new(), 2);
    phone.store(&writes.expect("nothing to read"));
    let finish = phone.session.finish(&newer, 2);
    phone.store(&finish);
    assert_eq!(
        phone.session.offers_after(),
        Some(None),
        "from the first document"
    );
}

#[test]
fn what_is_brought_back_and_refused_is_nobodys_refused_work() {
    let mut phone = phone_with_a_colleagues_document();
    let finish = phone.session.finish(&reply(NEW, true), 2);
    phone.store(&finish);
    let attempt = phone.session.request(Hold::Scope, held(&phone), 2);
    let wants = Reply {
        want: Some(vec![header(1).id]),
        ..reply(NEW, true)
    };
    let stored = phone.shelf.documents.clone();
    let writes = phone.session.take_want(&attempt, &wants, &stored, 2);
    phone.store(&writes.expect("readable"));
    let attempt = phone.request();
    phone.answer(&attempt, vec![Verdict::Refused(Code::Gone); 2]);
    assert!(phone.shelf.refused.is_empty());
    assert!(phone.shelf.documents.is_empty(), "it is gone");
    assert!(phone.session.outbox().is_empty());
}

#[test]
fn a_document_is_brought_back_in_one_request() {
    let mut phone = phone_with_a_colleagues_document();
    let long = "dài ".repeat(4_000);
    for round in 0..30 {
        phone.edit(&header(3), "content", &format!("{round} {long}"));
    }
    let finish = phone.session.finish(&reply(NEW, true), 2);
    phone.store(&finish);
    let attempt = phone.session.request(Hold::Scope, held(&phone), 2);
    let wants = Reply {
        want: Some(vec![header(1).id]),
        ..reply(NEW, true)
    };
    let stored = phone.shelf.documents.clone();
    let writes = phone.session.take_want(&attempt, &wants, &stored, 2);
    phone.store(&writes.expect("readable"));
    loop {
        let attempt = phone.request();
        if attempt.orders.is_empty() {
            break;
        }
        for document in &attempt.request.push {
            if document.header == header(1) {
                assert_eq!(document.changes.len(), 2, "whole");
            }
        }
        phone.answer(&attempt, vec![Verdict::Ok; attempt.orders.len()]);
    }
}

fn chunk_of(scope: Scope) -> Chunk {
    Chunk {
        scope: Some(scope),
        cursor: Some(CursorFrame {
            cursor: vec![1],
            more: false,
            left: 0,
        }),
        ..Chunk::default()
    }
}

#[test]
fn what_leaves_the_scope_goes_once_its_work_has_arrived() {
    let mut phone = Phone::new(1);
    for id in [1, 2, 3] {
        phone.edit(&header(id), "content", "Một");
    }
    let attempt = phone.request();
    phone.answer(&attempt, vec![Verdict::Ok; 3]);
    phone.edit(&header(2), "content", "Một hai");
    phone.edit(&header(3), "content", "Một hai ba");

    let mut scope = Scope::default();
    scope.admit(Kind::Petition, UnitCode::from("QN-DH-03"));
    let held: Vec<_> = phone
        .shelf
        .documents
        .values()
        .map(|s| s.header.clone())
        .collect();
    let writes = phone
        .session
        .take_chunk(&chunk_of(scope), &HashMap::new(), &held);
    phone.store(&writes);
    let mut left: Vec<_> = phone.shelf.documents.keys().copied().collect();
    left.sort_unstable();
    assert_eq!(left, [header(2).id, header(3).id], "unsent work stays");

    let attempt = phone.request();
    phone.answer(
        &attempt,
        vec![Verdict::Ok, Verdict::Refused(Code::Forbidden)],
    );
    assert!(
        phone.shelf.documents.is_empty(),
        "and goes after it arrived or was refused"
    );
    assert_eq!(phone.shelf.refused.len(), 1);
    assert!(phone.session.outbox().is_empty());
}

#[test]
fn a_document_that_is_gone_leaves_and_its_unsent_text_stays() {
    let mut phone = Phone::new(1);
    phone.edit(&header(1), "content", "Một");
    let attempt = phone.request();
    phone.answer(&attempt, vec![Verdict::Ok]);
    phone.edit(&header(1), "content", "Một hai");
    let gone = Chunk {
        leave: vec![header(1).id],
        ..Chunk::default()
    };
    let writes = phone.session.take_chunk(&gone, &HashMap::new(), &[]);
    phone.store(&writes);
    assert_eq!(phone.shelf.documents.len(), 1, "unsent work stays");
    let attempt = phone.request();
    phone.answer(&attempt, vec![Verdict::Refused(Code::Gone)]);
    assert!(phone.shelf.documents.is_empty());
    assert_eq!(phone.shelf.refused[0].code, Code::Gone);
    assert!(
        phone.shelf.refused[0]
            .fields
            .contains(&Edit::new("content", "Một hai"))
    );
}

#[test]
fn what_was_acknowledged_in_a_reply_that_broke_off_is_offered_after_a_restore() {
    let mut phone = Phone::new(1);
    phone.edit(&header(1), "content", "Cầu gỗ mục");
    let first = phone.request();
    assert_eq!(first.request.hello.epoch, None);
    phone.answer(&first, vec![Verdict::Ok]);
    // Nothing but the verdicts came, and the phone was started anew.
    let hello = phone.request().request.hello;
    assert_eq!((hello.cursor, hello.epoch), (None, Some(OLD)));
    let finish = phone.session.finish(&reply(NEW, true), 2);
    phone.store(&finish);
    assert_eq!(held(&phone).len(), 1);
}

#[test]
fn an_offer_whose_answer_broke_off_is_made_again() {
    let mut phone = phone_with_a_colleagues_document();
    let finish = phone.session.finish(&reply(NEW, true), 2);
    phone.store(&finish);
    let offer = held(&phone);
    assert_eq!(offer.len(), 1);
    let attempt = phone.session.request(Hold::Scope, offer.clone(), 2);
    let cut = Reply {
        complete: false,
        ..reply(NEW, true)
    };
    let writes = phone
        .session
        .take_want(&attempt, &cut, &phone.shelf.documents, 3);
    phone.store(&writes.expect("readable"));
    assert_eq!(held(&phone), offer);
}

#[test]
fn a_document_that_others_built_upon_refused_work_is_fetched_anew() {
    let mut phone = Phone::new(1);
    phone.edit(&header(1), "content", "Cầu gỗ mục");
    let made = phone.request();
    // A copy of this phone had sent it, and a colleague went on with it.
    let mut colleague = Phone::of("quang-lam-2", 9);
    let take = |phone: &mut Phone, push: &[DocumentChanges]| {
        let chunk = Chunk {
            documents: push.to_vec(),
            ..Chunk::default()
        };
        let stored = &phone.shelf.documents;
        let writes = phone.session.take_chunk(&chunk, stored, &[]);
        phone.store(&writes);
    };
    take(&mut colleague, &made.request.push);
    colleague.edit(&header(1), "village", "Thôn Đông");
    let built = colleague.request();
    take(&mut phone, &built.request.push);
    // The device was revoked meanwhile.
    phone.answer(&made, vec![Verdict::Refused(Code::Review)]);
    assert_eq!(phone.shelf.refused.len(), 1);
    assert!(phone.shelf.documents.is_empty());
    assert_eq!(phone.request().request.hello.fetch, [header(1).id]);
}

#[test]
fn a_document_that_stayed_for_its_work_and_may_be_seen_again_is_fetched_whole() {
    let mut phone = Phone::new(1);
    let take = |phone: &mut Phone, units: &[&str]| {
        let mut scope = Scope::default();
        for unit in units {
            scope.admit(Kind::Petition, UnitCode::from(*unit));
        }
        let chunk = Chunk {
            scope: Some(scope),
            ..Chunk::default()
        };
        let stored = &phone.shelf.documents;
        let held: Vec<_> = stored
            .values()
            .map(|stored| stored.header.clone())
            .collect();
        let writes = phone.session.take_chunk(&chunk, stored, &held);
        phone.store(&writes);
        phone.session.progress().wanted.clone()
    };
    phone.edit(&header(1), "content", "Cầu gỗ mục");
    let own = header(1).unit.0;
    assert!(take(&mut phone, &[&own]).is_empty());
    assert!(take(&mut phone, &["QN-DH-09"]).is_empty(), "moved away");
    assert_eq!(phone.shelf.documents.len(), 1, "its work was not sent");
    assert_eq!(take(&mut phone, &[&own]), [header(1).id], "and back");
    assert_eq!(take(&mut phone, &[&own]), [header(1).id]);
}

#[test]
fn work_of_which_a_part_waits_for_the_office_and_a_part_lacks_ancestors_is_sent_whole() {
    let mut phone = phone_with_a_colleagues_document();
    phone.edit(&header(1), "village", "Thôn Đoài");
    phone.edit(&header(1), "place", "Chợ");
    let attempt = phone.request();
    let review = Verdict::Refused(Code::Review);
    phone.answer(&attempt, vec![review.clone(), Verdict::Missing(Vec::new())]);
    assert!(phone.shelf.refused.is_empty());
    let whole = phone.request();
    assert_eq!(whole.orders.len(), 4);
    // A colleague's change that it was made upon is not the sender's to bring: all of it waits until
    // somebody else has brought that.
    let lacks = Verdict::Missing(vec![whole.hashes[1]]);
    phone.answer(&whole, [vec![review.clone(); 3], vec![lacks]].concat());
    assert!(phone.shelf.refused.is_empty());
    assert_eq!(phone.request().orders, whole.orders);
    assert!(
        !phone.session.goes_on(&whole, &reply(OLD, false)),
        "in vain"
    );
    phone.answer(&whole, [vec![Verdict::Ok; 2], vec![review; 2]].concat());
    let refused: Vec<Code> = phone.shelf.refused.iter().map(|work| work.code).collect();
    assert_eq!(refused, [Code::Review]);
    assert!(phone.session.outbox().is_empty());
}
