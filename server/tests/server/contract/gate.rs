//! Changes that must not be stored, through the gate.

use kiennghi_shared::code::Code;
use kiennghi_shared::id::{UnitCode, UserName};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::{DocumentChanges, Verdict};

use super::{Open, REFUSED};
use crate::district::{Bench, Draft};

pub(crate) fn equivocation_is_refused_and_harms_no_neighbour(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("a-1");
    let mut draft = phone.petition("P-D-A", "Điện yếu");
    bench.push(&phone, vec![draft.take()]);
    let mut twin = draft.clone();
    draft.set(&phone, "place", "một");
    twin.set(&phone, "place", "hai");
    let innocent = phone.petition("P-D-A", "Nước sạch").take();
    let mut push = draft.take();
    push.changes.extend(twin.take().changes);
    let judged = bench.push(&phone, vec![push, innocent]);
    assert_eq!(
        judged.verdicts,
        [Verdict::Ok, REFUSED(Code::Equivocation), Verdict::Ok]
    );
    // Also when the first of the two came in an earlier push.
    twin.changes = twin.document.raw_changes().split_off(1);
    let twin = twin.take();
    assert_eq!(
        bench.push(&phone, vec![twin.clone()]).verdicts,
        [REFUSED(Code::Equivocation)]
    );
    // It is kept as evidence, whatever the device sends after it.
    for round in 0..21u8 {
        let noise = (0..10u8).map(|number| vec![round, number]).collect();
        let noise = DocumentChanges {
            changes: noise,
            ..DocumentChanges::of(twin.header.clone())
        };
        let verdicts = bench.push(&phone, vec![noise]).verdicts;
        assert_eq!(verdicts, vec![REFUSED(Code::BadChange); 10]);
    }
    let refused = bench.store.refused().expect("read");
    assert_eq!(refused.len(), 201, "the newest, and the evidence");
    let evidence = &refused[0];
    assert_eq!(evidence.device, phone.caller.device);
    assert_eq!(evidence.refusal.code, Code::Equivocation);
    assert_eq!(evidence.refusal.bytes.as_ref(), Some(&twin.changes[0]));
}

pub(crate) fn an_actor_belongs_to_the_device_that_was_first(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("a-1");
    let mut thief = bench.phone("a-1");
    assert_ne!(thief.caller.device, phone.caller.device);
    thief.actor = phone.actor;
    let mut draft = phone.petition("P-D-A", "Trạm y tế");
    bench.push(&phone, vec![draft.take()]);
    let mut stolen = draft.clone();
    stolen.set(&thief, "place", "trộm");
    assert_eq!(
        bench.push(&thief, vec![stolen.take()]).verdicts,
        [REFUSED(Code::ForeignActor)]
    );
    // The rightful device goes on.
    draft.set(&phone, "place", "thật");
    assert_eq!(
        bench.push(&phone, vec![draft.take()]).verdicts,
        [Verdict::Ok]
    );
}

pub(crate) fn an_author_writes_in_the_own_name_alone(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("a-1");
    let mut draft = phone.petition("P-D-A", "Chợ");
    draft.edit_as(
        &phone,
        &UserName::from("a-2"),
        &[Edit::new("place", "đâu đó")],
    );
    draft.set(&phone, "village", "Thôn Hai");
    let verdicts = bench.push(&phone, vec![draft.take()]).verdicts;
    assert_eq!(verdicts[..2], [Verdict::Ok, REFUSED(Code::WrongAuthor)]);
    assert!(
        matches!(&verdicts[2], Verdict::Missing(hashes) if hashes.len() == 1),
        "{verdicts:?}"
    );
}

pub(crate) fn a_change_without_its_ancestors_waits_for_them(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("a-1");
    let mut draft = phone.petition("P-D-A", "Trường học");
    draft.set(&phone, "place", "điểm lẻ");
    let whole = draft.take();
    let mut late = whole.clone();
    late.changes.remove(0);
    assert!(matches!(
        bench.push(&phone, vec![late]).verdicts[..],
        [Verdict::Missing(_)]
    ));
    assert_eq!(bench.store.last_seq(), Ok(0));
    assert_eq!(
        bench.push(&phone, vec![whole]).verdicts,
        [Verdict::Ok, Verdict::Ok]
    );
}

pub(crate) fn a_document_stays_what_and_where_it_is(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("committee");
    let mut draft = phone.petition("P-D-A", "Rác");
    bench.push(&phone, vec![draft.take()]);
    draft.set(&phone, "place", "bến xe");
    let change = draft.take();
    let mut moved = change.clone();
    moved.header.unit = UnitCode::from("P-D-B");
    let mut turned = change.clone();
    turned.header.kind = Kind::Meeting;
    let mut nowhere = change.clone();
    nowhere.header.unit = UnitCode::from("P-D-C");
    for (push, code) in [
        (moved, Code::WrongDocument),
        (turned, Code::WrongDocument),
        (nowhere, Code::Forbidden),
    ] {
        assert_eq!(bench.push(&phone, vec![push]).verdicts, [REFUSED(code)]);
    }
    // Two names for one document in one push: the second is wrong.
    let mut both = change.clone();
    both.header.unit = UnitCode::from("P-D-B");
    let verdicts = bench.push(&phone, vec![change, both]).verdicts;
    assert_eq!(verdicts, [Verdict::Ok, REFUSED(Code::WrongDocument)]);
}

pub(crate) fn what_does_not_fit_the_schema_is_refused_alone(open: Open<'_>) {
    let bench = Bench::on(open());
    let phone = bench.phone("a-1");
    // A meeting's fields under a petition's name.
    let mut draft = Draft::new(
        &phone,
        Kind::Meeting,
        "P-D-A",
        &[Edit::new("date", "2025-06-12")],
    );
    draft.header.kind = Kind::Petition;
    let good = phone.petition("P-D-A", "Đèn đường").take();
    let verdicts = bench.push(&phone, vec![draft.take(), good]).verdicts;
    assert_eq!(verdicts, [REFUSED(Code::SchemaMismatch), Verdict::Ok]);
    // In one document: what came before the bad change is kept, what builds upon it is not.
    let mut draft = phone.petition("P-D-A", "Sóng điện thoại");
    draft.set(&phone, "place", "đồi sau nhà văn hóa");
    draft.header.kind = Kind::Meeting;
    draft.set(&phone, "plan_number", "lạc chỗ");
    draft.header.kind = Kind::Petition;
    draft.set(&phone, "village", "Thôn Một");
    let verdicts = bench.push(&phone, vec![draft.take()]).verdicts;
    assert_eq!(verdicts[..2], [Verdict::Ok, Verdict::Ok]);
    assert_eq!(verdicts[2], REFUSED(Code::SchemaMismatch));
    assert!(matches!(verdicts[3], Verdict::Missing(_)));
    let stored = bench
        .store
        .documents(&[draft.header.id])
        .expect("read")
        .remove(0);
    assert_eq!(stored.changes.len(), 2);
}
