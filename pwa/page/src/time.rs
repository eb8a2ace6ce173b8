//! Days and moments as Vietnamese readers write them, always at +07:00.
//!
//! Pure functions: the time of now comes from [`crate::browser::now_ms`].

const ZONE_MS: i64 = 7 * 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// A moment at +07:00, in parts.
struct Parts {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
}

/// Takes milliseconds since 1970 apart (Howard Hinnant's `civil_from_days`).
fn parts(ms: i64) -> Parts {
    let local = ms + ZONE_MS;
    let days = local.div_euclid(DAY_MS) + 719_468;
    let minutes = local.rem_euclid(DAY_MS) / 60_000;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    Parts {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month,
        day: day_of_year - (153 * shifted + 2) / 5 + 1,
        hour: minutes / 60,
        minute: minutes % 60,
    }
}

/// The day as forms store it: `2026-11-23`.
pub fn stored_day(ms: i64) -> String {
    let at = parts(ms);
    stored(at.year, at.month, at.day)
}

/// A day as forms store it, by its year, month and day of the month.
#[must_use]
pub fn stored(year: i64, month: i64, day: i64) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

/// How many days a month has.
#[must_use]
pub fn days_of_month(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The day as people read it: `23/11/2026`.
pub fn day(ms: i64) -> String {
    let at = parts(ms);
    format!("{:02}/{:02}/{:04}", at.day, at.month, at.year)
}

/// The time of day: `14:05`.
pub fn clock(ms: i64) -> String {
    let at = parts(ms);
    format!("{:02}:{:02}", at.hour, at.minute)
}

/// Day and time: `23/11/2026 14:05`.
pub fn moment(ms: i64) -> String {
    format!("{} {}", day(ms), clock(ms))
}

/// Time and day, as the sync strip says it: `14:05, 23/11/2026`.
pub fn clock_and_day(ms: i64) -> String {
    format!("{}, {}", clock(ms), day(ms))
}

/// The time alone for a moment of today, with its day for an older one.
pub fn since(ms: i64, now_ms: i64) -> String {
    if stored_day(ms) == stored_day(now_ms) {
        clock(ms)
    } else {
        clock_and_day(ms)
    }
}

/// A stored day, `2026-11-23`, as people read it; anything else as it is.
pub fn day_of_stored(stored: &str) -> String {
    let mut pieces = stored.split('-');
    match (pieces.next(), pieces.next(), pieces.next(), pieces.next()) {
        (Some(year), Some(month), Some(day), None) => format!("{day}/{month}/{year}"),
        _ => stored.to_owned(),
    }
}

/// Whole days from one moment to another.
pub fn days_between(from_ms: i64, to_ms: i64) -> i64 {
    (to_ms - from_ms).max(0) / DAY_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23T07:05:00Z.
    const AFTERNOON: i64 = 1_795_417_500_000;

    #[test]
    fn a_moment_is_shown_at_plus_seven() {
        assert_eq!(moment(AFTERNOON), "23/11/2026 14:05");
        assert_eq!(clock_and_day(AFTERNOON), "14:05, 23/11/2026");
    }

    #[test]
    fn the_day_turns_at_seventeen_hours_utc() {
        let turn = AFTERNOON - 7 * 3_600_000 - 5 * 60_000 + 17 * 3_600_000;
        assert_eq!(moment(turn - 1), "23/11/2026 23:59");
        assert_eq!(moment(turn), "24/11/2026 00:00");
        assert_eq!(stored_day(turn), "2026-11-24");
    }

    #[test]
    fn leap_days_and_years_before_1970_are_right() {
        assert_eq!(moment(1_709_164_800_000), "29/02/2024 07:00");
        assert_eq!(moment(0), "01/01/1970 07:00");
        assert_eq!(moment(-DAY_MS), "31/12/1969 07:00");
        assert_eq!(day(951_782_400_000), "29/02/2000");
    }

    #[test]
    fn a_stored_day_is_turned_round_and_other_text_is_left() {
        assert_eq!(day_of_stored("2026-11-23"), "23/11/2026");
        assert_eq!(day_of_stored("hôm qua"), "hôm qua");
        assert_eq!(day_of_stored(""), "");
    }

    #[test]
    fn since_names_the_day_only_when_it_is_another() {
        assert_eq!(since(AFTERNOON, AFTERNOON + 60_000), "14:05");
        assert_eq!(since(AFTERNOON, AFTERNOON + DAY_MS), "14:05, 23/11/2026");
        assert_eq!(days_between(AFTERNOON, AFTERNOON + 3 * DAY_MS), 3);
    }
}
