//! Those who have a case: a committee sends it, an executive assigns it, an agency answers.

use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::DocumentHeader;
use kiennghi_tests::harness::Server;
use kiennghi_tests::phone::{Phone, now_ms};
use kiennghi_tests::random::fresh_document;
use serde_json::Value;

pub(crate) const WORDING: &str =
    "Đề nghị sửa chữa cầu tràn và nâng cấp đường liên thôn bị hư hỏng sau mưa lũ";
pub(crate) const CONTENT: &str = "Ủy ban nhân dân huyện đã bố trí 1,2 tỷ đồng sửa chữa cầu tràn. Đơn vị thi công đã đổ \
    xong mặt cầu, bà con đi lại bình thường từ ngày 15/06/2026.";
pub(crate) const PENDING: &str = "Đề nghị cấp nước sạch cho các thôn vùng cao";

/// Somebody at a desk, who writes papers.
pub(crate) struct Desk(Phone);

impl Desk {
    pub(crate) async fn of(server: &Server, user: &str) -> Self {
        let mut phone = server.phone(user).await;
        phone.sync().await.expect("syncs");
        Self(phone)
    }

    async fn write(&mut self, kind: Kind, unit: &str, fields: &[(&str, &str)]) -> DocumentId {
        let id = fresh_document(now_ms());
        self.write_as(id, kind, unit, fields).await;
        id
    }

    pub(crate) async fn write_as(
        &mut self,
        id: DocumentId,
        kind: Kind,
        unit: &str,
        fields: &[(&str, &str)],
    ) {
        let unit = UnitCode::from(unit);
        let fields = fields.iter();
        let edits: Vec<Edit> = fields.map(|(key, text)| Edit::new(key, *text)).collect();
        let written = self.0.write(&DocumentHeader { id, kind, unit }, &edits);
        written.expect("it is written");
        self.0.sync().await.expect("syncs");
    }

    /// Puts petitions into a new case and sends it to the district's executive; the case and the dispatch.
    pub(crate) async fn send(
        &mut self,
        wording: &str,
        petitions: &[DocumentId],
    ) -> (DocumentId, DocumentId) {
        let case = [
            ("wording", wording),
            ("code", "VV-1"),
            ("field", "transport"),
        ];
        let case = self.write(Kind::Case, "QN-DH", &case).await;
        for petition in petitions {
            let fields = [
                ("petition", &*petition.to_string()),
                ("case", &case.to_string()),
            ];
            let id = consolidation_of(*petition);
            self.write_as(id, Kind::Consolidation, "QN-DH-02", &fields)
                .await;
        }
        let letter = [
            ("dispatch_kind", "transfer"),
            ("to", "Ủy ban nhân dân huyện"),
            ("to_unit", "QN-DH"),
            ("to_role", "executive"),
            ("cases", &*case.to_string()),
            ("sent", "2026-05-11"),
            ("due", "2099-12-30"),
        ];
        let dispatch = self.write(Kind::Dispatch, "QN-DH", &letter).await;
        (case, dispatch)
    }
}

/// The executive has an agency answer.
pub(crate) async fn answer(server: &Server, case: DocumentId, dispatch: DocumentId) {
    let about = [
        ("case", &*case.to_string()),
        ("dispatch", &dispatch.to_string()),
    ];
    let mut executive = Desk::of(server, "uy-ban-huyen").await;
    let assignment = [&about[..], &[("part", "lead"), ("date", "2026-05-12")]].concat();
    executive
        .write(Kind::Assignment, "QN-DH-KTHT", &assignment)
        .await;
    let mut agency = Desk::of(server, "phong-kinh-te-ha-tang").await;
    let said = [
        ("outcome", "resolved"),
        ("measure", "done"),
        ("content", CONTENT),
        ("roadmap", "Quý 3: kè hai bên mố cầu"),
        ("expected", "2026-09-30"),
        ("number", "412/KTHT"),
        ("date", "2026-06-20"),
        ("signer", "Vũ Văn Hải"),
    ];
    let answer = [&about[..], &said].concat();
    agency.write(Kind::Answer, "QN-DH-KTHT", &answer).await;
}

/// What the district's committee is told at a path.
pub(crate) async fn at_the_office(server: &Server, path: &str) -> Value {
    serde_json::from_slice(&fetched_at_the_office(server, path).await).expect("JSON")
}

/// The same, whatever it is.
pub(crate) async fn fetched_at_the_office(server: &Server, path: &str) -> Vec<u8> {
    let phone = server.phone("thuong-truc-huyen").await;
    let client = phone.account().connect(phone.meter()).await;
    let reply = client.expect("a connection").get(path).await;
    let reply = reply.expect("a reply");
    assert_eq!(reply.status, 200, "{path}");
    reply.body.to_vec()
}
