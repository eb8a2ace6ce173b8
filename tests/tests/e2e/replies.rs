//! Replies that do not arrive, or not whole.

use kiennghi_shared::record::Edit;
use kiennghi_shared::wire::Verdict;
use kiennghi_tests::harness::{Mode, Petitions, Proxy, Server};
use kiennghi_tests::phone::PhoneError;
use kiennghi_tests::random::Random;

use crate::support::{COMMITTEE, back_in_step, changes, emptied, exported, heads, record};

#[tokio::test]
async fn a_push_whose_reply_is_lost_five_times_happens_once() {
    let server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let mut phone = server.phone_by("quang-lam-1", &proxy.url()).await;
    phone.sync().await.expect("in step");
    let before = exported(&server).len();
    let ids = record(&mut phone, 4, 12);
    proxy.set(Mode::DropReply);
    for lost in 1..=5 {
        phone.sync().await.expect_err("the reply is lost");
        assert_eq!(proxy.dropped_replies(), lost);
        assert_eq!(phone.session().outbox().len(), 12, "nothing counts as sent");
        let exported = exported(&server);
        assert_eq!(exported.len(), before + 12, "committed before the reply");
        let times = |id| exported.iter().filter(|found| *found == id).count();
        assert!(ids.iter().all(|id| times(id) == 1), "exactly once");
    }
    proxy.set(Mode::Pass);
    let report = back_in_step(&mut phone).await;
    assert_eq!((report.acked, report.refused), (12, 0));
    let receipts = phone.receipts();
    assert!(
        receipts
            .iter()
            .all(|receipt| receipt.verdict == Verdict::Duplicate)
    );
    let mut office = server.phone(COMMITTEE).await;
    office.sync().await.expect("in step");
    let stored = changes(&office);
    assert!(
        receipts
            .iter()
            .all(|receipt| stored.get(&receipt.hash) == Some(&1))
    );
}

#[tokio::test]
async fn a_reply_cut_off_anywhere_keeps_its_progress() {
    let server = Server::start();
    let mut writer = server.phone("quang-lam-1").await;
    writer.sync().await.expect("in step");
    // Long ones: several chunks of a page in few documents.
    let unit = writer.unit();
    let mut petitions = Petitions::seeded(5);
    for _ in 0..60 {
        let content: Vec<String> = petitions.by_ref().take(7).map(|s| s.content).collect();
        let edit = Edit::new("content", content.join("\n"));
        writer.record_petition(&unit, vec![edit]).expect("recorded");
    }
    writer.sync().await.expect("in step");
    let wanted = heads(&writer);
    let reader = server.phone("quang-lam-2").await;
    let proxy = Proxy::start(server.address()).await;
    let mut whole = emptied(&reader, &proxy.url());
    let whole = whole.sync().await.expect("in step");

    let most = whole.bytes_down - 40;
    let mut random = Random::new(6);
    let mut kept_most = 0;
    for round in 0..16 {
        let bytes = match round {
            0 => 1,
            1 => most,
            _ => 1 + random.below(most),
        };
        let mut phone = emptied(&reader, &proxy.url());
        proxy.set(Mode::CutDown(bytes));
        let failure = match phone.sync().await {
            Err(failure) => failure,
            // No two replies pack to the same bytes: their clocks differ.
            Ok(shorter) => {
                assert!(shorter.bytes_down <= bytes, "{shorter:?} after {bytes}");
                continue;
            }
        };
        let cut = matches!(failure.error, PhoneError::CutOff | PhoneError::Offline(_));
        assert!(cut, "after {bytes} bytes: {}", failure.error);
        let kept = failure.so_far.pulled;
        kept_most = kept_most.max(kept);
        assert_eq!(phone.ids().expect("a shelf").len() as u64, kept);
        proxy.set(Mode::Pass);
        let rest = back_in_step(&mut phone).await;
        assert_eq!(kept + rest.pulled, whole.pulled, "after {bytes} bytes");
        assert_eq!(heads(&phone), wanted, "after {bytes} bytes");
    }
    assert!(
        kept_most * 2 > whole.pulled,
        "{kept_most} of {} kept",
        whole.pulled
    );

    // A line that breaks again and again brings everything all the same.
    let mut phone = emptied(&reader, &proxy.url());
    proxy.set(Mode::CutDown(whole.bytes_down / 2));
    let mut tries = 0;
    while phone.sync().await.is_err() {
        tries += 1;
        assert!(tries < 20, "no progress");
    }
    assert_eq!(heads(&phone), wanted);
}
