//! Any papers in any order.

use proptest::prelude::*;

use super::tests::{AGENCY, COMMUNE, DISTRICT, NEW, OLD, day, derive, id, paper, voices};
use super::*;

fn named(number: Option<u8>) -> Option<DocumentId> {
    number.map(id)
}

/// Any paper, with references to what may or may not be there.
fn any_paper() -> impl Strategy<Value = Paper> {
    let unit = prop::sample::select(vec![DISTRICT, AGENCY, COMMUNE, "QN-DH-03", OLD, NEW]);
    let of = prop::option::of(10_u8..14);
    let answer = prop::option::of(30_u8..36);
    let dates = prop::option::weighted(0.9, 1_u8..28);
    (any::<u8>(), 0_u8..6, unit, of, answer, dates, 0_usize..5).prop_map(
        |(number, kind, unit, of, answer, date, code)| {
            let date = date.map_or_else(String::new, day);
            let pick = |codes: &[&str]| codes[code % codes.len()].to_owned();
            let (dispatch, answer) = (named(of), named(answer));
            let (start, content) = match kind {
                0 => (
                    10,
                    Content::Dispatch(Dispatch {
                        dispatch_kind: pick(&["transfer", "reminder", "transfer"]),
                        to_unit: unit.to_owned(),
                        sent: date,
                        ..Dispatch::default()
                    }),
                ),
                1 => (
                    20,
                    Content::Assignment(Assignment {
                        dispatch,
                        part: pick(&["lead", "coordinating"]),
                        withdrawn: if number % 5 == 0 {
                            day(20)
                        } else {
                            String::new()
                        },
                        date,
                        ..Assignment::default()
                    }),
                ),
                2 => (
                    30,
                    Content::Answer(Answer {
                        dispatch,
                        outcome: pick(&["explained", "resolved", "in-progress", "sent-back"]),
                        date,
                        ..Answer::default()
                    }),
                ),
                3 => (
                    40,
                    Content::Check(Check {
                        answer,
                        holds: pick(&["holds", "fails", "partly", "not-needed"]),
                        date,
                        ..Check::default()
                    }),
                ),
                4 => (
                    60,
                    Content::Finding(Finding {
                        answer,
                        verdict: pick(&["close", "follow"]),
                        date,
                        ..Finding::default()
                    }),
                ),
                _ => (
                    80,
                    Content::Notice(Notice {
                        answer,
                        village: pick(&["Bản Siềng Lống", "Bản Thanh Y", ""]),
                        reaction: pick(&["agreed", "not-solved", "none"]),
                        date,
                        ..Notice::default()
                    }),
                ),
            };
            paper(start + number % 8, unit, content)
        },
    )
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
