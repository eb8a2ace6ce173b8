//! Changes upon a petition: what the validator lets through, automerge must apply, save and load
//! without harm, in whatever order it comes.
#![no_main]

#[expect(
    dead_code,
    reason = "a module of the tests, of which this needs a part"
)]
mod hostile;
#[expect(
    dead_code,
    reason = "a module of the tests, of which this needs a part"
)]
#[path = "../../tests/disk/src/random.rs"]
mod random;

use std::sync::LazyLock;

use kiennghi_shared::document::Document;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::validate::{DocumentIndex, ParsedChange};
use kiennghi_shared::wire::Request;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

use crate::hostile::chunk::reseal;
use crate::hostile::mutate::mutate;
use crate::random::Random;

/// The changes that the petition has already: a request, since that is a list of changes.
static GROUND: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let ground = Request::decode(include_bytes!("../seeds/ground.bin"));
    ground.expect("a request").push.remove(0).changes
});
static INDEX: LazyLock<DocumentIndex> = LazyLock::new(|| {
    let ground = GROUND.iter().map(Vec::as_slice);
    DocumentIndex::from_changes(ground).expect("sound")
});

fn judge(chunk: &[u8]) {
    let Ok(change) = ParsedChange::parse(chunk) else {
        return;
    };
    if INDEX.contains(&change.hash) || INDEX.check(&change).is_err() {
        return;
    }
    let ground = GROUND.iter().map(Vec::as_slice);
    let mut document = Document::from_changes(ground).expect("sound");
    document.apply([change.raw()]).expect("it applies");
    let loaded = Document::load(&document.save()).expect("it loads");
    assert_eq!(loaded.heads(), document.heads());
    assert_eq!(
        loaded.record(Kind::Petition),
        document.record(Kind::Petition)
    );
    assert_eq!(
        loaded.check(Kind::Petition).is_ok(),
        document.check(Kind::Petition).is_ok()
    );
    let raw = document.raw_changes();
    let backwards = Document::from_changes(raw.iter().rev().map(Vec::as_slice));
    assert_eq!(backwards.expect("in any order").heads(), document.heads());
}

fuzz_target!(|chunk: &[u8]| {
    judge(chunk);
    let mut sealed = chunk.to_vec();
    reseal(&mut sealed);
    judge(&sealed);
});

fuzz_mutator!(|data: &mut [u8], size: usize, size_max: usize, seed: u32| {
    if seed % 4 == 0 {
        return fuzzer_mutate(data, size, size_max);
    }
    let mutant = mutate(&mut Random::new(u64::from(seed)), &data[..size]);
    let size = mutant.len().min(size_max);
    data[..size].copy_from_slice(&mutant[..size]);
    size
});
