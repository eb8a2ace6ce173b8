//! What a form begins with: asked for once, so that nothing that comes later takes away what was typed.

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;

use kiennghi_messages::{DeskAnswer, Detail};
use kiennghi_parts::live::live;
use kiennghi_shared::id::DocumentId;
use leptos::prelude::*;
use minicbor::Decode;

use crate::app::App;
use crate::asking::get;
use crate::browser;
use crate::failure::{Failure, failed};
use crate::worker;
use crate::writing::detail;

type Shape = Arc<dyn Any + Send + Sync>;
type Came = Result<Shape, Failure>;

async fn bytes(app: App, path: String) -> Result<Arc<Vec<u8>>, Failure> {
    match worker::ask(get(&path)).await {
        Ok(DeskAnswer::Office(bytes)) => Ok(Arc::new(bytes)),
        Ok(_) => Err(worker::unexpected().into()),
        Err(told) => {
            let kept = app.kept.with_value(|kept| kept.get(&path));
            kept.ok_or(told.into())
        }
    }
}

/// What the server says at a path under `/api/v1/`; what it said before, while it cannot be reached.
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
    awaited(async move { fetch(app, path).await }, view)
}

/// Shows a document that is brought to this machine, as it is now.
pub fn document(id: DocumentId, view: impl Fn(&Detail) -> AnyView + Send + 'static) -> AnyView {
    awaited(async move { detail(id).await.map(|detail| *detail) }, view)
}

/// Shows what comes of some work.
pub fn awaited<T: Send + Sync + 'static>(
    work: impl Future<Output = Result<T, Failure>> + 'static,
    view: impl Fn(&T) -> AnyView + Send + 'static,
) -> AnyView {
    let work = async move { work.await.map(|value| Arc::new(value) as Shape) };
    let view = move |value: &Shape| {
        let value = value.downcast_ref();
        value.map_or_else(|| ().into_any(), &view)
    };
    awaited_of(Box::pin(work), Box::new(view))
}

// Once in the module, not once for each kind of work.
fn awaited_of(
    work: Pin<Box<dyn Future<Output = Came>>>,
    view: Box<dyn Fn(&Shape) -> AnyView + Send>,
) -> AnyView {
    let came = RwSignal::new(None::<Came>);
    browser::spawn(async move {
        let outcome = work.await;
        came.try_set(Some(outcome));
    });
    live(move || {
        came.with(|came| {
            Some(match came {
                None => view! { <p class="muted" data-test="waiting">"Đang mở…"</p> }.into_any(),
                Some(Err(failure)) => failed(failure),
                Some(Ok(value)) => untrack(|| view(value)),
            })
        })
    })
}
