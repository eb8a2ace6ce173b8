use std::sync::Arc;

use automerge::transaction::{CommitOptions, Transactable};
use proptest::prelude::*;

use super::*;
use crate::code::Code;
use crate::document::Document;
use crate::id::ActorId;
use crate::limits::{DOCUMENT_BYTES_MAX, SCALAR_BYTES_MAX, SNAPSHOT_BYTES_MAX};
use crate::record::Edit;
use crate::schema::Kind;

/// One step of people working apart: who, which field, what value, or whom they meet.
#[derive(Debug, Clone)]
enum Step {
    Edit(usize, usize, String),
    Meet(usize, usize),
}

const PEOPLE: usize = 3;
const FIELDS: [&str; 4] = ["content", "village", "place", "content"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..PEOPLE, 0..FIELDS.len(), "[a-zđêô \u{1F600}]{0,12}")
            .prop_map(|(who, field, text)| Step::Edit(who, field, text)),
        1 => (0..PEOPLE, 0..PEOPLE).prop_map(|(from, to)| Step::Meet(from, to)),
    ]
}

/// Lets people work apart from one first version and gives everything that was made.
fn work_apart(steps: &[Step]) -> Vec<Vec<u8>> {
    let mut first = Document::new(ActorId([9; 16]));
    first
        .edit(
            Kind::Petition,
            &[Edit::new("content", "Đường hỏng")],
            &"an".into(),
            1,
        )
        .expect("fits");
    let mut replicas: Vec<Document> = (0..PEOPLE)
        .map(|who| {
            let mut replica = first.clone();
            replica.set_actor(ActorId([who as u8; 16]));
            replica
        })
        .collect();
    for step in steps {
        match step {
            Step::Edit(who, field, text) => {
                let edit = Edit::new(FIELDS[*field], text.as_str());
                replicas[*who]
                    .edit(Kind::Petition, &[edit], &"an".into(), 1)
                    .expect("fits");
            }
            Step::Meet(from, to) => {
                let changes = replicas[*from].raw_changes();
                replicas[*to]
                    .apply(changes.iter().map(Vec::as_slice))
                    .expect("applies");
            }
        }
    }
    for replica in &replicas {
        let changes = replica.raw_changes();
        first
            .apply(changes.iter().map(Vec::as_slice))
            .expect("applies");
    }
    first.raw_changes()
}

fn admit_all(changes: &[Vec<u8>]) -> Result<DocumentIndex, Rejection> {
    let mut index = DocumentIndex::new();
    for raw in changes {
        let change = Arc::new(ParsedChange::parse(raw)?);
        index.check(&change)?;
        index.admit(Arc::clone(&change));
        assert!(index.contains(&change.hash));
    }
    Ok(index)
}

/// Puts the right checksum on a chunk whose data was tampered with.
fn reseal(chunk: &mut [u8]) {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(&chunk[8..]);
    chunk[4..8].copy_from_slice(&hash[..4]);
}

proptest! {
    #[test]
    fn everything_honest_people_make_is_sound(steps in prop::collection::vec(step(), 0..40)) {
        let changes = work_apart(&steps);
        prop_assert!(admit_all(&changes).is_ok());
        for raw in &changes {
            let change = ParsedChange::parse(raw).expect("parses");
            let theirs = automerge::Change::from_bytes(raw.clone()).expect("parses");
            prop_assert_eq!(change.hash.0, theirs.hash().0);
            prop_assert_eq!(change.op_count(), theirs.len());
            prop_assert_eq!(change.raw(), raw.as_slice());
        }
    }

    /// A packed document loads, which proves each change's hash, and reads as automerge's own.
    #[test]
    fn packed_changes_are_the_document(steps in prop::collection::vec(step(), 0..40)) {
        let changes = work_apart(&steps);
        let parsed: Vec<_> = changes.iter().map(|raw| ParsedChange::parse(raw).expect("sound")).collect();
        let packed = pack(&parsed.iter().collect::<Vec<_>>());
        let theirs = Document::from_changes(changes.iter().map(Vec::as_slice)).expect("applies");
        let ours = Document::load(&packed.bytes).expect("loads");
        prop_assert_eq!(ours.heads(), theirs.heads());
        prop_assert_eq!(ours.read(Kind::Petition).0, theirs.read(Kind::Petition).0);
        prop_assert_eq!(&packed.heads, &ours.heads());
        prop_assert_eq!(packed.bytes, ours.save());
    }

    /// Whatever a mutation passes must leave a document that saves, loads and reads the same.
    #[test]
    fn a_mutated_change_is_refused_or_harmless(
        steps in prop::collection::vec(step(), 1..12),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        pick in any::<prop::sample::Index>(),
    ) {
        let mut changes = work_apart(&steps);
        let picked = pick.index(changes.len());
        let (before, _) = changes.split_at(picked);
        let index = admit_all(before).expect("sound");
        let mut ground = Document::from_changes(before.iter().map(Vec::as_slice)).expect("applies");
        let mutated = &mut changes[picked];
        for (place, byte) in &places {
            let place = 8 + place.index(mutated.len() - 8);
            mutated[place] = *byte;
        }
        reseal(mutated);
        if let Ok(change) = ParsedChange::parse(mutated)
            && index.check(&change).is_ok()
        {
            ground.apply([change.raw()]).expect("automerge takes what was judged sound");
            let again = Document::load(&ground.save()).expect("loads again");
            prop_assert_eq!(again.record(Kind::Petition), ground.record(Kind::Petition));
        }
    }

    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut chunk = [&[0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1][..], &bytes].concat();
        reseal(&mut chunk);
        let _ = ParsedChange::parse(&chunk);
    }
}

fn two_changes() -> Vec<Vec<u8>> {
    work_apart(&[Step::Edit(0, 1, "Thôn Đông".into())])
}

#[test]
fn a_change_without_its_ancestors_says_what_is_missing() {
    let changes = two_changes();
    let second = ParsedChange::parse(&changes[1]).expect("parses");
    let expected = Rejection::Missing(second.deps.clone());
    assert_eq!(DocumentIndex::new().check(&second), Err(expected));
}

#[test]
fn same_actor_and_number_with_other_content_is_equivocation() {
    let mut first = Document::new(ActorId([1; 16]));
    let mut second = first.clone();
    let edit = |text: &str| [Edit::new("content", text)];
    first
        .edit(Kind::Petition, &edit("một"), &"an".into(), 1)
        .expect("fits");
    second
        .edit(Kind::Petition, &edit("hai"), &"an".into(), 1)
        .expect("fits");
    let index = admit_all(&first.raw_changes()).expect("sound");
    let twin = ParsedChange::parse(&second.raw_changes()[0]).expect("parses");
    assert_eq!(
        index.check(&twin),
        Err(Rejection::Refused(Code::Equivocation))
    );
}

/// The refused change of an entry of the hostile corpus: it stands behind its ground.
fn hostile(entry: &[u8]) -> Vec<u8> {
    let mut request = crate::wire::Request::decode(entry).expect("a request");
    request.push[0].changes.swap_remove(1)
}

#[test]
fn a_sound_change_in_another_encoding_is_refused() {
    for entry in [
        include_bytes!("../../../tests/fixtures/hostile/01-actor-not-named.bin").as_slice(),
        include_bytes!("../../../tests/fixtures/hostile/01-run-in-two.bin"),
    ] {
        let chunk = hostile(entry);
        assert!(automerge::Change::from_bytes(chunk.clone()).is_ok());
        assert_eq!(ParsedChange::parse(&chunk).err(), Some(Code::BadChange));
    }
}

#[test]
fn an_operation_bomb_is_refused_before_it_is_unfolded() {
    // Ten million times the same operation in an action column of six bytes.
    let mut data = vec![0, 16];
    data.extend([7; 16]);
    data.extend([1, 1, 0, 0, 0]); // seq, start, time, message, other actors
    data.extend([2, 0x15, 4, 0x42, 5]); // columns: key text, action
    data.extend([0x7f, 2, b'v', b'i']);
    data.extend([0x80, 0xad, 0xe2, 0x04, 1]);
    let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1, data.len() as u8];
    chunk.extend(data);
    reseal(&mut chunk);
    assert_eq!(ParsedChange::parse(&chunk).err(), Some(Code::TooLarge));
}

#[test]
fn a_deflate_bomb_is_refused() {
    use std::io::Write;
    let mut deflated = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    deflated
        .write_all(&vec![0; 8 << 20])
        .expect("a Vec takes all");
    let data = deflated.finish().expect("a Vec takes all");
    let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 2];
    chunk.push((data.len() & 0x7f) as u8 | 0x80);
    chunk.push((data.len() >> 7) as u8);
    chunk.extend(data);
    assert_eq!(ParsedChange::parse(&chunk).err(), Some(Code::TooLarge));
}

#[test]
fn a_compressed_change_is_the_same_change() {
    let mut document = Document::new(ActorId([1; 16]));
    let text = "Đề nghị sửa đường. ".repeat(40);
    document
        .edit(
            Kind::Petition,
            &[Edit::new("content", text)],
            &"an".into(),
            1,
        )
        .expect("fits");
    let raw = &document.raw_changes()[0];
    let compressed = automerge::Change::from_bytes(raw.clone())
        .expect("parses")
        .bytes()
        .to_vec();
    assert_ne!(&compressed, raw);
    let change = ParsedChange::parse(&compressed).expect("parses");
    assert_eq!(change.raw(), raw.as_slice());
}

#[test]
fn document_chunks_and_trailing_bytes_are_refused() {
    let changes = two_changes();
    let document = Document::from_changes(changes.iter().map(Vec::as_slice)).expect("applies");
    assert_eq!(
        ParsedChange::parse(&document.save()).err(),
        Some(Code::BadChange)
    );
    let twice = [changes[0].as_slice(), changes[0].as_slice()].concat();
    assert_eq!(ParsedChange::parse(&twice).err(), Some(Code::BadChange));
}

#[test]
fn a_document_takes_no_more_bytes_than_a_new_phone_can_take() {
    let mut automerge = automerge::AutoCommit::new();
    automerge.set_actor(ActorId([1; 16]).0.to_vec().into());
    let mut index = DocumentIndex::new();
    let mut taken = 0;
    loop {
        for n in 0..8 {
            let long = format!("{n}").repeat(SCALAR_BYTES_MAX);
            automerge
                .put(automerge::ROOT, "place", long)
                .expect("written");
        }
        automerge.commit_with(CommitOptions::default().with_message("an"));
        let raw = automerge.get_last_local_change().expect("made");
        let change = Arc::new(ParsedChange::parse(raw.raw_bytes()).expect("within its bounds"));
        if let Err(rejection) = index.check(&change) {
            assert_eq!(rejection, Code::TooLarge.into());
            break;
        }
        taken += change.raw().len();
        index.admit(change);
    }
    assert!(taken <= DOCUMENT_BYTES_MAX);
    let packed = pack(&index.changes().iter().map(Arc::as_ref).collect::<Vec<_>>());
    assert!(packed.bytes.len() < SNAPSHOT_BYTES_MAX);
}
