//! Tables that count: petitions by unit, by field and unit; and cases by who is to answer them.

use super::table::{Cell, Column, Table, number_column, numbered, total};

/// A unit and its petitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitCount {
    /// The unit's name.
    pub unit: String,
    /// How many petitions it has.
    pub petitions: u64,
}

/// Đơn vị | Tổng số | Tỷ lệ.
#[must_use]
pub fn by_unit(counts: &[UnitCount], subtitle: &str) -> Table {
    let whole = counts.iter().map(|count| count.petitions).sum();
    let row = |count: &UnitCount| {
        vec![
            Cell::text(&count.unit),
            Cell::Number(count.petitions),
            Cell::share(count.petitions, whole),
        ]
    };
    let sum = [Cell::Number(whole), Cell::share(whole, whole)];
    Table {
        name: "Theo đơn vị".to_owned(),
        title: "Số kiến nghị của cử tri theo đơn vị".to_owned(),
        subtitle: subtitle.to_owned(),
        columns: vec![
            number_column(),
            Column::new("Đơn vị", 90),
            Column::new("Tổng số", 30),
            Column::new("Tỷ lệ", 30),
        ],
        rows: numbered(counts.iter().map(row)),
        foot: vec![total().into_iter().chain(sum).collect()],
    }
}

/// A field and its petitions in each unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldCount {
    /// The field's name.
    pub field: String,
    /// As many numbers as there are units, in their order.
    pub petitions: Vec<u64>,
}

/// Lĩnh vực | for each unit and for all: Số lượng | %. The share is of the unit's petitions.
#[must_use]
pub fn by_field_and_unit(units: &[String], counts: &[FieldCount], subtitle: &str) -> Table {
    let in_unit = |count: &FieldCount, unit: usize| count.petitions.get(unit).copied().unwrap_or(0);
    let with_sum = |numbers: Vec<u64>| {
        let sum = numbers.iter().sum();
        numbers.into_iter().chain([sum]).collect::<Vec<u64>>()
    };
    let of_unit = |unit| counts.iter().map(|count| in_unit(count, unit)).sum();
    let wholes = with_sum((0..units.len()).map(of_unit).collect());
    let cells = |numbers: &[u64]| -> Vec<Cell> {
        let pairs = numbers.iter().zip(&wholes);
        pairs
            .flat_map(|(number, whole)| [Cell::Number(*number), Cell::share(*number, *whole)])
            .collect()
    };
    let row = |count: &FieldCount| {
        let numbers = (0..units.len()).map(|unit| in_unit(count, unit)).collect();
        let mut row = vec![Cell::text(&count.field)];
        row.extend(cells(&with_sum(numbers)));
        row
    };
    let names = units.iter().map(String::as_str).chain(["Tổng cộng"]);
    let pairs = names.flat_map(|unit| {
        [("Số lượng", 13), ("%", 13)].map(|(name, width)| Column::under(unit, name, width))
    });
    Table {
        name: "Theo lĩnh vực".to_owned(),
        title: "Số kiến nghị của cử tri theo lĩnh vực và đơn vị".to_owned(),
        subtitle: subtitle.to_owned(),
        columns: [number_column(), Column::new("Lĩnh vực", 45)]
            .into_iter()
            .chain(pairs)
            .collect(),
        rows: numbered(counts.iter().map(row)),
        foot: vec![total().into_iter().chain(cells(&wholes)).collect()],
    }
}

/// What stands over the outcomes.
const ANSWERED: &str = "Trong số đã trả lời";

/// What somebody was given and what they did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgencyCount {
    /// Who has them: the agency that leads, or whom they were sent to.
    pub agency: String,
    /// Their cases.
    pub total: u64,
    /// Answered, whatever the outcome: the sum of the four.
    pub answered: u64,
    /// Outcome: resolved (đã giải quyết xong).
    pub resolved: u64,
    /// Outcome: in progress (đang xem xét, giải quyết).
    pub in_progress: u64,
    /// Outcome: explained (giải trình, cung cấp thông tin).
    pub explained: u64,
    /// Outcome: unresolved (chưa giải quyết).
    pub unresolved: u64,
}

impl AgencyCount {
    const fn numbers(&self) -> [u64; 7] {
        [
            self.total,
            self.answered,
            self.resolved,
            self.in_progress,
            self.explained,
            self.unresolved,
            self.total - self.answered,
        ]
    }
}

/// Cơ quan | Tổng số | Đã trả lời | by outcome: Đã giải quyết xong | Đang xem xét, giải quyết | Giải trình, cung cấp
/// thông tin | Chưa giải quyết | and Chưa trả lời; below them the sums and their shares of the total.
#[must_use]
pub fn by_agency(counts: &[AgencyCount], subtitle: &str) -> Table {
    let row = |count: &AgencyCount| {
        let name = [Cell::text(&count.agency)].into_iter();
        name.chain(count.numbers().map(Cell::Number)).collect()
    };
    let mut sums = [0; 7];
    for count in counts {
        for (sum, number) in sums.iter_mut().zip(count.numbers()) {
            *sum += number;
        }
    }
    let shares = sums.map(|sum| Cell::share(sum, sums[0]));
    Table {
        name: "Theo cơ quan".to_owned(),
        title: "Kết quả giải quyết, trả lời vụ việc theo cơ quan".to_owned(),
        subtitle: subtitle.to_owned(),
        columns: vec![
            number_column(),
            Column::new("Cơ quan", 75),
            Column::new("Tổng số", 20),
            Column::new("Đã trả lời", 20),
            Column::under(ANSWERED, "Đã giải quyết xong", 25),
            Column::under(ANSWERED, "Đang xem xét, giải quyết", 27),
            Column::under(ANSWERED, "Giải trình, cung cấp thông tin", 27),
            Column::under(ANSWERED, "Chưa giải quyết", 25),
            Column::new("Chưa trả lời", 20),
        ],
        rows: numbered(counts.iter().map(row)),
        foot: vec![
            total().into_iter().chain(sums.map(Cell::Number)).collect(),
            [Cell::Empty, Cell::text("Tỷ lệ")]
                .into_iter()
                .chain(shares)
                .collect(),
        ],
    }
}
