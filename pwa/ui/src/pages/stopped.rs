//! Screens without a page: opening, stopped, nothing here, and what those see who see no petitions.

use kiennghi_messages::{Cause, Failure};
use kiennghi_shared::access::{Thing, Verb};
use leptos::prelude::*;

use crate::browser;
use crate::components::frame::{Frame, frame};
use crate::state::App;

/// While the store is being opened.
pub(crate) fn opening() -> AnyView {
    view! {
        <header class="bar"><span class="bar-title">"Kiến Nghị"</span></header>
        <main class="page shell"><p class="shell-wait">"Đang mở…"</p></main>
    }
    .into_any()
}

/// When the store cannot be used.
pub(crate) fn stopped(failure: &Failure) -> AnyView {
    let (title, words) = match failure.cause {
        Cause::OtherTab => (
            "Ứng dụng đang mở ở thẻ khác",
            "Hãy dùng thẻ kia, hoặc đóng thẻ kia rồi bấm “Thử lại” ở đây.".to_owned(),
        ),
        _ => (
            "Chưa mở được phần lưu trữ",
            format!("{} Dữ liệu đã lưu trên máy này vẫn còn.", failure.message),
        ),
    };
    browser::set_title(&format!("{title} – Kiến Nghị"));
    view! {
        <header class="bar"><span class="bar-title">"Kiến Nghị"</span></header>
        <main class="page" data-test="stopped">
            <h1 tabindex="-1">{title}</h1>
            <p>{words}</p>
            <p><button type="button" class="button primary" on:click=move |_| browser::reload()>"Thử lại"</button></p>
        </main>
    }
    .into_any()
}

/// After the device was revoked: everything on it is gone.
pub(crate) fn revoked() -> AnyView {
    browser::set_title("Máy này đã bị thu hồi – Kiến Nghị");
    view! {
        <header class="bar"><span class="bar-title">"Kiến Nghị"</span></header>
        <main class="page" data-test="revoked">
            <h1 tabindex="-1">"Máy này đã bị thu hồi"</h1>
            <p>"Dữ liệu trên máy đã được xoá. Những gì ghi trên máy mà chưa gửi đã chuyển cho Thường trực HĐND xem xét."</p>
            <p>"Nếu có nhầm lẫn, hãy liên hệ Thường trực HĐND để được cấp mã mới."</p>
            <p><a class="button" href="/enrol">"Đăng ký lại"</a></p>
        </main>
    }
    .into_any()
}

/// A path that leads nowhere.
pub(crate) fn unknown(app: App) -> AnyView {
    let body = view! { <p>"Địa chỉ này không có trang nào."</p><p><a class="button" href="/">"Về trang đầu"</a></p> };
    frame(
        app,
        Frame::below("Không tìm thấy trang", "/".to_owned()),
        body.into_any(),
    )
}

/// Some keep people and settings, or read reports, and see no petition.
pub(crate) fn no_records(app: App) -> AnyView {
    let name = app
        .profile(|profile| profile.display.clone())
        .unwrap_or_default();
    let administration = app.administers().then(|| {
        view! { <p><a class="button primary" href="/admin" target="_self" data-test="administration">"Vào phần quản trị"</a></p> }
    });
    let parts = app.profile(|profile| {
        let has_desk = !profile.desks().is_empty();
        (has_desk, profile.may(Verb::Read, Thing::Reports))
    });
    let (has_desk, reads_reports) = parts.unwrap_or_default();
    let desk = has_desk.then(|| {
        view! { <p><a class="button primary" href="/desk" target="_self" data-test="desk">"Mở bàn làm việc"</a></p> }
    });
    let briefing = reads_reports.then(|| {
        view! { <p><a class="button primary" href="/review" target="_self" data-test="briefing">"Mở phần giao ban"</a></p> }
    });
    let body = view! {
        <p>"Xin chào, " {name} "."</p>
        <p class="notice">"Vai trò của tài khoản này không xem kiến nghị của cử tri."</p>
        {desk}
        {briefing}
        {administration}
        <p><a class="button" href="/device">"Tài khoản và thiết bị"</a></p>
    };
    frame(app, Frame::tab("Kiến Nghị"), body.into_any())
}
