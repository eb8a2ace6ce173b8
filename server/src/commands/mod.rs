//! The commands of the binary, one file each.

mod audit;
mod backup;
mod compact;
pub mod demo;
mod devices;
mod district;
mod enrol;
mod erase;
mod export;
mod move_user;
mod people;
mod petitioners;
mod rebuild;
mod refusals;
mod restore;
mod serve;
mod users;
mod verify;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use kiennghi_shared::id::DocumentId;
use tracing_subscriber::EnvFilter;

use self::people::GrantFlags;
use crate::app;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, LogFormat, Settings};
use crate::gate::worker;
use crate::store::sqlite::Lock;
use crate::store::{Stamp, Store, StoreError};

/// The sync server of Kiến Nghị: keeps a district's petitions and hands them to its phones.
///
/// Everything is kept in one data folder. Begin with `kiennghi demo --data DIR` to see the system
/// with made-up data, then `kiennghi serve --data DIR`, and `kiennghi enrol` for each phone.
///
/// Settings come from flags, else from the environment (KIENNGHI_…), else from the file
/// kiennghi.toml in the data folder.
#[derive(Debug, Parser)]
#[command(name = "kiennghi", version, verbatim_doc_comment)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server until it is told to stop (Ctrl-C or SIGTERM)
    Serve {
        #[command(flatten)]
        data: Data,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Fill an empty data folder with a demo district; leaves a folder that has one as it is
    Demo {
        #[command(flatten)]
        data: Data,
        /// Fill it with a whole term of the council: ten sessions, 303 petitions and what became of them
        #[arg(long)]
        term: bool,
    },
    /// Print a one-time code that signs in one device of a user; good for ten minutes
    ///
    /// The code stands alone on its line. Works while the server runs.
    Enrol {
        #[command(flatten)]
        data: Data,
        /// The user's sign-in name, as `kiennghi users` shows it
        #[arg(long, value_name = "NAME")]
        user: String,
    },
    /// List the roles that users hold: name, role, unit and display name, with tabs between them
    Users(Data),
    /// Add a user, who has no role yet
    AddUser {
        #[command(flatten)]
        data: Data,
        /// The sign-in name: letters without accents, digits, `-`, `_` and `.`
        #[arg(long, value_name = "NAME")]
        user: String,
        /// The name to show
        #[arg(long, value_name = "TEXT")]
        display: String,
    },
    /// Let a user sign in again
    Enable {
        #[command(flatten)]
        data: Data,
        /// The user's sign-in name
        #[arg(long, value_name = "NAME")]
        user: String,
    },
    /// Let a user sign in no more; what is still to come of the user waits for the office to decide
    Disable {
        #[command(flatten)]
        data: Data,
        /// The user's sign-in name
        #[arg(long, value_name = "NAME")]
        user: String,
    },
    /// Give a user a role in a unit, beside those that the user has
    Give {
        #[command(flatten)]
        data: Data,
        #[command(flatten)]
        grant: GrantFlags,
        /// First day, yyyy-mm-dd; at once when none is given
        #[arg(long, value_name = "DAY")]
        from: Option<String>,
        /// Last day, yyyy-mm-dd
        #[arg(long, value_name = "DAY")]
        until: Option<String>,
    },
    /// Take a role in a unit from a user
    Take {
        #[command(flatten)]
        data: Data,
        #[command(flatten)]
        grant: GrantFlags,
    },
    /// Show what a spreadsheet of users would change, and change it with --apply
    ///
    /// The first row names the columns: Họ tên, Vai trò, Đơn vị, and if wanted Tên đăng nhập, Từ ngày,
    /// Đến ngày. A second import of the same file changes nothing.
    ImportUsers {
        #[command(flatten)]
        data: Data,
        /// The spreadsheet: .xlsx; save one of another kind as that
        file: PathBuf,
        /// Make the changes, if no row is wrong
        #[arg(long)]
        apply: bool,
    },
    /// Print units, terms, sessions, users and roles as JSON
    District(Data),
    /// Change units, villages, terms, sessions, users or roles by a file of JSON, all or nothing
    ///
    /// The file is what docs/protocol.md describes as changes of the district.
    Change {
        #[command(flatten)]
        data: Data,
        /// The file; - for standard input
        file: PathBuf,
    },
    /// Move the district onto a ready-made tree of units
    ///
    /// Works while the server runs. Units that end keep their petitions, which are their successors' to
    /// work on; roles in them become roles in the successors; counts for days before stay as they were.
    Succeed {
        #[command(flatten)]
        data: Data,
        /// The tree: dam-ha-2025 is the two tiers since 1 July 2025
        #[arg(long, value_name = "NAME")]
        tree: String,
        /// Only show what would be changed
        #[arg(long = "try")]
        try_out: bool,
    },
    /// Print the record of who did what, one JSON object a line, with its signed ends of days
    Audit(Data),
    /// Give a user this unit alone, and another role if one is named
    ///
    /// Works while the server runs. What the user wrote under the old grant and has not sent yet
    /// waits for the office to decide.
    Move {
        #[command(flatten)]
        data: Data,
        /// The user's sign-in name
        #[arg(long, value_name = "NAME")]
        user: String,
        /// The code of the unit that the user is to work in
        #[arg(long, value_name = "CODE")]
        unit: String,
        /// The role that the user is to have; as before when none is given
        #[arg(long, value_name = "ROLE")]
        role: Option<String>,
    },
    /// List the devices: number, user, name, enrolled, last seen and revoked, with tabs between them
    Devices {
        #[command(flatten)]
        data: Data,
        /// Only those of this user
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
    },
    /// Take a device's right to sign in
    ///
    /// Works while the server runs. What the device still sends waits for the office to decide.
    Revoke {
        #[command(flatten)]
        data: Data,
        /// The device's number, as `kiennghi devices` shows it
        #[arg(long, value_name = "N")]
        device: i64,
    },
    /// List what the gate refused: when, device, document, change, why, and the bytes of what is
    /// evidence, with tabs between them
    ///
    /// Evidence are two changes of one actor with the same number: one of them was made by a copy of the
    /// device or by somebody who forges.
    Refusals(Data),
    /// Print all petitions, one JSON object a line
    Export(Data),
    /// Make search and tables anew from the stored changes
    ///
    /// Refuses while a server runs.
    Rebuild(Data),
    /// Copy the database into a new file, while the server runs
    ///
    /// The file appears when it is whole and verified. An existing file is left as it is.
    Backup {
        #[command(flatten)]
        data: Data,
        /// The file to write
        file: PathBuf,
        /// Also write the keys of petitioners, to a file that is to be kept apart from the other: whoever
        /// has both has the petitioners
        #[arg(long, value_name = "FILE")]
        keys: Option<PathBuf>,
    },
    /// Put a backup in the database's place; refuses while a server runs
    ///
    /// The old database stays in the folder under the name `kiennghi.sqlite.before-restore-N`; what it
    /// had erased is erased again. Phones that were ahead of the backup bring back what they hold.
    Restore {
        #[command(flatten)]
        data: Data,
        /// The backup
        file: PathBuf,
        /// Keys of petitioners out of a backup; keys of the erased are left out
        #[arg(long, value_name = "FILE")]
        keys: Option<PathBuf>,
        /// What `kiennghi erasures` printed before the machine was lost: these are erased again
        #[arg(long, value_name = "FILE")]
        erasures: Option<PathBuf>,
    },
    /// Print which petitioners were erased, one JSON object a line, to be kept outside this machine
    Erasures(Data),
    /// Erase a petitioner for good and print the receipt
    ErasePetitioner {
        #[command(flatten)]
        data: Data,
        /// The petitioner's id
        #[arg(long, value_name = "ID")]
        petitioner: DocumentId,
        /// Why, as the record keeps it: no names
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Look for damage: structure, history, every document rebuilt from its changes
    ///
    /// Works while the server runs. Ends with 1 when something is wrong.
    Verify {
        #[command(flatten)]
        data: Data,
        /// A receipt that a phone holds, as a file; can be given several times
        #[arg(long, value_name = "FILE")]
        receipt: Vec<PathBuf>,
        /// A record of who did what that was exported earlier; can be given several times
        #[arg(long, value_name = "FILE")]
        audit: Vec<PathBuf>,
    },
    /// Keep documents of many changes whole beside their changes, and tell what documents take up
    ///
    /// Works while the server runs. Changes are never touched.
    Compact {
        #[command(flatten)]
        data: Data,
        /// Also list this many documents, the largest first
        #[arg(long, value_name = "N", default_value_t = 0)]
        list: u64,
    },
    /// Erase a document's content for good; its place in the history stays
    ///
    /// Works while the server runs; phones drop their copies at their next sync.
    Erase {
        #[command(flatten)]
        data: Data,
        /// The document
        #[arg(long, value_name = "ID")]
        document: DocumentId,
        /// Why, as the record of the erasing keeps it
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Try changes for a server, which starts this by itself
    #[command(hide = true)]
    TrialWorker,
}

#[derive(Debug, Args)]
struct Data {
    /// The data folder
    #[arg(long, value_name = "DIR", env = "KIENNGHI_DATA")]
    data: PathBuf,
}

impl Data {
    fn config(&self) -> anyhow::Result<Config> {
        Ok(Config::load(&self.data, Settings::default())?)
    }

    /// Opens the store of a folder that has one.
    fn open(&self) -> anyhow::Result<Arc<dyn Store>> {
        self.ensure_there()?;
        self.open_or_make()
    }

    fn ensure_there(&self) -> anyhow::Result<()> {
        let database = self.data.join(crate::store::sqlite::FILE_NAME);
        anyhow::ensure!(
            database.exists(),
            "there is no data in {}: run `kiennghi demo` or `kiennghi serve` first",
            self.data.display()
        );
        Ok(())
    }

    /// Keeps servers away until the lock is dropped.
    fn without_server(&self) -> anyhow::Result<Lock> {
        Lock::serving(&self.data).map_err(|error| match error {
            StoreError::Busy => anyhow::anyhow!(
                "a server is running in {}: stop it first",
                self.data.display()
            ),
            error => error.into(),
        })
    }

    fn open_or_make(&self) -> anyhow::Result<Arc<dyn Store>> {
        app::open_store(&self.config()?)
            .with_context(|| format!("cannot open the store in {}", self.data.display()))
    }
}

/// Somebody at this command line, now.
fn stamp() -> Stamp {
    Stamp::command(SystemClock.now_ms())
}

/// Runs a command.
///
/// # Errors
/// What a person should be told.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve { data, settings } => {
            let config = Config::load(&data.data, *settings)?;
            start_logging(&config)?;
            serve::run(&config)
        }
        Command::Demo { data, term } => demo::run(&data, term),
        Command::Enrol { data, user } => enrol::run(&data, &user),
        Command::Users(data) => users::run(&data),
        Command::Move {
            data,
            user,
            unit,
            role,
        } => move_user::run(&data, &user, &unit, role.as_deref()),
        Command::AddUser {
            data,
            user,
            display,
        } => people::add(&data, &user, &display),
        Command::Enable { data, user } => people::enable(&data, &user, true),
        Command::Disable { data, user } => people::enable(&data, &user, false),
        Command::Give {
            data,
            grant,
            from,
            until,
        } => people::give(&data, &grant, from, until),
        Command::Take { data, grant } => people::take(&data, &grant),
        Command::ImportUsers { data, file, apply } => people::import(&data, &file, apply),
        Command::District(data) => district::show(&data),
        Command::Change { data, file } => district::change(&data, &file),
        Command::Succeed {
            data,
            tree,
            try_out,
        } => district::succeed(&data, &tree, try_out),
        Command::Audit(data) => audit::run(&data),
        Command::Refusals(data) => refusals::list(&data),
        Command::Devices { data, user } => devices::list(&data, user.as_deref()),
        Command::Revoke { data, device } => devices::revoke(&data, device),
        Command::Export(data) => export::run(&data),
        Command::Rebuild(data) => rebuild::run(&data),
        Command::Backup { data, file, keys } => backup::run(&data, &file, keys.as_deref()),
        Command::Restore {
            data,
            file,
            keys,
            erasures,
        } => restore::run(&data, &file, keys.as_deref(), erasures.as_deref()),
        Command::Erasures(data) => petitioners::list_erasures(&data),
        Command::ErasePetitioner {
            data,
            petitioner,
            reason,
        } => petitioners::erase(&data, petitioner, &reason),
        Command::Verify {
            data,
            receipt,
            audit,
        } => verify::run(&data, &receipt, &audit),
        Command::Compact { data, list } => compact::run(&data, list),
        Command::Erase {
            data,
            document,
            reason,
        } => erase::run(&data, document, &reason),
        Command::TrialWorker => Ok(worker::run()?),
    }
}

/// Logs go to standard error; a panic's own words could hold somebody's data, so only its place
/// is logged.
fn start_logging(config: &Config) -> anyhow::Result<()> {
    let filter: EnvFilter = config.log.parse()?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Plain => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(place, "panic");
    }));
    Ok(())
}
