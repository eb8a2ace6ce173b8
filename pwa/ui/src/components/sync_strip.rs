//! Where sync stands, under the bar: in words, with the button *Gửi ngay*.
//!
//! Says nothing that is not known: before the store is open there is no number to show.

use kiennghi_messages::{Cause, Command, Status};
use kiennghi_shared::code::Code;
use leptos::prelude::*;

use crate::browser;
use crate::state::App;
use crate::time;
use crate::worker;

const WARN_AFTER_DAYS: i64 = 3;

/// The strip.
pub(crate) fn sync_strip(app: App) -> AnyView {
    let sync = move |_| worker::tell(Command::Sync);
    let class = move || app.status.with(|status| class_of(status.as_ref()));
    let state = move || app.status.with(|status| state_of(status.as_ref()));
    let last = move || app.status.with(|status| last_sync(status.as_ref()));
    let sending = move || {
        app.status.with(|status| {
            status
                .as_ref()
                .is_some_and(|status| status.sending.is_some())
        })
    };
    view! {
        <div class=class data-test="sync-strip">
            <div role="status">
                <span data-test="sync-state">{state}</span>
                <span class="card-meta" data-test="sync-last">{last}</span>
            </div>
            <button type="button" class="button" data-test="sync-now" disabled=sending on:click=sync>"Gửi ngay"</button>
        </div>
        {move || app.status.with(|status| warnings(status.as_ref()))}
    }
    .into_any()
}

fn class_of(status: Option<&Status>) -> &'static str {
    match status
        .and_then(|status| status.failure.as_ref())
        .map(|failure| failure.cause)
    {
        None => "sync",
        Some(Cause::Network) => "sync offline",
        Some(_) => "sync failed",
    }
}

fn state_of(status: Option<&Status>) -> String {
    let Some(status) = status else {
        return "Đang mở…".to_owned();
    };
    if let Some(sending) = status.sending {
        return if sending.total == 0 && status.left > 0 {
            format!("↓ Đang tải về, còn {} bản ghi", status.left)
        } else if sending.total == 0 {
            "↑ Đang đồng bộ…".to_owned()
        } else {
            format!("↑ Đang gửi {}/{}", sending.sent, sending.total)
        };
    }
    let unsent = match status.unsent {
        0 if status.synced_at.is_none() && status.failure.is_none() => {
            return "○ Chưa đồng bộ".to_owned();
        }
        0 => String::new(),
        count => format!("{count} bản ghi chưa gửi"),
    };
    match (&status.failure, unsent.as_str()) {
        (None, "") => "✓ Đã gửi hết".to_owned(),
        (None, unsent) => format!("◐ {unsent}"),
        (Some(failure), unsent) => {
            let reason = match failure.cause {
                Cause::Network => "Chưa có mạng",
                _ => failure.message.trim_end_matches('.'),
            };
            match unsent {
                "" => format!("! {reason}"),
                unsent => format!("! {unsent}. {reason}"),
            }
        }
    }
}

fn last_sync(status: Option<&Status>) -> String {
    match status.map(|status| status.synced_at) {
        None => String::new(),
        Some(None) => "Chưa đồng bộ lần nào".to_owned(),
        Some(Some(at)) => format!("Đồng bộ lần cuối {}", time::clock_and_day(at)),
    }
}

fn warnings(status: Option<&Status>) -> AnyView {
    let Some(status) = status else {
        return ().into_any();
    };
    let mut notices: Vec<AnyView> = Vec::new();
    let days = status
        .unsent_since
        .filter(|_| status.unsent > 0)
        .map_or(0, |since| time::days_between(since, browser::now_ms()));
    if days >= WARN_AFTER_DAYS {
        let words = format!(
            "Đã {days} ngày chưa gửi được. Hãy đến nơi có mạng rồi bấm “Gửi ngay”, hoặc lưu bản ghi ra tệp ở mục Thiết bị."
        );
        notices.push(
            view! { <p class="notice warning" role="alert" data-test="unsent-warning">{words}</p> }
                .into_any(),
        );
    }
    let signed_out = status
        .failure
        .as_ref()
        .is_some_and(|failure| failure.cause == Cause::Server(Code::Unauthenticated));
    if signed_out {
        notices.push(
            view! {
                <p class="notice warning">
                    "Máy này cần đăng ký lại mới gửi được. Bạn vẫn ghi kiến nghị như thường. "
                    <a href="/enrol">"Đăng ký lại"</a>
                </p>
            }
            .into_any(),
        );
    }
    if !status.writer {
        notices.push(
            view! { <p class="notice warning">"Ứng dụng đang mở ở thẻ khác. Hãy ghi ở thẻ đó."</p> }
                .into_any(),
        );
    }
    if status.refused > 0 {
        let words = format!("Có {} bản ghi cần xem lại", status.refused);
        notices.push(
            view! { <p class="notice error"><a href="/refused" data-test="refused-link">{words}</a></p> }
                .into_any(),
        );
    }
    view! { <div class="strip-notices">{notices}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use kiennghi_messages::{Failure, Lock, Sending};

    use super::*;

    fn status() -> Status {
        Status {
            profile: None,
            unsent: 0,
            sending: None,
            synced_at: None,
            failure: None,
            refused: 0,
            unsent_since: None,
            writer: true,
            held: 0,
            left: 0,
            lock: Lock::default(),
        }
    }

    #[test]
    fn unknown_is_never_shown_as_done() {
        assert_eq!(state_of(None), "Đang mở…");
        assert_eq!(state_of(Some(&status())), "○ Chưa đồng bộ");
        assert_eq!(last_sync(Some(&status())), "Chưa đồng bộ lần nào");
    }

    #[test]
    fn the_state_says_what_is_unsent_and_why() {
        let mut status = Status {
            unsent: 3,
            synced_at: Some(1_795_417_500_000),
            ..status()
        };
        assert_eq!(state_of(Some(&status)), "◐ 3 bản ghi chưa gửi");
        assert_eq!(
            last_sync(Some(&status)),
            "Đồng bộ lần cuối 14:05, 23/11/2026"
        );
        status.failure = Some(Failure {
            cause: Cause::Network,
            message: String::new(),
        });
        assert_eq!(
            state_of(Some(&status)),
            "! 3 bản ghi chưa gửi. Chưa có mạng"
        );
        status.sending = Some(Sending { sent: 5, total: 12 });
        assert_eq!(state_of(Some(&status)), "↑ Đang gửi 5/12");
    }
}
