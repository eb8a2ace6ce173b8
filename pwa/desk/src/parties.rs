//! Who has a part in a case: in which units a person answers for, assigns and sends it, asked of the same table of
//! rights that the server asks.

use kiennghi_frame::app::App;
use kiennghi_shared::access::{Relation, Thing, Verb, relation};
use kiennghi_shared::casefile::{Content, Desk, Need, Situation, need};
use kiennghi_shared::desk::{CaseFile, CaseRow, PaperRow};
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::papers::Assignment;
use kiennghi_shared::profile::Unit;
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

/// The assignments of the dispatch that counts that were not withdrawn.
pub(crate) fn assignments(file: &CaseFile) -> impl Iterator<Item = (&PaperRow, &Assignment)> {
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

/// The agencies that work for a unit and that the person may assign a case to.
pub(crate) fn agencies_of(app: App, of: &UnitCode) -> Vec<Unit> {
    app.profile(|profile| {
        let is_below = |unit: &Unit| relation(profile, of, &unit.code) == Some(Relation::Below);
        let thing = Thing::Document(Kind::Assignment);
        let may = |unit: &Unit| profile.may_in(Verb::Write, thing, &unit.code);
        let units = profile.units.iter();
        let units = units.filter(|unit| unit.is_agency() && unit.successor.is_none());
        let units = units.filter(|unit| is_below(unit) && may(unit));
        units.cloned().collect()
    })
    .unwrap_or_default()
}
