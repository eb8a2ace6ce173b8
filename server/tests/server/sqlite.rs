//! The contract, run for SQLite; and what is SQLite's own.

use std::path::Path;
use std::sync::Arc;

use kiennghi_server::gate::GateError;
use kiennghi_server::store::sqlite::{Options, SqliteStore};
use kiennghi_server::store::{Store, StoreError};
use kiennghi_shared::wire::Verdict;

use crate::contract;
use crate::district::{Bench, NOW, bulky, stamp};

fn open(folder: &Path) -> Arc<dyn Store> {
    Arc::new(SqliteStore::open(&Options::new(folder)).expect("opens"))
}

macro_rules! contract {
    ($($group:ident::$name:ident,)*) => {
        $(#[test]
        fn $name() {
            let folder = tempfile::tempdir().expect("folder");
            contract::$group::$name(&|| open(folder.path()));
        })*
    };
}

contract! {
    feed::what_was_acknowledged_is_there_after_reopening,
    feed::the_same_change_again_is_a_duplicate,
    gate::equivocation_is_refused_and_harms_no_neighbour,
    gate::an_actor_belongs_to_the_device_that_was_first,
    gate::an_author_writes_in_the_own_name_alone,
    gate::a_change_without_its_ancestors_waits_for_them,
    gate::a_document_stays_what_and_where_it_is,
    gate::what_does_not_fit_the_schema_is_refused_alone,
    feed::sequence_numbers_have_no_gaps,
    feed::the_servers_word_goes_with_the_last_of_a_document,
    feed::pages_bring_everything_once_and_only_what_may_be_read,
    feed::edits_made_at_once_come_together,
    feed::many_changes_make_a_snapshot_of_just_these,
    history::every_number_has_its_own_link_and_keeps_it,
    history::a_receipt_tells_what_is_stored_now,
    history::an_epoch_begins_at_once_and_is_remembered,
    history::what_was_erased_is_gone_and_does_not_come_back,
    history::a_push_judged_before_the_erasing_is_not_stored,
    projections::rebuilt_projections_equal_live_ones,
    projections::search_ignores_accents_and_ranks_exact_ones_first,
    projections::tables_are_filtered_counted_and_paged,
    alike::the_rarest_words_find_candidates_in_the_units_alone,
    alike::what_is_changed_or_erased_is_no_candidate_for_what_it_said,
    audit::what_is_done_is_recorded_with_it,
    audit::ends_of_days_are_signed,
    audit::that_alerts_are_switched_is_recorded_once,
    deadlines::what_is_said_of_deadlines_is_kept,
    deadlines::what_is_refused_of_deadlines_leaves_nothing,
    people::a_one_time_code_gives_one_device,
    people::a_district_is_founded_once,
}

#[test]
fn a_full_disk_takes_nothing_and_says_so() {
    let folder = tempfile::tempdir().expect("folder");
    let options = Options {
        bytes_max: Some(1 << 20),
        ..Options::new(folder.path())
    };
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&options).expect("opens"));
    let bench = Bench::on(store);
    let phone = bench.phone("a-1");
    let mut acknowledged = 0;
    let refused = loop {
        let push = vec![bulky(&phone, "P-D-A").take()];
        match bench.gate.admit(&phone.caller, push, NOW) {
            Ok(judgement) => {
                assert_eq!(judgement.verdicts, [Verdict::Ok]);
                acknowledged += 1;
            }
            Err(error) => break error,
        }
    };
    assert!(
        matches!(refused, GateError::Store(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    assert!(matches!(
        bench.store.health(),
        Err(StoreError::Unavailable(_))
    ));
    assert_eq!(bench.pull_all(&phone, 1 << 20).len(), acknowledged);
    drop(bench);
    // With room again all is well, and all that was acknowledged is there.
    let bench = Bench::on(open(folder.path()));
    assert_eq!(bench.store.health(), Ok(()));
    assert_eq!(bench.store.last_seq(), Ok(acknowledged as u64));
    assert_eq!(bench.push(&bench.phone("a-1"), vec![]).verdicts, []);
    let phone = bench.phone("a-1");
    let push = vec![phone.petition("P-D-A", "Lại ghi được").take()];
    assert_eq!(bench.push(&phone, push).verdicts, [Verdict::Ok]);
}

#[test]
fn a_code_is_made_while_another_process_has_the_store_open() {
    let folder = tempfile::tempdir().expect("folder");
    let serving = Bench::on(open(folder.path()));
    let enrolling = open(folder.path());
    assert_eq!(enrolling.epoch(), serving.store.epoch());
    let code =
        kiennghi_server::auth::issue_code(&*enrolling, &"a-1".into(), &stamp(NOW)).expect("store");
    let code = code.expect("known user").to_string();
    let redeem = |at| kiennghi_server::auth::redeem_code(&*serving.store, &code, "máy", None, at);
    let token = redeem(NOW).expect("good code");
    assert!(redeem(NOW).is_err());
    let caller = serving
        .callers
        .sign_in(&token, NOW)
        .expect("store")
        .expect("signed in");
    assert_eq!(caller.user.name.0, "a-1");
}

#[test]
fn a_full_queue_says_busy_at_once() {
    let folder = tempfile::tempdir().expect("folder");
    let options = Options {
        queue_length: 1,
        ..Options::new(folder.path())
    };
    let bench = Bench::on(Arc::new(SqliteStore::open(&options).expect("opens")));
    let phones: Vec<_> = (0..16).map(|_| bench.phone("a-1")).collect();
    let busy: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = phones
            .iter()
            .map(|phone| {
                let bench = &bench;
                scope.spawn(move || {
                    let mut busy = 0;
                    for _ in 0..6 {
                        let push = vec![phone.petition("P-D-A", "Nhiều người").take()];
                        // What was turned away is sent again, as a phone does.
                        loop {
                            match bench.gate.admit(&phone.caller, push.clone(), NOW) {
                                Ok(judged) => break assert_eq!(judged.verdicts, [Verdict::Ok]),
                                Err(GateError::Store(StoreError::Busy)) => busy += 1,
                                Err(error) => panic!("{error}"),
                            }
                        }
                    }
                    busy
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .sum()
    });
    assert_eq!(bench.store.last_seq(), Ok(96), "after {busy} times busy");
}
