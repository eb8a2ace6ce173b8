//! Hazards 10 and 12 at the size of a whole request.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use kiennghi_shared::limits::REQUEST_INFLATED_BYTES_MAX;

use super::ground::{Ground, entry, request};
use super::{Entry, Harm, Sent, VILLAIN};
use crate::hostile::operations::Row;

pub(super) fn entries() -> Vec<Entry> {
    let too_large = |body: &[u8]| Sent {
        by: VILLAIN.into(),
        packed: true,
        refused: Some((413, "too_large".into())),
        body: gzip(body),
        ..Sent::default()
    };
    let name = "12-message-10-mb";
    let ground = Ground::new(name);
    let mut draft = ground.draft(&[Row::put("place", "x")]);
    draft.message = vec![b'x'; 10_000_000];
    let changes = vec![ground.base.clone(), draft.seal()];
    let message = request(vec![ground.document("document", changes)]).encode();
    vec![
        entry(
            "10-gzip-bomb",
            "a body of 64 KiB that inflates to 64 MiB",
            Harm::Body,
            vec![too_large(&vec![0; 4 * REQUEST_INFLATED_BYTES_MAX])],
        ),
        entry(
            name,
            "a message of ten million bytes",
            Harm::Taken,
            vec![too_large(&message)],
        ),
    ]
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).expect("a Vec takes all");
    encoder.finish().expect("a Vec takes all")
}
