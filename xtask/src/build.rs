//! `cargo xtask build`: the phone app, from the sources to `pwa/dist`.

use anyhow::Result;

use crate::bundle;
use crate::sizes::Sizes;
use crate::steps::step;
use crate::wasm;
use crate::workspace::Workspace;

/// Builds the app and shows its sizes.
pub(crate) fn command(workspace: &Workspace) -> Result<()> {
    app(workspace)?.print();
    println!("The app is in pwa/dist. Next: `cargo xtask run` starts it with a server.");
    Ok(())
}

/// Builds the app into `pwa/dist`.
pub(crate) fn app(workspace: &Workspace) -> Result<Sizes> {
    let modules = wasm::build(workspace)?;
    step("hashing and compressing into pwa/dist", || {
        bundle::write(workspace, modules)
    })
}
