//! What the pages ask of the server itself, since an office browser holds only what it opened: the worker
//! sends it in this device's name, and hands on the answer as it came.

use kiennghi_messages::{Answer, Command, Detail, Request};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::office::DocumentView;
use kiennghi_shared::session::Delivery;
use kiennghi_shared::wire::DocumentHeader;
use minicbor::Decode;

/// What to look for among the district's petitions; empty fields do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Words.
    pub(crate) text: String,
    /// Commune, by code.
    pub(crate) unit: String,
    /// Village, by name.
    pub(crate) village: String,
    /// Field of work, by code.
    pub(crate) field: String,
    /// How many to skip.
    pub(crate) offset: u32,
    /// How many to give at most.
    pub(crate) limit: u32,
}

impl Filter {
    fn query(&self) -> String {
        let texts = [
            ("text", &self.text),
            ("unit", &self.unit),
            ("village", &self.village),
            ("field", &self.field),
        ];
        let escape = |value: &str| String::from(js_sys::encode_uri_component(value));
        texts
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}&", escape(value)))
            .collect()
    }
}

fn ask(method: &str, path: &str) -> Command {
    ask_with(method, path, None)
}

fn ask_with(method: &str, path: &str, body: Option<String>) -> Command {
    Command::Ask(Request {
        method: method.to_owned(),
        path: format!("/api/v1/{path}"),
        body: body.map(|body| ("application/json".to_owned(), body.into_bytes().into())),
    })
}

/// Asks how alerts stand for this device: [`kiennghi_shared::alert::AlertState`].
pub(crate) fn alerts() -> Command {
    ask("GET", "alerts")
}

/// Has this device sent alerts, where a subscription says, or none any more.
pub(crate) fn switch_alerts(subscription: Option<String>) -> Command {
    let method = if subscription.is_some() {
        "PUT"
    } else {
        "DELETE"
    };
    ask_with(method, "alerts", subscription)
}

/// Asks for this browser's session: [`kiennghi_shared::account::Session`].
pub(crate) fn session() -> Command {
    ask("GET", "session")
}

/// Asks for a page of the district's petitions: [`kiennghi_shared::office::PetitionList`].
pub(crate) fn petitions(filter: &Filter) -> Command {
    let (query, offset, limit) = (filter.query(), filter.offset, filter.limit);
    ask(
        "GET",
        &format!("petitions?{query}offset={offset}&limit={limit}"),
    )
}

/// Asks for counts of them: [`kiennghi_shared::office::PetitionCounts`].
pub(crate) fn counts(filter: &Filter) -> Command {
    ask("GET", &format!("petitions/counts?{}", filter.query()))
}

/// Asks for one document: [`detail`].
pub(crate) fn document(id: DocumentId) -> Command {
    ask("GET", &format!("documents/{id}"))
}

/// Asks for the newest work that waits for a decision: [`kiennghi_shared::review::ReviewList`].
pub(crate) fn reviews(limit: u32) -> Command {
    ask("GET", &format!("reviews?limit={limit}"))
}

/// Takes work that waits in, or leaves it out.
pub(crate) fn decide(id: u64, accept: bool) -> Command {
    let verb = if accept { "accept" } else { "dismiss" };
    ask("POST", &format!("reviews/{id}/{verb}"))
}

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
    Some(Detail {
        header: DocumentHeader {
            id: view.id,
            kind: view.kind,
            unit: view.unit,
        },
        unit_name: view.unit_name,
        fields: view.fields,
        meeting: view.parent.map(|parent| parent.fields),
        conflicts: view.conflicts,
        history: view.history,
        delivery: Delivery::Received,
        heads: Vec::new(),
        petitioner: None,
    })
}
