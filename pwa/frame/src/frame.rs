//! What stands around every page: the bar, the parts of the office, what waits to be sent, the heading, and what was
//! just done.

use kiennghi_messages::{Cause, DeskCommand, Status};
use kiennghi_parts::live::{button_of, live};
use kiennghi_shared::casefile::Desk;
use kiennghi_shared::code::Code;
use kiennghi_shared::desk::Needs;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::app::App;
use crate::asking::ask;
use crate::browser;
use crate::rights::{desk_name, desk_title};
use crate::worker;

/// A page: its heading, and where *Quay lại* leads.
pub struct Frame {
    title: String,
    back: Option<String>,
    wide: bool,
}

impl Frame {
    /// One of the parts of the office, as wide as the screen.
    pub fn part(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            back: None,
            wide: true,
        }
    }

    /// A page below another, as wide as the screen.
    pub fn below(title: &str, back: impl Into<String>) -> Self {
        Self {
            back: Some(back.into()),
            ..Self::part(title)
        }
    }

    /// A form below another page.
    pub fn form(title: &str, back: impl Into<String>) -> Self {
        Self {
            wide: false,
            ..Self::below(title, back)
        }
    }
}

/// A page in its frame.
pub fn frame(app: App, frame: Frame, body: AnyView) -> AnyView {
    browser::set_title(&format!("{} – Kiến Nghị", frame.title));
    let back = frame
        .back
        .map(|path| view! { <a class="bar-back" href=path data-test="back">"Quay lại"</a> });
    let said = live(move || {
        let words = app.said.get()?;
        let said = view! { <p class="notice ok" role="status" id="said" tabindex="-1" data-test="said">{words}</p> };
        Some(said.into_any())
    });
    let class = if frame.wide { "page wide" } else { "page" };
    view! {
        <header class="bar">
            {back}<span class="bar-title">"Bàn làm việc"</span>
            <a href="/admin/account" title="Tài khoản của tôi">{account(app)}</a>
        </header>
        {parts(app)}
        {strip(app)}
        <main class=class>
            <h1 tabindex="-1">{frame.title}</h1>
            {said}
            {body}
        </main>
    }
    .into_any()
}

fn account(app: App) -> String {
    app.profile(|profile| profile.display.clone())
        .unwrap_or_default()
}

/// A part of the office: whether the person has it, where it stands, what it is called, and what tests call it.
type Part = (bool, &'static str, &'static str, &'static str);

const DAILY: &str = "/review/daily";

/// The parts of the office that the person has, whichever app they are of.
fn parts(app: App) -> AnyView {
    let has_desk = !app.desks().is_empty();
    let letters = app.reads(Kind::Dispatch) || app.writes(Kind::Assignment);
    let parts: [Part; 9] = [
        (has_desk, "/desk", "Việc cần làm", "part-home"),
        (
            app.writes(Kind::Consolidation),
            "/consolidation",
            "Chờ tổng hợp",
            "part-inbox",
        ),
        (has_desk, "/desk/cases", "Vụ việc", "part-cases"),
        (letters, "/letters", "Văn bản", "part-dispatches"),
        (
            app.writes(Kind::Finding),
            "/review/supervision",
            "Giám sát",
            "part-supervision",
        ),
        (has_desk, DAILY, "Việc đến hạn", "part-daily"),
        (app.reads_reports(), "/review", "Giao ban", "part-briefing"),
        (
            app.reads_cases() || app.reads_reports(),
            "/review/papers",
            "Biểu mẫu",
            "part-papers",
        ),
        (
            app.looks_after_people(),
            "/admin",
            "Quản trị",
            "part-administration",
        ),
    ];
    let here = app.path.get_untracked();
    let links: Vec<AnyView> = parts
        .into_iter()
        .filter(|(shown, ..)| *shown)
        .map(|(_, path, name, test)| {
            let current = (path == here).then_some("page");
            let count = (path == DAILY).then(|| due_count(app));
            view! { <a href=path aria-current=current data-test=test>{name}{count}</a> }.into_any()
        })
        .collect();
    view! { <nav class="parts no-print" aria-label="Các phần của bàn làm việc">{links}</nav> }
        .into_any()
}

/// The desks of somebody who has several, each with the page at `path` for it.
pub fn desk_choices(app: App, here: Desk, path: &str) -> AnyView {
    let desks = app.desks();
    if desks.len() < 2 {
        return ().into_any();
    }
    let links: Vec<AnyView> = desks
        .into_iter()
        .map(|desk| {
            let current = (desk == here).then_some("page");
            let path = format!("{path}?desk={}", desk_name(desk));
            view! { <a href=path aria-current=current data-test="desk-choice" data-name=desk_name(desk)>{desk_title(desk)}</a> }
                .into_any()
        })
        .collect();
    view! { <nav class="counts" aria-label="Bàn làm việc của">{links}</nav> }.into_any()
}

/// How much is late, and how much will be soon, at the first desk of the person.
fn due_count(app: App) -> AnyView {
    let Some(desk) = app.desk("") else {
        return ().into_any();
    };
    let asked = ask::<Needs>(app, move || format!("needs?desk={}", desk_name(desk)));
    live(move || {
        let needs = asked.get()?;
        let (due, waiting) = (needs.due, needs.waiting_due);
        let (overdue, soon) = (due.overdue + waiting.overdue, due.soon + waiting.soon);
        let words = match (overdue, soon) {
            (0, 0) => return None,
            (0, soon) => format!("{soon} sắp đến hạn"),
            (overdue, 0) => format!("{overdue} quá hạn"),
            (overdue, soon) => format!("{overdue} quá hạn, {soon} sắp đến hạn"),
        };
        let class = match overdue {
            0 => "state soon",
            _ => "state overdue",
        };
        Some(view! {
            <span class=class data-test="due-count" data-overdue=overdue.to_string() data-soon=soon.to_string()>{words}</span>
        }
        .into_any())
    })
}

/// What is not sent yet and what was refused, for as long as there is anything.
fn strip(app: App) -> AnyView {
    live(move || app.status.with(|status| strip_of(status.as_ref()?)))
}

fn strip_of(status: &Status) -> Option<AnyView> {
    let cause = status.failure.as_ref().map(|failure| failure.cause);
    let signed_out = cause == Some(Cause::Server(Code::Unauthenticated));
    if status.unsent == 0 && status.refused == 0 && !signed_out {
        return None;
    }
    let class = match cause {
        None => "sync",
        Some(Cause::Network) => "sync offline",
        Some(_) => "sync failed",
    };
    let refused = (status.refused > 0).then(|| {
        let words = format!("! {} bản ghi bị từ chối, cần xem lại", status.refused);
        view! { <a href="/refused" data-test="refused-link">{words}</a> }.into_any()
    });
    let sign_in = signed_out.then(|| {
        view! { <a href="/admin/sign-in" target="_blank" data-test="sign-in-again">"Phiên làm việc đã hết. Đăng nhập lại ở thẻ mới"</a> }.into_any()
    });
    let busy = status.sending.is_some();
    let send = (status.unsent > 0).then(|| {
        let sync = Box::new(|| worker::tell(DeskCommand::Sync));
        button_of("sync-now", "", "Gửi ngay".into_any(), busy, sync)
    });
    let strip = view! {
        <div class=class data-test="sync-strip">
            <div role="status" data-test="sync-state">{state_of(status)}</div>
            {refused}{sign_in}{send}
        </div>
    };
    Some(strip.into_any())
}

fn state_of(status: &Status) -> String {
    if let Some(sending) = status.sending.filter(|sending| sending.total > 0) {
        return format!("↑ Đang gửi {}/{}", sending.sent, sending.total);
    }
    let unsent = match status.unsent {
        0 => return String::new(),
        count => format!("{count} bản ghi chưa gửi, đang giữ trên máy này"),
    };
    match &status.failure {
        None => format!("◐ {unsent}"),
        Some(failure) if failure.cause == Cause::Network => format!("! {unsent}. Chưa có mạng"),
        Some(failure) => format!("! {unsent}. {}", failure.message.trim_end_matches('.')),
    }
}
