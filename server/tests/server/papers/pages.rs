//! From files to pages: LibreOffice prints them, poppler reads what is where.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Millimetres in a point.
const MILLIMETRES: f64 = 25.4 / 72.0;

/// A word on a page; its box in millimetres from the upper left corner.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

/// A page, in millimetres.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) words: Vec<Word>,
}

impl Page {
    /// All words with blanks between.
    pub(crate) fn text(&self) -> String {
        let words: Vec<_> = self.words.iter().map(|word| word.text.as_str()).collect();
        words.join(" ")
    }

    /// The words in the margin at the top, and the others.
    pub(crate) fn parted(&self) -> (Vec<&Word>, Vec<&Word>) {
        self.words.iter().partition(|word| word.bottom < 20.0)
    }
}

/// A run of letters of one look.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) text: String,
    /// In points, rounded.
    pub(crate) points: u32,
    pub(crate) is_bold: bool,
}

/// What a printed paper is like.
#[derive(Debug)]
pub(crate) struct Print {
    pub(crate) pages: Vec<Page>,
    /// Its letters, from page to page.
    pub(crate) runs: Vec<Run>,
    /// The names of the fonts in it.
    pub(crate) fonts: Vec<String>,
}

/// Prints files, given by name and bytes, all at once: LibreOffice takes seconds to start.
pub(crate) fn print(files: &[(&str, Vec<u8>)]) -> Vec<Print> {
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
            runs: runs(&pdf),
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

/// `<fontspec id="1" size="13" …/>` and `<text … font="1"><b>Kính</b></text>`, as poppler writes them.
fn runs(pdf: &Path) -> Vec<Run> {
    let mut command = Command::new("pdftohtml");
    command.args(["-xml", "-i", "-stdout", "-zoom", "1"]);
    let xml = run(command.arg(pdf));
    let attribute = |line: &str, name: &str| -> String {
        let value = line.split_once(&format!(" {name}=\""));
        let value = value.and_then(|(_, rest)| rest.split_once('"'));
        value.expect("an attribute").0.to_owned()
    };
    let mut sizes = HashMap::new();
    let mut runs = Vec::new();
    for line in xml.lines().map(str::trim) {
        if line.starts_with("<fontspec ") {
            let points: u32 = attribute(line, "size").parse().expect("a size");
            sizes.insert(attribute(line, "id"), points);
        } else if line.starts_with("<text ") {
            let text = line.split('<').filter_map(|part| part.split_once('>'));
            runs.push(Run {
                text: text.map(|(_, text)| text).collect(),
                points: sizes[&attribute(line, "font")],
                is_bold: line.contains("<b>"),
            });
        }
    }
    runs
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
