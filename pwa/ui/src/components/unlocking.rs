//! What unlocks: the device's own lock, or a passphrase. Asked for on the lock page, and once more before
//! the ways to unlock are changed; and the form for a new passphrase.

use kiennghi_messages::{Answer, Command, NewWay, Secret, Status};
use kiennghi_shared::passphrase;
use leptos::ev;
use leptos::prelude::*;

use crate::browser;
use crate::components::notices;
use crate::device_key;
use crate::state::App;
use crate::worker;

/// A button; it cannot be pressed while something is under way.
pub(crate) fn button(
    class: &'static str,
    test: &'static str,
    words: &'static str,
    busy: RwSignal<bool>,
    press: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    any_button(class, test, words, busy, Callback::new(move |()| press()))
}

fn any_button(
    class: &'static str,
    test: &'static str,
    words: &'static str,
    busy: RwSignal<bool>,
    press: Callback<()>,
) -> AnyView {
    view! {
        <p><button type="button" class=class data-test=test disabled=move || busy.get() on:click=move |_| press.run(())>
            {words}
        </button></p>
    }
    .into_any()
}

/// Has a command about the lock carried out; `done` is called if that went well.
pub(crate) fn change(
    command: Command,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<String>>,
    done: Callback<Status>,
) {
    busy.set(true);
    failure.set(None);
    browser::spawn(async move {
        let answered = worker::call(command).await;
        busy.set(false);
        match answered {
            Ok(Answer::Status(status)) => done.run(status),
            Ok(_) => failure.set(Some(worker::unexpected().message)),
            Err(why) => {
                failure.set(Some(why.message));
                browser::set_value("field-passphrase", "");
                browser::focus("field-passphrase");
            }
        }
    });
}

/// A message for as long as the signal holds one.
pub(crate) fn failed(failure: RwSignal<Option<String>>) -> AnyView {
    (move || failure.get().map(notices::failed)).into_any()
}

/// Asks for what unlocks, and has `command` carried out with it.
pub(crate) fn unlock(
    app: App,
    words: &'static str,
    command: Callback<Secret, Command>,
    done: Callback<Status>,
) -> AnyView {
    let lock = app.lock();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None);
    let use_secret = Callback::new(move |secret| change(command.run(secret), busy, failure, done));
    let has_device = lock.device.is_some();
    let device = lock.device.map(|way| {
        let way = StoredValue::new(way);
        let ask = move || {
            busy.set(true);
            browser::spawn(async move {
                match device_key::ask(&way.get_value()).await {
                    Some(secret) => use_secret.run(secret),
                    None => {
                        busy.set(false);
                        failure.set(Some("Chưa mở khoá được. Hãy thử lại.".to_owned()));
                    }
                }
            });
        };
        let words = "Mở bằng khoá màn hình của máy";
        button("button primary", "unlock-device", words, busy, ask)
    });
    let passphrase = lock.passphrase.then(|| {
        let class = if has_device {
            "button"
        } else {
            "button primary"
        };
        passphrase_form(app, (class, words), busy, use_secret)
    });
    view! {
        {failed(failure)}
        {device}
        {passphrase}
    }
    .into_any()
}

fn passphrase_form(
    app: App,
    (class, words): (&'static str, &'static str),
    busy: RwSignal<bool>,
    use_secret: Callback<Secret>,
) -> AnyView {
    let typed = StoredValue::new(String::new());
    let left_s = countdown(app);
    let waits = Memo::new(move |_| left_s.get() > 0);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() && !waits.get_untracked() {
            use_secret.run(Secret::Passphrase(typed.get_value()));
            typed.set_value(String::new());
        }
    };
    let told = move || {
        waits.get().then(|| {
            let words = move || {
                let span = span(left_s.get());
                format!("Đã thử sai nhiều lần. Thử lại được sau {span}.")
            };
            view! { <p class="notice warning" data-test="unlock-wait">{words}</p> }
        })
    };
    let words = move || if busy.get() { "Đang mở…" } else { words };
    let disabled = move || busy.get() || waits.get();
    view! {
        <form on:submit=submit>
            {fields(&[("passphrase", "Cụm mật khẩu", typed)], class.ends_with("primary"))}
            {told}
            <p><button type="submit" class=class data-test="unlock-passphrase" disabled=disabled>{words}</button></p>
        </form>
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
        let counting = until.get_value() > browser::now_ms();
        until.set_value(browser::now_ms() + i64::from(wait_ms));
        if !counting {
            tick(left_s, until);
        }
    });
    left_s
}

fn tick(left_s: RwSignal<i64>, until: StoredValue<i64>) {
    // The page may be gone.
    let Some(until_ms) = until.try_get_value() else {
        return;
    };
    let left = (until_ms - browser::now_ms() + 999).max(0) / 1_000;
    left_s.set(left);
    if left > 0 {
        browser::after(1_000, move || tick(left_s, until));
    }
}

fn span(seconds: i64) -> String {
    match seconds {
        ..=90 => format!("{seconds} giây"),
        _ => format!("{} phút", (seconds + 59) / 60),
    }
}

/// Fields for what nobody else should read: key, label, and where what is typed goes; the first takes the
/// focus if so wished. Not of the type `password`: keyboards write no Vietnamese there, so that what is typed
/// would differ from what was typed while it was shown.
fn fields(asked: &[(&'static str, &'static str, StoredValue<String>)], focus: bool) -> AnyView {
    let shown = RwSignal::new(false);
    let field = |(key, label, typed): &(&'static str, &'static str, StoredValue<String>)| {
        let (key, label, typed) = (*key, *label, *typed);
        let id = format!("field-{key}");
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <input
                    id=id name=key autocomplete="off" autocapitalize="none" spellcheck="false" data-focus=focus.then_some("")
type="text" class=move || if shown.get() { "" } else { "concealed" }
                    on:input=move |event| typed.set_value(event_target_value(&event))
                />
            </div>
        }
        .into_any()
    };
    let fields: Vec<AnyView> = asked.iter().map(field).collect();
    view! {
        {fields}
        <p class="chips"><label>
            <input type="checkbox" data-test="show-passphrase" on:change=move |event| shown.set(event_target_checked(&event))/>
            "Hiện chữ"
        </label></p>
    }
    .into_any()
}

/// Asks for a new passphrase, twice; `chosen` is called with one that will do.
pub(crate) fn new_passphrase(busy: RwSignal<bool>, chosen: Callback<NewWay>) -> AnyView {
    let empty = || StoredValue::new(String::new());
    let (first, second) = (empty(), empty());
    let failure = RwSignal::new(None);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (typed, again) = (first.get_value(), second.get_value());
        let accepted = passphrase::accept(&typed);
        let wrong = match &accepted {
            Err(words) => Some((*words, "field-passphrase")),
            Ok(_) if passphrase::accept(&again) == accepted => None,
            Ok(_) => Some(("Hai lần nhập không giống nhau.", "field-repeated")),
        };
        failure.set(wrong.map(|(words, _)| words.to_owned()));
        match wrong {
            Some((_, id)) => browser::focus(id),
            None if busy.get_untracked() => {}
            None => chosen.run(NewWay::Passphrase(typed)),
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
            <p>"Ít nhất 8 ký tự. Vài từ dễ nhớ là tốt, ví dụ một câu chỉ mình bạn hay nói. Có dấu hay không dấu đều được, nhưng lần nào cũng viết như nhau. \
                Không ai lấy lại được cụm mật khẩu đã quên."</p>
            {failed(failure)}
            {fields(&[("passphrase", "Cụm mật khẩu", first), ("repeated", "Nhập lại lần nữa", second)], true)}
            <p><button type="submit" class="button primary" data-test="passphrase-submit" disabled=move || busy.get()>{words}</button></p>
        </form>
    }
    .into_any()
}
