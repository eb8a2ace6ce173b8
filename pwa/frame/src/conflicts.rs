//! Fields of a document that two people changed at once: both versions, until a person chooses.

use kiennghi_parts::live::button_of;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::office::DocumentView;
use kiennghi_shared::record::{Conflict, Edit, Version};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::app::App;
use crate::asking::ask;
use crate::failure::Step;
use crate::time;
use crate::words;
use crate::writing::set;

/// The conflicts of a document of which it is known how many there are.
pub fn conflicts(app: App, kind: Kind, id: DocumentId, unit: &UnitCode, count: u64) -> AnyView {
    if count == 0 {
        return ().into_any();
    }
    let may = app.may_write(kind, unit);
    let asked = ask::<DocumentView>(app, move || format!("documents/{id}"));
    let step = Step::new();
    let shown = asked.shown(move |view| {
        let fields: Vec<AnyView> = view
            .conflicts
            .iter()
            .map(|conflict| field(app, step, view, conflict, may))
            .collect();
        fields.into_any()
    });
    view! {
        <section class="no-print">
            <h3>"Có hai bản khác nhau"</h3>
            <p>"Hai người cùng sửa một mục. Cả hai bản đều còn nguyên. Hãy chọn bản đúng."</p>
            {step.failure()}
            {shown}
        </section>
    }
    .into_any()
}

fn field(app: App, step: Step, view: &DocumentView, conflict: &Conflict, may: bool) -> AnyView {
    let key = conflict.field.as_str();
    let name = view
        .kind
        .field(key)
        .map_or_else(|| key.to_owned(), |field| field.name.to_owned());
    let versions: Vec<AnyView> = conflict
        .versions
        .iter()
        .enumerate()
        .map(|(place, one)| version(app, step, (view, key, place), one, may))
        .collect();
    view! {
        <div data-test="conflict" data-field=key.to_owned()>
            <h4>{name}</h4>
            <div class="versions">{versions}</div>
        </div>
    }
    .into_any()
}

fn version(
    app: App,
    step: Step,
    (view, key, place): (&DocumentView, &str, usize),
    version: &Version,
    may: bool,
) -> AnyView {
    let words = match words::value(app, view.kind, key, &version.value) {
        empty if empty.is_empty() => "(để trống)".to_owned(),
        words => words,
    };
    let (id, edit) = (view.id, Edit::new(key, version.value.clone()));
    let choose = move || {
        let edit = edit.clone();
        step.take(async move {
            set(id, vec![edit]).await?;
            app.say("Đã chọn một bản.");
            Ok(())
        });
    };
    let author = words::person(app, &version.author);
    let label = format!(": {words}, của {author}");
    let button = may.then(|| {
        let inside = view! { "Chọn bản này"<span class="visually-hidden">{label}</span> };
        button_of(
            "choose-version",
            "",
            inside.into_any(),
            false,
            Box::new(choose),
        )
    });
    view! {
        <div class="version" data-version=place.to_string()>
            <h5>{format!("Bản của {author}")}</h5>
            <p class="muted">{time::moment(version.at)}</p>
            <p>{words}</p>
            {button}
        </div>
    }
    .into_any()
}
