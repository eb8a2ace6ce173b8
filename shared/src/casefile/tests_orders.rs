//! Any papers in any order.

use proptest::prelude::*;

use super::tests::{AGENCY, COMMUNE, DISTRICT, NEW, OLD, day, derive, id, life, paper, voices};
use super::*;
use crate::catalogue::OPINION;

/// The case that all of them name.
pub(super) const CASE: DocumentId = DocumentId([1; 16]);

fn named(number: Option<u8>) -> Option<DocumentId> {
    number.map(id)
}

/// The first id of each kind of paper.
const FIRST: [u8; 6] = [10, 20, 30, 40, 60, 80];

/// What a paper of one of the six kinds may say, with references to what may or may not be there.
pub(super) fn any_content(kind: usize) -> impl Strategy<Value = Content> {
    let of = prop::option::of(10_u8..14);
    let answer = prop::option::of(30_u8..36);
    let dates = prop::option::weighted(0.9, 1_u8..28);
    let drawn = (of, answer, dates, 0_usize..5, prop::bool::weighted(0.2));
    drawn.prop_map(move |(of, answer, date, code, is_withdrawn)| {
        let date = date.map_or_else(String::new, day);
        let pick = |codes: &[&str]| codes[code % codes.len()].to_owned();
        let (dispatch, answer, case) = (named(of), named(answer), Some(CASE));
        match kind {
            0 => Content::Dispatch(Dispatch {
                dispatch_kind: pick(&["transfer", "reminder", "transfer"]),
                to_unit: pick(&[DISTRICT, DISTRICT, COMMUNE, OLD, NEW]),
                sent: date,
                cases: vec![CASE],
                ..Dispatch::default()
            }),
            1 => Content::Assignment(Assignment {
                case,
                dispatch,
                part: pick(&["lead", "coordinating"]),
                withdrawn: if is_withdrawn { day(20) } else { String::new() },
                date,
                ..Assignment::default()
            }),
            2 => Content::Answer(Answer {
                case,
                dispatch,
                outcome: pick(&["explained", "resolved", "in-progress", "sent-back", OPINION]),
                date,
                ..Answer::default()
            }),
            3 => Content::Check(Check {
                case,
                answer,
                holds: pick(&["holds", "fails", "partly", "not-needed"]),
                date,
                ..Check::default()
            }),
            4 => Content::Finding(Finding {
                case,
                answer,
                verdict: pick(&["close", "follow"]),
                resolved: pick(&["", "not-for-good", "for-good"]),
                date,
                ..Finding::default()
            }),
            _ => Content::Notice(Notice {
                case,
                answer,
                village: pick(&["Bản Siềng Lống", "Bản Thanh Y", ""]),
                reaction: pick(&["agreed", "not-solved", "none"]),
                date,
                ..Notice::default()
            }),
        }
    })
}

/// Where a paper stands: its id and its unit.
pub(super) fn any_place(kind: usize) -> impl Strategy<Value = (u8, &'static str)> {
    let unit = prop::sample::select(vec![DISTRICT, AGENCY, COMMUNE, "QN-DH-03", OLD, NEW]);
    (0_u8..8, unit).prop_map(move |(number, unit)| (FIRST[kind] + number, unit))
}

fn any_paper() -> impl Strategy<Value = Paper> {
    (0..FIRST.len())
        .prop_flat_map(|kind| (any_place(kind), any_content(kind)))
        .prop_map(|((number, unit), content)| paper(number, unit, content))
}

/// A set of papers, each id once, and the same in another order.
fn two_orders() -> impl Strategy<Value = (Vec<Paper>, Vec<Paper>)> {
    prop::collection::vec(any_paper(), 0..24).prop_flat_map(|mut papers| {
        let mut known = std::collections::HashSet::new();
        papers.retain(|paper| known.insert(paper.id));
        (Just(papers.clone()), Just(papers).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_order_of_arrival_does_not_matter((papers, shuffled) in two_orders()) {
        prop_assert_eq!(derive(&voices(), &papers), derive(&voices(), &shuffled));
    }

    #[test]
    fn what_is_closed_was_claimed_checked_told_and_decided((papers, _) in two_orders()) {
        let standing = derive(&voices(), &papers);
        if standing.state == State::Closed {
            prop_assert!(standing.missing.is_empty() && standing.untold.is_empty());
            prop_assert!(!standing.is_disputed && standing.answer.is_some());
            let days = [&standing.sent_on, &standing.answered_on, &standing.checked_on, &standing.told_on];
            prop_assert!(days.into_iter().all(|day| !day.is_empty() && *day <= standing.closed_on));
        }
        let answers = matches!(
            standing.state,
            State::Answered | State::Checked | State::Told | State::Closed | State::Reopened
        );
        prop_assert!(!answers || standing.answer.is_some());
    }

    /// From wherever a case is, it can be brought to its end: nothing is a dead end.
    #[test]
    fn every_case_can_be_brought_to_its_end((mut papers, _) in two_orders()) {
        let last = || "2026-06-01".to_owned();
        papers.push(paper(201, DISTRICT, Content::Dispatch(Dispatch {
            dispatch_kind: "transfer".to_owned(),
            to_unit: DISTRICT.to_owned(),
            sent: last(),
            ..Dispatch::default()
        })));
        papers.push(paper(202, DISTRICT, Content::Answer(Answer {
            dispatch: Some(id(201)),
            outcome: "resolved".to_owned(),
            date: last(),
            ..Answer::default()
        })));
        papers.push(paper(203, COMMUNE, Content::Check(Check {
            answer: Some(id(202)),
            holds: "holds".to_owned(),
            date: last(),
            ..Check::default()
        })));
        papers.push(paper(204, COMMUNE, Content::Notice(Notice {
            answer: Some(id(202)),
            reaction: "agreed".to_owned(),
            date: last(),
            ..Notice::default()
        })));
        papers.push(paper(205, DISTRICT, Content::Finding(Finding {
            answer: Some(id(202)),
            verdict: "close".to_owned(),
            date: last(),
            ..Finding::default()
        })));
        prop_assert_eq!(derive(&voices(), &papers).state, State::Closed);
    }
}

/// Whichever papers of a case's life are there: each is told of by its day, or what it waits for is told as missing.
#[test]
fn no_step_is_lost_whichever_are_there() {
    let life = life();
    for there in 0_u8..1 << life.len() {
        let has = |step: usize| there & (1 << step) != 0;
        let steps = life.iter().enumerate().filter(|(step, _)| has(*step));
        let mut papers: Vec<Paper> = steps.map(|(_, paper)| paper.clone()).collect();
        let standing = derive(&voices(), &papers);
        papers.reverse();
        assert_eq!(standing, derive(&voices(), &papers), "{there:b}");
        // A store derives from these facts alone.
        for paper in &mut papers {
            paper.content = paper.content.facts();
        }
        assert_eq!(standing, derive(&voices(), &papers), "{there:b}");

        // A paper counts together with what it is about.
        let sent = has(0);
        let assigned = sent && has(1);
        let answered = assigned && has(2);
        let [checked, first, second, judged] = [3, 4, 5, 6].map(|step| answered && has(step));
        let on = |counts: bool, on: u8| if counts { day(on) } else { String::new() };
        let told = [
            (&standing.sent_on, on(sent, 4)),
            (&standing.assigned_on, on(assigned, 6)),
            (&standing.answered_on, on(answered, 12)),
            (&standing.checked_on, on(checked, 15)),
            (&standing.told_on, on(first && second, 18)),
            (
                &standing.closed_on,
                on(checked && first && second && judged, 20),
            ),
        ];
        for (found, expected) in told {
            assert_eq!(*found, expected, "{there:b}: {standing:?}");
        }
        let untold = voices().into_iter().zip([first, second]);
        let untold = untold.filter(|(_, is_told)| answered && !is_told);
        assert!(
            standing
                .untold
                .iter()
                .eq(untold.map(|(voice, _)| voice).collect::<Vec<_>>().iter())
        );
        let missing = [
            (Missing::Check, checked),
            (Missing::Notice, first && second),
            (Missing::Verdict, judged),
        ];
        let missing = missing
            .into_iter()
            .filter(|(_, is_there)| answered && !is_there);
        let missing: Vec<Missing> = missing.map(|(missing, _)| missing).collect();
        assert_eq!(standing.missing, missing, "{there:b}");
    }
}
