//! From Rust to the wasm modules and their JavaScript glue.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::setup;
use crate::steps::{step, succeed};
use crate::strip;
use crate::toolchain::{TARGET, Toolchain};
use crate::workspace::Workspace;

/// Counted up when this file changes what it makes from the same input.
const RECIPE: u8 = 1;

/// The modules, each of the crate `kiennghi-<name>`.
const MODULES: [&str; 8] = [
    "ui",
    "core",
    "lock",
    "office",
    "desk",
    "consolidation",
    "letters",
    "review",
];

/// What Chrome 107 and Safari 16.4 can do and the compiler uses.
const WASM_OPT_ARGUMENTS: [&str; 8] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--strip-producers",
];

/// One finished module.
pub(crate) struct Module {
    /// Its name among the bundle's files.
    pub(crate) name: &'static str,
    /// The glue: an ES module whose default export takes `{ module_or_path }`.
    pub(crate) js: Vec<u8>,
    /// The module itself, without custom sections.
    pub(crate) wasm: Vec<u8>,
}

/// Compiles the modules and binds them.
pub(crate) fn build(workspace: &Workspace) -> Result<Vec<Module>> {
    let toolchain = step("choosing the compiler for wasm", Toolchain::choose)?;
    for name in MODULES {
        let package = format!("kiennghi-{name}");
        let title = format!("compiling {package} to wasm ({})", toolchain.name());
        // Not one `cargo build` of all: cargo optimises across crates only where a cdylib is the sole
        // crate type asked for, which `cargo rustc` can say, one package at a time.
        step(&title, || {
            succeed(toolchain.cargo(workspace, "rustc").args([
                "--package",
                &package,
                "--lib",
                "--crate-type",
                "cdylib",
                "--profile",
                "wasm",
            ]))
        })?;
    }
    step("binding wasm to JavaScript", || {
        let bound = MODULES.iter().map(|name| bind(workspace, name));
        bound.collect()
    })
}

/// Runs wasm-bindgen over one module, or takes what it made of the same module before.
fn bind(workspace: &Workspace, name: &'static str) -> Result<Module> {
    let compiled = workspace
        .wasm_target()
        .join(TARGET)
        .join("wasm")
        .join(format!("kiennghi_{name}.wasm"));
    let input =
        fs::read(&compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    let optimiser = setup::find("wasm-opt");

    let folder = workspace.wasm_target().join("bound");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let (js_path, wasm_path) = (
        folder.join(format!("{name}.js")),
        folder.join(format!("{name}.wasm")),
    );
    let stamp_path = folder.join(format!("{name}.stamp"));
    let stamp = format!(
        "{RECIPE} {} {}",
        optimiser.is_some(),
        hex::encode(Sha256::digest(&input))
    );
    if fs::read_to_string(&stamp_path).is_ok_and(|old| old == stamp)
        && let (Ok(js), Ok(wasm)) = (fs::read(&js_path), fs::read(&wasm_path))
    {
        return Ok(Module { name, js, wasm });
    }

    let mut bindgen = Bindgen::new();
    let mut output = bindgen
        .input_bytes(name, input)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .with_context(|| format!("wasm-bindgen refused {}", compiled.display()))?;
    let snippets = output.snippets().values().any(|list| !list.is_empty());
    if snippets || !output.local_modules().is_empty() {
        bail!("kiennghi-{name} brings JavaScript of its own, which the bundle has no place for");
    }
    let mut wasm = output.wasm_mut().emit_wasm();
    if let Some(optimiser) = optimiser {
        wasm = optimise(&optimiser, &wasm, &folder.join(format!("{name}.opt")))?;
    }
    let module = Module {
        name,
        js: output.js().as_bytes().to_vec(),
        wasm: strip::without_custom_sections(&wasm)?,
    };
    let _ = fs::remove_file(&stamp_path);
    fs::write(&js_path, &module.js)
        .with_context(|| format!("cannot write {}", js_path.display()))?;
    fs::write(&wasm_path, &module.wasm)
        .with_context(|| format!("cannot write {}", wasm_path.display()))?;
    fs::write(&stamp_path, stamp)
        .with_context(|| format!("cannot write {}", stamp_path.display()))?;
    Ok(module)
}

fn optimise(program: &Path, wasm: &[u8], place: &Path) -> Result<Vec<u8>> {
    let (before, after) = (
        place.with_extension("before.wasm"),
        place.with_extension("after.wasm"),
    );
    fs::write(&before, wasm).with_context(|| format!("cannot write {}", before.display()))?;
    succeed(
        Command::new(program)
            .args(WASM_OPT_ARGUMENTS)
            .arg(&before)
            .arg("-o")
            .arg(&after),
    )?;
    fs::read(&after).with_context(|| format!("cannot read {}", after.display()))
}
