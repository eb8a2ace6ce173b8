//! The line between clients and the real server: TLS, clients that are slow on purpose, and what the
//! log says of it all.

mod acme;
mod address;
mod boundaries;
mod log;
mod passwords;
mod quota;
mod slow;
mod tls;

use kiennghi_shared::record::Edit;
use kiennghi_tests::phone::Phone;

/// Records one petition in the phone's own unit.
fn record(phone: &mut Phone, number: u64) {
    let unit = phone.unit();
    let edits = vec![Edit::new("content", format!("Ý kiến {number}"))];
    phone.record_petition(&unit, edits).expect("recorded");
}
