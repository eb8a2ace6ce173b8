//! Petitions as voters raise them: varied Vietnamese text, the same for the same seed.

mod words;

use kiennghi_shared::catalogue::{Choice, FIELDS_OF_WORK};
use kiennghi_shared::record::Edit;

use self::words::{
    DEEDS, FAMILIES, GIVEN, MIDDLES, OPENINGS, PLACES, REASONS, STATES, THINGS, TIMES, VILLAGES,
    VOCABULARY, WISHES,
};
use crate::random::Random;

/// One petition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The voters' words.
    pub content: String,
    /// Village.
    pub village: &'static str,
    /// Field of work.
    pub field: &'static str,
    /// Voters who raised it.
    pub voters: i64,
}

impl Sample {
    /// The fields to record.
    #[must_use]
    pub fn edits(&self) -> Vec<Edit> {
        vec![
            Edit::new("content", self.content.as_str()),
            Edit::new("village", self.village),
            Edit::new("field", self.field),
            Edit::new("voters", self.voters),
        ]
    }

    /// The line that `phone record` reads.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::json!({
            "content": self.content,
            "village": self.village,
            "field": self.field,
            "voters": self.voters,
        })
        .to_string()
    }
}

/// Petitions without end.
#[derive(Debug, Clone)]
pub struct Petitions(Random);

impl Petitions {
    /// Starts from a seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Random::new(seed))
    }

    /// A pattern with every `{…}` filled in, each on its own.
    fn filled(&mut self, pattern: &str) -> String {
        let mut text = String::with_capacity(pattern.len() * 2);
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            let (slot, after) = after.split_once('}').unwrap_or((after, ""));
            text.push_str(before);
            text.push_str(&self.slot(slot));
            rest = after;
        }
        text.push_str(rest);
        text
    }

    fn slot(&mut self, slot: &str) -> String {
        let random = &mut self.0;
        match slot {
            "k" => (1 + random.below(12)).to_string(),
            "m" => (80 + random.below(20)).to_string(),
            "y" => (2019 + random.below(6)).to_string(),
            "where" => (*random.pick(PLACES)).to_owned(),
            "when" => {
                let pattern = *random.pick(TIMES);
                self.filled(pattern)
            }
            "thing" => (*random.pick(THINGS)).to_owned(),
            "state" => (*random.pick(STATES)).to_owned(),
            "deed" => (*random.pick(DEEDS)).to_owned(),
            "who" => {
                let (family, middle) = (random.pick(FAMILIES), random.pick(MIDDLES));
                format!("{family} {middle} {}", random.pick(GIVEN))
            }
            _ => (2 + random.below(900)).to_string(),
        }
    }

    /// A sentence to add to a petition.
    pub fn sentence(&mut self) -> String {
        let reason = *self.0.pick(REASONS);
        self.filled(reason)
    }
}

impl Petitions {
    /// What was noted down in keywords.
    fn note(&mut self) -> String {
        let words = 8 + self.0.below(14);
        let words: Vec<&str> = (0..words).map(|_| *self.0.pick(VOCABULARY)).collect();
        format!("Ghi thêm: {}.", words.join(", "))
    }
}

impl Iterator for Petitions {
    type Item = Sample;

    fn next(&mut self) -> Option<Sample> {
        let opening = *self.0.pick(OPENINGS);
        let wish = *self.0.pick(WISHES);
        let mut content = format!("{} {}.", self.filled(opening), self.filled(wish));
        for _ in 0..2 + self.0.below(3) {
            content.push(' ');
            content.push_str(&self.sentence());
            content.push(' ');
            content.push_str(&self.note());
        }
        let leaves = FIELDS_OF_WORK.iter().flat_map(|(_, leaves)| *leaves);
        let leaves: Vec<&Choice> = leaves.collect();
        Some(Sample {
            content,
            village: self.0.pick::<&'static str>(VILLAGES),
            field: self.0.pick(&leaves).code,
            voters: 1 + self.0.below(120) as i64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_petitions_and_they_vary() {
        let some: Vec<_> = Petitions::seeded(1).take(50).collect();
        assert_eq!(some, Petitions::seeded(1).take(50).collect::<Vec<_>>());
        let texts: std::collections::HashSet<_> = some.iter().map(|s| &s.content).collect();
        assert_eq!(texts.len(), 50);
        assert!(
            some.iter()
                .all(|sample| !sample.content.contains(['{', '}']))
        );
    }

    #[test]
    fn they_pack_about_as_real_ones_do() {
        let lines: Vec<String> = Petitions::seeded(2).take(40).map(|s| s.json()).collect();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
        std::io::Write::write_all(&mut gzip, lines.join("\n").as_bytes()).expect("packs");
        let packed = gzip.finish().expect("packs").len();
        assert!(
            (5_000..14_000).contains(&packed),
            "{packed} bytes for 40 petitions"
        );
    }
}
