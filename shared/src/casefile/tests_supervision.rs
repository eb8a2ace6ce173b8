//! What supervision found last, what says that a case is not solved, and whose a case is that one committee sends another.

use super::tests::{
    AGENCY, ANSWER, COMMUNE, DISPATCH, DISTRICT, answered, day, derive, id, life, paper, sent,
    voices,
};
use super::*;

fn found(number: u8, verdict: &str, resolved: &str, on: u8) -> Paper {
    let finding = Finding {
        answer: Some(id(ANSWER)),
        verdict: verdict.to_owned(),
        resolved: resolved.to_owned(),
        date: day(on),
        ..Finding::default()
    };
    paper(number, DISTRICT, Content::Finding(finding))
}

fn checked(number: u8, village: &str, holds: &str, on: u8) -> Paper {
    let check = Check {
        answer: Some(id(ANSWER)),
        village: village.to_owned(),
        holds: holds.to_owned(),
        date: day(on),
        ..Check::default()
    };
    paper(number, COMMUNE, Content::Check(check))
}

fn begun() -> Vec<Paper> {
    let answer = answered(ANSWER, DISTRICT, "resolved", 8);
    vec![sent(DISPATCH, 4), answer]
}

#[test]
fn what_supervision_said_last_of_how_far_a_case_is_resolved_stays_until_it_says_otherwise() {
    let mut papers = begun();
    let standing = derive(&voices(), &papers);
    assert_eq!((standing.finding, &*standing.resolved), (None, ""));
    for (number, resolved, wanted) in [
        (50, "", ""),
        (51, "not-for-good", "not-for-good"),
        (52, "", "not-for-good"),
        (53, "for-good", "for-good"),
    ] {
        papers.push(found(number, "follow", resolved, number - 40));
        let standing = derive(&voices(), &papers);
        assert_eq!(standing.finding, Some(id(number)));
        assert_eq!(standing.resolved, wanted);
        papers.rotate_left(1);
    }
}

#[test]
fn what_carried_a_case_over_is_named_and_not_what_was_found_otherwise() {
    let finding = |papers: &[Paper]| derive(&voices(), papers).finding;
    let mut papers = life();
    assert_eq!(finding(&papers), None, "closed");
    let mut notice = Notice {
        answer: Some(id(ANSWER)),
        village: "Bản Thanh Y".to_owned(),
        reaction: "not-solved".to_owned(),
        date: day(21),
        ..Notice::default()
    };
    papers.push(paper(52, COMMUNE, Content::Notice(notice.clone())));
    let standing = derive(&voices(), &papers);
    assert_eq!(standing.state, State::Reopened);
    assert_eq!(
        (standing.finding, standing.disputed_by),
        (None, Some(id(52)))
    );
    papers.push(found(61, "follow", "", 22));
    // About no answer.
    let Content::Finding(mut other) = found(62, "close", "", 23).content else {
        panic!("a finding");
    };
    other.answer = None;
    papers.push(paper(62, DISTRICT, Content::Finding(other)));
    assert_eq!(finding(&papers), Some(id(61)));
    notice.date = day(24);
    papers.push(paper(53, COMMUNE, Content::Notice(notice)));
    assert_eq!(finding(&papers), Some(id(61)), "disputed again");
    papers.push(answered(31, AGENCY, "resolved", 25));
    assert_eq!(finding(&papers), None, "answered again");
    let unanswered = [sent(DISPATCH, 4), found(60, "follow", "", 20)];
    assert_eq!(finding(&unanswered), Some(id(60)));
}

#[test]
fn the_last_that_says_that_it_is_not_solved_is_named_until_its_village_says_otherwise() {
    let mut papers = begun();
    assert_eq!(derive(&voices(), &papers).disputed_by, None);
    papers.push(checked(40, "Thôn 1", "fails", 9));
    papers.push(checked(41, "Thôn 2", "partly", 10));
    assert_eq!(derive(&voices(), &papers).disputed_by, Some(id(41)));
    papers.push(checked(42, "Thôn 2", "holds", 11));
    assert_eq!(derive(&voices(), &papers).disputed_by, Some(id(40)));
    // That supervision has seen to it changes nothing of what was said.
    papers.push(found(50, "follow", "", 12));
    let standing = derive(&voices(), &papers);
    assert_eq!(
        (standing.disputed_by, standing.is_disputed),
        (Some(id(40)), false)
    );
    assert!(standing.came_back());
}

#[test]
fn what_one_committee_sends_another_is_to_be_answered_by_whoever_got_it() {
    let mut papers = begun();
    papers.truncate(1);
    let Content::Dispatch(dispatch) = &mut papers[0].content else {
        panic!("a dispatch");
    };
    dispatch.to_unit = COMMUNE.to_owned();
    dispatch.to_role = COMMITTEE.to_owned();
    let seen_from = |papers: &[Paper], unit: &str, own: &[&str]| {
        let standing = derive(&voices(), papers);
        Particular::of_committee(&standing, &unit.into(), |unit| own.contains(&&*unit.0))
    };
    assert_eq!(
        seen_from(&papers, DISTRICT, &[COMMUNE]),
        Some(Particular::Received)
    );
    assert_eq!(seen_from(&papers, DISTRICT, &[DISTRICT]), None);
    assert_eq!(seen_from(&papers, COMMUNE, &[COMMUNE]), None, "its own");
    let both = [COMMUNE, DISTRICT];
    assert_eq!(seen_from(&papers, DISTRICT, &both), None, "its own as well");
    let executive = [sent(DISPATCH, 4)];
    assert_eq!(
        seen_from(&executive, COMMUNE, &[DISTRICT]),
        None,
        "not the committee's"
    );
}
