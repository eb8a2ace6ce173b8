//! Fields of forms: label, hint, error and an uncontrolled control.
//!
//! A field sets its text once and then only listens: writing back would break Telex, Gboard and
//! Laban in the middle of a word. Enter in a line does nothing: a form is saved by its buttons.

use kiennghi_shared::catalogue::Choice;
use kiennghi_shared::field_of_work::FieldOfWork;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

use crate::browser;
use crate::form::{Form, control_id};
use crate::state::App;
use crate::time;

/// What a field asks for.
#[derive(Clone, Copy)]
pub(crate) struct Ask {
    /// The field's key, and the control's `name`.
    pub(crate) key: &'static str,
    /// The label.
    pub(crate) label: &'static str,
    /// More words under the label; empty for none.
    pub(crate) hint: &'static str,
}

/// What is asked.
pub(crate) const fn ask(key: &'static str, label: &'static str, hint: &'static str) -> Ask {
    Ask { key, label, hint }
}

fn around(form: Form, ask: Ask, control: AnyView) -> AnyView {
    let class = move || {
        if form.errors.with(|errors| errors.contains_key(ask.key)) {
            "field invalid"
        } else {
            "field"
        }
    };
    let error = move || {
        form.errors
            .with(|errors| errors.get(ask.key).cloned())
            .map(|error| {
                view! { <p class="error" id=format!("error-{}", ask.key)>{error}</p> }
            })
    };
    let hint = (!ask.hint.is_empty()).then(|| {
        view! { <p class="hint" id=format!("hint-{}", ask.key)>{ask.hint}</p> }
    });
    view! {
        <div class=class>
            <label for=control_id(ask.key)>{ask.label}</label>
            {hint}
            {error}
            {control}
        </div>
    }
    .into_any()
}

fn described(form: Form, ask: Ask) -> impl Fn() -> Option<String> + Copy + Send + 'static {
    move || {
        if form.errors.with(|errors| errors.contains_key(ask.key)) {
            Some(format!("error-{}", ask.key))
        } else {
            (!ask.hint.is_empty()).then(|| format!("hint-{}", ask.key))
        }
    }
}

fn hold_enter(event: &ev::KeyboardEvent) {
    if event.key() == "Enter" || event.is_composing() {
        event.stop_propagation();
        if event.key() == "Enter" {
            event.prevent_default();
        }
    }
}

fn input(
    form: Form,
    question: Ask,
    kind: &'static str,
    mode: &'static str,
    list: Option<String>,
) -> AnyView {
    let wrong = move || {
        form.errors
            .with(|errors| errors.contains_key(question.key))
            .then_some("true")
    };
    view! {
        <input
            id=control_id(question.key)
            name=question.key
            type=kind
            inputmode=mode
            autocomplete="off"
            list=list
            value=form.text(question.key)
            aria-describedby=described(form, question)
            aria-invalid=wrong
            on:keydown=|event| hold_enter(&event)
            on:input=move |event| form.typed(question.key, event_target_value(&event))
        />
    }
    .into_any()
}

/// One line of text.
pub(crate) fn line(form: Form, question: Ask) -> AnyView {
    around(form, question, input(form, question, "text", "text", None))
}

/// A telephone number.
pub(crate) fn telephone(form: Form, question: Ask) -> AnyView {
    around(form, question, input(form, question, "text", "tel", None))
}

/// A whole number.
pub(crate) fn number(form: Form, question: Ask) -> AnyView {
    around(
        form,
        question,
        input(form, question, "text", "numeric", None),
    )
}

/// A day.
pub(crate) fn day(form: Form, question: Ask) -> AnyView {
    around(form, question, input(form, question, "date", "text", None))
}

/// One line of text with suggestions; any other text will do.
pub(crate) fn line_with_suggestions(
    form: Form,
    question: Ask,
    suggestions: Vec<String>,
) -> AnyView {
    let list = format!("list-{}", question.key);
    let options: Vec<AnyView> = suggestions
        .into_iter()
        .map(|text| view! { <option value=text></option> }.into_any())
        .collect();
    let control = view! {
        {input(form, question, "text", "text", Some(list.clone()))}
        <datalist id=list>{options}</datalist>
    };
    around(form, question, control.into_any())
}

/// Text of several lines, which grows with what is typed. `focus` asks for the focus when the page opens.
pub(crate) fn prose(form: Form, question: Ask, focus: bool) -> AnyView {
    let wrong = move || {
        form.errors
            .with(|errors| errors.contains_key(question.key))
            .then_some("true")
    };
    let typed = move |event: ev::Event| {
        form.typed(question.key, event_target_value(&event));
        grow(&event);
    };
    let control = view! {
        <textarea
            id=control_id(question.key)
            name=question.key
            rows="4"
            autocomplete="off"
            data-focus=focus.then_some("")
            aria-describedby=described(form, question)
            aria-invalid=wrong
            on:input=typed
        >
            {form.text(question.key)}
        </textarea>
    };
    around(form, question, control.into_any())
}

/// Gives a text area as many rows as its text needs, where the style sheet cannot.
fn grow(event: &ev::Event) {
    const ROWS_MAX: u32 = 24;
    let area = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok());
    if let Some(area) = area
        && area.scroll_height() > area.client_height() + 4
        && area.rows() < ROWS_MAX
    {
        area.set_rows(area.rows() + 3);
    }
}

/// One of several choices; the first, without a code, is *none*.
pub(crate) fn select(
    form: Form,
    question: Ask,
    none: &'static str,
    choices: Vec<(String, String)>,
) -> AnyView {
    let chosen = form.text(question.key);
    let options = options(choices, &chosen);
    select_of(form, question, none, options)
}

/// One of a few choices, each large enough for a thumb; `chosen` says which.
pub(crate) fn chips(
    form: Form,
    question: Ask,
    choices: &'static [Choice],
    chosen: RwSignal<String>,
) -> AnyView {
    let first = chosen.get_untracked();
    let buttons: Vec<AnyView> = choices
        .iter()
        .enumerate()
        .map(|(place, choice)| {
            // A field that is wrong takes the focus by this name.
            let id = (place == 0).then(|| control_id(question.key));
            let choose = move |_| {
                chosen.set(choice.code.to_owned());
                form.typed(question.key, choice.code.to_owned());
            };
            view! {
                <label>
                    <input type="radio" id=id name=question.key value=choice.code checked=choice.code == first on:change=choose />
                    {choice.name}
                </label>
            }
            .into_any()
        })
        .collect();
    let error = move || {
        let error = form.errors.with(|errors| errors.get(question.key).cloned());
        error.map(
            |error| view! { <p class="error" id=format!("error-{}", question.key)>{error}</p> },
        )
    };
    view! {
        <fieldset class="field" aria-describedby=described(form, question)>
            <legend>{question.label}</legend>
            {error}
            <div class="chips">{buttons}</div>
        </fieldset>
    }
    .into_any()
}

/// A field of work of those that are used today, grouped as in the printed tables.
pub(crate) fn field_of_work(app: App, form: Form, question: Ask) -> AnyView {
    let today = time::stored_day(browser::now_ms());
    let chosen = form.text(question.key);
    let options = field_of_work_options(app, &chosen, |field| field.is_used_on(&today));
    select_of(form, question, "Chưa rõ", options)
}

fn select_of(form: Form, question: Ask, none: &'static str, options: Vec<AnyView>) -> AnyView {
    let first = (!none.is_empty()).then(|| view! { <option value="">{none}</option> });
    let control = view! {
        <select
            id=control_id(question.key)
            name=question.key
            aria-describedby=described(form, question)
            on:change=move |event| form.typed(question.key, event_target_value(&event))
        >
            {first}
            {options}
        </select>
    };
    around(form, question, control.into_any())
}

/// Options for codes and words, one of them chosen. A code that is not among them is kept as it is.
pub(crate) fn options(choices: Vec<(String, String)>, chosen: &str) -> Vec<AnyView> {
    let unknown = !chosen.is_empty() && choices.iter().all(|(code, _)| code != chosen);
    let kept = unknown.then(|| (chosen.to_owned(), chosen.to_owned()));
    choices
        .into_iter()
        .chain(kept)
        .map(|(code, name)| option(code, name, chosen))
        .collect()
}

fn option(code: String, name: String, chosen: &str) -> AnyView {
    let selected = code == chosen;
    view! { <option value=code selected=selected>{name}</option> }.into_any()
}

/// Options for the fields of work that a test takes, and for the one that is chosen, under their roots; a root of one
/// is said once.
pub(crate) fn field_of_work_options(
    app: App,
    chosen: &str,
    takes: impl Fn(&FieldOfWork) -> bool,
) -> Vec<AnyView> {
    let fields = app.profile(|profile| profile.fields.clone());
    let fields: Vec<FieldOfWork> = fields.unwrap_or_default().into();
    let is_known = chosen.is_empty() || fields.iter().any(|field| field.code == chosen);
    let kept = (!is_known).then(|| option(chosen.to_owned(), chosen.to_owned(), chosen));
    let offered = |field: &FieldOfWork| takes(field) || field.code == chosen;
    let fields: Vec<FieldOfWork> = fields.into_iter().filter(offered).collect();
    let roots = fields.chunk_by(|one, next| one.root == next.root);
    let groups = roots.map(|leaves| {
        let options = leaves.iter();
        let options: Vec<AnyView> = options
            .map(|field| option(field.code.clone(), field.name.clone(), chosen))
            .collect();
        match leaves {
            [first, _, ..] => {
                view! { <optgroup label=first.root.clone()>{options}</optgroup> }.into_any()
            }
            _ => options.into_any(),
        }
    });
    groups.chain(kept).collect()
}

/// The choices of the catalogue as pairs of code and words.
pub(crate) fn pairs(choices: &[Choice]) -> Vec<(String, String)> {
    choices
        .iter()
        .map(|choice| (choice.code.to_owned(), choice.name.to_owned()))
        .collect()
}

/// A message under a form for as long as saving has failed.
pub(crate) fn save_failure(form: Form) -> AnyView {
    (move || form.failure.get().map(crate::components::notices::failed)).into_any()
}
