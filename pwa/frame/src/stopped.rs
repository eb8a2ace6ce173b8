//! Screens without a page: opening, stopped, signed out, nothing here.

use kiennghi_messages::{Cause, Failure};
use kiennghi_parts::live::button;
use leptos::prelude::*;

use crate::app::App;
use crate::browser;
use crate::frame::{Frame, frame};

fn bare(test: &'static str, title: &'static str, body: AnyView) -> AnyView {
    browser::set_title(&format!("{title} – Kiến Nghị"));
    view! {
        <header class="bar"><span class="bar-title">"Bàn làm việc"</span></header>
        <main class="page" data-test=test>
            <h1 tabindex="-1">{title}</h1>
            {body}
        </main>
    }
    .into_any()
}

/// While the store is being opened.
pub fn opening() -> AnyView {
    view! {
        <header class="bar"><span class="bar-title">"Bàn làm việc"</span></header>
        <main class="page shell"><p class="shell-wait">"Đang mở…"</p></main>
    }
    .into_any()
}

/// When the store cannot be used.
pub fn stopped(failure: &Failure) -> AnyView {
    let (title, words) = match failure.cause {
        Cause::OtherTab => (
            "Đang mở ở thẻ khác",
            "Ứng dụng hoặc bàn làm việc đang mở ở một thẻ khác của trình duyệt này. Hãy dùng thẻ kia, hoặc đóng thẻ kia rồi bấm “Thử lại” ở đây."
                .to_owned(),
        ),
        _ => (
            "Chưa mở được phần lưu trữ",
            format!("{} Dữ liệu đã lưu trên máy này vẫn còn.", failure.message),
        ),
    };
    let body = view! {
        <p>{words}</p>
        <p>{button("again", "primary", "Thử lại", browser::reload)}</p>
    };
    bare("stopped", title, body.into_any())
}

/// Whoever is not signed in comes back to this page after the sign-in.
pub fn signed_out() -> AnyView {
    let search = browser::page().and_then(|page| page.location().search().ok());
    let here = browser::path() + &search.unwrap_or_default();
    let here: String = js_sys::encode_uri_component(&here).into();
    let path = format!("/admin/sign-in?next={here}");
    let body = view! {
        <p>"Cần đăng nhập để mở bàn làm việc. Đăng nhập xong sẽ trở lại đúng trang này."</p>
        <p><a class="button primary" href=path data-test="sign-in">"Đăng nhập"</a></p>
    };
    bare("desk-sign-in", "Chưa đăng nhập", body.into_any())
}

/// What the app keeps in this browser was locked by its owner.
pub fn locked_elsewhere() -> AnyView {
    let body = view! {
        <p>"Trình duyệt này đang giữ dữ liệu của ứng dụng ghi kiến nghị, khoá bằng cách mở khoá riêng của máy. Bàn làm việc chỉ mở được ở trình duyệt không có khoá riêng."</p>
        <p>"Hãy mở ứng dụng ghi kiến nghị ở đây, hoặc mở bàn làm việc bằng trình duyệt hay tài khoản máy tính khác."</p>
        <p><a class="button primary" href="/">"Mở ứng dụng ghi kiến nghị"</a></p>
    };
    bare("locked-elsewhere", "Máy này có khoá riêng", body.into_any())
}

/// Some record petitions, look after people or read reports, and have no desk.
pub fn no_desk(app: App) -> AnyView {
    let reports = app.reads_reports().then(|| {
        view! { <a class="button primary" href="/review">"Mở phần giao ban"</a> }.into_any()
    });
    let body = view! {
        <p data-test="nothing">"Vai trò của tài khoản này không làm việc ở đây."</p>
        <p class="actions">
            {reports}
            <a class="button" href="/">"Mở ứng dụng ghi kiến nghị"</a>
            <a class="button" href="/admin">"Mở trang quản trị"</a>
        </p>
    };
    frame(app, Frame::part("Bàn làm việc"), body.into_any())
}

/// A path that leads nowhere, or not for this person.
pub fn unknown(app: App) -> AnyView {
    let body = view! {
        <p data-test="nothing">"Không có trang này, hoặc trang này không thuộc phần việc của bạn."</p>
        <p><a class="button" href="/desk">"Về việc cần làm"</a></p>
    };
    frame(
        app,
        Frame::below("Không tìm thấy trang", "/desk"),
        body.into_any(),
    )
}
