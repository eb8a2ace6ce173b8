//! The office's questions: asked of the server over HTTP, since an office browser holds only what it
//! opened. The answers go to the page as they come.

use kiennghi_messages::{Answer, Command, OfficeFilter};

use crate::network::escape;

fn query(filter: &OfficeFilter) -> String {
    let text = [
        ("text", &filter.text),
        ("unit", &filter.unit),
        ("village", &filter.village),
        ("field", &filter.field),
    ];
    text.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}&", escape(value)))
        .collect()
}

/// Method and path of the request that a command stands for; none for other commands.
pub(crate) fn request(command: &Command) -> Option<(&'static str, String)> {
    Some(match command {
        Command::OfficePetitions(filter) => {
            let (offset, limit) = (filter.offset, filter.limit);
            let query = query(filter);
            let path = format!("/api/v1/petitions?{query}offset={offset}&limit={limit}");
            ("GET", path)
        }
        Command::OfficeCounts(filter) => {
            ("GET", format!("/api/v1/petitions/counts?{}", query(filter)))
        }
        Command::OfficeDetail(id) => ("GET", format!("/api/v1/documents/{id}")),
        Command::Reviews { before, limit } => {
            let before = before.map(|id| format!("&before={id}"));
            let before = before.unwrap_or_default();
            ("GET", format!("/api/v1/reviews?limit={limit}{before}"))
        }
        Command::Decide { id, accept } => {
            let verb = if *accept { "accept" } else { "dismiss" };
            ("POST", format!("/api/v1/reviews/{id}/{verb}"))
        }
        _ => return None,
    })
}

/// What the page is told: the server's words, or after a decision that it is done.
pub(crate) fn answer(command: &Command, bytes: Vec<u8>) -> Answer {
    match command {
        Command::Decide { .. } => Answer::Done,
        _ => Answer::Office(bytes),
    }
}
