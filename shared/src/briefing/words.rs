//! What the numbers of a briefing are called, and in which tables they stand: on the page and on paper alike.

use super::Count;
use crate::casefile::State;
use crate::catalogue::{OUTCOMES, SENT_BACK};

/// A table of a briefing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it is called.
    pub title: &'static str,
    /// Its numbers, from the left.
    pub counts: Vec<Count>,
}

/// Meetings with voters, and what was raised there.
#[must_use]
pub fn raised() -> Table {
    Table {
        title: "Tiếp xúc cử tri và kiến nghị của cử tri",
        counts: vec![
            Count::Meetings,
            Count::Receptions,
            Count::Denunciations,
            Count::Petitions,
            Count::Voters,
            Count::Waiting,
        ],
    }
}

/// Cases by how far they have come.
#[must_use]
pub fn states() -> Table {
    let states = State::ALL.iter().map(|state| Count::State(*state));
    let all = [Count::Cases, Count::CasesBefore];
    Table {
        title: "Vụ việc theo trạng thái",
        counts: all.into_iter().chain(states).collect(),
    }
}

/// Cases by what was answered. One that was sent back has no answer: it is in a state.
#[must_use]
pub fn outcomes() -> Table {
    let outcomes = OUTCOMES.iter().map(|outcome| outcome.code);
    let outcomes = outcomes.filter(|code| *code != SENT_BACK);
    Table {
        title: "Vụ việc theo kết quả trả lời",
        counts: outcomes
            .map(|code| Count::Outcome(code.to_owned()))
            .collect(),
    }
}

/// Whether cases were answered in time and told of.
#[must_use]
pub fn in_time() -> Table {
    Table {
        title: "Thời hạn và thông tin tới cử tri",
        counts: vec![
            Count::OnTime,
            Count::Late,
            Count::Overdue,
            Count::Told,
            Count::CarriedOver,
        ],
    }
}

impl Count {
    /// What a person reads.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match self {
            Count::Meetings => "Cuộc tiếp xúc cử tri",
            Count::Receptions => "Buổi tiếp công dân",
            Count::Denunciations => "Đơn tố cáo nhận bằng giấy",
            Count::Petitions => "Kiến nghị",
            Count::Voters => "Lượt cử tri nêu",
            Count::Waiting => "Kiến nghị chờ tổng hợp",
            Count::Cases => "Vụ việc",
            Count::CasesBefore => "Trong đó từ trước chuyển sang",
            Count::State(state) => state.title(),
            Count::Outcome(outcome) => {
                let mut outcomes = OUTCOMES.iter();
                let known = outcomes.find(|known| known.code == outcome);
                known.map_or("", |known| known.name)
            }
            Count::OnTime => "Trả lời đúng hạn",
            Count::Late => "Trả lời quá hạn",
            Count::Overdue => "Quá hạn chưa trả lời",
            Count::Told => "Đã thông tin đủ các thôn",
            Count::CarriedOver => "Đã từng chuyển kỳ sau",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_number_stands_once_under_a_name_of_its_own() {
        let tables = [raised(), states(), outcomes(), in_time()];
        let counts: Vec<Count> = tables.into_iter().flat_map(|table| table.counts).collect();
        let titles: HashSet<&str> = counts.iter().map(Count::title).collect();
        assert_eq!(titles.len(), counts.len());
        assert!(titles.iter().all(|title| !title.is_empty()));
    }
}
