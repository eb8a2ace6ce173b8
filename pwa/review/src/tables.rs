//! Which numbers of a briefing stand in which table, and what its chart is made of.

use kiennghi_shared::briefing::{CASES_BEFORE, Count, Numbers};
use kiennghi_shared::casefile::State;
use kiennghi_shared::catalogue::OUTCOMES;

/// A column: its head, and the number under it.
pub(crate) type Column = (&'static str, Count);

/// A part of a unit's bar: what it is called, and how much it is.
pub(crate) type Part = (&'static str, fn(&Numbers) -> u64);

/// A table of a briefing with its chart.
pub(crate) struct Table {
    /// The name that tests and patterns hold on to.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) columns: Vec<Column>,
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
        title: "Tiếp xúc cử tri và ý kiến cử tri",
        columns: vec![
            ("Cuộc tiếp xúc cử tri", Count::Meetings),
            ("Buổi tiếp công dân", Count::Receptions),
            ("Đơn tố cáo nhận bằng giấy", Count::Denunciations),
            ("Ý kiến", Count::Petitions),
            ("Lượt cử tri nêu", Count::Voters),
            ("Ý kiến chờ tổng hợp", Count::Waiting),
        ],
        chart: "Ý kiến cử tri ở từng đơn vị",
        parts: vec![
            ("đã đưa vào vụ việc", |numbers| {
                numbers.petitions.saturating_sub(numbers.waiting)
            }),
            ("chờ tổng hợp", |numbers| numbers.waiting),
        ],
    }
}

fn states() -> Table {
    let mut columns = vec![
        ("Vụ việc", Count::Cases),
        (CASES_BEFORE, Count::CasesBefore),
    ];
    columns.extend(
        State::ALL
            .iter()
            .map(|state| (state.title(), Count::State(*state))),
    );
    Table {
        id: "states",
        title: "Vụ việc theo trạng thái",
        columns,
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
    let columns = OUTCOMES
        .iter()
        .map(|outcome| (outcome.name, Count::Outcome(outcome.code.to_owned())));
    Table {
        id: "outcomes",
        title: "Vụ việc theo kết quả trả lời",
        columns: columns.collect(),
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
            ("trả lại", |numbers| numbers.with_outcome("sent-back")),
        ],
    }
}

fn in_time() -> Table {
    Table {
        id: "in-time",
        title: "Thời hạn và thông tin tới cử tri",
        columns: vec![
            ("Trả lời đúng hạn", Count::OnTime),
            ("Trả lời quá hạn", Count::Late),
            ("Quá hạn chưa trả lời", Count::Overdue),
            ("Đã thông tin tới cử tri", Count::Told),
            ("Đã chuyển kỳ sau", Count::CarriedOver),
        ],
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
    let columns = tables().into_iter().flat_map(|table| table.columns);
    let mut named = columns.filter(|(_, count)| name_of(count) == name);
    named.next().map(|(title, _)| title)
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
        let columns: Vec<Column> = tables()
            .into_iter()
            .flat_map(|table| table.columns)
            .collect();
        let names: HashSet<String> = columns.iter().map(|(_, count)| name_of(count)).collect();
        assert_eq!(names.len(), columns.len());
        for (title, count) in &columns {
            assert_eq!(title_of(&name_of(count)), Some(*title));
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
