//! After a while without use the session ends, and the page goes with all that it showed.

use kiennghi_page::idle::{self, Guarded};
use leptos::prelude::*;

use crate::browser;
use crate::office::Office;
use crate::server::Failure;
use crate::steps;

/// Watches for use, and for its end.
pub(crate) fn start(office: Office) {
    let guarded = move || match office.account.with_untracked(Option::is_some) {
        true => Guarded::Session,
        false => Guarded::Nothing,
    };
    idle::watch(guarded, move || {
        office.account.set(None);
        browser::cover("Đang khoá…");
        browser::spawn(async {
            idle::end_session().await;
            browser::leave_nothing();
            browser::reload();
        });
    });
}

/// While a session that is over could not be ended.
pub(crate) fn locked() -> AnyView {
    view! {
        <header class="bar"><span class="bar-title">"Kiến Nghị"</span></header>
        <main class="page" data-test="locked">
            <h1 tabindex="-1">"Đã khoá"</h1>
            <p>"Trang này để lâu không dùng nên đã khoá."</p>
            {steps::failed(&Failure::Unreachable)}
            <p><button type="button" class="button primary" on:click=move |_| browser::reload()>"Thử lại"</button></p>
        </main>
    }
    .into_any()
}
