//! The review of all units side by side (giao ban) as a table.

use kiennghi_shared::briefing::{Briefing, Numbers};
use kiennghi_shared::casefile::State;
use kiennghi_shared::catalogue::{OUTCOMES, name_of};

use super::table::{Cell, Column, Table, number_column, numbered};

/// A line of the table: what it counts, and how.
type Line = (String, Box<dyn Fn(&Numbers) -> u64>);

/// TT | Chỉ tiêu | a column for each unit | Tổng cộng. A case of several units counts once in the last one.
#[must_use]
pub fn side_by_side(briefing: &Briefing, subtitle: &str) -> Table {
    let columns = briefing.units.iter().chain([&briefing.total]);
    let row = |(name, count): Line| {
        let counts = columns.clone().map(|numbers| Cell::Number(count(numbers)));
        [Cell::text(&name)].into_iter().chain(counts).collect()
    };
    let units = briefing.units.iter().map(|unit| unit.name.as_str());
    let units = units.chain(["Tổng cộng"]);
    Table {
        name: "Giao ban".to_owned(),
        title: "Tiếp xúc cử tri và giải quyết kiến nghị của các đơn vị".to_owned(),
        subtitle: subtitle.to_owned(),
        columns: [number_column(), Column::new("Chỉ tiêu", 60)]
            .into_iter()
            .chain(units.map(|unit| Column::new(unit, 22)))
            .collect(),
        rows: numbered(lines(briefing).into_iter().map(row)),
        foot: Vec::new(),
    }
}

/// Every number of a briefing, in its order.
fn lines(briefing: &Briefing) -> Vec<Line> {
    let line =
        |name: &str, count: fn(&Numbers) -> u64| -> Line { (name.to_owned(), Box::new(count)) };
    let raised = [
        line("Cuộc tiếp xúc cử tri", |n| n.meetings),
        line("Lượt tiếp công dân", |n| n.receptions),
        line("Đơn tố cáo nhận bằng giấy", |n| n.denunciations),
        line("Ý kiến, kiến nghị đã ghi", |n| n.petitions),
        line("Cử tri nêu", |n| n.voters),
        line("Ý kiến chưa tổng hợp", |n| n.waiting),
        line("Vụ việc", |n| n.cases),
    ];
    let states = State::ALL.iter().map(|&state| -> Line {
        let name = format!("Vụ việc: {}", state.title());
        (name, Box::new(move |n| n.in_state(state)))
    });
    let outcomes = outcomes(briefing).into_iter().map(|outcome| -> Line {
        let name = format!("Kết quả: {}", name_of(OUTCOMES, &outcome));
        (name, Box::new(move |n| n.with_outcome(&outcome)))
    });
    let course = [
        line("Trả lời đúng hạn", |n| n.on_time),
        line("Trả lời quá hạn", |n| n.late),
        line("Quá hạn chưa trả lời", |n| n.overdue),
        line("Đã thông tin tới cử tri", |n| n.told),
        line("Chuyển kỳ sau", |n| n.carried_over),
    ];
    raised
        .into_iter()
        .chain(states)
        .chain(outcomes)
        .chain(course)
        .collect()
}

/// The codes of all outcomes: those of the catalogue, and others that a newer program wrote.
fn outcomes(briefing: &Briefing) -> Vec<String> {
    let mut codes: Vec<String> = OUTCOMES.iter().map(|one| one.code.to_owned()).collect();
    for counted in &briefing.total.outcomes {
        if !codes.contains(&counted.outcome) {
            codes.push(counted.outcome.clone());
        }
    }
    codes
}
