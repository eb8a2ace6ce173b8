//! Comparing what phones and server hold.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kiennghi_shared::code::Code;
use kiennghi_shared::id::{ChangeHash, DocumentId};
use kiennghi_shared::validate::ParsedChange;

use super::{Server, eventually_async};
use crate::phone::{Phone, PhoneError, SyncReport};

/// Syncs after a fault. The server lets a device have few requests under way, and may not have
/// noticed yet that an earlier one has died: it says so, and the phone comes again.
///
/// # Panics
/// When it does not come in step.
pub async fn back_in_step(phone: &mut Phone) -> SyncReport {
    let deadline = Duration::from_secs(20);
    eventually_async("the phone's turn", deadline, async || {
        match phone.sync().await {
            Ok(report) => Some(report),
            Err(failure) => match failure.error {
                PhoneError::Answered {
                    code: Some(Code::Busy),
                    ..
                } => None,
                error => panic!("{}: {error}", phone.user()),
            },
        }
    })
    .await
}

/// The heads of every document on a phone.
///
/// # Panics
/// When they cannot be read.
#[must_use]
pub fn heads(phone: &Phone) -> BTreeMap<DocumentId, BTreeSet<ChangeHash>> {
    let ids = phone.ids().expect("a shelf");
    let heads_of = |id| phone.document(id).expect("a document").1.heads();
    ids.into_iter()
        .map(|id| (id, heads_of(id).into_iter().collect()))
        .collect()
}

/// Every change of every document on a phone, with how often it is there.
///
/// # Panics
/// When they cannot be read.
#[must_use]
pub fn changes(phone: &Phone) -> BTreeMap<ChangeHash, usize> {
    let mut found = BTreeMap::new();
    for id in phone.ids().expect("a shelf") {
        for raw in phone.document(id).expect("a document").1.raw_changes() {
            let parsed = ParsedChange::parse(&raw).expect("its own change");
            *found.entry(parsed.hash).or_default() += 1;
        }
    }
    found
}

/// The ids of the server's export, as they come.
///
/// # Panics
/// When they cannot be read.
#[must_use]
pub fn exported(server: &Server) -> Vec<DocumentId> {
    let lines = server.command("export", &[]);
    let id = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        line["id"].as_str().expect("an id").parse().expect("an id")
    };
    lines.lines().map(id).collect()
}
