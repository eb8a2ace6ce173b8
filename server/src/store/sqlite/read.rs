//! The connections that read: a bounded pool, each view one transaction.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use rusqlite::{Connection, TransactionBehavior};

use super::trouble::Trouble;
use super::{Options, connection};
use crate::store::StoreError;

/// A pool of connections that only read.
#[derive(Debug)]
pub(super) struct Readers {
    options: Options,
    trouble: Arc<Trouble>,
    idle: Mutex<Idle>,
    returned: Condvar,
}

#[derive(Debug)]
struct Idle {
    connections: Vec<Connection>,
    /// Connections that may still be opened.
    unopened: usize,
}

impl Readers {
    /// A pool of as many connections as the options allow, opened when they are first needed.
    pub(super) fn new(options: Options, trouble: &Arc<Trouble>) -> Self {
        let count = options.readers.max(1);
        Self {
            options,
            trouble: Arc::clone(trouble),
            idle: Mutex::new(Idle {
                connections: Vec::new(),
                unopened: count,
            }),
            returned: Condvar::new(),
        }
    }

    /// Runs `read` in one transaction: all that it sees is of one moment.
    pub(super) fn view<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.trouble.check()?;
        self.view_sound(read)
            .inspect_err(|error| self.trouble.note(error))
    }

    fn view_sound<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut lease = Lease {
            readers: self,
            connection: Some(self.take()?),
        };
        let Some(connection) = lease.connection.as_mut() else {
            return Err(StoreError::Busy);
        };
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
        read(&transaction)
    }

    fn take(&self) -> Result<Connection, StoreError> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = idle.connections.pop() {
                return Ok(connection);
            }
            if idle.unopened > 0 {
                idle.unopened -= 1;
                drop(idle);
                return connection::open_reading(&self.options).inspect_err(|_| self.give_up());
            }
            idle = self
                .returned
                .wait(idle)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_up(&self) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .unopened += 1;
        self.returned.notify_one();
    }
}

/// A connection that goes back to the pool, even when the reading panics.
struct Lease<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            let mut idle = self
                .readers
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            idle.connections.push(connection);
            self.readers.returned.notify_one();
        }
    }
}
