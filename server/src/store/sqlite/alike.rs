//! Candidates for what says the same, from an index of words. It holds which documents have a word and no
//! more, so that SQLite's own ranking, which wants to know how often and where, has nothing to rank by.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use kiennghi_shared::id::DocumentId;
use rusqlite::{Connection, OptionalExtension, Row};

use super::cases::{COLUMNS, COLUMNS_COUNT, case_row};
use super::petitions::{SELECT, petition_row};
use crate::similarity::Commonness;
use crate::store::{Alike, Candidates, CaseAlike, PetitionRow, StoreError};

/// Documents whose length is looked at for each one that becomes a candidate.
const WEIGHED_FOR_EACH: usize = 5;

/// Documents of one kind that are compared, and the index of their words.
struct Corpus {
    /// The projection; has `number`, `unit` and `record`.
    rows: &'static str,
    /// The FTS5 table over [`kiennghi_shared::text::indexed`] words, by the same numbers.
    words: &'static str,
    /// What [`open_vocabularies`] makes of that table.
    vocabulary: &'static str,
    /// Entries of the index that are read for one question, all words together, but for those of the rarest
    /// word, which are read in any case.
    entries_max: u64,
}

const PETITIONS: Corpus = Corpus {
    rows: "petitions",
    words: "petition_words",
    vocabulary: "petition_vocabulary",
    entries_max: 60_000,
};

const CASES: Corpus = Corpus {
    rows: "cases",
    words: "case_words",
    vocabulary: "case_vocabulary",
    entries_max: 20_000,
};

/// Makes the tables of how many documents have a word. They are the connection's own and hold nothing.
pub(super) fn open_vocabularies(connection: &Connection) -> Result<(), StoreError> {
    PETITIONS.open_vocabulary(connection)?;
    CASES.open_vocabulary(connection)
}

pub(super) fn petitions(
    connection: &Connection,
    wanted: &Alike<'_>,
) -> Result<Candidates<PetitionRow>, StoreError> {
    let select = format!("{SELECT} WHERE petitions.number = ?1");
    PETITIONS.candidates(connection, wanted, &select, petition_row)
}

pub(super) fn cases(
    connection: &Connection,
    wanted: &Alike<'_>,
) -> Result<Candidates<CaseAlike>, StoreError> {
    let select = format!(
        "SELECT {COLUMNS}, (SELECT CASE WHEN min(village) = max(village) THEN max(village) ELSE '' END
             FROM petitions WHERE case_number = cases.number)
         FROM cases WHERE cases.number = ?1"
    );
    CASES.candidates(connection, wanted, &select, |row| {
        Ok(CaseAlike {
            row: case_row(row)?,
            village: row
                .get::<_, Option<String>>(COLUMNS_COUNT)?
                .unwrap_or_default(),
        })
    })
}

impl Corpus {
    /// What is alike, each read by a query for its number.
    fn candidates<T>(
        &self,
        connection: &Connection,
        wanted: &Alike<'_>,
        select: &str,
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Candidates<T>, StoreError> {
        let commonness = self.commonness(connection, wanted.words)?;
        let mut statement = connection.prepare_cached(select)?;
        let numbers = self.numbers(connection, wanted, &commonness)?;
        let rows = numbers.into_iter().map(|number| {
            let mut rows = statement.query([number])?;
            read(rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?)
        });
        let rows = rows.collect::<Result<_, StoreError>>()?;
        Ok(Candidates { commonness, rows })
    }

    fn open_vocabulary(&self, connection: &Connection) -> Result<(), StoreError> {
        let Self {
            words, vocabulary, ..
        } = self;
        Ok(connection.execute_batch(&format!(
            "CREATE VIRTUAL TABLE temp.{vocabulary} USING fts5vocab (main, {words}, row)"
        ))?)
    }

    fn commonness(
        &self,
        connection: &Connection,
        words: &[String],
    ) -> Result<Commonness, StoreError> {
        let Self {
            rows, vocabulary, ..
        } = self;
        let texts: i64 = connection
            .prepare_cached(&format!("SELECT count(*) FROM {rows}"))?
            .query_row([], |row| row.get(0))?;
        // A word stands there with its accents: `duong=đường`. After `=` comes `>`.
        let mut statement = connection.prepare_cached(&format!(
            "SELECT total(doc) FROM {vocabulary} WHERE term >= ?1 || '=' AND term < ?1 || '>'"
        ))?;
        let mut texts_with = HashMap::new();
        for word in words {
            let count: f64 = statement.query_row([word], |row| row.get(0))?;
            if count > 0.0 {
                texts_with.insert(word.clone(), count as u64);
            }
        }
        Ok(Commonness {
            texts: texts.unsigned_abs(),
            texts_with,
        })
    }

    /// The numbers of the candidates, the likeliest first.
    fn numbers(
        &self,
        connection: &Connection,
        wanted: &Alike<'_>,
        commonness: &Commonness,
    ) -> Result<Vec<i64>, StoreError> {
        let except = wanted.except.map(|id| number_of(connection, id));
        let except = except.transpose()?.flatten();
        let units: HashSet<&str> = wanted.units.iter().map(|unit| unit.0.as_str()).collect();
        let mut found: Vec<(i64, f64)> = self.sums(connection, commonness)?.into_iter().collect();
        found.sort_by(likelier);
        let mut row_of = connection.prepare_cached(&format!(
            "SELECT unit, octet_length(record) FROM {} WHERE number = ?1",
            self.rows
        ))?;
        let mut weighed = Vec::new();
        for (number, sum) in found {
            if weighed.len() == WEIGHED_FOR_EACH * wanted.limit {
                break;
            }
            let row: Option<(String, f64)> = row_of
                .query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((unit, octets)) = row else { continue };
            if Some(number) != except && units.contains(unit.as_str()) {
                // A long text shares more than a short one, whatever it says.
                weighed.push((number, sum / octets.sqrt()));
            }
        }
        weighed.sort_by(likelier);
        weighed.truncate(wanted.limit);
        Ok(weighed.into_iter().map(|(number, _)| number).collect())
    }

    /// What the words that a document shares count for together, by its number: from the rarest word on,
    /// as far as the entries go.
    fn sums(
        &self,
        connection: &Connection,
        commonness: &Commonness,
    ) -> Result<HashMap<i64, f64>, StoreError> {
        let mut words: Vec<(&String, &u64)> = commonness.texts_with.iter().collect();
        words.sort_unstable_by_key(|(word, count)| (**count, *word));
        let mut statement = connection.prepare_cached(&format!(
            "SELECT rowid FROM {0} WHERE {0} MATCH ?1",
            self.words
        ))?;
        let (mut sums, mut entries) = (HashMap::new(), 0);
        for (word, count) in words {
            entries += count;
            if entries > self.entries_max && !sums.is_empty() {
                break;
            }
            let weight = commonness.weight(word);
            let mut rows = statement.query([format!("\"{word}=\"*")])?;
            while let Some(row) = rows.next()? {
                *sums.entry(row.get(0)?).or_default() += weight;
            }
        }
        Ok(sums)
    }
}

/// The greater value first, then the newer document.
fn likelier(one: &(i64, f64), other: &(i64, f64)) -> Ordering {
    other.1.total_cmp(&one.1).then(other.0.cmp(&one.0))
}

fn number_of(connection: &Connection, id: DocumentId) -> Result<Option<i64>, StoreError> {
    let number = connection
        .prepare_cached("SELECT number FROM documents WHERE id = ?1")?
        .query_row([id.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(number)
}
