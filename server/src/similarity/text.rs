//! A text taken apart: its words without and with their accents, and the places that it names.

use std::collections::HashMap;
use std::ops::Range;

use kiennghi_shared::text;
use unicode_normalization::UnicodeNormalization;

use super::lists::{SHORT_FORMS, is_common, long_form};
use super::names::{Names, bare};

/// A text of which one word in so many bears accents is taken for one that is written with them.
const ACCENTED_ONE_IN: usize = 4;

/// Words that are compared; what a longer text says after them is left out.
const TOKENS_MAX: usize = 400;

/// A text that is compared.
#[derive(Debug)]
pub struct Text<'a> {
    pub(super) content: &'a str,
    pub(super) village: &'a str,
    pub(super) tokens: Vec<Token>,
    /// Folded words other than names of places, each with its accents wherever it stands.
    pub(super) words: HashMap<String, Vec<String>>,
    /// Places that are named, where they stand among the tokens.
    pub(super) names: Vec<Range<usize>>,
    /// The village, folded and without what stands before its name.
    pub(super) village_name: String,
    pub(super) is_accented: bool,
    /// The folded words with blanks between and at both ends.
    joined: String,
}

/// A word where it stands.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) folded: String,
    pub(super) bytes: Range<usize>,
    pub(super) is_of_name: bool,
    accents: String,
    /// Whether it has a capital letter that no beginning of a sentence asks for.
    is_capital: bool,
}

impl<'a> Text<'a> {
    /// Takes a text in normal form apart.
    #[must_use]
    pub fn new(content: &'a str, village: &'a str, known: &Names) -> Self {
        let mut tokens = tokens(content);
        let village_name = bare(village);
        let names = names(&tokens, &village_name, known);
        for token in names.iter().cloned().flatten() {
            tokens[token].is_of_name = true;
        }
        let mut words: HashMap<String, Vec<String>> = HashMap::new();
        for token in tokens.iter().filter(|token| !token.is_of_name) {
            let accents = words.entry(token.folded.clone()).or_default();
            accents.push(token.accents.clone());
        }
        let accented = tokens.iter().filter(|token| !token.accents.is_empty());
        Self {
            content,
            village,
            is_accented: accented.count() * ACCENTED_ONE_IN >= tokens.len(),
            joined: format!(" {} ", joined(&tokens)),
            tokens,
            words,
            names,
            village_name,
        }
    }

    /// The folded words by which petitions like this one are looked for, each once: those that say something; short forms
    /// among them.
    #[must_use]
    pub fn search_words(&self) -> Vec<String> {
        let own = self.tokens.iter().map(|token| token.folded.as_str());
        let own = own.filter(|word| !is_common(word));
        let short = SHORT_FORMS.iter().filter(|(_, long)| self.holds(long));
        let mut words: Vec<String> = own
            .chain(short.map(|(short, _)| *short))
            .map(str::to_owned)
            .collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    /// The folded name that stands at these tokens.
    pub(super) fn name(&self, place: &Range<usize>) -> String {
        joined(&self.tokens[place.clone()])
    }

    /// Whether the folded words stand here one after the other.
    pub(super) fn holds(&self, folded: &str) -> bool {
        self.joined.contains(&format!(" {folded} "))
    }

    /// Whether a word is the same in both, as far as they are written with accents.
    pub(super) fn agrees(&self, other: &Text<'_>, folded: &str) -> bool {
        let (Some(here), Some(there)) = (self.words.get(folded), other.words.get(folded)) else {
            return false;
        };
        let is_told = self.is_accented && other.is_accented;
        !is_told || here.iter().any(|accents| there.contains(accents))
    }
}

fn joined(tokens: &[Token]) -> String {
    let folded = tokens.iter().map(|token| token.folded.as_str());
    folded.collect::<Vec<_>>().join(" ")
}

/// Runs of letters and runs of digits, short forms as the words that they stand for.
fn tokens(content: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut begins_sentence = true;
    for (bytes, word) in runs(content) {
        let between = &content[tokens.last().map_or(0, |last: &Token| last.bytes.end)..bytes.start];
        begins_sentence |= between.contains(['.', '!', '?', ':', ';', '\n']);
        let folded = text::fold(word);
        if let Some(long) = long_form(&folded) {
            tokens.extend(long.split(' ').map(|word| Token {
                folded: word.to_owned(),
                bytes: bytes.clone(),
                is_of_name: false,
                accents: String::new(),
                is_capital: false,
            }));
        } else {
            tokens.push(Token {
                folded,
                bytes,
                is_of_name: false,
                accents: accents(word),
                is_capital: !begins_sentence && is_capital(word),
            });
        }
        begins_sentence = false;
        if tokens.len() >= TOKENS_MAX {
            break;
        }
    }
    tokens
}

fn runs(content: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let sort = |c: char| match c {
        c if c.is_alphabetic() => 1,
        c if c.is_numeric() => 2,
        _ => 0,
    };
    let mut begin = 0;
    std::iter::from_fn(move || {
        let rest = &content[begin..];
        begin += rest.find(|c| sort(c) > 0)?;
        let rest = &content[begin..];
        let of = rest.chars().next().map(sort)?;
        let end = begin + rest.find(|c| sort(c) != of).unwrap_or(rest.len());
        let run = begin..end;
        begin = end;
        Some((run.clone(), &content[run]))
    })
}

/// A capital letter, and a small one after it: *Khe*, not *UBND*.
fn is_capital(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

/// The marks of a word in an order of their own: `hòa` and `hoà` have the same.
fn accents(word: &str) -> String {
    if word.is_ascii() {
        return String::new();
    }
    let decomposed = word.nfd().flat_map(char::to_lowercase);
    let mut marks: Vec<char> = decomposed.filter(|c| !c.is_ascii()).collect();
    marks.sort_unstable();
    marks.into_iter().collect()
}

/// Where places are named: known ones, the village, and two words or more with capital letters.
fn names(tokens: &[Token], village: &str, known: &Names) -> Vec<Range<usize>> {
    let folded: Vec<&str> = tokens.iter().map(|token| token.folded.as_str()).collect();
    let own = Names::new([village]);
    let mut names = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let capitals = tokens[at..].iter().take_while(|token| token.is_capital);
        let capitals = capitals.count();
        let length = known
            .length_at(&folded[at..])
            .max(own.length_at(&folded[at..]));
        let length = if length == 0 { capitals } else { length };
        if length >= 2 {
            names.push(at..at + length);
        }
        at += length.max(1);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(content: &str, village: &str) -> Vec<String> {
        let text = Text::new(content, village, &Names::new(["Thôn Nà Cáng"]));
        text.names.iter().map(|place| text.name(place)).collect()
    }

    #[test]
    fn places_are_known_by_their_names_or_by_capital_letters() {
        assert_eq!(named("duong vao thon na cang hep", ""), ["na cang"]);
        assert_eq!(
            named("Cầu qua suối Khe Mạ bị sập. Bà con lo", "Thôn Bình Hồ"),
            ["khe ma"]
        );
        assert_eq!(named("duong sang binh ho", "Thôn Bình Hồ"), ["binh ho"]);
        assert_eq!(named("Đề nghị UBND xã", ""), Vec::<String>::new());
    }

    #[test]
    fn short_forms_are_the_words_that_they_stand_for() {
        let text = Text::new("thẻ BHYT, QL18", "", &Names::default());
        assert!(text.holds("the bao hiem y te quoc lo 18"));
        let long = Text::new("bảo hiểm y tế", "", &Names::default());
        assert!(long.search_words().contains(&"bhyt".to_owned()));
    }

    #[test]
    fn a_long_text_is_compared_by_its_beginning() {
        let long = "ruộng ".repeat(TOKENS_MAX) + "cuối";
        let text = Text::new(&long, "", &Names::default());
        assert_eq!(text.search_words(), ["ruong"]);
    }

    #[test]
    fn accents_tell_words_apart_where_both_texts_have_them() {
        let agree = |one, other| {
            let (one, other) = (
                Text::new(one, "", &Names::default()),
                Text::new(other, "", &Names::default()),
            );
            one.agrees(&other, "hoa")
        };
        assert!(agree("hoà", "hòa"));
        assert!(!agree("hoa đỏ", "hòa bình"));
        assert!(agree("hoa do", "hòa bình"));
    }
}
