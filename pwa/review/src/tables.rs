//! Which numbers of a briefing stand in which table, and what its chart is made of.

use kiennghi_shared::briefing::{Count, Numbers, words};
use kiennghi_shared::casefile::State;

/// A part of a unit's bar: what it is called, and how much it is.
pub(crate) type Part = (&'static str, fn(&Numbers) -> u64);

/// A table of a briefing with its chart.
pub(crate) struct Table {
    /// The name that tests and patterns hold on to.
    pub(crate) id: &'static str,
    /// What it is called, and its columns.
    pub(crate) shown: words::Table,
    /// What the chart is called.
    pub(crate) chart: &'static str,
    /// The parts of a unit's bar.
    pub(crate) parts: Vec<Part>,
}

/// The tables, in the order in which they are shown.
pub(crate) fn tables() -> [Table; 4] {
    [raised(), states(), outcomes(), in_time()]
}

fn raised() -> Table {
    Table {
        id: "raised",
        shown: words::raised(),
        chart: "Kiến nghị của cử tri ở từng đơn vị",
        parts: vec![
            ("đã đưa vào vụ việc", |numbers| {
                numbers.petitions.saturating_sub(numbers.waiting)
            }),
            ("chờ tổng hợp", |numbers| numbers.waiting),
        ],
    }
}

fn states() -> Table {
    Table {
        id: "states",
        shown: words::states(),
        chart: "Tình trạng vụ việc ở từng đơn vị",
        parts: vec![
            ("đã kết thúc", |numbers| {
                numbers.in_state(State::Closed)
            }),
            ("đã trả lời, chưa kết thúc", |numbers| {
                sum(numbers, &[State::Answered, State::Checked, State::Told])
            }),
            ("chờ phân công, chờ trả lời", |numbers| {
                sum(numbers, &[State::Dispatched, State::Assigned])
            }),
            ("chuyển kỳ sau, mở lại", |numbers| {
                sum(numbers, &[State::CarriedOver, State::Reopened])
            }),
            ("chờ chuyển, bị trả lại", |numbers| {
                sum(numbers, &[State::Consolidated, State::SentBack])
            }),
        ],
    }
}

fn sum(numbers: &Numbers, states: &[State]) -> u64 {
    states.iter().map(|state| numbers.in_state(*state)).sum()
}

fn outcomes() -> Table {
    Table {
        id: "outcomes",
        shown: words::outcomes(),
        chart: "Kết quả trả lời ở từng đơn vị",
        parts: vec![
            ("đã giải quyết xong", |numbers| {
                numbers.with_outcome("resolved")
            }),
            ("giải trình, cung cấp thông tin", |numbers| {
                numbers.with_outcome("explained")
            }),
            ("đang xem xét, giải quyết", |numbers| {
                numbers.with_outcome("in-progress")
            }),
            ("chưa giải quyết", |numbers| {
                numbers.with_outcome("unresolved")
            }),
        ],
    }
}

fn in_time() -> Table {
    Table {
        id: "in-time",
        shown: words::in_time(),
        chart: "Trả lời đúng hạn và quá hạn ở từng đơn vị",
        parts: vec![
            ("trả lời đúng hạn", |numbers| numbers.on_time),
            ("trả lời quá hạn", |numbers| numbers.late),
            ("quá hạn chưa trả lời", |numbers| numbers.overdue),
        ],
    }
}

/// What a number is called, by its name in an address.
pub(crate) fn title_of(name: &str) -> Option<&'static str> {
    let counts = tables().into_iter().flat_map(|table| table.shown.counts);
    let mut named = counts.filter(|count| name_of(count) == name);
    named.next().map(|count| count.title())
}

/// The name of a number in addresses.
pub(crate) fn name_of(count: &Count) -> String {
    match count {
        Count::Meetings => "meetings".to_owned(),
        Count::Receptions => "receptions".to_owned(),
        Count::Denunciations => "denunciations".to_owned(),
        Count::Petitions => "petitions".to_owned(),
        Count::Voters => "voters".to_owned(),
        Count::Waiting => "waiting".to_owned(),
        Count::Cases => "cases".to_owned(),
        Count::CasesBefore => "cases-before".to_owned(),
        Count::State(state) => format!("state-{}", state.name()),
        Count::Outcome(outcome) => format!("outcome-{outcome}"),
        Count::OnTime => "on-time".to_owned(),
        Count::Late => "late".to_owned(),
        Count::Overdue => "overdue".to_owned(),
        Count::Told => "told".to_owned(),
        Count::CarriedOver => "carried-over".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use kiennghi_shared::desk::StateCount;
    use kiennghi_shared::id::UnitCode;

    use super::*;
    use crate::chart::FILLS;

    #[test]
    fn each_number_stands_in_one_column_under_a_name_of_its_own() {
        let counts: Vec<Count> = tables()
            .into_iter()
            .flat_map(|table| table.shown.counts)
            .collect();
        let names: HashSet<String> = counts.iter().map(name_of).collect();
        assert_eq!(names.len(), counts.len());
        for count in &counts {
            assert_eq!(title_of(&name_of(count)), Some(count.title()));
        }
        assert_eq!(title_of("nothing"), None);
        assert!(
            tables()
                .iter()
                .all(|table| table.parts.len() <= FILLS.len())
        );
    }

    fn in_state(state: State, count: u64) -> Numbers {
        Numbers {
            unit: UnitCode(String::new()),
            name: String::new(),
            meetings: 0,
            receptions: 0,
            denunciations: 0,
            petitions: 0,
            voters: 0,
            waiting: 0,
            cases: count,
            states: vec![StateCount { state, count }],
            outcomes: Vec::new(),
            on_time: 0,
            late: 0,
            overdue: 0,
            told: 0,
            carried_over: 0,
            cases_before: 0,
        }
    }

    #[test]
    fn a_chart_of_states_leaves_none_out() {
        let table = states();
        for &state in State::ALL {
            let numbers = in_state(state, 3);
            let parts = table.parts.iter().map(|(_, part)| part(&numbers));
            assert_eq!(parts.sum::<u64>(), 3, "{state:?}");
        }
    }
}
