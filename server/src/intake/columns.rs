//! The columns of the offices' spreadsheets, by the words at their head.

use std::collections::{BTreeMap, HashMap};

use kiennghi_shared::text::{fold, words};

use crate::spreadsheet::one_line;

/// What a column is known as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Column {
    Number,
    Content,
    Place,
    Field,
    Session,
    Phase,
}

impl Column {
    /// What rows cannot do without.
    const NEEDED: [Self; 4] = [Self::Content, Self::Place, Self::Session, Self::Phase];

    /// What stands above it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Number => "STT",
            Self::Content => "Nội dung",
            Self::Place => "Địa phương",
            Self::Field => "Lĩnh vực",
            Self::Session => "Kỳ họp",
            Self::Phase => "Trước/Sau",
        }
    }
}

/// Heads as offices write them, folded, words only.
const HEADS: &[(&str, Column)] = &[
    ("stt", Column::Number),
    ("tt", Column::Number),
    ("so tt", Column::Number),
    ("so thu tu", Column::Number),
    ("noi dung", Column::Content),
    ("noi dung kien nghi", Column::Content),
    ("noi dung kien nghi cua cu tri", Column::Content),
    ("dia phuong", Column::Place),
    ("linh vuc", Column::Field),
    ("ky hop", Column::Session),
    ("truoc sau", Column::Phase),
    ("truoc sau ky hop", Column::Phase),
];

/// Text folded to its words, so that dashes, brackets and accents make no difference.
pub(super) fn plain(text: &str) -> String {
    words(&fold(text)).collect::<Vec<_>>().join(" ")
}

/// Where the columns are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Columns {
    known: HashMap<Column, u32>,
    /// All others that have a head, with its words: what stands there is kept as it is.
    others: BTreeMap<u32, String>,
}

impl Columns {
    /// The columns, if this is the row of their heads. A head that comes twice is known the first time.
    pub(super) fn of(row: &HashMap<u32, String>) -> Option<Self> {
        let mut columns = Self::default();
        let in_order: BTreeMap<&u32, &String> = row.iter().collect();
        for (at, text) in in_order {
            let head = plain(text);
            let known = HEADS.iter().find(|(words, _)| *words == head);
            match known.map(|(_, column)| column) {
                Some(column) if !columns.known.contains_key(column) => {
                    columns.known.insert(*column, *at);
                }
                _ => {
                    columns.others.insert(*at, one_line(text));
                }
            }
        }
        let mut needed = Column::NEEDED.iter();
        needed
            .all(|column| columns.known.contains_key(column))
            .then_some(columns)
    }

    /// The text of a row in a column.
    pub(super) fn text<'a>(&self, row: &'a HashMap<u32, String>, column: Column) -> &'a str {
        let at = self.known.get(&column);
        at.and_then(|at| row.get(at)).map_or("", String::as_str)
    }

    /// What a row says in columns of other heads: head and text, from the left.
    pub(super) fn others<'a>(
        &'a self,
        row: &'a HashMap<u32, String>,
    ) -> impl Iterator<Item = (u32, &'a str, &'a str)> {
        let texts = self.others.iter();
        texts.filter_map(|(at, head)| Some((*at, head.as_str(), row.get(at)?.as_str())))
    }

    /// Columns without a head in which a row says something.
    pub(super) fn without_head(&self, row: &HashMap<u32, String>) -> Vec<u32> {
        let has_head = |at: &u32| self.known.values().any(|one| one == at);
        let mut bare: Vec<u32> = row.keys().copied().collect();
        bare.retain(|at| !has_head(at) && !self.others.contains_key(at));
        bare.sort_unstable();
        bare
    }

    /// A column's letter.
    pub(super) fn letter(&self, column: Column) -> String {
        self.known
            .get(&column)
            .map(|at| letter(*at))
            .unwrap_or_default()
    }
}

/// A column's letter: `A` for 0, `AA` for 26.
pub(super) fn letter(at: u32) -> String {
    let digit = |number: u32| char::from(b'A' + (number % 26) as u8);
    match at.checked_div(26) {
        Some(high @ 1..) => [digit(high - 1), digit(at)].iter().collect(),
        _ => digit(at).to_string(),
    }
}

/// What is said of a sheet that has no row of heads.
pub(super) fn no_heads() -> String {
    let needed = Column::NEEDED.map(Column::name).join(", ");
    format!("Không thấy dòng tiêu đề có đủ các cột: {needed}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_known_in_any_order_and_spelling() {
        let row = |heads: &[&str]| -> HashMap<u32, String> {
            (0..)
                .zip(heads.iter().map(|head| (*head).to_owned()))
                .collect()
        };
        let heads = [
            "trước / sau",
            "KY HOP",
            "Công văn",
            "Dia phuong",
            "NỘI DUNG",
            "số",
        ];
        let columns = Columns::of(&row(&heads)).expect("all that is needed");
        let texts = row(&["Sau", "6", "ngày 5/7", "Quảng An", "Sửa cầu", "12", "gì đó"]);
        assert_eq!(columns.text(&texts, Column::Place), "Quảng An");
        assert_eq!(columns.text(&texts, Column::Field), "");
        let others: Vec<_> = columns.others(&texts).collect();
        assert_eq!(others, [(2, "Công văn", "ngày 5/7"), (5, "số", "12")]);
        assert_eq!(columns.without_head(&texts), [6]);
        assert_eq!(columns.letter(Column::Session), "B");
        assert_eq!(Columns::of(&row(&heads[1..])), None);
        assert_eq!([0, 25, 26, 63].map(letter), ["A", "Z", "AA", "BL"]);
    }
}
