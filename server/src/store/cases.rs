//! What a store shows of cases.

use kiennghi_shared::casefile::{Content, Situation, Standing};
use kiennghi_shared::deadline::Step;
use kiennghi_shared::desk::DueCounts;
use kiennghi_shared::id::{ChangeHash, DocumentId, UnitCode, UserName};
use kiennghi_shared::papers::{Case, Dispatch, Finding};
use kiennghi_shared::record::Petition;

use super::{
    Alike, Candidates, CaseAlike, Raised, ResultsWanted, StoreError, StoredResults, Timeliness,
    Words,
};

/// Whose cases are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// Those of committees in these units, and what others sent to the committees of some of them.
    Committee {
        /// Whose they are.
        units: Vec<UnitCode>,
        /// Whose committee has what others sent to it; what is of one of these units is its own.
        received: Vec<UnitCode>,
    },
    /// Those that others sent to committees of these units.
    Received(Vec<UnitCode>),
    /// Those that were sent to executives of these units.
    Executive(Vec<UnitCode>),
    /// Those that were assigned to these units.
    Agency(Vec<UnitCode>),
    /// Those that carry petitions of these units.
    Village(Vec<UnitCode>),
}

/// Which cases are wanted; what is empty does not filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFilter {
    /// Whose.
    pub whose: Whose,
    /// Situations that a case may be in; any when none are named.
    pub situations: Option<Vec<Situation>>,
    /// The day from whose dawn what is due earlier is overdue, `yyyy-mm-dd`.
    pub today: String,
    /// Words to find.
    pub words: Option<Words>,
    /// Only cases of this unit.
    pub unit: Option<UnitCode>,
    /// Only cases of this field of work.
    pub field: Option<String>,
    /// Only cases of this competence.
    pub competence: Option<String>,
    /// Only cases of this council session.
    pub session: Option<String>,
    /// Only cases of this period.
    pub raised: Option<Raised>,
    /// Of those, only what is from before it, or only what carries something raised in it.
    pub before: Option<bool>,
    /// Only cases that were answered with this outcome.
    pub outcome: Option<String>,
    /// Only cases that were answered, or not, in time.
    pub timeliness: Option<Timeliness>,
    /// Only cases of whose answer every village was told, or not.
    pub told: Option<bool>,
    /// Only cases that supervision carried over, or not.
    pub carried_over: Option<bool>,
    /// Only open cases of which supervision said last that they are not settled, or not for good.
    pub unsettled: bool,
    /// Only open cases of which something was raised by this day, `yyyy-mm-dd`; none by an empty one.
    pub open_since: Option<String>,
    /// Only cases for which something is due by this day, `yyyy-mm-dd`.
    pub due_by: Option<String>,
    /// Only cases whose answer is due by this day, `yyyy-mm-dd`, or was to be followed by what it promised before today.
    pub to_remind: Option<String>,
    /// Only cases that this dispatch carries.
    pub dispatch: Option<DocumentId>,
    /// Whether what is due first comes first; otherwise the newest.
    pub due_first: bool,
}

impl CaseFilter {
    /// All of these cases, as they stand on a day.
    #[must_use]
    pub fn of(whose: Whose, today: &str) -> Self {
        Self {
            whose,
            situations: None,
            today: today.to_owned(),
            words: None,
            unit: None,
            field: None,
            competence: None,
            session: None,
            raised: None,
            before: None,
            outcome: None,
            timeliness: None,
            told: None,
            carried_over: None,
            unsettled: false,
            open_since: None,
            due_by: None,
            to_remind: None,
            dispatch: None,
            due_first: false,
        }
    }
}

/// One page of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasePage {
    /// How many there are on all pages.
    pub total: u64,
    /// Those of this page.
    pub cases: Vec<CaseRow>,
}

/// A case in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// The document.
    pub id: DocumentId,
    /// Its unit.
    pub unit: UnitCode,
    /// The day on which it was first stored, `yyyy-mm-dd`.
    pub created_on: String,
    /// When its last change was stored, milliseconds since 1970.
    pub updated_at: i64,
    /// How many fields hold more than one value.
    pub conflicts: u64,
    /// Its fields.
    pub case: Case,
    /// The day by which what is awaited is due, `yyyy-mm-dd`; empty when nothing is.
    pub due: String,
    /// The step that is to be taken by then; none where the answer's own roadmap says the day.
    pub due_step: Option<Step>,
    /// The day by which it is or was to be answered, `yyyy-mm-dd`; empty when nothing says so.
    pub answer_due: String,
    /// The first day on which something that it carries was raised, `yyyy-mm-dd`; empty when nothing is known of that.
    pub raised_on: String,
    /// What its papers come to.
    pub standing: Standing,
    /// How many petitions it carries.
    pub petitions: u64,
    /// How many voters raised them.
    pub voters: u64,
    /// The units of those petitions.
    pub raised_in: Vec<UnitCode>,
}

/// A case with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCase {
    /// The case.
    pub row: CaseRow,
    /// The petitions that it carries, the oldest first.
    pub voices: Vec<StoredVoice>,
    /// Its papers, the oldest first.
    pub papers: Vec<PaperRow>,
}

/// A petition that a case carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVoice {
    /// The document.
    pub id: DocumentId,
    /// Its unit.
    pub unit: UnitCode,
    /// Its fields.
    pub petition: Petition,
    /// The day of its meeting, or on which it was recorded, `yyyy-mm-dd`.
    pub day: String,
    /// Code of the council session of its meeting; empty when there is none.
    pub session: String,
    /// The version of the document that says which case carries it; none while there is no such document.
    pub heads: Vec<ChangeHash>,
    /// How many fields of that document hold more than one value.
    pub clashes: u64,
}

/// A paper of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperRow {
    /// The document.
    pub id: DocumentId,
    /// Its unit.
    pub unit: UnitCode,
    /// The user who made it.
    pub author: UserName,
    /// When its last change was stored, milliseconds since 1970.
    pub updated_at: i64,
    /// How many fields hold more than one value.
    pub conflicts: u64,
    /// What it says.
    pub content: Content,
}

/// A dispatch in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchRow {
    /// The document.
    pub id: DocumentId,
    /// Its unit.
    pub unit: UnitCode,
    /// When its last change was stored, milliseconds since 1970.
    pub updated_at: i64,
    /// How many fields hold more than one value.
    pub conflicts: u64,
    /// Its fields.
    pub dispatch: Dispatch,
}

/// A supervision finding in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRow {
    /// The document.
    pub id: DocumentId,
    /// Its unit.
    pub unit: UnitCode,
    /// Its fields.
    pub finding: Finding,
    /// Its case, where there is one, with the case's unit.
    pub case: Option<(UnitCode, Case)>,
}

/// Which dispatches are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Letters {
    /// Those of committees in these units.
    From(Vec<UnitCode>),
    /// Those that were sent to executives of these units.
    To(Vec<UnitCode>),
    /// Those that others have sent to committees of these units.
    Received(Vec<UnitCode>),
}

/// The part of a store that shows cases, from the projections alone.
///
/// Every method fails when the store cannot be read.
#[expect(clippy::missing_errors_doc, reason = "said once for all of them")]
pub trait Cases {
    /// One page of cases.
    fn cases(&self, filter: &CaseFilter, offset: u64, limit: u64) -> Result<CasePage, StoreError>;

    /// Cases whose wording shares the rarest of the words, and how common the words are among wordings.
    fn cases_alike(&self, wanted: &Alike<'_>) -> Result<Candidates<CaseAlike>, StoreError>;

    /// How many cases are in which situation.
    fn case_counts(&self, filter: &CaseFilter) -> Result<Vec<(Situation, u64)>, StoreError>;

    /// How many petitions of these units no case carries, and how those stand that are to be sent on by some day: on a
    /// day, with another until which a deadline is near, both `yyyy-mm-dd`.
    fn waiting(
        &self,
        units: &[UnitCode],
        days: (&str, &str),
    ) -> Result<(u64, DueCounts), StoreError>;

    /// One case with all that belongs to it.
    fn case(&self, id: DocumentId) -> Result<Option<StoredCase>, StoreError>;

    /// The petitions of which more than one thing is said about where they are, those last put into cases first.
    fn contested(&self, limit: usize) -> Result<Vec<StoredVoice>, StoreError>;

    /// One page of dispatches, the newest first, and how many there are.
    fn dispatches(
        &self,
        letters: &Letters,
        offset: u64,
        limit: u64,
    ) -> Result<(u64, Vec<DispatchRow>), StoreError>;

    /// One page of the supervision findings in these units, the newest first, and how many there are; of one
    /// programme where it is named.
    fn findings(
        &self,
        units: &[UnitCode],
        programme: Option<&str>,
        offset: u64,
        limit: u64,
    ) -> Result<(u64, Vec<FindingRow>), StoreError>;

    /// The names of the supervision programmes in these units.
    fn programmes(&self, units: &[UnitCode]) -> Result<Vec<String>, StoreError>;

    /// The version of what is to be told in these units: another whenever that may have changed; 0 when nothing
    /// ever was.
    fn results_version(&self, units: &[UnitCode]) -> Result<u64, StoreError>;

    /// What is to be told in some units, in as many statements however much that is.
    fn results(&self, wanted: &ResultsWanted<'_>) -> Result<StoredResults, StoreError>;
}
