//! The Markdown table.

use std::fmt;
use std::time::Duration;

/// One line; what was not measured is left out.
#[derive(Debug, Default)]
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) requests: Option<f64>,
    pub(crate) up: Option<u64>,
    pub(crate) down: Option<u64>,
    /// Against gzip of the concatenated raw changes; for a new phone, of the uncompressed saves
    /// where that is smaller.
    pub(crate) ratio: Option<f64>,
    pub(crate) wall: Option<Duration>,
    pub(crate) cpu: Option<Duration>,
    pub(crate) fsyncs: Option<f64>,
    pub(crate) notes: String,
}

/// The lines so far.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<Row>);

impl Table {
    /// Adds a line, and says so on the way.
    pub(crate) fn add(&mut self, row: Row) {
        let wall = cell(row.wall.map(milliseconds));
        eprintln!("measured: {}: {wall} ms {}", row.what, row.notes);
        self.0.push(row);
    }
}

fn cell<T: fmt::Display>(value: Option<T>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| value.to_string())
}

/// Milliseconds, with two places where there are few.
pub(crate) fn milliseconds(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1e3;
    if ms < 10.0 {
        format!("{ms:.2}")
    } else {
        format!("{ms:.0}")
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| what | requests | bytes up | bytes down | × gzip | ms | server CPU ms | fsyncs | notes |"
        )?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|--:|--:|---|")?;
        for row in &self.0 {
            writeln!(
                f,
                "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
                row.what,
                cell(row.requests),
                cell(row.up),
                cell(row.down),
                cell(row.ratio.map(|ratio| format!("{ratio:.2}"))),
                cell(row.wall.map(milliseconds)),
                cell(row.cpu.map(milliseconds)),
                cell(row.fsyncs),
                row.notes,
            )?;
        }
        Ok(())
    }
}
