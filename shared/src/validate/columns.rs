//! Reads the run-length encoded columns of a change without trusting a length in them.

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

    /// An unsigned LEB128 number.
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

    /// A signed LEB128 number.
    pub(super) fn signed(&mut self) -> Result<i64, Code> {
        let mut value = 0i64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            if shift == 63 && byte != 0 && byte != 0x7f {
                return Err(Code::BadChange);
            }
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let used = shift + 7;
                return Ok(if used < 64 && byte & 0x40 != 0 {
                    value | (-1 << used)
                } else {
                    value
                });
            }
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

/// A run-length encoded column, one optional value a step.
pub(super) struct Runs<'a, T> {
    bytes: Bytes<'a>,
    read: ReadValue<'a, T>,
    run: Run<T>,
    left: u64,
}

impl<'a, T: Clone> Runs<'a, T> {
    pub(super) fn new(column: &'a [u8], read: ReadValue<'a, T>) -> Self {
        Self {
            bytes: Bytes(column),
            read,
            run: Run::Null,
            left: 0,
        }
    }

    fn open(&mut self) -> Result<(), Code> {
        let length = self.bytes.signed()?;
        self.left = length.unsigned_abs();
        self.run = match length {
            0 => {
                self.left = self.bytes.unsigned()?;
                Run::Null
            }
            1.. => Run::Repeat((self.read)(&mut self.bytes)?),
            ..0 => Run::Literal,
        };
        if self.left == 0 {
            Err(Code::BadChange)
        } else {
            Ok(())
        }
    }

    /// The next value; `None` for null and past the end of the column, as in automerge.
    pub(super) fn step(&mut self) -> Result<Option<T>, Code> {
        if self.left == 0 {
            if self.bytes.0.is_empty() {
                return Ok(None);
            }
            self.open()?;
        }
        self.left -= 1;
        match &self.run {
            Run::Repeat(value) => Ok(Some(value.clone())),
            Run::Literal => (self.read)(&mut self.bytes).map(Some),
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
                    (self.read)(&mut self.bytes)?;
                }
            }
        }
        usize::try_from(length).map_err(|_| Code::TooLarge)
    }

    /// Asks that nothing is left over.
    pub(super) fn finish(self) -> Result<(), Code> {
        if self.left == 0 && self.bytes.0.is_empty() {
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
}

impl<'a> Booleans<'a> {
    pub(super) fn new(column: &'a [u8]) -> Self {
        Self {
            bytes: Bytes(column),
            value: true,
            left: 0,
        }
    }

    pub(super) fn step(&mut self) -> Result<bool, Code> {
        let mut opened = 0;
        while self.left == 0 {
            if self.bytes.0.is_empty() {
                return Ok(false);
            }
            self.left = self.bytes.unsigned()?;
            self.value = !self.value;
            opened += 1;
            if opened > 2 {
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
