//! A phone for the command line: enrols, records, edits, syncs and lists, and keeps everything in
//! one folder. See tests/README.md.
#![expect(clippy::print_stdout, reason = "a command prints its results")]

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::record::{Edit, Value};
use kiennghi_tests::phone::{
    FileShelf, MeetingDetails, Phone, PhoneError, Shelf, read_edits, read_petitions,
};

/// A phone of Kiến Nghị without a screen.
#[derive(Parser)]
struct Options {
    /// The folder that holds everything the phone keeps.
    #[arg(long)]
    state: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Trades a one-time code for this phone's token.
    Enrol {
        /// The server, `http://HOST:PORT`.
        url: String,
        /// The code.
        code: String,
    },
    /// Records petitions, one JSON object a line, under one new meeting; prints their ids.
    Record(Record),
    /// Changes petitions: a JSON object a line, with "id" and the fields to set.
    Edit {
        /// The file; `-` for standard input.
        file: PathBuf,
    },
    /// Sends and fetches everything; prints one JSON line.
    Sync {
        /// Where the server is from now on, `http://HOST:PORT`.
        #[arg(long)]
        server: Option<String>,
    },
    /// Lists the petitions.
    List {
        /// As JSON lines.
        #[arg(long)]
        json: bool,
    },
    /// Lists the work that the server refused, as JSON lines.
    Refused,
}

#[derive(clap::Args)]
struct Record {
    /// The file; `-` for standard input.
    file: PathBuf,
    /// The meeting that the petitions were raised at, instead of a new one.
    #[arg(long)]
    meeting: Option<DocumentId>,
    /// The unit to record in; the profile's first when left out.
    #[arg(long)]
    unit: Option<String>,
    /// The new meeting's day, `yyyy-mm-dd`; today when left out.
    #[arg(long)]
    date: Option<String>,
    /// The new meeting's place.
    #[arg(long)]
    place: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The chain of reasons and nothing else: this is read by people and scripts.
            eprintln!("phone: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<()> {
    let state = options.state;
    match options.command {
        Command::Enrol { url, code } => {
            let shelf = FileShelf::open(&state)?;
            if let Some(account) = shelf.account()? {
                bail!("already enrolled as {}", account.profile.user);
            }
            let phone = Phone::enrol_on(Box::new(shelf), &url, &code).await?;
            println!("{}", phone.user());
        }
        Command::Record(options) => record(&mut Phone::open_dir(&state)?, &options)?,
        Command::Edit { file } => edit(&mut Phone::open_dir(&state)?, &read(&file)?)?,
        Command::Sync { server } => {
            let mut phone = Phone::open_dir(&state)?;
            if let Some(url) = server {
                phone.set_url(&url)?;
            }
            return sync(&mut phone).await;
        }
        Command::List { json } => list(&Phone::open_dir(&state)?, json)?,
        Command::Refused => refused(&Phone::open_dir(&state)?)?,
    }
    Ok(())
}

fn read(file: &PathBuf) -> Result<String> {
    let mut text = String::new();
    if file.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text)?;
    } else {
        text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    }
    Ok(text)
}

fn today() -> String {
    let vietnam = jiff::tz::offset(7);
    vietnam
        .to_datetime(jiff::Timestamp::now())
        .date()
        .to_string()
}

fn record(phone: &mut Phone, options: &Record) -> Result<()> {
    let petitions = read_petitions(&read(&options.file)?)?;
    let unit = options.unit.clone().map_or_else(|| phone.unit(), UnitCode);
    let mut meeting = options.meeting;
    if meeting.is_none() && petitions.iter().any(|petition| petition.meeting.is_none()) {
        let details = MeetingDetails {
            date: options.date.clone().unwrap_or_else(today),
            place: options.place.clone(),
            village: None,
        };
        let id = phone.record_meeting(&unit, &details)?;
        eprintln!("meeting {id}");
        meeting = Some(id);
    }
    for petition in petitions {
        let mut edits = petition.edits;
        if let Some(meeting) = petition.meeting.or(meeting) {
            edits.push(Edit::new("meeting", meeting.to_string()));
        }
        println!("{}", phone.record_petition(&unit, edits)?);
    }
    Ok(())
}

fn edit(phone: &mut Phone, text: &str) -> Result<()> {
    let lines = read_edits(text)?;
    for line in &lines {
        if phone.stored(line.id)?.is_none() {
            let missing = PhoneError::NoDocument(line.id);
            return Err(missing).with_context(|| format!("line {}", line.line));
        }
    }
    for line in lines {
        let changed = phone.edit(line.id, &line.edits)?;
        if changed.is_none() {
            eprintln!("line {}: nothing was different", line.line);
        }
    }
    Ok(())
}

async fn sync(phone: &mut Phone) -> Result<()> {
    match phone.sync().await {
        Ok(report) => {
            println!("{}", serde_json::to_string(&report)?);
            Ok(())
        }
        Err(failure) => {
            println!("{}", serde_json::to_string(&failure.so_far)?);
            Err(failure.error.into())
        }
    }
}

fn list(phone: &Phone, json: bool) -> Result<()> {
    for petition in phone.petitions()? {
        if json {
            println!("{}", serde_json::to_string(&petition)?);
            continue;
        }
        let text = |key: &str| match petition.fields.get(key) {
            Some(Value::Text(text)) => text.replace('\n', " "),
            Some(Value::Number(number)) => number.to_string(),
            _ => "–".to_owned(),
        };
        let conflicts = match petition.conflicts.len() {
            0 => String::new(),
            count => format!("  ({count} in conflict)"),
        };
        println!(
            "{}  {}  {:<8}  {}  {}{conflicts}",
            petition.id,
            text("code"),
            petition.delivery,
            text("village"),
            text("content"),
        );
    }
    Ok(())
}

fn refused(phone: &Phone) -> Result<()> {
    for work in phone.refused()? {
        let line = serde_json::json!({
            "id": work.header.id,
            "kind": work.header.kind,
            "unit": work.header.unit,
            "code": work.code.name(),
            "refused_at": work.refused_at,
            "fields": work.fields.iter().map(|e| (e.field.clone(), &e.value)).collect::<std::collections::BTreeMap<_, _>>(),
        });
        println!("{line}");
    }
    Ok(())
}
