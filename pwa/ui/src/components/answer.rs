//! An answer as it is read out to voters, on the screen and on paper.

use kiennghi_shared::catalogue::{OUTCOMES, PROGRESS_MEASURES, RESOLVED_MEASURES, name_of};
use kiennghi_shared::desk::{Outcome, Told};
use kiennghi_shared::papers::Answer;
use leptos::prelude::*;

use crate::time;
use crate::words;

/// The answer of a case in full; nothing where there is none.
pub(crate) fn shown(outcome: &Outcome) -> AnyView {
    let Some(Told { by, answer, .. }) = &outcome.answer else {
        return ().into_any();
    };
    let part = |key: &'static str, name: &'static str, text: String| {
        if text.is_empty() {
            return ().into_any();
        }
        let name = (!name.is_empty()).then(|| view! { <strong>{name}": "</strong> });
        view! { <p data-field=key>{name}{text}</p> }.into_any()
    };
    view! {
        <div class="read-out" data-test="answer">
            {part("by", "Cơ quan trả lời", by.clone())}
            {part("outcome", "Kết quả", result(answer))}
            {part("content", "", answer.content.clone())}
            {part("roadmap", "Lộ trình", answer.roadmap.clone())}
            {part("expected", "Dự kiến xong", time::day_of_stored(&answer.expected))}
            {part("document", "Văn bản", document(answer))}
        </div>
    }
    .into_any()
}

/// The outcome in words, with what more is said of it.
fn result(answer: &Answer) -> String {
    let measures = match answer.outcome.as_str() {
        "resolved" => RESOLVED_MEASURES,
        _ => PROGRESS_MEASURES,
    };
    let outcome = name_of(OUTCOMES, &answer.outcome);
    match answer.measure.as_str() {
        "" => outcome.to_owned(),
        measure => format!("{outcome} – {}", name_of(measures, measure)),
    }
}

/// The document that answers: number, day and who signed it.
fn document(answer: &Answer) -> String {
    let day = time::day_of_stored(&answer.date);
    let named = |name: &str, text: &str| match text {
        "" => String::new(),
        text => format!("{name} {text}"),
    };
    words::joined([
        named("số", &answer.number),
        named("ngày", &day),
        named("người ký:", &answer.signer),
    ])
}

/// How a sheet with these answers is printed: as large as one page takes.
pub(crate) fn sheet_class(outcomes: &[&Outcome]) -> &'static str {
    const LARGE_MAX: usize = 1_100;
    const MEDIUM_MAX: usize = 2_200;
    let chars = |outcome: &&Outcome| {
        let answer = outcome.answer.as_ref().map(|told| &told.answer);
        let answer = answer.map_or(0, |a| a.content.chars().count() + a.roadmap.chars().count());
        outcome.wording.chars().count() + answer + 200
    };
    let chars: usize = outcomes.iter().map(chars).sum();
    if chars <= LARGE_MAX {
        "print-only sheet large"
    } else if chars <= MEDIUM_MAX {
        "print-only sheet medium"
    } else {
        "print-only sheet"
    }
}
