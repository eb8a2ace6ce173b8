//! What pages ask of the server: the worker sends it in the browser's name, and again whenever something
//! changed. The last answer stays while the server cannot be reached.

use std::sync::Arc;

use kiennghi_messages::{Answer, Command, Request};
use leptos::prelude::*;
use minicbor::Decode;

use crate::app::App;
use crate::browser;
use crate::failure::{Failure, failed};
use crate::worker;

/// Answers that are kept; the one of a page that was left long ago may go.
const KEPT_MAX: usize = 64;

/// What was asked for.
pub(crate) struct Asked<T: Send + Sync + 'static> {
    /// The last good answer; it stays when asking again fails.
    pub(crate) answer: Memo<Option<Arc<T>>>,
    /// Why asking failed the last time.
    pub(crate) failure: RwSignal<Option<Failure>>,
}

impl<T: Send + Sync + 'static> Clone for Asked<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Asked<T> {}

/// Asks for what stands at a path under `/api/v1/`, and again when something changed or when the path does.
/// Nothing is asked for at an empty path.
pub(crate) fn ask<T>(app: App, path: impl Fn() -> String + 'static) -> Asked<T>
where
    T: for<'b> Decode<'b, ()> + PartialEq + Send + Sync + 'static,
{
    let (bytes, failure) = ask_bytes(app, Box::new(path));
    let answer = Memo::new(move |_| {
        bytes.with(|bytes| minicbor::decode::<T>(bytes.as_ref()?).ok().map(Arc::new))
    });
    Asked { answer, failure }
}

type Bytes = Option<Arc<Vec<u8>>>;

fn ask_bytes(
    app: App,
    path: Box<dyn Fn() -> String>,
) -> (RwSignal<Bytes>, RwSignal<Option<Failure>>) {
    let bytes = RwSignal::new(None);
    let failure = RwSignal::new(None);
    let latest = StoredValue::new((0_u32, String::new()));
    Effect::new(move || {
        app.changed.track();
        let path = path();
        let (turn, before) = latest.get_value();
        let turn = turn + 1;
        latest.set_value((turn, path.clone()));
        if path != before {
            put(bytes, app.kept.with_value(|kept| kept.get(&path).cloned()));
            failure.set(None);
        }
        if path.is_empty() {
            return;
        }
        let reply = worker::call(get(&path));
        browser::spawn(async move {
            let answered = reply.await;
            // An answer to an older question, or one for a page that is gone, is dropped.
            if latest.try_get_value().map(|(latest, _)| latest) != Some(turn) {
                return;
            }
            match answered {
                Ok(Answer::Office(answer)) => {
                    let answer = Arc::new(answer);
                    keep(app, path, Arc::clone(&answer));
                    put(bytes, Some(answer));
                    if failure.with_untracked(Option::is_some) {
                        failure.set(None);
                    }
                }
                Ok(_) => failure.set(Some(worker::unexpected().into())),
                Err(told) => failure.set(Some(told.into())),
            }
        });
    });
    (bytes, failure)
}

/// Asks for what stands at a path under `/api/v1/`, once.
pub(crate) fn get(path: &str) -> Command {
    Command::Ask(Request {
        method: "GET".to_owned(),
        path: format!("/api/v1/{path}"),
    })
}

fn keep(app: App, path: String, answer: Arc<Vec<u8>>) {
    app.kept.update_value(|kept| {
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(path, answer);
    });
}

/// Shows an answer; the focus stays where it was, as far as that is still there.
fn put(bytes: RwSignal<Bytes>, answer: Bytes) {
    if bytes.with_untracked(|old| *old == answer) {
        return;
    }
    let focused = browser::focused_id().filter(|id| !id.is_empty());
    bytes.set(answer);
    kiennghi_page::places::settle();
    browser::soon(move || {
        if let Some(id) = focused.filter(|_| browser::focus_is_lost()) {
            browser::focus(&id);
        }
    });
}

impl<T: Send + Sync + 'static> Asked<T> {
    /// What the answer is shown as; before there is one, that it is awaited or why it does not come.
    pub(crate) fn shown(
        self,
        app: App,
        view: impl Fn(&T) -> AnyView + Send + Sync + 'static,
    ) -> AnyView {
        let content = move || {
            self.answer
                .with(|answer| answer.as_ref().map(|answer| untrack(|| view(answer))))
        };
        let waiting = move || {
            let awaited = self.answer.with(Option::is_none) && self.failure.with(Option::is_none);
            awaited.then(|| view! { <p class="muted" data-test="waiting">"Đang mở…"</p> })
        };
        let old = Signal::derive(move || self.answer.with(Option::is_some));
        view! { {notice(app, self.failure, old)}{waiting}{content} }.into_any()
    }
}

/// Says why the server did not answer, and that what is shown is from before.
pub(crate) fn notice(app: App, failure: RwSignal<Option<Failure>>, old: Signal<bool>) -> AnyView {
    let shown = move || {
        failure.get().map(|failure| {
            let kept = old.get() && failure.is_network();
            let again = move |_| app.changed.update(|count| *count += 1);
            let body = if kept {
                view! { <p class="notice warning" role="status" data-test="old">"Chưa nối được với máy chủ. Dưới đây là bản trước đó; việc bạn ghi được giữ trên máy và gửi khi có mạng."</p> }
                    .into_any()
            } else {
                failed(&failure)
            };
            view! {
                {body}
                <p><button type="button" class="button" data-test="again" on:click=again>"Thử lại"</button></p>
            }
        })
    };
    shown.into_any()
}
