//! Measures what sync costs, on loopback through the sockets whose every byte is counted, and
//! prints the numbers as a Markdown table. `cargo xtask bench` builds it for release and runs it.
#![expect(clippy::print_stdout, reason = "a command prints its results")]

mod alike;
mod asked;
mod cpu;
mod day;
mod desk;
mod fetch;
mod fsyncs;
mod gate;
mod load;
mod reconnect;
mod rush;
mod stock;
mod table;

use std::time::Duration;

use clap::{Parser, ValueEnum};
use kiennghi_tests::harness::{Server, server_program};

use self::stock::Stock;
use self::table::Table;

/// Measures what sync costs.
#[derive(Parser)]
struct Options {
    /// What to measure; everything when left out.
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// Fewer documents and rounds: shows that the bench works, not what the server can do.
    #[arg(long)]
    quick: bool,
    /// Seconds over which the phones of `load` come back.
    #[arg(long, default_value_t = 120)]
    spread: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// One change.
    Gate,
    /// A day's work in one sync.
    Day,
    /// Coming back with everything in step.
    Reconnect,
    /// A new phone.
    Fetch,
    /// A hundred phones at once.
    Rush,
    /// Five hundred phones within minutes.
    Load,
    /// Petitions that say the same.
    Alike,
    /// What stands on desks.
    Desk,
    /// What is printed, and spreadsheets.
    Files,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let options = Options::parse();
    let wanted = |part| options.only.is_empty() || options.only.contains(&part);
    let mut table = Table::default();
    eprintln!("measuring {}", server_program().display());
    if wanted(Part::Gate) {
        gate::measure(&mut table, options.quick).await;
    }
    if wanted(Part::Day) {
        day::measure(&mut table, options.quick).await;
    }
    let sizes: &[usize] = if options.quick {
        &[100]
    } else {
        &[300, 3_000, 10_000]
    };
    for &documents in sizes {
        let last = documents == *sizes.last().expect("some");
        let fetching = wanted(Part::Fetch) && (documents <= 3_000);
        let rushing = wanted(Part::Rush) && (documents == 3_000 || last && options.quick);
        if !(wanted(Part::Reconnect) || fetching || rushing) {
            continue;
        }
        let stock = Stock::of(documents).await;
        {
            let server = Server::start_on(stock.data());
            if fetching {
                fetch::measure(&mut table, &server, documents).await;
            }
            if wanted(Part::Reconnect) {
                reconnect::measure(&mut table, &server, documents, options.quick).await;
            }
        }
        if rushing {
            rush::measure(&mut table, &stock, documents, options.quick).await;
        }
    }
    if wanted(Part::Load) {
        let load = if options.quick {
            load::Load {
                phones: 20,
                changes: 10,
                spread: Duration::from_secs(1),
            }
        } else {
            load::Load {
                phones: 500,
                changes: 40,
                spread: Duration::from_secs(options.spread),
            }
        };
        load::measure(&mut table, &load).await;
    }
    if wanted(Part::Alike) {
        alike::measure(&mut table, options.quick).await;
    }
    if wanted(Part::Desk) {
        desk::measure(&mut table, options.quick).await;
    }
    if wanted(Part::Files) {
        desk::measure_files(&mut table, options.quick).await;
    }
    println!("{table}");
    println!(
        "Bytes are counted at the phone's socket, HTTP headers included. Server CPU is user and \
         system time of the server and its workers from /proc. fsyncs are counted by strace in a \
         run of their own; phones and server share this machine's {} processors.",
        std::thread::available_parallelism().map_or(0, usize::from)
    );
}
