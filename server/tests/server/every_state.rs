//! Every state that a case can be in, come to by what devices hand in: each case stands once on the committee's one list of
//! what needs somebody, until it is closed.

use std::collections::BTreeMap;

use kiennghi_shared::casefile::State;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::schema::Kind;

use crate::district::AGENCY;
use crate::handed_in::{Devices, Written};
use crate::http::Server;

/// A step of a case, after those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Send,
    /// The same, to be answered by a day that is over.
    SendLate,
    GiveBack,
    Assign,
    /// The agency gives it back to whoever assigned it.
    Return,
    Answer,
    Check,
    Tell,
    Complain,
    Close,
    Follow,
}

use Step::{
    Answer, Assign, Check, Close, Complain, Follow, GiveBack, Return, Send, SendLate, Tell,
};

/// What happened to a case, the state that this comes to, and what the committee is told to do.
const STORIES: [(&[Step], &str, Option<&str>); 16] = [
    (&[], "consolidated", Some("dispatch")),
    (&[Send], "dispatched", Some("await")),
    (&[SendLate], "dispatched", Some("remind")),
    (&[Send, GiveBack], "sent-back", Some("reroute")),
    (&[Send, Assign], "assigned", Some("await")),
    (&[SendLate, Assign], "assigned", Some("remind")),
    (&[Send, Assign, Return], "dispatched", Some("await")),
    (&[Send, Assign, Answer], "answered", Some("visit")),
    (&[Send, Assign, Answer, Check], "checked", Some("visit")),
    (&[Send, Assign, Answer, Tell], "told", Some("visit")),
    (&[Send, Assign, Answer, Check, Tell], "told", Some("decide")),
    (&[Send, Assign, Answer, Complain], "told", Some("supervise")),
    (
        &[Send, Assign, Answer, Follow],
        "carried-over",
        Some("follow"),
    ),
    (&[Send, Follow], "carried-over", Some("follow")),
    (&[Send, Assign, Answer, Check, Tell, Close], "closed", None),
    (
        &[Send, Assign, Answer, Check, Tell, Close, Complain],
        "reopened",
        Some("supervise"),
    ),
];

/// The documents of a case of the district that went through these steps, a petition of commune A in it. Nobody has handed
/// in any of them.
fn written(devices: &mut Devices<'_>, steps: &[Step]) -> (DocumentId, Vec<Written>) {
    let voice = [("content", "Cầu tràn hỏng"), ("village", "Thôn 1")];
    let petition = devices.write("a-1", Kind::Petition, "P-D-A", &voice);
    let case = devices.write(
        "committee",
        Kind::Case,
        "P-D",
        &[("wording", "Sửa cầu tràn")],
    );
    let carries = devices.put_into("committee", (petition.id, "P-D-A"), case.id);
    let id = case.id;
    let mut all = vec![petition, case, carries];
    let (mut letter, mut answer) = (String::new(), String::new());
    for step in steps {
        let paper = paper(devices, *step, [&id.to_string(), &letter, &answer]);
        match step {
            Send | SendLate => letter = paper.id.to_string(),
            Answer => answer = paper.id.to_string(),
            _ => {}
        }
        all.push(paper);
    }
    (id, all)
}

/// The paper of a step, which names the case, its letter and its answer.
fn paper(devices: &mut Devices<'_>, step: Step, [case, letter, answer]: [&str; 3]) -> Written {
    let mut paper = |user, kind, unit, fields: &[(&str, &str)]| {
        let about = match kind {
            Kind::Dispatch => ("cases", case),
            _ => ("case", case),
        };
        devices.write(user, kind, unit, &[fields, &[about]].concat())
    };
    let send = |due| {
        [
            ("dispatch_kind", "transfer"),
            ("to_unit", "P-D"),
            ("to_role", "executive"),
            ("sent", "2025-06-02"),
            ("due", due),
        ]
    };
    let said = |outcome, date| [("dispatch", letter), ("outcome", outcome), ("date", date)];
    let seen = |code: (&'static str, &'static str), date| {
        [
            ("answer", answer),
            ("village", "Thôn 1"),
            ("date", date),
            code,
        ]
    };
    let judged = |verdict, date| [("answer", answer), ("verdict", verdict), ("date", date)];
    match step {
        Send => paper("committee", Kind::Dispatch, "P-D", &send("2025-07-10")),
        SendLate => paper("committee", Kind::Dispatch, "P-D", &send("2025-06-10")),
        GiveBack => paper(
            "executive",
            Kind::Answer,
            "P-D",
            &said("sent-back", "2025-06-03"),
        ),
        Assign => {
            let fields = [
                ("dispatch", letter),
                ("part", "lead"),
                ("date", "2025-06-03"),
            ];
            paper("executive", Kind::Assignment, AGENCY, &fields)
        }
        Return => paper(
            "agency",
            Kind::Answer,
            AGENCY,
            &said("sent-back", "2025-06-04"),
        ),
        Answer => paper(
            "agency",
            Kind::Answer,
            AGENCY,
            &said("resolved", "2025-06-05"),
        ),
        Check => paper(
            "a-1",
            Kind::Check,
            "P-D-A",
            &seen(("holds", "holds"), "2025-06-06"),
        ),
        Tell => paper(
            "a-1",
            Kind::Notice,
            "P-D-A",
            &seen(("how", "read-out"), "2025-06-07"),
        ),
        Complain => {
            let fields = seen(("reaction", "not-solved"), "2025-06-12");
            paper("a-1", Kind::Notice, "P-D-A", &fields)
        }
        Close => paper(
            "board",
            Kind::Finding,
            "P-D",
            &judged("close", "2025-06-10"),
        ),
        Follow => paper(
            "board",
            Kind::Finding,
            "P-D",
            &judged("follow", "2025-06-11"),
        ),
    }
}

/// On which of the committee's lists cases stand, one after the other: each once for each list.
async fn lists(devices: &mut Devices<'_>) -> BTreeMap<String, Vec<String>> {
    let mut lists: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (need, count) in devices.needs("committee", "committee").await {
        let path = format!("/api/v1/cases?need={need}&limit=200");
        let listed = devices.listed("committee", &path).await;
        assert_eq!(listed.len() as u64, count, "{need}");
        for case in listed {
            lists.entry(case).or_default().push(need.clone());
        }
    }
    lists
}

/// Hands in the documents of every story in an order, and looks where the cases stand.
async fn stand(order: impl Fn(&mut Vec<Written>)) {
    let server = Server::new();
    let mut devices = Devices::at(&server);
    let mut cases = Vec::new();
    for (steps, state, need) in STORIES {
        let (case, mut documents) = written(&mut devices, steps);
        order(&mut documents);
        for document in documents {
            devices.hand_in(document).await;
        }
        cases.push((case.to_string(), steps, state, need));
    }
    let lists = lists(&mut devices).await;
    let mut of_states: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (case, steps, state, need) in &cases {
        let expected: Vec<&str> = need.iter().copied().collect();
        let found = lists.get(case).map_or(&[][..], Vec::as_slice);
        assert_eq!(found, expected, "{steps:?}");
        of_states.entry(state).or_default().push(case);
    }
    assert_eq!(of_states.len(), State::ALL.len(), "every state");
    for (state, cases) in of_states {
        let path = format!("/api/v1/cases?state={state}");
        let mut listed = devices.listed("committee", &path).await;
        listed.sort();
        let mut cases = cases;
        cases.sort_unstable();
        assert_eq!(listed, cases, "{state}");
    }
}

#[tokio::test]
async fn a_case_in_any_state_is_on_one_list_until_it_is_closed() {
    stand(|_| {}).await;
}

#[tokio::test]
async fn so_it_is_when_the_last_paper_comes_first() {
    stand(|documents| documents.reverse()).await;
}

#[tokio::test]
async fn a_case_is_on_one_list_all_the_while_its_papers_come_in_a_strange_order() {
    let server = Server::new();
    let mut devices = Devices::at(&server);
    let steps = [Send, Assign, Answer, Check, Tell, Close];
    let (case, mut documents) = written(&mut devices, &steps);
    // The petition, the case and what puts the one into the other; then the verdict, what was told, the answer before the
    // assignment, and at last the letter.
    documents[3..].reverse();
    let mut found = Vec::new();
    for document in documents {
        devices.hand_in(document).await;
        let lists = lists(&mut devices).await;
        let path = format!("/api/v1/cases/{case}");
        let file = devices.told("committee", &path);
        let state = file
            .await
            .map(|file| file["row"]["standing"]["state"].clone());
        found.push((
            state,
            lists.get(&case.to_string()).cloned().unwrap_or_default(),
        ));
    }
    let is_at = |state: &str, need: &[&str]| {
        let need: Vec<String> = need.iter().map(|need| (*need).to_owned()).collect();
        (Some(state.into()), need)
    };
    let mut expected = vec![(None, vec![]), is_at("consolidated", &[])];
    expected.extend(vec![is_at("consolidated", &["dispatch"]); 6]);
    expected.push(is_at("closed", &[]));
    assert_eq!(found, expected);
    let waiting = "/api/v1/petitions?waiting=true";
    assert!(devices.listed("committee", waiting).await.is_empty());
}

#[tokio::test]
async fn what_is_taken_out_of_a_case_waits_and_a_case_that_is_under_way_stays_on_its_list() {
    let server = Server::new();
    let mut devices = Devices::at(&server);
    for (steps, need) in [
        (&[][..], None),
        (&[Send, GiveBack], None),
        (&[Send], Some("await")),
        (&[Send, Assign, Answer], Some("visit")),
        (&[Send, Assign, Answer, Check], Some("visit")),
        (&[Send, Follow], Some("follow")),
    ] {
        let (case, documents) = written(&mut devices, steps);
        let petition = documents[0].id;
        for document in documents {
            devices.hand_in(document).await;
        }
        let out = devices.rewrite("committee", consolidation_of(petition), &[("case", "")]);
        devices.hand_in(out).await;
        let lists = lists(&mut devices).await;
        let found = lists.get(&case.to_string());
        let found = found.map(|needs| needs.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(found, need.map(|need| vec![need]), "{steps:?}");
        let waiting = devices
            .listed("committee", "/api/v1/petitions?waiting=true")
            .await;
        assert!(waiting.contains(&petition.to_string()), "{steps:?}");
        let all = devices.listed("committee", "/api/v1/cases").await;
        assert!(
            all.contains(&case.to_string()),
            "{steps:?}: it can be found"
        );
    }
}

/// Has two people put a document right at once, each without knowing of the other.
async fn clash(
    devices: &mut Devices<'_>,
    id: DocumentId,
    field: &str,
    versions: [(&'static str, &str); 2],
) {
    let both = versions.map(|(user, value)| devices.rewrite(user, id, &[(field, value)]));
    for written in both {
        devices.hand_in(written).await;
    }
}

#[tokio::test]
async fn what_has_two_versions_is_on_one_list_as_all_else_is() {
    let server = Server::new();
    let mut devices = Devices::at(&server);
    let mut cases = Vec::new();
    for (steps, _, need) in STORIES {
        let (case, documents) = written(&mut devices, steps);
        let answer = steps.iter().position(|step| *step == Answer);
        let answer = answer.map(|step| documents[3 + step].id);
        let petition = documents[0].id;
        for document in documents {
            devices.hand_in(document).await;
        }
        let competences = [("committee", "district"), ("front", "province")];
        clash(&mut devices, case, "competence", competences).await;
        let villages = [("a-1", "Thôn 2"), ("a-2", "Thôn 3")];
        clash(&mut devices, petition, "village", villages).await;
        if let Some(answer) = answer {
            let outcomes = [("agency", "unresolved"), ("executive", "in-progress")];
            clash(&mut devices, answer, "outcome", outcomes).await;
        }
        cases.push((case, steps, need.is_some()));
    }
    let lists = lists(&mut devices).await;
    for (case, steps, was_open) in cases {
        let path = format!("/api/v1/cases/{case}");
        let file = devices.told("committee", &path).await.expect("a case");
        assert_eq!(file["row"]["conflicts"], 1, "{steps:?}");
        // What nobody was told of, or what is not solved, closes no case.
        let is_open = file["row"]["standing"]["state"] != "closed";
        assert!(is_open || !was_open, "{steps:?}");
        let listed = lists.get(&case.to_string()).map_or(0, Vec::len);
        assert_eq!(listed, usize::from(is_open), "{steps:?}");
    }
}

#[tokio::test]
async fn a_petition_that_was_put_into_two_cases_at_once_is_in_one_that_is_on_a_list() {
    let server = Server::new();
    let mut devices = Devices::at(&server);
    let petition = devices
        .say("a-1", Kind::Petition, "P-D-A", &[("content", "Cầu hỏng")])
        .await;
    let mut cases = Vec::new();
    for wording in ["Cầu Khe Mạ", "Cầu Nà Pá"] {
        let fields = [("wording", wording)];
        cases.push(devices.say("committee", Kind::Case, "P-D", &fields).await);
    }
    let both = [
        devices.put_into("committee", (petition, "P-D-A"), cases[0]),
        devices.put_into("front", (petition, "P-D-A"), cases[1]),
    ];
    for written in both {
        devices.hand_in(written).await;
    }
    let path = format!("/api/v1/petitions?id={petition}");
    let row = devices.told("committee", &path).await.expect("a row")["petitions"][0].clone();
    let shown = row["case"].as_str().expect("a case").to_owned();
    let lists = lists(&mut devices).await;
    assert_eq!(
        lists,
        BTreeMap::from([(shown.clone(), vec!["dispatch".to_owned()])])
    );
    for case in cases {
        let path = format!("/api/v1/cases/{case}");
        let file = devices.told("committee", &path).await.expect("a case");
        let place = if case.to_string() == shown {
            "voices"
        } else {
            "elsewhere"
        };
        let told = file[place].as_array().expect("a list");
        assert_eq!(told.len(), 1, "{place}");
        assert_eq!(
            told[0]["instead"].as_array().map(Vec::len),
            Some(1),
            "{place}"
        );
    }
}
