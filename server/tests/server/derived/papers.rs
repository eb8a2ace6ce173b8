//! What is written or erased beside a case or a petition.

use kiennghi_server::store::{DistrictChange, Letters};
use kiennghi_shared::deadline::{DeadlineChange, Rule, Step};
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::Verdict;

use super::{assert_whole, database};
use crate::district::{Draft, NOW, stamp};
use crate::office::Office;

#[test]
fn what_was_raised_at_a_meeting_that_is_erased_has_the_day_on_which_it_was_recorded() {
    let office = Office::new();
    let store = &office.server.bench.store;
    let held = [("date", "2025-05-04"), ("session", "ky-1")];
    let meeting = office.write("a-1", Kind::Meeting, "P-D-A", &held);
    let of_meeting = meeting.to_string();
    let at_meeting = ("meeting", of_meeting.as_str());
    let petition = office.voice("a-1", "P-D-A", &[at_meeting]);
    let phone = office.phone("a-1");
    let recorded = [
        Edit::new("content", "Mương"),
        Edit::new("meeting", of_meeting.as_str()),
        Edit::new("recorded_at", NOW - 3 * 86_400_000),
    ];
    let mut earlier = Draft::new(&phone, Kind::Petition, "P-D-A", &recorded);
    office.push("a-1", &mut earlier);
    let case = office.matter(&[]);
    for petition in [petition, earlier.header.id] {
        office.consolidate(petition, "P-D-A", Some(case));
    }
    let raised = || {
        let voices = office.stored(case).voices.into_iter();
        let raised = voices.map(|voice| (voice.day, voice.session));
        raised.collect::<Vec<_>>()
    };
    let of = |day: &str, session: &str| (day.to_owned(), session.to_owned());
    assert_eq!(raised(), vec![of("2025-05-04", "ky-1"); 2]);
    store.erase(meeting, "thử", &stamp(0)).expect("erased");
    assert_eq!(raised(), [of("2025-06-15", ""), of("2025-06-12", "")]);
    assert_whole(&office.server);
}

#[test]
fn a_case_that_repeats_another_is_due_as_such_once_that_was_answered() {
    let office = Office::new();
    let store = &office.server.bench.store;
    let rule = |step, working_days| Rule {
        unit: "P-D".into(),
        step,
        working_days,
        valid_from: "2020-01-01".to_owned(),
        valid_to: None,
        note: String::new(),
    };
    let rules = [rule(Step::Answer, 20), rule(Step::AnswerAgain, 5)];
    let put = rules.map(|rule| DeadlineChange::PutRule { rule, was: None });
    let put = put.map(DistrictChange::Deadlines).into();
    assert_eq!(store.change_district(put, &stamp(NOW)), Ok(Ok(())));

    let first = office.matter(&[]);
    let named = first.to_string();
    let again = office.matter(&[("repeated_from", named.as_str())]);
    for case in [first, again] {
        office.letter("committee", "P-D", case, "2025-06-02");
    }
    assert_eq!(office.due(again), "2025-06-30");
    let answer = office.answered(first, "2025-06-10");
    assert_eq!(office.due(again), "2025-06-09");
    assert_whole(&office.server);
    store.erase(answer, "thử", &stamp(0)).expect("erased");
    assert_eq!(office.due(again), "2025-06-30");
    office.answered(first, "2025-06-11");
    assert_eq!(office.due(again), "2025-06-09");
    store.erase(first, "thử", &stamp(0)).expect("erased");
    assert_eq!(office.due(again), "2025-06-30");
    assert_whole(&office.server);
}

#[test]
fn letters_to_a_unit_are_found_without_reading_others() {
    let office = Office::new();
    let store = &office.server.bench.store;
    let case = office.matter(&[]);
    let here = office.letter("commune-committee", "P-D-A", case, "2025-06-02");
    office.letter("committee", "P-D", case, "2025-06-03");
    let broken = "UPDATE papers SET record = '{' WHERE unit = 'P-D'";
    database(&office.server)
        .execute(broken, [])
        .expect("written");
    let found = store.dispatches(&Letters::To(vec!["P-D-A".into()]), 0, 10);
    let (total, letters) = found.expect("read");
    assert_eq!((total, letters[0].id), (1, here));
}

#[test]
fn only_the_unit_of_a_petition_is_read_to_judge_where_it_is_put() {
    let office = Office::new();
    let petition = office.voice("a-1", "P-D-A", &[]);
    let case = office.matter(&[]);
    let broken = "UPDATE documents SET heads = x'00' WHERE id = ?1";
    let id = petition.as_bytes();
    database(&office.server)
        .execute(broken, [id])
        .expect("written");
    office.consolidate(petition, "P-D-A", Some(case));
    assert_eq!(office.stored(case).voices.len(), 1);

    let elsewhere = [
        ("petition", petition.to_string()),
        ("case", case.to_string()),
    ];
    let elsewhere = elsewhere.map(|(key, value)| Edit::new(key, value));
    let phone = office.phone("committee");
    let mut draft = Draft::new(&phone, Kind::Consolidation, "P-D-B", &elsewhere);
    draft.header.id = consolidation_of(petition);
    let judged = office.server.bench.push(&phone, vec![draft.take()]);
    assert!(matches!(judged.verdicts[..], [Verdict::Refused(_)]));
}
