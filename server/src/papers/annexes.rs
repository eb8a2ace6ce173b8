//! The four annexes of the consolidation report, made from one list.

use jiff::civil::Date;
use kiennghi_shared::field_of_work::FieldsOfWork;

use super::table::{Cell, Column, Table, number_column, numbered, total};

/// A line of the annexes: a case (kiến nghị) with its voices, or a voice that no case carries yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Unit or village (địa phương).
    pub place: String,
    /// How many voices (ý kiến) the line stands for.
    pub voices: u64,
    /// Whether it is a case.
    pub is_case: bool,
    /// What is asked for.
    pub content: String,
    /// A field of work's code; one that the report does not know is ticked nowhere.
    pub field: String,
    /// The tier that has to decide.
    pub tier: Tier,
    /// The answer, where there is one.
    pub answered: Option<Answered>,
    /// Anything else (ghi chú).
    pub note: String,
}

/// The tier that an entry belongs to, seen from the council that reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// The council's own.
    Own,
    /// One above.
    Higher,
    /// One below.
    Lower,
    /// Nobody said which.
    Unclear,
}

/// Who answered, by which document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The agency.
    pub agency: String,
    /// The document's number and symbol; empty where it has none.
    pub document: String,
    /// The document's day.
    pub date: Option<Date>,
}

impl Answered {
    /// `Phòng Y tế trả lời tại văn bản số 12/PYT ngày 05/07/2021`.
    #[must_use]
    pub fn cited(&self) -> String {
        let mut cited = format!("{} trả lời", self.agency);
        if !self.document.is_empty() {
            cited = format!("{cited} tại văn bản số {}", self.document);
        }
        if let Some(date) = self.date {
            cited = format!("{cited} ngày {}", super::words::date(date));
        }
        cited
    }
}

/// An annex of the consolidation report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Annex {
    /// I: all petitions.
    All,
    /// II: those for higher tiers.
    Higher,
    /// III: those answered, with agency and document.
    Answered,
    /// IV: those for the tier below.
    Lower,
}

impl Annex {
    /// The four, in the order of their numbers.
    pub const EACH: [Self; 4] = [Self::All, Self::Higher, Self::Answered, Self::Lower];

    const fn number(self) -> &'static str {
        match self {
            Self::All => "I",
            Self::Higher => "II",
            Self::Answered => "III",
            Self::Lower => "IV",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::All => "Tổng hợp kiến nghị của cử tri",
            Self::Higher => "Kiến nghị của cử tri thuộc thẩm quyền cấp trên",
            Self::Answered => "Kiến nghị của cử tri đã được trả lời",
            Self::Lower => "Kiến nghị của cử tri thuộc thẩm quyền cấp dưới",
        }
    }

    fn holds(self, entry: &Entry) -> bool {
        match self {
            Self::All => true,
            Self::Higher => entry.tier == Tier::Higher,
            Self::Answered => entry.answered.is_some(),
            Self::Lower => entry.tier == Tier::Lower,
        }
    }

    fn note(self, entry: &Entry) -> String {
        match &entry.answered {
            Some(answered) if self == Self::Answered && entry.note.is_empty() => answered.cited(),
            Some(answered) if self == Self::Answered => {
                format!("{}; {}", answered.cited(), entry.note)
            }
            _ => entry.note.clone(),
        }
    }
}

/// The root that an entry belongs to.
pub(super) fn root_of<'a>(fields: &'a FieldsOfWork, entry: &Entry) -> Option<&'a str> {
    fields.get(&entry.field).map(|field| field.root.as_str())
}

/// One annex: TT | Địa phương | Số kiến nghị (as voters raised them) | Nội dung | a column to tick for each root of the fields | Ghi chú.
/// The subtitle says what it comes with.
#[must_use]
pub fn annex(annex: Annex, entries: &[Entry], fields: &FieldsOfWork, subtitle: &str) -> Table {
    let held: Vec<_> = entries.iter().filter(|entry| annex.holds(entry)).collect();
    let row = |entry: &&Entry| {
        let root = root_of(fields, entry);
        let roots = fields.roots().into_iter();
        let ticks = roots.map(|one| Cell::tick(root == Some(one)));
        [
            Cell::text(&entry.place),
            Cell::Number(entry.voices),
            Cell::text(&entry.content),
        ]
        .into_iter()
        .chain(ticks)
        .chain([Cell::text(&annex.note(entry))])
        .collect()
    };
    Table {
        name: format!("Phụ lục {}", annex.number()),
        title: annex.title().to_owned(),
        subtitle: subtitle.to_owned(),
        columns: columns(fields),
        rows: numbered(held.iter().map(row)),
        foot: vec![foot(&held, fields)],
    }
}

fn columns(fields: &FieldsOfWork) -> Vec<Column> {
    let roots = fields.roots().into_iter();
    let roots = roots.map(|root| Column::under("Lĩnh vực", root, 15));
    [
        number_column(),
        Column::new("Địa phương", 29),
        Column::new("Số kiến nghị", 15),
        Column::new("Nội dung", 81),
    ]
    .into_iter()
    .chain(roots)
    .chain([Column::new("Ghi chú", 42)])
    .collect()
}

/// How many voices there are, and how many of each field.
fn foot(held: &[&Entry], fields: &FieldsOfWork) -> Vec<Cell> {
    let voices = |root: Option<&str>| {
        let ours = held
            .iter()
            .filter(|entry| root.is_none() || root_of(fields, entry) == root);
        Cell::Number(ours.map(|entry| entry.voices).sum())
    };
    let of_roots = fields.roots().into_iter().map(|root| voices(Some(root)));
    total()
        .into_iter()
        .chain([voices(None), Cell::Empty])
        .chain(of_roots)
        .chain([Cell::Empty])
        .collect()
}
