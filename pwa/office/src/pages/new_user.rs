//! `/admin/users/new` and `/admin/users/:name/name`: a new user, and another name for one.

use std::sync::Arc;

use kiennghi_shared::access::{Grant, Role, Thing, Verb};
use kiennghi_shared::administration::{Change, Changes, suggested_name};
use kiennghi_shared::id::{UnitCode, UserName};
use leptos::prelude::*;

use super::roles::GrantForm;
use crate::fields::{Field, Label};
use crate::frame::Frame;
use crate::loaded::{self, Loaded, nothing_here};
use crate::office::Office;
use crate::server::{Failure, tell};
use crate::steps::Step;

const RIGHT: Option<(Verb, Thing)> = Some((Verb::Write, Thing::Users));

/// Has the server make changes, all or none.
pub(crate) async fn make(changes: Vec<Change>) -> Result<(), Failure> {
    make_of(Changes {
        changes,
        ..Changes::default()
    })
    .await
}

/// The same, of a unit that still is as it was seen.
pub(crate) async fn make_of(changes: Changes) -> Result<(), Failure> {
    tell("/api/v1/administration/changes", &changes).await
}

/// The page of a new user.
pub(crate) fn page(office: Office) -> AnyView {
    let frame = Frame::below("Thêm người dùng", "/admin/users");
    loaded::page(office, frame, RIGHT, move |loaded| form(office, &loaded))
}

fn form(office: Office, loaded: &Arc<Loaded>) -> AnyView {
    let (display, name) = (Field::new("display", ""), Field::new("name", ""));
    let suggested = RwSignal::new(String::new());
    let known = Arc::clone(loaded);
    Effect::new(move || {
        let typed = display.watched();
        // Only while the person has not chosen another.
        if name.exact() == suggested.get_untracked() {
            let base = if typed.trim().is_empty() {
                String::new()
            } else {
                free_name(&known, &typed)
            };
            name.set(&base);
            suggested.set(base);
        }
    });
    let grant = GrantForm::new(loaded);
    let step = Step::new();
    let submit = move || {
        let Some(display) = display.required("Hãy nhập họ tên.") else {
            return;
        };
        let Some(name) = name.required("Hãy nhập tên đăng nhập.") else {
            return;
        };
        let user = UserName(name);
        let Some(give) = grant.change(user.clone()) else {
            return;
        };
        let words = format!("Đã thêm {display}. Bước tiếp theo: cấp mã để đăng ký máy.");
        let path = format!("/admin/users/{user}");
        let add = Change::AddUser {
            name: user,
            display,
        };
        step.take(async move {
            make(vec![add, give]).await?;
            office.done_at(&path, words);
            Ok(())
        });
    };
    view! {
        {step.form(view! {
            {display.line(Label("Họ tên", ""))}
            {name.known(Label("Tên đăng nhập", "Chữ không dấu, số, dấu chấm hoặc gạch nối. Không đổi được về sau."), "off")}
            {grant.view()} }.into_any(), "Thêm người dùng", submit)}
    }
    .into_any()
}

/// The suggested name, or the first after it that nobody has.
fn free_name(loaded: &Loaded, display: &str) -> String {
    let base = suggested_name(display);
    let numbered = (2..100).map(|number| format!("{base}-{number}"));
    let mut names = std::iter::once(base.clone()).chain(numbered);
    names
        .find(|name| loaded.user(name).is_none())
        .unwrap_or(base)
}

/// The page of another name.
pub(crate) fn rename(office: Office, name: String) -> AnyView {
    let back = format!("/admin/users/{name}");
    let frame = Frame::below("Đổi họ tên", back.clone());
    loaded::page(office, frame, RIGHT, move |loaded| {
        let Some(user) = loaded.user(&name).filter(|user| user.may_change) else {
            return nothing_here();
        };
        let display = Field::new("display", &user.display);
        let (name, back) = (user.name.clone(), back.clone());
        let step = Step::new();
        let submit = move || {
            let Some(display) = display.required("Hãy nhập họ tên.") else {
                return;
            };
            let (name, back) = (name.clone(), back.clone());
            step.take(async move {
                make(vec![Change::RenameUser { name, display }]).await?;
                office.done_at(&back, "Đã đổi họ tên.");
                Ok(())
            });
        };
        view! {
            {step.form(view! {
                {display.line(Label("Họ tên", ""))} }.into_any(), "Lưu", submit)}
        }
        .into_any()
    })
}

/// A role in a unit, from fields.
pub(crate) fn grant_of(role: &str, unit: String) -> Option<Grant> {
    Some(Grant {
        role: Role::from_name(role)?,
        unit: UnitCode(unit),
    })
}
