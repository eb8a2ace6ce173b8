//! Reads the run-length encoded columns of a change without trusting a length in them.
//!
//! Only the one encoding that automerge itself writes is read. It forgets the bytes of a change and
//! writes them anew from the operations: a change encoded in another way would come out with another
//! hash, and the saved document would not load.

pub(super) mod write;

use crate::code::Code;

/// Bytes that are read from the front.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Code> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Code::BadChange)?;
        self.0 = rest;
        Ok(taken)
    }

    /// An unsigned LEB128 number in its shortest form.
    pub(super) fn unsigned(&mut self) -> Result<u64, Code> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            let part = u64::from(byte & 0x7f);
            if shift == 63 && part > 1 {
                return Err(Code::BadChange);
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return if shift > 0 && byte == 0 {
                    Err(Code::BadChange)
                } else {
                    Ok(value)
                };
            }
        }
        Err(Code::BadChange)
    }

    /// A signed LEB128 number in its shortest form.
    pub(super) fn signed(&mut self) -> Result<i64, Code> {
        let (mut value, mut last) = (0i64, 0);
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            if shift == 63 && byte != 0 && byte != 0x7f {
                return Err(Code::BadChange);
            }
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let used = shift + 7;
                let idle = if last & 0x40 == 0 { 0 } else { 0x7f };
                if shift > 0 && byte == idle {
                    return Err(Code::BadChange);
                }
                return Ok(if used < 64 && byte & 0x40 != 0 {
                    value | (-1 << used)
                } else {
                    value
                });
            }
            last = byte;
        }
        Err(Code::BadChange)
    }

    /// A number that counts bytes or items, bounded.
    pub(super) fn count(&mut self, max: usize) -> Result<usize, Code> {
        let count = usize::try_from(self.unsigned()?).map_err(|_| Code::TooLarge)?;
        if count > max {
            Err(Code::TooLarge)
        } else {
            Ok(count)
        }
    }

    pub(super) fn text(&mut self, max: usize) -> Result<&'a str, Code> {
        let count = self.count(max)?;
        std::str::from_utf8(self.take(count)?).map_err(|_| Code::BadChange)
    }
}

/// How one value of a column is read.
pub(super) type ReadValue<'a, T> = fn(&mut Bytes<'a>) -> Result<T, Code>;

enum Run<T> {
    Repeat(T),
    Literal,
    Null,
}

/// What stands before the next value of a column.
enum Before<T> {
    Start,
    Null,
    Value(T),
}

/// A run-length encoded column, one optional value a step.
pub(super) struct Runs<'a, T> {
    bytes: Bytes<'a>,
    read: ReadValue<'a, T>,
    run: Run<T>,
    left: u64,
    before: Before<T>,
    /// Whether a value was there.
    anything: bool,
    /// Whether more steps were made than a column that is there has values.
    short: bool,
}

impl<'a, T: Clone + PartialEq> Runs<'a, T> {
    pub(super) fn new(column: &'a [u8], read: ReadValue<'a, T>) -> Self {
        Self {
            bytes: Bytes(column),
            read,
            run: Run::Null,
            left: 0,
            before: Before::Start,
            anything: false,
            short: false,
        }
    }

    /// Begins the next run: the longest one that could stand here.
    fn open(&mut self) -> Result<(), Code> {
        let after_literal = matches!((&self.run, &self.before), (Run::Literal, Before::Value(_)));
        let length = self.bytes.signed()?;
        self.left = length.unsigned_abs();
        self.run = match length {
            0 => {
                self.left = self.bytes.unsigned()?;
                if matches!(self.before, Before::Null) {
                    return Err(Code::BadChange);
                }
                self.before = Before::Null;
                Run::Null
            }
            1 => return Err(Code::BadChange),
            2.. => Run::Repeat(self.value()?),
            ..0 if after_literal => return Err(Code::BadChange),
            ..0 => Run::Literal,
        };
        if self.left == 0 {
            Err(Code::BadChange)
        } else {
            Ok(())
        }
    }

    /// Reads a value that is not the one before it: equal ones stand in one run.
    fn value(&mut self) -> Result<T, Code> {
        let value = (self.read)(&mut self.bytes)?;
        if matches!(&self.before, Before::Value(before) if *before == value) {
            return Err(Code::BadChange);
        }
        self.before = Before::Value(value.clone());
        self.anything = true;
        Ok(value)
    }

    /// The next value; `None` for null and past the end of the column, as in automerge.
    pub(super) fn step(&mut self) -> Result<Option<T>, Code> {
        if self.left == 0 {
            if self.bytes.0.is_empty() {
                self.short = true;
                return Ok(None);
            }
            self.open()?;
        }
        self.left -= 1;
        match &self.run {
            Run::Repeat(value) => Ok(Some(value.clone())),
            Run::Literal => self.value().map(Some),
            Run::Null => Ok(None),
        }
    }

    /// How many values the column has, found from its runs alone.
    pub(super) fn length(mut self, max: usize) -> Result<usize, Code> {
        let mut length = 0u64;
        while !self.bytes.0.is_empty() {
            self.open()?;
            length = length.saturating_add(self.left);
            if length > max as u64 {
                return Err(Code::TooLarge);
            }
            if matches!(self.run, Run::Literal) {
                for _ in 0..self.left {
                    self.value()?;
                }
            }
        }
        usize::try_from(length).map_err(|_| Code::TooLarge)
    }

    /// Asks that the column has a value for each step and nothing more, or is not there at all.
    pub(super) fn finish(self) -> Result<(), Code> {
        let absent = matches!(self.before, Before::Start);
        let whole = self.anything && !self.short;
        if self.left == 0 && self.bytes.0.is_empty() && (absent || whole) {
            Ok(())
        } else {
            Err(Code::BadChange)
        }
    }
}

/// A column of numbers stored as differences.
pub(super) struct Deltas<'a> {
    runs: Runs<'a, i64>,
    value: i64,
}

impl<'a> Deltas<'a> {
    pub(super) fn new(column: &'a [u8]) -> Self {
        Self {
            runs: Runs::new(column, Bytes::signed),
            value: 0,
        }
    }

    pub(super) fn step(&mut self) -> Result<Option<u64>, Code> {
        let Some(delta) = self.runs.step()? else {
            return Ok(None);
        };
        self.value = self.value.checked_add(delta).ok_or(Code::BadChange)?;
        u64::try_from(self.value)
            .map(Some)
            .map_err(|_| Code::BadChange)
    }

    pub(super) fn finish(self) -> Result<(), Code> {
        self.runs.finish()
    }
}

/// A column of truth values: lengths of runs, the first of `false`.
pub(super) struct Booleans<'a> {
    bytes: Bytes<'a>,
    value: bool,
    left: u64,
    begun: bool,
}

impl<'a> Booleans<'a> {
    pub(super) fn new(column: &'a [u8]) -> Self {
        Self {
            bytes: Bytes(column),
            value: true,
            left: 0,
            begun: false,
        }
    }

    fn open(&mut self) -> Result<(), Code> {
        self.left = self.bytes.unsigned()?;
        self.value = !self.value;
        Ok(())
    }

    pub(super) fn step(&mut self) -> Result<bool, Code> {
        if self.left == 0 {
            let first = !self.begun;
            self.begun = true;
            self.open()?;
            // Only the first run, of `false`, may be empty.
            if first && self.left == 0 {
                self.open()?;
            }
            if self.left == 0 {
                return Err(Code::BadChange);
            }
        }
        self.left -= 1;
        Ok(self.value)
    }

    pub(super) fn finish(self) -> Result<(), Code> {
        if self.left == 0 && self.bytes.0.is_empty() {
            Ok(())
        } else {
            Err(Code::BadChange)
        }
    }
}
