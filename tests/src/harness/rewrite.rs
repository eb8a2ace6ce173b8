//! Changing a server's rows by hand while it is stopped, as the district's clerk would with no command
//! for it; and holding its database while it runs.

use std::path::Path;

use kiennghi_shared::id::UserName;
use rusqlite::{Connection, OpenFlags};

use super::Server;

/// Leaves every third case of a database that nobody has open as it stands, whatever its papers say from now on.
///
/// # Errors
/// When it cannot be written.
pub fn leave_cases_stale(file: &Path, vfs: &str) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = Connection::open_with_flags_and_vfs(file, flags, vfs)?;
    open.execute_batch(
        "CREATE TRIGGER stale BEFORE UPDATE OF state ON cases
         WHEN NEW.number % 3 = 0 AND OLD.standing <> ''
         BEGIN SELECT raise(IGNORE); END",
    )
}

/// Keeps a server's writer waiting until it is dropped, or for the few seconds that the writer waits.
#[derive(Debug)]
pub struct Stall {
    _open: Connection,
}

impl Server {
    /// Lets nothing be written, as when the disk is slow.
    ///
    /// # Panics
    /// When the database cannot be held.
    #[must_use]
    pub fn stall(&self) -> Stall {
        let open = Connection::open(self.data().join("kiennghi.sqlite")).expect("a database");
        open.execute_batch("BEGIN IMMEDIATE")
            .expect("nobody writes");
        Stall { _open: open }
    }

    /// Runs statements on the database of a server that is stopped, and says that the district has
    /// changed.
    fn rewrite(&self, statements: &str) {
        let file = self.data().join("kiennghi.sqlite");
        let connection = Connection::open(file).expect("a database");
        connection
            .pragma_update(None, "foreign_keys", true)
            .expect("SQLite knows it");
        let version = "UPDATE meta SET value = value + 1 WHERE key = 'district_version'";
        let all = format!("BEGIN; {statements}; {version}; COMMIT;");
        connection.execute_batch(&all).expect("good SQL");
    }

    /// Moves a user to another unit. The server must be stopped.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn move_user(&self, user: &UserName, unit: &str) {
        let user = &user.0;
        self.rewrite(&format!(
            "UPDATE grants SET unit = '{unit}' WHERE user = '{user}'"
        ));
    }

    /// Gives the actors of a user to a new device of the same user: what the page sessions of before
    /// still send is refused. The server must be stopped.
    ///
    /// # Panics
    /// When there is no such user.
    pub fn take_actors(&self, user: &UserName) {
        let user = &user.0;
        self.rewrite(&format!(
            "INSERT INTO devices (user, name, created_at) VALUES ('{user}', 'another', 0);
             UPDATE actors SET device = last_insert_rowid()
             WHERE device IN (SELECT id FROM devices WHERE user = '{user}')"
        ));
    }

    /// Puts a unit below another one, or below none. The server must be stopped.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn move_unit(&self, unit: &str, parent: Option<&str>) {
        let parent = parent.map_or_else(|| "NULL".to_owned(), |parent| format!("'{parent}'"));
        self.rewrite(&format!(
            "UPDATE units SET parent = {parent} WHERE code = '{unit}'"
        ));
    }
}
