//! `/admin/fields/…`: a field of work, new, renamed, moved or ended.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::administration::{Change, suggested_name};
use kiennghi_shared::field_of_work::FieldOfWork;
use leptos::prelude::*;

use super::new_user::make;
use crate::fields::{Field, Label};
use crate::frame::Frame;
use crate::loaded::{self, Loaded, nothing_here};
use crate::office::Office;
use crate::steps::Step;

const LIST: &str = "/admin/fields";

/// The page; without a code, of a new one.
pub(crate) fn page(office: Office, code: Option<String>) -> AnyView {
    let title = if code.is_some() {
        "Sửa lĩnh vực"
    } else {
        "Thêm lĩnh vực"
    };
    let right = Some((Verb::Write, Thing::FieldsOfWork));
    loaded::page(office, Frame::below(title, LIST), right, move |loaded| {
        let known = code.as_ref().map(|code| loaded.all.fields.get(code));
        let writes = loaded.may_in_all(Verb::Write, Thing::FieldsOfWork);
        match known {
            Some(None) => nothing_here(),
            _ if !writes => nothing_here(),
            known => form(office, &loaded, known.flatten()),
        }
    })
}

fn form(office: Office, loaded: &Loaded, known: Option<&FieldOfWork>) -> AnyView {
    let fields = &loaded.all.fields;
    let of = |text: fn(&FieldOfWork) -> &str| known.map_or("", text);
    let name = Field::new("name", of(|field| &field.name));
    let root = Field::new("root", of(|field| &field.root));
    let first = |field: &FieldOfWork| field.valid_from.clone();
    let from = known.map_or_else(|| Some(loaded.all.today.clone()), first);
    let from = Field::new("from", &from.unwrap_or_default());
    let to = Field::new(
        "to",
        of(|field| field.valid_to.as_deref().unwrap_or_default()),
    );
    let known = known.cloned();
    let is_other =
        |field: &&FieldOfWork| known.as_ref().is_none_or(|known| field.code != known.code);
    let before = fields.iter().take_while(is_other).last();
    let stood_after = before.map_or("", |field| &field.code).to_owned();
    let after = Field::new("after", &stood_after);
    let mut places = vec![(String::new(), "Đầu danh sách".to_owned())];
    let others = fields.iter().filter(is_other);
    places.extend(others.map(|field| (field.code.clone(), field.name.clone())));
    let roots = fields.roots().into_iter();
    let roots: Vec<AnyView> = roots
        .map(|root| view! { <option value=root.to_owned()></option> }.into_any())
        .collect();
    let codes: Vec<String> = fields.iter().map(|field| field.code.clone()).collect();
    let hint = match known {
        Some(_) => {
            "Kiến nghị cũ cũng mang tên mới. Nếu nghĩa đã khác, hãy ghi ngày cuối cho lĩnh vực này rồi thêm lĩnh vực mới."
        }
        None => "",
    };
    let step = Step::new();
    let submit = move || {
        let Some(name) = name.required("Hãy nhập tên.") else {
            return;
        };
        let Some(root) = root.required("Hãy nhập nhóm.") else {
            return;
        };
        let (valid_from, valid_to) = (from.some(), to.some());
        if valid_to.is_some() && valid_to < valid_from {
            to.refuse("Ngày cuối phải sau ngày đầu.");
            return;
        }
        let was = known.clone();
        let code = was.as_ref().map(|was| was.code.clone());
        let words = format!("Đã ghi {name}.");
        let field = FieldOfWork {
            code: code.unwrap_or_else(|| free_code(&codes, &name)),
            name,
            root,
            valid_from,
            valid_to,
        };
        // Where it stands is said only by whoever moves it: somebody else may have meanwhile.
        let after = Some(after.get()).filter(|after| was.is_none() || *after != stood_after);
        step.take(async move {
            make(vec![Change::PutField { field, was, after }]).await?;
            office.done_at(LIST, words);
            Ok(())
        });
    };
    let fields = view! {
        {name.line(Label("Tên", hint))}
        {root.suggested(Label("Nhóm lĩnh vực", "Chọn nhóm đã có hoặc ghi nhóm mới."), roots.into_any())}
        {after.choice(Label("Đứng sau", "Thứ tự trong các bảng in ra; luôn ở trong nhóm của mình."), places)}
        {from.day(Label("Dùng từ ngày", "Để trống: từ trước đến nay."))}
        {to.day(Label("Dùng đến hết ngày", "Để trống: còn dùng. Hết hạn dùng thì không chọn được nữa, kiến nghị và báo cáo cũ vẫn giữ."))}
    };
    step.form(fields.into_any(), "Ghi", submit)
}

/// A code of a name that no field has.
fn free_code(codes: &[String], name: &str) -> String {
    let base = suggested_name(name);
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    let mut all = std::iter::once(base.clone()).chain(numbered);
    // That one is the address of the form.
    let is_free = |code: &String| code != "new" && !codes.contains(code);
    all.find(is_free).unwrap_or(base)
}
