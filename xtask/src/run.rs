//! `cargo xtask run`: the whole thing on this machine, with demo data and ready-to-open sign-in links.

use std::fmt;
use std::fs;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::build;
use crate::steps::{read, step, succeed};
use crate::workspace::Workspace;

const START_SECONDS_MAX: u64 = 60;

const DELEGATE_ROLE: &str = "delegate";

/// Options of `cargo xtask run`.
#[derive(Args)]
pub(crate) struct Options {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The store's folder [default: run-data in the target folder].
    #[arg(long)]
    data: Option<PathBuf>,
    /// Leaves an empty store empty instead of filling it with the demo district.
    #[arg(long)]
    empty: bool,
}

/// Builds, fills an empty store, starts the server, prints sign-in links, and waits for Ctrl-C.
pub(crate) fn command(workspace: &Workspace, options: &Options) -> Result<()> {
    let listen = with_port(options.listen)?;
    build::app(workspace)?.print();
    step("building the server", || {
        succeed(
            workspace
                .cargo()
                .args(["build", "--release", "--package", "kiennghi-server"]),
        )
    })?;
    let data = options
        .data
        .clone()
        .unwrap_or_else(|| workspace.target().join("run-data"));
    let server = Server {
        binary: workspace.binary("release", "kiennghi"),
        data,
    };
    if !options.empty && is_empty(&server.data) {
        step(
            "filling the store with the demo district and a whole term of its council",
            || succeed(server.call("demo").arg("--term")),
        )?;
    }

    // From here on Ctrl-C is the server's: it ends cleanly, and this task after it.
    let mut signals = Signals::new([SIGINT, SIGTERM]).context("cannot watch for signals")?;
    let mut child = server
        .call("serve")
        .arg("--listen")
        .arg(listen.to_string())
        .spawn()
        .context("cannot start the server")?;
    let id = child.id().to_string();
    thread::spawn(move || {
        // The terminal sends Ctrl-C to both; a signal to this task alone would not reach the server.
        for _ in signals.forever() {
            let _ = Command::new("kill").args(["-TERM", &id]).status();
        }
    });
    let ready = step("starting the server", || {
        wait_until_healthy(&mut child, listen)
    })
    .and_then(|()| server.print_links(listen));
    if let Err(error) = ready {
        // Ended already or not, nobody is to be left behind.
        let _ = child.kill();
        let _ = child.wait();
        return Err(error);
    }
    let status = child.wait().context("cannot wait for the server")?;
    println!(
        "\nThe server has ended ({status}). The data stay in {}.",
        server.data.display()
    );
    Ok(())
}

struct Server {
    binary: PathBuf,
    data: PathBuf,
}

impl Server {
    /// `kiennghi <subcommand> --data <folder>`.
    fn call(&self, subcommand: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg(subcommand).arg("--data").arg(&self.data);
        command
    }

    /// Shows one sign-in link for each person of the demo.
    fn print_links(&self, listen: SocketAddr) -> Result<()> {
        let site = site(listen);
        let users = read(&mut self.call("users"))?;
        let (phones, desks): (Vec<User>, Vec<User>) = users
            .lines()
            .filter_map(User::parse)
            .partition(|user| user.role == DELEGATE_ROLE);
        println!("\nSign-in links; each works once, within ten minutes.");
        println!("\nDelegates, one phone or browser each:\n");
        for user in phones {
            println!("  http://{site}/enrol#{}  {user}", self.code(&user)?);
        }
        println!("\nDesks, which set a password first, and then open http://{site}/desk :\n");
        for user in desks {
            println!("  http://{site}/admin/code#{}  {user}", self.code(&user)?);
        }
        println!("\nThe app: http://{site}/");
        println!(
            "Next: open a link in Chrome or Safari on this machine. To start over, end with Ctrl-C and remove {}.",
            self.data.display()
        );
        println!(
            "An Android phone on a cable opens the same links after `adb reverse tcp:{0} tcp:{0}`.",
            listen.port()
        );
        Ok(())
    }

    fn code(&self, user: &User) -> Result<String> {
        let code = read(self.call("enrol").args(["--user", user.name]))?;
        Ok(code.lines().last().unwrap_or_default().trim().to_owned())
    }
}

/// A line of `kiennghi users`: name, role, unit and display name between tabs.
struct User<'a> {
    name: &'a str,
    role: &'a str,
    unit: &'a str,
    display_name: &'a str,
}

impl<'a> User<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut parts = line.split('\t');
        Some(Self {
            name: parts.next()?,
            role: parts.next()?,
            unit: parts.next()?,
            display_name: parts.next()?,
        })
    }
}

impl fmt::Display for User<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {})", self.display_name, self.name, self.unit)
    }
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}

/// Puts a free port in the place of port 0, since the links have to name it.
fn with_port(listen: SocketAddr) -> Result<SocketAddr> {
    if listen.port() != 0 {
        return Ok(listen);
    }
    let socket = TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}"))?;
    Ok(socket.local_addr()?)
}

/// The address that people open. Browsers make passkeys for `localhost`, and not for its number.
fn site(listen: SocketAddr) -> String {
    let address = reachable(listen);
    if address.ip() == IpAddr::V4(Ipv4Addr::LOCALHOST) {
        format!("localhost:{}", address.port())
    } else {
        address.to_string()
    }
}

/// The address to open: a server that listens everywhere is reached at the loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let host = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(host, listen.port())
}

fn wait_until_healthy(child: &mut Child, listen: SocketAddr) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(START_SECONDS_MAX) {
        if let Some(status) = child.try_wait().context("cannot watch the server")? {
            bail!("the server ended at once ({status})");
        }
        if is_healthy(reachable(listen)) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    bail!(
        "the server did not answer at http://{}/healthz within {START_SECONDS_MAX} s",
        reachable(listen)
    )
}

fn is_healthy(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let second = Duration::from_secs(1);
        let mut stream = TcpStream::connect_timeout(&address, second)?;
        stream.set_read_timeout(Some(second))?;
        write!(
            stream,
            "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        Ok(answer.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_user_when_it_has_all_parts() {
        let user = User::parse("nguyen-van-a\tdelegate\txa-an-phu\tNguyễn Văn A").unwrap();
        assert_eq!(user.role, DELEGATE_ROLE);
        assert_eq!(user.to_string(), "Nguyễn Văn A (nguyen-van-a, xa-an-phu)");
        assert!(User::parse("admin").is_none());
    }

    #[test]
    fn a_server_on_all_addresses_is_opened_at_the_loopback() {
        let address: SocketAddr = "0.0.0.0:8080".parse().unwrap();
        assert_eq!(reachable(address).to_string(), "127.0.0.1:8080");
        assert_eq!(site(address), "localhost:8080");
    }
}
