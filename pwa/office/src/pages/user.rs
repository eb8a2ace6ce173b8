//! `/admin/users/:name`: one person: roles, devices, a code for a new one, a lost one replaced.

use std::sync::Arc;

use kiennghi_shared::access::{Role, Thing, Verb};
use kiennghi_shared::administration::{Change, Device, IssuedCode, User};
use leptos::prelude::*;

use super::devices::{facts, revoke};
use super::new_user::make;
use crate::browser;
use crate::frame::Frame;
use crate::issued;
use crate::loaded::{self, Loaded, nothing_here};
use crate::office::Office;
use crate::rows::folded;
use crate::steps::{Question, Step, ask_first};
use crate::words;

/// The page.
pub(crate) fn page(office: Office, name: String) -> AnyView {
    // Outlives what the server is asked for anew.
    let code = RwSignal::new(None::<IssuedCode>);
    let right = Some((Verb::Read, Thing::Users));
    let frame = Frame::below("Người dùng", "/admin/users");
    loaded::page(office, frame, right, move |loaded| {
        let Some(user) = loaded.user(&name).cloned() else {
            return nothing_here();
        };
        let body = move || match code.get() {
            Some(issued) => {
                let desk = user
                    .grants
                    .iter()
                    .any(|held| held.grant.role != Role::Delegate);
                let close = move || {
                    code.set(None);
                    office.asked.update(|asked| *asked += 1);
                };
                issued::panel(&issued, &user.display, desk, close)
            }
            None => untrack(|| details(office, &loaded, &user, code)),
        };
        body.into_any()
    })
}

fn details(
    office: Office,
    loaded: &Arc<Loaded>,
    user: &User,
    code: RwSignal<Option<IssuedCode>>,
) -> AnyView {
    let step = Step::new();
    let roles = user.grants.iter();
    let roles: Vec<AnyView> = roles
        .map(|held| view! { <dd>{words::held(loaded, held)}</dd> }.into_any())
        .collect();
    let roles = if roles.is_empty() {
        vec![view! { <dd>"Chưa có vai trò"</dd> }.into_any()]
    } else {
        roles
    };
    let link = |below: &str, words: &'static str, test: &'static str| {
        let path = format!("/admin/users/{}/{below}", user.name);
        user.may_change
            .then(|| view! { <dd><a href=path data-test=test>{words}</a></dd> })
    };
    let state = if user.enabled {
        "Đăng nhập được"
    } else {
        "Đã ngừng"
    };
    let enrol = user.may_enrol.then(|| {
        let name = user.name.clone();
        let issue = move || {
            let name = name.clone();
            step.take(async move { show(office, code, issued::issue(name).await?) });
        };
        view! {
            <p>{step.button("issue", "primary", "Cấp mã đăng ký máy", issue)}</p>
        }
    });
    view! {
        <dl class="summary">
            <div><dt>"Họ tên"</dt><dd>{user.display.clone()}</dd>{link("name", "Đổi", "rename")}</div>
            <div><dt>"Tên đăng nhập"</dt><dd>{user.name.0.clone()}</dd></div>
            <div><dt>"Vai trò"</dt>{roles}{link("roles", "Sửa", "roles")}</div>
            <div><dt>"Trạng thái"</dt><dd data-test="state">{state}</dd></div>
        </dl>
        {step.failure()}
        {enrol}
        <h2>"Thiết bị"</h2>
        {devices(office, loaded, user, step, code)}
        {enabling(office, loaded, user, step)}
    }
    .into_any()
}

fn show(
    office: Office,
    code: RwSignal<Option<IssuedCode>>,
    issued: IssuedCode,
) -> Result<(), crate::server::Failure> {
    office.said.set(None);
    code.set(Some(issued));
    browser::scroll_to(0.0);
    browser::soon(|| browser::focus("issued"));
    Ok(())
}

fn devices(
    office: Office,
    loaded: &Arc<Loaded>,
    user: &User,
    step: Step,
    code: RwSignal<Option<IssuedCode>>,
) -> AnyView {
    let all = loaded.all.devices.iter();
    let theirs = all.filter(|device| device.user == user.name);
    let (revoked, used): (Vec<&Device>, Vec<&Device>) =
        theirs.partition(|device| device.revoked_at.is_some());
    let own = user.name == loaded.account.profile.user;
    let rows: Vec<AnyView> = used
        .into_iter()
        .map(|device| {
            let (id, name) = (device.id, user.name.clone());
            let take = move || {
                step.take(async move {
                    revoke(id).await?;
                    office.done("Đã thu hồi thiết bị.");
                    Ok(())
                });
            };
            let replace = move || {
                let name = name.clone();
                step.take(async move {
                    revoke(id).await?;
                    show(office, code, issued::issue(name).await?)
                });
            };
            let lost = (user.may_enrol && !device.is_browser)
                .then(|| ask_first(step, &format!("replace-{id}"), REPLACE, replace));
            let revoke = (user.may_enrol || user.may_change || own)
                .then(|| ask_first(step, &format!("revoke-{id}"), REVOKE, take));
            view! {
                <li data-test="device-row" data-id=id>{facts(loaded, device, false)}<div class="actions">{lost}{revoke}</div></li>
            }
            .into_any()
        })
        .collect();
    let none = rows
        .is_empty()
        .then(|| view! { <p>"Chưa có thiết bị nào."</p> });
    let revoked: Vec<AnyView> = revoked
        .into_iter()
        .map(|device| {
            view! { <li data-test="revoked-row">{facts(loaded, device, false)}</li> }.into_any()
        })
        .collect();
    let revoked = (!revoked.is_empty()).then(|| folded("Đã thu hồi".to_owned(), false, revoked));
    view! { {none}<ul class="rows">{rows}</ul>{revoked} }.into_any()
}

pub(super) const REVOKE: Question = Question {
    test: "revoke",
    button: "Thu hồi",
    question: "Thu hồi thiết bị này? Máy đó không đồng bộ và không đăng nhập được nữa. Việc chưa gửi trên máy sẽ chờ Thường trực xem xét.",
    yes: "Thu hồi",
};
const REPLACE: Question = Question {
    test: "replace",
    button: "Thay máy bị mất",
    question: "Thu hồi máy này và cấp ngay mã cho máy mới? Những gì đã gửi sẽ có trên máy mới.",
    yes: "Thu hồi và cấp mã",
};
const DISABLE: Question = Question {
    test: "disable",
    button: "Ngừng tài khoản",
    question: "Ngừng tài khoản này? Người này không đăng nhập và không đồng bộ được cho đến khi bạn mở lại.",
    yes: "Ngừng tài khoản",
};
const ENABLE: Question = Question {
    test: "enable",
    button: "Cho đăng nhập lại",
    question: "Mở lại tài khoản này?",
    yes: "Mở lại",
};

fn enabling(office: Office, loaded: &Loaded, user: &User, step: Step) -> AnyView {
    if !user.may_change || user.name == loaded.account.profile.user {
        return ().into_any();
    }
    let (name, enabled) = (user.name.clone(), !user.enabled);
    let change = move || {
        let name = name.clone();
        step.take(async move {
            make(vec![Change::EnableUser { name, enabled }]).await?;
            office.done(if enabled {
                "Đã mở lại tài khoản."
            } else {
                "Đã ngừng tài khoản."
            });
            Ok(())
        });
    };
    let question = if enabled { ENABLE } else { DISABLE };
    view! { <h2>"Tài khoản"</h2>{ask_first(step, "enable", question, change)} }.into_any()
}
