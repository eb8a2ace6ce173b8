//! Days, and which of them are worked: from one day to the day that is so many working days later.
//!
//! Knows no clock and no time of day.

use std::collections::BTreeMap;
use std::fmt;

use minicbor::Encode;
use serde::{Deserialize, Serialize};

use crate::order::decode_in_order;

/// A day from 1900-01-01 to 2200-12-31, as the number of days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// The first day.
    pub const FIRST: Day = Day(-25_567);
    /// The last day.
    pub const LAST: Day = Day(84_370);

    /// The day that is written `yyyy-mm-dd`; none when there is no such day.
    #[must_use]
    pub fn parse(text: &str) -> Option<Day> {
        let bytes = text.as_bytes();
        let number = |from: usize, to: usize| {
            let digits = bytes.get(from..to)?.iter();
            digits
                .map(|digit| i32::from(*digit) - i32::from(b'0'))
                .try_fold(0, |sum, digit| {
                    (0..=9).contains(&digit).then_some(sum * 10 + digit)
                })
        };
        let (year, month, date) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let day = day_of(year, month, date);
        let is_written_so = (Day::FIRST..=Day::LAST).contains(&day) && day.to_string() == text;
        is_written_so.then_some(day)
    }

    /// The day so many days later, or earlier; none past the first and the last.
    #[must_use]
    pub fn plus(self, days: i32) -> Option<Day> {
        let day = Day(self.0.checked_add(days)?);
        (Day::FIRST..=Day::LAST).contains(&day).then_some(day)
    }

    /// How many days it is after another one; negative when it is before.
    #[must_use]
    pub fn days_since(self, other: Day) -> i32 {
        self.0 - other.0
    }

    /// The day of the week, from 1 for Monday to 7 for Sunday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        (self.0 + 3).rem_euclid(7) as u8 + 1
    }

    /// Mondays to Fridays from the Monday before 1970 to this day; negative before.
    fn weekdays(self) -> i32 {
        let days = self.0 + 3;
        days.div_euclid(7) * 5 + (days.rem_euclid(7) + 1).min(5)
    }
}

/// Years that begin in March have the leap day at their end, and 153 days in each five months
/// (Howard Hinnant's `days_from_civil`).
fn day_of(year: i32, month: i32, date: i32) -> Day {
    let year = if month > 2 { year } else { year - 1 };
    let month = (month + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + date - 1;
    Day(365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719_468)
}

/// `yyyy-mm-dd`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.0 + 719_468;
        let (era, day) = (days / 146_097, days % 146_097);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day_of_year + 2) / 153;
        let date = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = era * 400 + year + i32::from(month <= 2);
        write!(f, "{year:04}-{month:02}-{date:02}")
    }
}

/// A day that is not as the week has it: a day off, or one that is worked instead of another.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Holiday {
    /// The day, `yyyy-mm-dd`.
    #[n(0)]
    pub day: String,
    /// What it is.
    #[n(1)]
    pub name: String,
    /// Whether it is worked (làm bù), not a day off.
    #[n(2)]
    pub is_worked: bool,
}

decode_in_order! {
    Holiday { day, name, is_worked }
}

/// Which days are worked: Mondays to Fridays but for the exceptions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Whether each is worked.
    exceptions: BTreeMap<Day, bool>,
}

impl Calendar {
    /// The week with these exceptions; those on days that do not exist are left out.
    #[must_use]
    pub fn new(holidays: &[Holiday]) -> Self {
        let exceptions = holidays.iter();
        let exceptions =
            exceptions.filter_map(|holiday| Some((Day::parse(&holiday.day)?, holiday.is_worked)));
        Self {
            exceptions: exceptions.collect(),
        }
    }

    /// Whether a day is worked.
    #[must_use]
    pub fn is_working(&self, day: Day) -> bool {
        let exception = self.exceptions.get(&day);
        exception.copied().unwrap_or(day.weekday() <= 5)
    }

    /// The working day that is so many working days after a day, which itself does not count; for none, the
    /// day or the next that is worked. `None` past the last day.
    #[must_use]
    pub fn add_working_days(&self, from: Day, working_days: u32) -> Option<Day> {
        let (mut day, mut left) = (from, working_days);
        while left > 0 || !self.is_working(day) {
            day = day.plus(1)?;
            left = left.saturating_sub(u32::from(self.is_working(day)));
        }
        Some(day)
    }

    /// The working days after one day, up to and with another; 0 when that is not later.
    #[must_use]
    pub fn working_days_between(&self, from: Day, to: Day) -> u32 {
        let Some(first) = from.plus(1).filter(|first| *first <= to) else {
            return 0;
        };
        let exceptions = self.exceptions.range(first..=to);
        let more = exceptions
            .map(|(day, is_worked)| i32::from(*is_worked) - i32::from(day.weekday() <= 5));
        let weekdays = to.weekdays() - from.weekdays();
        (weekdays + more.sum::<i32>()).unsigned_abs()
    }
}

#[cfg(test)]
mod tests;
