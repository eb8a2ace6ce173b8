//! `/admin/code`: a code that sets a password, of an administrator or of one's own for recovery.

use kiennghi_shared::account::CodeSignIn;
use kiennghi_shared::code::Code;
use leptos::prelude::*;

use super::sign_in::{enter, insecure};
use crate::browser;
use crate::fields::{Field, Label, NewPassword};
use crate::frame::{Frame, frame};
use crate::office::Office;
use crate::server::{self, Failure};
use crate::steps::Step;

/// The page.
pub(crate) fn page(office: Office) -> AnyView {
    let linked = office.code.get_value();
    let code = Field::new("code", &linked);
    let user = Field::new("user", "");
    let password = NewPassword::new();
    let step = Step::new();
    let submit = move || {
        let Some(code) = code.required("Hãy nhập mã.") else {
            return;
        };
        let Some(password) = password.get() else {
            return;
        };
        let form = CodeSignIn {
            user: user.get(),
            code,
            password,
            device: browser::device_name().to_owned(),
        };
        step.take(async move {
            let told = server::tell("/api/v1/sign-in/code", &form).await;
            told.map_err(|failure| match failure {
                Failure::Refused(Code::WrongCredentials) => {
                    Failure::Here("Tên đăng nhập hoặc mã khôi phục không đúng, hay mã đã dùng.")
                }
                failure => failure,
            })?;
            office.code.set_value(String::new());
            enter(office).await
        });
    };
    let code_field = if linked.is_empty() {
        view! {
            {code.known(Label("Mã", "Mã một lần do người quản trị cấp, hoặc một mã khôi phục của bạn."), "one-time-code")}
            {user.known(Label("Tên đăng nhập", "Chỉ cần khi dùng mã khôi phục. Với mã của người quản trị, hãy để trống."), "username")}
        }
        .into_any()
    } else {
        view! { <p class="notice ok" data-test="code-given">"Đã nhận mã từ đường liên kết. Hãy đặt mật khẩu của bạn."</p> }
            .into_any()
    };
    let body = view! {
        {insecure()}
        <p>"Các phiên đăng nhập và khoá truy cập cũ, nếu có, sẽ bị gỡ; mã của người quản trị gỡ cả các mã khôi phục cũ."</p>
        {step.form(view! {
            {code_field}
            {password.view()} }.into_any(), "Đặt mật khẩu và đăng nhập", submit)}
    };
    frame(
        office,
        Frame::below("Đặt mật khẩu bằng mã", "/admin/sign-in"),
        body.into_any(),
    )
}
