//! What desks are to do about cases, of what cases show.

use kiennghi_frame::app::App;
use kiennghi_frame::parties::{answers_for, is_committee_of};
use kiennghi_shared::casefile::{Desk, Need, Particular, Situation, need};
use kiennghi_shared::desk::{CaseFile, CaseRow};

/// What decides who is to do what about a case, seen from a desk.
fn situation(app: App, desk: Desk, row: &CaseRow, today: &str) -> Situation {
    let standing = &row.standing;
    Situation {
        state: standing.state,
        particular: match desk {
            Desk::Agency => Particular::of_agency(standing, |unit| answers_for(app, unit)),
            Desk::Committee => {
                Particular::of_committee(standing, &row.unit, |unit| is_committee_of(app, unit))
            }
            Desk::Executive => standing.particular,
        },
        is_disputed: standing.is_disputed,
        is_overdue: !row.due.is_empty() && *row.due < *today,
    }
}

/// What a desk is to do about a case, whoever at it.
pub(crate) fn need_at(app: App, desk: Desk, file: &CaseFile) -> Option<Need> {
    need(desk, situation(app, desk, &file.row, &file.today))
}

/// What a desk is to do about a case, where it is the person's to do.
pub(crate) fn need_of(app: App, desk: Desk, file: &CaseFile) -> Option<Need> {
    need_at(app, desk, file).filter(|need| app.writes(need.takes(desk)))
}
