//! Sync, request by request.

use axum::http::{Method, StatusCode};
use kiennghi_shared::code::Code;
use kiennghi_shared::document::Document;
use kiennghi_shared::id::ChangeHash;
use kiennghi_shared::limits::PROTOCOL;
use kiennghi_shared::wire::{self, DocumentChanges, Hold, Reply, Verdict, push_digest};

use crate::district::{Draft, NOW, bulky, stamp};
use crate::http::{Device, Server, request, sync_request};

fn changes(reply: &Reply) -> Vec<Vec<u8>> {
    let documents = reply.chunks.iter().flat_map(|chunk| &chunk.documents);
    documents
        .flat_map(|document| document.changes.clone())
        .collect()
}

fn more(reply: &Reply) -> bool {
    reply
        .chunks
        .last()
        .and_then(|chunk| chunk.cursor.as_ref())
        .expect("cursor")
        .more
}

fn petitions(device: &Device, count: usize, content: &str) -> Vec<DocumentChanges> {
    (0..count)
        .map(|_| device.phone.petition("P-D-A", content).take())
        .collect()
}

#[tokio::test]
async fn one_request_pushes_and_pulls() {
    let server = Server::new();
    let (mut one, mut two) = (server.device("a-1"), server.device("a-2"));
    let push = petitions(&one, 2, "Đường");
    let hashes: Vec<ChangeHash> = push
        .iter()
        .map(|document| {
            let raw = document.changes.iter().map(Vec::as_slice);
            Document::from_changes(raw).expect("sound").heads()[0]
        })
        .collect();
    let reply = server.sync(&mut one, push.clone(), |_| {}).await;
    let acks = reply.acks.clone().expect("acks");
    assert_eq!(acks.digest, push_digest(hashes));
    assert_eq!(acks.verdicts, [Verdict::Ok, Verdict::Ok]);
    assert_eq!(
        changes(&reply),
        Vec::<Vec<u8>>::new(),
        "not fed what it brought"
    );
    assert_eq!(reply.welcome.epoch, server.bench.store.epoch());
    assert_eq!(reply.welcome.grant, one.phone.caller.profile().grant);

    let pushed = petitions(&two, 1, "Mương");
    let reply = server.sync(&mut two, pushed, |_| {}).await;
    assert_eq!(changes(&reply).len(), 2);
    assert!(!more(&reply));
    let reply = server.sync(&mut one, vec![], |_| {}).await;
    assert_eq!(changes(&reply).len(), 1);
    assert_eq!(reply.acks, None);
    // Quiet: no documents, a cursor that stays where it is.
    let before = one.cursor.clone();
    let reply = server.sync(&mut one, vec![], |_| {}).await;
    assert_eq!((changes(&reply).len(), one.cursor.clone()), (0, before));
    // Duplicates are not fed back either.
    one.cursor = None;
    let reply = server.sync(&mut one, push, |_| {}).await;
    assert_eq!(
        reply.acks.clone().expect("acks").verdicts,
        [Verdict::Duplicate, Verdict::Duplicate]
    );
    assert_eq!(changes(&reply).len(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_apart_by_its_bytes() {
    let server = Server::new();
    let mut device = server.device("a-1");
    let mut push = petitions(&device, 1, "Đường");
    push[0].changes = vec![b"no change".to_vec(), Vec::new()];
    let acks = server
        .sync(&mut device, push, |_| {})
        .await
        .acks
        .expect("acks");
    assert!(
        acks.verdicts
            .iter()
            .all(|verdict| matches!(verdict, Verdict::Refused(_)))
    );
    // SHA-256 of "no change" and of nothing.
    let hashes = [b"no change".as_slice(), b""].map(sha256);
    assert_eq!(acks.digest, push_digest(hashes));
}

fn sha256(bytes: &[u8]) -> ChangeHash {
    use sha2::{Digest, Sha256};
    ChangeHash(Sha256::digest(bytes).into())
}

#[tokio::test]
async fn pages_and_chunks_bring_all_in_order() {
    let server = Server::new();
    let mut writer = server.device("a-1");
    // About 1.3 MB of changes: two pages of several chunks.
    for _ in 0..2 {
        let push = (0..45)
            .map(|_| bulky(&writer.phone, "P-D-A").take())
            .collect();
        server.sync(&mut writer, push, |_| {}).await;
    }
    let mut reader = server.device("a-2");
    let (mut all, mut pages, mut chunks) = (Vec::new(), 0, 0);
    loop {
        let reply = server.sync(&mut reader, vec![], |_| {}).await;
        pages += 1;
        chunks += reply.chunks.len();
        all.extend(changes(&reply));
        if !more(&reply) {
            break;
        }
    }
    let bytes: usize = all.iter().map(Vec::len).sum();
    assert_eq!(all.len(), 90);
    assert_eq!(pages, bytes.div_ceil(1 << 20), "{bytes} bytes");
    assert!(
        chunks > pages * 4,
        "{chunks} chunks of {bytes} bytes in {pages} pages"
    );
    // A reply that was cut off goes on at the cursor of any of its chunks.
    reader.cursor = None;
    let first = server.sync(&mut reader, vec![], |_| {}).await;
    let second_chunk = first.chunks[1].cursor.clone().expect("cursor");
    assert!(second_chunk.more);
    reader.cursor = Some(second_chunk.cursor);
    let had: usize = first.chunks[..2]
        .iter()
        .flat_map(|chunk| &chunk.documents)
        .map(|d| d.changes.len())
        .sum();
    let rest = server.sync(&mut reader, vec![], |_| {}).await;
    assert_eq!(changes(&rest)[0], all[had]);
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_scope_and_server_alone() {
    let (server, other) = (Server::new(), Server::new());
    let mut one = server.device("a-1");
    let push = petitions(&one, 1, "Đường");
    server.sync(&mut one, push, |_| {}).await;
    let good = one.cursor.clone();
    for cursor in [
        Some(vec![]),
        Some(vec![0; 41]),
        {
            let mut device = other.device("a-1");
            other.sync(&mut device, vec![], |_| {}).await;
            device.cursor
        },
        {
            let mut device = server.device("b-1");
            server.sync(&mut device, vec![], |_| {}).await;
            device.cursor
        },
    ] {
        one.cursor = cursor;
        let reply = server.sync(&mut one, vec![], |_| {}).await;
        assert_eq!(changes(&reply).len(), 1, "fed from the beginning");
    }
    one.cursor = good;
    assert_eq!(
        changes(&server.sync(&mut one, vec![], |_| {}).await).len(),
        0
    );
}

#[tokio::test]
async fn an_office_holds_what_it_asked_for() {
    let server = Server::new();
    let (mut field, mut office) = (server.device("a-1"), server.device("committee"));
    let mut drafts: Vec<Draft> = (0..3)
        .map(|n| field.phone.petition("P-D-A", &format!("Việc {n}")))
        .collect();
    let push = drafts.iter_mut().map(Draft::take).collect();
    server.sync(&mut field, push, |_| {}).await;
    let id = drafts[1].header.id;
    let hold = || Hold::Asked(vec![id]);
    let reply = server
        .sync(&mut office, vec![], |hello| {
            (hello.hold, hello.fetch) = (hold(), vec![id])
        })
        .await;
    let fed: Vec<_> = reply
        .chunks
        .iter()
        .flat_map(|chunk| &chunk.documents)
        .collect();
    assert!(!fed.is_empty() && fed.iter().all(|document| document.header.id == id));
    for draft in &mut drafts {
        draft.set(&field.phone, "place", "sửa");
    }
    let push = drafts.iter_mut().map(Draft::take).collect();
    server.sync(&mut field, push, |_| {}).await;
    let reply = server
        .sync(&mut office, vec![], |hello| hello.hold = hold())
        .await;
    assert_eq!(changes(&reply).len(), 1);
    // From some documents to the whole scope: from the beginning.
    let reply = server.sync(&mut office, vec![], |_| {}).await;
    assert_eq!(changes(&reply).len(), 6);
}

#[tokio::test]
async fn a_document_of_many_changes_is_fetched_whole() {
    let server = Server::new();
    let (mut field, mut office) = (server.device("a-1"), server.device("committee"));
    let mut draft = field.phone.petition("P-D-A", "Cầu treo");
    for round in 0..9 {
        draft.set(&field.phone, "place", &format!("chỗ {round}"));
    }
    let push = draft.take();
    server.sync(&mut field, vec![push], |_| {}).await;
    let id = draft.header.id;
    let reply = server
        .sync(&mut office, vec![], |hello| {
            (hello.hold, hello.fetch) = (Hold::Asked(vec![]), vec![id, crate::district::new_id()]);
        })
        .await;
    assert_eq!(reply.chunks[0].documents.len(), 1);
    let whole = reply.chunks[0].documents[0]
        .snapshot
        .as_ref()
        .expect("whole");
    assert_eq!(
        Document::load(whole).expect("sound").heads(),
        draft.document.heads()
    );
}

#[tokio::test]
async fn a_request_that_is_none_is_refused_by_its_code() {
    let server = Server::new();
    let device = server.device("a-1");
    let hello = |protocol| wire::Hello {
        protocol,
        ..wire::Hello::new(Hold::Scope, 0)
    };
    let encoded = |protocol| wire::Request::new(hello(protocol), Vec::new()).encode();
    let whole = encoded(1);
    for (body, wanted) in [
        (b"hello".to_vec(), (400, Code::Malformed)),
        (whole[..whole.len() - 1].to_vec(), (400, Code::Malformed)),
        (encoded(PROTOCOL + 1), (400, Code::UnknownProtocol)),
        (encoded(0), (400, Code::UnknownProtocol)),
        (vec![0; 17 << 20], (413, Code::TooLarge)),
    ] {
        let answer = server.call(sync_request(&device.token, &body)).await;
        assert_eq!(answer.refusal(), (wanted.0, wanted.1.name().to_owned()));
    }
    let raw = request(
        Method::POST,
        wire::SYNC_PATH,
        &device.token,
        vec![0; 5 << 20],
    );
    assert_eq!(
        server.call(raw).await.refusal(),
        (413, "too_large".to_owned())
    );
    let plain = request(Method::POST, wire::SYNC_PATH, &device.token, whole.clone());
    assert_eq!(
        server.call(plain).await.status,
        StatusCode::OK,
        "not packed is good too"
    );
    for token in ["", "x", &"A".repeat(43)] {
        let answer = server.call(sync_request(token, &whole)).await;
        assert_eq!(answer.refusal(), (401, "unauthenticated".to_owned()));
    }
    server
        .bench
        .store
        .revoke_device(device.phone.caller.device, &stamp(1))
        .expect("revoked");
    let answer = server.call(sync_request(&device.token, &whole)).await;
    assert_eq!(answer.refusal(), (401, "revoked".to_owned()));
}

#[tokio::test]
async fn a_load_that_begins_anew_says_what_was_erased() {
    let server = Server::new();
    let (mut author, mut elsewhere) = (server.device("a-1"), server.device("b-1"));
    let (erased, kept) = (petitions(&author, 1, "Cũ"), petitions(&author, 1, "Mới"));
    let id = erased[0].header.id;
    // Its verdicts arrive, the rest of the reply does not: the phone has no cursor.
    server.sync(&mut author, erased, |_| {}).await;
    author.cursor = None;
    assert!(
        server
            .bench
            .store
            .erase(id, "", &stamp(NOW))
            .expect("written")
            .is_some()
    );
    let leaves = |reply: &Reply| -> Vec<_> {
        let chunks = reply.chunks.iter();
        chunks.flat_map(|chunk| chunk.leave.clone()).collect()
    };
    let reply = server.sync(&mut author, kept, |_| {}).await;
    assert_eq!(leaves(&reply), [id]);
    let reply = server.sync(&mut author, vec![], |_| {}).await;
    assert!(leaves(&reply).is_empty(), "once");
    let reply = server.sync(&mut elsewhere, vec![], |_| {}).await;
    assert!(leaves(&reply).is_empty(), "it is no business of theirs");
}
