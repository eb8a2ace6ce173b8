//! How much room text takes in Times New Roman, guessed from above: for what has to fit a page or a row before
//! any program has set it.

/// A line's height, in parts of its letters'.
pub(super) const LINE: f64 = 1.17;

/// How many lines a text takes that are so many times as wide as its letters are large. Words are set one
/// after the other, and one that is wider than a line is broken.
pub(super) fn lines(text: &str, width: f64) -> f64 {
    text.split('\n').map(|text| wrapped(text, width)).sum()
}

fn wrapped(text: &str, width: f64) -> f64 {
    let (mut lines, mut used) = (1.0, 0.0);
    for word in text.split(' ') {
        let long: f64 = word.chars().map(letter).sum();
        if used + long > width && used > 0.0 {
            lines += 1.0;
            used = 0.0;
        }
        lines += (long / width).floor();
        used += long % width + letter(' ');
    }
    lines
}

/// The width of a letter, bold included, in parts of its size.
fn letter(c: char) -> f64 {
    match c {
        ' ' | '.' | ',' | ';' | ':' | 'i' | 'ì' | 'í' | 'ỉ' | 'ĩ' | 'ị' | 'l' | 't' => 0.3,
        'm' | 'w' | '%' | '…' | '–' | '&' | '@' => 1.0,
        c if u32::from(c) >= 0x2000 => 1.1,
        c if c.is_uppercase() => 0.85,
        _ => 0.53,
    }
}
