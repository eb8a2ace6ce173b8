//! People at their desks: who writes a paper of a case, and hands it in.

use kiennghi_server::store::StoredCase;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::Verdict;
use serde_json::Value;

use crate::district::{AGENCY, Draft, Phone};
use crate::http::{Device, Server};

pub(crate) struct Office {
    pub(crate) server: Server,
}

impl Office {
    pub(crate) fn new() -> Self {
        Self {
            server: Server::new(),
        }
    }

    /// Has somebody write a document and hand it in.
    pub(crate) fn write(
        &self,
        user: &str,
        kind: Kind,
        unit: &str,
        fields: &[(&str, &str)],
    ) -> DocumentId {
        let mut draft = self.draft(user, kind, unit, fields);
        self.push(user, &mut draft);
        draft.header.id
    }

    pub(crate) fn draft(
        &self,
        user: &str,
        kind: Kind,
        unit: &str,
        fields: &[(&str, &str)],
    ) -> Draft {
        Draft::new(&self.phone(user), kind, unit, &edits(fields))
    }

    pub(crate) fn phone(&self, user: &str) -> Phone {
        self.server.bench.phone(user)
    }

    pub(crate) fn push(&self, user: &str, draft: &mut Draft) {
        let (server, phone) = (&self.server, self.phone(user));
        let at = server.clock_ms();
        let judged = server
            .bench
            .gate
            .admit(&phone.caller, vec![draft.take()], at);
        let judged = judged.expect("the store works");
        assert_eq!(judged.verdicts, [Verdict::Ok], "{user}");
    }

    /// A petition.
    pub(crate) fn voice(&self, user: &str, unit: &str, fields: &[(&str, &str)]) -> DocumentId {
        let fields = [&[("content", "Cầu tràn")], fields].concat();
        self.write(user, Kind::Petition, unit, &fields)
    }

    /// A case of the district.
    pub(crate) fn matter(&self, fields: &[(&str, &str)]) -> DocumentId {
        let fields = [&[("wording", "Sửa cầu tràn")], fields].concat();
        self.write("committee", Kind::Case, "P-D", &fields)
    }

    /// A committee's letter that passes a case on to the executive of its own unit.
    pub(crate) fn letter(
        &self,
        user: &str,
        unit: &str,
        case: DocumentId,
        sent: &str,
    ) -> DocumentId {
        let case = case.to_string();
        let fields = [
            ("dispatch_kind", "transfer"),
            ("to_unit", unit),
            ("to_role", "executive"),
            ("cases", case.as_str()),
            ("sent", sent),
        ];
        self.write(user, Kind::Dispatch, unit, &fields)
    }

    /// The district's executive has an agency lead.
    pub(crate) fn assigned(&self, case: DocumentId, fields: &[(&str, &str)]) -> DocumentId {
        let case = case.to_string();
        let lead = [
            ("case", case.as_str()),
            ("part", "lead"),
            ("date", "2025-06-03"),
        ];
        let fields = [&lead, fields].concat();
        self.write("executive", Kind::Assignment, AGENCY, &fields)
    }

    /// The district's executive answers.
    pub(crate) fn answered(&self, case: DocumentId, date: &str) -> DocumentId {
        let case = case.to_string();
        let fields = [
            ("case", case.as_str()),
            ("outcome", "resolved"),
            ("date", date),
        ];
        self.write("executive", Kind::Answer, "P-D", &fields)
    }

    /// A document as it stands, to be changed.
    pub(crate) fn drafted(&self, id: DocumentId) -> Draft {
        let known = self.server.bench.store.documents(&[id]).expect("read");
        let stored = known.first().expect("there");
        Draft {
            header: stored.header.clone(),
            document: stored.document().expect("sound"),
            changes: Vec::new(),
        }
    }

    pub(crate) fn stored(&self, case: DocumentId) -> StoredCase {
        let stored = self.server.bench.store.case(case).expect("read");
        stored.expect("a case")
    }

    pub(crate) fn due(&self, case: DocumentId) -> String {
        self.stored(case).row.due
    }

    /// Puts a petition into a case, or takes it out.
    pub(crate) fn consolidate(&self, petition: DocumentId, unit: &str, case: Option<DocumentId>) {
        let fields = [
            ("petition", petition.to_string()),
            (
                "case",
                case.map_or_else(String::new, |case| case.to_string()),
            ),
        ];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let id = consolidation_of(petition);
        let known = self.server.bench.store.documents(&[id]).expect("read");
        let phone = self.phone("committee");
        if known.is_empty() {
            let mut draft = Draft::new(&phone, Kind::Consolidation, unit, &edits(&fields));
            draft.header.id = id;
            return self.push("committee", &mut draft);
        }
        let mut draft = self.drafted(id);
        draft.edit(&phone, &edits(&fields));
        self.push("committee", &mut draft);
    }

    pub(crate) async fn get(&self, device: &Device, path: &str) -> Value {
        let answer = self.server.get(path, &device.token).await;
        assert_eq!(answer.status, 200, "{path}");
        answer.json()
    }
}

fn edits(fields: &[(&str, &str)]) -> Vec<Edit> {
    fields
        .iter()
        .map(|(key, value)| Edit::new(key, *value))
        .collect()
}
