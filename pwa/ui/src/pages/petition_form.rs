//! `/petitions/:id/edit`: every field of a petition. The same form sends a refused one again.

use kiennghi_messages::{Command, MeetingRow};
use kiennghi_shared::catalogue::{COMPETENCES, PETITION_KINDS};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::Meeting;
use kiennghi_shared::schema::{Kind, PETITIONER};
use leptos::prelude::*;

use crate::browser;
use crate::components::denunciation;
use crate::components::fields::{self, ask};
use crate::components::form_page::{About, Start, form_page};
use crate::components::frame::{Frame, frame};
use crate::components::notices;
use crate::components::petitioner;
use crate::drafts;
use crate::form::{self, Form, Texts, control_id};
use crate::router;
use crate::state::App;
use crate::time;
use crate::words;
use crate::worker;

/// The page.
pub(crate) fn page(app: App, id: DocumentId) -> AnyView {
    let body = form_page(app, About::Document(id), format!("edit-{id}"), build);
    frame(
        app,
        Frame::form("Sửa kiến nghị", format!("/petitions/{id}")),
        body,
    )
}

/// The form: of a petition that exists, or of refused work that is to be sent again.
pub(super) fn build(app: App, start: &Start) -> AnyView {
    let (id, unit, stored) = match (&start.detail, &start.again) {
        (Some(detail), _) => {
            let stored = form::texts_of(detail);
            (Some(detail.header.id), detail.header.unit.clone(), stored)
        }
        (None, Some(row)) => (None, row.work.header.unit.clone(), Texts::new()),
        (None, None) => return notices::failed("Không tìm thấy kiến nghị.".to_owned()),
    };
    let waiting = match (&start.detail, &start.again) {
        (_, Some(row)) => row.petitioner.as_ref(),
        (Some(detail), None) => detail.petitioner.as_ref(),
        (None, None) => None,
    };
    let mut stored = stored;
    if start.again.is_none() {
        stored.extend(petitioner::texts(waiting));
    }
    // Once it was sent, the office alone may change it.
    let fields = start.detail.as_ref().map(|detail| &detail.fields);
    let petitioner = fields.and_then(|fields| fields.document(PETITIONER));
    let is_sent = petitioner.is_some() && waiting.is_none();
    let mut shown = match (&start.draft, &start.again) {
        (Some(draft), _) => form::texts_of_draft(draft),
        (None, Some(row)) => form::texts_again(row, &stored),
        (None, None) => stored.clone(),
    };
    if start.draft.is_none() {
        shown.extend(petitioner::texts(waiting));
    }
    let form = Form::new(Kind::Petition, stored, shown, start);
    let villages = app.villages(&unit);
    let meetings = StoredValue::new(start.meetings.clone());
    let meeting_field = id.is_none().then(|| {
        let choice = |row: &MeetingRow| (row.row.header.id.to_string(), meeting_choice(row));
        let choices = start.meetings.iter().map(choice).collect();
        fields::select(
            form,
            ask("meeting", "Cuộc tiếp xúc", ""),
            "Chưa chọn",
            choices,
        )
    });
    let asked = RwSignal::new(false);
    let save = Callback::new(move |is_petition: bool| {
        if form.busy.get_untracked() {
            return;
        }
        if !is_petition && denunciation::is_named(form) {
            asked.set(true);
            denunciation::focus();
            return;
        }
        asked.set(false);
        let mut unit = unit.clone();
        let edits = form.edits();
        if id.is_none() {
            let chosen = form.text("meeting");
            let of_meeting = meetings.with_value(|meetings| {
                let mut headers = meetings.iter().map(|row| &row.row.header);
                let chosen = headers.find(|header| header.id.to_string() == chosen);
                chosen.map(|header| header.unit.clone())
            });
            let Some(of_meeting) = of_meeting else {
                let words = "Hãy chọn cuộc tiếp xúc. Nếu chưa có, hãy tạo cuộc tiếp xúc trước.";
                form.refuse("meeting", words);
                form.focus_first_error();
                return;
            };
            unit = of_meeting;
        }
        let Some(edits) = edits else { return };
        browser::spawn(async move {
            if let Some(id) = form.save(id, unit, edits).await {
                router::go_instead(app, &format!("/petitions/{id}"));
            }
        });
    });
    let erase = erase(app, form, start);
    let actions = move || {
        if asked.get() {
            return denunciation::question(Callback::new(move |()| save.run(true)), erase);
        }
        view! {
            <div class="sticky-actions">
                <button type="button" class="button primary" data-test="save-done" aria-disabled=move || form.busy.get().to_string() on:click=move |_| save.run(false)>"Lưu"</button>
            </div>
        }
        .into_any()
    };
    view! {
        <form on:submit=|event| event.prevent_default() autocomplete="off">
            {meeting_field}
            {fields::prose(form, ask("content", "Nội dung kiến nghị", "Ghi đúng lời cử tri."), false)}
            {village_field(form, villages)}
            {fields::number(form, ask("voters", "Số cử tri nêu", ""))}
            {fields::field_of_work(app, form, ask("field", "Lĩnh vực", ""))}
            {fields::select(form, ask("competence", "Thẩm quyền", ""), "Chưa rõ", fields::pairs(COMPETENCES))}
            {fields::select(form, ask("petition_kind", "Loại", ""), "Chưa rõ", fields::pairs(PETITION_KINDS))}
            {fields::line(form, ask("place", "Vị trí", ""))}
            {fields::prose(form, ask("keywords", "Từ khoá", "Mỗi dòng một từ khoá."), false)}
            {(!is_sent).then(|| petitioner::fields(form))}
            {fields::save_failure(form)}
            {actions}
        </form>
    }
    .into_any()
}

/// Erases what was typed and turned out to be a denunciation, refused work too, and shows what to do.
fn erase(app: App, form: Form, start: &Start) -> Callback<()> {
    let (key, refused) = (start.key.clone(), start.again.as_ref().map(|row| row.order));
    let fields = start.detail.as_ref().map(|detail| &detail.fields);
    let meeting = fields.and_then(|fields| fields.document("meeting"));
    Callback::new(move |()| {
        let key = key.clone();
        browser::spawn(async move {
            let mut erased = drafts::throw_away_now(key).await;
            if let Some(order) = refused.filter(|_| erased.is_ok()) {
                erased = worker::call(Command::DropRefused(order)).await.map(drop);
            }
            let path = meeting.map_or_else(
                || "/".to_owned(),
                |id| format!("/meetings/{id}/denunciations"),
            );
            match erased {
                Ok(_) => router::go_instead(app, &path),
                Err(why) => form.failure.set(Some(notices::words_of(&why))),
            }
        });
    })
}

/// A meeting as a choice.
fn meeting_choice(row: &MeetingRow) -> String {
    let meeting = Meeting::from(&row.row.fields);
    let day = time::day_of_stored(&meeting.date);
    format!("{day} · {}", words::meeting_name(&meeting))
}

/// What stands in the village list for a village that is not in it.
const OTHER: &str = "\u{1}";

/// A village out of the unit's, or another one by name.
pub(crate) fn village_field(form: Form, mut villages: Vec<String>) -> AnyView {
    let chosen = form.text("village");
    if !chosen.is_empty() && !villages.contains(&chosen) {
        villages.insert(0, chosen.clone());
    }
    let other = RwSignal::new(false);
    let choices = villages
        .into_iter()
        .map(|name| (name.clone(), name))
        .collect();
    let options = fields::options(choices, &chosen);
    let pick = move |event| {
        let value = event_target_value(&event);
        let is_other = value == OTHER;
        other.set(is_other);
        form.typed("village", if is_other { String::new() } else { value });
        if is_other {
            browser::soon(|| browser::focus("field-village_other"));
        }
    };
    let other_field = move || {
        other.get().then(|| {
            view! {
                <div class="field">
                    <label for="field-village_other">"Tên thôn, bản, khu phố khác"</label>
                    <input
                        id="field-village_other" name="village_other" type="text" autocomplete="off"
                        on:input=move |event| form.typed("village", event_target_value(&event))
                    />
                </div>
            }
        })
    };
    view! {
        <div class="field">
            <label for=control_id("village")>"Thôn, bản, khu phố"</label>
            <select id=control_id("village") name="village" on:change=pick>
                <option value="">"Chưa rõ"</option>
                {options}
                <option value=OTHER>"Thôn khác (ghi tên)…"</option>
            </select>
        </div>
        {other_field}
    }
    .into_any()
}
