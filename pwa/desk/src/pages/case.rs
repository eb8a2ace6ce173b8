//! `/desk/cases/:id`: the file of a case: wording, state, voices, papers.

use kiennghi_frame::app::App;
use kiennghi_frame::asking::ask;
use kiennghi_frame::conflicts::conflicts;
use kiennghi_frame::facts::facts;
use kiennghi_frame::files::Files;
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::words;
use kiennghi_messages::Row;
use kiennghi_parts::live::live;
use kiennghi_shared::bodies;
use kiennghi_shared::casefile::{Desk, State};
use kiennghi_shared::catalogue::{COMPETENCES, name_of};
use kiennghi_shared::desk::CaseFile;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::papers::Case;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use super::papers::timeline;
use super::voices::voices;
use super::why::why;
use crate::actions;
use crate::needs::need_of;
use crate::time;

/// The page.
pub(super) fn page(app: App, id: DocumentId) -> AnyView {
    let asked = ask::<CaseFile>(app, move || format!("cases/{id}"));
    let files = Files::new();
    // Of a case that the server does not have yet there is what was written here.
    let written = move || app.pending.with(|pending| pending.case(id).cloned());
    let trouble = live(move || {
        let only_here = asked.get().is_none() && written().is_some();
        asked.notice().filter(|_| !only_here)
    });
    let content = live(move || match (asked.get(), written()) {
        (Some(file), written) => Some(untrack(|| shown(app, &file, written.is_some(), files))),
        (None, Some(row)) => Some(untrack(|| unsent(app, &row))),
        (None, None) => asked.waiting(),
    });
    let body = view! { {trouble}{content} };
    frame(app, Frame::below("Vụ việc", "/desk/cases"), body.into_any())
}

fn classified(app: App, case: &Case) -> Vec<(&'static str, &'static str, String)> {
    vec![
        ("field", "Lĩnh vực", words::field_of_work(app, &case.field)),
        (
            "competence",
            "Thẩm quyền",
            name_of(COMPETENCES, &case.competence).to_owned(),
        ),
        ("session", "Kỳ họp", words::session(app, &case.session)),
        ("due", "Hạn trả lời", time::day_of_stored(&case.due)),
        ("recorder", "Người lập", words::person(app, &case.recorder)),
    ]
}

fn unsent(app: App, row: &Row) -> AnyView {
    let case = Case::from(&row.fields);
    view! {
        <p class="notice warning" data-test="case-unsent">"Vụ việc này chưa gửi, đang giữ trên máy cùng kiến nghị trong đó. Có mạng là gửi."</p>
        <h2>{case.code.clone()}</h2>
        <p class="words" data-field="wording">{case.wording.clone()}</p>
        {facts(classified(app, &case))}
    }
    .into_any()
}

fn shown(app: App, file: &CaseFile, is_changed_here: bool, files: Files) -> AnyView {
    let row = &file.row;
    let id = row.id;
    let coming = live(move || {
        let coming = app
            .pending
            .with(|pending| pending.coming(id) + pending.papers_of(id).count());
        (is_changed_here || coming > 0).then(|| {
            view! { <p class="notice warning" data-test="case-unsent">"Việc bạn ghi ở vụ việc này chưa gửi hết; bản dưới đây là bản ở cơ quan."</p> }
                .into_any()
        })
    });
    let mut about = vec![("unit", "Đơn vị theo dõi", bodies::committee(&row.unit_name))];
    about.extend(classified(app, &row.case));
    let (title, place) = words::whereabouts(row);
    about.push(("holder", title, place));
    about.push(("sessions", words::OPEN_OVER, words::sessions_open(row)));
    let earlier = file.earlier.as_ref().map(|earlier| {
        let path = format!("/desk/cases/{}", earlier.id);
        view! {
            <p class="notice" data-test="earlier">"Đã nêu trước đây: "<a href=path>{earlier.case.code.clone()}</a>" · "{earlier.standing.state.title()}</p>
        }
        .into_any()
    });
    view! {
        {coming}
        <h2>{row.case.code.clone()}</h2>
        <p class="words" data-field="wording">{row.case.wording.clone()}</p>
        {standing(app, file)}
        {earlier}
        {conflicts(app, Kind::Case, id, &row.unit, row.conflicts)}
        {actions::offered(app, file)}
        {sheet(file, files)}
        {facts(about)}
        {voices(app, file)}
        {timeline(app, file)}
    }
    .into_any()
}

/// What is read out in the villages, once there is an answer.
fn sheet(file: &CaseFile, files: Files) -> Option<AnyView> {
    let id = file.row.id;
    file.row.standing.answer?;
    let path = move || format!("cases/{id}/sheet.docx");
    let button = files.button("sheet", "", "Tải tờ thông tin tới cử tri (.docx)", path);
    Some(view! { <div class="no-print"><p>{button}</p>{files.outcome()}</div> }.into_any())
}

/// How far it has come, what comes next, and what keeps it from being closed.
fn standing(app: App, file: &CaseFile) -> AnyView {
    let row = &file.row;
    let standing = &row.standing;
    let desk = app.desk("").unwrap_or(Desk::Committee);
    let need = need_of(app, desk, file);
    let next = need.map(|need| {
        view! { <p><strong>"Việc tiếp theo: "</strong><span data-test="next-step">{need.title()}</span></p> }
            .into_any()
    });
    let why: Vec<AnyView> = why(file, need)
        .into_iter()
        .map(|(name, words)| {
            view! { <p data-test="why"><strong>{name}": "</strong>{words}</p> }.into_any()
        })
        .collect();
    let waits = !standing.missing.is_empty() && standing.state != State::Closed;
    let missing = waits.then(|| {
        let items: Vec<AnyView> = standing
            .missing
            .iter()
            .map(|missing| view! { <li>{words::missing(*missing)}</li> }.into_any())
            .collect();
        view! { <p>"Còn thiếu để kết thúc:"</p><ul data-test="missing">{items}</ul> }.into_any()
    });
    let untold = (!standing.untold.is_empty() && standing.answer.is_some()).then(|| {
        let villages = standing.untold.iter().map(|voice| {
            let unit = words::unit(app, &voice.unit);
            match voice.village.as_str() {
                "" => unit,
                village => format!("{village}, {unit}"),
            }
        });
        let villages: Vec<String> = villages.collect();
        view! { <p>{format!("Chưa thông tin tới cử tri: {}.", villages.join("; "))}</p> }.into_any()
    });
    let carried = (standing.carried_over > 0).then(|| {
        view! { <p>{format!("Đã chuyển kỳ sau {} lần.", standing.carried_over)}</p> }.into_any()
    });
    let disputed = standing.is_disputed.then(|| {
        view! { <p><span class="state overdue">"Cử tri hoặc kiểm tra tại chỗ nói chưa giải quyết được"</span></p> }.into_any()
    });
    view! {
        <section class="panel" aria-label="Tình hình">
            <p class="actions">
                <span class="state" data-test="case-state" data-state=standing.state.name()>{standing.state.title()}</span>
                {words::due(row, &file.today, &file.soon)}
            </p>
            {next}{why}{disputed}{missing}{untold}{carried}
        </section>
    }
    .into_any()
}
