//! `/admin/devices`: every phone and browser, those seen last first.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::administration::Device;
use kiennghi_shared::text::{Query, fold, lower};
use leptos::prelude::*;

use crate::fields::{Field, Label};
use crate::frame::Frame;
use crate::loaded::{self, Loaded};
use crate::office::Office;
use crate::rows::folded;
use crate::server::{self, Failure};
use crate::time;
use crate::words;

/// Takes a device's right to sign in.
pub(crate) async fn revoke(id: i64) -> Result<(), Failure> {
    let path = format!("/api/v1/administration/devices/{id}/revoke");
    server::act("POST", &path).await
}

/// What is known of a device; of its user too where that is not said already.
pub(crate) fn facts(loaded: &Loaded, device: &Device, with_user: bool) -> AnyView {
    let kind = if device.is_browser {
        "Trình duyệt"
    } else {
        "Điện thoại"
    };
    let approver = device.approver.as_ref().map(|name| {
        let words = format!(" · Người duyệt: {}", loaded.person(name));
        view! { <span data-test="approver">{words}</span> }
    });
    let seen = match device.revoked_at {
        Some(at) => format!("Thu hồi lúc {}", time::moment(at)),
        None => format!("Dùng lần cuối: {}", words::seen(device.last_seen_at)),
    };
    let user = with_user.then(|| {
        let path = format!("/admin/users/{}", device.user);
        view! { <a href=path class="button plain">{loaded.person(&device.user).to_owned()}</a> }
    });
    let about = format!("{kind} · Đăng ký {}", time::moment(device.created_at));
    view! {
        <div>
            <p><strong>{device.name.clone()}</strong></p>
            <p class="card-meta">{about}{approver}</p>
            <p class="card-meta">{seen}</p>
            {user}
        </div>
    }
    .into_any()
}

/// The page.
pub(crate) fn page(office: Office) -> AnyView {
    let (wanted, unit) = (Field::new("text", ""), Field::new("unit", ""));
    let right = Some((Verb::Read, Thing::Devices));
    let frame = Frame::below("Thiết bị", "/admin");
    loaded::page(office, frame, right, move |loaded| {
        let all = std::iter::once((String::new(), "Tất cả đơn vị".to_owned()));
        let units = all.chain(loaded.unit_choices(|_| true)).collect();
        let found = move || {
            let (query, unit) = (Query::new(&wanted.watched()), unit.watched());
            let devices = loaded.all.devices.iter();
            let found = devices.filter(|device| takes(&loaded, device, query.as_ref(), &unit));
            let (revoked, mut used): (Vec<&Device>, Vec<&Device>) =
                found.partition(|device| device.revoked_at.is_some());
            used.sort_by_key(|device| std::cmp::Reverse(device.last_seen_at));
            let count = format!("{} thiết bị đang dùng", used.len());
            let row = |device: &&Device| {
                view! { <li data-test="device-row" data-id=device.id>{facts(&loaded, device, true)}</li> }
                    .into_any()
            };
            let used: Vec<AnyView> = used.iter().map(row).collect();
            let revoked: Vec<AnyView> = revoked.iter().map(row).collect();
            let apart = (!revoked.is_empty()).then(|| {
                let words = format!("Đã thu hồi ({})", revoked.len());
                folded(words, false, revoked)
            });
            view! { <p class="muted" role="status">{count}</p><ul class="rows">{used}</ul>{apart} }
        };
        view! {
            <div class="filters">
                {wanted.search(Label("Tìm theo người dùng hoặc tên máy", ""))}
                {unit.choice(Label("Đơn vị", ""), units)}
            </div>
            {found}
        }
        .into_any()
    })
}

fn takes(loaded: &Loaded, device: &Device, query: Option<&Query>, unit: &str) -> bool {
    let text = format!(
        "{} {} {}",
        device.name,
        device.user,
        loaded.person(&device.user)
    );
    let named = query.is_none_or(|query| query.ask(&lower(&text), &fold(&text)).is_some());
    let user = loaded.user(&device.user.0);
    let there = |user: &kiennghi_shared::administration::User| {
        user.grants.iter().any(|held| held.grant.unit.0 == unit)
    };
    named && (unit.is_empty() || user.is_some_and(there))
}
