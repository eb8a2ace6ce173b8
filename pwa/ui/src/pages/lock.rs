//! The lock: the page that asks to be unlocked, the one that sets it up, and `/device/lock`, where the
//! ways to unlock are changed.

use kiennghi_messages::{Answer, Command, NewWay, Status, Way};
use leptos::prelude::*;

use crate::browser;
use crate::components::frame::{Frame, frame};
use crate::components::notices;
use crate::components::unlocking::{new_passphrase, unlock};
use crate::device_key;
use crate::state::App;
use crate::worker;

/// While the data on this device is locked.
pub(crate) fn locked(app: App) -> AnyView {
    browser::set_title("Mở khoá – Kiến Nghị");
    let unsent = app
        .status
        .with_untracked(|status| status.as_ref().map_or(0, |status| status.unsent));
    let waiting = (unsent > 0).then(|| {
        view! { <p data-test="locked-unsent">{format!("{unsent} thay đổi chưa gửi vẫn còn trên máy.")}</p> }
    });
    view! {
        <header class="bar"><span class="bar-title">"Kiến Nghị"</span></header>
        <main class="page" data-test="locked">
            <h1 tabindex="-1">"Mở khoá"</h1>
            <p>"Dữ liệu trên máy này đang khoá."</p>
            {waiting}
            {unlock(app, "Mở khoá", Command::Unlock, move |status| app.take_status(status))}
            {forgotten(unsent)}
        </main>
    }
    .into_any()
}

/// The way out for who cannot unlock any more. It costs what was not sent, so it asks twice.
fn forgotten(unsent: u32) -> AnyView {
    let step = RwSignal::new(0);
    let failure = RwSignal::new(None);
    let erase = move |_| {
        worker::spawn(async move {
            match worker::call(Command::Erase).await {
                Ok(_) => {
                    browser::replace_path("/enrol");
                    browser::reload();
                }
                Err(why) => failure.set(Some(why)),
            }
        });
    };
    let lost = if unsent > 0 {
        format!("{unsent} thay đổi chưa gửi sẽ mất hẳn.")
    } else {
        "Mọi thay đổi đã được gửi. Phần đang viết dở sẽ mất.".to_owned()
    };
    (move || match step.get() {
        0 => view! {
            <p><button type="button" class="button plain" data-test="forgotten" on:click=move |_| step.set(1)>"Không mở khoá được?"</button></p>
        }
        .into_any(),
        1 => view! {
            <section class="notice warning" data-test="forgotten-words">
                <p>"Không ai mở được dữ liệu này thay bạn, kể cả cơ quan. Hãy mang máy đến văn phòng Thường trực HĐND, \
                    hoặc xoá dữ liệu trên máy rồi đăng ký lại bằng mã mới. Những gì đã gửi thì cơ quan vẫn giữ."</p>
                <p><strong>{lost.clone()}</strong></p>
                <p><button type="button" class="button danger" data-test="erase" on:click=move |_| step.set(2)>"Xoá dữ liệu trên máy"</button>
                <button type="button" class="button plain" on:click=move |_| step.set(0)>"Giữ lại"</button></p>
            </section>
        }
        .into_any(),
        _ => view! {
            <section class="notice error" role="alert">
                <p><strong>"Xoá hẳn? Không lấy lại được. " {lost.clone()}</strong></p>
                {notices::failure_notice(failure)}
                <p><button type="button" class="button danger" data-test="erase-sure" on:click=erase>"Xoá hẳn"</button>
                <button type="button" class="button plain" on:click=move |_| step.set(0)>"Giữ lại"</button></p>
            </section>
        }
        .into_any(),
    })
    .into_any()
}

/// After an update, on a device that still has data in the clear.
pub(crate) fn securing(app: App) -> AnyView {
    view! {
        <header class="bar"><span class="bar-title">"Kiến Nghị"</span></header>
        <main class="page">{set_up(app, move |status| app.take_status(status))}</main>
    }
    .into_any()
}

/// Asks how the data on this device shall be locked, and locks it.
pub(crate) fn set_up(app: App, done: impl Fn(Status) + Copy + Send + Sync + 'static) -> AnyView {
    browser::set_title("Khoá dữ liệu – Kiến Nghị");
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None));
    let set = move |way: NewWay| {
        busy.set(true);
        worker::spawn(async move {
            let answered = worker::call(Command::SetLock(way)).await;
            busy.set(false);
            match answered {
                Ok(Answer::Status(status)) => {
                    app.take_status(status.clone());
                    done(status);
                }
                Ok(_) => failure.set(Some(worker::unexpected())),
                Err(why) => failure.set(Some(why)),
            }
        });
    };
    view! {
        <h1 tabindex="-1">"Khoá dữ liệu trên máy này"</h1>
        <p>"Lời cử tri trên máy được mã hoá. Mất máy thì người khác không đọc được. Hãy chọn cách mở khoá."</p>
        {notices::failure_notice(failure)}
        {ways_to_choose(busy, set)}
    }
    .into_any()
}

/// The device's own lock where there is one that will do, else a passphrase.
fn ways_to_choose(
    busy: RwSignal<bool>,
    chosen: impl Fn(NewWay) + Copy + Send + Sync + 'static,
) -> AnyView {
    // None while it is not known.
    let device = RwSignal::new(None::<bool>);
    let typing = RwSignal::new(false);
    worker::spawn(async move { device.set(Some(device_key::available().await)) });
    let passphrase = move || new_passphrase(busy, move |typed| chosen(NewWay::Passphrase(typed)));
    (move || match device.get() {
        None => notices::waiting(),
        Some(false) => passphrase(),
        Some(true) if typing.get() => passphrase(),
        Some(true) => view! {
            <p>{device_button(busy, chosen, device)}</p>
            <p><button type="button" class="button plain" data-test="choose-passphrase" on:click=move |_| typing.set(true)>"Đặt cụm mật khẩu"</button></p>
        }
        .into_any(),
    })
    .into_any()
}

/// Makes a way to unlock of the device's own lock; where that fails, it is offered no more.
fn device_button(
    busy: RwSignal<bool>,
    chosen: impl Fn(NewWay) + Copy + Send + Sync + 'static,
    offered: RwSignal<Option<bool>>,
) -> AnyView {
    let create = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        worker::spawn(async move {
            let made = device_key::create().await;
            busy.set(false);
            match made {
                Some(way) => chosen(way),
                None => offered.set(Some(false)),
            }
        });
    };
    view! {
        <button type="button" class="button primary" data-test="choose-device" disabled=move || busy.get() on:click=create>
            "Dùng khoá màn hình của máy (vân tay, khuôn mặt, mã PIN)"
        </button>
    }
    .into_any()
}

#[derive(Clone, PartialEq)]
enum Step {
    Ways,
    Passphrase,
    /// The new way waits for what unlocks now.
    Proof(NewWay),
}

/// `/device/lock`.
pub(crate) fn ways(app: App) -> AnyView {
    let step = RwSignal::new(Step::Ways);
    let note = RwSignal::new(None::<&str>);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None);
    let offered = RwSignal::new(None::<bool>);
    worker::spawn(async move { offered.set(Some(device_key::available().await)) });
    let changed = move |status: Status| {
        app.take_status(status);
        note.set(Some("Đã đổi cách mở khoá."));
        step.set(Step::Ways);
        browser::soon(crate::router::focus);
    };
    let remove = move |way| {
        move |_| {
            worker::spawn(async move {
                match worker::call(Command::RemoveWay(way)).await {
                    Ok(Answer::Status(status)) => changed(status),
                    Ok(_) => failure.set(Some(worker::unexpected())),
                    Err(why) => failure.set(Some(why)),
                }
            });
        }
    };
    let body = move || match step.get() {
        Step::Ways => {
            let lock = app.status.with(|status| {
                let lock = status.as_ref().map(|status| status.lock.clone());
                lock.unwrap_or_default()
            });
            let has_device = lock.device.is_some();
            let state = |there| if there { "Đang dùng" } else { "Chưa dùng" };
            let change = if lock.passphrase {
                "Đổi cụm mật khẩu"
            } else {
                "Đặt cụm mật khẩu"
            };
            let device = (!has_device && offered.get() == Some(true)).then(|| {
                view! { <p>{device_button(busy, move |way| step.set(Step::Proof(way)), offered)}</p> }
            });
            let removals = (has_device && lock.passphrase).then(|| {
                view! {
                    <p><button type="button" class="button" data-test="remove-device" on:click=remove(Way::Device)>"Bỏ khoá màn hình"</button>
                    " "<button type="button" class="button" data-test="remove-passphrase" on:click=remove(Way::Passphrase)>"Bỏ cụm mật khẩu"</button></p>
                }
            });
            view! {
                {note.get().map(|words| view! { <p class="notice ok" role="status" data-test="ways-changed">{words}</p> })}
                <dl class="summary">
                    <div><dt>"Khoá màn hình của máy"</dt><dd data-test="way-device">{state(has_device)}</dd></div>
                    <div><dt>"Cụm mật khẩu"</dt><dd data-test="way-passphrase">{state(lock.passphrase)}</dd></div>
                </dl>
                {notices::failure_notice(failure)}
                {device}
                <p><button type="button" class="button" data-test="change-passphrase" on:click=move |_| step.set(Step::Passphrase)>{change}</button></p>
                {removals}
            }
            .into_any()
        }
        Step::Passphrase => view! {
            <h2>"Cụm mật khẩu mới"</h2>
            {new_passphrase(busy, move |typed| step.set(Step::Proof(NewWay::Passphrase(typed))))}
        }
        .into_any(),
        Step::Proof(way) => {
            let way = StoredValue::new(way);
            let command = move |proof| Command::AddWay {
                proof,
                way: way.get_value(),
            };
            view! {
                <h2>"Mở khoá lần nữa để đổi"</h2>
                <p>"Dùng cách đang mở khoá được máy này."</p>
                {unlock(app, "Đổi cách mở khoá", command, changed)}
            }
            .into_any()
        }
    };
    let back = "/device".to_owned();
    frame(app, Frame::form("Cách mở khoá", back), body.into_any())
}
