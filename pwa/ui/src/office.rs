//! Reads what the server says to the office, which the worker hands on as it came.

use kiennghi_messages::{Answer, Body, Detail};
use kiennghi_shared::office::DocumentView;
use kiennghi_shared::session::Delivery;
use minicbor::Decode;

/// An answer as what it was asked to be; none when it is not that.
pub(crate) fn read<T: for<'b> Decode<'b, ()>>(answer: &Answer) -> Option<T> {
    match answer {
        Answer::Office(bytes) => minicbor::decode(bytes).ok(),
        _ => None,
    }
}

/// A document at the server as one that is held here would be shown.
pub(crate) fn detail(answer: &Answer) -> Option<Detail> {
    let view: DocumentView = read(answer)?;
    let body = match (view.petition, view.meeting) {
        (Some(petition), _) => Body::Petition(petition),
        (None, meeting) => Body::Meeting(meeting?),
    };
    Some(Detail {
        id: view.id,
        unit: view.unit,
        unit_name: view.unit_name,
        body,
        meeting: view.parent.map(|parent| parent.meeting),
        conflicts: view.conflicts,
        history: view.history,
        delivery: Delivery::Received,
        heads: Vec::new(),
    })
}
