//! The draft that a person asked to open again; all others are `kiennghi_page::drafts`.

use std::cell::RefCell;

use kiennghi_messages::Draft;
pub(crate) use kiennghi_page::drafts::*;

use crate::router;
use crate::state::App;

thread_local! {
    static OPENED: RefCell<Option<Draft>> = const { RefCell::new(None) };
}

/// Goes to the page of a draft and opens it there.
pub(crate) fn open(app: App, draft: Draft) {
    let route = draft.route.clone();
    OPENED.set(Some(draft));
    router::go(app, &route);
}

/// The draft that a person asked to open, for the form it belongs to.
pub(crate) fn take_opened(key: &str) -> Option<Draft> {
    OPENED.take().filter(|draft| draft.key == key)
}
