//! Writes `.docx`: sheets of A4 with the margins and the page number that Decree 30 wants, filled from the
//! top with paragraphs and tables.

mod grid;
mod pack;
mod style;

use std::mem::take;

use docx_rs::{
    Docx, Header, HeaderReference, LineSpacing, PageMargin, PageNum, PageOrientationType, PageSize,
    Paragraph, RunFonts, SectionProperty,
};

use super::{Error, Table};
pub(super) use grid::{columns, grid};
pub(super) use style::{Look, line, rule};

/// Twips (twentieths of a point) in so many millimetres.
pub(super) const fn millimetres(length: u32) -> u32 {
    length * 14_400 / 254
}

const SHORT: u32 = millimetres(210);
const LONG: u32 = millimetres(297);
/// Of pages that stand upright and of those that lie, in millimetres: within Decree 30's ranges.
const TOP_AND_BOTTOM: u32 = 20;
const LEFT: u32 = 30;
const RIGHT: u32 = 15;
/// From the upper edge to the page number, in millimetres.
const NUMBER: u32 = 9;

/// How a sheet of A4 lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sheet {
    Portrait,
    Landscape,
}

impl Sheet {
    /// The width between the margins, in twips.
    pub(super) const fn text_width(self) -> u32 {
        let width = match self {
            Self::Portrait => SHORT,
            Self::Landscape => LONG,
        };
        width - millimetres(LEFT) - millimetres(RIGHT)
    }

    fn size(self) -> PageSize {
        match self {
            Self::Portrait => PageSize::new().size(SHORT, LONG),
            Self::Landscape => PageSize::new()
                .size(LONG, SHORT)
                .orient(PageOrientationType::Landscape),
        }
    }
}

fn margins() -> PageMargin {
    let twips = |length| millimetres(length).cast_signed();
    PageMargin {
        top: twips(TOP_AND_BOTTOM),
        bottom: twips(TOP_AND_BOTTOM),
        left: twips(LEFT),
        right: twips(RIGHT),
        header: twips(NUMBER),
        footer: twips(NUMBER),
        gutter: 0,
    }
}

/// A document that is being filled.
pub(super) struct Paper {
    docx: Docx,
    sheet: Sheet,
    numbered: bool,
    /// Whether no sheet was turned yet, so that the document's first page is in this part.
    first: bool,
}

impl Paper {
    /// One whose pages are numbered throughout, all but the first showing it.
    pub(super) fn numbered(sheet: Sheet) -> Self {
        let number = Look::new(13).centred().apply(Paragraph::new());
        let header = Header::new().add_paragraph(number.add_page_num(PageNum::new()));
        let mut paper = Self::bare(sheet);
        paper.docx = paper.docx.header(header);
        paper.numbered = true;
        paper
    }

    /// One whose pages have no numbers.
    pub(super) fn bare(sheet: Sheet) -> Self {
        const FONT: &str = "Times New Roman";
        let fonts = RunFonts::new()
            .ascii(FONT)
            .hi_ansi(FONT)
            .east_asia(FONT)
            .cs(FONT);
        let docx = Docx::new()
            .default_fonts(fonts)
            .default_size(28)
            .default_line_spacing(LineSpacing::new().before(0).after(0));
        Self {
            docx,
            sheet,
            numbered: false,
            first: true,
        }
    }

    pub(super) fn sheet(&self) -> Sheet {
        self.sheet
    }

    pub(super) fn paragraph(&mut self, paragraph: Paragraph) {
        self.docx = take(&mut self.docx).add_paragraph(paragraph);
    }

    pub(super) fn line(&mut self, text: &str, look: Look) {
        self.paragraph(line(text, look));
    }

    pub(super) fn table(&mut self, table: docx_rs::Table) {
        self.docx = take(&mut self.docx).add_table(table);
    }

    /// Goes on with a new page, which lies as it is said.
    pub(super) fn turn(&mut self, next: Sheet) {
        let mut section = SectionProperty::new()
            .page_size(self.sheet.size())
            .page_margin(margins());
        // The one header that the document has: the name that docx-rs gives to its first.
        section.header_reference = self
            .numbered
            .then(|| HeaderReference::new("default", "rIdHeader1"));
        section.title_pg = take(&mut self.first);
        // The end of a part sticks to a paragraph; this one takes no room.
        self.paragraph(style::speck().section_property(section));
        self.sheet = next;
    }

    /// A table under its name, title and subtitle, over the whole width.
    pub(super) fn titled_table(&mut self, table: &Table) {
        self.line(&table.name, Look::new(14).bold().centred().keep());
        let title = table.title.to_uppercase();
        self.line(&title, Look::new(13).bold().centred().keep());
        if !table.subtitle.is_empty() {
            self.line(&table.subtitle, Look::new(13).italic().centred().keep());
        }
        self.line("", Look::new(6).keep());
        self.table(grid(table, self.sheet.text_width()));
    }

    pub(super) fn finish(mut self) -> Result<Vec<u8>, Error> {
        // Programs want a paragraph behind a last table.
        self.paragraph(style::speck());
        if self.first {
            self.docx = self.docx.title_pg();
        }
        let docx = self.docx.page_margin(margins());
        let docx = match self.sheet {
            Sheet::Portrait => docx.page_size(SHORT, LONG),
            Sheet::Landscape => docx
                .page_size(LONG, SHORT)
                .page_orient(PageOrientationType::Landscape),
        };
        Ok(pack::pack(docx)?)
    }
}

/// Tables alone, each beginning on a page of its own, lying.
///
/// # Errors
/// When the parts cannot be packed.
pub fn document(tables: &[Table]) -> Result<Vec<u8>, Error> {
    let mut paper = Paper::numbered(Sheet::Landscape);
    for (index, table) in tables.iter().enumerate() {
        if index > 0 {
            paper.turn(Sheet::Landscape);
        }
        paper.titled_table(table);
    }
    paper.finish()
}
