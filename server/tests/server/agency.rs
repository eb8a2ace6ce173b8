//! What an agency sees: what is assigned to it, and nothing else, at every door.

use std::collections::BTreeSet;

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;
use serde_json::Value;

use crate::district::AGENCY;
use crate::http::Device;
use crate::office::Office;

/// A district with cases at its agency, and others.
struct Agency {
    office: Office,
    device: Device,
    /// Assigned to it: to lead, and to help.
    theirs: [DocumentId; 2],
    /// Assigned to nobody, to the executive itself, withdrawn, sent on elsewhere, and a commune's.
    others: [DocumentId; 5],
    /// What stands in its unit: its assignments and its answer.
    own: BTreeSet<DocumentId>,
    /// All else that was written.
    foreign: Vec<DocumentId>,
    letter: DocumentId,
}

impl Agency {
    fn new() -> Self {
        let office = Office::new();
        let case = || office.matter(&[]);
        let [lead, helps, unassigned, kept, withdrawn, moved] = std::array::from_fn(|_| case());
        let fields = [("wording", "Sửa cầu tràn")];
        let commune = office.write("commune-committee", Kind::Case, "P-D-A", &fields);
        let petition = office.voice("a-1", "P-D-A", &[("village", "Thôn 1"), ("place", "Ngầm")]);
        office.consolidate(petition, "P-D-A", Some(lead));
        let letters: Vec<_> = [lead, helps, unassigned, kept, withdrawn, moved]
            .map(|case| office.letter("committee", "P-D", case, "2025-06-02"))
            .into();
        let assign = |unit, case: DocumentId, part| {
            let case = case.to_string();
            let fields = [
                ("case", case.as_str()),
                ("part", part),
                ("date", "2025-06-03"),
            ];
            office.write("executive", Kind::Assignment, unit, &fields)
        };
        let mut foreign = vec![
            petition,
            assign("P-D", kept, "lead"),
            assign("P-D", helps, "lead"),
        ];
        let taken = office.assigned(withdrawn, &[("withdrawn", "2025-06-04")]);
        let mut own: BTreeSet<_> = [lead, moved].map(|case| office.assigned(case, &[])).into();
        own.extend([taken, assign(AGENCY, helps, "coordinating")]);
        // Sent anew, to the executive of a commune.
        let elsewhere = moved.to_string();
        let fields = [
            ("dispatch_kind", "transfer"),
            ("to_unit", "P-D-A"),
            ("to_role", "executive"),
            ("cases", elsewhere.as_str()),
            ("sent", "2025-06-05"),
        ];
        foreign.push(office.write("committee", Kind::Dispatch, "P-D", &fields));
        let case = lead.to_string();
        let of = |fields: &[(&'static str, &'static str)]| -> Vec<(&'static str, String)> {
            let fields = fields
                .iter()
                .map(|(key, value)| (*key, (*value).to_owned()));
            fields.chain([("case", case.clone())]).collect()
        };
        let write = |user, kind, unit, fields: &[(&'static str, &'static str)]| {
            let fields = of(fields);
            let fields: Vec<_> = fields
                .iter()
                .map(|(key, value)| (*key, value.as_str()))
                .collect();
            office.write(user, kind, unit, &fields)
        };
        let answer = [("outcome", "resolved"), ("date", "2025-06-10")];
        own.insert(write("agency", Kind::Answer, AGENCY, &answer));
        for case in [kept, unassigned, withdrawn] {
            foreign.push(office.answered(case, "2025-06-10"));
        }
        let on = ("date", "2025-06-12");
        foreign.push(write(
            "a-1",
            Kind::Check,
            "P-D-A",
            &[on, ("holds", "holds")],
        ));
        foreign.push(write(
            "a-1",
            Kind::Notice,
            "P-D-A",
            &[on, ("how", "read-out")],
        ));
        foreign.push(write(
            "board",
            Kind::Finding,
            "P-D",
            &[on, ("verdict", "follow")],
        ));
        foreign.extend([lead, helps, unassigned, kept, withdrawn, moved, commune]);
        foreign.extend(&letters);
        Self {
            device: office.server.device("agency"),
            office,
            theirs: [lead, helps],
            others: [unassigned, kept, withdrawn, moved, commune],
            own,
            foreign,
            letter: letters[0],
        }
    }

    async fn get(&self, path: &str) -> Value {
        self.office.get(&self.device, path).await
    }

    async fn status(&self, path: &str) -> u16 {
        let answer = self.office.server.get(path, &self.device.token).await;
        answer.status.as_u16()
    }

    async fn listed(&self, path: &str) -> BTreeSet<DocumentId> {
        let page = self.get(path).await;
        let cases = page["cases"].as_array().expect("cases").iter();
        let ids: BTreeSet<_> = cases.map(id).collect();
        assert_eq!(page["total"], ids.len(), "{path}");
        ids
    }
}

fn id(row: &Value) -> DocumentId {
    row["id"].as_str().expect("an id").parse().expect("an id")
}

#[tokio::test]
async fn its_desk_holds_the_cases_that_are_assigned_to_it() {
    let agency = Agency::new();
    let theirs = BTreeSet::from(agency.theirs);
    assert_eq!(agency.listed("/api/v1/cases?desk=agency").await, theirs);
    let searched = "/api/v1/cases?desk=agency&text=tr%C3%A0n";
    assert_eq!(agency.listed(searched).await, theirs);
    let lists = [
        "desk=committee",
        "desk=executive",
        "",
        "desk=committee&text=tran",
    ];
    for list in lists {
        let path = format!("/api/v1/cases?{list}");
        assert_eq!(agency.listed(&path).await, BTreeSet::new(), "{list}");
    }
    let needs = agency.get("/api/v1/needs?desk=agency").await;
    let states = needs["states"].as_array().expect("states").iter();
    let counted: u64 = states
        .map(|state| state["count"].as_u64().expect("a count"))
        .sum();
    assert_eq!((counted, &needs["waiting"]), (2, &0.into()));
    for desk in ["committee", "executive"] {
        let needs = agency.get(&format!("/api/v1/needs?desk={desk}")).await;
        assert_eq!(needs["states"], serde_json::json!([]), "{desk}");
    }
    for desk in ["committee", "executive", "agency"] {
        let letters = agency.get(&format!("/api/v1/dispatches?desk={desk}")).await;
        assert_eq!(letters["total"], 0, "{desk}");
    }
    assert_eq!(agency.get("/api/v1/findings").await["total"], 0);
    let results = agency.get("/api/v1/results").await;
    assert_eq!(results["results"], serde_json::json!([]));
}

#[tokio::test]
async fn a_case_file_holds_what_it_takes_to_answer() {
    let agency = Agency::new();
    for case in agency.theirs {
        assert_eq!(agency.status(&format!("/api/v1/cases/{case}")).await, 200);
    }
    for case in agency.others {
        assert_eq!(agency.status(&format!("/api/v1/cases/{case}")).await, 404);
    }
    let file = agency
        .get(&format!("/api/v1/cases/{}", agency.theirs[0]))
        .await;
    let papers = file["papers"].as_array().expect("papers").iter();
    let papers: BTreeSet<_> = papers.map(id).collect();
    let beside: Vec<_> = papers.difference(&agency.own).copied().collect();
    assert_eq!(
        beside,
        [agency.letter],
        "the letter that asks, and what is its own"
    );
    let voice = &file["voices"][0]["petition"];
    assert_eq!(
        (&voice["village"], &voice["place"]),
        (&"Thôn 1".into(), &"".into())
    );
    let file = agency
        .get(&format!("/api/v1/cases/{}", agency.theirs[1]))
        .await;
    let papers = file["papers"].as_array().expect("papers").iter();
    let units: BTreeSet<_> = papers
        .map(|paper| paper["unit"].as_str().expect("a unit"))
        .collect();
    assert_eq!(units, BTreeSet::from([AGENCY, "P-D"]));
    let own = file["papers"].as_array().expect("papers").iter();
    let own = own.filter(|paper| paper["content"].get("assignment").is_some());
    assert_eq!(own.count(), 1, "not who else was asked");
}

#[tokio::test]
async fn documents_come_to_it_by_its_unit_alone() {
    let mut agency = Agency::new();
    for own in &agency.own {
        assert_eq!(
            agency.status(&format!("/api/v1/documents/{own}")).await,
            200
        );
    }
    for foreign in &agency.foreign {
        let path = format!("/api/v1/documents/{foreign}");
        assert_eq!(agency.status(&path).await, 404, "{foreign}");
    }
    let server = &agency.office.server;
    let fed = server.sync(&mut agency.device, vec![], |_| {}).await;
    let fed = fed.chunks.iter().flat_map(|chunk| &chunk.documents);
    let fed: BTreeSet<_> = fed.map(|document| document.header.id).collect();
    assert_eq!(fed, agency.own);
}

#[tokio::test]
async fn what_is_printed_and_counted_of_others_is_shut() {
    let agency = Agency::new();
    let petition = agency.foreign[0];
    assert_eq!(agency.get("/api/v1/petitions").await["total"], 0);
    assert_eq!(agency.get("/api/v1/petitions?text=tran").await["total"], 0);
    for (path, status) in [
        (
            format!("/api/v1/cases/{}/sheet.docx", agency.theirs[0]),
            200,
        ),
        (
            format!("/api/v1/cases/{}/sheet.docx", agency.others[1]),
            404,
        ),
        (
            format!("/api/v1/cases/{}/sheet.docx", agency.others[2]),
            404,
        ),
        (
            format!("/api/v1/dispatches/{}/letter.docx", agency.letter),
            404,
        ),
        (format!("/api/v1/petitions/{petition}/similar"), 404),
        ("/api/v1/petitions/counts".to_owned(), 403),
        ("/api/v1/petitions/counts?text=tran".to_owned(), 403),
        ("/api/v1/briefing".to_owned(), 403),
        ("/api/v1/reports/consolidation.docx".to_owned(), 403),
        ("/api/v1/reports/annexes.xlsx".to_owned(), 403),
        ("/api/v1/reports/tables.xlsx".to_owned(), 403),
        ("/api/v1/audit".to_owned(), 403),
    ] {
        assert_eq!(agency.status(&path).await, status, "{path}");
    }
}
