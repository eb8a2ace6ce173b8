//! Half-written forms: every keystroke reaches the local store within half a second.
//!
//! Owns the one draft that waits to be kept. Never opens a draft by itself: the pages ask first.

use std::cell::{Cell, RefCell};

use kiennghi_messages::{DeskAnswer, DeskCommand, Draft, Failure};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use crate::browser;
use crate::worker;

const KEEP_AFTER_MS: i32 = 400;

thread_local! {
    static PENDING: RefCell<Option<Draft>> = const { RefCell::new(None) };
    static TIMER: Cell<bool> = const { Cell::new(false) };
    static UNSAVED: Cell<bool> = const { Cell::new(false) };
    /// How many times what waited was let go of.
    static FORGOTTEN: Cell<u32> = const { Cell::new(0) };
}

/// Keeps whatever waits when the page is hidden or left.
pub fn start() {
    let keep = Closure::<dyn FnMut()>::new(flush);
    browser::on_document("visibilitychange", keep.as_ref().unchecked_ref());
    browser::on_window("pagehide", keep.as_ref().unchecked_ref());
    keep.forget();
}

/// Notes what a form holds; it is kept within [`KEEP_AFTER_MS`], however fast a person types.
pub fn note(draft: Draft) {
    let other = |pending: &Draft| pending.key != draft.key;
    if PENDING.with_borrow(|pending| pending.as_ref().is_some_and(other)) {
        flush();
    }
    UNSAVED.set(true);
    PENDING.set(Some(draft));
    if !TIMER.replace(true) {
        browser::after(KEEP_AFTER_MS, || {
            TIMER.set(false);
            flush();
        });
    }
}

/// Keeps what waits, now.
pub fn flush() {
    // Sent before this returns: the page may be gone right after.
    if let Some(keeping) = Keeping::begin() {
        browser::spawn(async {
            // What could not be kept waits on, and goes with the next that is.
            let _ = keeping.end().await;
        });
    }
}

/// Keeps what waits, and says whether it is kept.
pub async fn keep() -> Result<(), Failure> {
    match Keeping::begin() {
        Some(keeping) => keeping.end().await,
        None => Ok(()),
    }
}

/// A draft on its way to the store.
struct Keeping {
    draft: Draft,
    forgotten: u32,
    reply: worker::Reply<DeskAnswer>,
}

impl Keeping {
    fn begin() -> Option<Self> {
        let draft = PENDING.take()?;
        Some(Self {
            reply: worker::ask(DeskCommand::PutDraft(draft.clone())),
            forgotten: FORGOTTEN.get(),
            draft,
        })
    }

    async fn end(self) -> Result<(), Failure> {
        let kept = self.reply.await;
        if kept.is_err() && self.forgotten == FORGOTTEN.get() {
            PENDING.with_borrow_mut(|pending| {
                // What was typed meanwhile is newer.
                pending.get_or_insert(self.draft);
            });
        }
        kept.map(drop)
    }
}

/// Lets go of what waits: it is being saved, or was thrown away.
pub fn forget() {
    PENDING.set(None);
    FORGOTTEN.set(FORGOTTEN.get() + 1);
    UNSAVED.set(false);
}

/// Throws a draft away.
pub fn throw_away(key: &str) {
    forget();
    worker::tell(DeskCommand::DropDraft(key.to_owned()));
}

/// Throws a draft away, and says whether it is gone.
pub async fn throw_away_now(key: String) -> Result<(), Failure> {
    forget();
    let dropped = worker::ask::<DeskAnswer>(DeskCommand::DropDraft(key));
    dropped.await.map(drop)
}

/// Whether the page shows text that is not saved.
pub fn is_unsaved() -> bool {
    UNSAVED.get()
}

/// Says that the form on the screen holds nothing unsaved any more.
pub fn left_form() {
    UNSAVED.set(false);
}

/// The kept draft of this name.
pub async fn find(key: &str) -> Option<Draft> {
    match worker::ask(DeskCommand::Drafts).await {
        Ok(DeskAnswer::Drafts(drafts)) => drafts.into_iter().find(|draft| draft.key == key),
        _ => None,
    }
}
