//! Changes that are stored, and how they are read back.

use kiennghi_server::projection::Projection;
use kiennghi_server::store::{
    AcceptedChange, AcceptedDocument, Ingest, PetitionFilter, StoreError,
};
use kiennghi_shared::code::Code;
use kiennghi_shared::document::Document;
use kiennghi_shared::id::{UnitCode, UserName};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::Verdict;

use super::{Open, REFUSED};
use crate::district::{Bench, Draft, NOW, Phone, district};

pub(crate) fn what_was_acknowledged_is_there_after_reopening(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("a-1");
    let mut draft = phone.petition("P-D-A", "Đường vào thôn");
    draft.set(&phone, "place", "ngã ba");
    let pushed = draft.take();
    assert_eq!(
        bench.push(&phone, vec![pushed.clone()]).verdicts,
        [Verdict::Ok, Verdict::Ok]
    );
    let (epoch, key) = (bench.store.epoch(), bench.store.cursor_key());
    drop(bench);

    let store = open();
    assert_eq!((store.epoch(), store.cursor_key()), (epoch, key));
    assert_eq!(store.district().expect("district"), district());
    let stored = store.documents(&[draft.header.id]).expect("read");
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].header, draft.header);
    assert_eq!(stored[0].author, UserName::from("a-1"));
    assert_eq!(stored[0].changes, pushed.changes);
    assert_eq!(store.last_seq(), Ok(2));
    assert_eq!(store.health(), Ok(()));
}

pub(crate) fn the_same_change_again_is_a_duplicate(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("a-1");
    let push = vec![phone.petition("P-D-A", "Kênh mương").take()];
    let first = bench.push(&phone, push.clone());
    assert_eq!(first.verdicts, [Verdict::Ok]);
    assert_eq!(first.stored_through, Some(1));
    let again = bench.push(&phone, push.clone());
    assert_eq!(again.verdicts, [Verdict::Duplicate]);
    assert_eq!(again.stored_through, None);
    assert_eq!(again.hashes, first.hashes);
    // Twice in one push, new: stored once.
    let mut twice = phone.petition("P-D-A", "Cầu").take();
    twice.changes.push(twice.changes[0].clone());
    assert_eq!(
        bench.push(&phone, vec![twice]).verdicts,
        [Verdict::Ok, Verdict::Duplicate]
    );
    assert_eq!(bench.store.last_seq(), Ok(2));
}

pub(crate) fn sequence_numbers_have_no_gaps(open: Open<'_>) {
    let bench = Bench::on(open());
    let phones: Vec<_> = (0..6).map(|_| bench.phone("a-1")).collect();
    std::thread::scope(|scope| {
        for phone in &phones {
            let bench = &bench;
            scope.spawn(move || {
                for round in 0..8 {
                    let good = phone.petition("P-D-A", &format!("Lần {round}")).take();
                    let foreign = phone.petition("P-D-B", "Không phải của tôi").take();
                    let verdicts = bench.push(phone, vec![good.clone(), foreign]).verdicts;
                    assert_eq!(verdicts, [Verdict::Ok, REFUSED(Code::Forbidden)]);
                    // What the writer itself turns away leaves no hole either.
                    assert_eq!(
                        bench.store.ingest(stale_ingest(phone)),
                        Err(StoreError::Stale)
                    );
                }
            });
        }
    });
    let fed = bench.pull_all(&phones[0], 1 << 20);
    let seqs: Vec<u64> = fed.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(seqs, (1..=48).collect::<Vec<_>>());
}

/// A new document that says to have had changes before.
fn stale_ingest(phone: &Phone) -> Ingest {
    let draft = phone.petition("P-D-A", "cũ");
    Ingest {
        device: phone.caller.device,
        received_at: NOW,
        documents: vec![AcceptedDocument {
            header: draft.header.clone(),
            base_count: 3,
            changes: vec![AcceptedChange {
                hash: draft.document.heads()[0],
                actor: phone.actor,
                actor_seq: 1,
                author: phone.caller.user.name.clone(),
                brought_back: false,
                bytes: draft.changes[0].clone(),
            }],
            heads: draft.document.heads(),
            snapshot: draft.document.save(),
            projection: Projection::of(&draft.document.record(Kind::Petition)),
        }],
        refusals: Vec::new(),
        decides: None,
    }
}

pub(crate) fn pages_bring_everything_once_and_only_what_may_be_read(open: Open<'_>) {
    let bench = Bench::on(open());
    let (in_a, in_b, over) = (
        bench.phone("a-1"),
        bench.phone("b-1"),
        bench.phone("committee"),
    );
    let mut drafts: Vec<Draft> = (0..12)
        .map(|n| in_a.petition("P-D-A", &format!("A {n}")))
        .collect();
    for draft in &mut drafts {
        bench.push(&in_a, vec![draft.take()]);
        bench.push(&in_b, vec![in_b.petition("P-D-B", "B").take()]);
        draft.set(&in_a, "place", "sau");
        bench.push(&in_a, vec![draft.take()]);
    }
    for bytes_target in [1, 700, 1 << 20] {
        assert_eq!(bench.pull_all(&in_a, bytes_target).len(), 24);
        assert_eq!(bench.pull_all(&in_b, bytes_target).len(), 12);
        assert_eq!(bench.pull_all(&over, bytes_target).len(), 36);
        assert_eq!(bench.pull_all(&bench.phone("admin"), bytes_target).len(), 0);
        assert_eq!(
            bench
                .pull_all(&bench.phone("d-delegate"), bytes_target)
                .len(),
            0
        );
    }
    let fed = bench.pull_all(&in_a, 700);
    let mut seqs: Vec<u64> = fed.iter().map(|(seq, _)| *seq).collect();
    seqs.dedup();
    assert!(seqs.is_sorted() && seqs.len() == 24);
}

pub(crate) fn edits_made_at_once_come_together(open: Open<'_>) {
    let bench = Bench::on(open());
    let (one, two) = (bench.phone("a-1"), bench.phone("a-2"));
    let mut draft = one.petition("P-D-A", "Đập tràn");
    bench.push(&one, vec![draft.take()]);
    let drafts = [(&one, "ba"), (&two, "bốn")].map(|(phone, place)| {
        let mut mine = draft.clone();
        mine.set(phone, "place", place);
        (phone, mine.take())
    });
    std::thread::scope(|scope| {
        for (phone, push) in drafts {
            let bench = &bench;
            scope.spawn(move || assert_eq!(bench.push(phone, vec![push]).verdicts, [Verdict::Ok]));
        }
    });
    let stored = bench
        .store
        .documents(&[draft.header.id])
        .expect("read")
        .remove(0);
    let document = Document::from_changes(stored.changes.iter().map(Vec::as_slice)).expect("sound");
    assert_eq!(document.record(Kind::Petition).conflicts().len(), 1);
    let filter = PetitionFilter {
        units: vec![UnitCode::from("P-D-A")],
        ..Default::default()
    };
    assert_eq!(
        bench
            .store
            .petitions(&filter, 0, 10)
            .expect("page")
            .petitions[0]
            .conflicts,
        1
    );
}

pub(crate) fn many_changes_make_a_snapshot_of_just_these(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("a-1");
    let mut draft = phone.petition("P-D-A", "Bãi rác");
    for round in 0..12 {
        draft.set(&phone, "place", &format!("chỗ {round}"));
        bench.push(&phone, vec![draft.take()]);
    }
    let stored = bench
        .store
        .documents(&[draft.header.id])
        .expect("read")
        .remove(0);
    assert_eq!(stored.changes.len(), 13);
    let whole = Document::load(&stored.snapshot.expect("cached")).expect("sound");
    assert_eq!(whole.heads(), draft.document.heads());
    assert_eq!(
        whole.record(Kind::Petition),
        draft.document.record(Kind::Petition)
    );
}

pub(crate) fn the_servers_word_goes_with_the_last_of_a_document(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("a-1");
    let mut draft = phone.petition("P-D-A", "Trạm bơm");
    draft.set(&phone, "place", "thôn Đông");
    bench.push(&phone, vec![draft.take()]);
    let heads = draft.document.heads();
    let pull = |after, bytes_target| bench.page(&phone, after, bytes_target);
    // A page that ends between its two changes says nothing of the document; the next one does.
    let first = pull(0, 1);
    assert!(first.more);
    assert_eq!(first.changes.len(), 1);
    assert_eq!(first.changes[0].heads, None);
    let second = pull(first.through, 1);
    assert_eq!(second.changes[0].heads, Some(heads.clone()));
    let whole = pull(0, 1 << 20);
    let told: Vec<_> = whole
        .changes
        .into_iter()
        .map(|change| change.heads)
        .collect();
    assert_eq!(told, [None, Some(heads)]);
    // A page that ends after its last change, and before another document's.
    bench.push(&phone, vec![phone.petition("P-D-A", "Chợ").take()]);
    let third = pull(first.through, 1);
    assert!(third.more);
    assert_eq!(third.changes.len(), 1);
    assert_eq!(third.changes[0].heads, second.changes[0].heads);
}
