//! An answer as it is read out to voters, on the screen and on paper.

use kiennghi_shared::desk::{Outcome, Told};
use leptos::prelude::*;

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
            {part("content", "", answer.content.clone())}
            {part("outcome", "Kết quả", answer.result())}
            {part("roadmap", "Lộ trình", answer.roadmap())}
            {part("by", "Cơ quan trả lời", answer.source(by))}
        </div>
    }
    .into_any()
}

/// What is read out of these answers in a place, on paper: the same that the office prints.
pub(crate) fn sheet(place: String, outcomes: &[&Outcome]) -> AnyView {
    let answers: Vec<AnyView> = outcomes
        .iter()
        .map(|outcome| {
            view! {
                <h2>"Cử tri kiến nghị"</h2>
                <p class="read-out">{outcome.wording.clone()}</p>
                <h2>"Trả lời"</h2>
                {shown(outcome)}
            }
            .into_any()
        })
        .collect();
    view! {
        <div class=sheet_class(outcomes) data-test="sheet">
            <p class="sheet-title">"Thông tin tới cử tri"</p>
            <p class="sheet-title">{place}</p>
            {answers}
        </div>
    }
    .into_any()
}

/// How a sheet with these answers is printed: as large as one page takes.
fn sheet_class(outcomes: &[&Outcome]) -> &'static str {
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
