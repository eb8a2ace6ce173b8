//! What is to be told in which village: what the server had to tell, and what was told on this phone since.

use kiennghi_messages::{Answer, Command, Failure, Row};
use kiennghi_shared::casefile::Voice;
use kiennghi_shared::desk::{self, Outcome, Raised, Results};
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
    /// Told there, and still to be checked on site.
    pub(crate) unchecked: Vec<&'a Outcome>,
    /// Answered and told there, and no more to be done.
    pub(crate) told: Vec<&'a Outcome>,
    /// Not answered.
    pub(crate) pending: Vec<&'a Outcome>,
}

/// What the server had to tell, and the notices held here.
#[derive(Clone, Copy)]
pub(crate) struct Telling {
    results: Asked,
    notices: Asked,
    checks: Asked,
}

impl Telling {
    /// Asks for it, again whenever documents change.
    pub(crate) fn new(app: App) -> Self {
        Self {
            results: ask(app, || Command::Results),
            notices: ask(app, || Command::Records(Kind::Notice)),
            checks: ask(app, || Command::Records(Kind::Check)),
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
        let asked = [self.results, self.notices, self.checks];
        asked.iter().all(|asked| asked.times.get() > 0)
    }

    /// The documents by which voters were told.
    pub(crate) fn rows(self) -> Vec<Row> {
        rows(self.notices)
    }

    /// The documents by which it was checked on site.
    pub(crate) fn checks(self) -> Vec<Row> {
        rows(self.checks)
    }

    /// What was told voters and checked here.
    pub(crate) fn notices(self) -> Notices {
        Notices::of(&self.rows(), &self.checks())
    }
}

/// The documents that were asked for.
fn rows(asked: Asked) -> Vec<Row> {
    match asked.answer.get() {
        Some(Answer::Records(rows)) => rows,
        _ => Vec::new(),
    }
}

/// What was told voters, and checked on site.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    told: Vec<Said>,
    checked: Vec<Said>,
}

/// What a notice or a check says: of which answer, and where.
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
    pub(crate) fn of(told: &[Row], checked: &[Row]) -> Self {
        let said = |rows: &[Row]| {
            let said = rows.iter().map(|row| Said {
                case: row.fields.document("case"),
                answer: row.fields.document("answer"),
                unit: row.header.unit.clone(),
                village: row.fields.text("village").to_owned(),
                date: row.fields.text("date").to_owned(),
            });
            said.collect()
        };
        Self {
            told: said(told),
            checked: said(checked),
        }
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
        || notices.told.iter().any(|said| {
            let is_there = said.village == raised.village
                || said.village.is_empty()
                || raised.village.is_empty();
            said.is_about(outcome.id, told) && is_there && said.unit == raised.unit
        })
}

impl Said {
    fn is_about(&self, case: DocumentId, told: &desk::Told) -> bool {
        self.case == Some(case)
            && match self.answer {
                Some(answer) => answer == told.id,
                None => self.date >= told.answer.date,
            }
    }
}

/// Whether it is still to be checked on site that the answer of a case holds.
pub(crate) fn awaits_check(outcome: &Outcome, notices: &Notices) -> bool {
    let told = outcome.answer.as_ref().filter(|_| outcome.awaits_check);
    told.is_some_and(|told| {
        let mut checked = notices.checked.iter();
        !checked.any(|check| check.is_about(outcome.id, told))
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
            unchecked: Vec::new(),
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
                Some(_) if !is_told(outcome, raised, notices) => &mut of_village.waiting,
                Some(_) if awaits_check(outcome, notices) => &mut of_village.unchecked,
                Some(_) => &mut of_village.told,
            };
            list.push(outcome);
        }
        of_village
    }
}

#[cfg(test)]
mod tests {
    use kiennghi_shared::casefile::State;
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
            awaits_check: false,
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
        let villages = by_village(&results, &Notices::of(notices, &[]));
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

    #[test]
    fn what_was_told_waits_for_a_check_on_site_until_there_is_one() {
        let mut outcome = outcome(1, true, &[("A", "Thôn 1")]);
        outcome.awaits_check = true;
        let results = Results {
            results: vec![outcome],
            ..Results::default()
        };
        let lists = |told: &[Row], checked: &[Row]| {
            let villages = by_village(&results, &Notices::of(told, checked));
            let village = &villages[0];
            [&village.waiting, &village.unchecked, &village.told].map(Vec::len)
        };
        let here = || notice(1, Some(ANSWER), "Thôn 1", "2026-03-02");
        assert_eq!(lists(&[], &[]), [1, 0, 0]);
        assert_eq!(lists(&[here()], &[]), [0, 1, 0]);
        let earlier = notice(1, Some(DocumentId([7; 16])), "Thôn 1", "2026-03-02");
        assert_eq!(lists(&[here()], &[earlier]), [0, 1, 0]);
        assert_eq!(lists(&[here()], &[here()]), [0, 0, 1]);
    }
}
