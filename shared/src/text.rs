//! Vietnamese text: one normal form for storing, and a folded one for searching.

#[cfg_attr(target_arch = "wasm32", path = "text/browser.rs")]
#[cfg_attr(not(target_arch = "wasm32"), path = "text/tables.rs")]
mod forms;

use forms::{decompose, nfc};

/// Brings text into the form it is stored in: NFC, `\n` for line ends, no other control
/// characters, no blanks at either end.
#[must_use]
pub fn normalise(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let composed = nfc(&unix);
    let kept: String = composed
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    kept.trim().to_owned()
}

/// Whether a character is of those that stay what they are in NFC, whatever stands beside them: Latin
/// letters that are composed, and none that combine.
fn is_composed(c: char) -> bool {
    matches!(c, '\0'..'\u{300}' | '\u{1e00}'..='\u{1eff}')
}

/// Whether the text is in NFC and without control characters other than line end and tab.
#[must_use]
pub fn is_normal(text: &str) -> bool {
    text.chars()
        .all(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        && nfc(text) == text
}

/// Folds text for a search that ignores accents: lower case, no accents, `đ` as `d`.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    push_folded(&mut folded, text);
    folded
}

fn push_folded(folded: &mut String, text: &str) {
    decompose(text, |c| match c {
        'đ' | 'Đ' => folded.push('d'),
        c if is_combining_mark(c) => {}
        c => push_lower(folded, c),
    });
}

fn push_lower(text: &mut String, c: char) {
    match c {
        '\0'..='\x7f' => text.push(c.to_ascii_lowercase()),
        // The small letters that Vietnamese is written with, without asking long tables.
        '\u{df}'..='\u{ff}' | 'ă' | 'đ' | 'ĩ' | 'ũ' | 'ơ' | 'ư' => text.push(c),
        '\u{1ea0}'..='\u{1ef9}' if u32::from(c) % 2 == 1 => text.push(c),
        c => text.extend(c.to_lowercase()),
    }
}

/// The blocks of combining marks that Latin letters come apart into.
fn is_combining_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

/// Lower case with accents kept, for telling an exact match from a folded one.
#[must_use]
pub fn lower(text: &str) -> String {
    let mut lower = String::with_capacity(text.len());
    nfc(text).chars().for_each(|c| push_lower(&mut lower, c));
    lower
}

/// The words of a query or text: runs of letters, their accents, and digits.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_of_word(c))
        .filter(|word| !word.is_empty())
}

fn is_of_word(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_alphanumeric(),
        // Letters that Vietnamese is written with, without asking long tables.
        '\u{d8}'..='\u{f6}' | '\u{100}'..='\u{1bf}' | '\u{1ea0}'..='\u{1ef9}' => true,
        c => is_combining_mark(c) || c.is_alphanumeric(),
    }
}

/// Stands in the index between a word without its accents and the same word with them.
const ACCENTS: char = '=';

/// The words of a text for the index, with blanks between: `duong=đường`, and `xa=` for a word that
/// has no accents.
#[must_use]
pub fn indexed(text: &str) -> String {
    let lower = lower(text);
    let mut out = String::with_capacity(2 * lower.len());
    for word in words(&lower) {
        push_indexed(&mut out, word);
        out.push(' ');
    }
    out
}

fn push_indexed(out: &mut String, word: &str) {
    let start = out.len();
    push_folded(out, word);
    let has_accents = &out[start..] != word;
    out.push(ACCENTS);
    if has_accents {
        out.push_str(word);
    }
}

/// A query prepared once and asked of many texts.
#[derive(Debug, Clone)]
pub struct Query {
    folded: Vec<String>,
    exact: Vec<String>,
}

/// How well a text answers a query; the greater the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// Every word is there once accents are left out.
    Folded,
    /// Every word is there with its accents, and not only begun.
    Exact,
}

impl Query {
    /// Prepares a query; `None` when it has no words.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let lower = lower(text);
        let owned = |text| words(text).map(str::to_owned).collect::<Vec<_>>();
        let (exact, folded) = (owned(&lower), owned(&fold(&lower)));
        (!folded.is_empty()).then_some(Self { folded, exact })
    }

    /// Asks the query of a text given in lower case and folded: every word must begin a word.
    #[must_use]
    pub fn ask(&self, lower: &str, folded: &str) -> Option<Match> {
        let begun = |want: &String| words(folded).any(|word| word.starts_with(want.as_str()));
        if !self.folded.iter().all(begun) {
            None
        } else if self
            .exact
            .iter()
            .all(|want| words(lower).any(|word| word == want))
        {
            Some(Match::Exact)
        } else {
            Some(Match::Folded)
        }
    }

    /// The query as an FTS5 expression over what [`indexed`] gives: each word begun, without accents.
    #[must_use]
    pub fn fts_folded(&self) -> String {
        let words = self.folded.iter().map(|word| format!("\"{word}\"*"));
        words.collect::<Vec<_>>().join(" ")
    }

    /// The query as an FTS5 expression over what [`indexed`] gives: each whole word, with its accents.
    #[must_use]
    pub fn fts_exact(&self) -> String {
        let quoted = |word: &String| {
            let mut quoted = String::from('"');
            push_indexed(&mut quoted, word);
            quoted.push('"');
            quoted
        };
        let words = self.exact.iter().map(quoted);
        words.collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_maps_d_with_stroke_and_every_tone() {
        assert_eq!(
            fold("Đường ở thôn Tân Bình: ẤM ứng"),
            "duong o thon tan binh: am ung"
        );
    }

    #[test]
    fn normal_form_composes_and_drops_controls() {
        assert_eq!(
            normalise("  ke\u{302}nh\u{0}\r\nmu\u{31b}o\u{31b}ng "),
            "kênh\nmương"
        );
        assert!(is_normal("kênh\nmương"));
        assert!(!is_normal("ke\u{302}nh"));
    }

    #[test]
    fn a_word_is_indexed_without_and_with_its_accents() {
        assert_eq!(
            indexed("Đường vào thôn 5, xa"),
            "duong=đường vao=vào thon=thôn 5= xa= "
        );
        assert_eq!(indexed(" ,. "), "");
    }

    #[test]
    fn letters_are_what_unicode_says_they_are() {
        for c in '\0'..='\u{2fff}' {
            let mut small = String::new();
            push_lower(&mut small, c);
            assert!(small.chars().eq(c.to_lowercase()), "{c:?}");
            let is_letter = c.is_alphanumeric() || is_combining_mark(c);
            assert_eq!(is_of_word(c), is_letter, "{c:?}");
        }
    }

    #[test]
    fn exact_accents_rank_above_folded_ones() {
        let query = Query::new("duong").expect("has words");
        let ask = |text: &str| query.ask(&lower(text), &fold(text));
        assert_eq!(ask("Đường liên thôn"), Some(Match::Folded));
        assert_eq!(ask("duong lien thon"), Some(Match::Exact));
        assert_eq!(ask("kênh mương"), None);
        let query = Query::new("má").expect("has words");
        assert!(query.ask(&lower("má"), &fold("má")) > query.ask(&lower("mạ"), &fold("mạ")));
    }
}
