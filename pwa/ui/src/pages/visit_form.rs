//! `/results/:case/notice`, `/results/:case/check` and `/results/:case/visits/:id/edit`: what was told voters, and
//! what was seen on site. The same forms send refused ones again.

use kiennghi_messages::RefusedRow;
use kiennghi_shared::catalogue::{CHECKS, NOTICE_WAYS, REACTIONS};
use kiennghi_shared::desk::Outcome;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::browser;
use crate::components::fields::{self, ask};
use crate::components::form_page::{About, Start, form_page};
use crate::components::frame::{Frame, frame};
use crate::components::notices;
use crate::form::{self, Form, Texts};
use crate::router;
use crate::state::App;
use crate::time;
use crate::words;

/// The page of a new notice.
pub(crate) fn tell(app: App, case: DocumentId) -> AnyView {
    let body = form_page(
        app,
        About::Case(case),
        format!("notice-{case}"),
        |app, start| form_of(app, start, Kind::Notice),
    );
    let back = format!("/results/{case}");
    frame(app, Frame::form("Đã thông tin tới cử tri", back), body)
}

/// The page of a new check.
pub(crate) fn check(app: App, case: DocumentId) -> AnyView {
    let body = form_page(
        app,
        About::Case(case),
        format!("check-{case}"),
        |app, start| form_of(app, start, Kind::Check),
    );
    let back = format!("/results/{case}");
    frame(app, Frame::form("Kiểm tra tại chỗ", back), body)
}

/// The page that changes one of them.
pub(crate) fn edit(app: App, case: DocumentId, id: DocumentId) -> AnyView {
    let body = form_page(app, About::Document(id), format!("visit-edit-{id}"), build);
    let back = format!("/results/{case}/visits/{id}");
    frame(app, Frame::form("Sửa việc đã ghi", back), body)
}

/// The form of one that exists, or of refused work that is to be sent again.
pub(super) fn build(app: App, start: &Start) -> AnyView {
    let held = start.detail.as_ref().map(|detail| detail.header.kind);
    let refused = start.again.as_ref().map(|row| row.work.header.kind);
    match held.or(refused) {
        Some(kind @ (Kind::Notice | Kind::Check)) => form_of(app, start, kind),
        _ => notices::failed("Đây không phải việc ghi tại thôn.".to_owned()),
    }
}

fn form_of(app: App, start: &Start, kind: Kind) -> AnyView {
    let document = start.detail.as_ref().map(|detail| detail.header.clone());
    let stored = start.detail.as_ref().map(form::texts_of);
    let stored = stored.unwrap_or_default();
    let raised = raised(app, kind, start.outcome.as_ref());
    let shown = match (&start.draft, &start.again, &document) {
        (Some(draft), _, _) => form::texts_of_draft(draft),
        (None, Some(row), _) => form::texts_again(row, &stored),
        (None, None, Some(_)) => stored.clone(),
        (None, None, None) => defaults(kind, start.outcome.as_ref(), &raised),
    };
    let form = Form::new(kind, stored, shown, start);
    let unit = match &document {
        Some(header) => header.unit.clone(),
        None => unit_of_new(app, &raised, start.again.as_ref()),
    };
    let villages = villages(app, &unit, &raised);
    let id = document.map(|header| header.id);
    let save = move |_| {
        let Some(edits) = form.edits().filter(|_| !form.busy.get_untracked()) else {
            return;
        };
        let village = form.text("village");
        let of_village = raised.iter().find(|(_, name)| *name == village);
        let unit = of_village.map_or(&unit, |(unit, _)| unit).clone();
        let case = form.text("case");
        browser::spawn(async move {
            if form.save(id, unit, edits).await.is_some() {
                router::go_instead(app, &format!("/results/{case}"));
            }
        });
    };
    let asked = match kind {
        Kind::Notice => notice_fields(form, villages),
        _ => check_fields(form, villages),
    };
    let wording = start.outcome.as_ref().map(|outcome| {
        view! { <p class="muted clamp">{outcome.wording.clone()}</p> }
    });
    view! {
        {wording}
        <form on:submit=|event| event.prevent_default() autocomplete="off">
            {asked}
            {fields::save_failure(form)}
            <div class="sticky-actions">
                <button type="button" class="button primary" data-test="save-done" aria-disabled=move || form.busy.get().to_string() on:click=save>"Lưu"</button>
            </div>
        </form>
    }
    .into_any()
}

fn notice_fields(form: Form, villages: Vec<(String, String)>) -> AnyView {
    let reaction = RwSignal::new(form.text("reaction"));
    let follows = move || {
        let is_open = reaction.with(|code| code == "not-solved");
        is_open.then(
            || view! { <p class="notice warning" data-test="not-solved">{words::NOT_SOLVED}</p> },
        )
    };
    view! {
        {fields::select(form, ask("village", "Thôn, bản, khu phố", "Nơi đã nghe kết quả."), "Mọi thôn trong đơn vị", villages)}
        {fields::day(form, ask("date", "Ngày thông tin", ""))}
        {fields::chips(form, ask("how", "Hình thức", ""), NOTICE_WAYS, RwSignal::new(form.text("how")))}
        {fields::line(form, ask("place", "Địa điểm", "Ví dụ: nhà văn hoá thôn."))}
        {fields::number(form, ask("voters", "Số cử tri nghe", ""))}
        {fields::chips(form, ask("reaction", "Ý kiến của cử tri", ""), REACTIONS, reaction)}
        <div role="status">{follows}</div>
        {fields::prose(form, ask("reaction_note", "Cử tri nói", "Ghi đúng lời cử tri."), false)}
    }
    .into_any()
}

fn check_fields(form: Form, villages: Vec<(String, String)>) -> AnyView {
    view! {
        {fields::chips(form, ask("holds", "Thực tế so với trả lời", ""), CHECKS, RwSignal::new(form.text("holds")))}
        {fields::day(form, ask("date", "Ngày kiểm tra", ""))}
        {fields::select(form, ask("village", "Thôn, bản, khu phố", ""), "Không ghi thôn", villages)}
        {fields::prose(form, ask("content", "Ghi nhận tại chỗ", "Ghi những gì nhìn thấy."), false)}
    }
    .into_any()
}

/// Where the case was raised, as far as this person may write there: what was not told before what was.
fn raised(app: App, kind: Kind, outcome: Option<&Outcome>) -> Vec<(UnitCode, String)> {
    let petitions = outcome.map_or(&[][..], |outcome| &outcome.petitions);
    let mut raised = Vec::new();
    for is_told in [false, true] {
        for petition in petitions {
            if petition.is_told == is_told && app.may_write(kind, &petition.unit) {
                raised.push((petition.unit.clone(), petition.village.clone()));
            }
        }
    }
    raised
}

/// The unit of a new document: where the case was raised, or where it was refused.
fn unit_of_new(app: App, raised: &[(UnitCode, String)], again: Option<&RefusedRow>) -> UnitCode {
    let refused = again.map(|row| row.work.header.unit.clone());
    let own = || app.units().into_iter().next().map(|unit| unit.code);
    let first = raised.first().map(|(unit, _)| unit.clone());
    let unit = first.or(refused).or_else(own);
    unit.unwrap_or_else(|| UnitCode(String::new()))
}

/// The villages that raised the case, then the others of the unit.
fn villages(app: App, unit: &UnitCode, raised: &[(UnitCode, String)]) -> Vec<(String, String)> {
    let own = raised.iter().map(|(_, village)| village.clone());
    let mut villages: Vec<String> = Vec::new();
    for village in own.chain(app.villages(unit)) {
        if !village.is_empty() && !villages.contains(&village) {
            villages.push(village);
        }
    }
    let twice = |village: String| (village.clone(), village);
    villages.into_iter().map(twice).collect()
}

fn defaults(kind: Kind, outcome: Option<&Outcome>, raised: &[(UnitCode, String)]) -> Texts {
    let answer = outcome.and_then(|outcome| outcome.answer.as_ref());
    let id = |id: Option<DocumentId>| id.map(|id| id.to_string()).unwrap_or_default();
    let village = raised.first().map(|(_, village)| village.clone());
    let mut texts = vec![
        ("case", id(outcome.map(|outcome| outcome.id))),
        ("answer", id(answer.map(|answer| answer.id))),
        ("date", time::stored_day(browser::now_ms())),
        ("village", village.unwrap_or_default()),
    ];
    // What has to be said is asked for only where the form has it.
    texts.push(match kind {
        Kind::Notice => ("how", "read-out".to_owned()),
        _ => ("holds", String::new()),
    });
    form::texts(texts)
}
