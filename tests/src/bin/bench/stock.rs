//! Data folders with so many documents in them, and what their changes weigh.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use kiennghi_shared::document::Document;
use kiennghi_shared::id::UnitCode;
use kiennghi_tests::harness::{Demo, Petitions, Server};
use kiennghi_tests::phone::Phone;

/// The user that sees the whole district.
pub(crate) const COMMITTEE: &str = "thuong-truc-huyen";

/// A data folder that no server has open.
pub(crate) struct Stock {
    folder: Demo,
}

impl Stock {
    /// Fills a demo district up to so many documents, spread over its communes.
    pub(crate) async fn of(documents: usize) -> Self {
        let mut server = Server::start();
        let mut phone = server.phone(COMMITTEE).await;
        phone.sync().await.expect("in step");
        let held = phone.ids().expect("memory").len();
        let units = communes(&phone);
        let samples = Petitions::seeded(documents as u64);
        let missing = documents.saturating_sub(held);
        for (sample, unit) in samples.take(missing).zip(units.iter().cycle()) {
            phone
                .record_petition(unit, sample.edits())
                .expect("recorded");
        }
        let report = phone.sync().await.expect("in step");
        assert_eq!(report.refused, 0);
        eprintln!("stocked {documents} documents in {} ms", report.ms);
        assert!(server.stop().success());
        Self {
            folder: Demo::copy_of(&server.data()),
        }
    }

    /// A copy for one server.
    pub(crate) fn data(&self) -> Demo {
        Demo::copy_of(&self.folder.path())
    }
}

/// The units of the committee's district in which voters are met.
pub(crate) fn communes(phone: &Phone) -> Vec<UnitCode> {
    let units = phone.account().profile.recording_units().skip(1);
    units.map(|unit| unit.code.clone()).collect()
}

/// Bytes of gzip, level 6, over the raw changes one after the other.
pub(crate) fn gzip_len<'a>(raw: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    for bytes in raw {
        encoder.write_all(bytes).expect("a Vec takes all");
    }
    encoder.finish().expect("a Vec takes all").len() as u64
}

/// The smaller of two: the same over all raw changes that a phone holds, and over the
/// uncompressed saves of its documents.
pub(crate) fn gzip_len_of(phone: &Phone) -> u64 {
    let ids = phone.ids().expect("memory").into_iter();
    let held: Vec<_> = ids.map(|id| phone.document(id).expect("held").1).collect();
    let raw: Vec<_> = held.iter().flat_map(Document::raw_changes).collect();
    let saves: Vec<_> = held.iter().map(Document::save).collect();
    let raw = gzip_len(raw.iter().map(Vec::as_slice));
    let saves = gzip_len(saves.iter().map(Vec::as_slice));
    eprintln!("gzip: {raw} bytes of raw changes, {saves} bytes of saves");
    raw.min(saves)
}
