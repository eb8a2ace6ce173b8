//! The question about a half-written form: open it again, or throw it away.
//!
//! A draft is never opened silently, and never thrown away by one tap.

use kiennghi_messages::Draft;
use leptos::prelude::*;

use crate::browser;
use crate::drafts;
use crate::time;
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
    open: impl Fn() + 'static,
    dropped: impl Fn() + 'static,
) -> AnyView {
    let sure = RwSignal::new(false);
    let thing = thing(draft);
    let when = time::since(draft.kept_at, browser::now_ms());
    let question = format!("Bạn đang viết dở {thing} lúc {when}. Mở tiếp?");
    let begins = ["content", "reaction_note", "place", "village", "minutes"]
        .iter()
        .map(|key| words::first_words(&words::text_of(&draft.fields, key)))
        .find(|text| !text.is_empty())
        .map(|text| view! { <p class="muted">"“" {text} "”"</p> });
    let key = draft.key.clone();
    let drop_draft = move |_| {
        if sure.get_untracked() {
            drafts::throw_away(&key);
            dropped();
        } else {
            sure.set(true);
        }
    };
    let drop_words = move || if sure.get() { "Bỏ hẳn" } else { "Bỏ" };
    let asked_again = move || {
        sure.get().then(|| {
            view! { <p role="alert"><strong>"Bỏ hẳn phần đã viết? Không lấy lại được."</strong></p> }
        })
    };
    let keep = move || {
        sure.get().then(|| {
            view! { <button type="button" class="button plain" on:click=move |_| sure.set(false)>"Giữ lại"</button> }
        })
    };
    view! {
        <section class="notice warning" data-test="draft-question" aria-label="Bản viết dở">
            <p><span class="state draft" data-state="draft">"Nháp"</span></p>
            <p><strong>{question}</strong></p>
            {begins}
            {asked_again}
            <p class="actions">
                <button type="button" class="button primary" data-test="draft-open" on:click=move |_| open()>"Mở tiếp"</button>
                <button type="button" class="button danger" data-test="draft-drop" on:click=drop_draft>{drop_words}</button>
                {keep}
            </p>
        </section>
    }
    .into_any()
}
