//! Paragraphs: how they look, and text that becomes one.

use docx_rs::{
    AlignmentType, BorderType, BreakType, LineSpacing, LineSpacingType, Paragraph, ParagraphBorder,
    ParagraphBorderPosition, ParagraphBorders, Run, SpecialIndentType,
};

use super::millimetres;
use crate::papers::words::printable;

/// The look of a paragraph and its letters.
#[derive(Clone, Copy)]
pub(in crate::papers) struct Look {
    points: u32,
    bold: bool,
    italic: bool,
    align: AlignmentType,
    indented: bool,
    before: u32,
    kept: bool,
}

impl Look {
    /// Upright letters of so many points, from the left margin.
    pub(in crate::papers) const fn new(points: u32) -> Self {
        Self {
            points,
            bold: false,
            italic: false,
            align: AlignmentType::Left,
            indented: false,
            before: 0,
            kept: false,
        }
    }

    pub(in crate::papers) const fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    pub(in crate::papers) const fn italic(mut self) -> Self {
        self.italic = true;
        self
    }

    pub(in crate::papers) const fn centred(mut self) -> Self {
        self.align = AlignmentType::Center;
        self
    }

    /// Running text: even at both margins, its first line set in by 10 mm, 6 points from what stands before.
    pub(in crate::papers) const fn running(mut self) -> Self {
        self.align = AlignmentType::Both;
        self.indented = true;
        self.before(6)
    }

    /// So many points of room before it.
    pub(in crate::papers) const fn before(mut self, points: u32) -> Self {
        self.before = points;
        self
    }

    /// On the page of what follows.
    pub(in crate::papers) const fn keep(mut self) -> Self {
        self.kept = true;
        self
    }

    pub(super) fn apply(self, paragraph: Paragraph) -> Paragraph {
        let spacing = LineSpacing::new().before(self.before * 20);
        let mut paragraph = paragraph
            .size(self.points as usize * 2)
            .align(self.align)
            .line_spacing(spacing);
        if self.bold {
            paragraph = paragraph.bold();
        }
        if self.italic {
            paragraph = paragraph.italic();
        }
        if self.kept {
            paragraph = paragraph.keep_next(true);
        }
        if self.indented {
            let first = SpecialIndentType::FirstLine(millimetres(10).cast_signed());
            paragraph = paragraph.indent(None, Some(first), None, None);
        }
        paragraph
    }

    /// Letters of this look; a line end in the text stays one.
    fn run(self, text: &str) -> Run {
        let mut run = Run::new().size(self.points as usize * 2);
        if self.bold {
            run = run.bold();
        }
        if self.italic {
            run = run.italic();
        }
        for (index, part) in printable(text).split('\n').enumerate() {
            if index > 0 {
                run = run.add_break(BreakType::TextWrapping);
            }
            run = run.add_text(part);
        }
        run
    }
}

/// A paragraph of one look.
pub(in crate::papers) fn line(text: &str, look: Look) -> Paragraph {
    look.apply(Paragraph::new()).add_run(look.run(text))
}

/// A line drawn across the middle, in twips: as wide as is said within a width.
pub(in crate::papers) fn rule(length: u32, width: u32) -> Paragraph {
    let side = (width.saturating_sub(length) / 2).cast_signed();
    let border = ParagraphBorder::new(ParagraphBorderPosition::Top)
        .val(BorderType::Single)
        .size(6)
        .space(1)
        .color("000000");
    speck()
        .line_spacing(LineSpacing::new().before(20).after(40))
        .indent(Some(side), None, Some(side), None)
        .set_borders(ParagraphBorders::with_empty().set(border))
}

/// An empty paragraph of a point's height.
pub(super) fn speck() -> Paragraph {
    let spacing = LineSpacing::new()
        .line(20)
        .line_rule(LineSpacingType::Exact);
    Paragraph::new().size(2).line_spacing(spacing)
}
