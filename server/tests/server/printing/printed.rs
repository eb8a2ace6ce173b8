//! A district with two cases, of which one may be answered, and what is printed of it.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use kiennghi_server::store::{CouncilSessionRow, DistrictChange, UnitRow};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;

use crate::district::stamp;
use crate::http::Answer;
use crate::office::Office;
use crate::papers::part;

pub(super) const WORDING: &str = "Đề nghị sửa chữa cầu tràn";

/// A district with two cases, of which one is answered, and a petition that waits.
pub(super) struct Printed {
    pub(super) office: Office,
    pub(super) bridge: DocumentId,
    pub(super) letter: DocumentId,
}

impl Printed {
    pub(super) fn new() -> Self {
        let office = Office::new();
        let district = office.server.bench.store.district().expect("read");
        let top = district.unit(&"P-D".into()).expect("a unit").clone();
        let top = DistrictChange::PutUnit(UnitRow {
            tier: "huyện".to_owned(),
            name: "Huyện Đầm Hà".to_owned(),
            ..top
        });
        let changed = office
            .server
            .bench
            .store
            .change_district(vec![top], &stamp(0));
        changed.expect("written").expect("sound");
        let meeting = [("date", "2025-03-03"), ("session", "ky-1")];
        let meeting = office.write("committee", Kind::Meeting, "P-D-A", &meeting);
        let meeting = meeting.to_string();
        let petition = |unit, village, content| {
            let fields = [
                ("content", content),
                ("village", village),
                ("meeting", meeting.as_str()),
                ("field", "transport"),
                ("competence", "province"),
            ];
            office.write("committee", Kind::Petition, unit, &fields)
        };
        let voices = [
            (petition("P-D-A", "Thôn 1", "Cầu hỏng"), "P-D-A"),
            (petition("P-D-A", "Thôn 2", "Cầu tràn gãy"), "P-D-A"),
            (petition("P-D-B", "Thôn 9", "Sửa cầu tràn"), "P-D-B"),
        ];
        petition("P-D-B", "", "Xin đèn đường");
        let case = |wording, competence| {
            let fields = [
                ("wording", wording),
                ("field", "transport"),
                ("competence", competence),
                ("code", "VV-1"),
            ];
            office.write("committee", Kind::Case, "P-D", &fields)
        };
        let bridge = case(WORDING, "commune");
        for (petition, unit) in voices {
            office.consolidate(petition, unit, Some(bridge));
        }
        let other = case("Việc của xã khác", "district").to_string();
        let carried = format!("{bridge}\n{other}");
        let letter = [
            ("dispatch_kind", "transfer"),
            ("number", "45/TTHĐND"),
            ("date", "2025-03-09"),
            ("signer", "Hoàng Văn Tuyền"),
            ("signer_title", "Phó Chủ tịch"),
            ("to", "Ủy ban nhân dân huyện Đầm Hà"),
            ("to_unit", "P-D"),
            ("to_role", "executive"),
            ("content", "Đề nghị ưu tiên trước mùa mưa."),
            ("cases", &carried),
            ("due", "2025-04-01"),
        ];
        let letter = office.write("committee", Kind::Dispatch, "P-D", &letter);
        Self {
            office,
            bridge,
            letter,
        }
    }

    /// Sends the letter, and answers one of its cases.
    pub(super) fn answer(&self) -> DocumentId {
        let office = &self.office;
        let stored = office.server.bench.store.documents(&[self.letter]);
        let stored = stored.expect("read").remove(0);
        let phone = office.phone("committee");
        let mut draft = crate::district::Draft {
            document: stored.document().expect("sound"),
            header: stored.header,
            changes: Vec::new(),
        };
        draft.set(&phone, "sent", "2025-03-10");
        office.push("committee", &mut draft);
        let (case, letter) = (self.bridge.to_string(), self.letter.to_string());
        let answer = [
            ("case", case.as_str()),
            ("dispatch", &letter),
            ("outcome", "in-progress"),
            ("measure", "roadmap"),
            ("content", "Đã giao phòng chuyên môn khảo sát."),
            ("roadmap", "Thi công trong quý IV"),
            ("number", "12/UBND"),
            ("date", "2025-04-02"),
        ];
        office.write("executive", Kind::Answer, "P-D", &answer)
    }

    /// Has the council meet on these days.
    pub(super) fn hold_sessions(&self, days: &[&str]) {
        let session = |day: &&str| {
            DistrictChange::PutSession(CouncilSessionRow {
                code: format!("ky-{day}"),
                term: "nk".to_owned(),
                name: format!("Kỳ họp {day}"),
                kind: "regular".to_owned(),
                starts: (*day).to_owned(),
                ends: (*day).to_owned(),
            })
        };
        let sessions = days.iter().map(session).collect();
        let changed = self
            .office
            .server
            .bench
            .store
            .change_district(sessions, &stamp(0));
        changed.expect("written").expect("sound");
    }

    pub(super) async fn get(&self, user: &str, path: &str) -> Answer {
        let device = self.office.server.device(user);
        self.office.server.get(path, &device.token).await
    }

    pub(super) async fn text(&self, user: &str, path: &str) -> String {
        let answer = self.get(user, path).await;
        assert_eq!(answer.status, 200, "{user}: {path}");
        let name = answer.header("content-disposition");
        assert!(name.starts_with("attachment; filename*=UTF-8''"), "{name}");
        assert!(answer.header("content-type").contains("wordprocessingml"));
        words(&part(&answer.body, "word/document.xml"))
    }

    /// The sheets of a workbook by name, each with its cells as text.
    pub(super) async fn sheets(&self, user: &str, path: &str) -> Vec<(String, Vec<Vec<String>>)> {
        let answer = self.get(user, path).await;
        assert_eq!(answer.status, 200, "{user}: {path}");
        assert!(answer.header("content-type").contains("spreadsheetml"));
        let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(answer.body)).expect("readable");
        let plain = |row: &[Data]| row.iter().map(ToString::to_string).collect();
        let sheets = book.worksheets().into_iter();
        sheets
            .map(|(name, range)| (name, range.rows().map(plain).collect()))
            .collect()
    }

    pub(super) async fn statuses(&self, path: &str, users: &[&str]) -> Vec<u16> {
        let mut statuses = Vec::new();
        for user in users {
            statuses.push(self.get(user, path).await.status.as_u16());
        }
        statuses
    }
}

/// What is written in XML, without its marks.
fn words(xml: &str) -> String {
    let texts = xml.split('<').filter_map(|part| part.split_once('>'));
    texts.map(|(_, text)| text).collect()
}

/// The row of a sheet that has this in its second column.
pub(super) fn row<'a>(sheet: &'a (String, Vec<Vec<String>>), name: &str) -> &'a [String] {
    let found = sheet.1.iter().find(|row| row[1] == name);
    found.unwrap_or_else(|| panic!("{name} in {sheet:?}"))
}
