//! Habits that the compiler does not keep: the borders between modules, the protocol's document in
//! step with its code, files of a readable size.

#[path = "tidy/borders.rs"]
mod borders;
#[path = "tidy/files.rs"]
mod files;
#[path = "tidy/protocol.rs"]
mod protocol;

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that nobody wrote by hand.
const MADE: &[&str] = &["target", ".git", "dist", "node_modules"];

/// The top of the work tree.
fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("a workspace").to_owned()
}

/// A file of the work tree: its path from the top, with `/` between, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The lines that are neither empty nor comments, with their numbers.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        lines
            .map(|(index, line)| (index + 1, line.trim_start()))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with("//"))
    }
}

/// The files below a folder with one of these endings, in order.
fn sources(below: &str, endings: &[&str]) -> Vec<Source> {
    let top = root();
    let mut found = Vec::new();
    let mut folders = vec![top.join(below)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !MADE.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let below = path.strip_prefix(&top).expect("below the top");
                let text = fs::read_to_string(&path).expect("a text");
                let path = below.to_string_lossy().replace('\\', "/");
                found.push(Source { path, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Fails with every complaint at once.
fn complain(rule: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "{rule}:\n{}", complaints.join("\n"));
}
