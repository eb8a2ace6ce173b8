//! What changes of units, rules and holidays do to cases: what they can touch is derived again, and nothing else.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use kiennghi_server::store::sqlite::{backup, verify};
use kiennghi_server::store::{District, DistrictChange, UnitRow};
use kiennghi_shared::calendar::Holiday;
use kiennghi_shared::deadline::{DeadlineChange, Rule, Step};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;

use super::{assert_whole, database};
use crate::district::{Draft, NOW, stamp};
use crate::http::Server;
use crate::office::Office;
use crate::safekeeping::restore_with_people;

pub(super) fn rule(unit: &str, step: Step, working_days: u32) -> Rule {
    Rule {
        unit: unit.into(),
        step,
        working_days,
        valid_from: "2020-01-01".to_owned(),
        valid_to: None,
        note: String::new(),
    }
}

pub(super) fn put(rule: Rule) -> DistrictChange {
    DistrictChange::Deadlines(DeadlineChange::PutRule { rule, was: None })
}

pub(super) fn day_off(day: &str) -> DistrictChange {
    DistrictChange::Deadlines(DeadlineChange::PutHoliday(Holiday {
        day: day.to_owned(),
        name: "Nghỉ".to_owned(),
        is_worked: false,
    }))
}

impl Office {
    fn change(&self, changes: Vec<DistrictChange>) {
        let store = &self.server.bench.store;
        assert_eq!(store.change_district(changes, &stamp(NOW)), Ok(Ok(())));
    }

    fn district(&self) -> District {
        self.server.bench.store.district().expect("read")
    }

    fn unit(&self, code: &str, change: impl FnOnce(&mut UnitRow)) -> DistrictChange {
        let mut units = self.district().units.into_iter();
        let mut unit = units.find(|unit| unit.code.0 == code).expect("a unit");
        change(&mut unit);
        DistrictChange::PutUnit(unit)
    }

    /// The cases that changes have derived again.
    pub(super) fn touched(&self, changes: Vec<DistrictChange>) -> BTreeSet<DocumentId> {
        let mark = "UPDATE cases SET outcome = 'marked'";
        database(&self.server).execute(mark, []).expect("marked");
        self.change(changes);
        until_derived(&self.server);
        let database = database(&self.server);
        let mut statement = database
            .prepare("SELECT id FROM cases WHERE outcome <> 'marked'")
            .expect("a query");
        let ids = statement.query_map([], |row| Ok(DocumentId(row.get(0)?)));
        let ids = ids.expect("read").map(|id| id.expect("an id")).collect();
        self.server
            .bench
            .store
            .rebuild_projections()
            .expect("rebuilt");
        ids
    }
}

/// Waits until nothing is left to derive.
fn until_derived(server: &Server) {
    let database = database(server);
    let mut left = database
        .prepare("SELECT 1 FROM cases_to_derive")
        .expect("a query");
    let begun = Instant::now();
    while left.exists([]).expect("read") {
        assert!(begun.elapsed() < Duration::from_secs(60), "still to derive");
        std::thread::yield_now();
    }
}

#[test]
fn a_case_is_due_by_the_rules_of_whatever_had_its_units_place_on_the_day() {
    let office = Office::new();
    let case = |sent| {
        let fields = [("wording", "Ở xã")];
        let case = office.write("commune-committee", Kind::Case, "P-D-A", &fields);
        office.letter("commune-committee", "P-D-A", case, sent);
        case
    };
    let (before, after) = (case("2025-06-30"), case("2025-07-01"));
    let due = || (office.due(before), office.due(after));
    let of = |before: &str, after: &str| (before.to_owned(), after.to_owned());
    assert_eq!(due(), of("", ""));
    office.change(vec![put(rule("P-D-B", Step::Answer, 10))]);
    assert_eq!(due(), of("", ""));
    let merged = office.unit("P-D-A", |unit| {
        unit.valid_to = Some("2025-06-30".to_owned());
        unit.successor = Some("P-D-B".into());
    });
    office.change(vec![merged]);
    // Where it has no rule of its own, what took its place says how long.
    assert_eq!(due(), of("2025-07-14", "2025-07-15"));
    office.change(vec![put(rule("P-D-A", Step::Answer, 5))]);
    assert_eq!(due(), of("2025-07-07", "2025-07-15"));
    let renamed = office.unit("P-D-A", |unit| unit.name = "Xã cũ".to_owned());
    office.change(vec![renamed]);
    assert_eq!(due(), of("2025-07-07", "2025-07-15"));
    assert_whole(&office.server);
}

#[test]
fn a_case_goes_on_where_its_units_were_merged() {
    let office = Office::new();
    let wording = [("wording", "Ở xã")];
    let case = office.write("commune-committee", Kind::Case, "P-D-A", &wording);
    let [there, elsewhere] = [("a-1", "P-D-A"), ("b-1", "P-D-B")].map(|(user, unit)| {
        let petition = office.voice(user, unit, &[]);
        office.consolidate(petition, unit, Some(case));
        petition
    });
    let carried = || {
        let voices = office.stored(case).voices.into_iter();
        voices.map(|voice| voice.id).collect::<BTreeSet<_>>()
    };
    assert_eq!(carried(), BTreeSet::from([there]));
    let merged = office.unit("P-D-A", |unit| {
        unit.valid_to = Some("2025-06-30".to_owned());
        unit.successor = Some("P-D-B".into());
    });
    let rules = [rule("P-D", Step::Assign, 2), rule("P-D", Step::Answer, 9)];
    let [assign, answer] = rules.map(put);
    office.change(vec![merged, assign, answer]);
    assert_eq!(carried(), BTreeSet::from([there, elsewhere]));
    let named = case.to_string();
    let letter = [
        ("dispatch_kind", "transfer"),
        ("to_unit", "P-D-B"),
        ("to_role", "executive"),
        ("cases", named.as_str()),
        ("sent", "2025-07-01"),
    ];
    office.write("committee", Kind::Dispatch, "P-D-A", &letter);
    assert_eq!(office.due(case), "2025-07-03", "it names who answers");
    assert_whole(&office.server);
}

#[test]
fn what_is_derived_again_is_what_a_change_can_touch() {
    let office = Office::new();
    office.change(vec![
        put(rule("P-D", Step::Answer, 10)),
        put(rule("P-D", Step::Dispatch, 20)),
    ]);
    let made = office.matter(&[]);
    let early = office.matter(&[]);
    office.letter("committee", "P-D", early, "2025-03-03");
    let late = office.matter(&[]);
    office.letter("committee", "P-D", late, "2025-06-02");
    let named = office.matter(&[("due", "2025-12-31")]);
    office.letter("committee", "P-D", named, "2025-06-02");
    let fields = [("wording", "Ở xã")];
    let commune = office.write("commune-committee", Kind::Case, "P-D-A", &fields);
    office.letter("commune-committee", "P-D-A", commune, "2025-06-02");
    let all = [made, early, late, named, commune];

    let touches = |what: &str, changes: Vec<DistrictChange>, cases: &[DocumentId]| {
        let touched = office.touched(changes);
        assert_eq!(touched, cases.iter().copied().collect(), "{what}");
    };
    let from = |day: &str, rule: Rule| Rule {
        valid_from: day.to_owned(),
        ..rule
    };
    touches(
        "a holiday",
        vec![day_off("2025-06-13")],
        &[made, late, named, commune],
    );
    touches("a later one", vec![day_off("2025-06-19")], &[made, named]);
    let drop = DeadlineChange::DropHoliday("2025-06-19".to_owned());
    touches(
        "none again",
        vec![DistrictChange::Deadlines(drop)],
        &[made, named],
    );
    let warn = DeadlineChange::SetWarning(9);
    touches("a warning", vec![DistrictChange::Deadlines(warn)], &[]);
    touches(
        "a step's rule",
        vec![put(rule("P-D", Step::Assign, 2))],
        &[early, late, named, commune],
    );
    touches(
        "a rule of later",
        vec![put(from("2025-06-02", rule("P-D", Step::Answer, 9)))],
        &[late, named, commune],
    );
    touches(
        "a unit's rule",
        vec![put(rule("P-D-A", Step::Answer, 5))],
        &[commune],
    );
    touches(
        "a rule of elsewhere",
        vec![put(rule("P-E", Step::Answer, 5))],
        &[],
    );
    let was = rule("P-D-A", Step::Answer, 5);
    let end = |was: &Rule, valid_to: &str| {
        DistrictChange::Deadlines(DeadlineChange::EndRule {
            was: was.clone(),
            valid_to: valid_to.to_owned(),
        })
    };
    touches(
        "the end of a rule, later",
        vec![end(&was, "2025-06-02")],
        &[],
    );
    let was = Rule {
        valid_to: Some("2025-06-02".to_owned()),
        ..was
    };
    touches(
        "the end of a rule",
        vec![end(&was, "2025-06-01")],
        &[commune],
    );
    let name = office.unit("P-D-A", |unit| unit.name = "Xã mới".to_owned());
    touches("a name", vec![name], &[]);
    let ended = office.unit("P-D-B", |unit| {
        unit.valid_to = Some("2025-06-30".to_owned())
    });
    touches("the tree", vec![ended], &all);
}

#[test]
fn a_petition_is_in_a_case_as_long_as_their_units_have_to_do_with_each_other() {
    let office = Office::new();
    let petition = office.voice("a-1", "P-D-A", &[]);
    let case = office.matter(&[]);
    office.consolidate(petition, "P-D-A", Some(case));
    let carried = || office.stored(case).voices.len();
    assert_eq!(carried(), 1);
    let moved = office.unit("P-D-A", |unit| unit.parent = Some("P-E".into()));
    office.change(vec![moved]);
    assert_eq!(carried(), 0);
    assert_whole(&office.server);
    let back = office.unit("P-D-A", |unit| unit.parent = Some("P-D".into()));
    office.change(vec![back]);
    assert_eq!(carried(), 1);
    assert_whole(&office.server);
}

/// More cases than are derived at once, sent in pushes.
fn many(office: &Office, count: usize) {
    let phone = office.phone("committee");
    let wording = [kiennghi_shared::record::Edit::new("wording", "Cầu tràn")];
    for _ in 0..count / 50 {
        let drafts = (0..50).map(|_| Draft::new(&phone, Kind::Case, "P-D", &wording).take());
        office.server.bench.push(&phone, drafts.collect());
    }
}

fn due_by_rule(server: &Server) -> i64 {
    let due = "SELECT count(*) FROM cases WHERE due = '2025-06-20'";
    database(server)
        .query_row(due, [], |row| row.get(0))
        .expect("a count")
}

#[test]
fn many_cases_are_derived_in_pieces_and_none_stays_as_it_was() {
    let office = Office::new();
    many(&office, 300);
    office.change(vec![put(rule("P-D", Step::Dispatch, 5))]);
    until_derived(&office.server);
    assert_eq!(due_by_rule(&office.server), 300);
    assert_whole(&office.server);
}

#[test]
fn what_a_server_left_to_derive_is_taken_up_by_the_next() {
    let office = Office::new();
    many(&office, 200);
    office.change(vec![put(rule("P-D", Step::Dispatch, 5))]);
    until_derived(&office.server);
    let Office { server } = office;
    // As if it had ended right after the change was written.
    let undone = "UPDATE cases SET due = '2020-01-01';
         INSERT INTO cases_to_derive SELECT number FROM cases";
    let folder = tempfile::tempdir().expect("folder");
    drop(database(&server));
    let file = folder
        .path()
        .join(kiennghi_server::store::sqlite::FILE_NAME);
    backup(server.folder.path(), &file).expect("copied");
    crate::safekeeping::alter(&file, undone);
    assert_eq!(
        crate::safekeeping::verified(folder.path(), &[]),
        "",
        "it is known to wait"
    );
    let (report, _) = verify(folder.path(), &[], &[]).expect("can be opened");
    assert_eq!(report.waiting, 200);
    let server = Server::on(folder);
    until_derived(&server);
    assert_eq!(due_by_rule(&server), 200);
    let (report, _) = verify(server.folder.path(), &[], &[]).expect("can be opened");
    assert_eq!(report.waiting, 0);
}

#[test]
fn what_was_said_of_deadlines_since_the_backup_holds_for_cases_too() {
    let office = Office::new();
    many(&office, 100);
    let files = tempfile::tempdir().expect("folder");
    let file = files.path().join("backup");
    backup(office.server.folder.path(), &file).expect("written");
    office.change(vec![put(rule("P-D", Step::Dispatch, 5))]);
    until_derived(&office.server);
    let folder = tempfile::tempdir().expect("folder");
    let beside = folder
        .path()
        .join(kiennghi_server::store::sqlite::FILE_NAME);
    backup(office.server.folder.path(), &beside).expect("written");
    restore_with_people(folder.path(), &file);
    let server = Server::on(folder);
    until_derived(&server);
    assert_eq!(due_by_rule(&server), 100);
}
