//! `/admin/fields`: the district's fields of work, as the printed tables have them.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::field_of_work::FieldOfWork;
use leptos::prelude::*;

use crate::frame::Frame;
use crate::loaded;
use crate::office::Office;
use crate::rows::{self, card, folded};
use crate::steps::{actions, link_button};
use crate::words;

/// The page.
pub(crate) fn page(office: Office) -> AnyView {
    let frame = Frame::below("Lĩnh vực", "/admin");
    let right = Some((Verb::Read, Thing::FieldsOfWork));
    loaded::page(office, frame, right, move |loaded| {
        let today = loaded.all.today.as_str();
        let writes = loaded.may_in_all(Verb::Write, Thing::FieldsOfWork);
        let is_over = |field: &&FieldOfWork| {
            let last = field.valid_to.as_deref();
            last.is_some_and(|last| last < today)
        };
        let (over, used): (Vec<_>, Vec<_>) = loaded.all.fields.iter().partition(is_over);
        let row = |field: &FieldOfWork, is_alone| row(field, today, writes, is_alone);
        let roots = used.chunk_by(|one, next| one.root == next.root);
        let roots = roots.map(|leaves| match leaves {
            [alone] => section(None, vec![row(alone, true)]),
            leaves => {
                let root = leaves.first().map(|field| field.root.clone());
                section(root, leaves.iter().map(|field| row(field, false)).collect())
            }
        });
        let roots: Vec<AnyView> = roots.collect();
        let over: Vec<AnyView> = over.into_iter().map(|field| row(field, false)).collect();
        let over = (!over.is_empty()).then(|| folded("Không dùng nữa".to_owned(), false, over));
        let add = link_button("add", "primary", "/admin/fields/new", "Thêm lĩnh vực");
        let add = writes.then(|| actions(vec![add]));
        view! {
            {add}
            <p class="muted">"Mỗi nhóm là một cột trong phụ lục của báo cáo tổng hợp. Điện thoại và bàn làm việc nhận thay đổi khi có mạng."</p>
            {roots}
            {over}
        }
        .into_any()
    })
}

/// Leaves under their root; one that is alone says itself under which.
fn section(root: Option<String>, rows: Vec<AnyView>) -> AnyView {
    let heading = root.map(|root| view! { <h2>{root}</h2> });
    view! { <section>{heading}<ul class="list">{rows}</ul></section> }.into_any()
}

fn row(field: &FieldOfWork, today: &str, writes: bool, is_alone: bool) -> AnyView {
    let days = words::days(field.valid_from.as_deref(), field.valid_to.as_deref());
    let root = match is_alone {
        true if field.root == field.name => "Một nhóm riêng".to_owned(),
        true => format!("Nhóm {}", field.root),
        false => String::new(),
    };
    let mut meta = vec![root, days];
    meta.retain(|part| !part.is_empty());
    let path = writes.then(|| format!("/admin/fields/{}", field.code));
    let waits = field
        .valid_from
        .as_deref()
        .is_some_and(|first| first > today);
    let state = waits.then(|| "Chưa áp dụng".to_owned());
    let card = card(path, field.name.clone(), meta.join(" · "), state);
    rows::row("field-row", &field.code, card)
}
