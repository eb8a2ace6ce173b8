//! What is to be told in which village: what the server had to tell, and what was told on this phone since.

use kiennghi_messages::{Answer, Command, Failure, Row};
use kiennghi_shared::casefile::Voice;
use kiennghi_shared::desk::{Outcome, Raised, Results};
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::office;
use crate::state::{App, Asked, ask};

/// A village, and the cases that carry petitions of it, each list in the order that the server gave.
#[derive(Debug)]
pub(crate) struct Told<'a> {
    /// The village.
    pub(crate) voice: Voice,
    /// Answered, and not told there.
    pub(crate) waiting: Vec<&'a Outcome>,
    /// Answered and told there.
    pub(crate) told: Vec<&'a Outcome>,
    /// Not answered.
    pub(crate) pending: Vec<&'a Outcome>,
}

/// What the server had to tell, and the notices held here.
#[derive(Clone, Copy)]
pub(crate) struct Telling {
    results: Asked,
    notices: Asked,
}

impl Telling {
    /// Asks for it, again whenever documents change.
    pub(crate) fn new(app: App) -> Self {
        Self {
            results: ask(app, || Command::Results),
            notices: ask(app, || Command::Records(Kind::Notice)),
        }
    }

    /// What the server had to tell; none while that is not known.
    pub(crate) fn results(self) -> Option<Results> {
        self.results.answer.with(|answer| read(answer.as_ref()?))
    }

    /// Why asking failed.
    pub(crate) fn failure(self) -> RwSignal<Option<Failure>> {
        self.results.failure
    }

    /// Whether it was asked for.
    pub(crate) fn is_known(self) -> bool {
        self.results.times.get() > 0 && self.notices.times.get() > 0
    }

    /// The documents by which voters were told.
    pub(crate) fn rows(self) -> Vec<Row> {
        rows(self.notices)
    }

    /// What was told voters.
    pub(crate) fn notices(self) -> Notices {
        Notices::of(&self.rows())
    }
}

/// The documents that were asked for.
pub(crate) fn rows(asked: Asked) -> Vec<Row> {
    match asked.answer.get() {
        Some(Answer::Records(rows)) => rows,
        _ => Vec::new(),
    }
}

/// What was told voters.
#[derive(Debug, Default)]
pub(crate) struct Notices(Vec<Said>);

/// What a notice says of which answer was told where.
#[derive(Debug)]
struct Said {
    case: Option<DocumentId>,
    answer: Option<DocumentId>,
    unit: UnitCode,
    village: String,
    date: String,
}

impl Notices {
    /// What these documents say.
    pub(crate) fn of(rows: &[Row]) -> Self {
        let said = rows.iter().map(|row| Said {
            case: row.fields.document("case"),
            answer: row.fields.document("answer"),
            unit: row.header.unit.clone(),
            village: row.fields.text("village").to_owned(),
            date: row.fields.text("date").to_owned(),
        });
        Self(said.collect())
    }
}

/// What an answer to [`Command::Results`] says.
pub(crate) fn read(answer: &Answer) -> Option<Results> {
    office::read(answer)
}

/// The case of this id.
pub(crate) fn case(results: Results, id: DocumentId) -> Option<Outcome> {
    let mut results = results.results.into_iter();
    results.find(|outcome| outcome.id == id)
}

/// Whether the village of a petition was told of the answer that counts.
pub(crate) fn is_told(outcome: &Outcome, raised: &Raised, notices: &Notices) -> bool {
    let Some(told) = &outcome.answer else {
        return false;
    };
    raised.is_told
        || notices.0.iter().any(|said| {
            let is_about = match said.answer {
                Some(answer) => answer == told.id,
                None => said.date >= told.answer.date,
            };
            let is_there = said.village == raised.village
                || said.village.is_empty()
                || raised.village.is_empty();
            said.case == Some(outcome.id) && is_about && is_there && said.unit == raised.unit
        })
}

/// The same case, with what was told here since.
pub(crate) fn brought_up_to_date(mut outcome: Outcome, notices: &Notices) -> Outcome {
    for place in 0..outcome.petitions.len() {
        outcome.petitions[place].is_told = is_told(&outcome, &outcome.petitions[place], notices);
    }
    outcome
}

/// How many villages wait to be told of something.
pub(crate) fn waiting(results: &Results, notices: &Notices) -> usize {
    let villages = by_village(results, notices);
    let waits = villages.iter().filter(|told| !told.waiting.is_empty());
    waits.count()
}

/// The villages that raised something, by unit and name.
pub(crate) fn by_village<'a>(results: &'a Results, notices: &Notices) -> Vec<Told<'a>> {
    const BETWEEN: char = '\n';
    let all = results.results.iter();
    let all = all.flat_map(|outcome| &outcome.petitions);
    let mut names: Vec<String> = all
        .map(|raised| format!("{}{BETWEEN}{}", raised.unit.0, raised.village))
        .collect();
    names.sort();
    names.dedup();
    names
        .iter()
        .map(|name| {
            let (unit, village) = name.split_once(BETWEEN).unwrap_or_default();
            Told::of(results, notices, unit, village)
        })
        .collect()
}

impl<'a> Told<'a> {
    fn of(results: &'a Results, notices: &Notices, unit: &str, village: &str) -> Self {
        let mut of_village = Self {
            voice: Voice {
                unit: UnitCode::from(unit),
                village: village.to_owned(),
            },
            waiting: Vec::new(),
            told: Vec::new(),
            pending: Vec::new(),
        };
        for outcome in &results.results {
            let mut petitions = outcome.petitions.iter();
            let raised =
                petitions.find(|raised| raised.unit.0 == unit && raised.village == village);
            let Some(raised) = raised else { continue };
            let list = match &outcome.answer {
                None => &mut of_village.pending,
                Some(_) if is_told(outcome, raised, notices) => &mut of_village.told,
                Some(_) => &mut of_village.waiting,
            };
            list.push(outcome);
        }
        of_village
    }
}

#[cfg(test)]
mod tests {
    use kiennghi_shared::casefile::State;
    use kiennghi_shared::desk;
    use kiennghi_shared::fields::Fields;
    use kiennghi_shared::papers;
    use kiennghi_shared::record::Edit;
    use kiennghi_shared::session::Delivery;
    use kiennghi_shared::wire::DocumentHeader;

    use super::*;

    const ANSWER: DocumentId = DocumentId([9; 16]);

    fn outcome(id: u8, answered: bool, raised: &[(&str, &str)]) -> Outcome {
        let raised = raised.iter().map(|(unit, village)| Raised {
            id: DocumentId([id; 16]),
            unit: UnitCode::from(*unit),
            village: (*village).to_owned(),
            is_told: false,
        });
        Outcome {
            id: DocumentId([id; 16]),
            code: String::new(),
            wording: String::new(),
            state: State::Answered,
            addressee_name: String::new(),
            due: String::new(),
            answer: answered.then(|| desk::Told {
                id: ANSWER,
                by: String::new(),
                answer: papers::Answer {
                    date: "2026-03-01".to_owned(),
                    ..papers::Answer::default()
                },
            }),
            petitions: raised.collect(),
            is_checked: false,
        }
    }

    fn notice(case: u8, answer: Option<DocumentId>, village: &str, date: &str) -> Row {
        let texts = [
            ("case", DocumentId([case; 16]).to_string()),
            (
                "answer",
                answer.map(|id| id.to_string()).unwrap_or_default(),
            ),
            ("village", village.to_owned()),
            ("date", date.to_owned()),
        ];
        let edits = texts.map(|(key, text)| Edit::new(key, text));
        Row {
            header: DocumentHeader {
                id: DocumentId([8; 16]),
                kind: Kind::Notice,
                unit: UnitCode::from("A"),
            },
            fields: Fields(edits.to_vec()),
            delivery: Delivery::Saved,
            conflicts: 0,
        }
    }

    fn lists(results: &[Outcome], notices: &[Row]) -> Vec<(String, [usize; 3])> {
        let results = Results {
            results: results.to_vec(),
            ..Results::default()
        };
        let villages = by_village(&results, &Notices::of(notices));
        let counts = |told: &Told<'_>| [told.waiting.len(), told.told.len(), told.pending.len()];
        villages
            .iter()
            .map(|told| {
                (
                    format!("{} {}", told.voice.unit.0, told.voice.village),
                    counts(told),
                )
            })
            .collect()
    }

    #[test]
    fn a_village_is_told_by_a_notice_of_its_own() {
        let raised = [
            ("A", "Thôn 1"),
            ("A", "Thôn 1"),
            ("A", "Thôn 2"),
            ("B", "Thôn 1"),
        ];
        let results = [outcome(1, true, &raised), outcome(2, false, &raised[..1])];
        let expect = |notices: &[Row], counts: [[usize; 3]; 3]| {
            let names = ["A Thôn 1", "A Thôn 2", "B Thôn 1"].map(str::to_owned);
            let expected: Vec<_> = names.into_iter().zip(counts).collect();
            assert_eq!(lists(&results, notices), expected);
        };
        let nobody = [[1, 0, 1], [1, 0, 0], [1, 0, 0]];
        expect(&[], nobody);
        let one = [[0, 1, 1], [1, 0, 0], [1, 0, 0]];
        expect(&[notice(1, Some(ANSWER), "Thôn 1", "2026-03-02")], one);
        // Without the answer's name, its day says whether it was told already.
        expect(&[notice(1, None, "Thôn 1", "2026-03-02")], one);
        expect(&[notice(1, None, "Thôn 1", "2026-02-28")], nobody);
        let earlier = Some(DocumentId([7; 16]));
        expect(&[notice(1, earlier, "Thôn 1", "2026-03-02")], nobody);
        expect(&[notice(3, Some(ANSWER), "Thôn 1", "2026-03-02")], nobody);
        let whole_unit = [[0, 1, 1], [0, 1, 0], [1, 0, 0]];
        expect(&[notice(1, Some(ANSWER), "", "2026-03-02")], whole_unit);
    }
}
