//! What people write of cases: papers that name cases, letters and answers of which they have heard, whether or not those
//! ever come to the server.

use kiennghi_disk::Random;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::DocumentHeader;

/// Of so many cases the people talk at a time: papers come together in few.
const TOPICS: usize = 2;

/// What was written, as people tell one another of it.
#[derive(Debug, Default)]
pub(super) struct Heard {
    cases: Vec<(DocumentId, UnitCode)>,
    petitions: Vec<(DocumentId, UnitCode)>,
    /// With the case that each was written about.
    letters: Vec<(DocumentId, Option<DocumentId>)>,
    answers: Vec<(DocumentId, Option<DocumentId>)>,
}

/// What somebody writes about.
#[derive(Debug, Default)]
pub(super) struct Topic {
    pub(super) case: Option<DocumentId>,
    /// The unit of the case.
    unit: Option<UnitCode>,
    letter: Option<DocumentId>,
    answer: Option<DocumentId>,
}

/// The last of a case, most often.
fn last_of(
    papers: &[(DocumentId, Option<DocumentId>)],
    case: Option<DocumentId>,
    random: &mut Random,
) -> Option<DocumentId> {
    let mut of_case = papers.iter().rev().filter(|(_, about)| *about == case);
    let last = of_case.next().filter(|_| random.chance(3, 4))?;
    Some(last.0)
}

impl Heard {
    /// Takes note of something new, about a case.
    pub(super) fn note(&mut self, header: &DocumentHeader, case: Option<DocumentId>) {
        match header.kind {
            Kind::Case => self.cases.push((header.id, header.unit.clone())),
            Kind::Petition => self.petitions.push((header.id, header.unit.clone())),
            Kind::Dispatch => self.letters.push((header.id, case)),
            Kind::Answer => self.answers.push((header.id, case)),
            _ => {}
        }
    }

    /// Whether there is anything to write papers about.
    pub(super) fn is_silent(&self) -> bool {
        self.cases.is_empty()
    }

    /// What somebody may write about now: one of the last cases, with its letter and answer.
    pub(super) fn topic(&self, random: &mut Random) -> Topic {
        let recent = self.cases.len().saturating_sub(TOPICS);
        let recent = &self.cases[recent..];
        if recent.is_empty() {
            return Topic::default();
        }
        let (case, unit) = random.pick(recent).clone();
        let case = Some(case);
        Topic {
            case,
            unit: Some(unit),
            letter: last_of(&self.letters, case, random),
            answer: last_of(&self.answers, case, random),
        }
    }

    /// One of the petitions of some units.
    pub(super) fn petition(
        &self,
        units: &[UnitCode],
        random: &mut Random,
    ) -> Option<(DocumentId, UnitCode)> {
        let own = self
            .petitions
            .iter()
            .filter(|(_, unit)| units.contains(unit));
        let own: Vec<_> = own.collect();
        (!own.is_empty()).then(|| (*random.pick(&own)).clone())
    }
}

/// Where somebody writes a paper, of the units where it may be: most often where it has a say.
pub(super) fn place(
    kind: Kind,
    units: &[UnitCode],
    about: &Topic,
    random: &mut Random,
) -> Option<UnitCode> {
    let proper = match kind {
        Kind::Case => units.first(),
        Kind::Dispatch | Kind::Finding | Kind::Answer => about.unit.as_ref(),
        Kind::Assignment => units.last(),
        _ => None,
    };
    let proper = proper.filter(|unit| units.contains(unit) && random.chance(9, 10));
    let any = (!units.is_empty()).then(|| random.pick(units));
    proper.or(any).cloned()
}

/// What a paper says of the case that it is about, of the days and of what was decided; of other kinds nothing.
pub(super) fn facts(kind: Kind, about: &Topic, random: &mut Random) -> Vec<Edit> {
    let name = |id: Option<DocumentId>| id.map_or_else(String::new, |id| id.to_string());
    let case = |key| Edit::new(key, name(about.case));
    let letter = || Edit::new("dispatch", name(about.letter));
    let answer = || Edit::new("answer", name(about.answer));
    let own = about.unit.as_ref().map_or("P-D", |unit| &unit.0);
    let mut pick = |key: &str, codes: &[&str]| Edit::new(key, *random.pick(codes));
    let outcomes = [
        "resolved",
        "resolved",
        "explained",
        "in-progress",
        "sent-back",
    ];
    let mut edits = match kind {
        Kind::Meeting | Kind::Petition | Kind::Case => return Vec::new(),
        Kind::Consolidation => {
            let taken_out = random.chance(1, 8);
            return vec![Edit::new(
                "case",
                if taken_out {
                    String::new()
                } else {
                    name(about.case)
                },
            )];
        }
        Kind::Dispatch => vec![
            case("cases"),
            pick(
                "dispatch_kind",
                &["transfer", "transfer", "transfer", "transfer", "reminder"],
            ),
            pick("to_unit", &[own, own, "P-D-A"]),
            pick("to_role", &["executive", "standing-committee"]),
        ],
        Kind::Assignment => vec![
            case("case"),
            letter(),
            pick("part", &["lead", "lead", "coordinating"]),
        ],
        Kind::Answer => vec![case("case"), letter(), pick("outcome", &outcomes)],
        Kind::Check => vec![
            case("case"),
            answer(),
            pick(
                "holds",
                &["holds", "holds", "holds", "partly", "fails", "not-needed"],
            ),
        ],
        Kind::Finding => vec![
            case("case"),
            answer(),
            pick("verdict", &["close", "close", "follow"]),
            pick("resolved", &["", "not-for-good", "unresolved", "for-good"]),
        ],
        Kind::Notice => vec![
            case("case"),
            answer(),
            pick("reaction", &["agreed", "agreed", "none", "not-solved"]),
        ],
    };
    if kind == Kind::Assignment && random.chance(1, 8) {
        edits.push(Edit::new("withdrawn", day(random)));
    }
    // A letter that is not sent yet, and what is not finished, gives no day.
    if random.chance(9, 10) {
        let key = if kind == Kind::Dispatch {
            "sent"
        } else {
            "date"
        };
        edits.push(Edit::new(key, day(random)));
    }
    edits
}

fn day(random: &mut Random) -> String {
    format!("2025-06-{:02}", 1 + random.below(28))
}
