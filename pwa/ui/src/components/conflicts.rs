//! Fields that two people changed at once: both versions side by side, until a person chooses.

use kiennghi_messages::{Command, Detail, Failure, Save};
use kiennghi_shared::record::{Conflict, Edit, Version};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::browser;
use crate::components::notices;
use crate::state::App;
use crate::time;
use crate::words;
use crate::worker;

/// The conflicts of a document. `fetch` brings the document to this device before a choice.
pub(crate) fn conflicts(app: App, kind: Kind, detail: &Detail, fetch: bool) -> AnyView {
    if detail.conflicts.is_empty() {
        return ().into_any();
    }
    let failure = RwSignal::new(None::<Failure>);
    let id = detail.header.id;
    let may = app.may_write(kind, &detail.header.unit);
    let fields: Vec<AnyView> = detail
        .conflicts
        .iter()
        .map(|conflict| {
            field(app, kind, conflict, may, move |edit| {
                choose(Save::field(id, kind, edit), fetch, failure)
            })
        })
        .collect();
    view! {
        <section class="no-print">
            <h2>"Có hai bản khác nhau"</h2>
            <p>"Hai người cùng sửa một mục. Cả hai bản đều còn nguyên. Hãy chọn bản đúng."</p>
            {notices::failure_notice(failure)}
            {fields}
        </section>
    }
    .into_any()
}

fn field(
    app: App,
    kind: Kind,
    conflict: &Conflict,
    may: bool,
    choose: impl Fn(Edit) + Copy + 'static,
) -> AnyView {
    let key = conflict.field.clone();
    let versions: Vec<AnyView> = conflict
        .versions
        .iter()
        .enumerate()
        .map(|(place, one)| version(app, kind, &key, place, one, may.then_some(choose)))
        .collect();
    let name = words::field_name(kind, &key);
    view! {
        <div data-test="conflict" data-field=key>
            <h3>{name}</h3>
            <div class="versions">{versions}</div>
        </div>
    }
    .into_any()
}

fn version(
    app: App,
    kind: Kind,
    key: &str,
    place: usize,
    version: &Version,
    choose: Option<impl Fn(Edit) + 'static>,
) -> AnyView {
    let words = match words::value(app, kind, key, &version.value) {
        empty if empty.is_empty() => "(để trống)".to_owned(),
        words => words,
    };
    let author = app.person(&version.author);
    let label = format!("Chọn bản này: {words}, của {author}");
    let edit = Edit::new(key, version.value.clone());
    let button = choose.map(|choose| {
        view! {
            <button
                type="button"
                class="button"
                data-test="choose-version"
                data-version=place.to_string()
                aria-label=label
                on:click=move |_| choose(edit.clone())
            >"Chọn bản này"</button>
        }
    });
    view! {
        <div class="version">
            <h3>{format!("Bản của {author}")}</h3>
            <p class="muted">{time::moment(version.at)}</p>
            <p data-test="version-value">{words}</p>
            {button}
        </div>
    }
    .into_any()
}

fn choose(save: Save, fetch: bool, failure: RwSignal<Option<Failure>>) {
    browser::spawn(async move {
        failure.set(None);
        if fetch
            && let Some(id) = save.id
            && let Err(why) = worker::call(Command::Detail(id)).await
        {
            failure.set(Some(why));
            return;
        }
        if let Err(why) = worker::call(Command::Save(save)).await {
            failure.set(Some(why));
        }
    });
}
