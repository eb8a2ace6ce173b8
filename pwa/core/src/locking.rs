//! What the page asks of the lock: set it up, unlock, change the ways to unlock, erase.

use std::rc::Rc;

use kiennghi_messages::{Answer, Command, Failure, LockState};
use wasm_bindgen_futures::spawn_local;

use crate::app::{App, not_found_failure, prepare_search};
use crate::commands::{open_store, sync_soon};

/// Carries out a command about the lock; whatever came of it, the page hears how things stand.
pub(crate) async fn change(app: &Rc<App>, command: Command) -> Result<Answer, Failure> {
    open_store(app).await?;
    let (was_open, changed) = {
        let mut local = app.local.lock().await;
        let was_open = local.lock().state == LockState::Open;
        let changed = match command {
            Command::SetLock(way) => local.set_lock(way).await,
            Command::Unlock(secret) => local.unlock(secret).await,
            Command::ChangeWays { proof, old, new } => local.change_ways(proof, old, new).await,
            _ => Err(not_found_failure()),
        };
        (was_open, changed)
    };
    let status = app.status().await;
    if let Err(failure) = changed {
        app.tell_status().await;
        return Err(failure);
    }
    if !was_open {
        let eraser = app.clone();
        spawn_local(async move { eraser.local.lock().await.erase_plain().await });
        prepare_search(app);
        sync_soon(app);
    }
    Ok(Answer::Status(status))
}

/// Erases everything on this device.
pub(crate) async fn erase(app: &App) -> Result<Answer, Failure> {
    open_store(app).await?;
    app.local.lock().await.erase().await?;
    Ok(Answer::Done)
}
