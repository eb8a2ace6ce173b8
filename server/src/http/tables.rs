//! What every table may be asked for: words to find, and so many rows.

use kiennghi_shared::text::Query;

use crate::store::Words;

/// Rows of a page that does not say how many it wants.
const LIMIT_DEFAULT: u64 = 50;
/// Rows of a page at most.
const LIMIT_MAX: u64 = 200;
/// Characters of a search.
const TEXT_CHARS_MAX: usize = 200;

/// How many rows a page has.
pub(super) fn rows(wanted: Option<u64>) -> u64 {
    wanted.unwrap_or(LIMIT_DEFAULT).min(LIMIT_MAX)
}

/// The words of a search; none when it has none.
pub(super) fn words(text: &str) -> Option<Words> {
    let text: String = text.chars().take(TEXT_CHARS_MAX).collect();
    Query::new(&text).map(|query| Words {
        folded: query.fts_folded(),
        exact: query.fts_exact(),
    })
}
