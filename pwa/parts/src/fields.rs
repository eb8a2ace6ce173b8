//! Fields of forms: label outside, hint, error and an uncontrolled control, which is never written back to:
//! that would break Telex, Gboard and Laban in the middle of a word.

use kiennghi_page::time;
use kiennghi_shared::text::normalise;
use leptos::prelude::*;

use crate::browser;
use crate::live::live;

/// One thing that a form asks for.
#[derive(Clone, Copy)]
pub struct Field {
    key: &'static str,
    text: RwSignal<String>,
    error: RwSignal<Option<&'static str>>,
}

/// What stands beside the control.
#[derive(Clone, Copy)]
pub struct Label(pub &'static str, pub &'static str);

impl Field {
    /// A field with what it begins with.
    #[must_use]
    pub fn new(key: &'static str, text: &str) -> Self {
        Self {
            key,
            text: RwSignal::new(text.to_owned()),
            error: RwSignal::new(None),
        }
    }

    /// What it is called among the fields of its form.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.key
    }

    /// What was typed, brought into the form it is stored in.
    #[must_use]
    pub fn get(self) -> String {
        self.text.with_untracked(|text| normalise(text))
    }

    /// What was typed, to the letter.
    #[must_use]
    pub fn exact(self) -> String {
        self.text.get_untracked()
    }

    /// What was typed, and again whenever more is.
    pub fn watched(self) -> String {
        self.text.get()
    }

    /// What was typed, none for nothing.
    #[must_use]
    pub fn some(self) -> Option<String> {
        Some(self.get()).filter(|text| !text.is_empty())
    }

    /// Puts a text into the control.
    pub fn set(self, text: &str) {
        self.text.set(text.to_owned());
        browser::set_value(&self.id(), text);
    }

    /// Says what is wrong with it, and takes the person there.
    pub fn refuse(self, words: &'static str) {
        self.error.set(Some(words));
        browser::focus(&self.id());
    }

    /// What was typed; says that it is missing when nothing was.
    pub fn required(self, words: &'static str) -> Option<String> {
        let text = self.some();
        if text.is_none() {
            self.refuse(words);
        }
        text
    }

    fn id(self) -> String {
        format!("field-{}", self.key)
    }

    fn typed(self, text: String) {
        self.text.set(text);
        if self.error.with_untracked(Option::is_some) {
            self.error.set(None);
        }
    }

    fn described(self, label: Label) -> impl Fn() -> Option<String> + Copy + Send + 'static {
        move || {
            let what = match self.error.get() {
                Some(_) => "error",
                None if label.1.is_empty() => return None,
                None => "hint",
            };
            Some(format!("{what}-{}", self.key))
        }
    }

    fn around(self, label: Label, control: AnyView) -> AnyView {
        let class = move || {
            if self.error.get().is_some() {
                "field invalid"
            } else {
                "field"
            }
        };
        let hint = (!label.1.is_empty()).then(|| {
            view! { <p class="hint" id=format!("hint-{}", self.key)>{label.1}</p> }
        });
        let error = move || {
            let error = self.error.get();
            error.map(
                |words| view! { <p class="error" id=format!("error-{}", self.key)>{words}</p> },
            )
        };
        view! { <div class=class><label for=self.id()>{label.0}</label>{hint}{error}{control}</div> }
            .into_any()
    }

    fn input(
        self,
        label: Label,
        kind: Signal<&'static str>,
        autocomplete: &'static str,
        list: Option<String>,
    ) -> AnyView {
        let plain = autocomplete != "off" || kind.get_untracked() != "text";
        view! {
            <input
                id=self.id()
                name=self.key
                type=move || kind.get()
                autocomplete=autocomplete
                list=list
                autocapitalize=plain.then_some("none")
                spellcheck=plain.then_some("false")
                value=self.exact()
                aria-describedby=self.described(label)
                aria-invalid=move || self.error.get().map(|_| "true")
                on:input=move |event| self.typed(event_target_value(&event))
            />
        }
        .into_any()
    }

    /// One line of text.
    pub fn line(self, label: Label) -> AnyView {
        self.around(label, self.input(label, "text".into(), "off", None))
    }

    /// One line of text, with `<option>`s to choose from.
    pub fn suggested(self, label: Label, options: AnyView) -> AnyView {
        let list = format!("list-{}", self.key);
        let control = view! {
            {self.input(label, "text".into(), "off", Some(list.clone()))}
            <datalist id=list>{options}</datalist>
        };
        self.around(label, control.into_any())
    }

    /// One line that browsers may fill in, by the name of what it is.
    pub fn known(self, label: Label, autocomplete: &'static str) -> AnyView {
        self.around(label, self.input(label, "text".into(), autocomplete, None))
    }

    /// A day. Browsers show it as their own language has it: beside that of another it is said as people here read it.
    pub fn day(self, label: Label) -> AnyView {
        let input = self.input(label, "date".into(), "off", None);
        let said = live(move || {
            let day = time::day_of_stored(&self.watched());
            Some(view! { <p class="hint">{day}</p> }.into_any())
        });
        let said = (!browser::is_vietnamese()).then_some(said);
        self.around(label, view! { {input}{said} }.into_any())
    }

    /// A search: every letter counts at once.
    pub fn search(self, label: Label) -> AnyView {
        self.around(label, self.input(label, "search".into(), "off", None))
    }

    /// A password that can be shown.
    pub fn secret(self, label: Label, autocomplete: &'static str) -> AnyView {
        let shown = RwSignal::new(false);
        let kind = Signal::derive(move || if shown.get() { "text" } else { "password" });
        let words = move || if shown.get() { "Ẩn" } else { "Hiện" };
        let name = format!("Hiện {}", browser::small(label.0));
        let control = view! {
            <div class="with-button">
                {self.input(label, kind, autocomplete, None)}
                <button type="button" class="button" aria-pressed=move || shown.get().to_string() aria-label=name
                    on:click=move |_| shown.update(|shown| *shown = !*shown)>{words}</button>
            </div>
        };
        self.around(label, control.into_any())
    }

    /// Several lines of text.
    pub fn area(self, label: Label) -> AnyView {
        let control = view! {
            <textarea
                id=self.id()
                name=self.key
                rows="8"
                aria-describedby=self.described(label)
                aria-invalid=move || self.error.get().map(|_| "true")
                on:input=move |event| self.typed(event_target_value(&event))
            >{self.exact()}</textarea>
        };
        self.around(label, control.into_any())
    }

    /// One of several choices: codes and words.
    pub fn choice(self, label: Label, choices: Vec<(String, String)>) -> AnyView {
        let chosen = self.exact();
        let options: Vec<AnyView> = choices
            .into_iter()
            .map(|(code, words)| {
                let selected = code == chosen;
                view! { <option value=code selected=selected>{words}</option> }.into_any()
            })
            .collect();
        let control = view! {
            <select
                id=self.id()
                name=self.key
                aria-describedby=self.described(label)
                aria-invalid=move || self.error.get().map(|_| "true")
                on:change=move |event| self.typed(event_target_value(&event))
            >{options}</select>
        };
        self.around(label, control.into_any())
    }

    /// One of a few choices, all in sight.
    pub fn radios(self, legend: &'static str, choices: Vec<(String, String)>) -> AnyView {
        let options: Vec<AnyView> = choices
            .into_iter()
            .map(|(code, words)| {
                let checked = code == self.exact();
                let value = code.clone();
                view! {
                    <label class="check">
                        <input type="radio" name=self.key value=code checked=checked on:change=move |_| self.typed(value.clone()) />
                        {words}
                    </label>
                }
                .into_any()
            })
            .collect();
        view! { <fieldset class="field"><legend>{legend}</legend>{options}</fieldset> }.into_any()
    }
}
