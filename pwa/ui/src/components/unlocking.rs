//! What unlocks: the device's own lock, or a passphrase. Asked for on the lock page, and once more before
//! the ways to unlock are changed; and the form for a new passphrase.

use kiennghi_messages::{Answer, Command, Secret, Status};
use kiennghi_shared::passphrase;
use leptos::ev;
use leptos::prelude::*;

use crate::browser;
use crate::components::notices;
use crate::device_key;
use crate::state::App;
use crate::worker;

/// Asks for what unlocks, has `command` carried out with it, and calls `done` if that went well.
pub(crate) fn unlock(
    app: App,
    words: &'static str,
    command: impl Fn(Secret) -> Command + Copy + Send + Sync + 'static,
    done: impl Fn(Status) + Copy + Send + Sync + 'static,
) -> AnyView {
    let lock = app.status.with_untracked(|status| {
        let lock = status.as_ref().map(|status| status.lock.clone());
        lock.unwrap_or_default()
    });
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let use_secret = move |secret| async move {
        let answered = worker::call(command(secret)).await;
        busy.set(false);
        match answered {
            Ok(Answer::Status(status)) => done(status),
            Ok(_) => failure.set(Some(worker::unexpected().message)),
            Err(why) => {
                failure.set(Some(why.message));
                browser::set_value("field-passphrase", "");
                browser::focus("field-passphrase");
            }
        }
    };
    let device = lock.device.map(|way| {
        let ask = move |_| {
            if busy.get_untracked() {
                return;
            }
            busy.set(true);
            failure.set(None);
            let way = way.clone();
            worker::spawn(async move {
                match device_key::ask(&way).await {
                    Some(secret) => use_secret(secret).await,
                    None => {
                        busy.set(false);
                        failure.set(Some("Chưa mở khoá được. Hãy thử lại.".to_owned()));
                    }
                }
            });
        };
        view! {
            <p><button type="button" class="button primary" data-test="unlock-device" data-focus="" disabled=move || busy.get() on:click=ask>
                "Mở bằng khoá màn hình của máy"
            </button></p>
        }
    });
    let only = device.is_none();
    let passphrase = lock.passphrase.then(|| {
        let typed = StoredValue::new(String::new());
        let shown = RwSignal::new(false);
        let left_s = countdown(app);
        let submit = move |event: ev::SubmitEvent| {
            event.prevent_default();
            if busy.get_untracked() || left_s.get_untracked() > 0 {
                return;
            }
            busy.set(true);
            failure.set(None);
            let secret = Secret::Passphrase(typed.get_value());
            typed.set_value(String::new());
            worker::spawn(use_secret(secret));
        };
        let waits = move || {
            (left_s.get() > 0).then(|| {
                let words = format!("Đã thử sai nhiều lần. Thử lại được sau {}.", span(left_s.get()));
                view! { <p class="notice warning" data-test="unlock-wait">{words}</p> }
            })
        };
        view! {
            <form on:submit=submit>
                {field("passphrase", "Cụm mật khẩu", typed, shown, only)}
                {show(shown)}
                {waits}
                <p><button type="submit" class=if only { "button primary" } else { "button" } data-test="unlock-passphrase"
                    disabled=move || busy.get() || (left_s.get() > 0)>
                    {move || if busy.get() { "Đang mở…" } else { words }}
                </button></p>
            </form>
        }
    });
    view! {
        {move || failure.get().map(notices::failed)}
        {device}
        {passphrase}
    }
    .into_any()
}

/// Seconds until a passphrase may be tried again, counted down.
fn countdown(app: App) -> RwSignal<i64> {
    let left_s = RwSignal::new(0_i64);
    let until = StoredValue::new(0_i64);
    Effect::new(move || {
        let wait_ms = app
            .status
            .with(|status| status.as_ref().map_or(0, |status| status.lock.wait_ms));
        let was_over = until.get_value() <= browser::now_ms();
        until.set_value(browser::now_ms() + i64::from(wait_ms));
        left_s.set((i64::from(wait_ms) + 999) / 1_000);
        if wait_ms > 0 && was_over {
            tick(left_s, until);
        }
    });
    left_s
}

fn tick(left_s: RwSignal<i64>, until: StoredValue<i64>) {
    browser::after(1_000, move || {
        // The page may be gone.
        let Some(until_ms) = until.try_get_value() else {
            return;
        };
        let left = ((until_ms - browser::now_ms() + 999) / 1_000).max(0);
        left_s.set(left);
        if left > 0 {
            tick(left_s, until);
        }
    });
}

fn span(seconds: i64) -> String {
    match seconds {
        ..=90 => format!("{seconds} giây"),
        _ => format!("{} phút", (seconds + 59) / 60),
    }
}

fn field(
    key: &'static str,
    label: &'static str,
    typed: StoredValue<String>,
    shown: RwSignal<bool>,
    focus: bool,
) -> AnyView {
    let id = format!("field-{key}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id name=key autocomplete="off" autocapitalize="none" spellcheck="false" data-focus=focus.then_some("")
                type=move || if shown.get() { "text" } else { "password" }
                on:input=move |event| typed.set_value(event_target_value(&event))
            />
        </div>
    }
    .into_any()
}

fn show(shown: RwSignal<bool>) -> AnyView {
    view! {
        <p class="chips"><label>
            <input type="checkbox" data-test="show-passphrase" on:change=move |event| shown.set(event_target_checked(&event))/>
            "Hiện chữ"
        </label></p>
    }
    .into_any()
}

/// Asks for a new passphrase, twice; `chosen` is called with one that will do.
pub(crate) fn new_passphrase(
    busy: RwSignal<bool>,
    chosen: impl Fn(String) + Copy + Send + Sync + 'static,
) -> AnyView {
    let (first, second) = (
        StoredValue::new(String::new()),
        StoredValue::new(String::new()),
    );
    let shown = RwSignal::new(false);
    let failure = RwSignal::new(None::<&str>);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let wrong = match passphrase::accept(&first.get_value()) {
            Err(words) => Some((words, "field-passphrase")),
            Ok(passphrase) => (passphrase::accept(&second.get_value()) != Ok(passphrase))
                .then_some(("Hai lần nhập không giống nhau.", "field-repeated")),
        };
        failure.set(wrong.map(|(words, _)| words));
        match wrong {
            Some((_, id)) => browser::focus(id),
            None => chosen(first.get_value()),
        }
    };
    let words = move || {
        if busy.get() {
            "Đang khoá…"
        } else {
            "Dùng cụm mật khẩu này"
        }
    };
    view! {
        <form on:submit=submit>
            <p>"Ít nhất 8 ký tự. Vài từ dễ nhớ là tốt, ví dụ một câu chỉ mình bạn hay nói. Không ai lấy lại được cụm mật khẩu đã quên."</p>
            {field("passphrase", "Cụm mật khẩu", first, shown, true)}
            {field("repeated", "Nhập lại lần nữa", second, shown, false)}
            {show(shown)}
            {move || failure.get().map(|words| notices::failed(words.to_owned()))}
            <p><button type="submit" class="button primary" data-test="passphrase-submit" disabled=move || busy.get()>{words}</button></p>
        </form>
    }
    .into_any()
}
