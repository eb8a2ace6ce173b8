//! A one-time code on the screen: in large groups, as a picture, as a link, with the time that it has left.

use kiennghi_shared::administration::{CodeWanted, IssuedCode};
use kiennghi_shared::id::UserName;
use leptos::prelude::*;

use crate::browser;
use crate::qr;
use crate::server::{self, Failure};
use crate::steps::Step;

/// Has the server make a code for a user.
pub(crate) async fn issue(user: UserName) -> Result<IssuedCode, Failure> {
    server::post("/api/v1/administration/codes", &CodeWanted { user }).await
}

/// The code. `for_desk` shows the link that sets a password, too.
pub(crate) fn panel(
    issued: &IssuedCode,
    who: &str,
    for_desk: bool,
    close: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    let origin = browser::page()
        .and_then(|page| page.location().origin().ok())
        .unwrap_or_default();
    let phone = format!("{origin}/enrol#{}", issued.code);
    let desk = for_desk.then(|| {
        let link = format!("{origin}/admin/code#{}", issued.code);
        view! {
            <h3>"Hoặc đặt mật khẩu để làm việc trên máy tính"</h3>
            <p>"Gửi đường liên kết này thay cho mã QR. Mỗi mã chỉ dùng được một lần: cho điện thoại hoặc để đặt mật khẩu."</p>
            {link_with_copy(link, "desk-link")}
        }
    });
    let left = remaining(issued.expires_at);
    let groups = issued.code.replace('-', " ");
    let picture = qr::picture(&phone);
    let code = issued.code.clone();
    let shown = move || {
        if left.get() <= 0 {
            return view! { <p class="notice warning" data-test="expired">"Mã đã hết hạn. Hãy đóng lại và cấp mã khác."</p> }
                .into_any();
        }
        ().into_any()
    };
    let time = move || {
        let seconds = left.get().max(0) / 1_000;
        format!("Còn {}:{:02}", seconds / 60, seconds % 60)
    };
    view! {
        <section class="panel" data-test="issued" data-code=code>
            <h2 id="issued" tabindex="-1">{format!("Mã cho {who}")}</h2>
            {shown}
            <p>"Trên điện thoại của người dùng, mở máy ảnh và hướng vào hình này:"</p>
            {picture}
            <p>"Hoặc mở trang đăng ký trên điện thoại rồi nhập mã:"</p>
            <p class="code" translate="no">{groups}</p>
            <p class="muted" role="timer">{time}</p>
            {link_with_copy(phone, "phone-link")}
            {desk}
            <p>{Step::new().button("issued-close", "primary", "Xong", close)}</p>
        </section>
    }
    .into_any()
}

fn link_with_copy(link: String, test: &'static str) -> AnyView {
    view! {
        <p class="link-text" data-test=test>{link.clone()}</p>
        <p>{copy_button(link, "Sao chép đường liên kết")}</p>
    }
    .into_any()
}

/// A button that puts text where it can be pasted from, and says so.
pub(crate) fn copy_button(text: String, words: &'static str) -> AnyView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        browser::copy(&text);
        copied.set(true);
    };
    let shown = move || {
        if copied.get() {
            "Đã sao chép"
        } else {
            words
        }
    };
    view! { <button type="button" class="button" on:click=copy>{shown}</button> }.into_any()
}

/// Milliseconds until a moment of the server's clock, counted down each second while anybody looks.
fn remaining(until: i64) -> RwSignal<i64> {
    let left = RwSignal::new(until - server::now_ms());
    tick(left, until);
    left
}

fn tick(left: RwSignal<i64>, until: i64) {
    browser::after(1_000, move || {
        let now = until - server::now_ms();
        if left.try_set(now).is_none() && now > 0 {
            tick(left, until);
        }
    });
}
