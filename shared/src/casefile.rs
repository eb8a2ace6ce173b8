//! What the papers of a case come to: its state, derived from the set of them and from nothing else.
//!
//! Papers are written by several people, some with no network, and arrive in any order: the state is a
//! function of the set. What follows what is told by the references between them (an assignment and an
//! answer name their dispatch; a check, a notice and a finding their answer), and, where one names
//! none, by the days that people gave; never by when something arrived.

mod after;
mod holder;
mod need;
mod party;
mod round;
mod say;
mod situation;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

pub use self::holder::{Holder, answerer, holder};
pub use self::need::{Desk, Need, need};
pub use self::party::{Part, Party};
use self::round::Round;
use self::say::Say;
pub use self::situation::{Particular, Situation};
use crate::access::Tree;
use crate::catalogue::COMMITTEE;
use crate::id::{DocumentId, UnitCode};
use crate::order::decode_in_order;
use crate::papers::{Answer, Assignment, Check, Dispatch, Finding, Notice};
use crate::record::Record;
use crate::schema::Kind;

/// How far a case has come.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum State {
    /// Đã tổng hợp: made, and not sent to anybody.
    #[n(1)]
    Consolidated = 1,
    /// Đã chuyển: sent, and not assigned.
    #[n(2)]
    Dispatched = 2,
    /// Bị trả lại: whom it was sent to gave it back.
    #[n(3)]
    SentBack = 3,
    /// Đã phân công: somebody is to answer.
    #[n(4)]
    Assigned = 4,
    /// Đã trả lời.
    #[n(5)]
    Answered = 5,
    /// Đã kiểm tra tại chỗ: the answer was looked at where it is about.
    #[n(6)]
    Checked = 6,
    /// Đã thông tin tới cử tri: in every village that raised it.
    #[n(7)]
    Told = 7,
    /// Đã kết thúc: claimed, checked, told, and closed by supervision.
    #[n(8)]
    Closed = 8,
    /// Chuyển kỳ sau: supervision goes on with it.
    #[n(9)]
    CarriedOver = 9,
    /// Mở lại: it was closed, and then voters or a check said that it is not solved.
    #[n(10)]
    Reopened = 10,
}

impl State {
    /// Every state.
    pub const ALL: &'static [State] = &[
        State::Consolidated,
        State::Dispatched,
        State::SentBack,
        State::Assigned,
        State::Answered,
        State::Checked,
        State::Told,
        State::Closed,
        State::CarriedOver,
        State::Reopened,
    ];

    /// The state's number in the store.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The state with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<State> {
        Self::ALL
            .iter()
            .copied()
            .find(|state| state.number() == number)
    }

    /// The state's name in JSON and in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            State::Consolidated => "consolidated",
            State::Dispatched => "dispatched",
            State::SentBack => "sent-back",
            State::Assigned => "assigned",
            State::Answered => "answered",
            State::Checked => "checked",
            State::Told => "told",
            State::Closed => "closed",
            State::CarriedOver => "carried-over",
            State::Reopened => "reopened",
        }
    }

    /// The state with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<State> {
        Self::ALL.iter().copied().find(|state| state.name() == name)
    }

    /// What a person reads.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            State::Consolidated => "Đã tổng hợp, chờ chuyển",
            State::Dispatched => "Đã chuyển, chờ phân công",
            State::SentBack => "Bị trả lại",
            State::Assigned => "Đã phân công, chờ trả lời",
            State::Answered => "Đã trả lời",
            State::Checked => "Đã kiểm tra tại chỗ",
            State::Told => "Đã thông tin tới cử tri",
            State::Closed => "Đã kết thúc",
            State::CarriedOver => "Chuyển kỳ sau",
            State::Reopened => "Mở lại",
        }
    }

    /// Whether nothing more is to be done.
    #[must_use]
    pub fn is_over(self) -> bool {
        self == State::Closed
    }
}

/// A paper of the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The document.
    pub id: DocumentId,
    /// The unit it stands in.
    pub unit: UnitCode,
    /// What it says.
    pub content: Content,
}

/// What a paper says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A dispatch that carries the case.
    #[n(0)]
    Dispatch(#[n(0)] Dispatch),
    /// An assignment.
    #[n(1)]
    Assignment(#[n(0)] Assignment),
    /// An answer.
    #[n(2)]
    Answer(#[n(0)] Answer),
    /// A check on site.
    #[n(3)]
    Check(#[n(0)] Check),
    /// A supervision finding.
    #[n(4)]
    Finding(#[n(0)] Finding),
    /// A result told to voters.
    #[n(5)]
    Notice(#[n(0)] Notice),
}

impl Content {
    /// What a record says as a paper; `None` for kinds that are no papers of a case.
    #[must_use]
    pub fn of(record: &Record) -> Option<Content> {
        Some(match record.kind {
            Kind::Dispatch => Content::Dispatch(record.into()),
            Kind::Assignment => Content::Assignment(record.into()),
            Kind::Answer => Content::Answer(record.into()),
            Kind::Check => Content::Check(record.into()),
            Kind::Finding => Content::Finding(record.into()),
            Kind::Notice => Content::Notice(record.into()),
            Kind::Meeting | Kind::Petition | Kind::Case | Kind::Consolidation => return None,
        })
    }

    /// The kind of document that it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Content::Dispatch(_) => Kind::Dispatch,
            Content::Assignment(_) => Kind::Assignment,
            Content::Answer(_) => Kind::Answer,
            Content::Check(_) => Kind::Check,
            Content::Finding(_) => Kind::Finding,
            Content::Notice(_) => Kind::Notice,
        }
    }

    /// The cases that it is about.
    #[must_use]
    pub fn cases(&self) -> Vec<DocumentId> {
        let one = |case: &Option<DocumentId>| case.iter().copied().collect();
        match self {
            Content::Dispatch(dispatch) => dispatch.cases.clone(),
            Content::Assignment(paper) => one(&paper.case),
            Content::Answer(paper) => one(&paper.case),
            Content::Check(paper) => one(&paper.case),
            Content::Finding(paper) => one(&paper.case),
            Content::Notice(paper) => one(&paper.case),
        }
    }

    /// The same without what a case's standing does not follow from: prose, names of files, other cases.
    #[must_use]
    pub fn facts(&self) -> Content {
        let mut facts = self.clone();
        match &mut facts {
            Content::Dispatch(paper) => {
                paper.content.clear();
                paper.cases.clear();
            }
            Content::Assignment(paper) => paper.instruction.clear(),
            Content::Answer(paper) => {
                paper.content.clear();
                paper.roadmap.clear();
                paper.attachments.clear();
            }
            Content::Check(paper) => paper.content.clear(),
            Content::Finding(paper) => paper.content.clear(),
            Content::Notice(paper) => paper.reaction_note.clear(),
        }
        facts
    }

    /// The day that it gives for what it did, `yyyy-mm-dd`; empty while it did nothing yet.
    #[must_use]
    pub fn day(&self) -> &str {
        match self {
            Content::Dispatch(paper) => &paper.sent,
            Content::Assignment(paper) => &paper.date,
            Content::Answer(paper) => &paper.date,
            Content::Check(paper) => &paper.date,
            Content::Finding(paper) => &paper.date,
            Content::Notice(paper) => &paper.date,
        }
    }
}

/// Where voters raised what the case is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Serialize, Deserialize)]
pub struct Voice {
    /// The petition's unit.
    #[n(0)]
    pub unit: UnitCode,
    /// The village; empty when none was given.
    #[n(1)]
    pub village: String,
}

/// What is still missing before a case can be closed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Missing {
    /// An answer that says that it is explained or resolved.
    #[n(1)]
    Claim,
    /// A check on site that finds it so.
    #[n(2)]
    Check,
    /// The voters of every village, told.
    #[n(3)]
    Notice,
    /// The verdict of supervision.
    #[n(4)]
    Verdict,
}

/// What the papers of a case come to.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct Standing {
    /// How far it has come.
    #[n(0)]
    pub state: State,
    /// The dispatch that counts: the last one that passed the case on.
    #[n(1)]
    pub dispatch: Option<DocumentId>,
    /// The unit that it went to.
    #[n(2)]
    pub addressee: Option<UnitCode>,
    /// The assignment that leads, if any: whoever is to answer.
    #[n(3)]
    pub lead: Option<UnitCode>,
    /// The answer that counts.
    #[n(4)]
    pub answer: Option<DocumentId>,
    /// Its outcome; empty without an answer.
    #[n(5)]
    pub outcome: String,
    /// Its measure.
    #[n(6)]
    pub measure: String,
    /// By when the dispatch asks for an answer, `yyyy-mm-dd`; empty when it does not.
    #[n(7)]
    pub due: String,
    /// The day on which it was last sent, `yyyy-mm-dd`; empty when it was not. So are those that follow.
    #[n(8)]
    pub sent_on: String,
    /// On which it was first sent.
    #[n(9)]
    pub first_sent_on: String,
    /// On which it was assigned, in this round.
    #[n(10)]
    pub assigned_on: String,
    /// On which the answer that counts was given.
    #[n(11)]
    pub answered_on: String,
    /// Since which it was found to hold on site.
    #[n(12)]
    pub checked_on: String,
    /// On which the last of the villages was first told of it.
    #[n(13)]
    pub told_on: String,
    /// On which it was closed.
    #[n(14)]
    pub closed_on: String,
    /// How often supervision carried it over.
    #[n(15)]
    pub carried_over: u32,
    /// Whether voters, or a check on site, say that it is not solved, and supervision has not said what is to become
    /// of that.
    #[n(16)]
    pub is_disputed: bool,
    /// What keeps it from being closed, when it was answered.
    #[n(17)]
    pub missing: Vec<Missing>,
    /// Villages that were not told of the answer that counts.
    #[n(18)]
    pub untold: Vec<Voice>,
    /// The day that the answer names for the end of what is still to be done, `yyyy-mm-dd`; empty when it names none.
    #[n(19)]
    pub expected: String,
    /// Whom in that unit it went to: a code of [`ADDRESSEES`](crate::catalogue::ADDRESSEES).
    #[n(20)]
    pub to_role: String,
    /// By when whoever leads was asked to answer, `yyyy-mm-dd`; empty when that is left to the letter.
    #[n(21)]
    pub lead_due: String,
    /// To whom the last round's dispatch was assigned, but for what was withdrawn; each unit once, in the order of their
    /// codes.
    #[n(22)]
    #[serde(default)]
    pub parties: Vec<Party>,
    /// What is particular about it, whoever looks.
    #[n(23)]
    #[serde(default)]
    pub particular: Option<Particular>,
    /// What supervision found, by which it is carried over; none in another state.
    #[n(24)]
    #[serde(default)]
    pub finding: Option<DocumentId>,
    /// What it last said of how far the case is resolved: a code of [`RESOLUTIONS`](crate::catalogue::RESOLUTIONS); empty
    /// while it said nothing.
    #[n(25)]
    #[serde(default)]
    pub resolved: String,
    /// The check, or what voters said, that says last of the answer that it is not solved.
    #[n(26)]
    #[serde(default)]
    pub disputed_by: Option<DocumentId>,
}

impl Standing {
    /// Of a case without papers.
    fn new() -> Self {
        Self {
            state: State::Consolidated,
            dispatch: None,
            addressee: None,
            lead: None,
            answer: None,
            outcome: String::new(),
            measure: String::new(),
            due: String::new(),
            sent_on: String::new(),
            first_sent_on: String::new(),
            assigned_on: String::new(),
            answered_on: String::new(),
            checked_on: String::new(),
            told_on: String::new(),
            closed_on: String::new(),
            carried_over: 0,
            is_disputed: false,
            missing: Vec::new(),
            untold: Vec::new(),
            expected: String::new(),
            to_role: String::new(),
            lead_due: String::new(),
            parties: Vec::new(),
            particular: None,
            finding: None,
            resolved: String::new(),
            disputed_by: None,
        }
    }

    /// Of a case of this unit, the one of the council's committee that it was sent to, where one is of that committee and
    /// not of the case's own.
    #[must_use]
    pub fn received_by(
        &self,
        unit: &UnitCode,
        is_own: impl Fn(&UnitCode) -> bool,
    ) -> Option<&UnitCode> {
        let to = self.addressee.as_ref();
        to.filter(|to| self.to_role == COMMITTEE && is_own(to) && !is_own(unit))
    }

    /// Whether whoever answered, or was to, is to answer again.
    #[must_use]
    pub fn came_back(&self) -> bool {
        matches!(self.state, State::CarriedOver | State::Reopened)
    }

    fn carry_over(&mut self, finding: DocumentId) {
        self.state = State::CarriedOver;
        self.finding = Some(finding);
    }

    /// Whether the answer says that the matter is over, nobody found it so on site, and nobody says otherwise.
    #[must_use]
    pub fn awaits_check(&self) -> bool {
        let lacks = |missing| self.missing.contains(&missing);
        matches!(self.state, State::Answered | State::Told)
            && lacks(Missing::Check)
            && !lacks(Missing::Claim)
            && !self.is_disputed
    }
}

/// Derives where a case stands from where it was raised and all of its papers, in whatever order.
///
/// A paper counts where whoever may write in its unit has a say: a dispatch and a finding in the case's unit
/// or above it, an assignment at or below whom the case was sent to, a check and a notice where it was raised.
#[must_use]
pub fn derive<T: Tree + ?Sized>(
    tree: &T,
    unit: &UnitCode,
    voices: &[Voice],
    papers: &[Paper],
) -> Standing {
    let say = Say::in_tree(tree);
    let mut standing = Round::last(&say, unit, papers).standing(voices, papers);
    standing.particular = Particular::of(&standing, voices.is_empty());
    standing
}

decode_in_order! {
    Standing { state, dispatch, addressee, lead, answer, outcome, measure, due, sent_on, first_sent_on, assigned_on, answered_on, checked_on, told_on, closed_on, carried_over, is_disputed, missing, untold, expected, to_role, lead_due, parties, particular, finding, resolved, disputed_by }
    Voice { unit, village }
    Party { unit, part | since, due }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_merged;
#[cfg(test)]
mod tests_orders;
#[cfg(test)]
mod tests_parties;
#[cfg(test)]
mod tests_supervision;
