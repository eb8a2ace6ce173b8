//! Writes columns as automerge writes them: the counterpart of what is read here.

/// How one value of a column is written.
pub(in super::super) type WriteValue<T> = fn(&mut Vec<u8>, &T);

/// An unsigned LEB128 number.
pub(in super::super) fn unsigned(out: &mut Vec<u8>, value: &u64) {
    let mut value = *value;
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A signed LEB128 number.
fn signed(out: &mut Vec<u8>, value: &i64) {
    let mut value = *value;
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if matches!((value, byte & 0x40), (0, 0) | (-1, 0x40)) {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

/// A run-length encoded column.
pub(in super::super) struct Runs<T> {
    write: WriteValue<T>,
    out: Vec<u8>,
    /// Values of which no two neighbours are equal, not yet written out, without the last one.
    literal: Vec<u8>,
    literal_count: i64,
    /// The last value and how often it stands there.
    last: Option<T>,
    count: i64,
    all_null: bool,
}

impl<T: PartialEq> Runs<T> {
    pub(in super::super) fn new(write: WriteValue<T>) -> Self {
        Self {
            write,
            out: Vec::new(),
            literal: Vec::new(),
            literal_count: 0,
            last: None,
            count: 0,
            all_null: true,
        }
    }

    pub(in super::super) fn push(&mut self, value: Option<T>) {
        if self.count > 0 && self.last == value {
            self.count += 1;
            return;
        }
        self.close_run();
        self.all_null &= value.is_none();
        self.last = value;
        self.count = 1;
    }

    /// Writes the last value's run; a value that stands alone waits for others that do.
    fn close_run(&mut self) {
        match (&self.last, self.count) {
            (_, 0) => {}
            (Some(value), 1) => {
                (self.write)(&mut self.literal, value);
                self.literal_count += 1;
            }
            (Some(value), count) => {
                close_literal(&mut self.out, &mut self.literal, &mut self.literal_count);
                signed(&mut self.out, &count);
                (self.write)(&mut self.out, value);
            }
            (None, count) => {
                close_literal(&mut self.out, &mut self.literal, &mut self.literal_count);
                signed(&mut self.out, &0);
                unsigned(&mut self.out, &count.unsigned_abs());
            }
        }
        self.count = 0;
    }

    pub(in super::super) fn finish(mut self) -> Vec<u8> {
        self.close_run();
        close_literal(&mut self.out, &mut self.literal, &mut self.literal_count);
        self.out
    }

    /// The column, or nothing where it would say nothing.
    pub(in super::super) fn finish_unless_null(self) -> Vec<u8> {
        if self.all_null {
            return Vec::new();
        }
        self.finish()
    }
}

fn close_literal(out: &mut Vec<u8>, literal: &mut Vec<u8>, count: &mut i64) {
    if *count > 0 {
        signed(out, &-*count);
        out.append(literal);
        *count = 0;
    }
}

/// A column of numbers stored as differences.
pub(in super::super) struct Deltas {
    runs: Runs<i64>,
    value: i64,
}

impl Deltas {
    pub(in super::super) fn new() -> Self {
        Self {
            runs: Runs::new(signed),
            value: 0,
        }
    }

    pub(in super::super) fn push(&mut self, value: Option<i64>) {
        self.runs.push(value.map(|value| {
            let difference = value.wrapping_sub(self.value);
            self.value = value;
            difference
        }));
    }

    pub(in super::super) fn finish(self) -> Vec<u8> {
        self.runs.finish()
    }

    pub(in super::super) fn finish_unless_null(self) -> Vec<u8> {
        self.runs.finish_unless_null()
    }
}

/// A column of truth values.
pub(in super::super) struct Booleans {
    out: Vec<u8>,
    value: bool,
    count: u64,
}

impl Booleans {
    pub(in super::super) fn new() -> Self {
        Self {
            out: Vec::new(),
            value: false,
            count: 0,
        }
    }

    pub(in super::super) fn push(&mut self, value: bool) {
        if value != self.value {
            unsigned(&mut self.out, &self.count);
            self.value = value;
            self.count = 0;
        }
        self.count += 1;
    }

    pub(in super::super) fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            unsigned(&mut self.out, &self.count);
        }
        self.out
    }
}

/// Columns under their numbers, those that are empty left out.
#[derive(Default)]
pub(in super::super) struct Table(Vec<(u64, Vec<u8>)>);

impl Table {
    /// Adds a column; they come in the order of their numbers.
    pub(in super::super) fn add(&mut self, number: u64, column: Vec<u8>) {
        if !column.is_empty() {
            self.0.push((number, column));
        }
    }

    /// The numbers and lengths.
    pub(in super::super) fn write_layout(&self, out: &mut Vec<u8>) {
        unsigned(out, &(self.0.len() as u64));
        for (number, column) in &self.0 {
            unsigned(out, number);
            unsigned(out, &(column.len() as u64));
        }
    }

    /// The columns themselves.
    pub(in super::super) fn write_columns(&self, out: &mut Vec<u8>) {
        for (_, column) in &self.0 {
            out.extend_from_slice(column);
        }
    }
}
