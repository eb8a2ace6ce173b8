//! The corpus: every known trap as the bytes of a request, with what the server must answer and
//! the harm that automerge alone would take. `cargo run -p kiennghi-tests --bin corpus` writes it
//! to `tests/fixtures/hostile`; the same bytes come out each time.

mod bodies;
mod bombs;
mod changes;
mod ground;
mod harm;
mod identity;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use harm::{End, Harm};

/// The user whose device sends hostile requests.
pub const VILLAIN: &str = "quang-lam-2";
/// The user of the same unit whose work is in danger.
pub const VICTIM: &str = "quang-lam-1";

/// One trap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name, the hazard's number first.
    pub name: String,
    /// The hazard's number.
    pub hazard: u8,
    /// What it is.
    pub what: String,
    /// What it does to automerge without a gate.
    pub harm: Harm,
    /// The requests, in turn.
    #[serde(rename = "request")]
    pub requests: Vec<Sent>,
}

/// One request of an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The file with its body.
    pub file: String,
    /// The user whose device sends it.
    pub by: String,
    /// Whether the body is gzip already.
    #[serde(default)]
    pub packed: bool,
    /// The verdicts on its changes by name: `ok`, `missing`, or a code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<String>,
    /// The HTTP status and the code when the whole request is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<(u16, String)>,
    /// The body.
    #[serde(skip)]
    pub body: Vec<u8>,
}

/// The list of all entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The entries, by their hazards.
    #[serde(rename = "entry")]
    pub entries: Vec<Entry>,
}

impl Manifest {
    /// Makes the corpus.
    #[must_use]
    pub fn make() -> Self {
        let mut entries = changes::entries();
        entries.extend(bombs::entries());
        entries.extend(identity::entries());
        entries.extend(bodies::entries());
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        for entry in &mut entries {
            let many = entry.requests.len() > 1;
            for (index, sent) in entry.requests.iter_mut().enumerate() {
                let suffix = if many {
                    format!("-{}", index + 1)
                } else {
                    String::new()
                };
                sent.file = format!("{}{suffix}.bin", entry.name);
            }
        }
        Self { entries }
    }

    /// Reads the corpus that is committed.
    ///
    /// # Panics
    /// When it is not there.
    #[must_use]
    pub fn read() -> Self {
        let read = |name: &str| {
            let path = folder().join(name);
            std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let text = String::from_utf8(read("manifest.toml")).expect("UTF-8");
        let mut manifest: Self = toml::from_str(&text).expect("a manifest");
        for sent in manifest.requests_mut() {
            sent.body = read(&sent.file);
        }
        manifest
    }

    /// The files of the corpus and their bytes.
    ///
    /// # Panics
    /// Never: a manifest can be written as TOML.
    #[must_use]
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let text = toml::to_string(self).expect("plain data");
        let text = format!("# Made by `cargo run -p kiennghi-tests --bin corpus`.\n\n{text}");
        let requests = self.entries.iter().flat_map(|entry| &entry.requests);
        let mut files = vec![("manifest.toml".to_owned(), text.into_bytes())];
        files.extend(requests.map(|sent| (sent.file.clone(), sent.body.clone())));
        files
    }

    fn requests_mut(&mut self) -> impl Iterator<Item = &mut Sent> {
        self.entries
            .iter_mut()
            .flat_map(|entry| &mut entry.requests)
    }
}

/// Where the corpus lies.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/hostile")
}
