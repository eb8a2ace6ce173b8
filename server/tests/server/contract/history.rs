//! Links, receipts, epochs and tombstones: what a store says of its own history.

use std::collections::HashSet;

use kiennghi_server::store::StoreError;
use kiennghi_shared::code::Code;
use kiennghi_shared::wire::Verdict;

use super::{Open, REFUSED};
use crate::district::{Bench, NOW, new_id, stamp};

pub(crate) fn every_number_has_its_own_link_and_keeps_it(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("a-1");
    let link = |seq| bench.store.chain_at(seq).expect("read");
    assert_eq!(link(0), Some([0; 32]));
    assert_eq!(link(1), None);
    let mut drafts: Vec<_> = (0..3).map(|_| phone.petition("P-D-A", "Chợ")).collect();
    drafts[1].set(&phone, "place", "chợ cũ");
    bench.push(
        &phone,
        drafts.iter_mut().map(|draft| draft.take()).collect(),
    );
    bench
        .store
        .erase(drafts[0].header.id, "thử", &stamp(NOW))
        .expect("erased");
    let links: Vec<_> = (0..=5).map(link).collect();
    let distinct: HashSet<_> = links.iter().collect();
    assert_eq!(distinct.len(), 6, "{links:?}");
    assert!(links.iter().all(Option::is_some));
    assert_eq!(link(6), None);
    drop(bench);
    let store = open();
    let again: Vec<_> = (0..=5)
        .map(|seq| store.chain_at(seq).expect("read"))
        .collect();
    assert_eq!(again, links);
}

pub(crate) fn a_receipt_tells_what_is_stored_now(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("a-1");
    let empty = bench.store.receipt().expect("signed");
    assert_eq!((empty.seq, empty.chain), (0, [0; 32]));
    bench.push(&phone, vec![phone.petition("P-D-A", "Cầu").take()]);
    let receipt = bench.store.receipt().expect("signed");
    assert_eq!(receipt.seq, 1);
    assert_eq!(receipt.epoch, bench.store.epoch());
    assert_eq!(bench.store.chain_at(1), Ok(Some(receipt.chain)));
    for receipt in [&empty, &receipt] {
        assert!(receipt.verify(&bench.store.receipt_key()));
    }
    drop(bench);
    let store = open();
    assert!(receipt.verify(&store.receipt_key()), "the key stays");
    assert_eq!(store.receipt(), Ok(receipt.clone()));
    let before = store.epoch();
    let epoch = store.begin_epoch(before, 1, "thử", NOW).expect("begun");
    let next = store.receipt().expect("signed");
    assert_eq!((next.epoch, next.chain), (epoch, receipt.chain));
    assert!(next.verify(&store.receipt_key()));
}

pub(crate) fn an_epoch_begins_at_once_and_is_remembered(open: Open<'_>) {
    let store = open();
    let first = store.epoch();
    let second = store
        .begin_epoch(first, 7, "bản sao lưu hôm qua", NOW)
        .expect("begun");
    assert_ne!(first, second);
    // Whoever saw the same at the same time begins no other.
    let again = store.begin_epoch(first, 7, "bản sao lưu hôm qua", NOW);
    assert_eq!(again, Ok(second));
    assert_eq!(store.epoch(), second);
    drop(store);
    let store = open();
    assert_eq!(store.epoch(), second);
    let told: Vec<_> = store
        .epochs()
        .expect("read")
        .into_iter()
        .map(|row| (row.epoch, row.after_seq, row.began_at, row.why))
        .collect();
    let (made, restored) = ("made with the store", "bản sao lưu hôm qua");
    assert_eq!(
        told,
        [
            (first, 0, 0, made.to_owned()),
            (second, 7, NOW, restored.to_owned())
        ]
    );
}

pub(crate) fn what_was_erased_is_gone_and_does_not_come_back(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("a-1");
    let mut draft = phone.petition("P-D-A", "Tên người bệnh");
    for n in 0..9 {
        draft.set(&phone, "place", &format!("nhà số {n}"));
    }
    let whole = draft.take();
    let other = phone.petition("P-D-A", "Còn lại").take();
    bench.push(&phone, vec![whole.clone(), other.clone()]);
    let id = draft.header.id;
    assert_eq!(bench.store.is_erased(id), Ok(false));
    assert_eq!(
        bench.store.erase(new_id(), "không có", &stamp(NOW)),
        Ok(None)
    );

    assert_eq!(
        bench.store.erase(id, "theo yêu cầu", &stamp(NOW)),
        Ok(Some(12))
    );
    assert_eq!(bench.store.erase(id, "lần nữa", &stamp(NOW)), Ok(None));
    drop(bench);
    let bench = Bench::on(open());
    assert_eq!(bench.store.last_seq(), Ok(12));
    assert_eq!(bench.store.is_erased(id), Ok(true));
    assert_eq!(bench.store.documents(&[id]), Ok(vec![]));
    let tombstones = bench.store.tombstones(0).expect("read");
    assert_eq!(tombstones.len(), 1);
    assert_eq!((tombstones[0].seq, tombstones[0].at), (12, NOW));
    assert_eq!(tombstones[0].header, draft.header);
    assert_eq!(tombstones[0].why, "theo yêu cầu");
    assert_eq!(bench.store.tombstones(12), Ok(vec![]));
    let mut shown = Vec::new();
    bench
        .store
        .each_petition(&mut |petition| shown.push(petition.id))
        .expect("read");
    assert_eq!(shown, [other.header.id]);

    // Neither what was known nor what is new revives it, and its neighbours go on.
    let phone = bench.phone("a-1");
    draft.set(&phone, "village", "Thôn Một");
    let late = draft.take();
    let judged = bench.push(
        &phone,
        vec![whole, late, other, phone.petition("P-D-A", "Mới").take()],
    );
    assert_eq!(judged.verdicts[..11], vec![REFUSED(Code::Gone); 11]);
    assert_eq!(judged.verdicts[11..], [Verdict::Duplicate, Verdict::Ok]);
    assert_eq!(bench.store.documents(&[id]), Ok(vec![]));
    assert_eq!(bench.store.last_seq(), Ok(13), "no number is given twice");
    assert_eq!(bench.store.rebuild_projections(), Ok(2));
}

pub(crate) fn a_push_judged_before_the_erasing_is_not_stored(open: Open<'_>) {
    use kiennghi_server::projection::Projection;
    use kiennghi_server::store::{AcceptedChange, AcceptedDocument, Ingest};
    use kiennghi_shared::validate::ParsedChange;

    let bench = Bench::on(open());
    let phone = bench.phone("a-1");
    let mut draft = phone.petition("P-D-A", "Tên người bệnh");
    bench.push(&phone, vec![draft.take()]);
    draft.set(&phone, "place", "nhà");
    let change = ParsedChange::parse(&draft.take().changes[0]).expect("a change");
    bench
        .store
        .erase(draft.header.id, "thử", &stamp(NOW))
        .expect("erased");
    let judged = AcceptedDocument {
        header: draft.header.clone(),
        base_count: 1,
        changes: vec![AcceptedChange {
            hash: change.hash,
            actor: change.actor,
            actor_seq: change.seq,
            author: phone.caller.user.name.clone(),
            brought_back: false,
            bytes: change.raw().to_vec(),
        }],
        heads: draft.document.heads(),
        snapshot: draft.document.save(),
        projection: Projection::of(&draft.document.record(draft.header.kind)),
    };
    let stored = bench.store.ingest(Ingest {
        device: phone.caller.device,
        received_at: NOW,
        documents: vec![judged],
        refusals: vec![],
        decides: None,
    });
    assert_eq!(stored, Err(StoreError::Stale));
}
