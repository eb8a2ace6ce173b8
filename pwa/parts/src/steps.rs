//! Something that a person does: once at a time, with words for what went wrong and a question before what
//! is not undone.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::browser;

/// Why something did not come about, as a person is told.
pub trait Fault: Clone + Send + Sync + 'static {
    /// The words.
    fn words(&self) -> String;

    /// Whether it would, had the person signed in anew.
    fn wants_sign_in(&self) -> bool;
}

/// One thing that can be done at a time on a page, and fails as `F` says.
pub struct Step<F: 'static> {
    busy: RwSignal<bool>,
    failure: RwSignal<Option<F>>,
}

impl<F> Clone for Step<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for Step<F> {}

impl<F: Fault> Default for Step<F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<F: Fault> Step<F> {
    /// Nothing is under way.
    #[must_use]
    pub fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
        }
    }

    /// Whether something is under way.
    pub fn is_busy(self) -> bool {
        self.busy.get()
    }

    /// Does it, unless something is under way.
    pub fn take(self, work: impl Future<Output = Result<(), F>> + 'static) {
        self.take_boxed(Box::pin(work));
    }

    // Once in the module, not once for each kind of work.
    fn take_boxed(self, work: Pin<Box<dyn Future<Output = Result<(), F>>>>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        browser::spawn(async move {
            let came = work.await;
            self.busy.set(false);
            if let Err(failure) = came {
                self.failure.set(Some(failure));
                browser::soon(|| browser::focus("failure"));
            }
        });
    }

    /// The words for what went wrong, for as long as it has.
    pub fn failure(self) -> AnyView {
        (move || self.failure.get().map(|failure| failed(&failure))).into_any()
    }

    /// A form with its one button, and what went wrong above that.
    pub fn form(
        self,
        fields: AnyView,
        words: &'static str,
        submit: impl Fn() + Send + Sync + 'static,
    ) -> AnyView {
        self.form_of(fields, words, Arc::new(submit))
    }

    fn form_of(self, fields: AnyView, words: &'static str, submit: Act) -> AnyView {
        let shown = move || {
            if self.busy.get() {
                "Đang gửi…"
            } else {
                words
            }
        };
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            submit();
        };
        view! {
            <form on:submit=submit novalidate>
                {fields}
                {self.failure()}
                <p><button type="submit" class="button primary" data-test="submit" disabled=move || self.busy.get()>{shown}</button></p>
            </form>
        }
        .into_any()
    }

    /// A button that does something at once; `class` says how it looks beside `button`.
    pub fn button(
        self,
        test: &'static str,
        class: &'static str,
        words: &'static str,
        act: impl Fn() + Send + Sync + 'static,
    ) -> AnyView {
        self.button_of(test, class, words, Arc::new(act))
    }

    fn button_of(
        self,
        test: &'static str,
        class: &'static str,
        words: &'static str,
        act: Act,
    ) -> AnyView {
        let busy = move || self.busy.get();
        let class = format!("button {class}");
        view! { <button type="button" class=class data-test=test disabled=busy on:click=move |_| act()>{words}</button> }
            .into_any()
    }
}

/// What a button does.
type Act = Arc<dyn Fn() + Send + Sync>;

/// A link that looks like a button.
pub fn link_button(
    test: &'static str,
    class: &'static str,
    path: &str,
    words: &'static str,
) -> AnyView {
    let class = format!("button {class}");
    view! { <a href=path.to_owned() class=class data-test=test>{words}</a> }.into_any()
}

/// Buttons and links side by side.
#[must_use]
pub fn actions(buttons: Vec<AnyView>) -> AnyView {
    view! { <p class="actions">{buttons}</p> }.into_any()
}

/// A message that something went wrong.
pub fn failed(failure: &impl Fault) -> AnyView {
    // In another tab, so that what was filled in stays.
    let again = failure.wants_sign_in().then(|| {
        view! { <p><a href="/admin/sign-in" target="_blank" class="button">"Đăng nhập lại ở thẻ mới"</a></p> }
    });
    view! {
        <div class="notice error" role="alert" id="failure" tabindex="-1" data-test="failure"><p>{failure.words()}</p>{again}</div>
    }
    .into_any()
}

/// What a question before something that is not undone says.
#[derive(Clone, Copy)]
pub struct Question {
    /// The name that tests hold on to.
    pub test: &'static str,
    /// The button that asks.
    pub button: &'static str,
    /// The question, with what follows from a yes.
    pub question: &'static str,
    /// The button that says yes.
    pub yes: &'static str,
}

/// A button that asks before it acts. `id` tells it from others of the page.
pub fn ask_first<F: Fault>(
    step: Step<F>,
    id: &str,
    words: Question,
    act: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    ask_first_of(step, id, words, Arc::new(act))
}

fn ask_first_of<F: Fault>(step: Step<F>, id: &str, words: Question, act: Act) -> AnyView {
    let asking = RwSignal::new(false);
    let (ask_id, yes_id) = (format!("ask-{id}"), format!("yes-{id}"));
    let turn = move |to: bool, focus: &str| {
        asking.set(to);
        let focus = focus.to_owned();
        browser::soon(move || browser::focus(&focus));
    };
    let shown = move || {
        let (ask_id, yes_id) = (ask_id.clone(), yes_id.clone());
        if !asking.get() {
            return view! {
                <button type="button" class="button danger" id=ask_id data-test=words.test on:click=move |_| turn(true, &yes_id)>{words.button}</button>
            }
            .into_any();
        }
        let act = Arc::clone(&act);
        view! {
            <div class="notice warning" role="group" aria-label=words.button>
                <p>{words.question}</p>
                <p class="actions">
                    <button type="button" class="button primary" id=yes_id data-test="yes" disabled=move || step.busy.get() on:click=move |_| act()>{words.yes}</button>
                    <button type="button" class="button plain" data-test="no" on:click=move |_| turn(false, &ask_id)>"Huỷ bỏ"</button>
                </p>
            </div>
        }
        .into_any()
    };
    shown.into_any()
}
