//! Tables with lines, and the columns without lines that letters stand in.

use docx_rs::{
    BorderType, Paragraph, Table as Grid, TableBorder, TableBorderPosition, TableBorders,
    TableCell, TableCellMargins, TableLayoutType, TableRow, VAlignType, VMergeType, WidthType,
};

use super::pack::mark_heading;
use super::style::{Look, line};
use crate::papers::table::{Cell, Column, Table, groups, is_grouped};

/// Points of the letters in a table, and in one of very many columns.
const POINTS: u32 = 11;
const POINTS_OF_MANY: u32 = 8;
/// So many columns are very many.
const MANY: usize = 16;
/// From a line of the table to its text, in twips: above and below, at the sides, and there between very many.
const ROOM: [usize; 3] = [40, 80, 25];
/// Bytes of a cell's text from which on its row may go over the end of a page.
const BREAKABLE_FROM: usize = 600;

/// A table over so many twips. The heading is repeated on each page; see `pack.rs` for how.
pub(in crate::papers) fn grid(table: &Table, width: u32) -> Grid {
    let widths = scaled(&table.columns, width);
    let plain = Look::new(points(&table.columns));
    let body = table.rows.iter().map(|cells| {
        // A row that names what the rows below it count stays with them.
        let is_head = cells.len() < widths.len();
        let look = if is_head { plain.bold().keep() } else { plain };
        row(cells, &widths, look)
    });
    let foot = table.foot.iter();
    let foot = foot.map(|cells| row(cells, &widths, plain.bold()));
    let rows = heading(&table.columns, &widths).into_iter();
    let [above, beside, between] = ROOM;
    let beside = if is_wide(&table.columns) {
        between
    } else {
        beside
    };
    fixed(rows.chain(body).chain(foot).collect(), &widths)
        .set_borders(lines())
        .margins(TableCellMargins::new().margin(above, beside, above, beside))
}

fn is_wide(columns: &[Column]) -> bool {
    columns.len() >= MANY
}

fn points(columns: &[Column]) -> u32 {
    if is_wide(columns) {
        POINTS_OF_MANY
    } else {
        POINTS
    }
}

/// Rows of paragraphs that stand side by side without lines, in columns of so many twips.
pub(in crate::papers) fn columns<const N: usize>(
    widths: [u32; N],
    rows: Vec<[Vec<Paragraph>; N]>,
) -> Grid {
    let widths = widths.map(|width| width as usize);
    let rows = rows.into_iter().map(|row| {
        let cells = row.into_iter().zip(widths).map(|(paragraphs, width)| {
            let cell = TableCell::new().width(width, WidthType::Dxa);
            paragraphs.into_iter().fold(cell, TableCell::add_paragraph)
        });
        TableRow::new(cells.collect())
    });
    let flush = TableCellMargins::new().margin(0, 0, 0, 0);
    let grid = fixed(rows.collect(), &widths);
    grid.clear_all_border().margins(flush)
}

fn fixed(rows: Vec<TableRow>, widths: &[usize]) -> Grid {
    Grid::new(rows)
        .set_grid(widths.to_vec())
        .width(widths.iter().sum(), WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
}

fn lines() -> TableBorders {
    use TableBorderPosition::{Bottom, InsideH, InsideV, Left, Right, Top};
    let line = |position| {
        TableBorder::new(position)
            .border_type(BorderType::Single)
            .size(4)
            .color("000000")
    };
    [Top, Bottom, Left, Right, InsideH, InsideV]
        .into_iter()
        .fold(TableBorders::with_empty(), |borders, position| {
            borders.set(line(position))
        })
}

/// The columns' widths in twips, adding up to no more than `width`.
fn scaled(columns: &[Column], width: u32) -> Vec<usize> {
    let whole: u32 = columns.iter().map(|column| u32::from(column.width)).sum();
    let part = |column: &Column| width * u32::from(column.width) / whole.max(1);
    columns.iter().map(|column| part(column) as usize).collect()
}

fn cell(text: &str, width: usize, look: Look) -> TableCell {
    TableCell::new()
        .width(width, WidthType::Dxa)
        .vertical_align(VAlignType::Center)
        .add_paragraph(line(text, look))
}

fn row(cells: &[Cell], widths: &[usize], look: Look) -> TableRow {
    let long = |cell: &Cell| matches!(cell, Cell::Text(text) if text.len() >= BREAKABLE_FROM);
    let breakable = cells.iter().any(long);
    let cells = cells.iter().chain(std::iter::repeat(&Cell::Empty));
    let cells = widths.iter().zip(cells).map(|(width, content)| {
        let look = match content {
            Cell::Text(_) => look,
            _ => look.centred(),
        };
        cell(&content.printed(), *width, look)
    });
    let row = TableRow::new(cells.collect());
    if breakable { row } else { row.cant_split() }
}

/// One row, or two where columns stand under groups.
fn heading(columns: &[Column], widths: &[usize]) -> Vec<TableRow> {
    let look = Look::new(points(columns)).bold().centred();
    let named = columns.iter().zip(widths);
    if !is_grouped(columns) {
        let cells = named.map(|(column, width)| cell(&column.name, *width, look));
        return vec![heading_row(cells.collect())];
    }
    let upper = groups(columns).into_iter().map(|(first, count, group)| {
        let width = widths[first..first + count].iter().sum();
        if group.is_empty() {
            return cell(&columns[first].name, width, look).vertical_merge(VMergeType::Restart);
        }
        cell(group, width, look).grid_span(count)
    });
    let lower = named.map(|(column, width)| {
        if column.group.is_empty() {
            return cell("", *width, look).vertical_merge(VMergeType::Continue);
        }
        cell(&column.name, *width, look)
    });
    vec![heading_row(upper.collect()), heading_row(lower.collect())]
}

/// A row that is repeated on each page.
fn heading_row(cells: Vec<TableCell>) -> TableRow {
    mark_heading(TableRow::new(cells).cant_split())
}
