//! What stands on the desks of a district with fifty thousand petitions and twenty thousand cases: lists, search, the
//! case file and the review of all units.

use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::DocumentHeader;
use kiennghi_tests::harness::{Petitions, Server};
use kiennghi_tests::phone::{Phone, now_ms};
use kiennghi_tests::random::fresh_document;

use super::asked::Asked;
use super::stock::{COMMITTEE, communes};
use super::table::Table;

/// Cases that one dispatch carries.
const PER_DISPATCH: usize = 400;

/// Paths, and what they are.
const QUESTIONS: [(&str, &str); 13] = [
    ("the first page of cases", "/api/v1/cases"),
    ("a late page of cases", "/api/v1/cases?offset=10000"),
    (
        "cases by state and field",
        "/api/v1/cases?state=answered&field=transport",
    ),
    ("cases that are overdue", "/api/v1/cases?need=remind"),
    ("cases by words", "/api/v1/cases?text=duong%20lien%20thon"),
    (
        "cases of a commune and a quarter",
        "/api/v1/cases?briefing=true&raised_in=QN-DH-02&from=2026-01-01&to=2026-03-31",
    ),
    ("what is needed now", "/api/v1/needs"),
    ("petitions that wait", "/api/v1/petitions?waiting=true"),
    ("petitions by words", "/api/v1/petitions?text=kenh%20muong"),
    ("the briefing of all time", "/api/v1/briefing"),
    (
        "the briefing of a quarter",
        "/api/v1/briefing?from=2026-01-01&to=2026-03-31",
    ),
    (
        "cases from before a quarter",
        "/api/v1/cases?briefing=true&before=true&from=2026-01-01&to=2026-03-31",
    ),
    (
        "petitions of a quarter",
        "/api/v1/petitions?briefing=true&from=2026-01-01&to=2026-03-31",
    ),
];

pub(crate) async fn measure(table: &mut Table, quick: bool) {
    let (petitions, cases, rounds) = if quick {
        (500, 200, 5)
    } else {
        (50_000, 20_000, 100)
    };
    let server = Server::start();
    let mut phone = server.phone(COMMITTEE).await;
    phone.sync().await.expect("in step");
    let made = stock(&mut phone, petitions, cases);
    let report = phone.sync().await.expect("in step");
    assert_eq!(report.refused, 0);
    eprintln!(
        "stocked {petitions} petitions and {cases} cases in {} ms",
        report.ms
    );
    let mut asked = Asked::of(&phone, &server).await;
    for (what, path) in QUESTIONS {
        for _ in 0..rounds {
            asked.ask(path).await;
        }
        asked.tell(
            table,
            format!("{what}; {petitions} petitions, {cases} cases"),
        );
    }
    for id in made.iter().step_by(cases / rounds) {
        asked.ask(&format!("/api/v1/cases/{id}")).await;
    }
    asked.tell(
        table,
        format!("one case; {petitions} petitions, {cases} cases"),
    );
}

/// Writes all as the committee: most cases carry several petitions, were sent, answered and told, and some closed.
fn stock(phone: &mut Phone, petitions: usize, cases: usize) -> Vec<DocumentId> {
    let units = communes(phone);
    let own = UnitCode::from("QN-DH");
    let samples: Vec<_> = Petitions::seeded(20).take(petitions).collect();
    let made: Vec<DocumentId> = samples
        .iter()
        .take(cases)
        .map(|sample| {
            let edits = sample.edits();
            let keep = |key: &str| edits.iter().find(|edit| edit.field == key).cloned();
            let wording = keep("content").map(|edit| Edit {
                field: "wording".to_owned(),
                ..edit
            });
            let edits = [wording, keep("field"), keep("competence")];
            write(
                phone,
                Kind::Case,
                &own,
                None,
                &edits.into_iter().flatten().collect::<Vec<_>>(),
            )
        })
        .collect();
    for (index, sample) in samples.into_iter().enumerate() {
        let unit = &units[index % units.len()];
        let petition = phone
            .record_petition(unit, sample.edits())
            .expect("recorded");
        // One in twenty still waits.
        if index % 20 != 19 {
            let edits = vec![
                Edit::new("petition", petition.to_string()),
                Edit::new("case", made[index % cases].to_string()),
            ];
            write(
                phone,
                Kind::Consolidation,
                unit,
                Some(consolidation_of(petition)),
                &edits,
            );
        }
    }
    for (number, carried) in made.chunks(PER_DISPATCH).enumerate().skip(2) {
        let ids: Vec<String> = carried.iter().map(ToString::to_string).collect();
        let sent = format!("2026-{:02}-{:02}", 1 + number % 10, 1 + number % 28);
        let edits = vec![
            Edit::new("dispatch_kind", "transfer"),
            Edit::new("to", "Ủy ban nhân dân huyện"),
            Edit::new("to_unit", own.0.clone()),
            Edit::new("to_role", "executive"),
            Edit::new("cases", ids.join("\n")),
            Edit::new("sent", sent.clone()),
        ];
        let dispatch = write(phone, Kind::Dispatch, &own, None, &edits);
        for (index, case) in carried
            .iter()
            .enumerate()
            .filter(|(index, _)| index % 4 != 3)
        {
            let about = |key: &str, id: DocumentId, rest: Vec<Edit>| {
                let of = [
                    Edit::new("case", case.to_string()),
                    Edit::new(key, id.to_string()),
                ];
                [of.to_vec(), rest].concat()
            };
            let outcome = ["resolved", "explained", "in-progress"][index % 3];
            let edits = vec![
                Edit::new("outcome", outcome),
                Edit::new("content", "Đã kiểm tra thực tế và tổ chức thực hiện xong."),
                Edit::new("date", sent.clone()),
            ];
            let answer = write(
                phone,
                Kind::Answer,
                &own,
                None,
                &about("dispatch", dispatch, edits),
            );
            let told = vec![Edit::new("date", sent.clone()), Edit::new("how", "posted")];
            write(
                phone,
                Kind::Notice,
                &own,
                None,
                &about("answer", answer, told),
            );
            let check = vec![Edit::new("date", sent.clone()), Edit::new("holds", "holds")];
            write(
                phone,
                Kind::Check,
                &own,
                None,
                &about("answer", answer, check),
            );
            if index % 2 == 0 {
                let verdict = vec![
                    Edit::new("date", sent.clone()),
                    Edit::new("verdict", "close"),
                ];
                write(
                    phone,
                    Kind::Finding,
                    &own,
                    None,
                    &about("answer", answer, verdict),
                );
            }
        }
    }
    made
}

/// Writes a document of a kind.
pub(crate) fn write(
    phone: &mut Phone,
    kind: Kind,
    unit: &UnitCode,
    id: Option<DocumentId>,
    edits: &[Edit],
) -> DocumentId {
    let header = DocumentHeader {
        id: id.unwrap_or_else(|| fresh_document(now_ms())),
        kind,
        unit: unit.clone(),
    };
    phone.write(&header, edits).expect("written");
    header.id
}
