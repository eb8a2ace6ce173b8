//! Who sees a case: whoever may read it in its unit, whoever it concerns by one of its papers, and
//! whoever recorded one of its petitions.

use kiennghi_shared::access::{self, Thing, Verb};
use kiennghi_shared::casefile::{Content, Desk, Need, Standing};
use kiennghi_shared::catalogue::COMMITTEE;
use kiennghi_shared::id::{DocumentId, UnitCode, UserName};
use kiennghi_shared::papers::Dispatch;
use kiennghi_shared::record::Petition;
use kiennghi_shared::schema::Kind;

use super::Caller;
use crate::store::{CaseRow, PaperRow, StoredCase, StoredVoice, Whose};

/// How much of a case somebody sees.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// All of it: whoever may read it in its unit.
    Whole,
    /// What it takes to answer.
    ToAnswer,
    /// What was raised in units of one's own, and what became of it.
    Raised,
}

/// The papers that say why a case came back; none of one that did not.
fn reasons(standing: &Standing) -> Vec<DocumentId> {
    let reasons = [standing.finding, standing.disputed_by].into_iter();
    match standing.came_back() {
        true => reasons.flatten().collect(),
        false => Vec::new(),
    }
}

/// A paper without who wrote it, without where exactly something was told, and without what one person said there.
fn without_people(mut paper: PaperRow) -> PaperRow {
    paper.author = UserName(String::new());
    match &mut paper.content {
        Content::Check(check) => check.recorder.clear(),
        Content::Finding(finding) => finding.recorder.clear(),
        Content::Notice(notice) => {
            notice.recorder.clear();
            notice.place.clear();
            notice.reaction_note.clear();
        }
        Content::Dispatch(_) | Content::Assignment(_) | Content::Answer(_) => {}
    }
    paper
}

impl Caller {
    /// The units of which this user may do this with documents of a kind.
    #[must_use]
    pub fn units_where(&self, verb: Verb, kind: Kind) -> Vec<UnitCode> {
        let units = self.directory().district().units.iter();
        let units = units.map(|unit| &unit.code);
        units
            .filter(|unit| self.may(verb, Thing::Document(kind), unit))
            .cloned()
            .collect()
    }

    /// Those of them in which a role is held that lets the user do so, and not one above.
    #[must_use]
    pub fn own_units(&self, verb: Verb, kind: Kind) -> Vec<UnitCode> {
        let mut units = self.units_where(verb, kind);
        units.retain(|unit| self.may_own(verb, kind, unit));
        units
    }

    /// Whose cases stand on a desk of this user; nobody's when the user has no such desk.
    #[must_use]
    pub fn cases_at(&self, desk: Desk) -> Whose {
        match desk {
            Desk::Committee => Whose::Committee {
                units: self.units_where(Verb::Read, Kind::Case),
                received: self.own_units(Verb::Write, Kind::Dispatch),
            },
            Desk::Executive => Whose::Executive(self.executive_units()),
            Desk::Agency => Whose::Agency(self.units_where(Verb::Read, Kind::Assignment)),
        }
    }

    /// The units whose executive this user is: what was sent to one below is not its own to see to.
    #[must_use]
    pub fn executive_units(&self) -> Vec<UnitCode> {
        self.own_units(Verb::Write, Kind::Assignment)
    }

    /// What this user can see to at a desk, the most pressing first: nobody is told of what only others can do.
    #[must_use]
    pub fn needs_at(&self, desk: Desk) -> Vec<Need> {
        let may = |need: &Need| !self.units_where(Verb::Write, need.takes(desk)).is_empty();
        Need::at(desk).filter(may).collect()
    }

    /// Whether this user reads documents of a kind in a unit.
    #[must_use]
    pub fn reads(&self, kind: Kind, unit: &UnitCode) -> bool {
        self.may(Verb::Read, Thing::Document(kind), unit)
    }

    /// Whether a letter that was sent is for this user: the executive or the committee of the unit that it went to, and
    /// whoever reads a committee's letters.
    #[must_use]
    pub fn receives(&self, dispatch: &Dispatch) -> bool {
        let to = UnitCode(dispatch.to_unit.clone());
        !dispatch.sent.is_empty()
            && match dispatch.to_role.as_str() {
                COMMITTEE => self.reads(Kind::Dispatch, &to),
                _ => self.may(Verb::Write, Thing::Document(Kind::Assignment), &to),
            }
    }

    /// The units whose committees' letters are this user's own to receive.
    #[must_use]
    pub fn receives_at(&self) -> Vec<UnitCode> {
        self.own_units(Verb::Read, Kind::Dispatch)
    }

    /// Whether this user sees a case.
    #[must_use]
    pub fn sees(&self, case: &StoredCase) -> bool {
        self.sight(case).is_some()
    }

    /// Whether this user sees a case of which a table has a row, as far as the row tells: to whom it is assigned it
    /// does not.
    #[must_use]
    pub fn sees_row(&self, row: &CaseRow) -> bool {
        let mut raised_in = row.raised_in.iter();
        self.sight_of_unit(row).is_some() || raised_in.any(|unit| self.reads(Kind::Petition, unit))
    }

    /// What the units that a case is of and was sent to let this user see of it.
    fn sight_of_unit(&self, row: &CaseRow) -> Option<Sight> {
        let to = row.standing.addressee.as_ref();
        let receives = |unit: &UnitCode| match row.standing.to_role.as_str() {
            COMMITTEE => self.reads(Kind::Case, unit),
            _ => self.may_write(Kind::Assignment, unit),
        };
        if self.reads(Kind::Case, &row.unit) {
            Some(Sight::Whole)
        } else {
            to.is_some_and(receives).then_some(Sight::ToAnswer)
        }
    }

    /// Takes out of a row what is not told to whoever does not see the whole case: villages of others, and what supervision
    /// found but why a case came back.
    pub fn narrow(&self, row: &mut CaseRow) {
        if self.sight_of_unit(row) == Some(Sight::Whole) {
            return;
        }
        let standing = &mut row.standing;
        let untold = &mut standing.untold;
        untold.retain(|voice| self.reads(Kind::Petition, &voice.unit));
        standing.resolved.clear();
        if !standing.came_back() {
            standing.finding = None;
            standing.disputed_by = None;
        }
    }

    fn sight(&self, case: &StoredCase) -> Option<Sight> {
        let to = case.row.standing.addressee.as_ref();
        let is_assigned = |paper: &PaperRow| match &paper.content {
            Content::Assignment(assignment) => {
                assignment.withdrawn.is_empty()
                    && self.reads(Kind::Assignment, &paper.unit)
                    && to.is_some_and(|to| access::reaches(self.directory(), to, &paper.unit))
            }
            _ => false,
        };
        let to_answer = || {
            let mut papers = case.papers.iter();
            papers.any(is_assigned).then_some(Sight::ToAnswer)
        };
        let raised = || {
            let mut voices = case.voices.iter();
            let raised = voices.any(|voice| self.reads(Kind::Petition, &voice.unit));
            raised.then_some(Sight::Raised)
        };
        self.sight_of_unit(&case.row)
            .or_else(to_answer)
            .or_else(raised)
    }

    /// What this user is shown of a case; `None` of one that it does not see. What others raised is told in full to whoever
    /// is to answer, but for who wrote it down and where exactly; to those who raised the same elsewhere it is a number. Of
    /// a case that came back, whoever is to answer is told why.
    #[must_use]
    pub fn shown(&self, case: StoredCase) -> Option<StoredCase> {
        let sight = self.sight(&case)?;
        let StoredCase {
            mut row,
            voices,
            papers,
        } = case;
        let id = row.id;
        let (dispatch, answer) = (row.standing.dispatch, row.standing.answer);
        let reasons = match sight {
            Sight::ToAnswer => reasons(&row.standing),
            Sight::Whole | Sight::Raised => Vec::new(),
        };
        let voices = voices.into_iter().map(|voice| {
            if self.reads(Kind::Petition, &voice.unit) {
                return voice;
            }
            let all = voice.petition;
            let petition = match sight {
                Sight::Raised => Petition {
                    voters: all.voters,
                    ..Petition::default()
                },
                Sight::Whole | Sight::ToAnswer => Petition {
                    village: all.village,
                    content: all.content,
                    voters: all.voters,
                    field: all.field,
                    competence: all.competence,
                    petition_kind: all.petition_kind,
                    ..Petition::default()
                },
            };
            StoredVoice { petition, ..voice }
        });
        let papers = papers.into_iter().filter_map(|mut paper| {
            let reads = self.reads(paper.content.kind(), &paper.unit);
            let counts = Some(paper.id) == dispatch || Some(paper.id) == answer;
            if let (Content::Dispatch(dispatch), false) = (&mut paper.content, reads) {
                dispatch.cases = vec![id];
            }
            if !reads && reasons.contains(&paper.id) {
                return Some(without_people(paper));
            }
            (reads || counts).then_some(paper)
        });
        self.narrow(&mut row);
        Some(StoredCase {
            voices: voices.collect(),
            papers: papers.collect(),
            row,
        })
    }
}
