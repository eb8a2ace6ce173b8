//! Crash images of the store.

use kiennghi_tests::simulation::check_images;

#[test]
fn whatever_survives_a_power_cut_holds_all_that_was_acknowledged() {
    let images = check_images(1, 120, false).unwrap_or_else(|what| panic!("{what}"));
    println!("{images:?}");
    assert_eq!(images.images, 120);
    assert!(images.at_syncs >= 40, "half are cut beside a sync");
    assert!(images.found > 1_000, "there was something to lose");
}

#[test]
fn a_disk_that_lies_about_syncing_is_found_out() {
    let what = check_images(1, 100, true).expect_err("changes must be lost");
    assert!(what.contains("acknowledged and lost"), "{what}");
}
