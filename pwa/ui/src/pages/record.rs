//! `/meetings/:id/record`: one petition after another, content and one tap each.

use std::cell::RefCell;

use kiennghi_messages::Answer;
use kiennghi_shared::catalogue::{COMPETENCES, PETITION_KINDS};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::{Edit, Meeting};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

use crate::browser;
use crate::components::denunciation;
use crate::components::fields::{self, ask};
use crate::components::form_page::{About, Start, form_page};
use crate::components::frame::{Frame, frame};
use crate::components::notices;
use crate::components::petitioner;
use crate::drafts;
use crate::form::{self, Form, Texts, control_id};
use crate::pages::meeting::petitions_of;
use crate::pages::meeting_form::meeting_of;
use crate::pages::petition_form::village_field;
use crate::router;
use crate::state::App;
use crate::time;
use crate::words;
use crate::worker;

thread_local! {
    /// The meeting recorded at last, with the village and field chosen there.
    static LAST: RefCell<Option<(DocumentId, String, String)>> = const { RefCell::new(None) };
}

/// The page.
pub(crate) fn page(app: App, id: DocumentId) -> AnyView {
    let body = form_page(app, About::Document(id), format!("record-{id}"), build);
    frame(
        app,
        Frame::form("Ghi kiến nghị", format!("/meetings/{id}")),
        body,
    )
}

fn build(app: App, start: &Start) -> AnyView {
    let Some((detail, meeting)) = start
        .detail
        .as_ref()
        .and_then(|detail| Some((detail, meeting_of(detail)?)))
    else {
        return notices::failed("Không tìm thấy cuộc tiếp xúc.".to_owned());
    };
    let (id, unit) = (detail.header.id, detail.header.unit.clone());
    let shown = match &start.draft {
        Some(draft) => form::texts_of_draft(draft),
        None => defaults(id, &meeting),
    };
    let form = Form::new(Kind::Petition, Texts::new(), shown, start);
    let count = RwSignal::new(None::<u32>);
    let said = RwSignal::new(None::<String>);
    browser::spawn(async move {
        if let Ok(Answer::Petitions(page)) = worker::call(petitions_of(id, 1)).await {
            count.set(Some(page.total));
        }
    });
    let villages = app.villages(&unit);
    // What was pressed when the words made it ask whether this is a denunciation.
    let asked = RwSignal::new(None::<bool>);
    let save = Callback::new(move |(then_next, is_petition): (bool, bool)| {
        if form.busy.get_untracked() {
            return;
        }
        // A word of it may stand in a petition; a denunciation itself may not be here at all, whatever else
        // the form lacks.
        if !is_petition && denunciation::is_named(form) {
            asked.set(Some(then_next));
            denunciation::focus();
            return;
        }
        asked.set(None);
        let Some(mut edits) = form.edits() else {
            return;
        };
        edits.push(Edit::new("meeting", id.to_string()));
        LAST.set(Some((id, form.text("village"), form.text("field"))));
        let unit = unit.clone();
        let saved_text = form.text("content");
        browser::spawn(async move {
            if form.save(None, unit, edits).await.is_none() {
                return;
            }
            let number = count.get_untracked().map(|count| count + 1);
            count.set(number);
            if then_next {
                let words = match number {
                    Some(number) => format!("Đã lưu trên máy – kiến nghị thứ {number}"),
                    None => "Đã lưu trên máy".to_owned(),
                };
                said.set(Some(words));
                clear_content(form, &saved_text);
            } else {
                router::go_instead(app, &format!("/meetings/{id}"));
            }
        });
    });
    let key = StoredValue::new(start.key.clone());
    let erase = Callback::new(move |()| {
        browser::spawn(async move {
            match drafts::throw_away_now(key.get_value()).await {
                Ok(()) => router::go_instead(app, &format!("/meetings/{id}/denunciations")),
                Err(why) => form.failure.set(Some(notices::words_of(&why))),
            }
        });
    });
    let actions = move || match asked.get() {
        Some(then_next) => {
            denunciation::question(Callback::new(move |()| save.run((then_next, true))), erase)
        }
        None => save_buttons(form, save),
    };
    let saved_note = move || {
        said.get()
            .map(|words| view! { <p class="notice ok" data-test="saved-note">{words}</p> })
    };
    let place = format!(
        "{} · {}",
        time::day_of_stored(&meeting.date),
        words::meeting_place(&meeting)
    );
    let has_details = ["competence", "place", "keywords"]
        .iter()
        .any(|key| !form.text(key).is_empty());
    view! {
        <p class="muted">{place}</p>
        <div role="status" aria-live="polite">{saved_note}</div>
        <form on:submit=|event| event.prevent_default() autocomplete="off">
            {fields::prose(form, ask("content", "Nội dung kiến nghị", "Ghi đúng lời cử tri."), true)}
            {village_field(form, villages)}
            {fields::number(form, ask("voters", "Số cử tri nêu", ""))}
            {fields::field_of_work(app, form, ask("field", "Lĩnh vực", ""))}
            <details class="field" open=has_details data-test="details">
                <summary>"Thêm chi tiết"</summary>
                {fields::select(form, ask("competence", "Thẩm quyền", ""), "Chưa rõ", fields::pairs(COMPETENCES))}
                {fields::select(form, ask("petition_kind", "Loại", ""), "", fields::pairs(PETITION_KINDS))}
                {fields::line(form, ask("place", "Vị trí", "Ví dụ: đoạn đường trước trường học."))}
                {fields::prose(form, ask("keywords", "Từ khoá", "Mỗi dòng một từ khoá."), false)}
            </details>
            {petitioner::fields(form)}
            <p class="notice">"Tố cáo không ghi ở đây. " <a href=format!("/meetings/{id}/denunciations") data-test="denunciations">"Khi cử tri muốn tố cáo"</a></p>
            {fields::save_failure(form)}
            {actions}
        </form>
    }
    .into_any()
}

fn save_buttons(form: Form, save: Callback<(bool, bool)>) -> AnyView {
    let button = |class: &'static str, test: &'static str, words: &'static str, then_next: bool| {
        view! {
            <button type="button" class=class data-test=test aria-disabled=move || form.busy.get().to_string() on:click=move |_| save.run((then_next, false))>
                {words}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="sticky-actions">
            {button("button primary", "save-next", "Lưu và ghi tiếp", true)}
            {button("button", "save-done", "Lưu và xong", false)}
        </div>
    }
    .into_any()
}

/// Fields that begin anew with each petition; village and field of work stay as they were.
const OF_ONE: [(&str, &str); 5] = [
    ("voters", "1"),
    ("petition_kind", "proposal"),
    ("competence", ""),
    ("place", ""),
    ("keywords", ""),
];

fn defaults(id: DocumentId, meeting: &Meeting) -> Texts {
    let last = LAST
        .with_borrow(Clone::clone)
        .filter(|(at, _, _)| *at == id);
    let (village, field) = match last {
        Some((_, village, field)) => (village, field),
        None => (meeting.village.clone(), String::new()),
    };
    form::texts(
        [
            ("content", String::new()),
            ("village", village),
            ("field", field),
        ]
        .into_iter()
        .chain(OF_ONE.map(|(key, value)| (key, value.to_owned()))),
    )
}

/// Empties the form for the next petition, except for what was typed as content while saving.
fn clear_content(form: Form, saved: &str) {
    let area = browser::element(&control_id("content"));
    let Some(area) = area.and_then(|area| area.dyn_into::<HtmlTextAreaElement>().ok()) else {
        return;
    };
    let present = area.value();
    let rest = present.strip_prefix(saved).unwrap_or(&present).to_owned();
    if rest != present {
        area.set_value(&rest);
    }
    area.set_rows(4);
    // What was said of one petition is not said of the next.
    for (key, value) in OF_ONE
        .into_iter()
        .chain(petitioner::KEYS.map(|key| (key, "")))
    {
        form.put(key, value.to_owned());
        browser::set_value(&control_id(key), value);
    }
    if rest.trim().is_empty() {
        form.put("content", rest);
    } else {
        form.typed("content", rest);
    }
    let _ = area.focus();
    browser::scroll_to(0.0);
}
