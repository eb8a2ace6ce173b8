//! The Vietnamese words for what cases and their papers hold.

use kiennghi_shared::casefile::Missing;
use kiennghi_shared::catalogue::{COMPETENCES, FIELDS_OF_WORK, field_of_work_name, name_of};
use kiennghi_shared::desk::CaseRow;
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::record::{Petition, Value};
use kiennghi_shared::schema::{Kind, Shape};
use leptos::prelude::*;

use crate::app::App;
use crate::time;

/// How many days before its end a deadline is near.
const SOON_DAYS: i64 = 5;

/// A choice of nothing.
pub(crate) const UNKNOWN: &str = "Chưa rõ";

/// Fields of work as choices, after one of nothing.
pub(crate) fn fields_of_work(none: &str) -> Vec<(String, String)> {
    let fields = FIELDS_OF_WORK
        .iter()
        .map(|field| (field.choice.code.to_owned(), field.choice.name.to_owned()));
    after(none, fields)
}

/// Competences as choices, after one of nothing.
pub(crate) fn competences(none: &str) -> Vec<(String, String)> {
    let choices = COMPETENCES
        .iter()
        .map(|choice| (choice.code.to_owned(), choice.name.to_owned()));
    after(none, choices)
}

/// Council sessions as choices, after one of nothing.
pub(crate) fn sessions(app: App, none: &str) -> Vec<(String, String)> {
    let sessions = app.profile(|profile| profile.sessions.clone());
    let sessions = sessions.unwrap_or_default().into_iter();
    after(none, sessions.map(|session| (session.code, session.name)))
}

/// Choices after one of nothing.
pub(crate) fn after(
    none: &str,
    choices: impl IntoIterator<Item = (String, String)>,
) -> Vec<(String, String)> {
    let none = (String::new(), none.to_owned());
    std::iter::once(none).chain(choices).collect()
}

/// A unit's name; its code when the name is not known here.
pub(crate) fn unit(app: App, code: &UnitCode) -> String {
    app.profile(|profile| {
        let unit = profile.units.iter().find(|unit| unit.code == *code);
        unit.map(|unit| unit.name.clone())
    })
    .flatten()
    .unwrap_or_else(|| code.0.clone())
}

/// A person's name; the sign-in name when it is not known here.
pub(crate) fn person(app: App, user: &str) -> String {
    app.profile(|profile| {
        let person = profile.people.iter().find(|person| person.user.0 == user);
        match person {
            Some(person) => Some(person.display.clone()),
            None => (profile.user.0 == user).then(|| profile.display.clone()),
        }
    })
    .flatten()
    .unwrap_or_else(|| user.to_owned())
}

/// A council session's name; its code when the name is not known here.
pub(crate) fn session(app: App, code: &str) -> String {
    app.profile(|profile| {
        let session = profile.sessions.iter().find(|session| session.code == code);
        session.map(|session| session.name.clone())
    })
    .flatten()
    .unwrap_or_else(|| code.to_owned())
}

/// A value of a field as people read it; empty for none.
pub(crate) fn value(app: App, kind: Kind, key: &str, value: &Value) -> String {
    let shape = kind.field(key).map(|field| field.shape);
    match value {
        Value::Empty => String::new(),
        Value::Number(number) if shape == Some(Shape::Instant) => time::moment(*number),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => match (key, shape) {
            (_, Some(Shape::Date)) => time::day_of_stored(text),
            ("session", _) => session(app, text),
            ("competence", _) => name_of(COMPETENCES, text).to_owned(),
            ("field", _) => field_of_work_name(text).to_owned(),
            ("recorder", _) => person(app, text),
            _ => text.clone(),
        },
    }
}

/// How many voters raised something.
pub(crate) fn voters(voters: Option<i64>) -> String {
    voters.map_or_else(
        || "chưa ghi số cử tri".to_owned(),
        |voters| format!("{voters} cử tri"),
    )
}

/// Where a petition is from: its village, and its unit.
pub(crate) fn raised_in(petition: &Petition, unit_name: &str) -> String {
    match petition.village.as_str() {
        "" => unit_name.to_owned(),
        village => format!("{village}, {unit_name}"),
    }
}

/// What keeps a case from being closed.
pub(crate) fn missing(missing: Missing) -> &'static str {
    match missing {
        Missing::Claim => "Trả lời rằng đã giải trình hoặc đã giải quyết xong",
        Missing::Check => "Kiểm tra tại chỗ thấy đúng như trả lời",
        Missing::Notice => "Thông tin tới cử tri ở mọi thôn đã nêu",
        Missing::Verdict => "Kết luận giám sát",
    }
}

/// Whom a case is with.
pub(crate) fn holder(row: &CaseRow) -> String {
    match (row.addressee_name.as_str(), row.lead_name.as_str()) {
        ("", "") => row.unit_name.clone(),
        (addressee, "") => addressee.to_owned(),
        (_, lead) => lead.to_owned(),
    }
}

/// Where something stands before its deadline, by name of its look and in words.
fn standing(due: &str, today: &str) -> Option<(&'static str, &'static str)> {
    let left = days(due)? - days(today)?;
    Some(match left {
        ..0 => ("overdue", "Quá hạn"),
        0..=SOON_DAYS => ("soon", "Sắp đến hạn"),
        _ => ("on-time", "Trong hạn"),
    })
}

/// A deadline in words, icon and colour; nothing where none is.
pub(crate) fn due(due: &str, today: &str) -> AnyView {
    let shown = standing(due, today).map(|(name, words)| {
        let class = format!("state {name}");
        let words = format!("{words}: {}", time::day_of_stored(due));
        view! { <span class=class data-due=name>{words}</span> }
    });
    shown.into_any()
}

/// A stored day, `yyyy-mm-dd`, as a count of days (Howard Hinnant's `days_from_civil`).
fn days(stored: &str) -> Option<i64> {
    let mut pieces = stored.split('-').map(|piece| piece.parse::<i64>().ok());
    let (year, month, day) = (pieces.next()??, pieces.next()??, pieces.next()??);
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_near_five_days_before_and_over_on_the_day_after() {
        let name = |due| standing(due, "2026-02-26").map(|(name, _)| name);
        assert_eq!(name("2026-02-25"), Some("overdue"));
        assert_eq!(name("2026-02-26"), Some("soon"));
        assert_eq!(name("2026-03-03"), Some("soon"));
        assert_eq!(name("2026-03-04"), Some("on-time"));
        assert_eq!(name("2027-01-01"), Some("on-time"));
        assert_eq!(name(""), None);
    }
}
