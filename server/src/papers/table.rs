//! A table to be printed, whatever it is about and whichever file it goes into.

use jiff::civil::Date;

use super::words;

/// A table with its heading, rows and closing rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// What it is called in one breath: `Phụ lục I`; the name of its sheet in a workbook.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// What it comes with or which period it is about; nothing where empty.
    pub subtitle: String,
    /// Its columns, from the left.
    pub columns: Vec<Column>,
    /// As many cells each as there are columns; what a row lacks is empty.
    pub rows: Vec<Vec<Cell>>,
    /// Rows that sum up, in bold.
    pub foot: Vec<Vec<Cell>>,
}

/// A column: what stands above it and how wide it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The heading.
    pub name: String,
    /// A heading over this column and its neighbours of the same group; none where empty.
    pub group: String,
    /// Its share of the width, in millimetres of a page that all columns fill together.
    pub width: u16,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words.
    Text(String),
    /// A count.
    Number(u64),
    /// A part of a whole, 1.0 being all of it: printed in per cent.
    Share(f64),
    /// A day.
    Date(Date),
    /// A cross: it is so.
    Tick,
}

impl Column {
    /// A column under no group.
    #[must_use]
    pub fn new(name: &str, width: u16) -> Self {
        Self::under("", name, width)
    }

    /// A column under a heading that it shares with its neighbours.
    #[must_use]
    pub fn under(group: &str, name: &str, width: u16) -> Self {
        Self {
            name: name.to_owned(),
            group: group.to_owned(),
            width,
        }
    }
}

impl Cell {
    /// Words, or nothing where there are none.
    #[must_use]
    pub fn text(text: &str) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text.to_owned())
        }
    }

    /// How much of a whole a part is; nothing of nothing is left empty.
    #[must_use]
    pub fn share(part: u64, whole: u64) -> Self {
        if whole == 0 {
            return Self::Empty;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of petitions")]
        Self::Share(part as f64 / whole as f64)
    }

    /// A cross where it is so.
    #[must_use]
    pub fn tick(so: bool) -> Self {
        if so { Self::Tick } else { Self::Empty }
    }

    /// A day, or nothing where it is not known.
    #[must_use]
    pub fn date(date: Option<Date>) -> Self {
        date.map_or(Self::Empty, Self::Date)
    }

    /// What is read on paper.
    #[must_use]
    pub fn printed(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => words::printable(text),
            Self::Number(number) => words::number(*number),
            Self::Share(share) => words::percent(*share),
            Self::Date(date) => words::date(*date),
            Self::Tick => TICK.to_owned(),
        }
    }
}

/// How a tick is printed.
pub(super) const TICK: &str = "x";

/// Headings that stand over a run of columns: the first column, how many, the words. A column without a
/// group stands alone and has no words here.
pub(super) fn groups(columns: &[Column]) -> Vec<(usize, usize, &str)> {
    let mut groups: Vec<(usize, usize, &str)> = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        match groups.last_mut() {
            Some((_, count, name)) if !name.is_empty() && *name == column.group => *count += 1,
            _ => groups.push((index, 1, &column.group)),
        }
    }
    groups
}

/// Whether any column stands under a group, so that the heading takes two rows.
pub(super) fn is_grouped(columns: &[Column]) -> bool {
    columns.iter().any(|column| !column.group.is_empty())
}

/// Rows with their numbers (TT) in the first column.
pub(super) fn numbered(rows: impl Iterator<Item = Vec<Cell>>) -> Vec<Vec<Cell>> {
    (1..)
        .zip(rows)
        .map(|(number, row)| [Cell::Number(number)].into_iter().chain(row).collect())
        .collect()
}

/// The column of [`numbered`] rows.
pub(super) fn number_column() -> Column {
    Column::new("TT", 10)
}

/// The beginning of a row that sums up.
pub(super) fn total() -> [Cell; 2] {
    [Cell::Empty, Cell::text("Tổng cộng")]
}
