//! `/meetings/new` and `/meetings/:id/edit`: the form of a meeting.

use kiennghi_messages::Detail;
use kiennghi_shared::catalogue::{MEETING_KINDS, PHASES};
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::record::Meeting;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::browser;
use crate::components::fields::{self, ask};
use crate::components::form_page::{About, Start, form_page};
use crate::components::frame::{Frame, frame};
use crate::form::{self, Form, Texts};
use crate::router;
use crate::state::App;
use crate::time;

/// The page of a new meeting.
pub(crate) fn new(app: App) -> AnyView {
    let body = form_page(app, About::New, "meeting-new".to_owned(), build);
    frame(app, Frame::form("Cuộc tiếp xúc mới", "/".to_owned()), body)
}

/// The page that changes a meeting.
pub(crate) fn edit(app: App, id: DocumentId) -> AnyView {
    let body = form_page(
        app,
        About::Document(id),
        format!("meeting-edit-{id}"),
        build,
    );
    frame(
        app,
        Frame::form("Sửa cuộc tiếp xúc", format!("/meetings/{id}")),
        body,
    )
}

/// The unit is not a field of the document; a draft carries it under this key.
const UNIT: &str = "unit";

/// The form: of a new meeting, of one that exists, or of refused work that is to be sent again.
pub(super) fn build(app: App, start: &Start) -> AnyView {
    let document = start
        .detail
        .as_ref()
        .map(|detail| (detail.header.id, detail.header.unit.clone()));
    let stored = start
        .detail
        .as_ref()
        .map(form::texts_of)
        .unwrap_or_default();
    let units = app.units();
    let shown = match (&start.draft, &start.again, &start.detail) {
        (Some(draft), _, _) => form::texts_of_draft(draft),
        (None, Some(row), _) => {
            let mut texts = form::texts_again(row, &stored);
            let unit = &row.work.header.unit;
            if !row.is_edit && units.iter().any(|own| own.code == *unit) {
                texts.insert(UNIT.to_owned(), unit.0.clone());
            }
            texts
        }
        (None, None, Some(_)) => stored.clone(),
        (None, None, None) => defaults(app),
    };
    let form = Form::new(Kind::Meeting, stored, shown, start);
    let first = units.first().map(|unit| unit.code.clone());
    let unit = match &document {
        Some((_, unit)) => Some(unit.clone()),
        None => Some(form.text(UNIT))
            .filter(|text| !text.is_empty())
            .map(UnitCode)
            .or(first),
    }
    .unwrap_or_else(|| UnitCode(String::new()));
    if document.is_none() {
        form.put(UNIT, unit.0.clone());
    }
    let villages = app.villages(&unit);
    let unit_field = (document.is_none() && units.len() > 1).then(|| {
        let choices = units
            .into_iter()
            .map(|unit| (unit.code.0, unit.name))
            .collect();
        fields::select(form, ask(UNIT, "Đơn vị", ""), "", choices)
    });
    let is_new = document.is_none();
    let with_minutes = !is_new || start.again.is_some();
    let save = move |_| {
        let place_missing =
            form.text("village").trim().is_empty() && form.text("place").trim().is_empty();
        let edits = form.edits();
        if place_missing {
            form.refuse("village", "Hãy ghi thôn hoặc địa điểm");
            form.focus_first_error();
            return;
        }
        let Some(edits) = edits else { return };
        if form.busy.get_untracked() {
            return;
        }
        let (id, unit) = match document.clone() {
            Some((id, unit)) => (Some(id), unit),
            None => (None, UnitCode(form.text(UNIT))),
        };
        browser::spawn(async move {
            if let Some(id) = form.save(id, unit, edits).await {
                router::go_instead(app, &format!("/meetings/{id}"));
            }
        });
    };
    view! {
        <form on:submit=|event| event.prevent_default() autocomplete="off">
            {fields::day(form, ask("date", "Ngày tiếp xúc", ""))}
            {unit_field}
            {fields::line_with_suggestions(form, ask("village", "Thôn, bản, khu phố", "Chọn trong danh sách hoặc ghi tên khác."), villages)}
            {fields::line(form, ask("place", "Địa điểm", "Ví dụ: nhà văn hoá thôn."))}
            {fields::select(form, ask("session", "Kỳ họp", ""), "Chưa chọn", sessions(app))}
            {fields::select(form, ask("phase", "Thời điểm", ""), "Chưa chọn", fields::pairs(PHASES))}
            {fields::select(form, ask("meeting_kind", "Hình thức", ""), "Chưa chọn", fields::pairs(MEETING_KINDS))}
            {fields::line(form, ask("plan_number", "Số kế hoạch", ""))}
            {fields::prose(form, ask("delegates", "Đại biểu dự", "Mỗi dòng một người."), false)}
            {fields::number(form, ask("voters_present", "Số cử tri dự", ""))}
            {with_minutes.then(|| fields::prose(form, ask("minutes", "Biên bản", ""), false))}
            {fields::save_failure(form)}
            <div class="sticky-actions">
                <button type="button" class="button primary" data-test="save-done" aria-disabled=move || form.busy.get().to_string() on:click=save>
                    {if is_new { "Lưu và ghi kiến nghị" } else { "Lưu" }}
                </button>
            </div>
        </form>
    }
    .into_any()
}

fn defaults(app: App) -> Texts {
    form::texts([
        ("date", time::stored_day(browser::now_ms())),
        (
            "session",
            sessions(app)
                .into_iter()
                .next()
                .map(|(code, _)| code)
                .unwrap_or_default(),
        ),
        ("phase", "before".to_owned()),
        (
            "delegates",
            app.profile(|profile| profile.display.clone())
                .unwrap_or_default(),
        ),
        ("meeting_kind", "periodic".to_owned()),
    ])
}

fn sessions(app: App) -> Vec<(String, String)> {
    app.profile(|profile| {
        let sessions = profile.sessions.iter();
        sessions
            .map(|session| (session.code.clone(), session.name.clone()))
            .collect()
    })
    .unwrap_or_default()
}

/// The meeting that a detail is about.
pub(crate) fn meeting_of(detail: &Detail) -> Option<Meeting> {
    (detail.header.kind == Kind::Meeting).then(|| Meeting::from(&detail.fields))
}
