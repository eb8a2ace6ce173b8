//! Petitions out of the spreadsheets that offices have: every row is judged before the first is stored, and what is
//! stored goes through the gate as its importer's. Ids follow from what rows say, so that a second import
//! adds nothing, and one that broke off is finished by importing again.

mod columns;
mod names;
mod rows;

use std::collections::{BTreeMap, HashMap, HashSet};

use kiennghi_shared::code::Code;
use kiennghi_shared::id::{ActorId, DocumentId, UnitCode};
use kiennghi_shared::import::{ImportProblem, PetitionImport, RowStatus};
use kiennghi_shared::limits::{PROSE_CHARS_MAX, PUSH_BYTES_TARGET};
use kiennghi_shared::wire::{DocumentChanges, DocumentHeader, Verdict};

use self::columns::Columns;
use self::rows::{Made, Meeting, Plan, Reader};
use crate::auth::Caller;
use crate::spreadsheet::{Bounds, Row, first_sheet};
use crate::store::{Action, AuditEvent, Store};
use crate::sync::Exchange;

/// Rows of one spreadsheet; a district takes some hundreds of petitions in a term.
const ROWS_MAX: usize = 2_000;
const BOUNDS: Bounds = Bounds {
    cell_chars: PROSE_CHARS_MAX,
    bytes: 16 << 20,
};
/// Documents whose state is read at once.
const READ_AT_ONCE: usize = 100;

/// What the rows of a spreadsheet come to.
pub struct Intake<'a> {
    caller: &'a Caller,
    top: &'a UnitCode,
    now_ms: i64,
    shown: PetitionImport,
    /// The documents that are not there yet: meetings before their petitions.
    plans: Vec<Plan>,
}

impl<'a> Intake<'a> {
    /// Judges a spreadsheet, an .xlsx; names of places are looked for in `top` and below it.
    ///
    /// # Errors
    /// [`Code::Malformed`] when it is no spreadsheet that can be read, [`Code::TooLarge`] past the bounds;
    /// when the store fails.
    pub fn judge(
        store: &dyn Store,
        caller: &'a Caller,
        top: &'a UnitCode,
        bytes: &[u8],
        now_ms: i64,
    ) -> Result<Self, Code> {
        let mut intake = Self {
            caller,
            top,
            now_ms,
            shown: PetitionImport::default(),
            plans: Vec::new(),
        };
        if let Some((columns, rows)) = intake.read(bytes)? {
            intake.judge_rows(store, &columns, &rows)?;
        }
        Ok(intake)
    }

    /// What is shown of it.
    #[must_use]
    pub fn into_shown(self) -> PetitionImport {
        self.shown
    }

    /// Stores what is new, unless anything is wrong; what was stored is on record.
    ///
    /// # Errors
    /// When the store fails, or something was changed meanwhile. What was stored by then is found again by
    /// the next import.
    pub fn make(mut self, store: &dyn Store, exchange: &Exchange) -> Result<PetitionImport, Code> {
        if self.shown.is_wrong() {
            return Ok(self.shown);
        }
        let new: HashSet<DocumentId> = (self.shown.rows.iter())
            .filter(|row| row.status == RowStatus::New)
            .filter_map(|row| row.id)
            .collect();
        let actor = new_actor()?;
        let plans = std::mem::take(&mut self.plans).into_iter();
        let documents = plans.map(|plan| plan.write(self.caller, actor, self.now_ms));
        let documents: Result<Vec<_>, _> = documents.collect();
        let documents = documents.map_err(|_| Code::Internal)?;
        let stored = self.push(exchange, documents, &new);
        if self.shown.made > 0 {
            let detail = format!(
                "{} kiến nghị mới, từ {} dòng",
                self.shown.made,
                self.shown.rows.len()
            );
            let event = AuditEvent::new(Action::ImportPetitions, self.top);
            let event = event.in_unit(self.top).with(detail);
            store.record(event, &self.caller.stamp(self.now_ms))?;
        }
        stored.map(|()| self.shown)
    }

    /// Hands documents to the gate, as many at once as a phone would.
    fn push(
        &mut self,
        exchange: &Exchange,
        documents: Vec<DocumentChanges>,
        new: &HashSet<DocumentId>,
    ) -> Result<(), Code> {
        for batch in batches(documents) {
            let ids: Vec<_> = batch.iter().map(|document| document.header.id).collect();
            let judged = exchange.bring(self.caller, batch, self.now_ms);
            let judged = judged.map_err(|error| error.code())?;
            for (id, verdict) in ids.iter().zip(judged.verdicts) {
                match verdict {
                    Verdict::Ok | Verdict::Duplicate => {
                        self.shown.made += u64::from(new.contains(id));
                    }
                    Verdict::Refused(code) => return Err(code),
                    Verdict::Missing(_) => return Err(Code::Busy),
                }
            }
        }
        Ok(())
    }

    /// The columns and the rows below their heads; none where the sheet has no such heads.
    fn read(&mut self, bytes: &[u8]) -> Result<Option<(Columns, Vec<Row>)>, Code> {
        let (found, others, has_far) = first_sheet(bytes, BOUNDS, |sheet, others| {
            let mut found: Option<(Columns, Vec<Row>)> = None;
            while let Some(row) = sheet.next_row()? {
                match &mut found {
                    Some((_, rows)) if rows.len() >= ROWS_MAX => return Err(Code::TooLarge),
                    Some((_, rows)) => rows.push(row),
                    None => found = Columns::of(&row.1).map(|columns| (columns, Vec::new())),
                }
            }
            Ok((found, others.to_vec(), sheet.has_far()))
        })?;
        self.shown.other_sheets = others;
        if found.is_none() {
            self.shown.problem = columns::no_heads();
        } else if has_far {
            self.shown.problem = "Có ô nằm quá xa về bên phải, không đọc được.".to_owned();
        }
        Ok(found)
    }

    fn judge_rows(
        &mut self,
        store: &dyn Store,
        columns: &Columns,
        rows: &[Row],
    ) -> Result<(), Code> {
        let reader = Reader {
            caller: self.caller,
            top: self.top,
            columns,
        };
        let mut made: Vec<Option<Made>> = Vec::new();
        for (row, one) in rows.iter().filter_map(|row| reader.read(row)) {
            self.shown.rows.push(row);
            made.push(one);
        }
        self.find_repeated(&made);
        let headers = made.iter().flatten().map(|one| &one.petition.header);
        let petitions = standing(store, headers)?;
        let meetings = made.iter().flatten();
        let meetings: BTreeMap<DocumentId, Meeting> = meetings
            .map(|one| (one.meeting.header.id, one.meeting.clone()))
            .collect();
        let met = standing(store, meetings.values().map(|meeting| &meeting.header))?;
        let mut wanted = HashSet::new();
        let mut petitions_to_make = Vec::new();
        for (row, made) in self.shown.rows.iter_mut().zip(made) {
            let Some(made) = made.filter(|_| row.status == RowStatus::New) else {
                continue;
            };
            let meeting = made.meeting.header.id;
            row.status = petitions[&made.petition.header.id];
            if row.status == RowStatus::New && met[&meeting] == RowStatus::Erased {
                row.status = RowStatus::Wrong;
                row.id = None;
                row.problems.push(erased_meeting());
            }
            if row.status == RowStatus::New {
                petitions_to_make.push(made.petition);
                wanted.insert(meeting);
            }
        }
        for (id, meeting) in &meetings {
            if wanted.contains(id) && met[id] == RowStatus::New {
                self.plans.push(meeting.plan());
            }
        }
        self.plans.append(&mut petitions_to_make);
        Ok(())
    }

    /// Rows that make the petition of a row before them say the same in all, or contradict it.
    fn find_repeated(&mut self, made: &[Option<Made>]) {
        let mut first: HashMap<DocumentId, (u32, &Made)> = HashMap::new();
        for (row, made) in self.shown.rows.iter_mut().zip(made) {
            let Some(made) = made else { continue };
            let (number, before) = *first
                .entry(made.petition.header.id)
                .or_insert((row.row, made));
            if number == row.row {
                continue;
            }
            if before.petition == made.petition {
                row.status = RowStatus::Repeated;
            } else {
                row.status = RowStatus::Wrong;
                row.id = None;
                row.problems.push(ImportProblem {
                    column: String::new(),
                    problem: format!(
                        "Trùng địa phương, kỳ họp và nội dung với dòng {number} nhưng các cột khác không giống."
                    ),
                });
            }
        }
    }
}

fn erased_meeting() -> ImportProblem {
    ImportProblem {
        column: String::new(),
        problem: "Cuộc tiếp xúc của kỳ họp này đã bị xoá, không thêm kiến nghị vào được."
            .to_owned(),
    }
}

fn new_actor() -> Result<ActorId, Code> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Code::Internal)?;
    Ok(ActorId(bytes))
}

/// Whether documents are new, there, or erased.
fn standing<'a>(
    store: &dyn Store,
    headers: impl Iterator<Item = &'a DocumentHeader>,
) -> Result<HashMap<DocumentId, RowStatus>, Code> {
    let ids: Vec<DocumentId> = headers.map(|header| header.id).collect();
    let mut standing = HashMap::new();
    for ids in ids.chunks(READ_AT_ONCE) {
        let there = store.documents(ids)?;
        standing.extend(there.iter().map(|one| (one.header.id, RowStatus::There)));
        for id in ids {
            if !standing.contains_key(id) {
                let status = match store.is_erased(*id)? {
                    true => RowStatus::Erased,
                    false => RowStatus::New,
                };
                standing.insert(*id, status);
            }
        }
    }
    Ok(standing)
}

/// The documents in their order, as many together as a phone sends at once.
fn batches(documents: Vec<DocumentChanges>) -> Vec<Vec<DocumentChanges>> {
    let mut batches: Vec<Vec<DocumentChanges>> = Vec::new();
    let mut bytes = PUSH_BYTES_TARGET;
    for document in documents {
        let size: usize = document.changes.iter().map(Vec::len).sum();
        if bytes + size > PUSH_BYTES_TARGET {
            batches.push(Vec::new());
            bytes = 0;
        }
        bytes += size;
        if let Some(batch) = batches.last_mut() {
            batch.push(document);
        }
    }
    batches
}
