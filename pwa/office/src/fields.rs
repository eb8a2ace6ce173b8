//! Fields of forms, and the new password that is asked for twice.

pub(crate) use kiennghi_parts::fields::{Field, Label};
use leptos::prelude::*;

/// A new password, asked for twice.
#[derive(Clone, Copy)]
pub(crate) struct NewPassword {
    first: Field,
    second: Field,
}

impl NewPassword {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self {
            first: Field::new("new-password", ""),
            second: Field::new("new-password-again", ""),
        }
    }

    /// Both fields, and what makes a good password.
    pub(crate) fn view(self) -> AnyView {
        let hint = "Ít nhất 10 ký tự. Dễ nhớ và khó đoán nhất là ghép vài từ không liên quan nhau. Không dùng tên, ngày sinh hay số điện thoại.";
        view! {
            {self.first.secret(Label("Mật khẩu mới", hint), "new-password")}
            {self.second.secret(Label("Nhập lại mật khẩu mới", ""), "new-password")}
        }
        .into_any()
    }

    /// The password; says what is wrong when it is too short or not the same twice.
    pub(crate) fn get(self) -> Option<String> {
        let password = self.first.exact();
        if password.chars().count() < kiennghi_shared::account::PASSWORD_CHARS_MIN {
            self.first.refuse("Mật khẩu cần ít nhất 10 ký tự.");
            return None;
        }
        if self.second.exact() != password {
            self.second.refuse("Hai lần nhập chưa giống nhau.");
            return None;
        }
        Some(password)
    }
}
