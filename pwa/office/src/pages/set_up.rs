//! `/admin/set-up`: the first administrator, by the code that the server shows when it starts.

use kiennghi_shared::account::{Entrance, SIGN_IN_PATH, SetUp};
use leptos::prelude::*;

use super::sign_in::insecure;
use crate::browser;
use crate::fields::{Field, Label, NewPassword};
use crate::frame::{Frame, frame};
use crate::office::Office;
use crate::server::{self, Failure};
use crate::steps::{self, Step};

/// The page.
pub(crate) fn page(office: Office) -> AnyView {
    let entrance = RwSignal::new(None::<Result<Entrance, Failure>>);
    browser::spawn(async move {
        entrance.try_set(Some(server::get(SIGN_IN_PATH).await));
    });
    let body = move || match entrance.get() {
        None => view! { <p class="muted">"Đang mở…"</p> }.into_any(),
        Some(Err(failure)) => steps::failed(&failure),
        Some(Ok(Entrance {
            needs_set_up: false,
            ..
        })) => view! {
            <p class="notice" data-test="set-up-done">"Máy chủ này đã có người quản trị."</p>
            <p><a href="/admin/sign-in" class="button">"Đăng nhập"</a></p>
        }
        .into_any(),
        Some(Ok(entrance)) => form(office, entrance.trees),
    };
    frame(office, Frame::first("Thiết lập máy chủ"), body.into_any())
}

fn form(office: Office, trees: Vec<(String, String)>) -> AnyView {
    let linked = office.code.get_value();
    let code = Field::new("code", &linked);
    let first = trees.first().map_or("", |(name, _)| name.as_str());
    let tree = Field::new("tree", first);
    let (display, user) = (Field::new("display", ""), Field::new("user", ""));
    let password = NewPassword::new();
    let step = Step::new();
    let submit = move || {
        let Some(code) = code.required("Hãy nhập mã hiện trên máy chủ.") else {
            return;
        };
        let Some(display) = display.required("Hãy nhập họ tên.") else {
            return;
        };
        let Some(user) = user.required("Hãy nhập tên đăng nhập.") else {
            return;
        };
        let Some(password) = password.get() else {
            return;
        };
        let form = SetUp {
            code,
            tree: tree.exact(),
            user,
            display,
            password,
            device: browser::device_name().to_owned(),
        };
        step.take(async move {
            server::tell("/api/v1/set-up", &form).await?;
            office.code.set_value(String::new());
            let words = "Đã thiết lập xong. Hãy thêm khoá truy cập và in mã khôi phục, để không mất lối vào khi quên mật khẩu.";
            office.done_at("/admin/account", words);
            Ok(())
        });
    };
    let code_field = linked.is_empty().then(|| {
        let label = Label("Mã thiết lập", "Máy chủ hiện mã này khi khởi động.");
        code.known(label, "one-time-code")
    });
    view! {
        {insecure()}
        <p>"Bạn sẽ là người quản trị đầu tiên: thêm người dùng, cấp mã cho điện thoại, sửa đơn vị. Người quản trị không xem kiến nghị của cử tri."</p>
        {step.form(view! {
            {code_field}
            {tree.radios("Các đơn vị ban đầu", trees)}
            {display.known(Label("Họ tên", ""), "name")}
            {user.known(Label("Tên đăng nhập", "Chữ không dấu, số, dấu chấm hoặc gạch nối. Ví dụ: quan-tri"), "username")}
            {password.view()} }.into_any(), "Thiết lập", submit)}
    }
    .into_any()
}
