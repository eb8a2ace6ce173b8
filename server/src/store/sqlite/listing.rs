//! Tables, a page at a time: conditions with the values of their marks, and the queries that count all rows, find those of
//! a page and read them.

use kiennghi_shared::id::UnitCode;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::ingest::integer;
use crate::store::{StoreError, Words};

/// A condition and the values of its marks.
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Condition {
    /// That a column holds one of these units.
    pub(super) fn in_units(column: &str, units: &[UnitCode]) -> Self {
        let sql = format!("{column} IN ({})", marks(units.len()));
        Self::of_units(sql, units)
    }

    /// A condition whose marks stand for these units.
    pub(super) fn of_units(sql: String, units: &[UnitCode]) -> Self {
        let values = units.iter().map(|unit| unit.0.clone().into());
        Self {
            sql,
            values: values.collect(),
        }
    }

    /// Narrows it.
    pub(super) fn add(&mut self, sql: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        self.values.extend(values);
    }

    /// Narrows it to rows that have words, by the condition that has a mark for them.
    pub(super) fn matches(&mut self, sql: &str, words: Option<&Words>) {
        if let Some(words) = words {
            self.add(sql, [words.folded.clone().into()]);
        }
    }

    /// Narrows it to a text in a column, where one is given.
    pub(super) fn equals(&mut self, column: &str, text: Option<&String>) {
        if let Some(text) = text {
            self.add(&format!("{column} = ?"), [text.clone().into()]);
        }
    }
}

/// So many marks, with commas between.
pub(super) fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// What a table is read from.
pub(super) struct Listing<'a> {
    /// What is counted; its rows are known by their `number`.
    pub(super) table: &'a str,
    /// What is summed up of all rows; `0` for nothing.
    pub(super) sum: &'a str,
    /// The query up to its condition; gives one row for each of the table's.
    pub(super) select: &'a str,
    /// What comes first, by columns of the table.
    pub(super) order: &'a str,
    /// Words that were looked for, and the condition, with a mark for them, that a row has such: rows that have
    /// them with their accents come before all others.
    pub(super) words: Option<(&'a Words, &'a str)>,
}

/// What a table has.
pub(super) struct Page<T> {
    /// Rows of all pages.
    pub(super) total: u64,
    /// What was summed up of them.
    pub(super) sum: u64,
    /// Those of this page.
    pub(super) rows: Vec<T>,
}

impl Listing<'_> {
    /// How many rows there are, what they sum up to, and those of a page.
    pub(super) fn page<T>(
        &self,
        connection: &Connection,
        condition: Condition,
        (offset, limit): (u64, u64),
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Page<T>, StoreError> {
        let Self {
            table,
            sum,
            select,
            order,
            words,
        } = self;
        let Condition { sql, mut values } = condition;
        let (total, sum): (i64, i64) = connection
            .prepare_cached(&format!(
                "SELECT count(*), coalesce(sum({sum}), 0) FROM {table} WHERE {sql}"
            ))?
            .query_row(params_from_iter(values.iter()), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let mut exact_first = String::new();
        if let Some((words, matches)) = words {
            exact_first = format!("{matches} DESC, ");
            values.push(words.exact.clone().into());
        }
        values.extend([Value::from(integer(limit)), integer(offset).into()]);
        let numbers = connection
            .prepare_cached(&format!(
                "SELECT {table}.number FROM {table} WHERE {sql}
                 ORDER BY {exact_first}{order} LIMIT ? OFFSET ?"
            ))?
            .query_map(params_from_iter(values), |row| row.get(0))?
            .collect::<Result<Vec<i64>, _>>()?;
        // Rows are long: of those on other pages nothing is read.
        let mut statement =
            connection.prepare_cached(&format!("{select} WHERE {table}.number = ?1"))?;
        let rows = numbers.into_iter().map(|number| {
            let mut rows = statement.query([number])?;
            read(rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?)
        });
        Ok(Page {
            total: total.unsigned_abs(),
            sum: sum.unsigned_abs(),
            rows: rows.collect::<Result<_, _>>()?,
        })
    }
}
