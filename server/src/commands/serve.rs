//! `kiennghi serve`.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};

use crate::app;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::gate::Pool;

/// Files, pipes to trial workers and the like that are open beside connections.
const HANDLES_BESIDE: u64 = 256;

pub(super) fn run(config: &Config) -> anyhow::Result<()> {
    allow_connections(config.connections_max);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(async {
        // Before anything is said: whoever reads the line may send a signal at once.
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let trial = Box::new(Pool::new(config.trial_workers));
        let running = app::serve(config, trial, Arc::new(SystemClock)).await?;
        let mut stdout = std::io::stdout().lock();
        if let Some(address) = running.redirect_address() {
            writeln!(stdout, "redirecting from http://{address}")?;
        }
        writeln!(stdout, "listening on {}", running.url())?;
        if let Some(code) = running.set_up_code() {
            writeln!(
                stdout,
                "nobody administers this server yet: open {}/admin/set-up#{code}",
                running.url()
            )?;
        }
        stdout.flush()?;
        drop(stdout);
        tracing::info!(version = env!("CARGO_PKG_VERSION"), "started");
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping");
        running.shut_down().await
    })
}

/// Takes as many handles as the connections want. Systems often allow a thousand at first, which one
/// client could hold alone, and then not even the database can be opened.
fn allow_connections(connections_max: usize) {
    let wanted = connections_max as u64 + HANDLES_BESIDE;
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|allowed| allowed >= wanted) {
        return;
    }
    let allowed = limit.maximum.map_or(wanted, |maximum| maximum.min(wanted));
    limit.current = Some(allowed);
    if setrlimit(Resource::Nofile, limit).is_err() || allowed < wanted {
        tracing::warn!(
            allowed,
            wanted,
            "the system allows fewer open files than connections_max wants: raise its limit, such as \
             LimitNOFILE of systemd, or lower connections_max"
        );
    }
}
