//! From files to pages: LibreOffice prints them, poppler reads what is where.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Millimetres in a point.
const MILLIMETRES: f64 = 25.4 / 72.0;

/// A word on a page; its box in millimetres from the upper left corner.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

/// A page, in millimetres.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) words: Vec<Word>,
}

impl Page {
    /// All words with blanks between.
    pub(super) fn text(&self) -> String {
        let words: Vec<_> = self.words.iter().map(|word| word.text.as_str()).collect();
        words.join(" ")
    }

    /// The words in the margin at the top, and the others.
    pub(super) fn parted(&self) -> (Vec<&Word>, Vec<&Word>) {
        self.words.iter().partition(|word| word.bottom < 20.0)
    }
}

/// What a printed paper is like.
#[derive(Debug)]
pub(super) struct Print {
    pub(super) pages: Vec<Page>,
    /// The names of the fonts in it.
    pub(super) fonts: Vec<String>,
}

/// Prints files, given by name and bytes, all at once: LibreOffice takes seconds to start.
pub(super) fn print(files: &[(&str, Vec<u8>)]) -> Vec<Print> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = Command::new("soffice");
    let profile = folder.path().join("profile");
    office
        .arg("--headless")
        .arg(format!(
            "-env:UserInstallation=file://{}",
            profile.display()
        ))
        .args(["--convert-to", "pdf", "--outdir"])
        .arg(folder.path());
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("a file");
        office.arg(path);
    }
    run(&mut office);
    let printed = |(name, _): &(&str, Vec<u8>)| {
        let pdf = folder.path().join(name).with_extension("pdf");
        assert!(pdf.is_file(), "LibreOffice did not print {name}");
        Print {
            pages: pages(&pdf),
            fonts: fonts(&pdf),
        }
    };
    files.iter().map(printed).collect()
}

fn run(command: &mut Command) -> String {
    let output = command.output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn fonts(pdf: &Path) -> Vec<String> {
    let listed = run(Command::new("pdffonts").arg(pdf));
    let names = listed.lines().skip(2);
    names
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

fn pages(pdf: &Path) -> Vec<Page> {
    let boxes = run(Command::new("pdftotext")
        .arg("-bbox-layout")
        .arg(pdf)
        .arg("-"));
    let mut pages: Vec<Page> = Vec::new();
    for line in boxes.lines().map(str::trim) {
        if line.starts_with("<page ") {
            pages.push(Page {
                width: measure(line, "width"),
                height: measure(line, "height"),
                words: Vec::new(),
            });
        } else if line.starts_with("<word ") {
            let page = pages.last_mut().expect("a page before its words");
            page.words.push(word(line));
        }
    }
    pages
}

/// `<word xMin="85.0" yMin="61.9" xMax="109.1" yMax="79.3">Kính</word>`
fn word(line: &str) -> Word {
    let text = line.split_once('>').expect("an end of the tag").1;
    let text = text.strip_suffix("</word>").expect("a word on one line");
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    Word {
        text: text.replace("&quot;", "\"").replace("&amp;", "&"),
        left: measure(line, "xMin"),
        top: measure(line, "yMin"),
        right: measure(line, "xMax"),
        bottom: measure(line, "yMax"),
    }
}

fn measure(line: &str, name: &str) -> f64 {
    let value = line.split(&format!("{name}=\"")).nth(1);
    let value = value.and_then(|rest| rest.split('"').next());
    let points: f64 = value
        .and_then(|value| value.parse().ok())
        .expect("a number");
    points * MILLIMETRES
}
