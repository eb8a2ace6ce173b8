//! `/admin`: what the person may look after.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::frame::Frame;
use crate::loaded;
use crate::office::Office;
use crate::rows::card;
use crate::words;

/// The page.
pub(crate) fn page(office: Office) -> AnyView {
    loaded::page(office, Frame::first("Quản trị"), None, move |loaded| {
        let cards = [
            (
                Thing::Users,
                "/admin/users",
                "Người dùng",
                "Thêm người, giao vai trò, cấp mã, thay máy bị mất",
            ),
            (
                Thing::Devices,
                "/admin/devices",
                "Thiết bị",
                "Điện thoại và trình duyệt đã đăng ký",
            ),
            (
                Thing::Units,
                "/admin/units",
                "Đơn vị",
                "Xã, thị trấn, thôn, bản, khu phố",
            ),
            (
                Thing::Sessions,
                "/admin/sessions",
                "Nhiệm kỳ và kỳ họp",
                "Ngày bắt đầu, kết thúc",
            ),
            (
                Thing::FieldsOfWork,
                "/admin/fields",
                "Lĩnh vực",
                "Kiến nghị về việc gì, theo nhóm nào trong báo cáo",
            ),
            (
                Thing::Deadlines,
                "/admin/deadlines",
                "Thời hạn và ngày nghỉ",
                "Số ngày cho từng việc, ngày nghỉ lễ, ngày làm bù",
            ),
            (
                Thing::Audit,
                "/admin/audit",
                "Nhật ký",
                "Ai đã làm gì, khi nào",
            ),
        ];
        let looks_after = loaded::looks_after_people(&loaded.account);
        let profile = &loaded.account.profile;
        let documents = |verb, kind| profile.may(verb, Thing::Document(kind));
        let has_desk = documents(Verb::Read, Kind::Case) || documents(Verb::Write, Kind::Answer);
        let own = profile.grants.iter();
        let own: Vec<String> = own.map(|grant| words::grant(&loaded, grant)).collect();
        let cards: Vec<AnyView> = cards
            .into_iter()
            .filter(|(thing, ..)| looks_after && loaded.may(Verb::Read, *thing))
            .map(|(_, path, title, meta)| card_to(path, title, meta.to_owned()))
            .collect();
        let name = format!("{} · {}", profile.display, own.join("; "));
        view! {
            <div class="grid">
                {cards}
                {card_to("/admin/account", "Tài khoản của tôi", name)}
            </div>
            <p class="actions">
                {has_desk.then(|| view! { <a href="/desk" target="_self" class="button" data-test="desk">"Mở bàn làm việc"</a> })}
                {profile.may(Verb::Read, Thing::Reports).then(|| view! { <a href="/review" target="_self" class="button" data-test="review">"Mở phần giao ban"</a> })}
                <a href="/" target="_self" class="button plain">"Mở ứng dụng kiến nghị"</a>
            </p>
        }
        .into_any()
    })
}

fn card_to(path: &str, title: &str, meta: String) -> AnyView {
    card(Some(path.to_owned()), title.to_owned(), meta, None)
}
