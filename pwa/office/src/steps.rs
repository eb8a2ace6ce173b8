//! Something that a person does: once at a time, with words for what went wrong and a question before what
//! is not undone.

use std::future::Future;

use kiennghi_shared::code::Code;
use leptos::prelude::*;

use crate::browser;
use crate::server::Failure;

/// One thing that can be done at a time on a page.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl Step {
    /// Nothing is under way.
    pub(crate) fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
        }
    }

    /// Does it, unless something is under way.
    pub(crate) fn take(self, work: impl Future<Output = Result<(), Failure>> + 'static) {
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

    /// Whether it is under way.
    pub(crate) fn is_busy(self) -> bool {
        self.busy.get()
    }

    /// The words for what went wrong, for as long as it has.
    pub(crate) fn failure(self) -> AnyView {
        (move || self.failure.get().map(|failure| failed(&failure))).into_any()
    }

    /// The button of a form.
    pub(crate) fn submit(self, words: &'static str) -> AnyView {
        let shown = move || {
            if self.busy.get() {
                "Đang gửi…"
            } else {
                words
            }
        };
        view! {
            {self.failure()}
            <p><button type="submit" class="button primary" data-test="submit" disabled=move || self.busy.get()>{shown}</button></p>
        }
        .into_any()
    }
}

/// A message that something went wrong.
pub(crate) fn failed(failure: &Failure) -> AnyView {
    // In another tab, so that what was filled in stays.
    let again = (*failure == Failure::Refused(Code::Unauthenticated)).then(|| {
        view! { <p><a href="/admin/sign-in" target="_blank" class="button">"Đăng nhập lại ở thẻ mới"</a></p> }
    });
    view! {
        <div class="notice error" role="alert" id="failure" tabindex="-1" data-test="failure"><p>{failure.words()}</p>{again}</div>
    }
    .into_any()
}

/// What a question before something that is not undone says.
#[derive(Clone, Copy)]
pub(crate) struct Question {
    /// The name that tests hold on to.
    pub(crate) test: &'static str,
    /// The button that asks.
    pub(crate) button: &'static str,
    /// The question, with what follows from a yes.
    pub(crate) question: &'static str,
    /// The button that says yes.
    pub(crate) yes: &'static str,
}

/// A button that asks before it acts. `id` tells it from others of the page.
pub(crate) fn ask_first(
    step: Step,
    id: &str,
    words: Question,
    act: impl Fn() + Clone + Send + 'static,
) -> AnyView {
    let asking = RwSignal::new(false);
    let (ask_id, yes_id) = (format!("ask-{id}"), format!("yes-{id}"));
    let (ask_later, yes_later) = (ask_id.clone(), yes_id.clone());
    let focus = |id: &str| {
        let id = id.to_owned();
        browser::soon(move || browser::focus(&id));
    };
    let shown = move || {
        if !asking.get() {
            let yes_later = yes_later.clone();
            let ask = move |_| {
                asking.set(true);
                focus(&yes_later);
            };
            return view! {
                <button type="button" class="button danger" id=ask_id.clone() data-test=words.test on:click=ask>{words.button}</button>
            }
            .into_any();
        }
        let (act, ask_later) = (act.clone(), ask_later.clone());
        let yes = move |_| act();
        let no = move |_| {
            asking.set(false);
            focus(&ask_later);
        };
        view! {
            <div class="notice warning" role="group" aria-label=words.button>
                <p>{words.question}</p>
                <p class="actions">
                    <button type="button" class="button primary" id=yes_id.clone() data-test="yes" disabled=move || step.is_busy() on:click=yes>{words.yes}</button>
                    <button type="button" class="button plain" data-test="no" on:click=no>"Thôi"</button>
                </p>
            </div>
        }
        .into_any()
    };
    shown.into_any()
}
