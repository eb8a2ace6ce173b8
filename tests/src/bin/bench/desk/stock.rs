//! Five years of a council: meetings in every commune every month, petitions that were raised at them, cases that carry two or
//! three each, and letters, assignments, answers, checks, notices and findings about most of them.

use std::time::Instant;

use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::DocumentHeader;
use kiennghi_tests::harness::{Petitions, Server};
use kiennghi_tests::phone::{Phone, now_ms};
use kiennghi_tests::random::fresh_document;

use super::Size;
use super::pages::EXECUTIVE;
use crate::stock::{COMMITTEE, communes};

/// Months of the term, from July 2021 on.
const MONTHS: usize = 60;
/// Cases that a letter carries, as many as one may.
const PER_DISPATCH: usize = 400;
/// Documents that are written before they are handed in.
const AT_ONCE: usize = 1_000;
const AGENCIES: [&str; 3] = ["QN-DH-KTHT", "QN-DH-NNMT", "QN-DH-GDDT"];

/// What was written.
pub(super) struct Stocked {
    pub(super) petitions: Vec<DocumentId>,
    pub(super) cases: Vec<DocumentId>,
    /// Letters that were sent.
    pub(super) dispatches: Vec<DocumentId>,
    pub(super) per_dispatch: usize,
    /// How long it took.
    pub(super) ms: u128,
}

/// Writes all of it, as the committee and the executive.
pub(super) async fn fill(server: &Server, size: Size) -> Stocked {
    let begun = Instant::now();
    let mut committee = server.phone(COMMITTEE).await;
    committee.sync().await.expect("in step");
    let mut executive = server.phone(EXECUTIVE).await;
    executive.sync().await.expect("in step");
    let (petitions, cases) = raise(&mut committee, size).await;
    let mut stocked = Stocked {
        petitions,
        cases,
        dispatches: Vec::new(),
        per_dispatch: PER_DISPATCH.min(size.cases / 10),
        ms: 0,
    };
    pass_on(&mut committee, &mut executive, &mut stocked).await;
    hand_in(&mut committee).await;
    stocked.ms = begun.elapsed().as_millis();
    stocked
}

/// Hands in what was written: often, for whoever keeps much back is slow.
async fn hand_in(phone: &mut Phone) {
    let report = phone.sync().await.expect("in step");
    assert_eq!(report.refused, 0);
}

/// The month in which something was raised, the first to the last of so many.
fn month(index: usize, of: usize) -> usize {
    index * MONTHS / of
}

/// `yyyy-mm-dd`.
fn day(month: usize, day: usize) -> String {
    let month = month + 6;
    format!("{}-{:02}-{day:02}", 2021 + month / 12, 1 + month % 12)
}

/// Meetings, petitions and the cases that carry them.
async fn raise(phone: &mut Phone, size: Size) -> (Vec<DocumentId>, Vec<DocumentId>) {
    let units = communes(phone);
    let sessions = phone.account().profile.sessions.clone();
    let mut sessions: Vec<String> = sessions.into_iter().map(|session| session.code).collect();
    sessions.reverse();
    let mut meetings = Vec::new();
    for month in 0..MONTHS {
        for (index, unit) in units.iter().enumerate() {
            let kind = ["periodic", "periodic", "reception-regular"][(month + index) % 3];
            let edits = [
                Edit::new("date", day(month, 1 + index)),
                Edit::new(
                    "session",
                    sessions[month * sessions.len() / MONTHS].as_str(),
                ),
                Edit::new("meeting_kind", kind),
                Edit::new("voters_present", 40),
            ];
            meetings.push(write(phone, Kind::Meeting, unit, None, &edits));
        }
    }
    let samples: Vec<_> = Petitions::seeded(20).take(size.petitions).collect();
    let mut cases = Vec::new();
    for (index, sample) in samples.iter().take(size.cases).enumerate() {
        let session = &sessions[month(index, size.cases) * sessions.len() / MONTHS];
        let edits = [
            Edit::new("wording", sample.content.as_str()),
            Edit::new("field", sample.field),
            Edit::new("competence", ["commune", "district", "province"][index % 3]),
            Edit::new("session", session.as_str()),
        ];
        cases.push(write(phone, Kind::Case, &"QN-DH".into(), None, &edits));
        if index % AT_ONCE == 0 {
            hand_in(phone).await;
        }
    }
    let mut petitions = Vec::new();
    for (index, sample) in samples.iter().enumerate() {
        let (case, commune) = (index % size.cases, index % units.len());
        let meeting = meetings[month(case, size.cases) * units.len() + commune];
        let mut edits = sample.edits();
        edits.push(Edit::new("meeting", meeting.to_string()));
        let unit = &units[commune];
        let petition = phone.record_petition(unit, edits).expect("recorded");
        petitions.push(petition);
        // One in twenty still waits.
        if index % 20 != 19 {
            let edits = [
                Edit::new("petition", petition.to_string()),
                Edit::new("case", cases[case].to_string()),
            ];
            let id = Some(consolidation_of(petition));
            write(phone, Kind::Consolidation, unit, id, &edits);
        }
        if index % AT_ONCE == 0 {
            hand_in(phone).await;
        }
    }
    (petitions, cases)
}

/// Sends all cases but the newest, and has most of them assigned or answered.
async fn pass_on(committee: &mut Phone, executive: &mut Phone, stocked: &mut Stocked) {
    let own = UnitCode::from("QN-DH");
    let of = stocked.cases.len();
    let letters = of / stocked.per_dispatch - 2;
    for (number, carried) in stocked
        .cases
        .chunks(stocked.per_dispatch)
        .take(letters)
        .enumerate()
    {
        let sent = day(month(number * stocked.per_dispatch, of) + 1, 15);
        let ids: Vec<String> = carried.iter().map(ToString::to_string).collect();
        let edits = [
            Edit::new("dispatch_kind", "transfer"),
            Edit::new("number", format!("{}/TTHĐND", number + 1)),
            Edit::new("date", sent.clone()),
            Edit::new("subject", "Chuyển kiến nghị của cử tri"),
            Edit::new("to", "Ủy ban nhân dân huyện Đầm Hà"),
            Edit::new("to_unit", own.0.clone()),
            Edit::new("to_role", "executive"),
            Edit::new("cases", ids.join("\n")),
            Edit::new("sent", sent.clone()),
        ];
        let dispatch = write(committee, Kind::Dispatch, &own, None, &edits);
        stocked.dispatches.push(dispatch);
        hand_in(committee).await;
        for (index, case) in carried.iter().enumerate() {
            match index % 8 {
                // Nobody took it up.
                7 => {}
                3 => assign(executive, *case, index, &sent),
                _ => answer(committee, (*case, dispatch), index, &sent),
            }
        }
        hand_in(executive).await;
    }
}

fn assign(executive: &mut Phone, case: DocumentId, index: usize, day: &str) {
    let edits = [
        Edit::new("case", case.to_string()),
        Edit::new("part", "lead"),
        Edit::new("date", day),
    ];
    let agency = AGENCIES[index % AGENCIES.len()].into();
    write(executive, Kind::Assignment, &agency, None, &edits);
}

/// Answers a case, has it checked and told, and closes every other one or carries it over.
fn answer(phone: &mut Phone, (case, dispatch): (DocumentId, DocumentId), index: usize, day: &str) {
    let own = UnitCode::from("QN-DH");
    let mut about = |kind, key: &str, id: DocumentId, rest: &[Edit]| {
        let of = [
            Edit::new("case", case.to_string()),
            Edit::new(key, id.to_string()),
            Edit::new("date", day),
        ];
        write(phone, kind, &own, None, &[&of, rest].concat())
    };
    let outcome = ["resolved", "explained", "in-progress"][index % 3];
    let said = [
        Edit::new("outcome", outcome),
        Edit::new("content", "Đã kiểm tra thực tế và tổ chức thực hiện xong."),
    ];
    let answer = about(Kind::Answer, "dispatch", dispatch, &said);
    about(
        Kind::Notice,
        "answer",
        answer,
        &[Edit::new("how", "posted")],
    );
    about(
        Kind::Check,
        "answer",
        answer,
        &[Edit::new("holds", "holds")],
    );
    let verdict = ["close", "", "close", "follow"][index % 4];
    if !verdict.is_empty() {
        let verdict = [
            Edit::new("verdict", verdict),
            Edit::new("programme", "Giám sát năm 2025"),
        ];
        about(Kind::Finding, "answer", answer, &verdict);
    }
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
