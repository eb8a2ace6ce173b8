//! The commands of the binary, one file each.

pub mod demo;
mod enrol;
mod export;
mod rebuild;
mod serve;
mod users;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::app;
use crate::config::{Config, LogFormat, Settings};
use crate::gate::worker;
use crate::store::Store;

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
        settings: Settings,
    },
    /// Fill an empty data folder with a demo district; leaves a folder that has one as it is
    Demo(Data),
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
    /// List the users: name, role, unit and display name, with tabs between them
    Users(Data),
    /// Print all petitions, one JSON object a line
    Export(Data),
    /// Make search and tables anew from the stored changes
    ///
    /// A server that runs meanwhile takes no changes until it is done.
    Rebuild(Data),
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
        let database = self.data.join(crate::store::sqlite::FILE_NAME);
        anyhow::ensure!(
            database.exists(),
            "there is no data in {}: run `kiennghi demo` or `kiennghi serve` first",
            self.data.display()
        );
        self.open_or_make()
    }

    fn open_or_make(&self) -> anyhow::Result<Arc<dyn Store>> {
        app::open_store(&self.config()?)
            .with_context(|| format!("cannot open the store in {}", self.data.display()))
    }
}

/// Runs a command.
///
/// # Errors
/// What a person should be told.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve { data, settings } => {
            let config = Config::load(&data.data, settings)?;
            start_logging(&config)?;
            serve::run(&config)
        }
        Command::Demo(data) => demo::run(&data),
        Command::Enrol { data, user } => enrol::run(&data, &user),
        Command::Users(data) => users::run(&data),
        Command::Export(data) => export::run(&data),
        Command::Rebuild(data) => rebuild::run(&data),
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
