//! How far two texts ask for the same thing, and by which words one sees it. Pure: candidates and how
//! common words are come from the store. Numbers and alternatives are in decision 22.

mod lists;
mod names;
mod text;

use std::collections::HashMap;

use kiennghi_shared::record::Petition;

use self::lists::is_common;
pub use self::names::Names;
pub use self::text::Text;

/// A value below which two texts are not said to be alike: at that precision and recall are in balance
/// (decision 22).
pub const THRESHOLD: f64 = 0.26;

/// A word that fewer than one in so many texts have is as rare as a word can be.
const RAREST_ONE_IN: f64 = 200.0;
/// By how much a rare word counts more than a frequent one.
const RARITY_POWER: f64 = 1.6;
/// What a word counts for that says little: how many have it need not be looked up.
const COMMON: f64 = 0.12;
/// What a word of the candidate counts for that the subject lacks: nor need how many have that.
const FOREIGN: f64 = 0.75;
/// The same of one that says little.
const FOREIGN_COMMON: f64 = 0.225;
/// What is left of a word whose accents differ.
const OTHER_ACCENTS: f64 = 0.3;
/// The part of what is missing that a place named in both makes up for.
const SAME_PLACE: f64 = 0.2;
/// What is left when each names a place, and none of the other's.
const OTHER_PLACE: f64 = 0.3;
/// What is left when but one names a place.
const ONE_PLACE: f64 = 0.79;
/// Phrases that explain a score.
const PHRASES_MAX: usize = 5;

/// How common words are among the texts that are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commonness {
    /// Texts altogether.
    pub texts: u64,
    /// Texts by the folded word that they have; a word that none has is absent.
    pub texts_with: HashMap<String, u64>,
}

impl Commonness {
    /// What a folded word counts for, from 0 (all have it) to 1 (as rare as can be).
    pub(crate) fn weight(&self, folded: &str) -> f64 {
        if is_common(folded) {
            return COMMON;
        }
        // Of a few texts nobody can say what is rare: they are taken for a small part of more.
        let texts = (self.texts as f64).max(RAREST_ONE_IN);
        let with = self.texts_with.get(folded).copied().unwrap_or_default() as f64;
        let rarity = |with: f64| ((texts + 1.0) / (with + 0.5)).ln().max(0.0);
        let rarest = texts / RAREST_ONE_IN;
        (rarity(with.max(rarest)) / rarity(rarest)).powf(RARITY_POWER)
    }
}

/// What a word of the candidate counts for that the subject lacks.
fn foreign(folded: &str) -> f64 {
    if is_common(folded) {
        FOREIGN_COMMON
    } else {
        FOREIGN
    }
}

/// How far a text says the same, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// From 0 to 1.
    pub value: f64,
    /// The phrases that count most, as they are written in the candidate; then places.
    pub shared: Vec<String>,
}

/// A text that others are compared with.
#[derive(Debug)]
pub struct Subject<'a> {
    text: Text<'a>,
    weights: HashMap<String, f64>,
    weight: f64,
}

impl<'a> Subject<'a> {
    /// A text among those that are kept.
    #[must_use]
    pub fn new(text: Text<'a>, commonness: &Commonness) -> Self {
        let words = text.words.keys();
        let weights: HashMap<_, _> = words
            .map(|word| (word.clone(), commonness.weight(word)))
            .collect();
        Self {
            weight: weights.values().sum(),
            text,
            weights,
        }
    }

    /// Compares a candidate; `None` when it is not alike.
    #[must_use]
    pub fn compare(&self, candidate: &Text<'_>) -> Option<Score> {
        let (mut shared, mut weight) = (0.0, 0.0);
        for word in candidate.words.keys() {
            let Some(own) = self.weights.get(word) else {
                weight += foreign(word);
                continue;
            };
            weight += own;
            shared += own
                * if self.text.agrees(candidate, word) {
                    1.0
                } else {
                    OTHER_ACCENTS
                };
        }
        let both = (self.weight * weight).sqrt();
        if both <= 0.0 {
            return None;
        }
        let value = self.placed(candidate, shared / both);
        if value < THRESHOLD {
            return None;
        }
        let shared = self.explain(candidate)?;
        Some(Score { value, shared })
    }

    /// The value once places are considered.
    fn placed(&self, candidate: &Text<'_>, value: f64) -> f64 {
        let names = |text: &Text<'_>| !text.names.is_empty();
        if names_of(&self.text, candidate) || names_of(candidate, &self.text) {
            // A place alone makes nothing alike.
            value + SAME_PLACE * (1.0 - value) * (3.0 * value).min(1.0)
        } else {
            match (names(&self.text), names(candidate)) {
                (true, true) => value * OTHER_PLACE,
                (false, false) => value,
                _ => value * ONE_PLACE,
            }
        }
    }

    /// The phrases that both have, the weightiest first, then places; `None` when they have no phrase that
    /// says something, whatever they share besides.
    fn explain(&self, candidate: &Text<'_>) -> Option<Vec<String>> {
        let is_shared = |word: &str| self.text.agrees(candidate, word);
        let mut phrases: Vec<(f64, &str)> = phrases(candidate, is_shared)
            .map(|(words, written)| (words.map(|word| self.weights[word]).sum(), written))
            .collect();
        phrases.sort_by(|one, other| other.0.total_cmp(&one.0));
        if phrases.is_empty() {
            return None;
        }
        let mut shared = Vec::new();
        for (_, written) in phrases {
            push_new(&mut shared, written);
        }
        shared.truncate(PHRASES_MAX);
        for place in &candidate.names {
            if has_place(&self.text, &candidate.name(place)) {
                let bytes = candidate.tokens[place.start].bytes.start
                    ..candidate.tokens[place.end - 1].bytes.end;
                push_new(&mut shared, &candidate.content[bytes]);
            }
        }
        if has_place(&self.text, &candidate.village_name) {
            push_new(&mut shared, candidate.village);
        }
        Some(shared)
    }
}

/// Whether a place that one text names, or comes from, is in the other.
fn names_of(one: &Text<'_>, other: &Text<'_>) -> bool {
    let mut names = one.names.iter().map(|place| one.name(place));
    names.any(|name| has_place(other, &name)) || has_place(other, &one.village_name)
}

fn has_place(text: &Text<'_>, name: &str) -> bool {
    // A village of one word (*Thôn Đông*) is like too many words to be looked for among them.
    !name.is_empty() && (text.village_name == name || name.contains(' ') && text.holds(name))
}

fn push_new(shared: &mut Vec<String>, written: &str) {
    let folded = kiennghi_shared::text::fold(written);
    let is_new = |known: &String| kiennghi_shared::text::fold(known) != folded;
    if shared.iter().all(is_new) {
        shared.push(written.to_owned());
    }
}

/// Runs of shared words with only blanks between, from the first to the last that says something: their
/// folded words, and how they are written.
fn phrases<'t>(
    text: &'t Text<'_>,
    is_shared: impl Fn(&str) -> bool + Copy,
) -> impl Iterator<Item = (impl Iterator<Item = &'t str>, &'t str)> {
    let tokens = &text.tokens;
    let continues = move |one: &text::Token, next: &text::Token| {
        let between = text.content.get(one.bytes.end..next.bytes.start);
        is_shared(&one.folded)
            && is_shared(&next.folded)
            && !(one.is_of_name || next.is_of_name)
            && between.unwrap_or_default().chars().all(|c| c == ' ')
    };
    let says = move |token: &text::Token| {
        !token.is_of_name && !is_common(&token.folded) && is_shared(&token.folded)
    };
    tokens
        .chunk_by(continues)
        .filter_map(move |run| {
            let first = run.iter().position(says)?;
            let last = run.iter().rposition(says)?;
            Some(&run[first..=last])
        })
        .map(|run| {
            let bytes = run[0].bytes.start..run[run.len() - 1].bytes.end;
            let words = run.iter().map(|token| token.folded.as_str());
            (words, &text.content[bytes])
        })
}

/// Those that are alike, the likeliest first; of two just as likely the one that came first.
pub fn rank<Row>(
    rows: Vec<Row>,
    limit: usize,
    compare: impl Fn(&Row) -> Option<Score>,
) -> Vec<(Row, Score)> {
    let scored = rows.into_iter().filter_map(|row| {
        let score = compare(&row)?;
        Some((row, score))
    });
    let mut scored: Vec<_> = scored.collect();
    scored.sort_by(|one, other| other.1.value.total_cmp(&one.1.value));
    scored.truncate(limit);
    scored
}

/// What a petition says of its matter.
#[must_use]
pub fn said(petition: &Petition) -> String {
    let keywords = petition.keywords.join("\n");
    [&petition.content, &petition.place, &keywords]
        .map(String::as_str)
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares among a thousand texts, of which these folded words are in so many.
    fn compare(subject: (&str, &str), candidate: (&str, &str)) -> Option<Score> {
        let commonness = Commonness {
            texts: 1_000,
            texts_with: [
                ("duong", 400),
                ("nuoc", 300),
                ("sach", 40),
                ("hong", 100),
                ("cau", 60),
            ]
            .map(|(word, count)| (word.to_owned(), count))
            .into(),
        };
        let names = Names::new(["Thôn Nà Cáng", "Thôn Bình Hồ"]);
        let text = Text::new(subject.0, subject.1, &names);
        let subject = Subject::new(text, &commonness);
        subject.compare(&Text::new(candidate.0, candidate.1, &names))
    }

    fn value(subject: (&str, &str), candidate: (&str, &str)) -> f64 {
        compare(subject, candidate).map_or(0.0, |score| score.value)
    }

    #[test]
    fn the_phrases_that_say_most_come_first_and_as_the_candidate_writes_them() {
        let score = compare(
            ("de nghi keo duong ong nuoc sach ve thon", "Thôn Bình Hồ"),
            (
                "Đường về bản hẹp. Nước sạch chưa có, ống hỏng",
                "Thôn Bình Hồ",
            ),
        );
        let shared = score.expect("alike").shared;
        assert_eq!(shared, ["ống", "sạch", "Đường", "Thôn Bình Hồ"]);
    }

    #[test]
    fn a_text_is_as_much_as_can_be_like_itself() {
        let text = ("Cầu Khe Mạ hỏng", "Thôn Bình Hồ");
        assert!((value(text, text) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_same_place_strengthens_and_another_one_weakens() {
        let here = ("sửa cầu hỏng ở Nà Cáng", "");
        let same = value(here, ("cầu Nà Cáng hỏng mố", ""));
        let none = value(here, ("cầu hỏng mố", ""));
        let other = value(here, ("cầu Bình Hồ hỏng mố", ""));
        assert!(same > none && none > other, "{same} {none} {other}");
        assert!(
            value(here, ("Nà Cáng thiếu bác sĩ", "")) < THRESHOLD,
            "a place is no matter"
        );
        let village = value(("sửa cầu hỏng", "Thôn Đông"), ("cầu hỏng mố", "Thôn Đông"));
        assert!(village > value(("sửa cầu hỏng", "Thôn Đông"), ("cầu hỏng mố", "Thôn Tây")));
    }

    #[test]
    fn words_with_which_all_is_asked_for_make_nothing_alike() {
        let asks = "Cử tri đề nghị cấp trên quan tâm xem xét";
        let (one, other) = (format!("{asks} cầu"), format!("{asks} lạm thu"));
        assert_eq!(compare((&one, ""), (&other, "")), None);
        assert_eq!(compare(("", ""), ("", "")), None);
    }

    #[test]
    fn words_that_differ_in_their_accents_alone_count_little() {
        let subject = ("mở lớp cho con mã", "");
        assert!(
            value(subject, ("mở lớp cho con mã", "")) > value(subject, ("mở lớp cho con mạ", ""))
        );
    }
}
