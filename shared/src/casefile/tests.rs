use super::*;
use crate::access::Place;

/// The district below its province, and all else below the district, but for one that took the place of another.
struct Units;

impl Tree for Units {
    fn place(&self, unit: &UnitCode) -> Option<Place<'_>> {
        static KNOWN: std::sync::LazyLock<[UnitCode; 4]> =
            std::sync::LazyLock::new(|| ["QN", DISTRICT, NEW, OLD].map(UnitCode::from));
        let [province, district, new, old] = &*KNOWN;
        let (parent, successor) = match unit.0.as_str() {
            "QN" => (None, None),
            DISTRICT | NEW => (Some(province), None),
            OLD => (Some(province), Some(new)),
            NEW_AGENCY => (Some(new), None),
            OLD_AGENCY => (Some(old), None),
            _ => (Some(district), None),
        };
        Some(Place { parent, successor })
    }
}

pub(super) fn derive(voices: &[Voice], papers: &[Paper]) -> Standing {
    super::derive(&Units, &DISTRICT.into(), voices, papers)
}

pub(super) const DISTRICT: &str = "QN-DH";
/// A district that another took the place of.
pub(super) const OLD: &str = "QN-OLD";
pub(super) const NEW: &str = "QN-NEW";
pub(super) const NEW_AGENCY: &str = "QN-NEW-KTHT";
const OLD_AGENCY: &str = "QN-OLD-KTHT";
pub(super) const AGENCY: &str = "QN-DH-KTHT";
pub(super) const COMMUNE: &str = "QN-DH-02";
pub(super) const DISPATCH: u8 = 10;
pub(super) const ANSWER: u8 = 30;

pub(super) fn id(number: u8) -> DocumentId {
    DocumentId([number; 16])
}

pub(super) fn paper(number: u8, unit: &str, content: Content) -> Paper {
    Paper {
        id: id(number),
        unit: unit.into(),
        content,
    }
}

pub(super) fn day(day: u8) -> String {
    format!("2026-05-{day:02}")
}

pub(super) fn sent(number: u8, on: u8) -> Paper {
    let dispatch = Dispatch {
        dispatch_kind: "transfer".to_owned(),
        to_unit: DISTRICT.to_owned(),
        sent: day(on),
        ..Dispatch::default()
    };
    paper(number, DISTRICT, Content::Dispatch(dispatch))
}

pub(super) fn assigned(number: u8, part: &str, unit: &str, on: u8) -> Paper {
    let assignment = Assignment {
        dispatch: Some(id(DISPATCH)),
        part: part.to_owned(),
        date: day(on),
        ..Assignment::default()
    };
    paper(number, unit, Content::Assignment(assignment))
}

pub(super) fn answered(number: u8, unit: &str, outcome: &str, on: u8) -> Paper {
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

pub(super) fn voices() -> Vec<Voice> {
    ["Bản Siềng Lống", "Bản Thanh Y"]
        .map(|village| Voice {
            unit: COMMUNE.into(),
            village: village.to_owned(),
        })
        .to_vec()
}

/// A case from its dispatch to its closing, a step each.
pub(super) fn life() -> Vec<Paper> {
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
fn what_is_closed_stays_closed_whatever_is_written_afterwards() {
    let mut withdrawn = life();
    if let Content::Assignment(assignment) = &mut withdrawn[1].content {
        assignment.withdrawn = day(25);
    }
    assert_eq!(state(&withdrawn), State::Closed);
    for late in [
        answered(31, AGENCY, "in-progress", 25),
        answered(31, DISTRICT, "sent-back", 25),
        told(52, "Bản Thanh Y", "agreed", 25),
        checked(41, "holds", 25),
    ] {
        let standing = derive(&voices(), &[life(), vec![late]].concat());
        assert_eq!(standing.state, State::Closed);
        assert_eq!((standing.told_on, standing.closed_on), (day(18), day(20)));
    }
    assert_eq!(
        state_with(vec![found(61, "follow", 26)]),
        State::CarriedOver
    );
    assert_eq!(state_with(vec![sent(11, 26)]), State::Dispatched);
}

#[test]
fn what_gives_no_day_did_nothing() {
    for index in 2..life().len() {
        let mut papers = life();
        match &mut papers[index].content {
            Content::Answer(paper) => paper.date.clear(),
            Content::Check(paper) => paper.date.clear(),
            Content::Notice(paper) => paper.date.clear(),
            Content::Finding(paper) => paper.date.clear(),
            Content::Dispatch(_) | Content::Assignment(_) => unreachable!("not among these"),
        }
        let mut without = life();
        without.remove(index);
        assert_eq!(derive(&voices(), &papers), derive(&voices(), &without));
    }
}

#[test]
fn every_village_has_a_word_of_its_own() {
    let check = |number, village: &str, holds, on| {
        let mut paper = checked(number, holds, on);
        if let Content::Check(check) = &mut paper.content {
            check.village = village.to_owned();
        }
        paper
    };
    let two = |first: Paper, second: Paper| {
        let mut papers = life();
        papers.splice(3..4, [first, second]);
        derive(&voices(), &papers).state
    };
    let bad = || check(40, "Bản Thanh Y", "fails", 15);
    assert_ne!(
        two(bad(), check(41, "Bản Siềng Lống", "holds", 16)),
        State::Closed
    );
    assert_eq!(
        two(bad(), check(41, "Bản Thanh Y", "holds", 16)),
        State::Closed
    );
    assert_ne!(
        two(bad(), check(41, "Bản Thanh Y", "holds", 15)),
        State::Closed,
        "one day, two words"
    );
    let mut unseen = life();
    unseen[3] = checked(40, "not-needed", 15);
    assert_eq!(
        derive(&voices(), &unseen).missing,
        [Missing::Check],
        "resolved, and nobody looked"
    );
    unseen[2] = answered(ANSWER, AGENCY, "explained", 12);
    assert_eq!(state(&unseen), State::Closed);
}

#[test]
fn a_case_that_was_never_closed_is_not_reopened() {
    let mut papers = life();
    papers.remove(3);
    papers.push(told(52, "Bản Thanh Y", "not-solved", 25));
    let standing = derive(&voices(), &papers);
    assert_eq!((standing.state, standing.is_disputed), (State::Told, true));
}

#[test]
fn supervision_carries_over_what_was_never_answered() {
    let mut nameless = found(60, "follow", 20);
    if let Content::Finding(finding) = &mut nameless.content {
        finding.answer = None;
    }
    let papers = [life()[..2].to_vec(), vec![nameless.clone()]].concat();
    assert_eq!(state(&papers), State::CarriedOver);
    let papers = [life()[..3].to_vec(), vec![nameless]].concat();
    let standing = derive(&voices(), &papers);
    assert_eq!(
        (standing.state, standing.carried_over),
        (State::Answered, 1)
    );
}

#[test]
fn only_who_leads_is_to_answer() {
    let both = [
        sent(DISPATCH, 4),
        assigned(20, "lead", AGENCY, 6),
        assigned(21, "coordinating", "QN-DH-NN", 6),
    ];
    assert_eq!(state(&both), State::Assigned);
    let given_back = [both.to_vec(), vec![answered(31, AGENCY, "sent-back", 7)]].concat();
    assert_eq!(state(&given_back), State::Dispatched);
    let again = [given_back, vec![assigned(40, "lead", AGENCY, 7)]].concat();
    assert_eq!(
        state(&again),
        State::Assigned,
        "assigned again on the day it came back"
    );
    assert_eq!(
        state(&[sent(DISPATCH, 4), assigned(20, "coordinating", AGENCY, 6)]),
        State::Dispatched
    );
}

#[test]
fn what_was_sent_to_a_unit_is_its_successors() {
    let mut old = sent(DISPATCH, 4);
    if let Content::Dispatch(dispatch) = &mut old.content {
        dispatch.to_unit = OLD.to_owned();
    }
    let before = assigned(20, "lead", OLD_AGENCY, 6);
    assert_eq!(state(&[old.clone(), before]), State::Assigned);
    let assigned = assigned(20, "lead", NEW_AGENCY, 6);
    assert_eq!(state(&[old.clone(), assigned.clone()]), State::Assigned);
    let by_agency = answered(ANSWER, NEW_AGENCY, "resolved", 12);
    assert_eq!(state(&[old.clone(), assigned, by_agency]), State::Answered);
    assert_eq!(
        state(&[old, answered(ANSWER, NEW, "resolved", 12)]),
        State::Answered
    );
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
    assert_eq!(state(&coordinating), State::Dispatched);
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
    // To a commune to which the case was sent, the district's agency does not become the one that leads.
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
