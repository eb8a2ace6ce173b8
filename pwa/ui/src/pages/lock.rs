//! The lock: the page that asks to be unlocked, the one that sets it up, and `/device/lock`, where the
//! ways to unlock are changed.

use kiennghi_messages::{Command, NewWay, Secret, Status, Way};
use kiennghi_shared::account::Session;
use leptos::prelude::*;

use crate::browser;
use crate::components::frame::{Frame, frame};
use crate::components::notices;
use crate::components::unlocking::{button, change, failed, new_passphrase, unlock};
use crate::device_key;
use crate::office;
use crate::router;
use crate::state::App;
use crate::worker;

/// While the data on this device is locked.
pub(crate) fn locked(app: App) -> AnyView {
    browser::set_title("Mở khoá – Kiến Nghị");
    let unsent = app
        .status
        .with_untracked(|status| status.as_ref().map_or(0, |status| status.unsent));
    let waiting = (unsent > 0).then(|| {
        let words = format!("{unsent} thay đổi chưa gửi vẫn còn trên máy.");
        view! { <p data-test="locked-unsent">{words}</p> }
    });
    let done = Callback::new(move |status| app.take_status(status));
    view! {
        <header class="bar"><span class="bar-title">"Kiến Nghị"</span></header>
        <main class="page" data-test="locked">
            <h1 tabindex="-1">"Mở khoá"</h1>
            <p>"Dữ liệu trên máy này đang khoá."</p>
            {waiting}
            {session_over(app)}
            {unlock(app, "Mở khoá", Callback::new(Command::Unlock), done)}
            {forgotten(unsent)}
        </main>
    }
    .into_any()
}

/// At a desk the session unlocks, and it is over, or somebody else's.
fn session_over(app: App) -> AnyView {
    app.lock()
        .session
        .then(|| {
            view! {
                <p class="notice" data-test="session-over">"Hãy đăng nhập để mở khoá. Nếu đăng nhập rồi mà chưa mở được: máy không có mạng, hoặc trình duyệt này giữ dữ liệu của tài khoản khác."</p>
                <p class="actions">
                    <a class="button primary" href="/admin/sign-in" target="_self">"Đăng nhập"</a>
                    <button type="button" class="button plain" on:click=move |_| browser::reload()>"Thử lại"</button>
                </p>
            }
        })
        .into_any()
}

/// The way out for who cannot unlock any more. It costs what was not sent, so it asks twice.
fn forgotten(unsent: u32) -> AnyView {
    let step = RwSignal::new(0);
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None));
    let erase = move || {
        browser::spawn(async move {
            match worker::call(Command::Erase).await {
                Ok(_) => {
                    browser::replace_path("/enrol");
                    browser::reload();
                }
                Err(why) => failure.set(Some(why.message)),
            }
        });
    };
    let to = move |next| move || step.set(next);
    let lost = if unsent > 0 {
        format!("{unsent} thay đổi chưa gửi sẽ mất hẳn.")
    } else {
        "Mọi thay đổi đã được gửi. Phần đang viết dở sẽ mất.".to_owned()
    };
    let notice = move |words: &'static str, erase: AnyView| {
        view! {
            <section class="notice warning" role="alert" data-test="forgotten-words">
                <p>{words}</p>
                <p><strong>{lost.clone()}</strong></p>
                {failed(failure)}
                {erase}
                {button("button plain", "erase-not", "Giữ lại", busy, to(0))}
            </section>
        }
        .into_any()
    };
    (move || match step.get() {
        0 => button("button plain", "forgotten", "Không mở khoá được?", busy, to(1)),
        1 => notice(
            "Không ai mở được dữ liệu này thay bạn, kể cả cơ quan. Hãy mang máy đến văn phòng Thường trực HĐND, \
             hoặc xoá dữ liệu trên máy rồi đăng ký lại bằng mã mới. Những gì đã gửi thì cơ quan vẫn giữ.",
            button("button danger", "erase", "Xoá dữ liệu trên máy", busy, to(2)),
        ),
        _ => notice(
            "Xoá hẳn dữ liệu trên máy này? Không lấy lại được.",
            button("button danger", "erase-sure", "Xoá hẳn", busy, erase),
        ),
    })
    .into_any()
}

/// After an update, on a device that still has data in the clear.
pub(crate) fn securing(app: App) -> AnyView {
    let asked = set_up(app, Callback::new(|_| {}));
    view! {
        <header class="bar"><span class="bar-title">"Kiến Nghị"</span></header>
        <main class="page">{asked}</main>
    }
    .into_any()
}

/// Asks how the data on this device shall be locked, and locks it.
pub(crate) fn set_up(app: App, done: Callback<Status>) -> AnyView {
    browser::set_title("Khoá dữ liệu – Kiến Nghị");
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None));
    let done = Callback::new(move |status: Status| {
        app.take_status(status.clone());
        done.run(status);
    });
    let set = Callback::new(move |way| {
        if app.lock().session {
            in_place_of_session(way, busy, failure, done);
        } else {
            change(Command::SetLock(way), busy, failure, done);
        }
    });
    // None while it is not known.
    let offered = device_offered();
    let typing = RwSignal::new(false);
    let ways = move || match offered.get() {
        None => notices::waiting(),
        Some(true) if !typing.get() => {
            let other = button(
                "button plain",
                "choose-passphrase",
                "Đặt cụm mật khẩu",
                busy,
                move || {
                    typing.set(true);
                    browser::soon(router::focus);
                },
            );
            view! { {device_button(busy, set, offered)}{other} }.into_any()
        }
        Some(_) => new_passphrase(busy, set),
    };
    view! {
        <h1 tabindex="-1">"Khoá dữ liệu trên máy này"</h1>
        <p>"Lời cử tri trên máy được mã hoá. Mất máy thì người khác không đọc được. Hãy chọn cách mở khoá."</p>
        {failed(failure)}
        {ways}
    }
    .into_any()
}

/// Locks with a way of the device's own what the browser's session unlocked.
fn in_place_of_session(
    way: NewWay,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<String>>,
    done: Callback<Status>,
) {
    busy.set(true);
    browser::spawn(async move {
        let answered = worker::call(office::session()).await;
        busy.set(false);
        let session = answered.map(|answer| office::read::<Session>(&answer));
        match session {
            Ok(Some(session)) => {
                let command = Command::ChangeWays {
                    proof: Secret::Supplied(session.key),
                    old: Some(Way::Supplied),
                    new: Some(way),
                };
                change(command, busy, failure, done);
            }
            Ok(None) => failure.set(Some(worker::unexpected().message)),
            Err(why) => failure.set(Some(notices::words_of(&why))),
        }
    });
}

/// Whether the device's own lock is worth offering, once that is known.
fn device_offered() -> RwSignal<Option<bool>> {
    let offered = RwSignal::new(None);
    browser::spawn(async move {
        offered.set(Some(device_key::available().await));
        browser::soon(router::focus);
    });
    offered
}

/// Makes a way to unlock of the device's own lock; where that fails, it is offered no more.
fn device_button(
    busy: RwSignal<bool>,
    chosen: Callback<NewWay>,
    offered: RwSignal<Option<bool>>,
) -> AnyView {
    let words = "Dùng khoá màn hình của máy (vân tay, khuôn mặt, mã PIN)";
    button("button primary", "choose-device", words, busy, move || {
        busy.set(true);
        browser::spawn(async move {
            let made = device_key::create().await;
            busy.set(false);
            match made {
                Some(way) => chosen.run(way),
                None => offered.set(Some(false)),
            }
        });
    })
}

#[derive(Clone, PartialEq)]
enum Step {
    Ways,
    Passphrase,
    /// The way to take away and the new one wait for what unlocks now.
    Proof(Option<Way>, Option<NewWay>),
}

/// `/device/lock`.
pub(crate) fn ways(app: App) -> AnyView {
    let step = RwSignal::new(Step::Ways);
    let has_changed = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let offered = device_offered();
    let go = move |next: Step| {
        step.set(next);
        browser::soon(router::focus);
    };
    let changed = Callback::new(move |status| {
        app.take_status(status);
        has_changed.set(true);
        go(Step::Ways);
    });
    let chosen = Callback::new(move |way| go(Step::Proof(None, Some(way))));
    let remove = move |way| move || go(Step::Proof(Some(way), None));
    let list = move || {
        let lock = app.lock();
        if !lock.is_own() {
            return view! { <p data-test="way-session">"Máy này mở khoá bằng cách đăng nhập: mật khẩu hoặc khoá truy cập."</p> }
                .into_any();
        }
        let (device, passphrase) = (lock.device.is_some(), lock.passphrase);
        let state = |used| if used { "Đang dùng" } else { "Chưa dùng" };
        let words = if passphrase {
            "Đổi cụm mật khẩu"
        } else {
            "Đặt cụm mật khẩu"
        };
        let mut buttons = vec![button(
            "button",
            "change-passphrase",
            words,
            busy,
            move || go(Step::Passphrase),
        )];
        if !device && offered.get() == Some(true) {
            buttons.push(device_button(busy, chosen, offered));
        }
        if device && passphrase {
            let (device, passphrase) = (remove(Way::Device), remove(Way::Passphrase));
            buttons.push(button(
                "button",
                "remove-device",
                "Bỏ khoá màn hình",
                busy,
                device,
            ));
            buttons.push(button(
                "button",
                "remove-passphrase",
                "Bỏ cụm mật khẩu",
                busy,
                passphrase,
            ));
        }
        let note = has_changed.get().then(|| {
            view! { <p class="notice ok" role="status" data-test="ways-changed">"Đã đổi cách mở khoá."</p> }
        });
        view! {
            {note}
            <dl class="summary">
                <div><dt>"Khoá màn hình của máy"</dt><dd data-test="way-device">{state(device)}</dd></div>
                <div><dt>"Cụm mật khẩu"</dt><dd data-test="way-passphrase">{state(passphrase)}</dd></div>
            </dl>
            {buttons}
        }
        .into_any()
    };
    let body = move || match step.get() {
        Step::Ways => list(),
        Step::Passphrase => new_passphrase(busy, chosen),
        Step::Proof(old, new) => {
            let new = StoredValue::new(new);
            let command = Callback::new(move |proof| Command::ChangeWays {
                proof,
                old,
                new: new.get_value(),
            });
            let asked = unlock(app, "Đổi cách mở khoá", command, changed);
            view! { <p>"Để đổi, hãy mở khoá lần nữa bằng cách đang dùng."</p>{asked} }.into_any()
        }
    };
    frame(
        app,
        Frame::form("Cách mở khoá", "/device".to_owned()),
        body.into_any(),
    )
}
