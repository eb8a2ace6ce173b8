//! Rows are lost behind the server's back: it finds out from the phones and has them repair it.

use kiennghi_tests::phone::Phone;

use crate::ahead::Ahead;
use crate::support::{Heads, assert_in_step, assert_settled, edit_voters, heads, record};

const FOUND_OUT: &str = "a phone has seen what the store no longer has";

fn includes(phone: &Phone, wanted: &Heads) -> bool {
    let all = heads(phone);
    wanted.iter().all(|(id, heads)| all.get(id) == Some(heads))
}

#[tokio::test]
async fn the_first_phone_that_was_ahead_makes_the_server_repair_itself() {
    let mut ahead = Ahead::begin().await;
    ahead.lose_rows();
    // One that saw nothing of what is gone notices nothing.
    ahead.behind.sync().await.expect("in step");
    assert!(!ahead.server.log().contains(FOUND_OUT));

    let report = ahead.witness.sync().await.expect("in step");
    assert_eq!(report.refused, 0, "{report:?}");
    assert_eq!(ahead.server.log().matches(FOUND_OUT).count(), 1);
    assert_in_step(&ahead.witness, &ahead.wanted);
    ahead.behind.sync().await.expect("in step");
    assert_settled(&ahead.behind);
    assert!(includes(&ahead.behind, &ahead.wanted));
    // The author goes on with what the witness brought back.
    edit_voters(&mut ahead.author, ahead.new, 801);
    let report = ahead.author.sync().await.expect("in step");
    assert_eq!(
        (report.refused, ahead.author.session().outbox().len()),
        (0, 0)
    );
    ahead.witness.sync().await.expect("in step");
    let wanted = heads(&ahead.author);
    assert_in_step(&ahead.witness, &wanted);
    assert_eq!(ahead.server.log().matches(FOUND_OUT).count(), 1, "once");
    ahead.assert_whole(&wanted).await;
}

#[tokio::test]
async fn numbers_that_were_given_anew_do_not_hide_the_loss() {
    let mut ahead = Ahead::begin().await;
    ahead.lose_rows();
    // More new work than was lost: each number that the witness saw means something else now.
    let mut stranger = ahead.server.phone("quang-lam-1").await;
    let made = record(&mut stranger, 71, 20);
    stranger.sync().await.expect("in step");
    assert!(!ahead.server.log().contains(FOUND_OUT));

    let report = ahead.witness.sync().await.expect("in step");
    assert_eq!(report.refused, 0, "{report:?}");
    assert_eq!(ahead.server.log().matches(FOUND_OUT).count(), 1);
    assert!(includes(&ahead.witness, &ahead.wanted));
    let wanted = heads(&ahead.witness);
    assert!(made.iter().all(|id| wanted.contains_key(id)));
    for phone in [&mut stranger, &mut ahead.author] {
        phone.sync().await.expect("in step");
        assert_in_step(phone, &wanted);
    }
    ahead.assert_whole(&wanted).await;
}
