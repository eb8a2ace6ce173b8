//! To whom a case is assigned.

use kiennghi_shared::casefile::Content;
use kiennghi_shared::desk::{CaseFile, PaperRow};
use kiennghi_shared::papers::Assignment;

/// The assignments of the dispatch that counts that were not withdrawn.
pub fn assignments(file: &CaseFile) -> impl Iterator<Item = (&PaperRow, &Assignment)> {
    let dispatch = file.row.standing.dispatch;
    file.papers
        .iter()
        .filter_map(move |row| match &row.content {
            Content::Assignment(paper) if paper.withdrawn.is_empty() => {
                let here = paper.dispatch.is_none() || paper.dispatch == dispatch;
                here.then_some((row, paper))
            }
            _ => None,
        })
}
