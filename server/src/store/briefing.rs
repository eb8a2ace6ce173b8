//! What a store counts for the review of all units side by side (giao ban).

use kiennghi_shared::casefile::State;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::record::Meeting;

use super::{StoreError, StoredVoice};

/// Where and when something was raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// In these units.
    pub units: Vec<UnitCode>,
    /// First day, `yyyy-mm-dd`; empty for no beginning.
    pub from: String,
    /// Last day, `yyyy-mm-dd`; empty for no end.
    pub to: String,
    /// At meetings of this council session.
    pub session: Option<String>,
    /// Beside the cases that carry what was raised so, those raised before this day that were not closed by then,
    /// `yyyy-mm-dd`; empty for none of them.
    pub begins: String,
}

/// Which meetings are wanted.
#[derive(Debug, Clone)]
pub struct MeetingFilter {
    /// Where and when.
    pub raised: Raised,
    /// Only receptions of citizens, or only meetings with voters.
    pub reception: Option<bool>,
    /// Only those at which denunciations were handed over.
    pub denunciations: bool,
}

/// One page of meetings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingPage {
    /// How many there are on all pages.
    pub total: u64,
    /// Denunciations that were handed over at all of them.
    pub denunciations: u64,
    /// Those of this page.
    pub meetings: Vec<MeetingRow>,
}

/// A meeting as a table shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingRow {
    /// The document.
    pub id: DocumentId,
    /// Its unit.
    pub unit: UnitCode,
    /// Its fields.
    pub meeting: Meeting,
    /// Petitions that were raised at it.
    pub petitions: u64,
}

/// What was raised in a unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RaisedCount {
    /// Meetings.
    pub meetings: u64,
    /// Receptions of citizens.
    pub receptions: u64,
    /// Denunciations that were handed over on paper.
    pub denunciations: u64,
    /// Petitions.
    pub petitions: u64,
    /// Voters who raised them; one for a petition that names no number.
    pub voters: u64,
    /// Petitions that no case carries.
    pub waiting: u64,
}

/// A case of a period that carries petitions of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaisedCase {
    /// The unit.
    pub unit: UnitCode,
    /// The case's number in the store.
    pub number: i64,
    /// How far it has come.
    pub state: State,
    /// The unit that leads: whoever is to answer.
    pub lead: Option<UnitCode>,
    /// The unit that it was sent to.
    pub addressee: Option<UnitCode>,
    /// Whom in that unit: a code of [`ADDRESSEES`](kiennghi_shared::catalogue::ADDRESSEES).
    pub to_role: String,
    /// The outcome of the answer that counts; empty without one.
    pub outcome: String,
    /// Whether that came in time.
    pub timeliness: Timeliness,
    /// Whether all villages were told of it.
    pub is_told: bool,
    /// Whether supervision carried it over.
    pub is_carried_over: bool,
    /// Whether it carries petitions of the unit that were raised in the period; otherwise it is from before.
    pub is_raised: bool,
}

/// Whether a case was answered in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeliness {
    /// Nothing says by when, or nothing is late yet.
    Open = 0,
    /// In time.
    OnTime = 1,
    /// Late.
    Late = 2,
    /// Not at all, and it is late.
    Overdue = 3,
}

impl Timeliness {
    /// Every one.
    pub const ALL: &'static [Timeliness] = &[
        Timeliness::Open,
        Timeliness::OnTime,
        Timeliness::Late,
        Timeliness::Overdue,
    ];

    /// Its number in queries.
    #[must_use]
    pub fn number(self) -> i64 {
        self as i64
    }

    /// The one with this number.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Timeliness> {
        let mut all = Self::ALL.iter().copied();
        all.find(|timeliness| timeliness.number() == number)
    }

    /// Its name in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Timeliness::Open => "open",
            Timeliness::OnTime => "on-time",
            Timeliness::Late => "late",
            Timeliness::Overdue => "overdue",
        }
    }

    /// The one with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Timeliness> {
        let mut all = Self::ALL.iter().copied();
        all.find(|timeliness| timeliness.name() == name)
    }
}

/// The part of a store that counts for the review.
///
/// Every method fails when the store cannot be read.
#[expect(clippy::missing_errors_doc, reason = "said once for all of them")]
pub trait Briefings {
    /// What was raised, by unit; none of nothing.
    fn raised(&self, raised: &Raised) -> Result<Vec<(UnitCode, RaisedCount)>, StoreError>;

    /// One page of meetings and receptions, the latest first.
    fn meetings(
        &self,
        filter: &MeetingFilter,
        offset: u64,
        limit: u64,
    ) -> Result<MeetingPage, StoreError>;

    /// The cases of a period, once for each unit that raised them. What was due before `today`, `yyyy-mm-dd`, is overdue.
    fn raised_cases(&self, raised: &Raised, today: &str) -> Result<Vec<RaisedCase>, StoreError>;

    /// How many petitions were raised, by unit and by the code of their field of work; none of none.
    fn raised_fields(&self, raised: &Raised) -> Result<Vec<(UnitCode, String, u64)>, StoreError>;

    /// What was raised and no case carries, the oldest first; at most `limit`.
    fn raised_waiting(&self, raised: &Raised, limit: u64) -> Result<Vec<StoredVoice>, StoreError>;
}
