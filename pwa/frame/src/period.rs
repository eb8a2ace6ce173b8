//! The periods that are reviewed and reported about: months, quarters, half years, nine months, years, council sessions,
//! the term, everything, or two days; and the controls that choose one.

use kiennghi_parts::live::live;
use leptos::prelude::*;

use crate::app::App;
use crate::filters::choice;
use crate::query::Query;
use crate::words;
use crate::{browser, time};

/// How many years back there are periods to choose from, this one among them.
const YEARS: i64 = 6;

/// A kind of period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A month of the calendar.
    Month,
    /// Three of them.
    Quarter,
    /// Six of them.
    Half,
    /// The first nine of a year.
    NineMonths,
    /// A year of the calendar.
    Year,
    /// Whatever is of a session of the council.
    Session,
    /// The council's term that began last.
    Term,
    /// All that there is.
    All,
    /// Between two days that are typed in.
    Own,
}

/// The names of the kinds in addresses, and what people call them.
const KINDS: [(Kind, &str, &str); 9] = [
    (Kind::Quarter, "", "Quý"),
    (Kind::Month, "month", "Tháng"),
    (Kind::Half, "half", "6 tháng"),
    (Kind::NineMonths, "nine", "9 tháng"),
    (Kind::Year, "year", "Năm"),
    (Kind::Session, "session", "Kỳ họp"),
    (Kind::Term, "term", "Cả nhiệm kỳ"),
    (Kind::All, "all", "Từ trước đến nay"),
    (Kind::Own, "own", "Từ ngày … đến ngày …"),
];

impl Kind {
    /// The kind of this name; quarters for any other.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let mut kinds = KINDS.iter();
        let found = kinds.find(|(_, known, _)| *known == name);
        found.map_or(Kind::Quarter, |(kind, ..)| *kind)
    }

    /// How many months a period of days has; none for others.
    fn months(self) -> Option<i64> {
        match self {
            Kind::Month => Some(1),
            Kind::Quarter => Some(3),
            Kind::Half => Some(6),
            Kind::NineMonths => Some(9),
            Kind::Year => Some(12),
            Kind::Session | Kind::Term | Kind::All | Kind::Own => None,
        }
    }
}

/// A period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// Its name in addresses.
    name: String,
    /// What people call it.
    pub title: String,
    /// What the server is asked for.
    asked: Vec<(&'static str, String)>,
}

impl Period {
    /// The same question, narrowed to it.
    #[must_use]
    pub fn narrow(&self, mut query: Query) -> Query {
        for (name, value) in &self.asked {
            query.set(name, value.clone());
        }
        query
    }

    /// `place` counts the periods of its length from the year 0 on.
    fn of_months(kind: Kind, months: i64, place: i64) -> Self {
        let a_year = 12 / months;
        let (year, part) = (place.div_euclid(a_year), place.rem_euclid(a_year));
        let (first, last) = (part * months + 1, (part + 1) * months);
        let title = match (kind, part) {
            (Kind::Month, _) => format!("Tháng {first} năm {year}"),
            (Kind::Quarter, _) => format!("Quý {} năm {year}", part + 1),
            (Kind::Half, 0) => format!("6 tháng đầu năm {year}"),
            (Kind::Half, _) => format!("6 tháng cuối năm {year}"),
            (Kind::NineMonths, _) => format!("9 tháng năm {year}"),
            _ => format!("Năm {year}"),
        };
        let to = time::stored(year, last, time::days_of_month(year, last));
        Self {
            name: format!("{year}-{}", part + 1),
            title,
            asked: vec![("from", time::stored(year, first, 1)), ("to", to)],
        }
    }
}

/// The periods of a kind, the latest first, on a day `yyyy-mm-dd`; `sessions` are the council's, codes and names.
fn periods(kind: Kind, today: &str, sessions: &[(String, String)]) -> Vec<Period> {
    let number = |from: usize, to: usize| {
        let text = today.get(from..to).unwrap_or_default();
        text.parse::<i64>().unwrap_or_default()
    };
    let (year, month) = (number(0, 4), number(5, 7));
    let Some(months) = kind.months() else {
        return match kind {
            Kind::Session => sessions.iter().map(of_session).collect(),
            Kind::Term => vec![alone("Cả nhiệm kỳ", vec![("term", "true".to_owned())])],
            Kind::All => vec![alone("Từ trước đến nay", Vec::new())],
            _ => Vec::new(),
        };
    };
    // Nine months begin with the year, and the next ones with the next.
    let a_year = 12 / months;
    let last = year * a_year + ((month - 1) / months).min(a_year - 1);
    let first = (year - YEARS + 1) * a_year;
    let places = (first..=last).rev();
    places
        .map(|place| Period::of_months(kind, months, place))
        .collect()
}

/// The one period of its kind.
fn alone(title: &str, asked: Vec<(&'static str, String)>) -> Period {
    Period {
        name: String::new(),
        title: title.to_owned(),
        asked,
    }
}

fn of_session((code, name): &(String, String)) -> Period {
    Period {
        name: code.clone(),
        title: name.clone(),
        asked: vec![("session", code.clone())],
    }
}

/// The period of this name; the latest for any other.
fn chosen(periods: &[Period], name: &str) -> Option<Period> {
    let mut named = periods.iter();
    let named = named.find(|period| period.name == name);
    named.or(periods.first()).cloned()
}

/// The periods of a kind today.
fn offered(app: App, kind: Kind) -> Vec<Period> {
    let today = time::stored_day(browser::now_ms());
    periods(kind, &today, &words::sessions(app, "").split_off(1))
}

/// The period that `kind` and `period` of a query choose; none of two days, or where the council had no session.
#[must_use]
pub fn of_query(app: App, query: &Query) -> Option<Period> {
    let kind = Kind::named(query.get("kind"));
    chosen(&offered(app, kind), query.get("period"))
}

/// The controls for `kind` and `period` of a query, without the kinds in `except` and sessions where there were none.
pub fn controls(app: App, query: RwSignal<Query>, except: &[Kind]) -> Vec<AnyView> {
    let is_there = |kind| kind != Kind::Session || !offered(app, kind).is_empty();
    let kinds = KINDS.iter();
    let kinds = kinds.filter(|(kind, ..)| !except.contains(kind) && is_there(*kind));
    let kinds = kinds.map(|(_, name, title)| ((*name).to_owned(), (*title).to_owned()));
    let kind = Memo::new(move |_| query.with(|query| Kind::named(query.get("kind"))));
    let period = live(move || {
        let periods = offered(app, kind.get()).into_iter();
        let choices: Vec<(String, String)> =
            periods.map(|period| (period.name, period.title)).collect();
        let is_named = choices.iter().any(|(name, _)| !name.is_empty());
        is_named.then(|| untrack(|| choice(query, "period", "Kỳ báo cáo", choices, &[])))
    });
    let kinds = choice(query, "kind", "Xem theo", kinds.collect(), &["period"]);
    vec![kinds, period]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(kind: Kind, name: &str) -> (String, String, String) {
        let periods = periods(kind, "2026-08-09", &[]);
        let found = periods.into_iter().find(|period| period.name == name);
        let found = found.expect("a period");
        let [from, to] = [0, 1].map(|place: usize| found.asked[place].1.clone());
        (found.title, from, to)
    }

    #[test]
    fn periods_have_their_days() {
        for (kind, name, title, from, to) in [
            (
                Kind::Month,
                "2024-2",
                "Tháng 2 năm 2024",
                "2024-02-01",
                "2024-02-29",
            ),
            (
                Kind::Month,
                "2025-2",
                "Tháng 2 năm 2025",
                "2025-02-01",
                "2025-02-28",
            ),
            (
                Kind::Quarter,
                "2026-3",
                "Quý 3 năm 2026",
                "2026-07-01",
                "2026-09-30",
            ),
            (
                Kind::Quarter,
                "2025-4",
                "Quý 4 năm 2025",
                "2025-10-01",
                "2025-12-31",
            ),
            (
                Kind::Half,
                "2026-1",
                "6 tháng đầu năm 2026",
                "2026-01-01",
                "2026-06-30",
            ),
            (
                Kind::Half,
                "2025-2",
                "6 tháng cuối năm 2025",
                "2025-07-01",
                "2025-12-31",
            ),
            (
                Kind::NineMonths,
                "2026-1",
                "9 tháng năm 2026",
                "2026-01-01",
                "2026-09-30",
            ),
            (Kind::Year, "2022-1", "Năm 2022", "2022-01-01", "2022-12-31"),
        ] {
            let wanted = (title.to_owned(), from.to_owned(), to.to_owned());
            assert_eq!(days(kind, name), wanted);
        }
    }

    #[test]
    fn the_latest_period_is_the_one_of_today_and_there_are_six_years_of_them() {
        for (kind, latest, count) in [
            (Kind::Month, "2026-8", 68),
            (Kind::Quarter, "2026-3", 23),
            (Kind::Half, "2026-2", 12),
            (Kind::NineMonths, "2026-1", 6),
            (Kind::Year, "2026-1", 6),
        ] {
            let periods = periods(kind, "2026-08-09", &[]);
            assert_eq!((&*periods[0].name, periods.len()), (latest, count));
            assert_eq!(chosen(&periods, "x"), Some(periods[0].clone()));
        }
        assert_eq!(
            periods(Kind::NineMonths, "2026-12-31", &[])[0].name,
            "2026-1"
        );
        let sessions = [("ky-2".to_owned(), "Kỳ họp thứ hai".to_owned())];
        let of_session = periods(Kind::Session, "2026-08-09", &sessions);
        assert_eq!(of_session[0].asked, [("session", "ky-2".to_owned())]);
        let term = periods(Kind::Term, "2026-08-09", &sessions);
        assert_eq!(term[0].asked, [("term", "true".to_owned())]);
        assert_eq!(periods(Kind::All, "2026-08-09", &sessions)[0].asked, []);
        assert_eq!(periods(Kind::Own, "2026-08-09", &sessions), []);
        assert_eq!(Kind::named("nowhere"), Kind::Quarter);
    }
}
