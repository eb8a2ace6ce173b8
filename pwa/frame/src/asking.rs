//! What pages ask of the server: the worker sends it in the browser's name, and again whenever something
//! changed.
//!
//! What was asked for is known by its type only where it is asked for and where it is read.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use kiennghi_page::places;
use kiennghi_parts::live::{button, live};
use leptos::prelude::*;
use minicbor::Decode;

use crate::answers::{Bytes, answer};
use crate::app::App;
use crate::browser;
use crate::failure::{Failure, failed};

type Shape = Arc<dyn Any + Send + Sync>;
type Read = fn(&[u8]) -> Option<Shape>;

/// What was asked for.
pub struct Asked<T> {
    question: Question,
    shape: PhantomData<fn() -> T>,
}

impl<T> Clone for Asked<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Asked<T> {}

/// The same, whatever it is.
#[derive(Clone, Copy)]
pub struct Question {
    app: App,
    read: Read,
    answer: RwSignal<Option<Shape>>,
    /// Why asking failed the last time.
    failure: RwSignal<Option<Failure>>,
    bytes: StoredValue<Option<Bytes>>,
    /// How often it was asked, and what for the last time.
    latest: StoredValue<(u32, String)>,
}

/// Asks for what stands at a path under `/api/v1/`, and again when something changed or when the path does.
/// Nothing is asked for at an empty path.
pub fn ask<T>(app: App, path: impl Fn() -> String + 'static) -> Asked<T>
where
    T: for<'b> Decode<'b, ()> + Send + Sync + 'static,
{
    Asked {
        question: Question::ask(app, read::<T>, Box::new(path)),
        shape: PhantomData,
    }
}

fn read<T>(bytes: &[u8]) -> Option<Shape>
where
    T: for<'b> Decode<'b, ()> + Send + Sync + 'static,
{
    Some(Arc::new(minicbor::decode::<T>(bytes).ok()?))
}

impl Question {
    fn ask(app: App, read: Read, path: Box<dyn Fn() -> String>) -> Self {
        let question = Self {
            app,
            read,
            answer: RwSignal::new(None),
            failure: RwSignal::new(None),
            bytes: StoredValue::new(None),
            latest: StoredValue::new((0, String::new())),
        };
        Effect::new(move || {
            app.changed.track();
            question.ask_for(path());
        });
        question
    }

    fn ask_for(self, path: String) {
        let (turn, before) = self.latest.get_value();
        let turn = turn + 1;
        self.latest.set_value((turn, path.clone()));
        if path != before {
            self.put(self.app.kept.with_value(|kept| kept.get(&path)));
            self.failure.set(None);
        }
        if path.is_empty() {
            return;
        }
        browser::spawn(async move {
            let answered = answer(self.app, &path).await;
            // An answer to an older question, or one for a page that is gone, is dropped.
            if self.latest.try_get_value().map(|(latest, _)| latest) == Some(turn) {
                let (bytes, failure) = match answered {
                    Ok(bytes) => (Some(bytes), None),
                    Err(missed) => (missed.before, Some(missed.failure)),
                };
                self.put(bytes);
                if self.failure.with_untracked(|known| *known != failure) {
                    self.failure.set(failure);
                }
            }
        });
    }

    /// Shows an answer; the focus stays where it was, as far as that is still there.
    fn put(self, bytes: Option<Bytes>) {
        if self.bytes.with_value(|old| *old == bytes) {
            return;
        }
        let focused = browser::focused_id().filter(|id| !id.is_empty());
        let answer = bytes.as_ref().and_then(|bytes| (self.read)(bytes));
        self.bytes.set_value(bytes);
        self.answer.set(answer);
        places::settle();
        browser::soon(move || {
            if let Some(id) = focused.filter(|_| browser::focus_is_lost()) {
                browser::focus(&id);
            }
        });
    }

    /// Why the server did not answer, and that what is shown is from before.
    fn notice(self) -> Option<AnyView> {
        let failure = self.failure.get()?;
        let kept = self.is_answered() && failure.is_network();
        let body = if kept {
            view! { <p class="notice warning" role="status" data-test="old">"Chưa nối được với máy chủ. Dưới đây là bản trước đó; việc bạn ghi được giữ trên máy và gửi khi có mạng."</p> }
                .into_any()
        } else {
            failed(&failure)
        };
        let app = self.app;
        let again = move || app.changed.update(|count| *count += 1);
        Some(view! { {body}<p>{button("again", "", "Thử lại", again)}</p> }.into_any())
    }

    fn is_answered(self) -> bool {
        self.answer.with(Option::is_some)
    }

    fn shown(self, view: Box<dyn Fn(&Shape) -> AnyView + Send>) -> AnyView {
        let content = live(move || {
            self.answer
                .with(|answer| answer.as_ref().map(|answer| untrack(|| view(answer))))
        });
        view! { {live(move || self.notice())}{live(move || self.waiting())}{content} }.into_any()
    }

    /// That an answer is awaited, for as long as it is.
    fn waiting(self) -> Option<AnyView> {
        let awaited = !self.is_answered() && self.failure.with(Option::is_none);
        awaited.then(|| view! { <p class="muted" data-test="waiting">"Đang mở…"</p> }.into_any())
    }
}

impl<T: Send + Sync + 'static> Asked<T> {
    /// The last good answer; it stays when asking again fails.
    pub fn get(self) -> Option<Arc<T>> {
        self.question.answer.get()?.downcast().ok()
    }

    /// What the answer is shown as; before there is one, that it is awaited or why it does not come.
    pub fn shown(self, view: impl Fn(&T) -> AnyView + Send + 'static) -> AnyView {
        self.question.shown(Box::new(move |answer| {
            answer.downcast_ref().map_or_else(|| ().into_any(), &view)
        }))
    }

    /// Why the server does not answer, for as long as it does not.
    pub fn notice(self) -> Option<AnyView> {
        self.question.notice()
    }

    /// That an answer is awaited, for as long as it is.
    pub fn waiting(self) -> Option<AnyView> {
        self.question.waiting()
    }
}
