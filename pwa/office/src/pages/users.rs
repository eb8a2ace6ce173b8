//! `/admin/users`: who there is, found by name, unit or role.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::text::{Query, fold, lower};
use leptos::prelude::*;

use crate::fields::{Field, Label};
use crate::frame::Frame;
use crate::loaded::{self, Loaded};
use crate::office::Office;
use crate::steps::{actions, link_button};
use crate::words;

struct Row {
    name: String,
    display: String,
    roles: String,
    enabled: bool,
    lower: String,
    folded: String,
}

fn rows(loaded: &Loaded) -> Vec<Row> {
    let users = loaded.all.users.iter();
    let row = |user: &kiennghi_shared::administration::User| {
        let roles = words::roles_of(loaded, user);
        let all = format!("{} {} {roles}", user.display, user.name);
        Row {
            name: user.name.0.clone(),
            display: user.display.clone(),
            roles,
            enabled: user.enabled,
            lower: lower(&all),
            folded: fold(&all),
        }
    };
    users.map(row).collect()
}

/// The page.
pub(crate) fn page(office: Office) -> AnyView {
    let wanted = Field::new("text", "");
    let right = Some((Verb::Read, Thing::Users));
    loaded::page(
        office,
        Frame::below("Người dùng", "/admin"),
        right,
        move |loaded| {
            let rows = rows(&loaded);
            let add = loaded.may(Verb::Write, Thing::Users).then(|| {
                actions(vec![
                    link_button("add", "primary", "/admin/users/new", "Thêm người dùng"),
                    link_button("import", "", "/admin/import", "Nhập từ bảng tính"),
                ])
            });
            let found = move || {
                let query = Query::new(&wanted.watched());
                let found = rows.iter().filter(|row| {
                    let asked = |query: &Query| query.ask(&row.lower, &row.folded).is_some();
                    query.as_ref().is_none_or(asked)
                });
                let found: Vec<AnyView> = found.map(shown).collect();
                let count = format!("{} người", found.len());
                view! { <p class="muted" role="status" data-test="total">{count}</p><ul class="list">{found}</ul> }
            };
            view! {
            {add}
            {wanted.search(Label("Tìm", "Họ tên, đơn vị hoặc vai trò, có dấu hay không dấu đều được."))}
            {found}
        }
        .into_any()
        },
    )
}

fn shown(row: &Row) -> AnyView {
    let path = format!("/admin/users/{}", row.name);
    let off = (!row.enabled).then(|| view! { <span class="state">"Đã ngừng"</span> });
    view! {
        <li><a class="card" href=path data-test="user-row" data-name=row.name.clone()>
            <span class="card-title">{row.display.clone()}</span>
            <span class="card-meta">{row.roles.clone()}</span>
            {off}
        </a></li>
    }
    .into_any()
}
