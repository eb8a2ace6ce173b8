//! Letters where they come: who opens one that was sent, what a letter may remind of, and reports, which are their
//! receiver's to note.

use kiennghi_shared::code::Code;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::Verdict;
use serde_json::Value;

use crate::office::Office;

const PHRASE: &str = "Sửa cầu tràn";

impl Office {
    /// A letter of the district's committee with one case.
    fn sends(&self, case: DocumentId, to: (&str, &str), more: &[(&str, &str)]) -> DocumentId {
        let case = case.to_string();
        let letter = [
            ("dispatch_kind", "transfer"),
            ("number", "45/TTHĐND"),
            ("to", "Nơi nhận"),
            ("to_unit", to.0),
            ("to_role", to.1),
            ("cases", case.as_str()),
        ];
        let fields = [&letter[..], more].concat();
        self.write("committee", Kind::Dispatch, "P-D", &fields)
    }

    async fn asked(&self, user: &str, path: &str) -> Value {
        let device = self.server.device(user);
        self.get(&device, &format!("/api/v1/{path}")).await
    }

    async fn status(&self, user: &str, path: &str) -> u16 {
        let device = self.server.device(user);
        let path = format!("/api/v1/{path}");
        let answer = self.server.get(&path, &device.token).await;
        answer.status.as_u16()
    }
}

/// A report that the district's committee noted.
const REPORT: [(&str, &str); 7] = [
    ("dispatch_kind", "report"),
    ("number", "7/BC"),
    ("from_unit", "P-D-A"),
    ("to", "Thường trực HĐND huyện"),
    ("to_unit", "P-D"),
    ("to_role", "standing-committee"),
    ("sent", "2025-06-12"),
];

const READERS: [&str; 5] = [
    "committee",
    "executive",
    "commune-committee",
    "agency",
    "viewer",
];

#[tokio::test]
async fn whoever_received_a_letter_opens_it_and_nobody_sees_how_it_was_written() {
    let office = Office::new();
    let case = office.matter(&[]);
    for (to, sent, wanted) in [
        (("P-D", "executive"), "", [200, 404, 404, 404, 404]),
        (
            ("P-D", "executive"),
            "2025-06-10",
            [200, 200, 404, 404, 404],
        ),
        (
            ("P-D-A", "standing-committee"),
            "",
            [200, 404, 404, 404, 404],
        ),
        (
            ("P-D-A", "standing-committee"),
            "2025-06-11",
            [200, 404, 200, 404, 404],
        ),
    ] {
        let letter = office.sends(case, to, &[("sent", sent)]);
        for path in [
            format!("documents/{letter}"),
            format!("dispatches/{letter}/letter.docx"),
        ] {
            for (user, wanted) in READERS.into_iter().zip(wanted) {
                let status = office.status(user, &path).await;
                assert_eq!(status, wanted, "{user}, {to:?}, {path}");
            }
        }
        let path = format!("documents/{letter}");
        let shown = office.asked("committee", &path).await;
        assert_ne!(shown["history"], Value::Array(Vec::new()));
        if wanted[1] == 200 {
            let shown = office.asked("executive", &path).await;
            assert_eq!(shown["history"], Value::Array(Vec::new()));
            assert_eq!(shown["author"], "");
            let fields = shown["fields"].to_string();
            assert!(fields.contains("45/TTHĐND"), "{fields}");
        }
    }
    let path = format!("documents/{case}");
    let status = office.status("executive", &path).await;
    assert_eq!(status, 404, "another kind");
}

#[tokio::test]
async fn a_committee_has_a_list_of_the_letters_that_others_sent_it_and_of_their_cases() {
    let office = Office::new();
    let [down, own] = [PHRASE, "Đèn đường"].map(|wording| office.matter(&[("wording", wording)]));
    let sent = [("sent", "2025-06-10")];
    let letter = office.sends(down, ("P-D-A", "standing-committee"), &sent);
    office.sends(own, ("P-D", "executive"), &sent);
    let up = office.write(
        "commune-committee",
        Kind::Case,
        "P-D-A",
        &[("wording", "Cầu")],
    );
    let up = up.to_string();
    let fields = [
        ("dispatch_kind", "transfer"),
        ("to", "Thường trực HĐND huyện"),
        ("to_unit", "P-D"),
        ("to_role", "standing-committee"),
        ("cases", up.as_str()),
        ("sent", "2025-06-11"),
    ];
    let upward = office.write("commune-committee", Kind::Dispatch, "P-D-A", &fields);
    // What was noted here is on the list of what is written here.
    office.write("committee", Kind::Dispatch, "P-D", &REPORT);
    for (user, wanted) in [("commune-committee", letter), ("committee", upward)] {
        let path = "dispatches?desk=committee&received=true";
        let list = office.asked(user, path).await;
        assert_eq!(list["total"], 1, "{user}: {list}");
        assert_eq!(list["dispatches"][0]["id"], wanted.to_string(), "{user}");
    }
    let path = format!("cases?desk=committee&received=true&dispatch={letter}");
    let list = office.asked("commune-committee", &path).await;
    assert_eq!(list["cases"][0]["case"]["wording"], PHRASE);
    let list = async |rest: &str| {
        let path = format!("cases?desk=committee{rest}");
        office.asked("commune-committee", &path).await["total"].clone()
    };
    assert_eq!(list("").await, 2, "its own as well");
    assert_eq!(list("&received=true").await, 1);
}

#[tokio::test]
async fn a_letter_may_remind_of_what_is_late_or_due_soon_or_was_promised() {
    let office = Office::new();
    // Today is 15 June 2025, and near is until the 18th.
    let matter = |wording, due: &str| {
        let case = office.matter(&[("wording", wording)]);
        let letter = office.sends(
            case,
            ("P-D", "executive"),
            &[("sent", "2025-06-02"), ("due", due)],
        );
        (case.to_string(), letter.to_string())
    };
    matter("Quá hạn", "2025-06-14");
    matter("Sắp đến hạn", "2025-06-18");
    matter("Còn lâu", "2025-06-19");
    office.matter(&[("wording", "Chưa chuyển")]);
    let follow = |case: &str, answer: &str| {
        let finding = [
            ("case", case),
            ("answer", answer),
            ("date", "2025-06-13"),
            ("verdict", "follow"),
        ];
        office.write("board", Kind::Finding, "P-D", &finding);
    };
    follow(&matter("Chuyển kỳ sau, quá hạn", "2025-06-13").0, "");
    for (wording, expected, is_carried_over) in [
        ("Hứa xong hôm qua", "2025-06-14", false),
        ("Hứa xong hôm nay", "2025-06-15", false),
        ("Hứa xong, chuyển kỳ sau", "2025-06-12", true),
    ] {
        let (case, letter) = matter(wording, "2025-06-14");
        let answer = [
            ("case", case.as_str()),
            ("dispatch", &letter),
            ("outcome", "in-progress"),
            ("measure", "roadmap"),
            ("expected", expected),
            ("date", "2025-06-05"),
        ];
        let answer = office.write("executive", Kind::Answer, "P-D", &answer);
        if is_carried_over {
            follow(&case, &answer.to_string());
        }
    }
    let list = office.asked("committee", "cases?desk=committee&remind=true");
    let list = list.await;
    let cases = list["cases"].as_array().expect("cases").iter();
    let mut wordings: Vec<&str> = cases
        .map(|row| row["case"]["wording"].as_str().expect("a wording"))
        .collect();
    wordings.sort_unstable();
    let wanted = [
        "Chuyển kỳ sau, quá hạn",
        "Hứa xong hôm qua",
        "Hứa xong, chuyển kỳ sau",
        "Quá hạn",
        "Sắp đến hạn",
    ];
    assert_eq!(wordings, wanted);
}

#[tokio::test]
async fn who_sent_a_report_does_not_say_when_it_came() {
    let office = Office::new();
    let mut report = office.draft("committee", Kind::Dispatch, "P-D", &REPORT);
    office.push("committee", &mut report);
    let sender = office.phone("commune-committee");
    report.set(&sender, "sent", "2025-06-01");
    let gate = &office.server.bench.gate;
    let judged = gate.admit(
        &sender.caller,
        vec![report.take()],
        office.server.clock_ms(),
    );
    let verdicts = judged.expect("the store works").verdicts;
    assert_eq!(verdicts, [Verdict::Refused(Code::Forbidden)]);
}
