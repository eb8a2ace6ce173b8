//! What the server answered, and when an answer from before may stand for the one that is asked for: while the server
//! cannot be reached, and then alone. What it does not give any more is not shown.

use std::sync::Arc;

use kiennghi_messages::{DeskAnswer, DeskCommand, Request};
use leptos::prelude::*;

use crate::app::App;
use crate::failure::Failure;
use crate::worker;

/// Answers that are kept; the one of a page that was left long ago may go.
const KEPT_MAX: usize = 64;

/// An answer, as it came.
pub(crate) type Bytes = Arc<Vec<u8>>;

/// The last answers of the server, by what was asked.
#[derive(Default)]
pub struct Kept(Vec<(String, Bytes)>);

impl Kept {
    /// The last answer to what stands at a path.
    pub(crate) fn get(&self, path: &str) -> Option<Bytes> {
        let mut kept = self.0.iter();
        let (_, answer) = kept.find(|(known, _)| known == path)?;
        Some(Arc::clone(answer))
    }

    fn put(&mut self, path: &str, answer: &Bytes) {
        self.0.retain(|(known, _)| *known != path);
        if self.0.len() >= KEPT_MAX {
            self.0.remove(0);
        }
        self.0.push((path.to_owned(), Arc::clone(answer)));
    }
}

/// Why there is no new answer, and the one from before that may stand for it.
pub(crate) struct Missed {
    pub(crate) failure: Failure,
    pub(crate) before: Option<Bytes>,
}

/// Asks for what stands at a path under `/api/v1/`.
pub(crate) async fn answer(app: App, path: &str) -> Result<Bytes, Missed> {
    let asked = DeskCommand::Ask(Request {
        method: "GET".to_owned(),
        path: format!("/api/v1/{path}"),
        body: None,
    });
    let failure = match worker::ask(asked).await {
        Ok(DeskAnswer::Office(bytes)) => {
            let bytes = Arc::new(bytes);
            app.kept.update_value(|kept| kept.put(path, &bytes));
            return Ok(bytes);
        }
        Ok(_) => worker::unexpected().into(),
        Err(told) => Failure::from(told),
    };
    let before = app.kept.with_value(|kept| kept.get(path));
    let before = before.filter(|_| failure.is_network());
    Err(Missed { failure, before })
}
