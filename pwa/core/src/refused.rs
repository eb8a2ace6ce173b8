//! What the server refused, as the page shows it.

use kiennghi_messages::{Answer, RefusedRow};

use crate::local::Local;

/// The list, the newest first.
pub(crate) fn list(local: &Local) -> Answer {
    let rows = local.refused.iter().rev();
    let rows = rows.map(|(order, work)| {
        let meeting = work.fields.iter().find(|edit| edit.field == "meeting");
        let meeting = meeting.and_then(|edit| edit.value.as_text()?.parse().ok());
        RefusedRow {
            order: *order,
            is_edit: local.cards.contains(work.header.id),
            meeting: meeting.and_then(|id| local.cards.fields(id)).cloned(),
            petitioner: local.petitioner_of(work.header.id).cloned(),
            work: work.clone(),
        }
    });
    Answer::Refused {
        rows: rows.collect(),
        petitioners: local.refused_petitioners().cloned().collect(),
    }
}
