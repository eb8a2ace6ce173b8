use proptest::prelude::*;

use super::*;
use crate::access::Place;

/// The district below its province, and all else below the district.
struct Units;

impl Tree for Units {
    fn place(&self, unit: &UnitCode) -> Option<Place<'_>> {
        static TOP: std::sync::LazyLock<[UnitCode; 2]> =
            std::sync::LazyLock::new(|| ["QN".into(), DISTRICT.into()]);
        let parent = match unit.0.as_str() {
            "QN" => None,
            DISTRICT => Some(&TOP[0]),
            _ => Some(&TOP[1]),
        };
        Some(Place {
            parent,
            successor: None,
        })
    }
}

fn derive(voices: &[Voice], papers: &[Paper]) -> Standing {
    super::derive(&Units, &DISTRICT.into(), voices, papers)
}

const DISTRICT: &str = "QN-DH";
const AGENCY: &str = "QN-DH-KTHT";
const COMMUNE: &str = "QN-DH-02";
const DISPATCH: u8 = 10;
const ANSWER: u8 = 30;

fn id(number: u8) -> DocumentId {
    DocumentId([number; 16])
}

fn paper(number: u8, unit: &str, content: Content) -> Paper {
    Paper {
        id: id(number),
        unit: unit.into(),
        content,
    }
}

fn day(day: u8) -> String {
    format!("2026-05-{day:02}")
}

fn sent(number: u8, on: u8) -> Paper {
    let dispatch = Dispatch {
        dispatch_kind: "transfer".to_owned(),
        to_unit: DISTRICT.to_owned(),
        sent: day(on),
        ..Dispatch::default()
    };
    paper(number, DISTRICT, Content::Dispatch(dispatch))
}

fn assigned(number: u8, part: &str, unit: &str, on: u8) -> Paper {
    let assignment = Assignment {
        dispatch: Some(id(DISPATCH)),
        part: part.to_owned(),
        date: day(on),
        ..Assignment::default()
    };
    paper(number, unit, Content::Assignment(assignment))
}

fn answered(number: u8, unit: &str, outcome: &str, on: u8) -> Paper {
    let answer = Answer {
        dispatch: Some(id(DISPATCH)),
        outcome: outcome.to_owned(),
        date: day(on),
        ..Answer::default()
    };
    paper(number, unit, Content::Answer(answer))
}

fn checked(number: u8, holds: &str, on: u8) -> Paper {
    let check = Check {
        answer: Some(id(ANSWER)),
        holds: holds.to_owned(),
        date: day(on),
        ..Check::default()
    };
    paper(number, COMMUNE, Content::Check(check))
}

fn told(number: u8, village: &str, reaction: &str, on: u8) -> Paper {
    let notice = Notice {
        answer: Some(id(ANSWER)),
        village: village.to_owned(),
        reaction: reaction.to_owned(),
        date: day(on),
        ..Notice::default()
    };
    paper(number, COMMUNE, Content::Notice(notice))
}

fn found(number: u8, verdict: &str, on: u8) -> Paper {
    let finding = Finding {
        answer: Some(id(ANSWER)),
        verdict: verdict.to_owned(),
        date: day(on),
        ..Finding::default()
    };
    paper(number, DISTRICT, Content::Finding(finding))
}

fn voices() -> Vec<Voice> {
    ["Bản Siềng Lống", "Bản Thanh Y"]
        .map(|village| Voice {
            unit: COMMUNE.into(),
            village: village.to_owned(),
        })
        .to_vec()
}

/// A case from its dispatch to its closing, a step each.
fn life() -> Vec<Paper> {
    vec![
        sent(DISPATCH, 4),
        assigned(20, "lead", AGENCY, 6),
        answered(ANSWER, AGENCY, "resolved", 12),
        checked(40, "holds", 15),
        told(50, "Bản Siềng Lống", "agreed", 16),
        told(51, "Bản Thanh Y", "none", 18),
        found(60, "close", 20),
    ]
}

fn state(papers: &[Paper]) -> State {
    derive(&voices(), papers).state
}

/// The life of a case with other papers beside.
fn state_with(more: Vec<Paper>) -> State {
    state(&[life(), more].concat())
}

#[test]
fn each_step_brings_a_case_on() {
    let papers = life();
    let states: Vec<State> = (0..=papers.len())
        .map(|steps| state(&papers[..steps]))
        .collect();
    assert_eq!(
        states,
        [
            State::Consolidated,
            State::Dispatched,
            State::Assigned,
            State::Answered,
            State::Checked,
            State::Checked, // one of two villages
            State::Told,
            State::Closed,
        ]
    );
    let standing = derive(&voices(), &papers);
    assert_eq!(standing.closed_on, day(20));
    assert_eq!(standing.told_on, day(18));
    assert_eq!(standing.lead, Some(AGENCY.into()));
    assert_eq!(standing.missing, []);
    assert!(standing.untold.is_empty());
}

#[test]
fn closing_takes_claim_check_notice_and_verdict() {
    for (without, missing) in [
        (3, Missing::Check),
        (4, Missing::Notice),
        (5, Missing::Notice),
        (6, Missing::Verdict),
    ] {
        let mut papers = life();
        papers.remove(without);
        let standing = derive(&voices(), &papers);
        assert_ne!(standing.state, State::Closed, "without {without}");
        assert_eq!(standing.missing, [missing], "without {without}");
    }
    let mut papers = life();
    papers[2] = answered(ANSWER, AGENCY, "in-progress", 12);
    let standing = derive(&voices(), &papers);
    assert_eq!(
        (standing.state, standing.missing),
        (State::Told, vec![Missing::Claim])
    );
}

#[test]
fn whom_it_was_sent_to_can_give_it_back_and_it_can_be_sent_again() {
    let back = answered(31, DISTRICT, "sent-back", 8);
    assert_eq!(state(&[sent(DISPATCH, 4), back.clone()]), State::SentBack);
    let again = sent(11, 8);
    assert_eq!(state(&[again, back, sent(DISPATCH, 4)]), State::Dispatched);
}

#[test]
fn an_agency_gives_it_back_to_who_assigned_it() {
    let papers = [
        sent(DISPATCH, 4),
        assigned(20, "lead", AGENCY, 6),
        answered(31, AGENCY, "sent-back", 7),
    ];
    assert_eq!(state(&papers), State::Dispatched);
    let other = assigned(21, "lead", "QN-DH-NN", 8);
    let papers = [papers.to_vec(), vec![other]].concat();
    assert_eq!(state(&papers), State::Assigned);
    assert_eq!(derive(&[], &papers).lead, Some("QN-DH-NN".into()));
}

#[test]
fn only_who_leads_or_was_asked_answers_for_the_case() {
    let coordinating = [
        sent(DISPATCH, 4),
        assigned(20, "coordinating", AGENCY, 6),
        answered(ANSWER, AGENCY, "resolved", 12),
    ];
    assert_eq!(state(&coordinating), State::Assigned);
    let stranger = [
        sent(DISPATCH, 4),
        answered(ANSWER, "QN-DH-NN", "resolved", 12),
    ];
    assert_eq!(state(&stranger), State::Dispatched);
    let executive = [
        sent(DISPATCH, 4),
        answered(ANSWER, DISTRICT, "resolved", 12),
    ];
    assert_eq!(state(&executive), State::Answered);
}

#[test]
fn papers_of_units_that_have_no_say_change_nothing() {
    let with = |paper: Paper| derive(&voices(), &[life(), vec![paper]].concat());
    let elsewhere = |mut paper: Paper| {
        paper.unit = "QN-DH-03".into();
        paper
    };
    let closed = derive(&voices(), &life());
    for paper in [
        elsewhere(sent(11, 25)),
        elsewhere(checked(41, "fails", 25)),
        elsewhere(told(52, "Bản Thanh Y", "not-solved", 25)),
        elsewhere(found(61, "follow", 25)),
    ] {
        assert_eq!(with(paper.clone()), closed, "{paper:?}");
    }
    // Of a commune to which the case was sent, the district's agency does not become the one that leads.
    let mut down = sent(DISPATCH, 4);
    if let Content::Dispatch(dispatch) = &mut down.content {
        dispatch.to_unit = COMMUNE.to_owned();
    }
    assert_eq!(
        state(&[down, assigned(20, "lead", AGENCY, 6)]),
        State::Dispatched
    );
}

#[test]
fn what_goes_up_is_answered_by_what_the_sender_notes() {
    let mut up = sent(DISPATCH, 4);
    if let Content::Dispatch(dispatch) = &mut up.content {
        dispatch.to_unit = "QN".to_owned();
    }
    assert_eq!(state(std::slice::from_ref(&up)), State::Dispatched);
    assert_eq!(
        state(&[answered(ANSWER, DISTRICT, "explained", 30), up]),
        State::Answered
    );
}

#[test]
fn voters_who_say_that_it_is_not_solved_reopen_it() {
    assert_eq!(
        state_with(vec![told(52, "Bản Thanh Y", "not-solved", 25)]),
        State::Reopened
    );
    assert_eq!(
        state_with(vec![told(52, "Bản Thanh Y", "not-solved", 20)]),
        State::Reopened
    );
    assert_eq!(
        state_with(vec![told(52, "Bản Thanh Y", "not-solved", 19)]),
        State::Closed
    );
    assert_eq!(state_with(vec![checked(41, "fails", 25)]), State::Reopened);
    let before = [&life()[..6], &[told(52, "Bản Thanh Y", "not-solved", 19)]].concat();
    let standing = derive(&voices(), &before);
    assert!(standing.is_disputed);
    assert_eq!(standing.state, State::Told);
}

#[test]
fn supervision_carries_over_until_there_is_another_answer() {
    let mut papers = life();
    papers[6] = found(60, "follow", 20);
    assert_eq!(state(&papers), State::CarriedOver);
    assert_eq!(
        state_with(vec![found(61, "follow", 21)]),
        State::CarriedOver
    );
    papers.push(answered(32, AGENCY, "resolved", 28));
    let standing = derive(&voices(), &papers);
    assert_eq!(standing.state, State::Answered);
    assert_eq!(standing.carried_over, 1);
    assert_eq!(
        standing.untold,
        voices(),
        "nobody was told of the new answer"
    );
}

#[test]
fn a_letter_that_is_not_sent_does_nothing() {
    let mut draft = sent(DISPATCH, 4);
    if let Content::Dispatch(dispatch) = &mut draft.content {
        dispatch.sent.clear();
    }
    assert_eq!(state(&[draft]), State::Consolidated);
    let mut reminder = sent(12, 9);
    if let Content::Dispatch(dispatch) = &mut reminder.content {
        dispatch.dispatch_kind = "reminder".to_owned();
    }
    let standing = derive(&[], &[reminder, sent(DISPATCH, 4)]);
    assert_eq!(standing.dispatch, Some(id(DISPATCH)));
}

#[test]
fn an_assignment_that_was_withdrawn_does_nothing() {
    let mut withdrawn = assigned(20, "lead", AGENCY, 6);
    if let Content::Assignment(assignment) = &mut withdrawn.content {
        assignment.withdrawn = day(7);
    }
    assert_eq!(state(&[sent(DISPATCH, 4), withdrawn]), State::Dispatched);
}

#[test]
fn names_and_numbers_read_back() {
    for &state in State::ALL {
        assert_eq!(State::from_number(state.number()), Some(state));
        assert_eq!(State::from_name(state.name()), Some(state));
    }
}

fn named(number: Option<u8>) -> Option<DocumentId> {
    number.map(id)
}

/// Any paper, with references to what may or may not be there.
fn any_paper() -> impl Strategy<Value = Paper> {
    let unit = prop::sample::select(vec![DISTRICT, AGENCY, COMMUNE]);
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
        let answered = !standing.answered_on.is_empty() || standing.answer.is_some();
        if standing.state == State::Closed {
            prop_assert!(standing.missing.is_empty() && standing.untold.is_empty());
            prop_assert!(!standing.is_disputed && answered);
        }
        let awaits = matches!(
            standing.state,
            State::Consolidated | State::Dispatched | State::Assigned | State::SentBack
        );
        prop_assert_eq!(awaits, standing.answer.is_none());
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
