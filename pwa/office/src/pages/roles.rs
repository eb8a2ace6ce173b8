//! `/admin/users/:name/roles`: the roles that a user holds, with their days.

use kiennghi_shared::access::{Role, Thing, Verb};
use kiennghi_shared::administration::Change;
use kiennghi_shared::id::UserName;
use leptos::prelude::*;

use super::new_user::{grant_of, make};
use crate::fields::{Field, Label};
use crate::frame::Frame;
use crate::loaded::{self, Loaded, nothing_here};
use crate::office::Office;
use crate::steps::{Question, Step, ask_first};
use crate::words;

/// The fields of a role to be given.
#[derive(Clone, Copy)]
pub(crate) struct GrantForm {
    role: Field,
    unit: Field,
    starts: Field,
    ends: Field,
    units: StoredValue<Vec<(String, String)>>,
}

impl GrantForm {
    /// Nothing chosen; the units that the person may give roles in.
    pub(crate) fn new(loaded: &Loaded) -> Self {
        let units =
            loaded.unit_choices(|unit| loaded.may_in(Verb::Write, Thing::Users, &unit.code));
        Self {
            role: Field::new("role", ""),
            unit: Field::new("unit", ""),
            starts: Field::new("starts", ""),
            ends: Field::new("ends", ""),
            units: StoredValue::new(units),
        }
    }

    /// The fields.
    pub(crate) fn view(self) -> AnyView {
        let roles = Role::ALL.iter();
        let roles = roles.map(|role| (role.name().to_owned(), role.title().to_owned()));
        let none = std::iter::once((String::new(), "Chọn…".to_owned()));
        let units = none.clone().chain(self.units.get_value()).collect();
        view! {
            {self.role.choice(Label("Vai trò", ""), none.chain(roles).collect())}
            {self.unit.choice(Label("Đơn vị", "Vai trò có hiệu lực ở đơn vị này."), units)}
            {self.starts.day(Label("Từ ngày", "Để trống: từ hôm nay."))}
            {self.ends.day(Label("Đến hết ngày", "Để trống: không thời hạn."))}
        }
        .into_any()
    }

    /// What the fields say; says what is missing.
    pub(crate) fn change(self, user: UserName) -> Option<Change> {
        let role = self.role.required("Hãy chọn vai trò.")?;
        let unit = self.unit.required("Hãy chọn đơn vị.")?;
        let (starts, ends) = (self.starts.some(), self.ends.some());
        if let (Some(starts), Some(ends)) = (&starts, &ends)
            && starts > ends
        {
            self.ends.refuse("Ngày cuối phải sau ngày đầu.");
            return None;
        }
        Some(Change::Give {
            user,
            grant: grant_of(&role, unit)?,
            starts,
            ends,
        })
    }
}

/// The page.
pub(crate) fn page(office: Office, name: String) -> AnyView {
    let frame = Frame::below("Vai trò", format!("/admin/users/{name}"));
    let right = Some((Verb::Write, Thing::Users));
    loaded::page(office, frame, right, move |loaded| {
        let Some(user) = loaded.user(&name).filter(|user| user.may_change) else {
            return nothing_here();
        };
        let step = Step::new();
        let rows: Vec<AnyView> = user
            .grants
            .iter()
            .map(|held| {
                let id = held.id;
                let end = move || {
                    step.take(async move {
                        make(vec![Change::End(id)]).await?;
                        office.done("Đã kết thúc vai trò.");
                        Ok(())
                    });
                };
                let question = Question {
                    test: "end",
                    button: "Kết thúc",
                    question: "Kết thúc vai trò này ngay bây giờ?",
                    yes: "Kết thúc vai trò",
                };
                let later = (!held.holds).then_some(" – chưa hoặc không còn hiệu lực");
                view! {
                    <li data-test="role-row"><p>{words::held(&loaded, held)}{later}</p>{ask_first(step, &format!("end-{id}"), question, end)}</li>
                }
                .into_any()
            })
            .collect();
        let list = if rows.is_empty() {
            view! { <p>"Chưa có vai trò."</p> }.into_any()
        } else {
            view! { <ul class="rows">{rows}</ul> }.into_any()
        };
        let own = user.name == loaded.account.profile.user;
        let give = if own {
            view! { <p class="notice">"Không ai tự giao vai trò cho mình: hãy nhờ người quản trị khác."</p> }
                .into_any()
        } else {
            give_form(office, &loaded, user.name.clone())
        };
        view! {
            <p>{user.display.clone()}</p>
            {step.failure()}
            {list}
            <h2>"Giao thêm vai trò"</h2>
            {give}
        }
        .into_any()
    })
}

fn give_form(office: Office, loaded: &Loaded, user: UserName) -> AnyView {
    let grant = GrantForm::new(loaded);
    let step = Step::new();
    let submit = move || {
        let Some(change) = grant.change(user.clone()) else {
            return;
        };
        step.take(async move {
            make(vec![change]).await?;
            office.done("Đã giao vai trò.");
            Ok(())
        });
    };
    view! { {step.form(view! {{grant.view()} }.into_any(), "Giao vai trò", submit)} }.into_any()
}
