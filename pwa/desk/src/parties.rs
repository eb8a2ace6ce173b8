//! Who has a part in a case: in which units a person answers for and sends it, asked of the same table of
//! rights that the server asks.

use kiennghi_frame::app::App;
use kiennghi_frame::assigned::assignments;
use kiennghi_shared::casefile::{Desk, Need, Situation, need};
use kiennghi_shared::desk::{CaseFile, CaseRow};
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::schema::Kind;

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

/// For whom somebody answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Whom the case was sent to.
    Executive,
    /// An agency that it was assigned to.
    Agency,
    /// Whoever sent it, noting what came back on paper.
    Committee,
}

/// The unit that the dispatch that counts stands in.
pub(crate) fn sender(file: &CaseFile) -> Option<&UnitCode> {
    let dispatch = file.row.standing.dispatch?;
    let mut papers = file.papers.iter();
    papers
        .find(|paper| paper.id == dispatch)
        .map(|paper| &paper.unit)
}

/// The units in which somebody may answer for a case that is on its way.
pub(crate) fn answering(app: App, file: &CaseFile) -> Vec<(UnitCode, By)> {
    let mut parties = Vec::new();
    let may = |kind, unit: &UnitCode| app.may_write(kind, unit);
    if let Some(unit) = &file.row.standing.addressee
        && may(Kind::Assignment, unit)
        && may(Kind::Answer, unit)
    {
        parties.push((unit.clone(), By::Executive));
    }
    for (row, _) in assignments(file) {
        let unit = &row.unit;
        // Whoever writes answers for others does so in a unit of their own.
        let own = may(Kind::Answer, unit)
            && !may(Kind::Assignment, unit)
            && !app.may_read(Kind::Case, unit);
        if own && parties.iter().all(|(other, _)| other != unit) {
            parties.push((unit.clone(), By::Agency));
        }
    }
    if let Some(unit) = sender(file)
        && may(Kind::Dispatch, unit)
        && may(Kind::Answer, unit)
        && parties.iter().all(|(other, _)| other != unit)
    {
        parties.push((unit.clone(), By::Committee));
    }
    parties
}
