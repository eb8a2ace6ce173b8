//! `/results/:case/visits/:id`: one result told to voters, or one check on site, with its versions and history.

use kiennghi_messages::{Answer, Command, Detail};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::components::conflicts::conflicts;
use crate::components::frame::{Frame, frame};
use crate::components::history::history;
use crate::components::notices;
use crate::components::summary::summary;
use crate::pages::meeting::unit_of;
use crate::state::{App, ask};
use crate::words;

/// The page.
pub(crate) fn page(app: App, case: DocumentId, id: DocumentId) -> AnyView {
    let asked = ask(app, move || Command::Detail(id));
    let content = move || match asked.answer.get() {
        Some(Answer::Detail(detail)) => shown(app, case, &detail),
        _ if asked.failure.with(Option::is_some) => ().into_any(),
        _ => notices::waiting(),
    };
    let body = view! {
        {notices::failure_notice(asked.failure)}
        {content}
    };
    frame(
        app,
        Frame::below("Đã ghi tại thôn", format!("/results/{case}")),
        body.into_any(),
    )
}

fn shown(app: App, case: DocumentId, detail: &Detail) -> AnyView {
    let kind = detail.header.kind;
    if !matches!(kind, Kind::Notice | Kind::Check) {
        return notices::failed("Đây không phải việc ghi tại thôn.".to_owned());
    }
    let edit = app.may_write(kind, &detail.header.unit).then(|| {
        let path = format!("/results/{case}/visits/{}/edit", detail.header.id);
        view! { <p class="actions no-print"><a class="button primary" href=path data-test="edit">"Sửa"</a></p> }
    });
    let not_solved = (detail.fields.text("reaction") == "not-solved")
        .then(|| view! { <p class="notice warning">{words::NOT_SOLVED}</p> });
    view! {
        <h2>{kind.title()}</h2>
        <p class="no-print">{notices::badge(detail.delivery)}</p>
        {conflicts(app, kind, detail, false)}
        {not_solved}
        {summary(app, detail, vec![("Đơn vị", unit_of(app, detail))])}
        {edit}
        {history(app, kind, &detail.history)}
    }
    .into_any()
}
