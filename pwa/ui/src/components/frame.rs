//! What stands around every page: bar with the way back, strips, heading, tabs.
//!
//! Owns the tab's title and the one `h1` that takes the focus after a change of page.

use kiennghi_shared::review::ReviewList;
use leptos::prelude::*;

use crate::browser;
use crate::components::sync_strip::sync_strip;
use crate::drafts;
use crate::office;
use crate::router::Route;
use crate::state::{App, ask};
use crate::update;

/// What a page is.
pub(crate) struct Frame {
    /// Its heading and the tab's title.
    pub(crate) title: String,
    /// Where *Quay lại* leads; none on pages that have a tab.
    pub(crate) back: Option<String>,
    /// Whether it is a form: no strip, nothing but the one thing to do.
    pub(crate) form: bool,
    /// Whether it takes a wide screen's whole width.
    pub(crate) wide: bool,
}

impl Frame {
    /// A page that has a tab.
    pub(crate) fn tab(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            back: None,
            form: false,
            wide: false,
        }
    }

    /// A page below another.
    pub(crate) fn below(title: &str, back: String) -> Self {
        Self {
            back: Some(back),
            ..Self::tab(title)
        }
    }

    /// A form below another page.
    pub(crate) fn form(title: &str, back: String) -> Self {
        Self {
            form: true,
            ..Self::below(title, back)
        }
    }
}

/// A page in its frame.
pub(crate) fn frame(app: App, frame: Frame, body: AnyView) -> AnyView {
    browser::set_title(&format!("{} – Kiến Nghị", frame.title));
    // One thing on a page: below the first level there is only the way back.
    let tabs = frame.back.is_none().then(|| tabs(app));
    let back = frame.back.map(|path| {
        view! { <a class="bar-back" href=path data-test="back">"Quay lại"</a> }
    });
    let strip = (!frame.form).then(|| sync_strip(app));
    let class = if frame.wide { "page wide" } else { "page" };
    view! {
        <header class="bar">{back}<span class="bar-title">"Kiến Nghị"</span></header>
        {update_strip(app)}
        {strip}
        <main class=class>
            <h1 tabindex="-1">{frame.title}</h1>
            {body}
        </main>
        {tabs}
    }
    .into_any()
}

/// The parts of the app, by role.
fn tabs(app: App) -> AnyView {
    let (sees, desk) = (app.sees_records(), app.has_desk());
    let entries = [
        (desk, "/office", "Bảng kiến nghị", "tab-office"),
        (
            app.reviews(),
            "/office/reviews",
            "Chờ xem xét",
            "tab-reviews",
        ),
        (sees, "/", "Cuộc tiếp xúc", "tab-meetings"),
        (sees && !desk, "/petitions", "Kiến nghị", "tab-petitions"),
        (sees, "/device", "Thiết bị", "tab-device"),
    ];
    if !sees {
        return ().into_any();
    }
    let here = app.route.get_untracked();
    let links: Vec<AnyView> = entries
        .iter()
        .filter(|(shown, ..)| *shown)
        .map(|(_, path, name, test)| {
            let current = (Route::of(path) == here).then_some("page");
            let count = (Route::of(path) == Route::Reviews).then(|| waiting_reviews(app));
            view! { <a href=*path aria-current=current data-test=*test>{*name}{count}</a> }
                .into_any()
        })
        .collect();
    view! { <nav class="tabs" aria-label="Các phần của ứng dụng">{links}</nav> }.into_any()
}

/// How much work waits for the office's decision; nothing when there is none, or nobody can say.
fn waiting_reviews(app: App) -> AnyView {
    let asked = ask(app, || office::reviews(0));
    let total = move || {
        let list = asked
            .answer
            .with(|answer| office::read::<ReviewList>(answer.as_ref()?))?;
        (list.total > 0).then(|| format!(" ({})", list.total))
    };
    total.into_any()
}

/// The offer of a new version; asks once more when text is not saved.
fn update_strip(app: App) -> AnyView {
    let asking = RwSignal::new(false);
    let take = move |_| {
        if drafts::is_unsaved() && !asking.get_untracked() {
            asking.set(true);
        } else {
            update::take();
        }
    };
    let strip = move || {
        app.update.get().then(|| {
            let words = move || {
                if asking.get() {
                    "Bạn đang viết dở. Chữ đã viết được giữ lại. Tải lại bây giờ?"
                } else {
                    "Có bản mới của ứng dụng."
                }
            };
            view! {
                <div class="sync" role="status" data-test="update-strip">
                    <span>{words}</span>
                    <button type="button" class="button" data-test="update-take" on:click=take>"Tải lại"</button>
                    <button type="button" class="button plain" on:click=move |_| app.update.set(false)>"Để sau"</button>
                </div>
            }
            .into_any()
        })
    };
    strip.into_any()
}
