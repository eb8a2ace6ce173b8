//! Numbers, days and text as Vietnamese papers have them.

use jiff::civil::Date;
use kiennghi_shared::bodies::running;
use kiennghi_shared::text::normalise;

/// The text without what no paper can hold: NFC, no control characters, none of the two code points that XML
/// excludes besides, nothing that turns the direction of writing; lines end with `\n`.
#[must_use]
pub fn printable(text: &str) -> String {
    normalise(text)
        .chars()
        .filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .map(|c| if c == '\t' { ' ' } else { c })
        .collect()
}

/// [`printable`] text on one line, with single blanks.
#[must_use]
pub fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    printable(&words.join(" "))
}

/// A number with points between thousands: `1.234`.
#[must_use]
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}

/// A share in per cent with one decimal: `12,5%`.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0).replace('.', ",")
}

/// `dd/mm/yyyy`.
#[must_use]
pub fn date(date: Date) -> String {
    format!("{:02}/{:02}/{}", date.day(), date.month(), date.year())
}

/// `ngày 05 tháng 7 năm 2021`: Decree 30 wants a zero before days below ten and the months 1 and 2. A day
/// that is not known leaves room to write it in.
#[must_use]
pub fn long_date(date: Option<Date>) -> String {
    let Some(date) = date else {
        return "ngày      tháng      năm          ".to_owned();
    };
    let zero = if date.month() < 3 { "0" } else { "" };
    let (day, month, year) = (date.day(), date.month(), date.year());
    format!("ngày {day:02} tháng {zero}{month} năm {year}")
}

/// A paper's number and symbol, `05/TTHĐND`; room to write the number in where it is not known.
#[must_use]
pub fn number_and_symbol(number: Option<u32>, symbol: &str) -> String {
    let number = number.map_or_else(|| " ".repeat(10), |number| format!("{number:02}"));
    format!("{number}/{symbol}")
}

/// The text as it goes on behind other words: with a small first letter, unless the first word is capitals alone.
#[must_use]
pub fn going_on(text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or_default();
    let letters = first.chars().filter(|c| c.is_alphabetic());
    if letters.clone().count() > 1 && letters.clone().all(char::is_uppercase) {
        return text.to_owned();
    }
    running(text)
}

/// The text cut at a word so that no more than so many characters are left, with `ending` behind it;
/// as it is where it is short enough.
#[must_use]
pub fn shortened(text: &str, characters_max: usize, ending: &str) -> String {
    if text.chars().count() <= characters_max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(characters_max).collect();
    // Within a word only where there is no end of one in the second half.
    let end = kept
        .rfind(char::is_whitespace)
        .filter(|end| *end > kept.len() / 2);
    format!("{}{ending}", kept[..end.unwrap_or(kept.len())].trim_end())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;

    use super::*;

    #[test]
    fn numbers_and_days_are_written_as_in_vietnam() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(number),
            ["0", "999", "1.000", "1.234.567"]
        );
        assert_eq!([0.125, 1.0].map(percent), ["12,5%", "100,0%"]);
        assert_eq!(date(day(2021, 7, 5)), "05/07/2021");
        assert_eq!(
            [day(2021, 2, 10), day(2021, 3, 9)].map(|day| long_date(Some(day))),
            ["ngày 10 tháng 02 năm 2021", "ngày 09 tháng 3 năm 2021"]
        );
        assert_eq!(number_and_symbol(Some(7), "TTHĐND"), "07/TTHĐND");
    }

    #[test]
    fn words_go_on_in_small_letters_but_for_abbreviations() {
        assert_eq!(going_on("Chuyển kiến nghị"), "chuyển kiến nghị");
        assert_eq!(going_on("Ủy ban"), "ủy ban");
        assert_eq!(going_on("HĐND huyện"), "HĐND huyện");
        assert_eq!(going_on(""), "");
    }

    #[test]
    fn text_is_cut_at_a_word_where_there_is_one() {
        assert_eq!(shortened("Sửa đường", 9, "…"), "Sửa đường");
        assert_eq!(shortened("Sửa đường đi bản", 12, "…"), "Sửa đường…");
        assert_eq!(shortened(&"đ".repeat(20), 5, "…"), "đđđđđ…");
    }

    #[test]
    fn what_paper_cannot_hold_is_left_out() {
        let odd = "e\u{302}\u{301}\u{0} a\r\nb\tc\u{fffe}\u{202e} ]]>";
        assert_eq!(printable(odd), "ế a\nb c ]]>");
        assert_eq!(one_line(" a\r\n b\tc "), "a b c");
    }
}
