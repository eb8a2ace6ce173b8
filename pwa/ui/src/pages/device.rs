//! `/device`: who is signed in, what this device holds, and a way out for unsent work.

use kiennghi_messages::{Answer, Command};
use leptos::prelude::*;

use crate::autolock;
use crate::browser;
use crate::components::alerts;
use crate::components::frame::{Frame, frame};
use crate::components::notices;
use crate::files;
use crate::pages::enrol::install_hint;
use crate::state::App;
use crate::time;
use crate::worker;

/// The page.
pub(crate) fn page(app: App) -> AnyView {
    let account = app
        .profile(|profile| {
            let mut account = vec![
                ("Họ tên", profile.display.clone()),
                ("Tài khoản", profile.user.0.clone()),
            ];
            for grant in &profile.grants {
                let role = format!("{}, {}", grant.role.title(), app.unit_name(&grant.unit));
                account.push(("Vai trò", role));
            }
            account
        })
        .unwrap_or_default();
    let version = browser::boot_value("version")
        .and_then(|version| version.as_string())
        .unwrap_or_default();
    let (offline, kept) = (RwSignal::new(None), RwSignal::new(None));
    browser::when_true(browser::boot_value("precacheReady"), move |yes| {
        offline.set(yes)
    });
    browser::when_true(browser::storage_persisted(), move |yes| kept.set(yes));
    let held = move || {
        app.status.with(|status| match status {
            Some(status) => format!("{} bản ghi, {} chưa gửi", status.held, status.unsent),
            None => String::new(),
        })
    };
    let ready = move || match offline.get() {
        Some(true) => "Có",
        Some(false) => "Không, cần mạng để mở",
        None => "Đang tải về máy…",
    };
    let safe = move || match kept.get() {
        Some(true) => "Trình duyệt giữ lâu dài",
        Some(false) => "Trình duyệt có thể xoá khi máy đầy. Hãy đưa ứng dụng ra màn hình chính.",
        None => "Chưa rõ",
    };
    let failure = RwSignal::new(None);
    let export = move |_| {
        browser::spawn(async move {
            failure.set(None);
            match worker::call(Command::Unsent).await {
                Ok(Answer::Unsent(unsent)) => {
                    let user = app.profile(|profile| profile.user.0.clone());
                    let text = files::of_unsent(&user.unwrap_or_default(), &unsent);
                    let day = time::stored_day(browser::now_ms());
                    if browser::download(
                        &format!("kien-nghi-chua-gui-{day}.json"),
                        "application/json",
                        &text,
                    )
                    .is_none()
                    {
                        browser::warn("the export could not be handed over");
                    }
                }
                Ok(_) => failure.set(Some(worker::unexpected())),
                Err(why) => failure.set(Some(why)),
            }
        });
    };
    let facts: Vec<AnyView> = account
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any())
        .collect();
    let is_desk = app.lock().session;
    let by_session = is_desk.then_some(" Khi khoá, phiên đăng nhập kết thúc.");
    let body = view! {
        <h2>"Tài khoản"</h2>
        <dl class="summary" data-test="account">{facts}</dl>
        <h2>"Máy này"</h2>
        <dl class="summary">
            <div><dt>"Trên máy"</dt><dd data-test="held">{held}</dd></div>
            <div><dt>"Mở được khi không có mạng"</dt><dd data-test="offline-ready">{ready}</dd></div>
            <div><dt>"Nơi lưu"</dt><dd>{safe}</dd></div>
            <div><dt>"Phiên bản"</dt><dd data-test="version">{version}</dd></div>
        </dl>
        <h2>"Lời nhắc trên máy này"</h2>
        {alerts::offer()}
        <h2>"Khoá dữ liệu"</h2>
        <p>"Ứng dụng tự khoá khi để lâu không dùng. Chữ đang viết dở được giữ lại."{by_session}</p>
        <p>
            <button type="button" class="button" data-test="lock-now" on:click=move |_| autolock::lock(app)>"Khoá ngay"</button>
            " "<a class="button" href="/device/lock" data-test="lock-ways">"Cách mở khoá"</a>
        </p>
        <h2>"Lưu bản ghi chưa gửi ra tệp"</h2>
        <p>"Dùng khi lâu ngày không có mạng hoặc máy sắp hỏng. Tệp có lời cử tri: hãy giữ cẩn thận."</p>
        {notices::failure_notice(failure)}
        <p><button type="button" class="button" data-test="export" on:click=export>"Lưu ra tệp"</button></p>
        {install_hint(app)}
    };
    frame(app, Frame::tab("Thiết bị"), body.into_any())
}
