//! Who has a part in a case: in which units a person answers for it, asked of the same table of rights that the
//! server asks.

use kiennghi_shared::casefile::{Part, Party};
use kiennghi_shared::desk::{CaseFile, CaseRow};
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::schema::Kind;

use crate::app::App;

/// Whether the person writes answers of a unit of their own: whoever writes them for others is no agency.
pub fn answers_for(app: App, unit: &UnitCode) -> bool {
    app.may_write(Kind::Answer, unit)
        && !app.may_write(Kind::Assignment, unit)
        && !app.may_read(Kind::Case, unit)
}

/// Whether the person is of a unit's committee.
#[must_use]
pub fn is_committee_of(app: App, unit: &UnitCode) -> bool {
    app.profile(|profile| profile.is_committee_of(unit)) == Some(true)
}

/// The committee's unit that another committee sent a case to, where the person answers for it; whoever sent it does not.
#[must_use]
pub fn received_by(app: App, row: &CaseRow) -> Option<&UnitCode> {
    let is_own = |unit: &UnitCode| is_committee_of(app, unit);
    let received = row.standing.received_by(&row.unit, is_own);
    received.filter(|unit| app.may_write(Kind::Answer, unit))
}

/// For whom somebody answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Whom the case was sent to: an executive, or a council's committee.
    Addressee,
    /// An agency that it was assigned to.
    Agency,
    /// An agency that is to help whoever answers.
    Helper,
    /// Whoever sent it, noting what came back on paper.
    Committee,
}

/// The unit that the dispatch that counts stands in.
fn sender(file: &CaseFile) -> Option<&UnitCode> {
    let dispatch = file.row.standing.dispatch?;
    let mut papers = file.papers.iter();
    papers
        .find(|paper| paper.id == dispatch)
        .map(|paper| &paper.unit)
}

/// The units in which somebody may answer for a case that is on its way.
pub fn answering(app: App, file: &CaseFile) -> Vec<(UnitCode, By)> {
    let mut parties = Vec::new();
    let may = |kind, unit: &UnitCode| app.may_write(kind, unit);
    if let Some(unit) = &file.row.standing.addressee
        && may(Kind::Assignment, unit)
        && may(Kind::Answer, unit)
    {
        parties.push((unit.clone(), By::Addressee));
    }
    let sent_to_us = received_by(app, &file.row);
    parties.extend(sent_to_us.map(|unit| (unit.clone(), By::Addressee)));
    for Party { unit, part, .. } in &file.row.standing.parties {
        let by = match part {
            Part::Lead => By::Agency,
            Part::Coordinating | Part::Contributed => By::Helper,
            Part::GaveBack => continue,
        };
        if answers_for(app, unit) && parties.iter().all(|(other, _)| other != unit) {
            parties.push((unit.clone(), by));
        }
    }
    if let Some(unit) = sender(file)
        && may(Kind::Dispatch, unit)
        && may(Kind::Answer, unit)
        && sent_to_us.is_none()
        && parties.iter().all(|(other, _)| other != unit)
    {
        parties.push((unit.clone(), By::Committee));
    }
    parties
}
