//! `/admin/account/password`: another password.

use kiennghi_shared::account::PasswordChange;
use leptos::prelude::*;

use crate::fields::{Field, Label, NewPassword};
use crate::frame::Frame;
use crate::loaded;
use crate::office::Office;
use crate::server;
use crate::steps::Step;

/// The page.
pub(crate) fn page(office: Office) -> AnyView {
    let frame = Frame::below("Đổi mật khẩu", "/admin/account");
    loaded::page(office, frame, None, move |_| {
        let (old, new) = (Field::new("password", ""), NewPassword::new());
        let step = Step::new();
        let submit = move || {
            if old.exact().is_empty() {
                old.refuse("Hãy nhập mật khẩu hiện nay.");
                return;
            }
            let Some(new) = new.get() else {
                return;
            };
            let form = PasswordChange {
                old: old.exact(),
                new,
            };
            step.take(async move {
                server::tell("/api/v1/account/password", &form).await?;
                let words = "Đã đổi mật khẩu. Các máy khác đã được đăng xuất.";
                office.done_at("/admin/account", words);
                Ok(())
            });
        };
        view! {
            {step.form(view! {
                {old.secret(Label("Mật khẩu hiện nay", ""), "current-password")}
                {new.view()} }.into_any(), "Đổi mật khẩu", submit)}
        }
        .into_any()
    })
}
