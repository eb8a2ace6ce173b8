//! The question about a half-written form of this app.

use kiennghi_messages::Draft;
use kiennghi_parts::left::{self, Left};
use leptos::prelude::*;

use crate::drafts;
use crate::words;

/// What a draft is of, by the fields that its form has.
fn thing(draft: &Draft) -> &'static str {
    let has = |key| draft.fields.iter().any(|edit| edit.field == key);
    if has("how") {
        "việc đã thông tin tới cử tri"
    } else if has("holds") {
        "việc kiểm tra tại chỗ"
    } else if draft.key.starts_with("meeting") {
        "một cuộc tiếp xúc"
    } else {
        "một kiến nghị"
    }
}

/// The question; `open` and `dropped` say how it ended.
pub(crate) fn draft_question(
    draft: &Draft,
    open: impl Fn() + Send + Sync + 'static,
    dropped: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    let begins = ["content", "reaction_note", "place", "village", "minutes"]
        .iter()
        .map(|key| left::first_words(&words::text_of(&draft.fields, key)))
        .find(|text| !text.is_empty());
    let left = Left {
        thing: thing(draft),
        begins: begins.unwrap_or_default(),
        kept_at: draft.kept_at,
    };
    let key = draft.key.clone();
    left::draft_question(left, open, move || {
        drafts::throw_away(&key);
        dropped();
    })
}
