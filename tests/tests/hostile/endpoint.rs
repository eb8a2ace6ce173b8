//! The corpus through the real endpoint: each entry gets its own answer, innocent work in the same
//! request is stored, and an honest phone beside it notices nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kiennghi_shared::wire::{Reply, Verdict};
use kiennghi_tests::harness::{Server, memory_peak};
use kiennghi_tests::hostile::corpus::{Entry, Manifest, Sent, VICTIM, VILLAIN};
use kiennghi_tests::hostile::gzip;
use kiennghi_tests::phone::Phone;

use crate::support::{Honest, send};

/// What the server may need at most; an empty one needs about 30 MiB.
const MEMORY_BYTES_MAX: u64 = 400 << 20;
/// How often the honest phone syncs at least, alone and beside the corpus.
const SYNCS: usize = 40;

fn name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "ok",
        Verdict::Duplicate => "duplicate",
        Verdict::Missing(_) => "missing",
        Verdict::Refused(code) => code.name(),
    }
}

async fn check(phone: &Phone, sent: &Sent) {
    let packed = if sent.packed {
        sent.body.clone()
    } else {
        gzip(&sent.body)
    };
    let replied = send(phone, packed).await;
    if let Some((status, code)) = &sent.refused {
        let told = replied.code().map(|code| code.name());
        let expected = (*status, Some(code.as_str()));
        assert_eq!((replied.status, told), expected, "{}", sent.file);
        return;
    }
    assert_eq!(replied.status, 200, "{}", sent.file);
    let reply = Reply::decode(&replied.body).expect("a reply");
    let verdicts = reply.acks.expect("verdicts").verdicts;
    let verdicts: Vec<&str> = verdicts.iter().map(name).collect();
    assert_eq!(verdicts, sent.verdicts, "{}", sent.file);
}

async fn send_all(entries: &[Entry], villain: &Phone, victim: &Phone) {
    for sent in entries.iter().flat_map(|entry| &entry.requests) {
        let phone = match sent.by.as_str() {
            VILLAIN => villain,
            VICTIM => victim,
            other => panic!("{other} has no phone"),
        };
        check(phone, sent).await;
    }
}

/// Every document on the phone, loaded and checked; gives their number.
fn check_documents(phone: &Phone) -> usize {
    let ids = phone.ids().expect("a shelf");
    for id in &ids {
        let (header, document) = phone.document(*id).expect("it loads");
        document.check(header.kind).expect("it fits its kind");
    }
    ids.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_entry_gets_its_own_code_while_an_honest_phone_syncs() {
    let entries = Manifest::read().entries;
    let mut server = Server::start();
    let villain = server.phone(VILLAIN).await;
    let victim = server.phone(VICTIM).await;
    let mut phone = server.phone("quang-an-1").await;
    let pid = server.pid();

    let stop = Arc::new(AtomicBool::new(true));
    let alone = Honest::work(&mut phone, SYNCS, stop.clone()).await;
    stop.store(false, Ordering::Relaxed);
    let honest = {
        let stop = stop.clone();
        tokio::spawn(async move {
            let beside = Honest::work(&mut phone, SYNCS, stop).await;
            (phone, beside)
        })
    };
    send_all(&entries, &villain, &victim).await;
    stop.store(true, Ordering::Relaxed);
    let (mut phone, beside) = honest.await.expect("served all along");

    let memory = memory_peak(pid);
    println!(
        "{} entries; {} honest syncs alone, half within {} ms; {} beside, half within {} ms, \
         the longest {} ms; server memory {} MiB",
        entries.len(),
        alone.count(),
        alone.median(),
        beside.count(),
        beside.median(),
        beside.longest(),
        memory >> 20,
    );
    // Generous: this machine has few processors, and both sides are on it.
    let bound = 10 * alone.median().max(10);
    assert!(beside.median() <= bound, "over {bound} ms");
    assert!(memory > 0 && memory <= MEMORY_BYTES_MAX, "{memory} bytes");
    assert_eq!(server.pid(), pid);
    phone.sync().await.expect("in step");
    assert!(phone.session().outbox().is_empty());

    // What was stored beside the hostile changes is whole, on a new phone and on the server.
    let mut fresh = server.phone(VILLAIN).await;
    fresh.sync().await.expect("in step");
    let innocent = entries.iter().flat_map(|entry| &entry.requests);
    let innocent = innocent.filter(|sent| sent.refused.is_none()).count();
    assert!(check_documents(&fresh) >= innocent);
    assert!(server.stop().success(), "it never fell");
    let said = server.command("rebuild", &[]);
    assert!(said.contains("documents"), "{said}");
}
