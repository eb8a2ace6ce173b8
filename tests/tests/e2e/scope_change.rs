//! What a user may see changes: what entered comes, what left goes, what stays is not sent again.

use std::collections::BTreeSet;

use kiennghi_shared::code::Code;
use kiennghi_shared::record::Edit;
use kiennghi_tests::harness::Server;
use kiennghi_tests::phone::Phone;

use crate::support::{
    COMMITTEE, DISTRICT, QUANG_AN, QUANG_LAM, assert_in_step, assert_settled, edit_voters, heads,
    record, tell_address,
};

fn units(phone: &Phone) -> BTreeSet<String> {
    let ids = phone.ids().expect("a shelf");
    let unit = |id| phone.document(id).expect("held").0.unit.0;
    ids.into_iter().map(unit).collect()
}

fn of_unit(phone: &Phone, unit: &str) -> u64 {
    let ids = phone.ids().expect("a shelf").into_iter();
    let header = |id| phone.document(id).expect("held").0;
    ids.filter(|id| header(*id).unit.0 == unit).count() as u64
}

async fn assert_quiet(phone: &mut Phone) {
    let quiet = phone.sync().await.expect("in step");
    assert_eq!(
        (quiet.requests, quiet.pushed, quiet.pulled),
        (1, 0, 0),
        "{phone:?}"
    );
}

#[tokio::test]
async fn a_user_who_moves_gets_the_new_commune_and_gives_up_the_old_one() {
    let mut server = Server::start();
    let mut mover = server.phone("quang-lam-2").await;
    let mut stays = server.phone("quang-lam-1").await;
    let mut host = server.phone("quang-an-1").await;
    let mine = record(&mut mover, 81, 3);
    record(&mut stays, 82, 3);
    let theirs = record(&mut host, 83, 5);
    for _ in 0..2 {
        for phone in [&mut mover, &mut stays, &mut host] {
            phone.sync().await.expect("in step");
        }
    }
    // More changes than a document is sent with one by one.
    for voters in 0..12 {
        edit_voters(&mut host, theirs[0], 800 + voters);
    }
    host.sync().await.expect("in step");
    let said = "Chưa kịp gửi trước khi chuyển xã.";
    let edit = [Edit::new("content", said)];
    mover.edit(mine[0], &edit).expect("edited");
    let unsent = record(&mut mover, 84, 1)[0];
    assert_eq!(units(&mover), BTreeSet::from([QUANG_LAM.to_owned()]));
    let before = heads(&stays);

    server.stop();
    server.move_user(mover.user(), QUANG_AN);
    server.restart();
    tell_address(&server, &mut [&mut mover, &mut stays, &mut host]);
    let report = mover.sync().await.expect("in step");
    assert_eq!((report.acked, report.refused), (0, 2), "{report:?}");
    assert_eq!(heads(&mover), heads(&host), "whole, and nothing else");
    assert_eq!(units(&mover), BTreeSet::from([QUANG_AN.to_owned()]));
    assert_eq!(mover.unit().0, QUANG_AN);
    let refused = mover.refused().expect("a shelf");
    let of: BTreeSet<_> = refused.iter().map(|work| work.header.id).collect();
    assert_eq!(of, BTreeSet::from([mine[0], unsent]));
    assert!(refused.iter().all(|work| work.code == Code::Forbidden));
    let first = refused.iter().find(|work| work.header.id == mine[0]);
    assert!(first.expect("listed").fields.contains(&edit[0]));
    assert_quiet(&mut mover).await;

    // It works there from now on, and is fed from there alone.
    edit_voters(&mut mover, theirs[1], 850);
    let made = record(&mut mover, 85, 1)[0];
    edit_voters(&mut stays, mine[1], 851);
    let report = mover.sync().await.expect("in step");
    assert_eq!((report.acked, report.refused), (2, 0), "{report:?}");
    stays.sync().await.expect("in step");
    host.sync().await.expect("in step");
    assert_quiet(&mut mover).await;
    assert!(heads(&host).contains_key(&made));
    assert_in_step(&host, &heads(&mover));
    assert_eq!(
        heads(&stays).len(),
        before.len(),
        "the old work stays there"
    );
}

#[tokio::test]
async fn what_was_held_before_is_not_sent_again() {
    let mut server = Server::start();
    let mut office = server.phone(COMMITTEE).await;
    let mut lam = server.phone("quang-lam-1").await;
    let mut an = server.phone("quang-an-1").await;
    record(&mut lam, 86, 40);
    record(&mut an, 87, 5);
    lam.sync().await.expect("in step");
    an.sync().await.expect("in step");
    let whole = office.sync().await.expect("in step");
    let (all, in_an) = (heads(&office), of_unit(&office, QUANG_AN));
    assert_eq!(whole.pulled, all.len() as u64);
    assert!(in_an >= 5, "there is something to move");

    server.stop();
    server.move_unit(QUANG_AN, None);
    server.restart();
    tell_address(&server, &mut [&mut office, &mut an, &mut lam]);
    let report = office.sync().await.expect("in step");
    assert_eq!(report.pulled, 0, "{report:?}");
    assert_eq!(of_unit(&office, QUANG_AN), 0);
    assert_eq!(heads(&office).len() as u64, all.len() as u64 - in_an);
    assert_quiet(&mut office).await;
    // Both go on meanwhile.
    let made = record(&mut an, 88, 1)[0];
    an.sync().await.expect("in step");
    record(&mut lam, 89, 1);
    lam.sync().await.expect("in step");
    assert_eq!(office.sync().await.expect("in step").pulled, 1);

    server.stop();
    server.move_unit(QUANG_AN, Some(DISTRICT));
    server.restart();
    tell_address(&server, &mut [&mut office, &mut an, &mut lam]);
    let report = office.sync().await.expect("in step");
    assert_eq!(report.pulled, in_an + 1, "the commune alone: {report:?}");
    println!("first load {whole:?}\nthe commune that came back {report:?}");
    assert!(report.bytes_down * 2 < whole.bytes_down, "{report:?}");
    assert_quiet(&mut office).await;
    assert_settled(&office);
    let now = heads(&office);
    assert_eq!(now.len(), all.len() + 2);
    assert!(now.contains_key(&made));
    assert!(all.iter().all(|(id, heads)| now.get(id) == Some(heads)));
}
