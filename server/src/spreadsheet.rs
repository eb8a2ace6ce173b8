//! Reads spreadsheets (.xlsx) of strangers, row by row: a file can be far larger inside than it is, and a sheet of two
//! cells a million rows long and sixteen thousand columns wide.

use std::collections::HashMap;
use std::io::{Cursor, Read, Seek};

use calamine::{DataRef, Reader, Xlsx, XlsxCellReader};
use kiennghi_shared::code::Code;
use kiennghi_shared::text::normalise;

/// Columns that are looked at; those further to the right are left alone.
pub const COLUMNS_MAX: u32 = 64;

/// How much of a spreadsheet is read; of more nothing is.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Characters of a cell.
    pub cell_chars: usize,
    /// Bytes of the file once it is inflated, and of all texts together: many cells can share one.
    pub bytes: usize,
}

/// A row: its number in the sheet, from 1, and its texts by column, from 0.
pub type Row = (u32, HashMap<u32, String>);
/// Row and column, from 0, and the text there.
type Text = ((u32, u32), String);

/// The rows of a sheet that have something in them, one at a time.
pub struct Rows<'a, R: Read + Seek> {
    cells: XlsxCellReader<'a, R>,
    bounds: Bounds,
    bytes_left: usize,
    /// A cell of the row to come.
    ahead: Option<Text>,
    has_ended: bool,
    has_far: bool,
}

/// Hands the rows of the first sheet, and the names of the others, to `read`.
///
/// # Errors
/// [`Code::Malformed`] when it is no spreadsheet that can be read, [`Code::TooLarge`] past the bounds; what
/// `read` says.
pub fn first_sheet<T>(
    bytes: &[u8],
    bounds: Bounds,
    read: impl FnOnce(&mut Rows<'_, Cursor<&[u8]>>, &[String]) -> Result<T, Code>,
) -> Result<T, Code> {
    check_inflated(bytes, bounds.bytes as u64)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Code::Malformed)?;
    let names = book.sheet_names();
    let (first, others) = names.split_first().ok_or(Code::Malformed)?;
    let cells = book.worksheet_cells_reader(first);
    let mut rows = Rows {
        cells: cells.map_err(|_| Code::Malformed)?,
        bounds,
        bytes_left: bounds.bytes,
        ahead: None,
        has_ended: false,
        has_far: false,
    };
    read(&mut rows, others)
}

/// A spreadsheet is a zip file, which can be far larger inside than it says.
fn check_inflated(bytes: &[u8], mut left: u64) -> Result<(), Code> {
    let archive = zip::ZipArchive::new(Cursor::new(bytes));
    let mut archive = archive.map_err(|_| Code::Malformed)?;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|_| Code::Malformed)?;
        let inflated = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink());
        let inflated = inflated.map_err(|_| Code::Malformed)?;
        left = left.checked_sub(inflated).ok_or(Code::TooLarge)?;
    }
    Ok(())
}

impl<R: Read + Seek> Rows<'_, R> {
    /// The next row; none after the last.
    ///
    /// # Errors
    /// As [`first_sheet`].
    pub fn next_row(&mut self) -> Result<Option<Row>, Code> {
        let Some(((row, column), text)) = self.next_text()? else {
            return Ok(None);
        };
        let mut texts = HashMap::from([(column, text)]);
        while let Some((at, text)) = self.next_text()? {
            if at.0 != row {
                self.ahead = Some((at, text));
                break;
            }
            texts.insert(at.1, text);
        }
        Ok(Some((row.saturating_add(1), texts)))
    }

    /// Whether there was something further to the right than is looked at.
    pub fn has_far(&self) -> bool {
        self.has_far
    }

    /// The next cell that has a text, within the bounds.
    fn next_text(&mut self) -> Result<Option<Text>, Code> {
        if let Some(ahead) = self.ahead.take() {
            return Ok(Some(ahead));
        }
        while !self.has_ended {
            let cell = self.cells.next_cell().map_err(|_| Code::Malformed)?;
            let Some(cell) = cell else {
                self.has_ended = true;
                break;
            };
            let at = cell.get_position();
            if at.1 >= COLUMNS_MAX {
                self.has_far |= !matches!(cell.get_value(), DataRef::Empty);
                continue;
            }
            let text = text_of(cell.get_value(), self.bounds.cell_chars)?;
            if !text.is_empty() {
                let left = self.bytes_left.checked_sub(text.len());
                self.bytes_left = left.ok_or(Code::TooLarge)?;
                return Ok(Some((at, text)));
            }
        }
        Ok(None)
    }
}

fn text_of(cell: &DataRef<'_>, chars_max: usize) -> Result<String, Code> {
    let text = match cell {
        DataRef::Empty => return Ok(String::new()),
        DataRef::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            return Ok(format!("{year:04}-{month:02}-{day:02}"));
        }
        // A code such as 06895 that the spreadsheet took for a number.
        DataRef::Float(number) if number.fract() == 0.0 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Bool(is) => is.to_string(),
        DataRef::Error(error) => error.to_string(),
        DataRef::SharedString(text) => bounded(text, chars_max)?,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            bounded(text, chars_max)?
        }
    };
    Ok(normalise(&text))
}

/// The text, if it is no longer than a cell's may be.
fn bounded(text: &str, chars_max: usize) -> Result<String, Code> {
    let fits = text.chars().nth(chars_max).is_none();
    fits.then(|| text.to_owned()).ok_or(Code::TooLarge)
}

/// The text on one line, with single blanks.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
