//! The Vietnamese words for what cases and their papers hold.

use kiennghi_shared::bodies;
use kiennghi_shared::casefile::{self, Holder, Missing, State};
use kiennghi_shared::catalogue::{COMPETENCES, Choice, name_of};
use kiennghi_shared::deadline::{Standing, Step};
use kiennghi_shared::desk::CaseRow;
use kiennghi_shared::field_of_work::FieldOfWork;
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::record::{Petition, Value};
use kiennghi_shared::schema::{Kind, Shape};
use leptos::prelude::*;

use crate::app::App;
use crate::browser;
use crate::time;

/// A choice of nothing.
pub const UNKNOWN: &str = "Chưa rõ";

/// What it is called whom a case is with.
pub const IS_WITH: &str = "Đang ở";

/// What it is called over how many council sessions a case has been open.
pub const OPEN_OVER: &str = "Số kỳ họp đã qua";

/// Over how many council sessions a case has been open; empty for none.
pub fn sessions_open(row: &CaseRow) -> String {
    match row.sessions {
        0 => String::new(),
        sessions => format!("{sessions} kỳ họp"),
    }
}

/// Fields of work as choices, after one of nothing: those that are used today and the chosen one, or all of them where
/// none is told.
pub fn fields_of_work(app: App, none: &str, chosen: Option<&str>) -> Vec<(String, String)> {
    let today = time::stored_day(browser::now_ms());
    let offered = |field: &&FieldOfWork| {
        chosen.is_none_or(|chosen| field.code == chosen || field.is_used_on(&today))
    };
    let pair = |field: &FieldOfWork| {
        let last = field.valid_to.as_deref().filter(|last| **last < *today);
        let name = match last {
            Some(last) => format!("{} (đến {})", field.name, time::day_of_stored(last)),
            None => field.name.clone(),
        };
        (field.code.clone(), name)
    };
    let choices =
        app.profile(|profile| after(none, profile.fields.iter().filter(offered).map(pair)));
    let mut choices = choices.unwrap_or_default();
    // A device may not know yet what another chose.
    if let Some(code) = chosen
        && choices.iter().all(|(known, _)| known != code)
    {
        choices.push((code.to_owned(), code.to_owned()));
    }
    choices
}

/// A field of work's name; its code when the name is not known here.
pub fn field_of_work(app: App, code: &str) -> String {
    app.profile(|profile| profile.fields.name(code).to_owned())
        .unwrap_or_else(|| code.to_owned())
}

/// Competences as choices, after one of nothing.
pub fn competences(none: &str) -> Vec<(String, String)> {
    let choices = COMPETENCES
        .iter()
        .map(|choice| (choice.code.to_owned(), choice.name.to_owned()));
    after(none, choices)
}

/// Council sessions as choices, after one of nothing.
pub fn sessions(app: App, none: &str) -> Vec<(String, String)> {
    let sessions = app.profile(|profile| profile.sessions.clone());
    let sessions = sessions.unwrap_or_default().into_iter();
    after(none, sessions.map(|session| (session.code, session.name)))
}

/// Choices after one of nothing.
pub fn after(
    none: &str,
    choices: impl IntoIterator<Item = (String, String)>,
) -> Vec<(String, String)> {
    let none = (String::new(), none.to_owned());
    std::iter::once(none).chain(choices).collect()
}

/// A unit's name; its code when the name is not known here.
pub fn unit(app: App, code: &UnitCode) -> String {
    app.profile(|profile| profile.unit(code).map(|unit| unit.name.clone()))
        .flatten()
        .unwrap_or_else(|| code.0.clone())
}

/// Who answers in a unit: the agency that it is, or its People's Committee; its code when it is not known here.
pub fn answerer(app: App, code: &UnitCode) -> String {
    app.profile(|profile| {
        let unit = profile.unit(code)?;
        Some(bodies::answerer(&unit.name, &unit.tier))
    })
    .flatten()
    .unwrap_or_else(|| code.0.clone())
}

/// A person's name; the sign-in name when it is not known here.
pub fn person(app: App, user: &str) -> String {
    app.profile(|profile| profile.person_name(user).map(str::to_owned))
        .flatten()
        .unwrap_or_else(|| user.to_owned())
}

/// A council session's name; its code when the name is not known here.
pub fn session(app: App, code: &str) -> String {
    app.profile(|profile| profile.session_name(code).map(str::to_owned))
        .flatten()
        .unwrap_or_else(|| code.to_owned())
}

/// A value of a field as people read it; empty for none.
pub fn value(app: App, kind: Kind, key: &str, value: &Value) -> String {
    let shape = kind.field(key).map(|field| field.shape);
    match value {
        Value::Empty => String::new(),
        Value::Number(number) if shape == Some(Shape::Instant) => time::moment(*number),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => match (key, shape) {
            (_, Some(Shape::Date)) => time::day_of_stored(text),
            ("session", _) => session(app, text),
            ("competence", _) => name_of(COMPETENCES, text).to_owned(),
            ("field", _) => field_of_work(app, text),
            ("recorder", _) => person(app, text),
            _ => text.clone(),
        },
    }
}

/// The choices of a catalogue.
pub fn choices(choices: &[Choice]) -> impl Iterator<Item = (String, String)> + '_ {
    let owned = |choice: &Choice| (choice.code.to_owned(), choice.name.to_owned());
    choices.iter().map(owned)
}

/// A text that goes on in a sentence: its first letter is a small one.
pub fn within(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().collect();
    browser::small(&first) + letters.as_str()
}

/// How many voters raised something.
pub fn voters(voters: Option<i64>) -> String {
    voters.map_or_else(
        || "chưa ghi số cử tri".to_owned(),
        |voters| format!("{voters} cử tri"),
    )
}

/// Where a petition is from: its village, and its unit.
pub fn raised_in(petition: &Petition, unit_name: &str) -> String {
    match petition.village.as_str() {
        "" => unit_name.to_owned(),
        village => format!("{village}, {unit_name}"),
    }
}

/// What keeps a case from being closed.
pub fn missing(missing: Missing) -> &'static str {
    match missing {
        Missing::Claim => "Trả lời rằng đã giải trình hoặc đã giải quyết xong",
        Missing::Check => "Kiểm tra tại chỗ thấy đúng như trả lời",
        Missing::Notice => "Thông tin tới cử tri ở mọi thôn đã nêu",
        Missing::Verdict => "Kết luận giám sát",
    }
}

/// Whom a case is with; of one that is closed, who answered it.
pub fn holder(row: &CaseRow) -> String {
    match casefile::holder(row.standing.state, !row.lead_name.is_empty()) {
        Holder::Committee => bodies::committee(&row.unit_name),
        Holder::Addressee => row.addressee_name.clone(),
        Holder::Lead => row.lead_name.clone(),
    }
}

/// Where a case is, or that it is closed, since when, and who answered it: what that is called, and the words.
pub fn whereabouts(row: &CaseRow) -> (&'static str, String) {
    match row.standing.state {
        State::Closed => {
            let day = time::day_of_stored(&row.standing.closed_on);
            let words = format!("Đã kết thúc ngày {day}, {} trả lời", holder(row));
            ("Tình hình", words)
        }
        _ => (IS_WITH, holder(row)),
    }
}

/// Where something stands before its deadline; it is near until `soon`.
fn standing(due: &str, today: &str, soon: &str) -> Option<Standing> {
    match due {
        "" => None,
        due if due < today => Some(Standing::Overdue),
        due if due <= soon => Some(Standing::DueSoon),
        _ => Some(Standing::OnTime),
    }
}

/// What a case is due for, and when, in words, icon and colour; nothing where nothing is.
pub fn due(row: &CaseRow, today: &str, soon: &str) -> AnyView {
    let shown = standing(&row.due, today, soon).map(|standing| {
        let name = match standing {
            Standing::Overdue => "overdue",
            Standing::DueSoon => "soon",
            Standing::OnTime => "on-time",
        };
        let class = format!("state {name}");
        let words = due_words(row, standing);
        view! { <span class=class data-due=name>{words}</span> }
    });
    shown.into_any()
}

fn due_words(row: &CaseRow, standing: Standing) -> String {
    let step = row.due_step.map_or("theo lộ trình", Step::within);
    let day = time::day_of_stored(&row.due);
    format!("{} {step}: {day}", standing.title())
}

#[cfg(test)]
mod tests {
    use kiennghi_shared::access::{Place, Tree};
    use kiennghi_shared::casefile::derive;
    use kiennghi_shared::id::DocumentId;
    use kiennghi_shared::papers::Case;

    use super::*;

    #[test]
    fn a_deadline_is_near_until_the_day_that_the_server_names_and_over_on_the_day_after_it() {
        let on = |due| standing(due, "2026-02-26", "2026-03-03");
        assert_eq!(on("2026-02-25"), Some(Standing::Overdue));
        assert_eq!(on("2026-02-26"), Some(Standing::DueSoon));
        assert_eq!(on("2026-03-03"), Some(Standing::DueSoon));
        assert_eq!(on("2026-03-04"), Some(Standing::OnTime));
        assert_eq!(on("2027-01-01"), Some(Standing::OnTime));
        assert_eq!(on(""), None);
    }

    fn row(state: State, due_step: Option<Step>) -> CaseRow {
        struct Alone;
        impl Tree for Alone {
            fn place(&self, _: &UnitCode) -> Option<Place<'_>> {
                None
            }
        }
        let unit = UnitCode::from("H");
        let mut standing = derive(&Alone, &unit, &[], &[]);
        standing.state = state;
        CaseRow {
            id: DocumentId([1; 16]),
            unit,
            unit_name: "Huyện Đầm Hà".to_owned(),
            case: Case::default(),
            standing,
            addressee_name: "Ủy ban nhân dân huyện Đầm Hà".to_owned(),
            lead_name: "Phòng Nội vụ".to_owned(),
            due: "2026-06-25".to_owned(),
            petitions: 1,
            voters: 1,
            created_on: String::new(),
            updated_at: 0,
            conflicts: 0,
            due_step,
            sessions: 0,
            answer_due: String::new(),
        }
    }

    #[test]
    fn whoever_has_a_case_is_called_by_name() {
        let mut case = row(State::Assigned, None);
        assert_eq!(holder(&case), "Phòng Nội vụ");
        case.lead_name.clear();
        assert_eq!(holder(&case), "Ủy ban nhân dân huyện Đầm Hà");
        case.standing.state = State::SentBack;
        let committee = "Thường trực Hội đồng nhân dân huyện Đầm Hà";
        assert_eq!(holder(&case), committee);
    }

    #[test]
    fn a_deadline_says_for_which_step_it_is() {
        let words = |step| due_words(&row(State::Assigned, step), Standing::Overdue);
        assert_eq!(words(Some(Step::Answer)), "Quá hạn trả lời: 25/06/2026");
        let tell = "Quá hạn thông tin tới cử tri: 25/06/2026";
        assert_eq!(words(Some(Step::Tell)), tell);
        assert_eq!(words(None), "Quá hạn theo lộ trình: 25/06/2026");
    }
}
