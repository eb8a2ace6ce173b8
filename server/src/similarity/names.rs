//! Names of places: those of the district, as they stand in a text.

use std::collections::HashSet;

use kiennghi_shared::text;

use super::lists::is_tier;

/// Words of the longest name that is looked for.
const WORDS_MAX: usize = 4;

/// Names of places of two words or more, without what stands before them: *Nà Cáng* of *Thôn Nà Cáng*.
#[derive(Debug, Default)]
pub struct Names {
    folded: HashSet<String>,
    first_words: HashSet<String>,
}

impl Names {
    /// Of units and villages, as they are called.
    pub fn new<'a>(called: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names = Self::default();
        for name in called {
            names.add(&bare(name));
        }
        names
    }

    fn add(&mut self, name: &str) {
        if let Some((first, _)) = name.split_once(' ') {
            self.first_words.insert(first.to_owned());
            self.folded.insert(name.to_owned());
        }
    }

    /// How many of these folded words, from the first on, are a name; 0 when none are.
    pub(super) fn length_at(&self, words: &[&str]) -> usize {
        if !words
            .first()
            .is_some_and(|word| self.first_words.contains(*word))
        {
            return 0;
        }
        let lengths = (2..=WORDS_MAX.min(words.len())).rev();
        let mut named = lengths.filter(|length| self.folded.contains(&words[..*length].join(" ")));
        named.next().unwrap_or(0)
    }
}

/// A place's name folded, without what stands before it; empty for one that has nothing else.
pub(super) fn bare(name: &str) -> String {
    let lower = text::lower(name);
    let words = text::words(&lower).skip_while(|word| is_tier(word));
    words.map(text::fold).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_without_its_tier_and_accents() {
        let names = Names::new(["Thôn Nà Cáng", "Phố Trần Phú", "Thôn Tài Lý Sáy", "Thôn 5"]);
        assert_eq!(names.length_at(&["na", "cang", "hep"]), 2);
        assert_eq!(names.length_at(&["tran", "phu"]), 2);
        assert_eq!(names.length_at(&["tai", "ly", "say"]), 3);
        assert_eq!(names.length_at(&["tai", "ly"]), 0);
        assert_eq!(names.length_at(&["5", "ho"]), 0);
        assert_eq!(bare("Thôn Đông"), "dong");
    }
}
