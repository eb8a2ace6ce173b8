//! Petitions and cases that say the same as a petition are looked for among fifty thousand and twenty thousand: as a
//! long one, made up, and as a labelled one, which is short. How good what is found is, is told by the server's tests: the made-up ones each
//! name a quarter of all subjects there are.

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_tests::harness::{Petitions, Server};
use kiennghi_tests::phone::Phone;

use super::asked::Asked;
use super::desk::write;
use super::stock::{COMMITTEE, communes};
use super::table::Table;

/// Suggestions that are asked for.
const LIMIT: usize = 20;
/// Words of a case's wording.
const WORDING_WORDS: usize = 20;
const LABELLED: &str = include_str!("../../../../server/tests/fixtures/alike.txt");

pub(crate) async fn measure(table: &mut Table, quick: bool) {
    let (petitions, cases, questions) = if quick {
        (500, 200, 20)
    } else {
        (50_000, 20_000, 200)
    };
    let server = Server::start();
    let mut phone = server.phone(COMMITTEE).await;
    phone.sync().await.expect("in step");
    let made_up = record(&mut phone, petitions);
    let labelled = record_labelled(&mut phone);
    consolidate(&mut phone, cases);
    let report = phone.sync().await.expect("in step");
    assert_eq!(report.refused, 0);
    eprintln!(
        "stocked {petitions} petitions and {cases} cases in {} ms",
        report.ms
    );
    let mut asked = Asked::of(&phone, &server).await;

    let spread = made_up.iter().step_by(petitions / questions);
    for id in spread.take(questions) {
        asked.ask(&path(*id)).await;
    }
    let among = format!("{petitions} petitions, {cases} cases");
    let what = format!("similar to a long petition, {among}");
    asked.tell(table, what);

    for id in labelled.iter().take(questions) {
        asked.ask(&path(*id)).await;
    }
    let what = format!("similar to a labelled petition, {among}");
    asked.tell(table, what);
}

fn path(id: DocumentId) -> String {
    format!("/api/v1/petitions/{id}/similar?limit={LIMIT}")
}

fn record(phone: &mut Phone, petitions: usize) -> Vec<DocumentId> {
    let units = communes(phone);
    let samples = Petitions::seeded(22)
        .take(petitions)
        .zip(units.iter().cycle());
    samples
        .map(|(sample, unit)| {
            phone
                .record_petition(unit, sample.edits())
                .expect("recorded")
        })
        .collect()
}

/// Cases, worded with the beginnings of other petitions, each with one of them.
fn consolidate(phone: &mut Phone, cases: usize) {
    let units = communes(phone);
    let samples = Petitions::seeded(23).take(cases);
    for (sample, unit) in samples.zip(units.iter().cycle()) {
        let edits = sample.edits();
        let content = edits.iter().find(|edit| edit.field == "content");
        let content = content.and_then(|edit| edit.value.as_text());
        let words = content.unwrap_or_default().split(' ');
        let wording = words.take(WORDING_WORDS).collect::<Vec<_>>().join(" ");
        let wording = [Edit::new("wording", wording)];
        let case = write(phone, Kind::Case, &"QN-DH".into(), None, &wording);
        let petition = phone.record_petition(unit, edits).expect("recorded");
        let edits = [
            Edit::new("petition", petition.to_string()),
            Edit::new("case", case.to_string()),
        ];
        let id = Some(consolidation_of(petition));
        write(phone, Kind::Consolidation, unit, id, &edits);
    }
}

/// The labelled petitions.
fn record_labelled(phone: &mut Phone) -> Vec<DocumentId> {
    let units = phone.account().profile.units.clone();
    let lines = LABELLED.lines().filter(|line| line.contains(" | "));
    lines
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut parts = line.splitn(3, " | ");
            let mut next = || parts.next().expect("three parts");
            let (_matter, village, content) = (next(), next(), next());
            let unit = units
                .iter()
                .find(|unit| unit.villages.iter().any(|known| known == village));
            let edits = vec![Edit::new("content", content), Edit::new("village", village)];
            let unit = &unit.expect("a village of the district").code;
            phone.record_petition(unit, edits).expect("recorded")
        })
        .collect()
}
