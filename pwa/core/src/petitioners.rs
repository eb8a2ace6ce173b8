//! Sends petitioners, each by itself: they are in no document, and nothing is kept here once they are there.

use kiennghi_messages::{Cause, Failure, Signal, WaitingPetitioner};
use kiennghi_shared::code::Code;
use kiennghi_shared::session::Delivery;
use kiennghi_shared::wire::DocumentHeader;
use minicbor::bytes::ByteVec;

use crate::app::App;
use crate::local::Local;
use crate::{browser, network};

/// The petitioner that waits with a petition once it is saved: a new one, or the one that waits already,
/// also with the refused petition that is sent `again` as this one.
pub(crate) fn waiting(
    local: &Local,
    petition: &DocumentHeader,
    again: Option<u64>,
    person: Option<ByteVec>,
) -> Option<WaitingPetitioner> {
    let before = again.and_then(|order| local.refused.get(&order));
    let before = before.map_or(petition.id, |work| work.header.id);
    let present = local.petitioner_of(before);
    let person = match person {
        Some(person) => person,
        None if before != petition.id => present?.person.clone(),
        None => return None,
    };
    Some(WaitingPetitioner {
        id: present.map_or_else(browser::fresh_document, |present| present.id),
        unit: petition.unit.clone(),
        petition: petition.id,
        follows: present.map_or(0, |present| present.follows),
        person,
        noted_at: browser::now_ms(),
        refused: None,
    })
}

/// Sends those that wait, once their petitions are there.
pub(crate) async fn send(app: &App, token: &str) -> Result<(), Failure> {
    let unsent: Vec<_> = {
        let local = app.local.lock().await;
        let session = local.signed_in.as_ref().map(|s| &s.session);
        let is_there = |waiting: &&WaitingPetitioner| {
            let petition = waiting.petition;
            session.is_some_and(|session| session.delivery(petition) == Delivery::Received)
        };
        local
            .unsent_petitioners()
            .filter(is_there)
            .cloned()
            .collect()
    };
    for waiting in unsent {
        let refused = match put(token, &waiting).await {
            Ok(()) => None,
            Err(failure) => match failure.cause {
                // Whoever it was is erased, or the petition is.
                Cause::Server(Code::Gone) => None,
                Cause::Server(code) if is_final(code) => Some(code),
                _ => return Err(failure),
            },
        };
        let mut local = app.local.lock().await;
        local.petitioner_answered(&waiting, refused).await?;
        browser::post(&Signal::Changed);
    }
    Ok(())
}

async fn put(token: &str, waiting: &WaitingPetitioner) -> Result<(), Failure> {
    let path = format!("/api/v1/petitioners/{}", waiting.id);
    network::put(token, &path, &sending(waiting)).await
}

/// A [`kiennghi_shared::petitioner::Sending`].
fn sending(waiting: &WaitingPetitioner) -> Vec<u8> {
    let before = (&waiting.unit, waiting.petition, waiting.follows);
    let mut bytes = minicbor::to_vec(before).expect("a Vec takes all that is written");
    // One more of the same array.
    bytes[0] += 1;
    bytes.extend_from_slice(&waiting.person);
    bytes
}

/// Whether sending it again comes to the same.
fn is_final(code: Code) -> bool {
    !matches!(
        code,
        Code::Unauthenticated
            | Code::Revoked
            | Code::Busy
            | Code::TooManyRequests
            | Code::Unavailable
            | Code::Internal
    )
}
