//! Bytes that no honest phone sends, while honest phones go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http_body_util::Full;
use kiennghi_shared::code::Code;
use kiennghi_shared::limits::{
    CHANGE_OPS_MAX, REQUEST_BYTES_MAX, REQUEST_CHANGES_MAX, REQUEST_INFLATED_BYTES_MAX,
    REQUEST_OPS_MAX,
};
use kiennghi_shared::wire::{
    CHANGE, DOCUMENT, DocumentChanges, HELLO, Hello, Hold, MEDIA_TYPE, Reply, Request, SYNC_PATH,
    Verdict, Writer,
};
use kiennghi_tests::harness::{Server, memory_peak};
use kiennghi_tests::hostile::chunk::Draft;
use kiennghi_tests::hostile::gzip;
use kiennghi_tests::hostile::operations::repeated;
use kiennghi_tests::phone::Phone;
use kiennghi_tests::random::Random;

use crate::support::{Honest, record, send};

fn hello() -> Hello {
    Hello::new(Hold::Scope, 0)
}

/// A real request with one new petition, and its bytes.
fn honest(phone: &mut Phone, seed: u64) -> Request {
    record(phone, seed, 1);
    let outbox = phone.session().outbox().values();
    let push = outbox.map(|outgoing| DocumentChanges {
        changes: vec![outgoing.bytes.clone()],
        ..DocumentChanges::of(outgoing.header.clone())
    });
    Request::new(hello(), push.collect())
}

/// Bodies that are no request, each with its name.
fn bodies(real: &Request) -> Vec<(String, Vec<u8>)> {
    let mut random = Random::new(16);
    let encoded = real.encode();
    let mut bodies: Vec<(String, Vec<u8>)> = vec![
        ("nothing at all".into(), Vec::new()),
        ("no gzip".into(), encoded.clone()),
        ("empty gzip".into(), gzip(b"")),
        ("another magic".into(), gzip(b"KNv9")),
        ("no hello".into(), gzip(&Writer::default().finish())),
        (
            "a bomb".into(),
            gzip(&vec![0; 4 * REQUEST_INFLATED_BYTES_MAX]),
        ),
        (
            "more than the limit".into(),
            random.bytes(REQUEST_BYTES_MAX + 1),
        ),
        ("half a gzip".into(), {
            let packed = gzip(&encoded);
            packed[..packed.len() / 2].to_vec()
        }),
    ];
    for round in 0..20 {
        let bytes = random.bytes(1 + round * 97);
        bodies.push((format!("random {round}"), bytes.clone()));
        bodies.push((format!("random packed {round}"), gzip(&bytes)));
        let mut framed = b"KNv1".to_vec();
        framed.extend_from_slice(&bytes);
        bodies.push((format!("random frames {round}"), gzip(&framed)));
        let cut = random.below(encoded.len() as u64) as usize;
        bodies.push((format!("cut at {cut}"), gzip(&encoded[..cut])));
    }
    // A frame of 2 GiB, a list of 2^60 entries, a text of 2^62 bytes, in a few bytes each.
    bodies.push(("huge frame".into(), gzip(b"KNv1\x01\xff\xff\xff\x7f")));
    for (name, payload) in [
        (
            "huge list",
            b"\x85\x01\xf6\x82\x01\x81\x9b\x10\0\0\0\0\0\0\0".as_slice(),
        ),
        ("huge fetch", b"\x85\x01\xf6\x81\x00\x9b\x10\0\0\0\0\0\0\0"),
        ("huge bytes", b"\x85\x01\x5b\x40\0\0\0\0\0\0\0"),
        ("endless list", b"\x85\x01\xf6\x81\x00\x9f"),
        ("deep nesting", &[0x81; 4096]),
    ] {
        let mut writer = Writer::default();
        writer.bytes(HELLO, payload);
        bodies.push((name.into(), gzip(&writer.finish())));
    }
    let mut many = Writer::default();
    many.control(HELLO, &hello());
    for document in &real.push {
        many.control(DOCUMENT, &document.header);
        (0..2_001).for_each(|_| many.bytes(CHANGE, b"x"));
    }
    bodies.push(("too many changes".into(), gzip(&many.finish())));
    let mut early = Writer::default();
    early.control(HELLO, &hello());
    early.bytes(CHANGE, b"x");
    bodies.push(("a change of no document".into(), gzip(&early.finish())));
    let mut old = real.clone();
    old.hello.protocol = 99;
    bodies.push(("protocol 99".into(), gzip(&old.encode())));
    bodies
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_no_request_get_a_code_while_an_honest_phone_syncs() {
    let server = Server::start();
    let mut villain = server.phone("quang-lam-2").await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut phone = server.phone("quang-lam-1").await;
    let honest_work = {
        let stop = stop.clone();
        tokio::spawn(async move { Honest::work(&mut phone, 1, stop).await })
    };
    let real = honest(&mut villain, 17);
    let bodies = bodies(&real);
    for (name, packed) in &bodies {
        let reply = send(&villain, packed.clone()).await;
        let refused = (400..500).contains(&reply.status);
        assert!(refused, "{name}: {}", reply.status);
        assert!(
            reply.code().is_some(),
            "{name}: {} without a code",
            reply.status
        );
    }
    stop.store(true, Ordering::Relaxed);
    let honest = honest_work.await.expect("served all along");
    println!(
        "{} bodies; {} honest syncs, the longest {} ms",
        bodies.len(),
        honest.count(),
        honest.longest()
    );
    villain.sync().await.expect("its honest half is served too");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_of_a_hundred_million_operations_takes_little_memory_and_slows_nobody() {
    let server = Server::start();
    let mut villain = server.phone("quang-lam-2").await;
    let mut phone = server.phone("quang-lam-1").await;
    let stop = Arc::new(AtomicBool::new(false));
    let honest_work = {
        let stop = stop.clone();
        tokio::spawn(async move { Honest::work(&mut phone, 1, stop).await })
    };
    let bomb = Draft {
        actor: vec![7; 16],
        seq: 1,
        start_op: 1,
        message: b"quang-lam-2".to_vec(),
        columns: repeated(CHANGE_OPS_MAX as u32),
        ..Draft::default()
    };
    let mut push = honest(&mut villain, 23).push;
    push.push(DocumentChanges {
        changes: vec![bomb.seal(); REQUEST_CHANGES_MAX - 1],
        ..DocumentChanges::of(push[0].header.clone())
    });
    let packed = gzip(&Request::new(hello(), push).encode());
    assert!(packed.len() < 20_000, "{} bytes", packed.len());
    let read = (REQUEST_OPS_MAX - 1) / CHANGE_OPS_MAX;
    for _ in 0..3 {
        let reply = send(&villain, packed.clone()).await.ok().expect("verdicts");
        let acks = Reply::decode(&reply.body).expect("a reply").acks;
        let verdicts = acks.expect("verdicts").verdicts;
        assert!(verdicts[0].is_stored());
        assert_eq!(verdicts[1], Verdict::Refused(Code::SchemaMismatch));
        let not_read = verdicts
            .iter()
            .filter(|verdict| matches!(verdict, Verdict::Missing(_)));
        assert_eq!(not_read.count(), REQUEST_CHANGES_MAX - 1 - read);
    }
    stop.store(true, Ordering::Relaxed);
    let honest = honest_work.await.expect("served all along");
    let memory_mib = memory_peak(server.pid()) >> 20;
    println!(
        "at most {memory_mib} MiB; the longest honest sync {} ms",
        honest.longest()
    );
    assert!(memory_mib < 256, "{memory_mib} MiB");
}

#[tokio::test]
async fn a_made_up_cursor_gives_nothing_that_the_caller_may_not_see() {
    let server = Server::start();
    let mut an = server.phone("quang-an-1").await;
    record(&mut an, 19, 2);
    an.sync().await.expect("in step");
    let lam = server.phone("quang-lam-1").await;
    let stolen = an.session().progress().cursor.clone().expect("a cursor");
    let mut flipped = stolen.clone();
    flipped[5] ^= 1;
    for cursor in [
        stolen,
        flipped,
        vec![],
        vec![0xff; 4096],
        Random::new(21).bytes(41),
    ] {
        let mut request = Request::new(hello(), Vec::new());
        request.hello.cursor = Some(cursor);
        let reply = send(&lam, gzip(&request.encode())).await;
        if reply.status != 200 {
            assert!((400..500).contains(&reply.status) && reply.code().is_some());
            continue;
        }
        let reply = Reply::decode(&reply.body).expect("a reply");
        let mut documents = reply.chunks.iter().flat_map(|chunk| &chunk.documents);
        assert!(documents.all(|document| document.header.unit.0 == "QN-DH-02"));
    }
}

#[tokio::test]
async fn nobody_syncs_without_a_token_that_is_known() {
    let server = Server::start();
    let packed = gzip(&Request::new(hello(), Vec::new()).encode());
    let wrong = format!("Bearer {}", "A".repeat(43));
    for token in [
        None,
        Some("Bearer"),
        Some("Bearer x"),
        Some(wrong.as_str()),
        Some("Basic eDp5"),
    ] {
        let mut request = http::Request::post(SYNC_PATH)
            .header(CONTENT_TYPE, MEDIA_TYPE)
            .header(CONTENT_ENCODING, "gzip");
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, token);
        }
        let request = request
            .body(Full::new(Bytes::from(packed.clone())))
            .expect("a request");
        let reply = server.client().await.send(request).await.expect("a reply");
        assert_eq!(
            (reply.status, reply.code()),
            (401, Some(Code::Unauthenticated)),
            "{token:?}"
        );
    }
}
