//! The way through the pages of a list.

use kiennghi_parts::live::{button_of, live};
use leptos::prelude::*;

use crate::query::Query;

/// Rows of a page.
pub const ROWS: u64 = 50;

/// The page that is shown of how many, and buttons to those beside it; nothing where there is one page. The list is
/// asked for from `offset` on.
pub fn pages(query: RwSignal<Query>, total: impl Fn() -> u64 + Send + 'static) -> AnyView {
    live(move || {
        let (total, offset) = (total(), query.with(|query| query.number("offset")));
        (total > ROWS || offset > 0).then(|| {
            let words = format!(
                "Trang {}/{}",
                offset / ROWS + 1,
                total.div_ceil(ROWS).max(1)
            );
            let before = (offset > 0).then(|| offset.saturating_sub(ROWS));
            let after = Some(offset + ROWS).filter(|next| *next < total);
            view! {
                <nav class="actions" aria-label="Các trang của bảng">
                    {turn(query, "previous", "Trang trước", before)}
                    <span>{words}</span>
                    {turn(query, "next", "Trang sau", after)}
                </nav>
            }
            .into_any()
        })
    })
}

/// A button to another page, which there may not be.
fn turn(
    query: RwSignal<Query>,
    test: &'static str,
    words: &'static str,
    to: Option<u64>,
) -> AnyView {
    let act = move || {
        let offset = to.filter(|to| *to > 0).map(|to| to.to_string());
        query.update(|query| query.set("offset", offset.unwrap_or_default()));
    };
    button_of(test, "", words.into_any(), to.is_none(), Box::new(act))
}
