//! What a dispatch says beside its cases: the fields that are filled in when it is made and until it is sent.

use kiennghi_frame::app::App;
use kiennghi_frame::words;
use kiennghi_frame::writing::differing;
use kiennghi_parts::fields::{Field, Label};
use kiennghi_shared::bodies;
use kiennghi_shared::catalogue::ADDRESSEES;
use kiennghi_shared::fields::Fields;
use kiennghi_shared::papers::Dispatch;
use kiennghi_shared::profile::Unit;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::addressees::addressees;

/// The fields.
#[derive(Clone, Copy)]
pub(super) struct Form {
    to_unit: Field,
    to_role: Field,
    to: Field,
    subject: Field,
    number: Field,
    date: Field,
    signer: Field,
    signer_title: Field,
    due: Field,
    content: Field,
    reminds: bool,
}

/// Whom a letter is for, by unit and side, as it is written on it.
pub(super) fn addressed(units: &[Unit], unit: &str, role: &str) -> String {
    let Some(unit) = units.iter().find(|row| row.code.0 == unit) else {
        return String::new();
    };
    bodies::addressee(&unit.name, &unit.tier, role)
}

impl Form {
    /// The fields as they stand in a dispatch.
    pub(super) fn new(begun: &Dispatch) -> Self {
        let role = match begun.to_role.as_str() {
            "" => "executive",
            role => role,
        };
        Self {
            to_unit: Field::new("to_unit", &begun.to_unit),
            to_role: Field::new("to_role", role),
            to: Field::new("to", &begun.to),
            subject: Field::new("subject", &begun.subject),
            number: Field::new("number", &begun.number),
            date: Field::new("date", &begun.date),
            signer: Field::new("signer", &begun.signer),
            signer_title: Field::new("signer_title", &begun.signer_title),
            due: Field::new("due", &begun.due),
            content: Field::new("content", &begun.content),
            reminds: begun.dispatch_kind == "reminder",
        }
    }

    /// All of them.
    pub(super) fn all(self) -> [Field; 10] {
        [
            self.to_unit,
            self.to_role,
            self.to,
            self.subject,
            self.number,
            self.date,
            self.signer,
            self.signer_title,
            self.due,
            self.content,
        ]
    }

    /// The controls. Whom the letter is for is written anew when another unit is chosen.
    pub(super) fn view(self, app: App) -> AnyView {
        let units = addressees(app);
        let named = units
            .iter()
            .map(|unit| (unit.code.0.clone(), unit.name.clone()));
        let choices = words::after("Nơi khác, ngoài danh sách", named);
        Effect::new(move |before: Option<(String, String)>| {
            let chosen = (self.to_unit.watched(), self.to_role.watched());
            if before.is_some_and(|before| before != chosen) {
                self.to.set(&addressed(&units, &chosen.0, &chosen.1));
            }
            chosen
        });
        let (to_unit, due) = match self.reminds {
            true => (
                Label("Đơn vị nhận", "Nơi đã nhận văn bản chuyển."),
                Label("Đề nghị trả lời trước ngày", ""),
            ),
            false => (
                Label(
                    "Đơn vị nhận",
                    "Chọn sẵn theo thẩm quyền của vụ việc; hãy đổi nếu cần.",
                ),
                Label("Hạn trả lời", "Để trống để tính theo quy định về thời hạn."),
            ),
        };
        view! {
            {self.to_unit.choice(to_unit, choices)}
            {self.to_role.choice(Label("Bên nhận", ""), words::choices(ADDRESSEES).collect())}
            {self.to.line(Label("Nơi nhận, như ghi trên văn bản", ""))}
            {self.subject.line(Label("Trích yếu", ""))}
            {self.number.line(Label("Số, ký hiệu", "Có thể ghi sau, trước khi gửi."))}
            {self.date.day(Label("Ngày văn bản", ""))}
            {self.signer.line(Label("Người ký", ""))}
            {self.signer_title.line(Label("Chức vụ người ký", ""))}
            {self.due.day(due)}
            {self.content.area(Label("Nội dung", "Danh sách vụ việc được thêm vào văn bản; ở đây chỉ ghi điều muốn nói thêm."))}
        }
        .into_any()
    }

    /// What was filled in, as edits of what stood there; none where something is missing.
    pub(super) fn edits(self, before: &Fields) -> Option<Vec<Edit>> {
        let to = self.to.required("Hãy ghi nơi nhận.")?;
        if self.reminds {
            self.due.required("Hãy ghi ngày đề nghị trả lời.")?;
        }
        let now = [
            ("to_unit", self.to_unit.get()),
            ("to_role", self.to_role.get()),
            ("to", to),
            ("subject", self.subject.get()),
            ("number", self.number.get()),
            ("date", self.date.get()),
            ("signer", self.signer.get()),
            ("signer_title", self.signer_title.get()),
            ("due", self.due.get()),
            ("content", self.content.get()),
        ];
        Some(differing(Kind::Dispatch, before, &now))
    }
}
