//! What desks are shown of cases, and what delegates are to tell in villages, as the server answers: JSON
//! for whoever asks plainly, CBOR for the apps.

use minicbor::{Decode, Encode};
use serde::Serialize;

use crate::casefile::{Content, Need, Standing, State};
use crate::deadline::Step;
use crate::id::{ChangeHash, DocumentId, UnitCode, UserName};
use crate::order::decode_in_order;
use crate::papers::{Answer, Case, Dispatch, Finding};
use crate::record::Petition;

/// One page of cases.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct CaseList {
    /// How many there are on all pages.
    #[n(0)]
    pub total: u64,
    /// Those of this page.
    #[n(1)]
    pub cases: Vec<CaseRow>,
    /// The server's day, `yyyy-mm-dd`.
    #[n(2)]
    pub today: String,
    /// The last day that counts as near, `yyyy-mm-dd`: what is due by then, and not before today, is due soon.
    #[n(3)]
    pub soon: String,
}

/// A case in a table.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct CaseRow {
    /// The document.
    #[n(0)]
    pub id: DocumentId,
    /// Its unit.
    #[n(1)]
    pub unit: UnitCode,
    /// The unit's name.
    #[n(2)]
    pub unit_name: String,
    /// Its fields.
    #[n(3)]
    pub case: Case,
    /// What its papers come to.
    #[n(4)]
    pub standing: Standing,
    /// The body that it was sent to, such as `Ủy ban nhân dân huyện Đầm Hà`; empty before.
    #[n(5)]
    pub addressee_name: String,
    /// Who leads: an agency, or the People's Committee of a unit; empty when there is none.
    #[n(6)]
    pub lead_name: String,
    /// The day by which what is awaited is due, `yyyy-mm-dd`; empty when nothing is.
    #[n(7)]
    pub due: String,
    /// How many petitions it carries.
    #[n(8)]
    pub petitions: u64,
    /// How many voters raised them.
    #[n(9)]
    pub voters: u64,
    /// The day on which it was first stored, `yyyy-mm-dd`.
    #[n(10)]
    pub created_on: String,
    /// When its last change was stored, milliseconds since 1970.
    #[n(11)]
    pub updated_at: i64,
    /// How many fields hold more than one value.
    #[n(12)]
    pub conflicts: u64,
    /// The step that is to be taken by `due`; none where the answer's own roadmap says the day.
    #[n(13)]
    pub due_step: Option<Step>,
    /// Over how many council sessions it has been open: those that began since it was raised, until it was closed.
    #[n(14)]
    pub sessions: u64,
    /// The day by which it is or was to be answered, `yyyy-mm-dd`; empty when nothing says so.
    #[n(15)]
    pub answer_due: String,
}

/// A case with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct CaseFile {
    /// The case.
    #[n(0)]
    pub row: CaseRow,
    /// The petitions that it carries, the oldest first.
    #[n(1)]
    pub voices: Vec<VoiceRow>,
    /// Its papers, the oldest first, and last those that did nothing yet.
    #[n(2)]
    pub papers: Vec<PaperRow>,
    /// The earlier case that it repeats.
    #[n(3)]
    pub earlier: Option<CaseRow>,
    /// The server's day, `yyyy-mm-dd`.
    #[n(4)]
    pub today: String,
    /// The last day that counts as near, `yyyy-mm-dd`: what is due by then, and not before today, is due soon.
    #[n(5)]
    pub soon: String,
    /// Petitions that somebody put into it while somebody else said otherwise, and that stand elsewhere: where they do is
    /// the first that is said `instead`. To those who read such things.
    #[n(6)]
    pub elsewhere: Vec<VoiceRow>,
}

/// A petition that a case carries.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct VoiceRow {
    /// The document.
    #[n(0)]
    pub id: DocumentId,
    /// Its unit.
    #[n(1)]
    pub unit: UnitCode,
    /// The unit's name.
    #[n(2)]
    pub unit_name: String,
    /// Its fields.
    #[n(3)]
    pub petition: Petition,
    /// Where it might be instead: two people put it into two cases at once, or one took it out. To those who read such
    /// things.
    #[n(4)]
    pub instead: Vec<Claim>,
    /// The version of what says where it is. Who chooses writes on top of it, so that a choice that was made meanwhile
    /// is not passed over.
    #[n(5)]
    pub heads: Vec<ChangeHash>,
}

/// What somebody said of where a petition is, while somebody else said otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct Claim {
    /// The case; none when it was taken out.
    #[n(0)]
    pub case: Option<DocumentId>,
    /// The case's code; empty of one that the reader does not see.
    #[n(1)]
    pub code: String,
    /// Its wording.
    #[n(2)]
    pub wording: String,
    /// Who said so.
    #[n(3)]
    pub author: UserName,
    /// The user's name to show.
    #[n(4)]
    pub author_name: String,
    /// When, by that device's clock, milliseconds since 1970.
    #[n(5)]
    pub at: i64,
}

/// A paper of a case.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct PaperRow {
    /// The document.
    #[n(0)]
    pub id: DocumentId,
    /// Its unit.
    #[n(1)]
    pub unit: UnitCode,
    /// The unit's name.
    #[n(2)]
    pub unit_name: String,
    /// The user who made it.
    #[n(3)]
    pub author: UserName,
    /// The user's name to show.
    #[n(4)]
    pub author_name: String,
    /// When its last change was stored, milliseconds since 1970.
    #[n(5)]
    pub updated_at: i64,
    /// How many fields hold more than one value.
    #[n(6)]
    pub conflicts: u64,
    /// What it says.
    #[n(7)]
    pub content: Content,
}

/// What a desk is to do.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct Needs {
    /// Petitions that no case carries; at a committee's desk only.
    #[n(0)]
    pub waiting: u64,
    /// How many cases need what, the most pressing first; none of zero.
    #[n(1)]
    pub needs: Vec<NeedCount>,
    /// How many cases are in which state; none of zero.
    #[n(2)]
    pub states: Vec<StateCount>,
    /// The server's day, `yyyy-mm-dd`.
    #[n(3)]
    pub today: String,
    /// The last day that counts as near, `yyyy-mm-dd`: what is due by then, and not before today, is due soon.
    #[n(4)]
    pub soon: String,
    /// How many cases of the desk are to be dealt with by when.
    #[n(5)]
    pub due: DueCounts,
    /// How the petitions that wait stand before the day by which they are to be sent on.
    #[n(6)]
    pub waiting_due: DueCounts,
    /// How much work of people who may no longer write waits for the caller to decide about it; at a committee's desk only.
    #[n(7)]
    pub reviews: u64,
}

/// How the cases that a desk has to see to stand before their deadlines; those without one are not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Encode, Serialize)]
pub struct DueCounts {
    /// There is time.
    #[n(0)]
    pub on_time: u64,
    /// The deadline is near.
    #[n(1)]
    pub soon: u64,
    /// The deadline is over.
    #[n(2)]
    pub overdue: u64,
}

/// How many cases need something.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct NeedCount {
    /// What.
    #[n(0)]
    pub need: Need,
    /// How many.
    #[n(1)]
    pub count: u64,
}

/// How many cases are in a state.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct StateCount {
    /// Which.
    #[n(0)]
    pub state: State,
    /// How many.
    #[n(1)]
    pub count: u64,
}

/// One page of dispatches.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct DispatchList {
    /// How many there are on all pages.
    #[n(0)]
    pub total: u64,
    /// Those of this page: not sent yet, then the newest.
    #[n(1)]
    pub dispatches: Vec<DispatchRow>,
}

/// A dispatch in a table.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct DispatchRow {
    /// The document.
    #[n(0)]
    pub id: DocumentId,
    /// Its unit.
    #[n(1)]
    pub unit: UnitCode,
    /// The unit's name.
    #[n(2)]
    pub unit_name: String,
    /// Its fields.
    #[n(3)]
    pub dispatch: Dispatch,
    /// How many fields hold more than one value.
    #[n(4)]
    pub conflicts: u64,
}

/// One page of supervision findings.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct FindingList {
    /// How many there are on all pages.
    #[n(0)]
    pub total: u64,
    /// Those of this page, the newest first.
    #[n(1)]
    pub findings: Vec<FindingRow>,
    /// The programmes that findings of this desk belong to, in the order of their names.
    #[n(2)]
    pub programmes: Vec<String>,
}

/// A supervision finding in a table.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct FindingRow {
    /// The document.
    #[n(0)]
    pub id: DocumentId,
    /// The name of its unit.
    #[n(1)]
    pub unit_name: String,
    /// Its fields.
    #[n(2)]
    pub finding: Finding,
    /// The code of its case; empty where there is none.
    #[n(3)]
    pub case_code: String,
    /// The wording of its case.
    #[n(4)]
    pub wording: String,
}

/// What delegates are to tell in their units: kept on their phones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Results {
    /// The cases that carry petitions of their units, the newest first.
    #[n(0)]
    pub results: Vec<Outcome>,
    /// What to ask with for what changes after this, byte for byte.
    #[cbor(n(1), default)]
    pub cursor: String,
    /// Whether this is all there is; otherwise only what changed.
    #[cbor(n(2), default)]
    pub is_whole: bool,
    /// Cases of which nothing is to be told any more.
    #[cbor(n(3), default)]
    pub gone: Vec<DocumentId>,
}

/// A case as a delegate tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct Outcome {
    /// The case.
    #[n(0)]
    pub id: DocumentId,
    /// Its code.
    #[n(1)]
    pub code: String,
    /// Its wording.
    #[n(2)]
    pub wording: String,
    /// How far it has come.
    #[n(3)]
    pub state: State,
    /// The body that it was sent to, such as `Ủy ban nhân dân huyện Đầm Hà`; empty before.
    #[n(4)]
    pub addressee_name: String,
    /// The day by which an answer is due, `yyyy-mm-dd`; empty when none is awaited.
    #[n(5)]
    pub due: String,
    /// The answer that counts.
    #[n(6)]
    pub answer: Option<Told>,
    /// The petitions of the delegate's units that it carries.
    #[n(7)]
    pub petitions: Vec<Raised>,
    /// Whether it is still to be checked on site that the answer holds.
    #[n(8)]
    pub awaits_check: bool,
}

/// An answer as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct Told {
    /// The answer.
    #[n(0)]
    pub id: DocumentId,
    /// The name of who answers.
    #[n(1)]
    pub by: String,
    /// Its fields.
    #[n(2)]
    pub answer: Answer,
}

/// A petition that a case carries, as its delegates know it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct Raised {
    /// The petition.
    #[n(0)]
    pub id: DocumentId,
    /// Its unit.
    #[n(1)]
    pub unit: UnitCode,
    /// Its village.
    #[n(2)]
    pub village: String,
    /// Whether its village was told of the answer that counts.
    #[n(3)]
    pub is_told: bool,
}

decode_in_order! {
    CaseList { total, cases, today, soon }
    CaseRow { id, unit, unit_name, case, standing, addressee_name, lead_name, due, petitions, voters, created_on, updated_at, conflicts, due_step, sessions, answer_due }
    CaseFile { row, voices, papers, earlier, today, soon; elsewhere }
    VoiceRow { id, unit, unit_name, petition, instead, heads }
    Claim { case, code, wording, author, author_name, at }
    PaperRow { id, unit, unit_name, author, author_name, updated_at, conflicts, content }
    Needs { waiting, needs, states, today, soon, due, waiting_due, reviews }
    DueCounts { on_time, soon, overdue }
    NeedCount { need, count }
    StateCount { state, count }
    DispatchList { total, dispatches }
    DispatchRow { id, unit, unit_name, dispatch, conflicts }
    FindingList { total, findings, programmes }
    FindingRow { id, unit_name, finding, case_code, wording }
    Outcome { id, code, wording, state, addressee_name, due, answer, petitions, awaits_check }
    Told { id, by, answer }
    Raised { id, unit, village, is_told }
}
