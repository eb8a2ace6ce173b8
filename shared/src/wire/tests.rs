use proptest::prelude::*;

use super::*;
use crate::code::Code;
use crate::id::{ChangeHash, DocumentId, Epoch, UnitCode};
use crate::schema::Kind;

fn hello() -> Hello {
    Hello {
        protocol: 1,
        cursor: None,
        hold: Hold::Scope,
        fetch: vec![],
        clock: 0,
        epoch: None,
    }
}

fn seal() -> impl Strategy<Value = Seal> {
    let heads = prop::collection::vec(any::<[u8; 32]>().prop_map(ChangeHash), 0..4);
    (any::<[u8; 16]>(), heads).prop_map(|(tag, heads)| Seal { tag, heads })
}

fn held() -> impl Strategy<Value = Held> {
    (any::<[u8; 16]>(), any::<[u8; 32]>())
        .prop_map(|(id, head)| Held::new(DocumentId(id), &[ChangeHash(head)]))
}

fn document_changes() -> impl Strategy<Value = DocumentChanges> {
    (
        any::<[u8; 16]>(),
        "[A-Z-]{1,8}",
        prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..4),
        prop::option::of(seal()),
    )
        .prop_map(|(id, unit, changes, seal)| DocumentChanges {
            header: DocumentHeader {
                id: DocumentId(id),
                kind: Kind::Petition,
                unit: UnitCode(unit),
            },
            seal,
            snapshot: None,
            changes,
        })
}

fn reply_body(chunks: &[Vec<DocumentChanges>]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.control(
        WELCOME,
        &Welcome {
            epoch: Epoch([1; 8]),
            clock: 5,
            grant: 2,
            offer: false,
            results: None,
        },
    );
    writer.control(
        ACKS,
        &Acks {
            digest: vec![0; 8],
            verdicts: vec![Verdict::Ok, Verdict::Refused(Code::BadChange)],
        },
    );
    for (index, documents) in chunks.iter().enumerate() {
        documents
            .iter()
            .for_each(|document| write_document(&mut writer, document));
        writer.control(
            CURSOR,
            &CursorFrame {
                cursor: vec![index as u8],
                more: index + 1 < chunks.len(),
                left: 0,
            },
        );
    }
    writer.finish()
}

proptest! {
    #[test]
    fn a_request_reads_back_as_written(
        push in prop::collection::vec(document_changes(), 0..6),
        offer in prop::collection::vec(held(), 0..6),
        cursor in prop::option::of(prop::collection::vec(any::<u8>(), 0..60)),
        asked in prop::option::of(prop::collection::vec(any::<[u8; 16]>(), 0..5)),
    ) {
        let hold = asked.map_or(Hold::Scope, |ids| Hold::Asked(ids.into_iter().map(DocumentId).collect()));
        let request = Request { hello: Hello { cursor, hold, ..hello() }, offer, push };
        prop_assert_eq!(Request::decode(&request.encode()), Ok(request));
    }

    #[test]
    fn a_reply_cut_anywhere_keeps_its_whole_chunks(
        chunks in prop::collection::vec(prop::collection::vec(document_changes(), 0..3), 0..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let body = reply_body(&chunks);
        let whole = Reply::decode(&body).expect("whole");
        prop_assert!(whole.complete);
        prop_assert_eq!(whole.chunks.len(), chunks.len());
        let cut = cut.index(body.len());
        if let Ok(part) = Reply::decode(&body[..cut]) {
            prop_assert!(!part.complete);
            prop_assert_eq!(&whole.chunks[..part.chunks.len()], &part.chunks[..]);
        }
    }

    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let body = [MAGIC.as_slice(), &bytes].concat();
        let _ = Request::decode(&body);
        let _ = Reply::decode(&body);
    }
}

#[test]
fn a_cut_request_is_refused() {
    let body = Request {
        hello: hello(),
        offer: vec![],
        push: vec![],
    }
    .encode();
    for cut in 0..body.len() {
        assert_eq!(
            Request::decode(&body[..cut]),
            Err(WireError::CutOff),
            "cut at {cut}"
        );
    }
}

#[test]
fn a_greeting_with_results_and_one_without_are_read_by_old_and_new() {
    #[derive(Debug, PartialEq, minicbor::Encode, minicbor::Decode)]
    struct WelcomeThen(#[n(0)] Epoch, #[n(1)] i64, #[n(2)] u64, #[n(3)] bool);

    let then = WelcomeThen(Epoch([1; 8]), 5, 2, false);
    let mut now = Welcome {
        epoch: Epoch([1; 8]),
        clock: 5,
        grant: 2,
        offer: false,
        results: None,
    };
    let encode = |welcome: &Welcome| minicbor::to_vec(welcome).expect("CBOR");
    let of_then = minicbor::to_vec(&then).expect("CBOR");
    assert_eq!(control::<Welcome>(&of_then), Ok(now.clone()));
    assert_eq!(encode(&now), of_then, "nothing to tell takes no byte");
    now.results = Some(3);
    assert_eq!(control::<WelcomeThen>(&encode(&now)), Ok(then));
    assert_eq!(control::<Welcome>(&encode(&now)), Ok(now));
}
