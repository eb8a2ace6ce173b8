//! A log that a failing disk left behind.

use kiennghi_tests::simulation::check_failed_log;

#[test]
fn what_is_stored_upon_a_log_that_failed_to_sync_survives_a_power_cut() {
    for seed in 0..60 {
        let stored = check_failed_log(seed).unwrap_or_else(|what| panic!("{what}"));
        assert!(stored >= 7, "seed {seed}: {stored} writes");
    }
}
