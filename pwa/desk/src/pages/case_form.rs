//! `/desk/cases/:id/edit`: wording, classification and deadline of a case.

use kiennghi_frame::app::App;
use kiennghi_frame::drafted::{Keeping, drafted};
use kiennghi_frame::failure::Step;
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::once::document;
use kiennghi_frame::words;
use kiennghi_frame::writing::change;
use kiennghi_messages::Detail;
use kiennghi_parts::fields::{Field, Label};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::{Edit, Value};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

/// The page: the document is brought to this machine, so that what others change meanwhile is merged.
pub(super) fn page(app: App, id: DocumentId) -> AnyView {
    let content = document(app, id, move |detail| {
        if detail.header.kind != Kind::Case {
            return view! { <p data-test="nothing">"Đây không phải vụ việc."</p> }.into_any();
        }
        if !app.may_write(Kind::Case, &detail.header.unit) {
            return view! { <p data-test="nothing">"Bạn không có quyền sửa vụ việc này."</p> }
                .into_any();
        }
        let detail = detail.clone();
        drafted(format!("case-{id}"), "một vụ việc", move |keeping| {
            form(app, detail.clone(), keeping)
        })
    });
    let back = format!("/desk/cases/{id}");
    frame(app, Frame::form("Sửa vụ việc", back), content)
}

fn form(app: App, detail: Detail, keeping: Keeping) -> AnyView {
    let id = detail.header.id;
    let text = |key: &'static str| Field::new(key, detail.fields.text(key));
    let (wording, field, competence) = (text("wording"), text("field"), text("competence"));
    let (session, due) = (text("session"), text("due"));
    keeping.keep(&detail.heads, &[wording, field, competence, session, due]);
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
            keeping.save(vec![save]).await?;
            app.done_at(&format!("/desk/cases/{id}"), "Đã ghi.");
            Ok(())
        });
    };
    let fields_of_work = words::fields_of_work(app, words::UNKNOWN, Some(&field.exact()));
    let fields = view! {
        {wording.area(Label("Nội dung chung", "Lời cử tri ở từng thôn vẫn giữ nguyên."))}
        {field.choice(Label("Lĩnh vực", ""), fields_of_work)}
        {competence.choice(Label("Thẩm quyền giải quyết", ""), words::competences(words::UNKNOWN))}
        {session.choice(Label("Kỳ họp", ""), words::sessions(app, words::UNKNOWN))}
        {due.day(Label("Hạn trả lời", "Để trống để tính theo quy định về thời hạn."))}
    };
    step.form(fields.into_any(), "Ghi", submit)
}
