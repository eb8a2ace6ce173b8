//! What the coverage-guided targets in `fuzz/` begin with: the corpus and honest traffic.

use std::path::{Path, PathBuf};

use kiennghi_shared::id::UnitCode;
use kiennghi_shared::wire::Request;

use super::seeds::{hello, honest_traffic};
use crate::hostile::corpus::Manifest;
use crate::hostile::gzip;

/// Larger ones make every round slow and teach nothing more.
const BYTES_MAX: usize = 4 << 10;

/// Where they lie.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds")
}

/// The files of the folder `fuzz/seeds` and their bytes.
#[must_use]
pub fn seeds(corpus: &Manifest) -> Vec<(PathBuf, Vec<u8>)> {
    let unit = UnitCode("QN-DH-02".into());
    let (ground, next) = honest_traffic(1, &"quang-lam-2".into(), &unit);
    let honest = Request::new(hello(), vec![ground]);
    let ground = honest.encode();
    let file = |folder: &str, name: &str| Path::new(folder).join(name);
    let mut files = vec![
        (file("frames", "honest"), ground.clone()),
        (file("inflate", "honest"), gzip(&ground)),
        (file("cursor", "one-bit"), vec![40, 1]),
        (file("cursor", "longer"), vec![41, 0]),
        (PathBuf::from("ground.bin"), ground),
    ];
    for (index, change) in next.into_iter().enumerate() {
        files.push((file("change", &format!("honest-{index}")), change));
    }
    for sent in corpus.entries.iter().flat_map(|entry| &entry.requests) {
        if sent.packed || sent.body.len() > BYTES_MAX {
            continue;
        }
        let Ok(request) = Request::decode(&sent.body) else {
            continue;
        };
        let name = sent.file.trim_end_matches(".bin");
        let first = request.push.into_iter().next();
        let refused = first.iter().flat_map(|document| &document.changes);
        let refused = refused
            .zip(&sent.verdicts)
            .find(|(_, verdict)| *verdict != "ok");
        if let Some((change, _)) = refused {
            files.push((file("change", name), change.clone()));
        }
        files.push((file("frames", name), sent.body.clone()));
    }
    files
}
