//! Supervision: what was found not to be settled, over how many council sessions a case has been open, and what whoever
//! is to answer again is told of that.

use kiennghi_shared::casefile::State;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::district::AGENCY;
use crate::http::Device;
use crate::office::Office;

pub(crate) fn write(
    office: &Office,
    (user, kind, unit): (&str, Kind, &str),
    case: DocumentId,
    fields: &[(&str, &str)],
) -> DocumentId {
    let case = case.to_string();
    let fields = [&[("case", case.as_str())], fields].concat();
    office.write(user, kind, unit, &fields)
}

pub(crate) fn find(
    office: &Office,
    case: DocumentId,
    day: &str,
    fields: &[(&str, &str)],
) -> DocumentId {
    let answer = office.stored(case).row.standing.answer;
    let answer = answer.map(|answer| answer.to_string()).unwrap_or_default();
    let fields = [&[("date", day), ("answer", &*answer)], fields].concat();
    write(office, ("board", Kind::Finding, "P-D"), case, &fields)
}

/// A case of a voice in Thôn 1 that went to the agency and was answered.
pub(crate) fn answered(office: &Office) -> DocumentId {
    let case = office.matter(&[]);
    let petition = office.voice("a-1", "P-D-A", &[("village", "Thôn 1")]);
    office.consolidate(petition, "P-D-A", Some(case));
    office.letter("committee", "P-D", case, "2025-06-02");
    office.assigned(case, &[]);
    let fields = [("outcome", "resolved"), ("date", "2025-06-04")];
    write(office, ("agency", Kind::Answer, AGENCY), case, &fields);
    case
}

/// A visit to Thôn 1 with what is told of the answer or looked at.
fn visit(office: &Office, case: DocumentId, kind: Kind, fields: &[(&str, &str)]) -> DocumentId {
    let answer = office.stored(case).row.standing.answer.expect("answered");
    let answer = answer.to_string();
    let fields = [&[("village", "Thôn 1"), ("answer", &*answer)], fields].concat();
    write(office, ("a-1", kind, "P-D-A"), case, &fields)
}

pub(crate) async fn listed(office: &Office, user: &str, query: &str) -> Vec<String> {
    let device = office.server.device(user);
    let list = office.get(&device, &format!("/api/v1/cases?{query}")).await;
    let rows = list["cases"].as_array().expect("cases").iter();
    rows.map(|row| row["id"].as_str().expect("an id").to_owned())
        .collect()
}

#[tokio::test]
async fn what_was_found_not_to_be_settled_is_found_until_it_is_or_is_closed() {
    let office = Office::new();
    let [open, other, closed] = std::array::from_fn(|_| answered(&office));
    let not_yet = ("resolved", "not-for-good");
    find(
        &office,
        open,
        "2025-06-06",
        &[("verdict", "follow"), not_yet],
    );
    find(&office, other, "2025-06-06", &[("verdict", "follow")]);
    visit(
        &office,
        closed,
        Kind::Check,
        &[("date", "2025-06-05"), ("holds", "holds")],
    );
    visit(
        &office,
        closed,
        Kind::Notice,
        &[("date", "2025-06-05"), ("how", "read-out")],
    );
    find(
        &office,
        closed,
        "2025-06-06",
        &[("verdict", "close"), not_yet],
    );
    assert_eq!(office.stored(closed).row.standing.closed_on, "2025-06-06");
    let unsettled = "unsettled=true";
    for user in ["committee", "board", "front"] {
        assert_eq!(
            listed(&office, user, unsettled).await,
            [open.to_string()],
            "{user}"
        );
    }
    // What says nothing of it leaves that as it was, and not at all is less than not for good.
    for (day, said, is_listed) in [
        ("2025-06-07", "", true),
        ("2025-06-08", "for-good", false),
        ("2025-06-09", "unresolved", true),
    ] {
        let fields = [("verdict", "follow"), ("resolved", said)];
        find(&office, open, day, &fields);
        let list = listed(&office, "board", unsettled).await;
        assert_eq!(list.contains(&open.to_string()), is_listed, "{said}");
    }

    // It is no question for those who do not read what supervision finds.
    let path = |rest: &str| format!("/api/v1/cases?{unsettled}&{rest}");
    for (user, rest) in [
        ("executive", "desk=executive"),
        ("agency", "desk=agency"),
        ("viewer", "briefing=true"),
    ] {
        let device = office.server.device(user);
        let answer = office.server.get(&path(rest), &device.token).await;
        assert_eq!(answer.status, 400, "{user}");
    }
}

#[tokio::test]
async fn a_case_says_over_how_many_council_sessions_it_has_been_open() {
    let office = Office::new();
    let desk = Desk::of(&office.server, "district-admin").await;
    let session = |code: &str, starts: &str| {
        json!([{ "put_session": { "code": code, "term": "nk", "name": "Kỳ họp", "kind": "regular",
            "starts": starts, "ends": starts } }])
    };
    for (code, starts) in [
        ("ky-3", "2025-03-01"),
        ("ky-4", "2025-06-15"),
        ("ky-5", "2025-06-16"),
    ] {
        assert_eq!(desk.change(session(code, starts)).await, Ok(()));
    }
    // Sessions begin on 10 December 2024, 1 March and 15 June 2025, which is today.
    let raised = |date: &str| {
        let meeting = office.write("a-1", Kind::Meeting, "P-D-A", &[("date", date)]);
        let petition = office.voice("a-1", "P-D-A", &[("meeting", &meeting.to_string())]);
        let case = office.matter(&[]);
        office.consolidate(petition, "P-D-A", Some(case));
        (case.to_string(), meeting)
    };
    let ((long, meeting), (short, _)) = (raised("2024-12-10"), raised("2025-03-02"));
    let none = office.matter(&[]).to_string();
    let committee = office.server.device("committee");
    let sessions = async |case: &str| -> Value {
        let file = office
            .get(&committee, &format!("/api/v1/cases/{case}"))
            .await;
        file["row"]["sessions"].clone()
    };
    assert_eq!(sessions(&long).await, 3);
    assert_eq!(sessions(&short).await, 1);
    assert_eq!(sessions(&none).await, 0);
    let at_least = async |least: u64| {
        let mut cases = listed(&office, "committee", &format!("sessions_min={least}")).await;
        cases.sort();
        cases
    };
    let mut both = vec![long.clone(), short.clone()];
    both.sort();
    assert_eq!(at_least(1).await, both);
    assert_eq!(at_least(2).await, [&*long]);
    assert_eq!(at_least(3).await, [&*long]);
    assert_eq!(at_least(4).await, [""; 0], "there were not so many");

    // The meeting was on another day.
    let mut draft = office.drafted(meeting);
    draft.set(&office.phone("a-1"), "date", "2025-03-02");
    office.push("a-1", &mut draft);
    assert_eq!(sessions(&long).await, 1);
    assert_eq!(at_least(2).await, [""; 0]);
}

/// The papers of a case that somebody is shown, by what they are.
pub(crate) async fn shown(office: &Office, device: &Device, case: DocumentId) -> Vec<Value> {
    let file = office.get(device, &format!("/api/v1/cases/{case}")).await;
    file["papers"].as_array().expect("papers").clone()
}

pub(crate) fn of_kind<'a>(papers: &'a [Value], kind: &str) -> Vec<&'a Value> {
    let papers = papers.iter();
    papers
        .filter(|paper| paper["content"].get(kind).is_some())
        .collect()
}

#[tokio::test]
async fn whoever_is_to_answer_again_is_told_why_and_not_by_whom() {
    let office = Office::new();
    let case = answered(&office);
    let note = [
        ("date", "2025-06-06"),
        ("how", "read-out"),
        ("place", "Nhà ông Chíu"),
        ("reaction", "not-solved"),
        ("reaction_note", "Bà Tằng nói nước vẫn ngập"),
        ("recorder", "a-1"),
    ];
    let notice = visit(&office, case, Kind::Notice, &note);
    let [executive, agency] = ["executive", "agency"].map(|user| office.server.device(user));
    // That voters disagree is the committee's to see to first.
    for device in [&executive, &agency] {
        let papers = shown(&office, device, case).await;
        assert!(of_kind(&papers, "notice").is_empty() && of_kind(&papers, "finding").is_empty());
    }
    let words = [
        ("verdict", "follow"),
        ("resolved", "not-for-good"),
        ("content", "Mới làm được nửa đường"),
        ("recorder", "board"),
    ];
    let finding = find(&office, case, "2025-06-08", &words);
    for (device, desk) in [(&executive, "executive"), (&agency, "agency")] {
        let papers = shown(&office, device, case).await;
        let [found] = of_kind(&papers, "finding")[..] else {
            panic!("{desk}: {papers:?}");
        };
        let said = &found["content"]["finding"];
        assert_eq!(said["content"], "Mới làm được nửa đường");
        assert_eq!(
            (&said["verdict"], &said["date"]),
            (&json!("follow"), &json!("2025-06-08"))
        );
        let [reaction] = of_kind(&papers, "notice")[..] else {
            panic!("{desk}: {papers:?}");
        };
        let heard = &reaction["content"]["notice"];
        assert_eq!(
            (&heard["reaction"], &heard["village"]),
            (&json!("not-solved"), &json!("Thôn 1"))
        );
        for (paper, field) in [(said, "recorder"), (heard, "recorder")] {
            assert_eq!(paper[field], "", "{desk}");
        }
        assert_eq!(
            (&heard["place"], &heard["reaction_note"]),
            (&json!(""), &json!(""))
        );
        for paper in [found, reaction] {
            assert_eq!(
                (&paper["author"], &paper["author_name"]),
                (&json!(""), &json!(""))
            );
        }
        // Nothing more comes by other doors.
        for document in [finding, notice] {
            let path = format!("/api/v1/documents/{document}");
            assert_eq!(office.server.get(&path, &device.token).await.status, 404);
        }
        assert_eq!(office.get(device, "/api/v1/findings").await["total"], 0);
        let list = office
            .get(device, &format!("/api/v1/cases?desk={desk}"))
            .await;
        assert_eq!(list["cases"][0]["standing"]["resolved"], "");
        let sheet = format!("/api/v1/cases/{case}/sheet.docx");
        assert_eq!(office.server.get(&sheet, &device.token).await.status, 200);
    }
    let committee = office.server.device("committee");
    let papers = shown(&office, &committee, case).await;
    let note = &of_kind(&papers, "notice")[0]["content"]["notice"]["reaction_note"];
    assert_eq!(*note, "Bà Tằng nói nước vẫn ngập");

    // Answered again, it is no longer theirs, and neither is what was found.
    let fields = [("outcome", "resolved"), ("date", "2025-06-12")];
    write(&office, ("agency", Kind::Answer, AGENCY), case, &fields);
    for device in [&executive, &agency] {
        let papers = shown(&office, device, case).await;
        assert!(of_kind(&papers, "notice").is_empty() && of_kind(&papers, "finding").is_empty());
    }
}

#[tokio::test]
async fn whoever_is_to_answer_what_is_open_again_is_not_told_what_closed_it() {
    let office = Office::new();
    let case = answered(&office);
    let on = |date| [("date", date), ("how", "read-out")];
    let holds = [("date", "2025-06-05"), ("holds", "holds")];
    visit(&office, case, Kind::Check, &holds);
    visit(&office, case, Kind::Notice, &on("2025-06-05"));
    let closing = [
        ("verdict", "close"),
        ("content", "Đã xong, đề nghị kết thúc"),
    ];
    find(&office, case, "2025-06-06", &closing);
    let disputed = [&on("2025-06-08")[..], &[("reaction", "not-solved")]].concat();
    visit(&office, case, Kind::Notice, &disputed);
    assert_eq!(office.stored(case).row.standing.state, State::Reopened);
    for user in ["executive", "agency"] {
        let papers = shown(&office, &office.server.device(user), case).await;
        assert_eq!(of_kind(&papers, "notice").len(), 1, "{user}");
        assert!(of_kind(&papers, "finding").is_empty(), "{user}: {papers:?}");
    }
}
