//! What desks are to do about cases, of what cases show.

use kiennghi_shared::casefile::{Desk, Need, Situation, need};
use kiennghi_shared::desk::{CaseFile, CaseRow};

/// What decides who is to do what about a case.
pub(crate) fn situation(row: &CaseRow, today: &str) -> Situation {
    Situation {
        state: row.standing.state,
        is_disputed: row.standing.is_disputed,
        is_overdue: !row.due.is_empty() && *row.due < *today,
    }
}

/// What a desk is to do about a case.
pub(crate) fn need_of(desk: Desk, file: &CaseFile) -> Option<Need> {
    need(desk, situation(&file.row, &file.today))
}
