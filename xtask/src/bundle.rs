//! Puts the app together: fills the names with hashes into the hand-written files and lists what the phone keeps.

use std::fs;
use std::fs::File;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::assets::{Assets, REPORT, integrity, replace, short_hash};
use crate::online;
use crate::sizes::Sizes;
use crate::wasm::Module;
use crate::workspace::Workspace;

const ICONS: [&str; 5] = [
    "icons/favicon.svg",
    "icons/icon-192.png",
    "icons/icon-512.png",
    "icons/icon-maskable-512.png",
    "icons/apple-touch-180.png",
];

/// The larger icons are for the installer only, which has a network.
const ICONS_KEPT: [&str; 2] = ["icons/favicon.svg", "icons/icon-192.png"];

/// The phone app's scripts; each may name those before it.
const SCRIPTS: [&str; 7] = [
    "old",
    "argon",
    "device-key",
    "alerts",
    "alerts-worker",
    "worker",
    "boot",
];

/// The modules that a phone keeps.
const MODULES_KEPT: [&str; 3] = ["ui", "core", "lock"];

/// Writes `pwa/dist` from the modules and the hand-written files; returns the sizes.
pub(crate) fn write(workspace: &Workspace, modules: Vec<Module>) -> Result<Sizes> {
    let lock_path = workspace.wasm_target().join("bundle.lock");
    let lock =
        File::create(&lock_path).with_context(|| format!("cannot open {}", lock_path.display()))?;
    // Two builds at once would take each other's files for stale ones.
    lock.lock().context("cannot wait for the other build")?;

    let source = Source::read(workspace)?;
    let version = source.version(&modules);
    let mut assets = Assets::default();
    let mut names = Names(vec![("version".to_owned(), version)]);

    for Module { name, js, wasm } in modules {
        let (js, wasm) = (
            assets.add_hashed(name, "js", js),
            assets.add_hashed(name, "wasm", wasm),
        );
        names.set(&format!("{name}.js"), js);
        names.set(&format!("{name}.wasm"), wasm);
    }
    names.set(
        "app.css",
        assets.add_hashed("app", "css", source.css.into_bytes()),
    );
    for (stem, text) in &source.scripts {
        let script = assets.add_hashed(stem, "js", names.fill(text)?);
        names.set(&format!("{stem}.js"), script);
    }
    assets.add("index.html", names.fill(&source.html)?);
    online::add(&mut assets, &mut names, source.online)?;
    let alerts = assets.get(names.get("alerts-worker.js")?)?.to_vec();
    assets.add("desk-sw.js", alerts);
    assets.add("manifest.webmanifest", source.manifest.into_bytes());
    for (path, content) in source.icons {
        assets.add(path, content);
    }

    let mut kept = vec!["index.html".to_owned(), "manifest.webmanifest".to_owned()];
    for name in [
        "boot.js",
        "app.css",
        "device-key.js",
        "alerts.js",
        "worker.js",
        "argon.js",
    ] {
        kept.push(names.get(name)?.to_owned());
    }
    for name in MODULES_KEPT {
        kept.push(names.get(&format!("{name}.js"))?.to_owned());
        kept.push(names.get(&format!("{name}.wasm"))?.to_owned());
    }
    kept.extend(ICONS_KEPT.map(str::to_owned));
    let mut precache = Vec::new();
    for path in &kept {
        // Every page is index.html, and the root is the address at which each server has it.
        let address = if path == "index.html" {
            "/".to_owned()
        } else {
            format!("/{path}")
        };
        precache.push(json!([address, integrity(assets.get(path)?)]));
    }
    let list = serde_json::to_string_pretty(&precache)?;
    assets.add(
        "sw.js",
        names.fill(&source.service_worker.replace("'%precache%'", &list))?,
    );

    let files = assets.publish(&workspace.dist())?;
    let size = |path: &str| files.get(path).copied().unwrap_or_default();
    let named = |name: &str| names.get(name).map(&size);
    let module = |name: &str| {
        Ok::<_, anyhow::Error>(named(&format!("{name}.wasm"))? + named(&format!("{name}.js"))?)
    };
    let mut all = size("sw.js") + named("alerts-worker.js")?;
    for path in &kept {
        all = all + size(path);
    }
    let mut sizes = Sizes::default();
    sizes.add("first_paint", size("index.html") + named("app.css")?);
    sizes.add("ui", module("ui")?);
    sizes.add("core", named("core.wasm")?);
    sizes.add("precache", all);
    for app in &online::APPS {
        sizes.add(app.module, module(app.module)?);
    }
    replace(&workspace.dist().join(REPORT), sizes.to_json().as_bytes())?;
    Ok(sizes)
}

/// A hand-written file: its name without ending, and what it says.
pub(crate) type Text = (&'static str, String);

/// The hand-written files.
struct Source {
    html: String,
    css: String,
    online: online::Texts,
    scripts: Vec<Text>,
    service_worker: String,
    manifest: String,
    icons: Vec<(&'static str, Vec<u8>)>,
}

impl Source {
    fn read(workspace: &Workspace) -> Result<Self> {
        let folder = workspace.pwa();
        let bytes = |path: &str| {
            let file = folder.join(path);
            fs::read(&file).with_context(|| format!("cannot read {}", file.display()))
        };
        let text = |path: &str| {
            String::from_utf8(bytes(path)?).with_context(|| format!("pwa/{path} is not UTF-8"))
        };
        let texts = |stems: &[&'static str], ending: &str| {
            let read = |stem: &&'static str| Ok((*stem, text(&format!("public/{stem}.{ending}"))?));
            stems.iter().map(read).collect::<Result<Vec<Text>>>()
        };
        let mut icons = Vec::new();
        for path in ICONS {
            icons.push((path, bytes(&format!("public/{path}"))?));
        }
        Ok(Self {
            html: text("index.html")?,
            css: text("public/app.css")?,
            online: online::Texts {
                page: text("online.html")?,
                starts: texts(&online::STARTS, "js")?,
                styles: texts(&online::STYLES, "css")?,
            },
            scripts: texts(&SCRIPTS, "js")?,
            service_worker: text("public/sw.js")?,
            manifest: text("public/manifest.webmanifest")?,
            icons,
        })
    }

    /// The build's name, to phones: what they do not keep is not part of it. It goes into the files, so it
    /// is made from what they are before that.
    fn version(&self, modules: &[Module]) -> String {
        let mut hashes = String::new();
        let kept = |module: &&Module| MODULES_KEPT.contains(&module.name);
        for module in modules.iter().filter(kept) {
            hashes.push_str(&short_hash(&module.js));
            hashes.push_str(&short_hash(&module.wasm));
        }
        let texts = [&self.html, &self.css, &self.service_worker, &self.manifest];
        let scripts = self.scripts.iter().map(|(_, text)| text);
        for text in texts.into_iter().chain(scripts) {
            hashes.push_str(&short_hash(text.as_bytes()));
        }
        for (_, content) in &self.icons {
            hashes.push_str(&short_hash(content));
        }
        short_hash(hashes.as_bytes())
    }
}

/// What stands for `%name%` in the hand-written files.
#[derive(Clone)]
pub(crate) struct Names(Vec<(String, String)>);

impl Names {
    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.0.push((name.to_owned(), value));
    }

    pub(crate) fn get(&self, name: &str) -> Result<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .with_context(|| format!("nothing stands for %{name}%"))
    }

    /// Fills the names in; refuses a text that still has one.
    pub(crate) fn fill(&self, text: &str) -> Result<Vec<u8>> {
        let mut filled = text.to_owned();
        for (name, value) in &self.0 {
            filled = filled.replace(&format!("%{name}%"), value);
        }
        if let Some(name) = leftover(&filled) {
            bail!("nothing stands for %{name}%");
        }
        Ok(filled.into_bytes())
    }
}

/// Finds a `%name%` of lower-case letters, dots and dashes.
fn leftover(text: &str) -> Option<&str> {
    text.split('%').skip(1).find(|part| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || matches!(c, '.' | '-'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filled_in_and_a_forgotten_one_is_refused() {
        let mut names = Names(Vec::new());
        names.set("ui.js", "ui-12345678.js".to_owned());
        assert_eq!(
            names.fill("import '/%ui.js%'; // `%…%`").unwrap(),
            b"import '/ui-12345678.js'; // `%\xe2\x80\xa6%`"
        );
        assert!(names.fill("'/%ui.wasm%'").is_err());
    }
}
