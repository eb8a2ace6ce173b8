//! Periods that are reported about: months, quarters, halves, nine months, years, council sessions, all, or two days.

use kiennghi_frame::app::App;
use kiennghi_frame::query::Query;
use kiennghi_frame::words;
use kiennghi_page::{browser, time};
use kiennghi_parts::fields::{Field, Label};
use kiennghi_parts::live::live;
use leptos::prelude::*;

/// A period of two days that are typed in.
const OWN: &str = "own";

/// A choice of one.
#[derive(Clone, Copy)]
pub(crate) struct Period {
    chosen: Field,
    from: Field,
    to: Field,
}

impl Period {
    /// The quarter that is under way.
    pub(crate) fn new() -> Self {
        let today = time::stored_day(browser::now_ms());
        let (year, month) = month_of(&today);
        let first = (month - 1) / 3 * 3 + 1;
        Self {
            chosen: Field::new("period", &span(year, first, first + 2)),
            from: Field::new("from", &format!("{year:04}-01-01")),
            to: Field::new("to", &today),
        }
    }

    /// The controls.
    pub(crate) fn view(self, app: App) -> AnyView {
        let today = time::stored_day(browser::now_ms());
        let mut choices = spans(month_of(&today).0);
        let sessions = words::sessions(app, "Từ trước đến nay");
        choices.extend(
            sessions
                .into_iter()
                .map(|(code, name)| match code.as_str() {
                    "" => (String::new(), name),
                    code => (format!("session:{code}"), name),
                }),
        );
        choices.push((OWN.to_owned(), "Từ ngày … đến ngày …".to_owned()));
        let days = live(move || {
            (self.chosen.watched() == OWN).then(|| {
                view! { {self.from.day(Label("Từ ngày", ""))}{self.to.day(Label("Đến ngày", ""))} }
                    .into_any()
            })
        });
        view! {
            {self.chosen.choice(Label("Khoảng thời gian", "Tính theo ngày cử tri nêu kiến nghị."), choices)}
            {days}
        }
        .into_any()
    }

    /// What the server is asked for.
    pub(crate) fn query(self) -> Query {
        let chosen = self.chosen.get();
        if let Some(session) = chosen.strip_prefix("session:") {
            return Query::default().with("session", session);
        }
        let (from, to) = match chosen.split_once("..") {
            Some((from, to)) => (from.to_owned(), to.to_owned()),
            None if chosen == OWN => (self.from.get(), self.to.get()),
            None => Default::default(),
        };
        Query::default().with("from", from).with("to", to)
    }
}

fn month_of(day: &str) -> (u16, u16) {
    let mut parts = day.split('-').map(|part| part.parse().unwrap_or(1));
    (parts.next().unwrap_or(1970), parts.next().unwrap_or(1))
}

/// From the first day of a month to the last of another.
fn span(year: u16, first: u16, last: u16) -> String {
    let days = match last {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    format!("{year:04}-{first:02}-01..{year:04}-{last:02}-{days}")
}

/// The periods of a year and of the one before, each with its name.
fn spans(year: u16) -> Vec<(String, String)> {
    let mut spans = Vec::new();
    for year in [year, year - 1] {
        for (quarter, name) in [(1, "I"), (2, "II"), (3, "III"), (4, "IV")] {
            let last = 3 * quarter;
            spans.push((span(year, last - 2, last), format!("Quý {name} năm {year}")));
        }
        spans.push((span(year, 1, 6), format!("6 tháng đầu năm {year}")));
        spans.push((span(year, 1, 9), format!("9 tháng năm {year}")));
        spans.push((span(year, 1, 12), format!("Cả năm {year}")));
        for month in 1..=12 {
            spans.push((
                span(year, month, month),
                format!("Tháng {month} năm {year}"),
            ));
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_begin_and_end_with_their_months() {
        let named = |name: &str| {
            let spans = spans(2028);
            let found = spans.iter().find(|(_, known)| known == name);
            found.map(|(span, _)| span.clone()).expect(name)
        };
        assert_eq!(named("Quý I năm 2028"), "2028-01-01..2028-03-31");
        assert_eq!(named("Quý II năm 2027"), "2027-04-01..2027-06-30");
        assert_eq!(named("9 tháng năm 2027"), "2027-01-01..2027-09-30");
        assert_eq!(named("Tháng 2 năm 2028"), "2028-02-01..2028-02-29");
        assert_eq!(named("Tháng 2 năm 2027"), "2027-02-01..2027-02-28");
        assert_eq!(span(2100, 2, 2), "2100-02-01..2100-02-28");
        assert_eq!(month_of("2026-11-26"), (2026, 11));
    }
}
