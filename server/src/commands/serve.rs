//! `kiennghi serve`.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use crate::app;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::gate::Pool;

pub(super) fn run(config: &Config) -> anyhow::Result<()> {
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
