//! Files of a readable size, lints in every crate, documents without this machine's paths.

use crate::{complain, root, sources};

const BYTES_MAX: usize = 16 << 10;

/// Files that are longer, each with its reason. One that has become shorter leaves the list.
const LONGER: &[(&str, &str)] = &[];

#[test]
fn no_source_is_longer_than_a_sitting() {
    let mut complaints = Vec::new();
    let sources = sources("", &[".rs"]);
    for source in &sources {
        let bytes = source.text.len();
        let excused = LONGER.iter().any(|(path, _)| *path == source.path);
        if bytes > BYTES_MAX && !excused {
            complaints.push(format!("{}: {bytes} bytes, split it", source.path));
        } else if bytes <= BYTES_MAX && excused {
            complaints.push(format!(
                "{}: short again, take it off the list",
                source.path
            ));
        }
    }
    for (path, _) in LONGER {
        if !sources.iter().any(|source| source.path == *path) {
            complaints.push(format!("{path}: gone, take it off the list"));
        }
    }
    complain("file size", &complaints);
}

#[test]
fn every_module_says_what_it_is() {
    let silent = |text: &str| !text.trim_start().starts_with("//!");
    let mut complaints = Vec::new();
    for source in sources("", &[".rs"]) {
        // Unit tests in a file of their own are part of the module that they test.
        let tests = source.path.ends_with("/tests.rs") && source.path.contains("/src/");
        if silent(&source.text) && !tests {
            complaints.push(source.path);
        }
    }
    complain("no `//!` at the top", &complaints);
}

/// The one crate with lints of its own: the same, but that one module may be unsafe.
const UNSAFE: &str = "tests/disk/Cargo.toml";

#[test]
fn every_crate_takes_the_workspaces_lints() {
    let mut complaints = Vec::new();
    for manifest in sources("", &["Cargo.toml"]) {
        if manifest.path == UNSAFE && manifest.text.contains("unsafe_code = \"deny\"") {
            continue;
        }
        let workspace = manifest.text.contains("[workspace.lints");
        if !workspace && !manifest.text.contains("[lints]\nworkspace = true") {
            complaints.push(manifest.path);
        }
    }
    complain("no `[lints] workspace = true`", &complaints);
}

#[test]
fn nothing_mentions_a_path_of_one_machine() {
    let endings = [
        ".md", ".rs", ".toml", ".json", ".yml", ".yaml", ".sh", ".sql", ".html", ".js", ".css",
        "run",
    ];
    // Put together here, so that this file does not mention them either.
    let paths = ["work", "root", "home", "Users"].map(|top| format!("/{top}/"));
    let mut complaints = Vec::new();
    for source in sources("", &endings) {
        for (index, line) in source.text.lines().enumerate() {
            let starts = |path: &String| {
                line.match_indices(path.as_str()).any(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    before.is_none_or(|c| !c.is_alphanumeric() && !"-_./}".contains(c))
                })
            };
            if paths.iter().any(starts) {
                complaints.push(format!("{}:{}: {}", source.path, index + 1, line.trim()));
            }
        }
    }
    complain("paths of one machine", &complaints);
}

#[test]
fn documents_name_only_files_that_exist() {
    let endings = [".rs", ".md", ".toml", ".sql", ".js", ".json"];
    let mut complaints = Vec::new();
    for document in sources("", &[".md"]) {
        let folder = root().join(&document.path);
        let folder = folder.parent().expect("a folder");
        let linked = document
            .text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let quoted = document.text.split('`').skip(1).step_by(2);
        let quoted = quoted
            .filter(|text| text.contains('/') && endings.iter().any(|end| text.ends_with(end)));
        for name in linked.chain(quoted) {
            let path = name.split('#').next().unwrap_or_default();
            let elsewhere = path.is_empty()
                || path.contains("://")
                || path.contains([' ', '*', '{', '$', '<', '…']);
            if !elsewhere && !root().join(path).exists() && !folder.join(path).exists() {
                complaints.push(format!("{}: {name}", document.path));
            }
        }
    }
    complain("documents name files that are not there", &complaints);
}
