//! The question about a half-written form: open it again, or throw it away.
//!
//! A draft is never opened silently, and never thrown away by one tap.

use kiennghi_page::{browser, time};
use leptos::prelude::*;

/// What is known of a form that was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// What it would become: “một kiến nghị”.
    pub thing: &'static str,
    /// How what was typed begins; empty for nothing to show.
    pub begins: String,
    /// When it was kept, milliseconds since 1970.
    pub kept_at: i64,
}

/// The question, and what follows from its answers.
pub fn draft_question(
    left: Left,
    open: impl Fn() + Send + Sync + 'static,
    throw_away: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    question_of(left, Box::new(open), Box::new(throw_away))
}

type Act = Box<dyn Fn() + Send + Sync>;

fn question_of(left: Left, open: Act, throw_away: Act) -> AnyView {
    let sure = RwSignal::new(false);
    let when = time::since(left.kept_at, browser::now_ms());
    let question = format!("Bạn đang viết dở {} lúc {when}. Mở tiếp?", left.thing);
    let begins =
        (!left.begins.is_empty()).then(|| view! { <p class="muted">"“" {left.begins} "”"</p> });
    let drop_draft = move |_| {
        if sure.get_untracked() {
            throw_away();
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

/// The first words of a text, to know it again by.
#[must_use]
pub fn first_words(text: &str) -> String {
    const CHARS_MAX: usize = 80;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_words_are_one_short_line() {
        assert_eq!(first_words("Kênh mương\n  hỏng"), "Kênh mương hỏng");
        let long = first_words(&"đường ".repeat(40));
        assert!(long.ends_with('…') && long.chars().count() <= 81, "{long}");
    }
}
