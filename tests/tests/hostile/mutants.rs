//! Mutated changes through the real endpoint: a short run of what `cargo xtask soak` does at length.

use kiennghi_tests::harness::Server;
use kiennghi_tests::hostile::fuzz::fuzz;

const MUTANTS: u64 = 10_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mutants_are_refused_or_harmless() {
    let mut server = Server::start();
    let tally = fuzz(0x6d75_7461, MUTANTS, &mut server).await;
    println!("{tally}");
    assert!(tally.mutants >= MUTANTS);
    // The mutants must reach as far as the last step, or the fuzzer tests only the door.
    for verdict in [
        "ok",
        "bad_change",
        "bad_operation",
        "bad_sequence",
        "schema_mismatch",
    ] {
        assert!(tally.verdicts.contains_key(verdict), "no {verdict}");
    }
}
