//! Whom letters go to, whom a case is probably for, and which agencies it may be assigned to.

use kiennghi_frame::app::App;
use kiennghi_shared::access::{Relation, Thing, Tree, Verb, relation};
use kiennghi_shared::desk::CaseRow;
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::profile::{Profile, Unit};
use kiennghi_shared::schema::Kind;

/// The units that letters go to: all that are known, without agencies and without those that were ended.
pub(crate) fn addressees(app: App) -> Vec<Unit> {
    app.profile(|profile| {
        let units = profile.units.iter();
        let units = units.filter(|unit| unit.successor.is_none() && !unit.is_agency());
        units.cloned().collect()
    })
    .unwrap_or_default()
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

/// The unit whose executive a case is probably for.
pub(crate) fn suggested_addressee(
    app: App,
    row: &CaseRow,
    raised_in: &[UnitCode],
) -> Option<UnitCode> {
    app.profile(|profile| suggested(profile, &row.unit, &row.case.competence, raised_in))
        .flatten()
}

/// The unit that has this competence: the lowest, the highest, or the one between them.
fn suggested(
    profile: &Profile,
    unit: &UnitCode,
    competence: &str,
    raised_in: &[UnitCode],
) -> Option<UnitCode> {
    let has_below = |unit: &UnitCode| {
        let mut units = profile.units.iter();
        units.any(|below| !below.is_agency() && below.parent.as_ref() == Some(unit))
    };
    let parent = |unit: &UnitCode| profile.place(unit)?.parent.cloned();
    let upward: Vec<UnitCode> = std::iter::successors(Some(unit.clone()), parent)
        .take(profile.units.len())
        .collect();
    match competence {
        "commune" if has_below(unit) => match raised_in {
            [first, rest @ ..] if rest.iter().all(|other| other == first) => Some(first.clone()),
            _ => None,
        },
        "district" => {
            let between = |unit: &&UnitCode| has_below(unit) && parent(unit).is_some();
            upward.iter().find(between).or(upward.last()).cloned()
        }
        "province" | "central" => upward.last().cloned(),
        _ => Some(unit.clone()),
    }
}

#[cfg(test)]
mod tests {
    use kiennghi_shared::field_of_work::FieldsOfWork;
    use kiennghi_shared::id::UserName;

    use super::*;

    fn profile() -> Profile {
        let unit = |code: &str, parent: Option<&str>, tier: &str| Unit {
            code: UnitCode(code.to_owned()),
            name: code.to_owned(),
            tier: tier.to_owned(),
            villages: Vec::new(),
            parent: parent.map(|parent| UnitCode(parent.to_owned())),
            successor: None,
        };
        Profile {
            user: UserName("a".to_owned()),
            display: "A".to_owned(),
            units: vec![
                unit("H", Some("T"), "huyện"),
                unit("X", Some("H"), "xã"),
                unit("Y", Some("H"), "xã"),
                unit("P", Some("X"), "cơ quan"),
                unit("T", None, "tỉnh"),
            ],
            sessions: Vec::new(),
            people: Vec::new(),
            grant: 0,
            grants: Vec::new(),
            fields: FieldsOfWork::default(),
        }
    }

    #[test]
    fn a_case_of_a_higher_tier_goes_up_and_a_lower_one_down() {
        let code = |code: &str| UnitCode(code.to_owned());
        for (unit, competence, raised_in, wanted) in [
            ("H", "district", &["X"][..], Some("H")),
            ("H", "province", &["X"], Some("T")),
            ("H", "central", &["X"], Some("T")),
            ("H", "commune", &["X", "X"], Some("X")),
            ("H", "commune", &["X", "Y"], None),
            ("H", "commune", &[], None),
            ("H", "", &["X"], Some("H")),
            ("X", "commune", &["X"], Some("X")),
            ("X", "district", &["X"], Some("H")),
            ("X", "province", &["X"], Some("T")),
            ("T", "district", &[], Some("T")),
        ] {
            let raised_in: Vec<UnitCode> = raised_in.iter().map(|unit| code(unit)).collect();
            let found = suggested(&profile(), &code(unit), competence, &raised_in);
            assert_eq!(found, wanted.map(code), "{unit} {competence}");
        }
    }
}
