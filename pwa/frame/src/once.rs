//! What a form begins with: asked for until it came, and then no more, so that nothing that comes later takes away
//! what was typed.

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;

use kiennghi_messages::Detail;
use kiennghi_parts::live::{button, live};
use kiennghi_shared::id::DocumentId;
use leptos::prelude::*;
use minicbor::Decode;

use crate::answers::{Bytes, answer};
use crate::app::App;
use crate::browser;
use crate::failure::{Failure, failed};
use crate::worker;
use crate::writing::detail;

type Shape = Arc<dyn Any + Send + Sync>;
type Came = Result<Shape, Failure>;
type Work = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Came>>> + Send + Sync>;

async fn bytes(app: App, path: String) -> Result<Bytes, Failure> {
    let answered = answer(app, &path).await;
    answered.or_else(|missed| missed.before.ok_or(missed.failure))
}

/// What the server says at a path under `/api/v1/`.
///
/// # Errors
/// Why there is nothing to show.
pub async fn fetch<T>(app: App, path: String) -> Result<T, Failure>
where
    T: for<'b> Decode<'b, ()>,
{
    let bytes = bytes(app, path).await?;
    minicbor::decode(&bytes).map_err(|_| worker::unexpected().into())
}

/// Shows what stands at a path, as it is now.
pub fn once<T>(app: App, path: String, view: impl Fn(&T) -> AnyView + Send + 'static) -> AnyView
where
    T: for<'b> Decode<'b, ()> + Send + Sync + 'static,
{
    awaited(app, move || fetch(app, path.clone()), view)
}

/// Shows a document that is brought to this machine, as it is now.
pub fn document(
    app: App,
    id: DocumentId,
    view: impl Fn(&Detail) -> AnyView + Send + 'static,
) -> AnyView {
    let work = move || async move { detail(id).await.map(|detail| *detail) };
    awaited(app, work, view)
}

/// Shows what comes of some work, which is tried again until it comes to something.
pub fn awaited<T, W>(
    app: App,
    work: impl Fn() -> W + Send + Sync + 'static,
    view: impl Fn(&T) -> AnyView + Send + 'static,
) -> AnyView
where
    T: Send + Sync + 'static,
    W: Future<Output = Result<T, Failure>> + 'static,
{
    let work = move || {
        let work = work();
        let work = async move { work.await.map(|value| Arc::new(value) as Shape) };
        Box::pin(work) as Pin<Box<dyn Future<Output = Came>>>
    };
    let view = move |value: &Shape| {
        let value = value.downcast_ref();
        value.map_or_else(|| ().into_any(), &view)
    };
    awaited_of(app, Arc::new(work), Box::new(view))
}

// Once in the module, not once for each kind of work.
fn awaited_of(app: App, work: Work, view: Box<dyn Fn(&Shape) -> AnyView + Send>) -> AnyView {
    let came = RwSignal::new(None::<Came>);
    let trying = StoredValue::new(false);
    let try_it = move || {
        let has_come = came.with_untracked(|came| matches!(came, Some(Ok(_))));
        if has_come || trying.get_value() {
            return;
        }
        trying.set_value(true);
        let work = work();
        browser::spawn(async move {
            let outcome = work.await;
            trying.try_set_value(false);
            let is_same = |before: &Option<Came>| match (before, &outcome) {
                (Some(Err(before)), Err(now)) => before == now,
                _ => false,
            };
            if came.try_with_untracked(is_same) == Some(false) {
                came.set(Some(outcome));
            }
        });
    };
    let again = try_it.clone();
    Effect::new(move || {
        // The network may be back.
        app.changed.track();
        try_it();
    });
    live(move || {
        came.with(|came| {
            Some(match came {
                None => view! { <p class="muted" data-test="waiting">"Đang mở…"</p> }.into_any(),
                Some(Err(failure)) => {
                    let again = button("again", "", "Thử lại", again.clone());
                    view! { {failed(failure)}<p>{again}</p> }.into_any()
                }
                Some(Ok(value)) => untrack(|| view(value)),
            })
        })
    })
}
