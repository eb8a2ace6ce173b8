//! The files of `pwa/dist`: names with a hash, compressed copies, and a write that leaves alone what has not changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256, Sha384};

const COMPRESSED: [&str; 7] = [
    ".js",
    ".wasm",
    ".css",
    ".html",
    ".svg",
    ".webmanifest",
    ".json",
];

/// Written after all others, from their sizes.
pub(crate) const REPORT: &str = "sizes.json";

/// Bytes of one file on the wire.
#[derive(Clone, Copy, Default)]
pub(crate) struct Size {
    pub(crate) raw: usize,
    pub(crate) gzip: usize,
    pub(crate) brotli: usize,
}

impl std::ops::Add for Size {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            raw: self.raw + other.raw,
            gzip: self.gzip + other.gzip,
            brotli: self.brotli + other.brotli,
        }
    }
}

/// The finished files by their path below the site's root, such as `icons/favicon.svg`.
#[derive(Default)]
pub(crate) struct Assets {
    files: BTreeMap<String, Vec<u8>>,
}

impl Assets {
    /// Adds a file under a fixed name.
    pub(crate) fn add(&mut self, path: &str, content: Vec<u8>) {
        self.files.insert(path.to_owned(), content);
    }

    /// Adds a file as `<stem>-<hash8>.<extension>` and returns that name.
    pub(crate) fn add_hashed(&mut self, stem: &str, extension: &str, content: Vec<u8>) -> String {
        let path = format!("{stem}-{}.{extension}", short_hash(&content));
        self.files.insert(path.clone(), content);
        path
    }

    /// The content of a file added before.
    pub(crate) fn get(&self, path: &str) -> Result<&[u8]> {
        self.files
            .get(path)
            .map(Vec::as_slice)
            .with_context(|| format!("the bundle has no {path}"))
    }

    /// Writes everything into the folder and removes whatever else lies there.
    ///
    /// Files whose content is the same are left alone, so that the server is not built again for nothing.
    /// New names come first and the entry points last: who reads the folder meanwhile finds a whole app.
    pub(crate) fn publish(&self, folder: &Path) -> Result<BTreeMap<String, Size>> {
        let mut sizes = BTreeMap::new();
        let mut wanted = BTreeSet::new();
        let (last, first): (Vec<_>, Vec<_>) = self
            .files
            .iter()
            .partition(|(path, _)| is_entry_point(path));
        for (path, content) in first.into_iter().chain(last) {
            let file = folder.join(path);
            wanted.insert(path.clone());
            let mut size = Size {
                raw: content.len(),
                gzip: content.len(),
                brotli: content.len(),
            };
            if is_compressed(path) {
                let copies = [format!("{path}.br"), format!("{path}.gz")];
                let unchanged = fs::read(&file).is_ok_and(|old| &old == content);
                if !unchanged || copies.iter().any(|copy| !folder.join(copy).is_file()) {
                    // The plain file goes last: where it is right, so are its copies.
                    replace(&folder.join(&copies[0]), &brotli(content)?)?;
                    replace(&folder.join(&copies[1]), &gzip(content)?)?;
                }
                size.brotli = length(&folder.join(&copies[0]))?;
                size.gzip = length(&folder.join(&copies[1]))?;
                wanted.extend(copies);
            }
            replace(&file, content)?;
            sizes.insert(path.clone(), size);
        }
        wanted.insert(REPORT.to_owned());
        remove_others(folder, "", &wanted)?;
        Ok(sizes)
    }
}

/// The first eight hexadecimal digits of the content's SHA-256.
pub(crate) fn short_hash(content: &[u8]) -> String {
    hex::encode(&Sha256::digest(content)[..4])
}

/// The content's integrity, as `fetch` checks it.
pub(crate) fn integrity(content: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(content)))
}

fn is_entry_point(path: &str) -> bool {
    path == "sw.js" || path == "desk-sw.js" || path.ends_with(".html")
}

fn is_compressed(path: &str) -> bool {
    COMPRESSED.iter().any(|extension| path.ends_with(extension))
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut packed, &parameters).context("brotli failed")?;
    Ok(packed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(content)?;
    Ok(packer.finish()?)
}

fn length(file: &Path) -> Result<usize> {
    let length = fs::metadata(file)
        .with_context(|| format!("cannot read {}", file.display()))?
        .len();
    Ok(usize::try_from(length)?)
}

/// Puts the content there in one move; does nothing where it is there already.
pub(crate) fn replace(file: &Path, content: &[u8]) -> Result<()> {
    if fs::read(file).is_ok_and(|old| old == content) {
        return Ok(());
    }
    let folder = file.parent().context("a file needs a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    let fresh = Path::new(&name);
    fs::write(fresh, content).with_context(|| format!("cannot write {}", fresh.display()))?;
    fs::rename(fresh, file).with_context(|| format!("cannot write {}", file.display()))
}

fn remove_others(folder: &Path, below: &str, wanted: &BTreeSet<String>) -> Result<()> {
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?
    {
        let entry = entry?;
        let path = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            remove_others(&entry.path(), &format!("{path}/"), wanted)?;
        } else if !wanted.contains(&path) {
            fs::remove_file(entry.path()).with_context(|| format!("cannot remove {path}"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unchanged_file_is_left_alone_and_a_stale_one_removed() {
        let folder = std::env::temp_dir().join(format!("xtask-assets-{}", std::process::id()));
        let mut assets = Assets::default();
        assets.add("index.html", b"<!doctype html>".to_vec());
        let old = assets.add_hashed("boot", "js", b"one()".to_vec());
        assets.publish(&folder).unwrap();
        let written = fs::metadata(folder.join("index.html"))
            .unwrap()
            .modified()
            .unwrap();

        let mut assets = Assets::default();
        assets.add("index.html", b"<!doctype html>".to_vec());
        let new = assets.add_hashed("boot", "js", b"two()".to_vec());
        let sizes = assets.publish(&folder).unwrap();
        assert_eq!(
            fs::metadata(folder.join("index.html"))
                .unwrap()
                .modified()
                .unwrap(),
            written
        );
        assert!(!folder.join(&old).exists() && !folder.join(format!("{old}.br")).exists());
        assert!(
            folder.join(format!("{new}.br")).exists() && folder.join(format!("{new}.gz")).exists()
        );
        assert_eq!(sizes[&new].raw, 5);
        fs::remove_dir_all(&folder).unwrap();
    }
}
