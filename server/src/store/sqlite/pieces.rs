//! Derives the cases that `later` noted, a few at a time, so that what others write goes between. What a server leaves is
//! taken up by the next. A case that cannot be derived keeps no other waiting: it is told in the log, stays noted, and is
//! tried again after a while.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kiennghi_shared::id::DocumentId;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::derive::{derive_case, note_units};
use super::ground::{Ground, KnownGround};
use super::ingest::integer;
use super::writer::given_up;
use super::{consolidations, later, results};
use crate::store::StoreError;

/// Cases that are derived in one transaction: some milliseconds.
const AT_ONCE: usize = 64;

/// How long a case is left alone that could not be derived.
const AGAIN: Duration = Duration::from_secs(10 * 60);

/// Derives what is noted, piece after piece.
#[derive(Debug)]
pub(super) struct Pieces {
    ground: Arc<KnownGround>,
    again: Duration,
    /// Cases that could not be derived since then.
    failed: BTreeSet<i64>,
    since: Instant,
}

impl Pieces {
    pub(super) fn new(ground: Arc<KnownGround>) -> Self {
        Self {
            ground,
            again: AGAIN,
            failed: BTreeSet::new(),
            since: Instant::now(),
        }
    }

    /// Derives some of the cases that were noted, in a transaction of their own; whether more may be left.
    pub(super) fn derive_next(&mut self, connection: &Connection) -> Result<bool, StoreError> {
        if self.since.elapsed() >= self.again {
            self.failed.clear();
            self.since = Instant::now();
        }
        let numbers = noted(connection, &self.failed)?;
        if numbers.is_empty() {
            return Ok(false);
        }
        let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
        let failed = derive_each(&transaction, &self.ground, &numbers)?;
        transaction.commit()?;
        self.failed.extend(failed);
        Ok(numbers.len() == AT_ONCE)
    }
}

/// Derives the first piece of what a change noted, in its transaction.
pub(super) fn derive_first(
    connection: &Connection,
    ground: &KnownGround,
) -> Result<(), StoreError> {
    let numbers = noted(connection, &BTreeSet::new())?;
    derive_each(connection, ground, &numbers).map(|_| ())
}

/// Some of the cases that were noted, without these.
fn noted(connection: &Connection, without: &BTreeSet<i64>) -> Result<Vec<i64>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT number FROM cases_to_derive ORDER BY number LIMIT ?1")?;
    let limit = integer((AT_ONCE + without.len()) as u64);
    let mut numbers = statement
        .query_map([limit], |row| row.get(0))?
        .collect::<Result<Vec<_>, _>>()?;
    numbers.retain(|number| !without.contains(number));
    numbers.truncate(AT_ONCE);
    Ok(numbers)
}

/// Derives each of these cases by itself; those that could not be.
fn derive_each(
    connection: &Connection,
    ground: &KnownGround,
    numbers: &[i64],
) -> Result<Vec<i64>, StoreError> {
    let ground = ground.read(connection)?;
    let mut failed = Vec::new();
    for &number in numbers {
        match derive_alone(connection, &ground, number) {
            Ok(()) => {}
            Err(error) if is_its_own(&error) => {
                tracing::error!(number, %error, "a case cannot be derived, and is tried again later");
                failed.push(number);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(failed)
}

/// Whether an error comes of the case and not of the disk or the whole database.
fn is_its_own(error: &StoreError) -> bool {
    match error {
        StoreError::Damaged(_) | StoreError::Database(_) | StoreError::Stale => true,
        StoreError::Busy | StoreError::Corrupt(_) | StoreError::Unavailable(_) => false,
    }
}

/// Derives a case and strikes it off the list; of one that fails nothing is written.
fn derive_alone(connection: &Connection, ground: &Ground, number: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("SAVEPOINT one_case")?
        .execute([])?;
    let derive = || derive_again(connection, ground, number);
    let done = catch_unwind(AssertUnwindSafe(derive))
        .unwrap_or_else(|_| Err(StoreError::Database("panic in deriving a case".to_owned())));
    if connection.is_autocommit() {
        let to_blame = done.err().filter(|error| !is_its_own(error));
        return Err(to_blame.unwrap_or_else(given_up));
    }
    if done.is_err() {
        connection
            .prepare_cached("ROLLBACK TO one_case")?
            .execute([])?;
    }
    connection.prepare_cached("RELEASE one_case")?.execute([])?;
    done
}

/// Derives a case that nothing was written of: which petitions it carries, and where it stands. What phones tell is
/// another only where something is otherwise than before.
fn derive_again(connection: &Connection, ground: &Ground, number: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM cases_to_derive WHERE number = ?1")?
        .execute([number])?;
    let id = connection
        .prepare_cached("SELECT id FROM cases WHERE number = ?1")?
        .query_row([number], |row| Ok(DocumentId(row.get(0)?)))
        .optional()?;
    let Some(id) = id else {
        return Ok(());
    };
    let mut is_carried_otherwise = false;
    for petition in consolidations::named(connection, id)? {
        if consolidations::link(connection, ground, petition)? {
            is_carried_otherwise = true;
        }
    }
    if is_carried_otherwise {
        note_units(connection, number)?;
    }
    let Some(derived) = derive_case(connection, ground, id)? else {
        return Ok(());
    };
    if derived.is_changed || is_carried_otherwise {
        results::note_case(connection, number)?;
    }
    for repeat in derived.repeats {
        later::note_one(connection, repeat)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::connection::open_scratch;
    use super::*;

    #[test]
    fn a_transaction_derives_some_of_what_is_left() {
        let connection = open_scratch().expect("opens");
        let many = "WITH RECURSIVE numbers (number) AS (
                 VALUES (1) UNION ALL SELECT number + 1 FROM numbers WHERE number < 100)
             INSERT INTO cases_to_derive SELECT number FROM numbers";
        connection.execute_batch(many).expect("written");
        let mut pieces = Pieces::new(Arc::default());
        for (is_left, left) in [(true, 36), (false, 0), (false, 0)] {
            assert_eq!(pieces.derive_next(&connection), Ok(is_left));
            assert_eq!(numbers(&connection).len(), left);
        }
    }

    /// A hundred cases, of which two cannot be derived: one says what is no JSON, one is named by a broken row.
    fn with_two_bad() -> Connection {
        let connection = open_scratch().expect("opens");
        let made = "WITH RECURSIVE numbers (number) AS (
                 VALUES (1) UNION ALL SELECT number + 1 FROM numbers WHERE number < 100)
             INSERT INTO cases SELECT number, CAST (printf('case %011d', number) AS BLOB), 'P', number, '2025-06-02',
                 '', '', '', NULL, 0, 0, NULL, 0, 0, 0, '', '', '', '', '', '', '', '', '', '{}', '', '', '', '', ''
                 FROM numbers;
             UPDATE cases SET record = 'no JSON' WHERE number = 20;
             INSERT INTO consolidations SELECT 1, x'00', id, 'P', 0 FROM cases WHERE number = 70;
             INSERT INTO cases_to_derive SELECT number FROM cases";
        connection.execute_batch(made).expect("written");
        connection
    }

    fn numbers(connection: &Connection) -> Vec<i64> {
        let mut statement = connection
            .prepare("SELECT number FROM cases_to_derive ORDER BY number")
            .expect("a query");
        let numbers = statement.query_map([], |row| row.get(0)).expect("read");
        numbers.map(|number| number.expect("a number")).collect()
    }

    fn derived(connection: &Connection) -> i64 {
        let count = "SELECT count(*) FROM cases WHERE standing <> ''";
        connection
            .query_row(count, [], |row| row.get(0))
            .expect("a count")
    }

    #[test]
    fn a_case_that_cannot_be_derived_keeps_no_other_waiting() {
        let connection = with_two_bad();
        let mut pieces = Pieces::new(Arc::default());
        for is_left in [true, false, false] {
            assert_eq!(pieces.derive_next(&connection), Ok(is_left));
        }
        assert_eq!(numbers(&connection), [20, 70]);
        assert_eq!(derived(&connection), 98);
        // Mended, and tried again in due time and not before.
        let mend = "UPDATE cases SET record = '{}'; DELETE FROM consolidations";
        connection.execute_batch(mend).expect("written");
        assert_eq!(pieces.derive_next(&connection), Ok(false));
        assert_eq!(numbers(&connection), [20, 70]);
        pieces.again = Duration::ZERO;
        assert_eq!(pieces.derive_next(&connection), Ok(false));
        assert!(numbers(&connection).is_empty());
        assert_eq!(derived(&connection), 100);
    }

    #[test]
    fn a_change_is_made_whatever_cannot_be_derived() {
        let connection = with_two_bad();
        let ground = KnownGround::default();
        connection.execute_batch("BEGIN").expect("begun");
        assert_eq!(derive_first(&connection, &ground), Ok(()));
        connection.execute_batch("COMMIT").expect("written");
        assert_eq!(derived(&connection), 63);
        assert!(numbers(&connection).starts_with(&[20, 65]));
    }
}
