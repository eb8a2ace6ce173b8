//! `/meetings/:id`: a meeting's facts and minutes, and the petitions raised at it; prints on A4.

use kiennghi_messages::{Answer, Command, Detail, Filter, Row};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::{Meeting, Petition};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::browser;
use crate::components::conflicts::conflicts;
use crate::components::frame::{Frame, frame};
use crate::components::history::history;
use crate::components::notices;
use crate::components::summary::summary;
use crate::state::{App, ask};
use crate::time;
use crate::words;

/// Petitions that one meeting shows; far more than any meeting has.
const PETITIONS_MAX: u32 = 500;

/// What the worker is asked for a meeting's petitions.
pub(crate) fn petitions_of(id: DocumentId, limit: u32) -> Command {
    Command::Petitions(Filter {
        meeting: Some(id),
        limit,
        ..Filter::default()
    })
}

/// The page.
pub(crate) fn page(app: App, id: DocumentId) -> AnyView {
    let detail = ask(app, move || Command::Detail(id));
    let petitions = ask(app, move || petitions_of(id, PETITIONS_MAX));
    let facts = move || match detail.answer.get() {
        Some(Answer::Detail(detail)) => facts(app, &detail),
        _ if detail.failure.with(Option::is_some) => ().into_any(),
        _ => notices::waiting(),
    };
    let list = move || match petitions.answer.get() {
        Some(Answer::Petitions(page)) => {
            let rows: Vec<AnyView> = page.rows.iter().map(|row| petition_row(app, row)).collect();
            let title = format!("Kiến nghị ({})", page.total);
            view! {
                <h2>{title}</h2>
                <ul class="list">{rows}</ul>
            }
            .into_any()
        }
        _ => ().into_any(),
    };
    let past = move || match detail.answer.get() {
        Some(Answer::Detail(detail)) => {
            let unit = unit_of(app, &detail);
            view! {
                <h2>"Thông tin cuộc tiếp xúc"</h2>
                {summary(app, &detail, vec![("Đơn vị", unit)])}
                {history(app, Kind::Meeting, &detail.history)}
            }
            .into_any()
        }
        _ => ().into_any(),
    };
    let writing = move || {
        match detail.answer.get() {
        Some(Answer::Detail(detail)) if app.may_write(Kind::Meeting, &detail.header.unit) => view! {
            <a class="button primary" href=format!("/meetings/{id}/record") data-test="record">"Ghi kiến nghị"</a>
            <a class="button" href=format!("/meetings/{id}/edit") data-test="edit">"Sửa, ghi biên bản"</a>
            <a class="button plain" href=format!("/meetings/{id}/denunciations") data-test="denunciations">"Khi cử tri muốn tố cáo"</a>
        }
        .into_any(),
        _ => ().into_any(),
    }
    };
    let body = view! {
        {notices::failure_notice(detail.failure)}
        <p class="actions no-print">
            {writing}
            <button type="button" class="button plain" data-test="print" on:click=move |_| browser::print()>"In danh sách"</button>
        </p>
        {facts}
        {list}
        {past}
    };
    frame(
        app,
        Frame::below("Cuộc tiếp xúc", "/".to_owned()),
        body.into_any(),
    )
}

fn facts(app: App, detail: &Detail) -> AnyView {
    if detail.header.kind != Kind::Meeting {
        return notices::failed("Đây không phải cuộc tiếp xúc.".to_owned());
    }
    let meeting = Meeting::from(&detail.fields);
    let name = format!(
        "{} · {}",
        time::day_of_stored(&meeting.date),
        words::meeting_place(&meeting)
    );
    view! {
        <p><strong>{name}</strong><br />{unit_of(app, detail)}</p>
        <p class="no-print">{notices::badge(detail.delivery)}</p>
        {conflicts(app, Kind::Meeting, detail, false)}
    }
    .into_any()
}

/// The name of a document's unit.
pub(crate) fn unit_of(app: App, detail: &Detail) -> String {
    if detail.unit_name.is_empty() {
        app.unit_name(&detail.header.unit)
    } else {
        detail.unit_name.clone()
    }
}

/// A petition in a list.
pub(crate) fn petition_row(app: App, row: &Row) -> AnyView {
    let (id, petition) = (row.header.id, Petition::from(&row.fields));
    let voters = petition.voters.map(|voters| format!("{voters} cử tri"));
    let field = app.field_name(&petition.field);
    let meta = [petition.code.as_str(), petition.village.as_str(), &field]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .chain(voters)
        .collect::<Vec<_>>()
        .join(" · ");
    view! {
        <li data-test="petition-row" data-id=id.to_string()>
            <a class="card" href=format!("/petitions/{id}")>
                <span class="clamp">{petition.content}</span>
                <span class="card-meta">{meta}</span>
                <span class="no-print">{notices::badge(row.delivery)}</span>
                {notices::conflict_mark(u64::from(row.conflicts))}
            </a>
        </li>
    }
    .into_any()
}
