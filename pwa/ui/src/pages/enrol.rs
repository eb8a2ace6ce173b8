//! `/enrol`: ties this device to a person by a one-time code.
//!
//! The code of a link is taken out of the address before anything is shown (`App::arrive`).

use kiennghi_messages::{Answer, Cause, Command};
use kiennghi_shared::code::Code;
use leptos::ev;
use leptos::prelude::*;

use crate::browser;
use crate::components::notices;
use crate::install;
use crate::pages::lock;
use crate::router;
use crate::state::App;
use crate::worker;

/// The page.
pub(crate) fn page(app: App) -> AnyView {
    browser::set_title("Đăng ký thiết bị – Kiến Nghị");
    let linked = app.enrol_code.get_untracked();
    let has_code = RwSignal::new(!linked.is_empty());
    let code = StoredValue::new(linked);
    // A link may bring another one while the form is here.
    Effect::new(move || {
        let linked = app.enrol_code.get();
        if !linked.is_empty() {
            code.set_value(linked);
            has_code.set(true);
        }
    });
    let device = StoredValue::new(browser::device_name().to_owned());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    // The lock comes before the code is spent: what that gives has nowhere to go without.
    let locking = RwSignal::new(false);
    let enrol = move || {
        let typed = code.get_value().trim().to_owned();
        if typed.is_empty() {
            failure.set(Some("Hãy nhập mã đăng ký.".to_owned()));
            browser::focus("field-code");
            return;
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let device = device.get_value().trim().to_owned();
        browser::spawn(async move {
            let answered = worker::call(Command::Enrol {
                code: typed,
                device,
            })
            .await;
            busy.set(false);
            match answered {
                Ok(Answer::Status(status)) => {
                    app.enrol_code.set(String::new());
                    app.take_status(status);
                    browser::persist_storage();
                    router::go_instead(app, start_of(app));
                }
                Ok(_) => failure.set(Some(worker::unexpected().message)),
                Err(why) if why.cause == Cause::Locked => locking.set(true),
                Err(why) => {
                    failure.set(Some(notices::words_of(&why)));
                    // A link's code that did not do: another can be typed. After any other failure it still may.
                    if why.cause == Cause::Server(Code::BadCode)
                        && has_code.try_get_untracked() == Some(true)
                    {
                        code.set_value(String::new());
                        has_code.set(false);
                    }
                }
            }
        });
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        enrol();
    };
    let known = app.profile(|profile| profile.display.clone());
    let known = move || {
        known.clone().map(|name| {
            let words =
                format!("Máy này đang dùng cho {name}. Chỉ đăng ký lại khi được cấp mã mới.");
            view! { <p class="notice">{words}</p> <p><a href="/">"Về trang đầu"</a></p> }
        })
    };
    let code_field = move || {
        if has_code.get() {
            view! { <p class="notice ok" data-test="code-given">"Đã nhận mã từ đường liên kết."</p> }
            .into_any()
        } else {
            view! {
            <div class="field">
                <label for="field-code">"Mã đăng ký"</label>
                <p class="hint" id="hint-code">"Mã do người quản trị hoặc Thường trực HĐND cấp, dùng một lần."</p>
                <input
                    id="field-code" name="code" type="text" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false"
                    aria-describedby="hint-code"
                    on:input=move |event| code.set_value(event_target_value(&event))
                />
            </div>
        }
        .into_any()
        }
    };
    let button_words = move || {
        if busy.get() {
            "Đang đăng ký…"
        } else {
            "Đăng ký máy này"
        }
    };
    let ask = move || {
        if locking.get() {
            let enrol = Callback::new(move |_| {
                locking.set(false);
                enrol();
            });
            return lock::set_up(app, enrol);
        }
        view! {
            <h1 tabindex="-1">"Đăng ký thiết bị"</h1>
            {known.clone()}
            {cautions()}
            <form on:submit=submit>
                {code_field}
                <div class="field">
                    <label for="field-device">"Tên máy"</label>
                    <p class="hint" id="hint-device">"Để bạn và người quản trị hoặc Thường trực HĐND nhận ra máy này."</p>
                    <input
                        id="field-device" name="device" type="text" autocomplete="off" value=device.get_value()
                        aria-describedby="hint-device"
                        on:input=move |event| device.set_value(event_target_value(&event))
                    />
                </div>
                {move || failure.get().map(notices::failed)}
                <p><button type="submit" class="button primary" data-test="enrol-submit" disabled=move || busy.get()>{button_words}</button></p>
            </form>
            <p><a href="/admin/sign-in" target="_self" data-test="desk-sign-in">"Làm việc tại văn phòng: đăng nhập bằng mật khẩu"</a></p>
            {install_hint(app)}
        }
        .into_any()
    };
    view! {
        <header class="bar"><span class="bar-title">"Kiến Nghị"</span></header>
        <main class="page">{ask}</main>
    }
    .into_any()
}

/// Where a person begins after enrolment.
fn start_of(app: App) -> &'static str {
    if app.has_desk() && browser::matches("(min-width: 800px)") {
        "/office"
    } else {
        "/"
    }
}

fn cautions() -> AnyView {
    if let Some(host) = browser::host_app() {
        let words = format!(
            "Trang đang mở bên trong {host}. Ở đây không cài được ứng dụng và dữ liệu có thể bị mất. Hãy mở đường liên kết bằng Chrome hoặc Safari."
        );
        return view! { <p class="notice warning" data-test="in-app-warning">{words}</p> }
            .into_any();
    }
    if browser::is_apple_phone() && !browser::is_installed() {
        return view! {
            <p class="notice warning">
                "Trên iPhone: hãy bấm nút Chia sẻ, chọn “Thêm vào MH chính”, mở ứng dụng từ biểu tượng mới rồi mới đăng ký."
            </p>
        }
        .into_any();
    }
    ().into_any()
}

/// How to put the app on the home screen; a button where the browser offers it.
pub(crate) fn install_hint(app: App) -> AnyView {
    if browser::is_installed() {
        return ().into_any();
    }
    let button = move || {
        app.installable.get().then(|| {
            view! {
                <p><button type="button" class="button" data-test="install" on:click=move |_| install::install(app)>"Cài ứng dụng lên máy"</button></p>
            }
        })
    };
    let steps = if browser::is_apple_phone() {
        "Trong Safari: bấm nút Chia sẻ, chọn “Thêm vào MH chính”."
    } else {
        "Trong Chrome: mở trình đơn ⋮, chọn “Cài đặt ứng dụng” hoặc “Thêm vào màn hình chính”."
    };
    view! {
        <section>
            <h2>"Đưa ứng dụng ra màn hình chính"</h2>
            <p>{steps}</p>
            {button}
        </section>
    }
    .into_any()
}
