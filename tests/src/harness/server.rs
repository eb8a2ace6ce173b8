//! The real server as a process of its own, over a data folder that outlives it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use super::demo::Demo;
use super::eventually::eventually;
use super::program::server_program;
use crate::phone::{Client, Meter, Phone};

/// How long a server may take to listen, or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. Dropping it kills the process.
#[derive(Debug)]
pub struct Server {
    data: Demo,
    child: Option<Child>,
    at: Listening,
    /// What it prints after the line that says where it listens.
    lines: Receiver<String>,
}

/// What a server says when it has come up.
#[derive(Debug, Clone, Copy)]
struct Listening {
    address: SocketAddr,
    https: bool,
    redirect: Option<SocketAddr>,
}

impl Server {
    /// Starts a server over a fresh demo district.
    ///
    /// # Panics
    /// When it does not come up.
    #[must_use]
    pub fn start() -> Self {
        Self::start_on(Demo::new())
    }

    /// Starts a server over a fresh demo district with these lines in its file of settings; on a
    /// free port of this machine unless they say otherwise.
    ///
    /// # Panics
    /// When it does not come up.
    #[must_use]
    pub fn start_with(settings: &str) -> Self {
        let data = Demo::new();
        fs::write(data.path().join("kiennghi.toml"), settings).expect("a file");
        Self::start_on(data)
    }

    /// Starts a server over a data folder.
    ///
    /// # Panics
    /// When it does not come up.
    #[must_use]
    pub fn start_on(data: Demo) -> Self {
        let (child, at, lines) = spawn(&data.path());
        Self {
            data,
            child: Some(child),
            at,
            lines,
        }
    }

    /// Starts a server over an empty folder, which waits for its first administrator.
    ///
    /// # Panics
    /// When it does not come up.
    #[must_use]
    pub fn start_empty() -> Self {
        Self::start_on(Demo::empty())
    }

    /// The path, with its code, at which a server that nobody administers says that it can be set up.
    ///
    /// # Panics
    /// When it does not say so.
    #[must_use]
    pub fn set_up_path(&self) -> String {
        let line = self.lines.recv_timeout(PATIENCE).expect("a second line");
        let (_, link) = line.split_once("open http://").expect("a link");
        let (_, path) = link.split_once('/').expect("a path");
        format!("/{}", path.trim())
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.at.address
    }

    /// Where it sends browsers to HTTPS, if it does.
    #[must_use]
    pub fn redirect_address(&self) -> Option<SocketAddr> {
        self.at.redirect
    }

    /// Where it listens, as phones are told.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.at.https { "https" } else { "http" };
        format!("{scheme}://{}", self.at.address)
    }

    /// Its data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.data.path()
    }

    /// Its process.
    ///
    /// # Panics
    /// When it does not run.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("the server runs").id()
    }

    /// What it logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(log_file(&self.data.path())).unwrap_or_default()
    }

    /// Kills it as a power cut would, without a warning.
    ///
    /// # Panics
    /// When there is nothing to kill.
    pub fn kill9(&mut self) {
        let mut child = self.child.take().expect("the server runs");
        child.kill().expect("a child may be killed");
        child.wait().expect("a killed child ends");
    }

    /// Starts it again over the same data, on a new port.
    ///
    /// # Panics
    /// When it still runs or does not come up.
    pub fn restart(&mut self) {
        assert!(self.child.is_none(), "the server still runs");
        let (child, at, lines) = spawn(&self.data.path());
        self.child = Some(child);
        self.at = at;
        self.lines = lines;
    }

    /// Asks it to stop, as Ctrl-C does, and waits until it has.
    ///
    /// # Panics
    /// When it does not stop.
    pub fn stop(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("the server runs");
        let pid = child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status();
        assert!(sent.expect("kill is there").success(), "SIGINT");
        eventually("the server to stop", PATIENCE, || {
            child.try_wait().expect("a child can be waited for")
        })
    }

    /// Runs another command of the server's program over the same data; gives what it printed.
    ///
    /// # Panics
    /// When the command fails.
    #[must_use]
    pub fn command(&self, name: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(server_program());
        command.arg(name).arg("--data").arg(self.data.path());
        let output = command.args(arguments).output().expect("it starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "kiennghi {name}: {said}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// A one-time code for a user.
    ///
    /// # Panics
    /// When there is no such user.
    #[must_use]
    pub fn enrol(&self, user: &str) -> String {
        let said = self.command("enrol", &["--user", user]);
        let code = |line: &&str| line.len() >= 16 && !line.contains(char::is_whitespace);
        let found = said.lines().map(str::trim).find(code);
        found
            .unwrap_or_else(|| panic!("no code in: {said}"))
            .to_owned()
    }

    /// A new phone of a user, in memory, in touch with this server.
    ///
    /// # Panics
    /// When enrolling fails.
    pub async fn phone(&self, user: &str) -> Phone {
        self.phone_by(user, &self.url()).await
    }

    /// A new phone of a user that reaches the server over another address, such as a proxy's.
    ///
    /// # Panics
    /// When enrolling fails.
    pub async fn phone_by(&self, user: &str, url: &str) -> Phone {
        let mut phone = Phone::enrol(&self.url(), &self.enrol(user))
            .await
            .unwrap_or_else(|error| panic!("enrolling {user}: {error}"));
        phone.set_url(url).expect("memory takes all");
        phone
    }

    /// A connection with nobody's token.
    ///
    /// # Panics
    /// When nobody answers.
    pub async fn client(&self) -> Client {
        Client::connect(&self.url(), None, &Meter::default())
            .await
            .expect("the server answers")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may be gone already.
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            let log = self.log();
            let tail: Vec<&str> = log.lines().rev().take(20).collect();
            for line in tail.iter().rev() {
                eprintln!("server: {line}");
            }
        }
    }
}

fn log_file(data: &Path) -> PathBuf {
    data.join("harness.log")
}

fn spawn(data: &Path) -> (Child, Listening, Receiver<String>) {
    let log = File::options()
        .create(true)
        .append(true)
        .open(log_file(data))
        .expect("a log file");
    let mut command = Command::new(server_program());
    command.arg("serve").arg("--data").arg(data);
    let settings = fs::read_to_string(data.join("kiennghi.toml")).unwrap_or_default();
    if !settings.lines().any(|line| line.starts_with("listen ")) {
        command.args(["--listen", "127.0.0.1:0"]);
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .expect("the server starts");
    let output = BufReader::new(child.stdout.take().expect("it was asked for"));
    let (sender, receiver) = mpsc::channel();
    // Reads on to the end, so that the server never waits for a full pipe.
    std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            // Whoever waits may have given up.
            let _ = sender.send(line);
        }
    });
    let mut redirect = None;
    while let Ok(line) = receiver.recv_timeout(PATIENCE) {
        if let Some((_, address)) = line.split_once("redirecting from http://") {
            redirect = address.trim().parse().ok();
        } else if let Some(at) = listening(&line, redirect) {
            return (child, at, receiver);
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    let log = fs::read_to_string(log_file(data)).unwrap_or_default();
    panic!("the server does not listen: {log}");
}

fn listening(line: &str, redirect: Option<SocketAddr>) -> Option<Listening> {
    let (scheme, address) = line.split_once("listening on ")?.1.split_once("://")?;
    Some(Listening {
        address: address.trim().parse().ok()?,
        https: scheme == "https",
        redirect,
    })
}
