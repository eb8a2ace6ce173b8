//! The papers that are printed: letters, the consolidation report with its annexes, answer sheets and
//! tables, as `.docx` and `.xlsx`. Plain structs in, bytes out; knows no store, no HTTP and no clock.
//!
//! What is a table in print is a [`Table`] first ([`annexes`], [`counts`], [`lists`]), and both writers
//! take it. Letters are laid out by Decree 30/2020/NĐ-CP. Text may come from anybody: each writer takes it
//! through [`words`], which leaves out what the formats cannot hold.

pub mod annexes;
pub mod counts;
mod docx;
mod frame;
pub mod letter;
pub mod lists;
mod measure;
pub mod report;
pub mod review;
pub mod sheet;
pub mod table;
pub mod words;
mod xlsx;

pub use docx::document;
pub use table::Table;
pub use xlsx::workbook;

/// A paper that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The parts of a `.docx` could not be put together.
    #[error("a document could not be packed: {0}")]
    Document(#[from] std::io::Error),
    /// A spreadsheet was refused by its writer: too many rows for one sheet, for example.
    #[error("a spreadsheet could not be written: {0}")]
    Spreadsheet(#[from] rust_xlsxwriter::XlsxError),
}
