//! The review of all units side by side (giao ban) as a table.

use kiennghi_shared::briefing::{Briefing, Count, words};

use super::table::{Cell, Column, Table, number_column, numbered};

/// TT | Chỉ tiêu | a column for each unit | Tổng cộng: what the page shows in four tables, one below the other, each
/// with a Roman number. A case of several units counts once in the last column.
#[must_use]
pub fn side_by_side(briefing: &Briefing, subtitle: &str) -> Table {
    let parts = [
        ("I", words::raised()),
        ("II", words::states()),
        ("III", words::outcomes()),
        ("IV", words::in_time()),
    ];
    let rows = parts.into_iter().flat_map(|(number, part)| {
        let head = vec![Cell::text(number), Cell::text(part.title)];
        [head].into_iter().chain(rows(briefing, &part.counts))
    });
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
        rows: rows.collect(),
        foot: Vec::new(),
    }
}

/// A row for each number.
fn rows(briefing: &Briefing, counts: &[Count]) -> Vec<Vec<Cell>> {
    let columns = briefing.units.iter().chain([&briefing.total]);
    let row = |count: &Count| {
        let numbers = columns
            .clone()
            .map(|numbers| Cell::Number(numbers.of(count)));
        [Cell::text(count.title())]
            .into_iter()
            .chain(numbers)
            .collect()
    };
    numbered(counts.iter().map(row))
}
