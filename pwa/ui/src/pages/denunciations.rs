//! `/meetings/:id/denunciations`: how a denunciation (tố cáo) is taken on paper, and the numbers that the
//! paper register gave. Nothing else of it is ever written on a phone.

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::{Edit, Value};
use kiennghi_shared::schema::{DENUNCIATIONS, Kind};
use leptos::prelude::*;

use crate::browser;
use crate::components::fields::{self, ask};
use crate::components::form_page::{About, Start, form_page};
use crate::components::frame::{Frame, frame};
use crate::components::notices;
use crate::form::{self, Form};
use crate::pages::meeting_form::meeting_of;
use crate::router;
use crate::state::App;

/// The page.
pub(crate) fn page(app: App, id: DocumentId) -> AnyView {
    let key = format!("denunciations-{id}");
    let body = form_page(app, About::Document(id), key, build);
    let back = format!("/meetings/{id}");
    frame(app, Frame::form("Khi cử tri muốn tố cáo", back), body)
}

fn build(app: App, start: &Start) -> AnyView {
    let found = start.detail.as_ref();
    let Some((detail, meeting)) = found.and_then(|detail| Some((detail, meeting_of(detail)?)))
    else {
        return notices::failed("Không tìm thấy cuộc tiếp xúc.".to_owned());
    };
    let (id, unit) = (detail.header.id, detail.header.unit.clone());
    let known = meeting.denunciations;
    let shown = match &start.draft {
        Some(draft) => form::texts_of_draft(draft),
        None => form::texts([(DENUNCIATIONS, String::new())]),
    };
    let form = Form::new(Kind::Meeting, form::Texts::new(), shown, start);
    let count = match known.len() {
        0 => "Chưa có đơn nào trong cuộc tiếp xúc này.".to_owned(),
        count => format!("{count} đơn. Số vào sổ: {}.", known.join(", ")),
    };
    let may_write = app.may_write(Kind::Meeting, &unit);
    let save = move |_| {
        let Some(edits) = form.edits().filter(|_| !form.busy.get_untracked()) else {
            return;
        };
        let typed = edits.iter().find(|edit| edit.field == DENUNCIATIONS);
        let Some(typed) = typed.and_then(|edit| edit.value.as_text()) else {
            form.refuse(DENUNCIATIONS, "Hãy ghi số mà sổ giấy đã cấp cho đơn");
            form.focus_first_error();
            return;
        };
        // All that are known, so that numbers added at once by two people are kept.
        let mut numbers = known.clone();
        numbers.extend(typed.lines().map(str::to_owned));
        numbers.sort();
        numbers.dedup();
        let edits = vec![Edit::new(DENUNCIATIONS, Value::from(numbers.join("\n")))];
        let unit = unit.clone();
        browser::spawn(async move {
            if let Some(id) = form.save(Some(id), unit, edits).await {
                router::go_instead(app, &format!("/meetings/{id}"));
            }
        });
    };
    let entry = may_write.then(|| {
        view! {
            <form on:submit=|event| event.prevent_default() autocomplete="off">
                {fields::line(form, ask(DENUNCIATIONS, "Số vào sổ của đơn vừa nhận", "Chỉ ghi số, ví dụ 12/TC. Không ghi tên, địa chỉ, nội dung."))}
                {fields::save_failure(form)}
                <div class="sticky-actions">
                    <button type="button" class="button primary" data-test="save-done" aria-disabled=move || form.busy.get().to_string() on:click=save>"Lưu số vào sổ"</button>
                </div>
            </form>
        }
    });
    view! {
        <p class="notice warning" data-test="denunciation-refused">"Ứng dụng không ghi tố cáo. Tên, địa chỉ và bút tích của người tố cáo là bí mật nhà nước, không được lưu trên máy có kết nối mạng."</p>
        <h2>"Cách nhận"</h2>
        <ol class="words">
            <li>"Nhận đơn viết tay. Nếu cử tri không viết được, mời đến nơi tiếp công dân để được ghi giúp trên giấy."</li>
            <li>"Cho đơn vào phong bì, dán kín trước mặt cử tri."</li>
            <li>"Giao tận tay nơi tiếp nhận đơn, ký sổ giao nhận. Không chụp ảnh, không đọc lại qua điện thoại."</li>
            <li>"Ghi số vào sổ giấy. Trên máy chỉ lưu con số đó để đếm."</li>
        </ol>
        <h2>"Đã nhận"</h2>
        <p data-test="denunciation-count">{count}</p>
        {entry}
    }
    .into_any()
}
