//! `/admin/sign-in`: by password or passkey, and what to do without either.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::account::{Account, Entrance, PasswordSignIn, SIGN_IN_PATH};
use kiennghi_shared::code::Code;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::browser;
use crate::fields::{Field, Label};
use crate::frame::{Frame, frame};
use crate::loaded::looks_after_people;
use crate::office::Office;
use crate::passkeys;
use crate::router;
use crate::server::{self, Failure};
use crate::steps::Step;

/// The page.
pub(crate) fn page(office: Office) -> AnyView {
    let (user, password) = (Field::new("user", ""), Field::new("password", ""));
    let step = Step::new();
    let submit = move || {
        let Some(user) = user.required("Hãy nhập tên đăng nhập.") else {
            return;
        };
        if password.exact().is_empty() {
            password.refuse("Hãy nhập mật khẩu.");
            return;
        }
        let form = PasswordSignIn {
            user,
            password: password.exact(),
            device: browser::device_name().to_owned(),
        };
        step.take(async move {
            server::tell(SIGN_IN_PATH, &form).await?;
            enter(office).await
        });
    };
    let by_passkey = move || {
        let Some(user) = user.required("Hãy nhập tên đăng nhập trước.") else {
            return;
        };
        step.take(async move {
            let came = passkeys::sign_in(&user, browser::device_name()).await;
            came.map_err(|failure| match failure {
                Failure::Refused(Code::WrongCredentials) => {
                    Failure::Here("Khoá truy cập này không đúng với tên đăng nhập.")
                }
                failure => failure,
            })?;
            enter(office).await
        });
    };
    let passkey = passkeys::are_here().then(|| {
        view! {
            <p>{step.button("passkey", "", "Đăng nhập bằng khoá truy cập", by_passkey)}</p>
        }
    });
    let body = view! {
        {insecure()}
        {set_up_notice()}
        {step.form(view! {
            {user.known(Label("Tên đăng nhập", ""), "username")}
            {password.secret(Label("Mật khẩu", ""), "current-password")} }.into_any(), "Đăng nhập", submit)}
        {passkey}
        <p><a href="/admin/code" class="button plain" data-test="have-code">"Tôi có mã"</a></p>
        <details>
            <summary>"Quên mật khẩu"</summary>
            <p>"Nếu bạn đã in mã khôi phục: mở “Tôi có mã”, nhập tên đăng nhập và một mã khôi phục, rồi đặt mật khẩu mới."</p>
            <p>"Nếu không có mã khôi phục: hãy gọi người quản trị để được cấp mã một lần. Không ai hỏi mật khẩu cũ của bạn."</p>
        </details>
    };
    frame(office, Frame::first("Đăng nhập"), body.into_any())
}

/// Says that browsers keep no session here.
pub(crate) fn insecure() -> AnyView {
    let secure = browser::page().is_none_or(|page| page.is_secure_context());
    (!secure)
        .then(|| {
            view! {
                <p class="notice warning" data-test="insecure">"Trang này đang mở qua kết nối không an toàn nên không đăng nhập được. Hãy mở lại bằng địa chỉ bắt đầu bằng https://."</p>
            }
        })
        .into_any()
}

/// Says that nobody administers the server yet.
fn set_up_notice() -> AnyView {
    let waits = RwSignal::new(false);
    browser::spawn(async move {
        if let Ok(entrance) = server::get::<Entrance>(SIGN_IN_PATH).await {
            waits.try_set(entrance.needs_set_up);
        }
    });
    let shown = move || {
        waits.get().then(|| {
            view! {
                <p class="notice" data-test="needs-set-up">"Máy chủ này chưa có người quản trị. Hãy mở đường liên kết mà máy chủ hiện ra khi khởi động."</p>
            }
        })
    };
    shown.into_any()
}

/// Goes to where somebody begins whose session began.
pub(crate) async fn enter(office: Office) -> Result<(), Failure> {
    let account: Result<Account, _> = server::get("/api/v1/account").await;
    let account = account.map_err(|failure| match failure {
        Failure::Refused(Code::Unauthenticated) => Failure::Here(
            "Trình duyệt không giữ được phiên đăng nhập. Hãy mở lại bằng địa chỉ bắt đầu bằng https://.",
        ),
        failure => failure,
    })?;
    let looks_after = looks_after_people(&account);
    let profile = &account.profile;
    let has_desk = !profile.desks().is_empty();
    let reads = |thing| profile.may(Verb::Read, thing);
    let reports_alone = reads(Thing::Reports) && !reads(Thing::Document(Kind::Meeting));
    office.account.set(Some(account));
    match router::wanted() {
        Some(path) if router::is_own(&path) => router::go_instead(office, &path),
        Some(path) => browser::visit(&path),
        None if has_desk => browser::visit("/desk"),
        None if looks_after => router::go_instead(office, "/admin"),
        None if reports_alone => browser::visit("/review"),
        None => browser::visit("/"),
    }
    Ok(())
}
