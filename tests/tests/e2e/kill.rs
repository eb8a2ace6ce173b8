//! Twenty kills of the server while phones push over a network that fails.

use kiennghi_tests::kills::kill_in_a_row;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_survives_twenty_kills() {
    let kills = kill_in_a_row(1, 20).await;
    println!("{kills:?}");
    assert_eq!(kills.kills, 20);
    assert!(kills.acknowledged > 100, "there was something to lose");
}
