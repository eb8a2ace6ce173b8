//! What several stories need: recording samples, comparing phones, reading the export.

use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_tests::harness::Petitions;
pub(crate) use kiennghi_tests::harness::{back_in_step, changes, exported, heads};
use kiennghi_tests::phone::Phone;

/// Xã Quảng Lâm, the unit of `quang-lam-1` and `quang-lam-2`.
pub(crate) const QUANG_LAM: &str = "QN-DH-02";
/// Xã Quảng An, the unit of `quang-an-1`.
pub(crate) const QUANG_AN: &str = "QN-DH-03";
/// Huyện Đầm Hà, the unit of the standing committee.
pub(crate) const DISTRICT: &str = "QN-DH";
/// The standing committee's user.
pub(crate) const COMMITTEE: &str = "thuong-truc-huyen";

/// Records so many petitions in the phone's own unit.
pub(crate) fn record(phone: &mut Phone, seed: u64, count: usize) -> Vec<DocumentId> {
    let unit = phone.unit();
    record_in(phone, &unit, seed, count)
}

/// Records so many petitions in a unit.
pub(crate) fn record_in(
    phone: &mut Phone,
    unit: &UnitCode,
    seed: u64,
    count: usize,
) -> Vec<DocumentId> {
    let samples = Petitions::seeded(seed).take(count);
    samples
        .map(|sample| {
            phone
                .record_petition(unit, sample.edits())
                .expect("recorded")
        })
        .collect()
}

/// The same device before its first sync, reaching the server over another address.
pub(crate) fn emptied(phone: &Phone, url: &str) -> Phone {
    let mut emptied = phone.emptied().expect("memory takes all");
    emptied.set_url(url).expect("memory takes all");
    emptied
}

/// Asks for JSON with a phone's token.
pub(crate) async fn get_json(phone: &Phone, path: &str) -> serde_json::Value {
    let mut client = phone
        .account()
        .connect(phone.meter())
        .await
        .expect("a connection");
    let reply = client.get(path).await.expect("a reply");
    assert_eq!(reply.status, 200, "{path}");
    serde_json::from_slice(&reply.body).expect("JSON")
}
