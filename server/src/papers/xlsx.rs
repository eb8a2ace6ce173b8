//! Writes `.xlsx`: one sheet a table, ready to be printed on A4. Numbers are numbers, days are days, and
//! text is never a formula.

use std::collections::HashSet;

use rust_xlsxwriter::{
    ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::table::{Cell, Column, TICK, Table, groups, is_grouped};
use super::{Error, measure, words};

/// Excel's bound for a cell, in units of UTF-16.
const CELL_UNITS_MAX: usize = 32_767;
/// Characters of the default font that lie side by side on a lying sheet at full size.
const SHEET_CHARACTERS: f64 = 130.0;
/// Points of the letters, and of the highest row that Excel has.
const POINTS: f64 = 12.0;
const ROW_POINTS_MAX: f64 = 409.0;
/// The width of a character of the default font, in parts of the letters' size: 7 pixels of 16.
const CHARACTER: f64 = 7.0 / 16.0;
/// Characters of a sheet's name, less room for a number.
const NAME_CHARACTERS_MAX: usize = 27;
/// The code of A4 among Excel's paper sizes.
const A4: u8 = 9;

/// A workbook with a sheet for each table.
///
/// # Errors
/// When a table has more rows or columns than a sheet can have.
pub fn workbook(tables: &[Table]) -> Result<Vec<u8>, Error> {
    let formats = Formats::new();
    let mut book = Workbook::new();
    let mut names = HashSet::new();
    for table in tables {
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name(&table.name, &mut names))?;
        fill(sheet, table, &formats)?;
    }
    Ok(book.save_to_buffer()?)
}

/// A name that Excel takes and no sheet has yet.
fn sheet_name(name: &str, taken: &mut HashSet<String>) -> String {
    let clean = words::one_line(name).replace(['[', ']', ':', '*', '?', '/', '\\', '\''], " ");
    let clean: String = clean.trim().chars().take(NAME_CHARACTERS_MAX).collect();
    let first = if clean.is_empty() { "Bảng" } else { &clean };
    let mut name = first.to_owned();
    let mut number = 1;
    // Excel compares names without regard to case.
    while !taken.insert(name.to_lowercase()) {
        number += 1;
        name = format!("{first} {number}");
    }
    name
}

struct Formats {
    title: Format,
    subtitle: Format,
    heading: Format,
    plain: Format,
    bold: Format,
}

impl Formats {
    fn new() -> Self {
        let font = Format::new()
            .set_font_name("Times New Roman")
            .set_font_size(POINTS);
        let title = font
            .clone()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap();
        let plain = font
            .set_border(FormatBorder::Thin)
            .set_text_wrap()
            .set_align(FormatAlign::Top);
        let bold = plain.clone().set_bold();
        Self {
            subtitle: title.clone().set_italic(),
            title: title.set_bold(),
            heading: bold
                .clone()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter),
            plain,
            bold,
        }
    }
}

fn fill(sheet: &mut Worksheet, table: &Table, formats: &Formats) -> Result<(), XlsxError> {
    let widths = widths(&table.columns);
    for (index, width) in (0..).zip(&widths) {
        sheet.set_column_width(index, *width)?;
    }
    let heading = write_titles(sheet, table, formats)?;
    let first = write_heading(sheet, heading, &table.columns, &widths, &formats.heading)?;
    sheet.set_freeze_panes(first, 0)?;
    sheet.set_repeat_rows(heading, first - 1)?;
    let body = table.rows.iter().map(|cells| {
        // A row that names what the rows below it count.
        let is_head = cells.len() < table.columns.len();
        let format = if is_head {
            &formats.bold
        } else {
            &formats.plain
        };
        (cells, format)
    });
    let foot = table.foot.iter().map(|cells| (cells, &formats.bold));
    for (row, (cells, format)) in (first..).zip(body.chain(foot)) {
        write_row(sheet, row, cells, &widths, format)?;
    }
    set_print(sheet);
    Ok(())
}

fn write_row(
    sheet: &mut Worksheet,
    row: u32,
    cells: &[Cell],
    widths: &[f64],
    format: &Format,
) -> Result<(), XlsxError> {
    let padded = || cells.iter().chain(std::iter::repeat(&Cell::Empty));
    let texts = padded().map(|cell| match cell {
        Cell::Text(text) => text.as_str(),
        _ => "",
    });
    sheet.set_row_height(row, height(texts.zip(widths)))?;
    for (column, (cell, _)) in (0..).zip(padded().zip(widths)) {
        write_cell(sheet, row, column, cell, format)?;
    }
    Ok(())
}

/// The height in points that a row needs for its texts in columns of these widths. Programs differ in whether
/// they grow rows by themselves, and none makes one higher than the bound.
fn height<'a>(cells: impl Iterator<Item = (&'a str, &'a f64)>) -> f64 {
    let lines = cells.map(|(text, width)| measure::lines(text, width * CHARACTER));
    let lines = lines.fold(1.0, f64::max);
    (lines * POINTS * measure::LINE + 3.0).min(ROW_POINTS_MAX)
}

/// The columns' widths: their shares of a sheet's, in characters.
fn widths(columns: &[Column]) -> Vec<f64> {
    let whole: f64 = columns.iter().map(|column| f64::from(column.width)).sum();
    let share = |column: &Column| SHEET_CHARACTERS * f64::from(column.width) / whole.max(1.0);
    columns
        .iter()
        .map(|column| share(column).max(5.0))
        .collect()
}

/// Name, title and subtitle over all columns; gives the row after them.
fn write_titles(sheet: &mut Worksheet, table: &Table, formats: &Formats) -> Result<u32, XlsxError> {
    let last = last_column(&table.columns);
    let title = table.title.to_uppercase();
    let lines = [
        (&table.name, &formats.title),
        (&title, &formats.title),
        (&table.subtitle, &formats.subtitle),
    ];
    let mut row = 0;
    for (text, format) in lines.into_iter().filter(|(text, _)| !text.is_empty()) {
        let text = cell_text(text);
        if last > 0 {
            sheet.merge_range(row, 0, row, last, &text, format)?;
        } else {
            sheet.write_string_with_format(row, 0, &text, format)?;
        }
        // A merged cell does not grow by itself.
        #[expect(
            clippy::cast_precision_loss,
            reason = "at most some thousand characters"
        )]
        let lines = (text.chars().count() as f64 / (SHEET_CHARACTERS * 0.8)).ceil();
        sheet.set_row_height(row, (lines * 17.0).clamp(17.0, 400.0))?;
        row += 1;
    }
    Ok(row)
}

/// The heading in one row, or two where columns stand under groups; gives the row after it.
fn write_heading(
    sheet: &mut Worksheet,
    row: u32,
    columns: &[Column],
    widths: &[f64],
    format: &Format,
) -> Result<u32, XlsxError> {
    let names = |sheet: &mut Worksheet, row: u32| -> Result<(), XlsxError> {
        let texts = columns.iter().map(|column| column.name.as_str());
        sheet.set_row_height(row, height(texts.zip(widths)))?;
        for (index, column) in (0..).zip(columns) {
            sheet.write_string_with_format(row, index, cell_text(&column.name), format)?;
        }
        Ok(())
    };
    if !is_grouped(columns) {
        names(sheet, row)?;
        return Ok(row + 1);
    }
    names(sheet, row + 1)?;
    for (first, count, group) in groups(columns) {
        let (left, right) = (column_number(first), column_number(first + count - 1));
        if group.is_empty() {
            let name = cell_text(&columns[first].name);
            sheet.merge_range(row, left, row + 1, left, &name, format)?;
        } else if left < right {
            sheet.merge_range(row, left, row, right, &cell_text(group), format)?;
        } else {
            sheet.write_string_with_format(row, left, cell_text(group), format)?;
        }
    }
    Ok(row + 2)
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    let centred = || format.clone().set_align(FormatAlign::Center);
    match cell {
        Cell::Empty => sheet.write_blank(row, column, format)?,
        Cell::Text(text) => {
            let text = cell_text(text);
            // Excel would take it for a formula once somebody edits the cell.
            if text.starts_with(['=', '+', '-', '@']) {
                let quoted = format.clone().set_quote_prefix();
                sheet.write_string_with_format(row, column, text, &quoted)?
            } else {
                sheet.write_string_with_format(row, column, text, format)?
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a count")]
        Cell::Number(number) => {
            let format = centred().set_num_format("#,##0");
            sheet.write_number_with_format(row, column, *number as f64, &format)?
        }
        Cell::Share(share) => {
            let format = centred().set_num_format("0.0%");
            sheet.write_number_with_format(row, column, *share, &format)?
        }
        Cell::Date(date) => match excel_date(*date) {
            Some(day) => {
                let format = centred().set_num_format("dd/mm/yyyy");
                sheet.write_datetime_with_format(row, column, day, &format)?
            }
            None => sheet.write_string_with_format(row, column, words::date(*date), &centred())?,
        },
        Cell::Tick => sheet.write_string_with_format(row, column, TICK, &centred())?,
    };
    Ok(())
}

/// The day as Excel counts them; none before 1900.
fn excel_date(date: jiff::civil::Date) -> Option<ExcelDateTime> {
    let year = u16::try_from(date.year()).ok()?;
    let (month, day) = (date.month().cast_unsigned(), date.day().cast_unsigned());
    ExcelDateTime::from_ymd(year, month, day).ok()
}

/// Text that a cell can hold; what is longer says that there is more.
fn cell_text(text: &str) -> String {
    let text = words::printable(text);
    if text.encode_utf16().count() <= CELL_UNITS_MAX {
        return text;
    }
    // A character takes no more than two units.
    words::shortened(&text, CELL_UNITS_MAX / 2 - 16, " … (còn nữa)")
}

fn column_number(index: usize) -> u16 {
    // A number past Excel's last column is refused by the writer.
    u16::try_from(index).unwrap_or(u16::MAX)
}

fn last_column(columns: &[Column]) -> u16 {
    column_number(columns.len().saturating_sub(1))
}

/// A4, lying, all columns on one page's width, pages numbered at the top.
fn set_print(sheet: &mut Worksheet) {
    const INCH: f64 = 25.4;
    sheet
        .set_paper_size(A4)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_print_center_horizontally(true)
        .set_margins(
            15.0 / INCH,
            15.0 / INCH,
            20.0 / INCH,
            15.0 / INCH,
            9.0 / INCH,
            9.0 / INCH,
        )
        .set_header("&C&\"Times New Roman\"&13&P");
}
