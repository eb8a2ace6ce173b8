//! What the pages share: where the person is, who that is, and what was just done.

use kiennghi_shared::account::Account;
use leptos::prelude::*;

use crate::browser;
use crate::router::{self, Route};

/// The app's state, to be copied into every page.
#[derive(Clone, Copy)]
pub(crate) struct Office {
    /// The page that is open.
    pub(crate) route: RwSignal<Route>,
    /// Who is signed in, once the server was asked.
    pub(crate) account: RwSignal<Option<Account>>,
    /// What was just done, in words, until the next page.
    pub(crate) said: RwSignal<Option<String>>,
    /// The same, until the page shows what came of it.
    to_say: StoredValue<Option<String>>,
    /// Counts up when the page that is open should ask the server anew.
    pub(crate) asked: RwSignal<u32>,
    /// The code that a link brought.
    pub(crate) code: StoredValue<String>,
}

impl Office {
    /// The state at the start. A code is taken out of the address at once, so that nobody reads it there.
    pub(crate) fn new() -> Self {
        let code = browser::fragment();
        if !code.is_empty() {
            browser::replace_path(&browser::path());
        }
        Self {
            route: RwSignal::new(router::current()),
            account: RwSignal::new(None),
            said: RwSignal::new(None),
            to_say: StoredValue::new(None),
            asked: RwSignal::new(0),
            code: StoredValue::new(code),
        }
    }

    /// Shows the page that is open anew, and says then what was done.
    pub(crate) fn done(self, words: impl Into<String>) {
        self.to_say.set_value(Some(words.into()));
        self.asked.update(|asked| *asked += 1);
    }

    /// Says what was done, now that the page shows it.
    pub(crate) fn say(self) {
        if let Some(words) = self.to_say.get_value() {
            self.to_say.set_value(None);
            self.said.set(Some(words));
            browser::soon(|| browser::focus("said"));
        }
    }

    /// Says what was done, on another page.
    pub(crate) fn done_at(self, path: &str, words: impl Into<String>) {
        router::go_instead(self, path);
        self.said.set(Some(words.into()));
    }
}
