//! `/admin/account`: who is signed in, and how that person gets in: password, passkeys, recovery codes.

use std::sync::Arc;

use kiennghi_shared::account::{Passkey, RecoveryCodes, SignOut};
use leptos::prelude::*;

use super::alerts;
use super::devices::{facts, revoke};
use super::user::REVOKE;
use crate::browser;
use crate::fields::{Field, Label};
use crate::frame::Frame;
use crate::issued::copy_button;
use crate::loaded::{self, Loaded};
use crate::office::Office;
use crate::passkeys;
use crate::router;
use crate::server;
use crate::steps::{Question, Step, actions, ask_first, link_button};
use crate::time;
use crate::words;

/// The page.
pub(crate) fn page(office: Office) -> AnyView {
    let codes = RwSignal::new(None::<Vec<String>>);
    let frame = Frame::below("Tài khoản của tôi", "/admin");
    loaded::page(office, frame, None, move |loaded| {
        let body = move || match codes.get() {
            Some(shown) => shown_codes(office, codes, &shown),
            None => untrack(|| sections(office, &loaded, codes)),
        };
        body.into_any()
    })
}

fn sections(office: Office, loaded: &Arc<Loaded>, codes: RwSignal<Option<Vec<String>>>) -> AnyView {
    let profile = &loaded.account.profile;
    let roles = profile.grants.iter();
    let roles: Vec<AnyView> = roles
        .map(|grant| view! { <dd>{words::grant(loaded, grant)}</dd> }.into_any())
        .collect();
    let password = loaded.account.has_password.then(|| {
        let path = "/admin/account/password";
        actions(vec![link_button(
            "change-password",
            "",
            path,
            "Đổi mật khẩu",
        )])
    });
    view! {
        <dl class="summary">
            <div><dt>"Họ tên"</dt><dd>{profile.display.clone()}</dd></div>
            <div><dt>"Tên đăng nhập"</dt><dd>{profile.user.0.clone()}</dd></div>
            <div><dt>"Vai trò"</dt>{roles}</div>
        </dl>
        <h2>"Mật khẩu"</h2>
        {password}
        {passkey_section(office, loaded)}
        {recovery_section(office, loaded, codes)}
        <h2>"Lời nhắc trên máy này"</h2>
        {alerts::offer()}
        {device_section(office, loaded)}
        {sign_out_section(office)}
    }
    .into_any()
}

/// Whatever is signed in in this person's name, also what somebody else enrolled.
fn device_section(office: Office, loaded: &Loaded) -> AnyView {
    let step = Step::new();
    let rows = loaded.account.devices.iter().map(|device| {
        let id = device.id;
        let take = move || {
            step.take(async move {
                revoke(id).await?;
                office.done("Đã thu hồi thiết bị.");
                Ok(())
            });
        };
        view! {
            <li data-test="device-row" data-id=id>
                {facts(loaded, device, false)}
                {ask_first(step, &format!("revoke-{id}"), REVOKE, take)}
            </li>
        }
        .into_any()
    });
    let rows: Vec<AnyView> = rows.collect();
    view! {
        <h2>"Máy đang đăng nhập"</h2>
        <p>"Có máy nào không phải của bạn, hãy thu hồi và báo người quản trị."</p>
        {step.failure()}
        <ul class="rows">{rows}</ul>
    }
    .into_any()
}

fn passkey_section(office: Office, loaded: &Loaded) -> AnyView {
    let step = Step::new();
    let rows = loaded.account.passkeys.iter();
    let rows: Vec<AnyView> = rows
        .map(|passkey| passkey_row(office, step, passkey))
        .collect();
    let add = passkeys::are_here().then(|| {
        let name = Field::new("passkey", browser::device_name());
        let step = Step::new();
        let submit = move || {
            let Some(name) = name.required("Hãy đặt tên cho khoá truy cập.") else {
                return;
            };
            step.take(async move {
                passkeys::add(&name).await?;
                office.done("Đã thêm khoá truy cập.");
                Ok(())
            });
        };
        let label = Label(
            "Tên khoá truy cập mới",
            "Để nhận ra về sau. Ví dụ: Máy tính cơ quan",
        );
        step.form(name.line(label), "Thêm khoá truy cập", submit)
    });
    view! {
        <h2>"Khoá truy cập"</h2>
        <p>"Đăng nhập bằng vân tay, khuôn mặt hoặc mã mở máy, không cần mật khẩu và không ai lừa lấy được."</p>
        {step.failure()}
        <ul class="rows">{rows}</ul>
        {add}
    }
    .into_any()
}

fn passkey_row(office: Office, step: Step, passkey: &Passkey) -> AnyView {
    let id = passkey.id.clone();
    let remove = move || {
        let path = format!("/api/v1/account/passkeys/{id}");
        step.take(async move {
            server::act("DELETE", &path).await?;
            office.done("Đã xoá khoá truy cập.");
            Ok(())
        });
    };
    let question = Question {
        test: "remove-passkey",
        button: "Xoá",
        question: "Xoá khoá truy cập này? Không đăng nhập bằng nó được nữa.",
        yes: "Xoá khoá truy cập",
    };
    let used = format!(
        "Thêm {} · Dùng lần cuối: {}",
        time::moment(passkey.added_at),
        words::seen(passkey.last_used_at)
    );
    view! {
        <li data-test="passkey-row">
            <div><p><strong>{passkey.name.clone()}</strong></p><p class="card-meta">{used}</p></div>
            {ask_first(step, &format!("passkey-{}", passkey.id), question, remove)}
        </li>
    }
    .into_any()
}

fn recovery_section(
    office: Office,
    loaded: &Loaded,
    codes: RwSignal<Option<Vec<String>>>,
) -> AnyView {
    let step = Step::new();
    let make = move || {
        step.take(async move {
            let path = "/api/v1/account/recovery-codes";
            let made: RecoveryCodes = server::post(path, &()).await?;
            office.said.set(None);
            codes.set(Some(made.codes));
            browser::scroll_to(0.0);
            browser::soon(|| browser::focus("codes"));
            Ok(())
        });
    };
    let left = loaded.account.recovery_codes_left;
    let button = if left == 0 {
        step.button("make-codes", "", "Tạo mã khôi phục", make)
    } else {
        let question = Question {
            test: "make-codes",
            button: "Tạo mã khôi phục mới",
            question: "Tạo bộ mã mới? Các mã cũ sẽ hết hiệu lực.",
            yes: "Tạo bộ mã mới",
        };
        ask_first(step, "codes", question, make)
    };
    let words = match left {
        0 => "Chưa có mã khôi phục. Hãy tạo và in ra, cất nơi an toàn: khi quên mật khẩu, mỗi mã dùng được một lần.".to_owned(),
        left => format!("Còn {left} mã chưa dùng."),
    };
    view! { <h2>"Mã khôi phục"</h2><p data-test="codes-left">{words}</p>{step.failure()}<p>{button}</p> }
        .into_any()
}

fn shown_codes(office: Office, codes: RwSignal<Option<Vec<String>>>, shown: &[String]) -> AnyView {
    let text = shown.join("\n");
    let rows: Vec<AnyView> = shown
        .iter()
        .map(|code| view! { <li data-test="recovery-code">{code.clone()}</li> }.into_any())
        .collect();
    let step = Step::new();
    let close = move || {
        codes.set(None);
        office.asked.update(|asked| *asked += 1);
    };
    view! {
        <h2 id="codes" tabindex="-1">"Mã khôi phục của bạn"</h2>
        <p class="notice warning">"Các mã này chỉ hiện một lần. Hãy in ra hoặc chép lại trước khi rời trang."</p>
        <ul class="codes" translate="no">{rows}</ul>
        <p class="actions no-print">
            {step.button("print", "primary", "In", browser::print)}
            {copy_button(text, "Sao chép")}
            {step.button("codes-close", "", "Tôi đã cất mã", close)}
        </p>
    }
    .into_any()
}

fn sign_out_section(office: Office) -> AnyView {
    let step = Step::new();
    let leave = move || {
        step.take(async move {
            // Whoever sits here next is told nothing. The server hears of it, or else from the push service.
            let _ = alerts::switch_off().await;
            server::tell("/api/v1/sign-out", &SignOut { others: false }).await?;
            office.account.set(None);
            router::go(office, "/admin/sign-in");
            Ok(())
        });
    };
    let others = move || {
        step.take(async move {
            server::tell("/api/v1/sign-out", &SignOut { others: true }).await?;
            office.done("Đã đăng xuất khỏi mọi máy khác.");
            Ok(())
        });
    };
    let question = Question {
        test: "sign-out-others",
        button: "Đăng xuất khỏi mọi máy khác",
        question: "Mọi trình duyệt khác đang đăng nhập bằng tài khoản này sẽ phải đăng nhập lại. Điện thoại đã đăng ký không bị ảnh hưởng.",
        yes: "Đăng xuất các máy khác",
    };
    view! {
        <h2>"Đăng xuất"</h2>
        {step.failure()}
        <p>{step.button("sign-out", "", "Đăng xuất", leave)}</p>
        {ask_first(step, "others", question, others)}
    }
    .into_any()
}
