//! `/petitions/:id` and `/office/petitions/:id`: one petition with its versions and history.

use kiennghi_messages::{Answer, Command, Detail};
use kiennghi_shared::desk::Outcome;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::{Meeting, Petition};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::components::conflicts::conflicts;
use crate::components::frame::{Frame, frame};
use crate::components::history::history;
use crate::components::notices;
use crate::components::petitioner;
use crate::components::summary::summary;
use crate::office;
use crate::pages::meeting::unit_of;
use crate::state::{App, ask};
use crate::telling;
use crate::time;
use crate::words;
use crate::worker;

/// The page; `at_office` asks the server instead of this device.
pub(crate) fn page(app: App, id: DocumentId, at_office: bool) -> AnyView {
    let asked = ask(app, move || {
        if at_office {
            office::document(id)
        } else {
            Command::Detail(id)
        }
    });
    let content = move || match asked.answer.get() {
        Some(Answer::Detail(detail)) => shown(app, &detail, at_office),
        Some(answer) => match office::detail(&answer) {
            Some(detail) => shown(app, &detail, true),
            None => notices::failed(notices::words_of(&worker::unexpected())),
        },
        _ if asked.failure.with(Option::is_some) => ().into_any(),
        _ => notices::waiting(),
    };
    let standing = (!at_office).then(|| standing(app, id));
    let body = view! {
        {notices::failure_notice(asked.failure)}
        {standing}
        {content}
    };
    let back = if at_office { "/office" } else { "/petitions" };
    frame(
        app,
        Frame::below("Kiến nghị", back.to_owned()),
        body.into_any(),
    )
}

/// Where the case stands that carries the petition, as far as that is known here.
fn standing(app: App, id: DocumentId) -> AnyView {
    let results = ask(app, || Command::Results);
    let link = move || {
        let results = results
            .answer
            .with(|answer| telling::read(answer.as_ref()?))?;
        let carries = |case: &&Outcome| case.petitions.iter().any(|raised| raised.id == id);
        let case = results.results.iter().find(carries)?;
        let path = format!("/results/{}", case.id);
        Some(view! {
            <p class="no-print"><a class="card" href=path data-test="standing">
                <span class="card-title">"Kết quả"</span>
                <span class="card-meta">{words::standing(case)}</span>
            </a></p>
        })
    };
    link.into_any()
}

fn shown(app: App, detail: &Detail, at_office: bool) -> AnyView {
    if detail.header.kind != Kind::Petition {
        return notices::failed("Đây không phải kiến nghị.".to_owned());
    }
    let petition = Petition::from(&detail.fields);
    let mut first = vec![
        ("Đơn vị", unit_of(app, detail)),
        ("Mã số", petition.code.clone()),
    ];
    let meeting_words = detail.meeting.as_ref().map(|meeting| {
        let meeting = Meeting::from(meeting);
        format!(
            "{} · {}",
            time::day_of_stored(&meeting.date),
            words::meeting_place(&meeting)
        )
    });
    if let Some(words) = &meeting_words {
        first.push(("Cuộc tiếp xúc", words.clone()));
    }
    let meeting_link = petition.meeting.filter(|_| !at_office && meeting_words.is_some()).map(|id| {
        view! { <a class="button plain" href=format!("/meetings/{id}") data-test="meeting">"Xem cuộc tiếp xúc"</a> }
    });
    let edit = app.may_write(Kind::Petition, &detail.header.unit).then(|| {
        view! { <a class="button primary" href=format!("/petitions/{}/edit", detail.header.id) data-test="edit">"Sửa"</a> }
    });
    view! {
        <p class="no-print">{notices::badge(detail.delivery)}</p>
        <p class="words" data-field="content">{petition.content.clone()}</p>
        {conflicts(app, Kind::Petition, detail, at_office)}
        <p class="actions no-print">
            {edit}
            {meeting_link}
        </p>
        {summary(app, detail, first)}
        {petitioner::shown(app, detail, &petition)}
        {history(app, Kind::Petition, &detail.history)}
    }
    .into_any()
}
