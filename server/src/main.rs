//! The binary `kiennghi`.

use std::process::ExitCode;

use clap::Parser;
use kiennghi_server::commands::{Cli, run};
use rustix::fs::Mode;
use rustix::process::umask;

fn main() -> ExitCode {
    // Whatever is made here is the server's own user's alone.
    umask(Mode::RWXG | Mode::RWXO);
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the output has enough of it, as `head` does.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kiennghi: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
