//! From docx-rs's parts to a file: compressed, and with what docx-rs has no word for.

use std::io::{self, Cursor, Read, Write};

use docx_rs::{Docx, HeightRule, TableRow};
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// docx-rs cannot say that a row is a heading, to be repeated on each page: a height that no row has stands for
/// it until the parts are packed.
pub(super) fn mark_heading(row: TableRow) -> TableRow {
    row.row_height(1.0).height_rule(HeightRule::Exact)
}

const MARKED: &str = r#"<w:trHeight w:val="1" w:hRule="exact" />"#;
const HEADING: &str = "<w:tblHeader />";

/// The file's bytes; docx-rs itself packs without compression.
pub(super) fn pack(docx: Docx) -> io::Result<Vec<u8>> {
    let mut loose = Cursor::new(Vec::new());
    docx.pack(&mut loose).map_err(io::Error::other)?;
    repacked(loose).map_err(io::Error::other)
}

fn repacked(loose: Cursor<Vec<u8>>) -> ZipResult<Vec<u8>> {
    let mut parts = ZipArchive::new(loose)?;
    let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for index in 0..parts.len() {
        let mut part = parts.by_index(index)?;
        if part.is_dir() {
            continue;
        }
        let name = part.name()?.into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text)?;
        if name == "word/document.xml" {
            text = text.replace(MARKED, HEADING);
        }
        packed.start_file(name, options)?;
        packed.write_all(text.as_bytes())?;
    }
    Ok(packed.finish()?.into_inner())
}
