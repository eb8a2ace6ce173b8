//! Whom a case is assigned to, what each has done, and what is particular about a case in its state.

use super::tests::{AGENCY, ANSWER, DISPATCH, answered, assigned, derive, life, sent, voices};
use super::*;
use crate::catalogue::OPINION;

const POWER: &str = "QN-DH-DL";

/// Sent, led by one agency, with another to help.
fn with_help() -> Vec<Paper> {
    vec![
        sent(DISPATCH, 4),
        assigned(20, "lead", POWER, 6),
        assigned(21, "coordinating", AGENCY, 6),
    ]
}

fn parts(papers: &[Paper]) -> Vec<(String, Part)> {
    let parties = derive(&voices(), papers).parties;
    let parts = parties.into_iter().map(|party| (party.unit.0, party.part));
    parts.collect()
}

fn seen_from(unit: &str, papers: &[Paper]) -> Option<Particular> {
    let standing = derive(&voices(), papers);
    Particular::of_agency(&standing, |own| own.0 == unit)
}

#[test]
fn whoever_helps_is_told_apart_from_whoever_leads() {
    let expected = [(POWER, Part::Lead), (AGENCY, Part::Coordinating)];
    let expected = expected.map(|(unit, part)| (unit.to_owned(), part));
    assert_eq!(parts(&with_help()), expected);
    assert_eq!(seen_from(POWER, &with_help()), None);
    assert_eq!(seen_from(AGENCY, &with_help()), Some(Particular::Helping));

    let helped = [with_help(), vec![answered(ANSWER, AGENCY, "explained", 8)]].concat();
    assert_eq!(seen_from(AGENCY, &helped), Some(Particular::Helped));
    let standing = derive(&voices(), &helped);
    assert_eq!((standing.state, standing.answer), (State::Assigned, None));

    // What was an opinion is no answer, also of whoever leads afterwards.
    let opinion = answered(ANSWER, AGENCY, OPINION, 8);
    let leads = assigned(22, "lead", AGENCY, 9);
    let later = [with_help(), vec![opinion, leads]].concat();
    assert_eq!(seen_from(AGENCY, &later), None);
    assert_eq!(derive(&voices(), &later).answer, None);
}

#[test]
fn whoever_is_to_help_has_the_day_that_the_last_to_ask_named() {
    let asked = |id, day, due: &str| {
        let mut asked = assigned(id, "coordinating", AGENCY, day);
        if let Content::Assignment(assignment) = &mut asked.content {
            due.clone_into(&mut assignment.due);
        }
        asked
    };
    let party = |papers: &[Paper]| {
        let mut parties = derive(&voices(), papers).parties.into_iter();
        let own = parties.find(|party| party.unit.0 == AGENCY);
        own.map(|party| (party.part, party.due)).expect("a party")
    };
    let lead = [sent(DISPATCH, 4), assigned(20, "lead", POWER, 6)];
    let papers = [
        &lead[..],
        &[asked(21, 6, "2025-03-20"), asked(22, 8, "2025-03-28")],
    ]
    .concat();
    let helps = (Part::Coordinating, "2025-03-28".to_owned());
    assert_eq!(party(&papers), helps);
    let said = [papers, vec![answered(ANSWER, AGENCY, OPINION, 9)]].concat();
    assert_eq!(party(&said), (Part::Contributed, String::new()));
}

#[test]
fn what_an_agency_gave_back_is_for_whoever_assigned_it_to_assign_again() {
    let back = [with_help(), vec![answered(ANSWER, POWER, "sent-back", 8)]].concat();
    let standing = derive(&voices(), &back);
    assert_eq!(standing.state, State::Dispatched);
    assert_eq!(standing.particular, Some(Particular::GivenBack));
    assert_eq!(seen_from(POWER, &back), Some(Particular::Helped));

    let again = [back, vec![assigned(22, "lead", POWER, 9)]].concat();
    let standing = derive(&voices(), &again);
    assert_eq!(
        (standing.state, standing.particular),
        (State::Assigned, None)
    );
    assert_eq!(seen_from(POWER, &again), None);
}

#[test]
fn what_was_told_without_a_check_is_still_to_be_checked() {
    let told = life();
    let told = |left_out: &[usize]| {
        let papers = told.iter().enumerate();
        let papers = papers.filter(|(place, _)| !left_out.contains(place));
        papers.map(|(_, paper)| paper.clone()).collect::<Vec<_>>()
    };
    // Without the check; with the verdict and without it.
    for left_out in [&[3][..], &[3, 6]] {
        let standing = derive(&voices(), &told(left_out));
        assert_eq!(standing.state, State::Told);
        assert_eq!(standing.particular, Some(Particular::Unchecked));
        assert!(standing.awaits_check());
    }
    let standing = derive(&voices(), &told(&[6]));
    assert_eq!((standing.state, standing.particular), (State::Told, None));
    assert!(!standing.awaits_check());
}

#[test]
fn a_case_with_nothing_in_it_that_is_nowhere_is_put_away() {
    let empty = |papers: &[Paper]| derive(&[], papers).particular;
    assert_eq!(empty(&[]), Some(Particular::Empty));
    assert_eq!(derive(&voices(), &[]).particular, None);
    let back = [
        vec![sent(DISPATCH, 4)],
        vec![answered(ANSWER, super::tests::DISTRICT, "sent-back", 8)],
    ]
    .concat();
    assert_eq!(empty(&back), Some(Particular::Empty));
    assert_eq!(empty(&back[..1]), None, "somebody has it");
}
