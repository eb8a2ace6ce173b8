//! Power cuts of the real process while phones push over a network that fails: nothing that was
//! acknowledged is lost, nothing is doubled, and everybody ends in step.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kiennghi_shared::id::ChangeHash;
use kiennghi_shared::record::Edit;

use crate::harness::{
    Mode, Petitions, Proxy, Server, back_in_step, changes, eventually_async, exported, heads,
};
use crate::phone::Phone;
use crate::random::Random;

/// A user who sees the whole district.
const COMMITTEE: &str = "thuong-truc-huyen";
const USERS: [&str; 5] = [
    "quang-lam-1",
    "quang-lam-1",
    "quang-lam-2",
    "quang-an-1",
    COMMITTEE,
];

/// What happened in a row of kills.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kills {
    /// How often the server was killed.
    pub kills: u64,
    /// Changes that a phone saw acknowledged; all of them were found afterwards.
    pub acknowledged: u64,
    /// Petitions that were made.
    pub petitions: u64,
}

/// Works and syncs until it is told to stop; gives every change that it made.
async fn live(
    mut phone: Phone,
    proxy: Arc<Proxy>,
    seed: u64,
    stop: Arc<AtomicBool>,
) -> (Phone, BTreeSet<ChangeHash>) {
    let mut random = Random::new(seed);
    let mut petitions = Petitions::seeded(seed);
    let mut made = BTreeSet::new();
    let mut known = 0;
    while !stop.load(Ordering::Relaxed) {
        if phone.session().outbox().len() < 12 {
            let unit = phone.unit();
            let sample = petitions.next().expect("endless");
            phone
                .record_petition(&unit, sample.edits())
                .expect("recorded");
            let ids = phone.ids().expect("a shelf");
            let voters = Edit::new("voters", random.below(1_000) as i64);
            let words = Edit::new(
                "content",
                format!("{} {}", sample.content, petitions.sentence()),
            );
            let edits = if random.below(2) == 0 {
                [voters]
            } else {
                [words]
            };
            let id = *random.pick(&ids);
            if phone.fields(id).expect("held").kind == kiennghi_shared::schema::Kind::Petition {
                phone.edit(id, &edits).expect("edited");
            }
            let outbox = phone.session().outbox();
            made.extend(outbox.range(known..).map(|(_, outgoing)| outgoing.hash));
            known = phone.session().progress().next_order;
        }
        proxy.set(match random.below(6) {
            0 => Mode::CutUp(1 + random.below(6_000)),
            1 => Mode::CutDown(1 + random.below(1_500)),
            2 => Mode::DropReply,
            _ => Mode::Pass,
        });
        if phone.sync().await.is_err() {
            // The server may be away: leave the processor to whoever starts it.
            tokio::task::yield_now().await;
        }
    }
    (phone, made)
}

/// Kills a server so many times while phones work and sync, and compares what all hold then. Wants
/// a runtime of several threads.
///
/// # Panics
/// When a promise does not hold.
pub async fn kill_in_a_row(seed: u64, kills: usize) -> Kills {
    let mut server = Server::start();
    let mut office = server.phone(COMMITTEE).await;
    office.sync().await.expect("in step");
    let at_first = changes(&office);
    let exported_at_first = exported(&server).len();
    let stop = Arc::new(AtomicBool::new(false));
    let mut proxies = Vec::new();
    let mut lives = Vec::new();
    for (index, user) in USERS.into_iter().enumerate() {
        let proxy = Arc::new(Proxy::start(server.address()).await);
        let mut phone = server.phone_by(user, &proxy.url()).await;
        phone.sync().await.expect("in step");
        lives.push(tokio::spawn(live(
            phone,
            proxy.clone(),
            seed.wrapping_mul(100) + index as u64,
            stop.clone(),
        )));
        proxies.push(proxy);
    }
    let mut random = Random::new(seed.wrapping_mul(100) + 99);
    for kill in 0..kills {
        // A byte count somewhere in the middle of what the phones are about to send.
        let carried = || proxies.iter().map(|proxy| proxy.carried()).sum::<u64>();
        let target = carried() + 2_000 + random.below(60_000);
        let what = format!("traffic before kill {kill}");
        eventually_async(&what, Duration::from_secs(60), async || {
            (carried() >= target).then_some(())
        })
        .await;
        tokio::task::block_in_place(|| {
            server.kill9();
            server.restart();
        });
        proxies
            .iter()
            .for_each(|proxy| proxy.set_back(server.address()));
    }
    stop.store(true, Ordering::Relaxed);

    let mut phones = Vec::new();
    let mut made = BTreeSet::new();
    for life in lives {
        let (phone, its_own) = life.await.expect("no panic");
        phones.push(phone);
        made.extend(its_own);
    }
    for _ in 0..2 {
        for (phone, proxy) in phones.iter_mut().zip(&proxies) {
            proxy.set(Mode::Pass);
            back_in_step(phone).await;
        }
    }
    office.set_url(&server.url()).expect("memory takes all");
    let mut fresh = server.phone(COMMITTEE).await;
    fresh.sync().await.expect("in step");
    office.sync().await.expect("in step");

    let stored = changes(&fresh);
    let mut acknowledged = BTreeSet::new();
    for phone in &phones {
        assert!(phone.session().outbox().is_empty(), "{phone:?}");
        assert!(phone.refused().expect("a shelf").is_empty(), "{phone:?}");
        let receipts = phone.receipts().iter();
        acknowledged.extend(receipts.filter(|r| r.verdict.is_stored()).map(|r| r.hash));
    }
    let lost: Vec<_> = acknowledged
        .iter()
        .filter(|hash| !stored.contains_key(hash))
        .collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert_eq!(
        acknowledged, made,
        "all that was made is acknowledged in the end"
    );
    assert_eq!(
        stored.len(),
        at_first.len() + made.len(),
        "nothing came from nowhere"
    );
    assert!(
        stored.values().all(|times| *times == 1),
        "nothing is there twice"
    );
    let whole = heads(&fresh);
    assert_eq!(
        heads(&office),
        whole,
        "the one that followed and the one that came anew"
    );
    for phone in &phones {
        let held = heads(phone);
        assert!(
            held.iter().all(|(id, heads)| whole.get(id) == Some(heads)),
            "{phone:?}"
        );
    }
    assert_eq!(heads(&phones[0]), heads(&phones[2]), "the same unit");
    assert_eq!(heads(&phones[4]), whole, "the same scope");
    let ids = exported(&server);
    let once: BTreeSet<_> = ids.iter().collect();
    assert_eq!(once.len(), ids.len(), "each petition once");
    Kills {
        kills: kills as u64,
        acknowledged: acknowledged.len() as u64,
        petitions: (ids.len() - exported_at_first) as u64,
    }
}
