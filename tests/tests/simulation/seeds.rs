//! Simulated districts.

use kiennghi_tests::simulation::{Counts, Flaw, Plan, play};

fn plan(seed: u64) -> Plan {
    Plan {
        seed,
        ops: 400,
        flaw: None,
    }
}

#[test]
fn every_promise_holds_in_forty_districts() {
    let mut counts = Counts::default();
    for seed in 1..=40 {
        match play(&plan(seed)) {
            Ok(told) => counts.add(&told.counts),
            Err(failure) => panic!("{failure}"),
        }
    }
    println!("{counts:?}");
    assert!(counts.crashes > 40 && counts.failed > 40 && counts.network_faults > 200);
    assert!(counts.made > 1_000 && counts.acknowledged > 1_000);
    assert!(counts.restores > 10 && counts.moves > 20 && counts.revocations > 15);
    assert!(counts.accepted > 2 && counts.dismissed > 2 && counts.erased > 5);
    let states = counts.cases.iter().filter(|count| **count > 0).count();
    assert!(states > 6 && counts.cases.iter().sum::<u64>() > 100);
}

#[test]
fn a_seed_tells_the_same_story_again() {
    let tell = |seed| play(&plan(seed)).unwrap_or_else(|failure| panic!("{failure}"));
    let mut traces = std::collections::BTreeSet::new();
    for seed in 7..11 {
        let told = tell(seed);
        assert_eq!(told, tell(seed), "seed {seed}");
        traces.insert(told.trace);
    }
    assert_eq!(traces.len(), 4, "each seed has a story of its own");
}

/// The first seed that finds a planted bug, and what it says.
fn found(flaw: Flaw, seeds: u64) -> (u64, String) {
    let first = (1..=seeds).find_map(|seed| {
        let flaw = Some(flaw);
        let failure = play(&Plan { flaw, ..plan(seed) }).err()?;
        Some((seed, failure.what))
    });
    first.unwrap_or_else(|| panic!("{flaw:?} was not found with {seeds} seeds"))
}

#[test]
fn an_acknowledgement_before_the_commit_is_found() {
    let (seed, what) = found(Flaw::AckBeforeCommit, 20);
    println!("seed {seed}: {what}");
    assert!(what.contains("acknowledged and lost"), "{what}");
}

#[test]
fn a_cursor_beyond_what_was_sent_is_found() {
    let (seed, what) = found(Flaw::SkippingCursor, 20);
    println!("seed {seed}: {what}");
    assert!(what.contains("phone"), "{what}");
}

#[test]
fn what_must_leave_and_is_forgotten_is_found() {
    let (seed, what) = found(Flaw::LostLeave, 20);
    println!("seed {seed}: {what}");
    assert!(what.contains("too many"), "{what}");
}

#[test]
fn a_sync_that_syncs_nothing_is_found() {
    let (seed, what) = found(Flaw::LyingDisk, 20);
    println!("seed {seed}: {what}");
    assert!(what.contains("lost"), "{what}");
}

#[test]
fn a_case_that_does_not_stand_as_its_papers_say_is_found() {
    let (seed, what) = found(Flaw::StaleCase, 20);
    println!("seed {seed}: {what}");
    assert!(what.contains("stands otherwise"), "{what}");
}

#[test]
fn a_paper_that_is_acknowledged_and_thrown_away_is_found() {
    let (seed, what) = found(Flaw::LostPaper, 20);
    println!("seed {seed}: {what}");
    assert!(what.contains("lost"), "{what}");
}
