//! `/desk/cases/:id/edit`: wording, classification and deadline of a case.

use kiennghi_frame::app::App;
use kiennghi_frame::failure::{Failure, Step, failed};
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::words;
use kiennghi_frame::writing::{change, detail, save_all};
use kiennghi_messages::Detail;
use kiennghi_parts::fields::{Field, Label};
use kiennghi_parts::live::live;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::{Edit, Value};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::browser;

/// The page: the document is brought to this machine, so that what others change meanwhile is merged.
pub(super) fn page(app: App, id: DocumentId) -> AnyView {
    let asked = RwSignal::new(None::<Result<Detail, Failure>>);
    browser::spawn(async move {
        let came = detail(id).await.map(|detail| *detail);
        asked.try_set(Some(came));
    });
    let content = live(move || {
        Some(match asked.get() {
            None => view! { <p class="muted" data-test="waiting">"Đang mở…"</p> }.into_any(),
            Some(Err(failure)) => failed(&failure),
            Some(Ok(detail)) if detail.header.kind == Kind::Case => untrack(|| form(app, detail)),
            Some(Ok(_)) => {
                view! { <p data-test="nothing">"Đây không phải vụ việc."</p> }.into_any()
            }
        })
    });
    let back = format!("/desk/cases/{id}");
    frame(app, Frame::form("Sửa vụ việc", back), content)
}

fn form(app: App, detail: Detail) -> AnyView {
    let id = detail.header.id;
    if !app.may_write(Kind::Case, &detail.header.unit) {
        return view! { <p data-test="nothing">"Bạn không có quyền sửa vụ việc này."</p> }
            .into_any();
    }
    let text = |key: &'static str| Field::new(key, detail.fields.text(key));
    let (wording, field, competence) = (text("wording"), text("field"), text("competence"));
    let (session, due) = (text("session"), text("due"));
    let step = Step::new();
    let submit = move || {
        let Some(words) = wording.required("Hãy ghi nội dung chung.") else {
            return;
        };
        let mut edits = Vec::new();
        let mut edit = |key: &str, text: String| {
            if detail.fields.text(key) != text {
                let value = if text.is_empty() {
                    Value::Empty
                } else {
                    Value::from(text)
                };
                edits.push(Edit::new(key, value));
            }
        };
        edit("wording", words);
        for (key, field) in [
            ("field", field),
            ("competence", competence),
            ("session", session),
            ("due", due),
        ] {
            edit(key, field.get());
        }
        let save = change(&detail, edits);
        step.take(async move {
            if !save.edits.is_empty() {
                save_all(vec![save]).await?;
            }
            app.done_at(&format!("/desk/cases/{id}"), "Đã ghi.");
            Ok(())
        });
    };
    let fields = view! {
        {wording.area(Label("Nội dung chung", "Lời cử tri ở từng thôn vẫn giữ nguyên."))}
        {field.choice(Label("Lĩnh vực", ""), words::fields_of_work(words::UNKNOWN))}
        {competence.choice(Label("Thẩm quyền giải quyết", ""), words::competences(words::UNKNOWN))}
        {session.choice(Label("Kỳ họp", ""), words::sessions(app, words::UNKNOWN))}
        {due.day(Label("Hạn trả lời", "Để trống để tính theo quy định về thời hạn."))}
    };
    step.form(fields.into_any(), "Ghi", submit)
}
