//! Short messages: what went wrong, what is awaited, where a document stands.

use kiennghi_messages::{Cause, Failure};
use kiennghi_shared::session::Delivery;
use leptos::prelude::*;

use crate::words;

/// Where a document stands, in words, icon and colour.
pub(crate) fn badge(delivery: Delivery) -> AnyView {
    let (name, words) = words::delivery(delivery);
    let class = format!("state {name}");
    view! { <span class=class data-state=name>{words}</span> }.into_any()
}

/// Says that a document waits for a person to choose between versions.
pub(crate) fn conflict_mark(conflicts: u64) -> AnyView {
    (conflicts > 0)
        .then(|| view! { <span class="state refused">"Có hai bản, cần chọn"</span> })
        .into_any()
}

/// A message that something went wrong.
pub(crate) fn failed(words: String) -> AnyView {
    view! { <div class="notice error" role="alert" data-test="failure"><p>{words}</p></div> }
        .into_any()
}

/// A message for as long as the signal holds one.
pub(crate) fn failure_notice(failure: RwSignal<Option<Failure>>) -> AnyView {
    (move || failure.get().map(|failure| failed(words_of(&failure)))).into_any()
}

/// What a person is told about a failure.
pub(crate) fn words_of(failure: &Failure) -> String {
    match failure.cause {
        Cause::Network => "Không nối được với máy chủ. Hãy thử lại khi có mạng.".to_owned(),
        _ => failure.message.clone(),
    }
}

/// Says that something is being fetched.
pub(crate) fn waiting() -> AnyView {
    view! { <p class="muted" data-test="waiting">"Đang mở…"</p> }.into_any()
}
