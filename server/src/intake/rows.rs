//! One row of a spreadsheet: what it says, the petition that it would make, and what is wrong with it.

use std::collections::HashMap;

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::document::{Document, EditError};
use kiennghi_shared::id::{ActorId, UnitCode};
use kiennghi_shared::import::{
    ImportProblem, PetitionImportRow, RowStatus, imported_meeting, imported_petition,
};
use kiennghi_shared::limits::LINE_CHARS_MAX;
use kiennghi_shared::record::{Edit, petition_code};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::text::fold;
use kiennghi_shared::wire::{DocumentChanges, DocumentHeader};

use super::columns::{Column, Columns, letter};
use super::names::{self, Named, Place, Units, village_key};
use crate::auth::Caller;
use crate::spreadsheet::{Row, one_line};
use crate::store::CouncilSessionRow;

/// What spreadsheets show in the place of a result that cannot be computed.
const FORMULA_ERRORS: &[&str] = &[
    "#DIV/0!",
    "#N/A",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#REF!",
    "#VALUE!",
    "#GETTING_DATA",
];

/// Folded words of what no device may hold; the phone asks about them, a spreadsheet cannot be asked.
const DENUNCIATION: &str = "to cao";
const ASKED: &str = "Có chữ “tố cáo”: tố cáo không được ghi trên máy; nếu là kiến nghị, hãy ghi tay trong ứng dụng.";

/// Who imports, and for which unit.
pub(super) struct Reader<'a> {
    pub(super) caller: &'a Caller,
    pub(super) top: &'a UnitCode,
    pub(super) columns: &'a Columns,
}

/// What a row would make.
pub(super) struct Made {
    pub(super) petition: Plan,
    pub(super) meeting: Meeting,
}

/// A document that was not written yet: that takes most of an import's time, and a preview needs none.
#[derive(Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) header: DocumentHeader,
    edits: Vec<Edit>,
}

impl Plan {
    /// Writes it, by an actor of this import.
    ///
    /// # Errors
    /// When it does not fit its kind.
    pub(super) fn write(
        self,
        caller: &Caller,
        actor: ActorId,
        now_ms: i64,
    ) -> Result<DocumentChanges, EditError> {
        let mut edits = self.edits;
        edits.push(Edit::new("recorder", caller.user.name.0.as_str()));
        edits.push(Edit::new("recorded_at", now_ms));
        let mut document = Document::new(actor);
        let change = document.edit(self.header.kind, &edits, &caller.user.name, now_ms)?;
        Ok(DocumentChanges {
            changes: change.into_iter().map(|change| change.bytes).collect(),
            ..DocumentChanges::of(self.header)
        })
    }
}

/// The meeting at which petitions of a unit were raised before or after a session of the council.
#[derive(Clone)]
pub(super) struct Meeting {
    pub(super) header: DocumentHeader,
    session: String,
    phase: &'static str,
    date: String,
}

/// The problems of a row, as they are found.
struct Problems<'a>(&'a Columns, Vec<ImportProblem>);

impl Problems<'_> {
    fn note(&mut self, column: String, problem: impl Into<String>) {
        self.1.push(ImportProblem {
            column,
            problem: problem.into(),
        });
    }

    /// What was found, unless there is something wrong with it.
    fn found<T>(&mut self, column: Column, found: Result<T, String>) -> Option<T> {
        found
            .map_err(|problem| self.note(self.0.letter(column), problem))
            .ok()
    }
}

impl Reader<'_> {
    /// Reads a row; none that says nothing but its number.
    pub(super) fn read(&self, (number, texts): &Row) -> Option<(PetitionImportRow, Option<Made>)> {
        let has_number = !self.columns.text(texts, Column::Number).is_empty();
        if texts.len() == usize::from(has_number) {
            return None;
        }
        let mut problems = Problems(self.columns, Vec::new());
        self.note_cells(texts, &mut problems);
        let text = |column| self.columns.text(texts, column);
        let directory = self.caller.directory();
        let session = names::session(directory, text(Column::Session));
        let session = problems.found(Column::Session, session);
        let phase = problems.found(Column::Phase, names::phase(text(Column::Phase)));
        let day = session.map_or(directory.day(), |session| &session.starts);
        let place = Units::new(directory, self.top, day).place(text(Column::Place));
        let place = problems.found(Column::Place, place.and_then(|place| self.permitted(place)));
        let field = names::field(directory, day, text(Column::Field));
        let field = problems.found(Column::Field, field);
        let content = text(Column::Content);
        if content.is_empty() {
            problems.note(self.columns.letter(Column::Content), "Thiếu nội dung.");
        }
        let keywords = self.keywords(texts, field.as_ref(), &mut problems);
        let is_unused = matches!(field, Some(Named::Unused(_)));
        let mut row = PetitionImportRow {
            row: *number,
            status: RowStatus::Wrong,
            problems: Vec::new(),
            id: None,
            unit_name: place.as_ref().map_or_else(String::new, |place| {
                directory.unit_name(&place.unit).to_owned()
            }),
            unit: place.as_ref().map(|place| place.unit.clone()),
            village: place
                .as_ref()
                .map_or_else(String::new, |one| one.village.clone()),
            content: content.to_owned(),
            field: match field {
                Some(Named::Field(code) | Named::Unused(code)) => code,
                _ => String::new(),
            },
            session: session.map_or_else(String::new, |session| session.code.clone()),
            phase: phase.unwrap_or_default().to_owned(),
            keywords,
        };
        let made = match (place, session, phase) {
            (Some(place), Some(session), Some(phase)) if problems.1.is_empty() => {
                self.make(&mut row, &place, session, phase, &mut problems)
            }
            _ => None,
        };
        if is_unused {
            let name = one_line(text(Column::Field));
            let unused = format!("Lĩnh vực “{name}” không dùng vào thời gian của kỳ họp này.");
            problems.note(self.columns.letter(Column::Field), unused);
        }
        row.problems = problems.1;
        Some((row, made))
    }

    /// What is wrong with cells, whatever they mean.
    fn note_cells(&self, texts: &HashMap<u32, String>, problems: &mut Problems<'_>) {
        for at in self.columns.without_head(texts) {
            problems.note(letter(at), "Cột này không có tiêu đề.");
        }
        let mut cells: Vec<_> = texts.iter().collect();
        cells.sort_unstable();
        for (at, text) in cells {
            if fold(text).contains(DENUNCIATION) {
                problems.note(letter(*at), ASKED);
            }
            if FORMULA_ERRORS.contains(&text.as_str()) {
                problems.note(letter(*at), format!("Công thức ở ô này bị lỗi ({text})."));
            }
        }
    }

    fn permitted(&self, place: Place) -> Result<Place, String> {
        let writes = |kind| {
            let thing = Thing::Document(kind);
            self.caller.may(Verb::Write, thing, &place.unit)
        };
        if writes(Kind::Petition) && writes(Kind::Meeting) {
            return Ok(place);
        }
        let name = self.caller.directory().unit_name(&place.unit);
        Err(format!(
            "Tài khoản này không được ghi kiến nghị của {name}."
        ))
    }

    /// What the row says beside the fields of a petition, with the words above it.
    fn keywords(
        &self,
        texts: &HashMap<u32, String>,
        field: Option<&Named>,
        problems: &mut Problems<'_>,
    ) -> Vec<String> {
        let mut keywords = Vec::new();
        if field == Some(&Named::Root) {
            let root = one_line(self.columns.text(texts, Column::Field));
            keywords.push(format!("{}: {root}", Column::Field.name()));
        }
        for (at, head, text) in self.columns.others(texts) {
            let keyword = format!("{head}: {}", one_line(text));
            if keyword.chars().count() > LINE_CHARS_MAX {
                problems.note(letter(at), "Ô này dài quá mức cho phép.");
            }
            keywords.push(keyword);
        }
        keywords
    }

    fn make(
        &self,
        row: &mut PetitionImportRow,
        place: &Place,
        session: &CouncilSessionRow,
        phase: &'static str,
        problems: &mut Problems<'_>,
    ) -> Option<Made> {
        let meeting = Meeting::of(&place.unit, session, phase);
        let village = village_key(&place.village);
        let content = one_line(&row.content);
        let id = imported_petition(&place.unit, &session.code, phase, &village, &content);
        let keywords = row.keywords.join("\n");
        let fields = [
            ("code", petition_code(id)),
            ("meeting", meeting.header.id.to_string()),
            ("village", row.village.clone()),
            ("content", row.content.clone()),
            ("field", row.field.clone()),
            ("keywords", keywords),
        ];
        let given = fields.into_iter().filter(|(_, value)| !value.is_empty());
        let edits: Vec<Edit> = given
            .map(|(key, value)| Edit::new(key, value.as_str()))
            .collect();
        let header = DocumentHeader {
            id,
            kind: Kind::Petition,
            unit: place.unit.clone(),
        };
        match Document::check_edits(Kind::Petition, &edits) {
            Ok(()) => {
                row.id = Some(id);
                row.status = RowStatus::New;
                Some(Made {
                    petition: Plan { header, edits },
                    meeting,
                })
            }
            Err(EditError::Misfit(misfit)) => {
                let column = match misfit.field.as_str() {
                    "content" => self.columns.letter(Column::Content),
                    "village" => self.columns.letter(Column::Place),
                    _ => String::new(),
                };
                problems.note(column, format!("Không ghi được: {}.", misfit.reason));
                None
            }
            Err(_) => {
                problems.note(String::new(), "Không ghi được.");
                None
            }
        }
    }
}

impl Meeting {
    /// A spreadsheet gives no day: that of the session stands for it.
    fn of(unit: &UnitCode, session: &CouncilSessionRow, phase: &'static str) -> Self {
        let date = match phase {
            "after" => &session.ends,
            _ => &session.starts,
        };
        Self {
            header: DocumentHeader {
                id: imported_meeting(unit, &session.code, phase),
                kind: Kind::Meeting,
                unit: unit.clone(),
            },
            session: session.code.clone(),
            phase,
            date: date.clone(),
        }
    }

    /// The document of one that is not there yet.
    pub(super) fn plan(&self) -> Plan {
        let edits = [
            ("session", self.session.as_str()),
            ("phase", self.phase),
            ("date", self.date.as_str()),
            (
                "minutes",
                "Nhập từ bảng tính; ngày ghi ở đây là ngày của kỳ họp.",
            ),
        ];
        Plan {
            header: self.header.clone(),
            edits: edits.map(|(key, value)| Edit::new(key, value)).into(),
        }
    }
}
