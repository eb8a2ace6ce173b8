//! A new version of the app: noticed, offered, and taken when a person says so.
//!
//! Never reloads while a form holds unsaved text without asking, and reloads once.

use std::cell::Cell;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration};

use crate::browser;
use crate::drafts;
use crate::state::App;

const ASK_AFTER_MS: i64 = 3_600_000;

thread_local! {
    static AGREED: Cell<bool> = const { Cell::new(false) };
    static RELOADING: Cell<bool> = const { Cell::new(false) };
}

fn container() -> Option<ServiceWorkerContainer> {
    let navigator = browser::page()?.navigator();
    browser::property(&navigator, "serviceWorker")?
        .dyn_into()
        .ok()
}

async fn registration() -> Option<ServiceWorkerRegistration> {
    let ready = container()?.ready().ok()?;
    JsFuture::from(ready).await.ok()?.dyn_into().ok()
}

/// Watches for a new version.
pub(crate) fn start(app: App) {
    let Some(container) = container() else {
        return;
    };
    let warm = browser::is_warm();
    let taken_over = Closure::<dyn FnMut()>::new(move || {
        // The first worker of all takes over a page that already runs its version.
        if !warm {
            return;
        }
        if AGREED.get() || !drafts::is_unsaved() {
            reload_once();
        } else {
            app.update.set(true);
        }
    });
    container.set_oncontrollerchange(Some(taken_over.as_ref().unchecked_ref()));
    taken_over.forget();
    browser::spawn(async move {
        if let Some(registration) = registration().await {
            watch(app, &registration);
        }
    });
}

fn watch(app: App, registration: &ServiceWorkerRegistration) {
    look(app, registration);
    let owner = registration.clone();
    let found = Closure::<dyn FnMut()>::new(move || {
        let Some(installing) = owner.installing() else {
            return;
        };
        let owner = owner.clone();
        let moved = Closure::<dyn FnMut()>::new(move || look(app, &owner));
        installing.set_onstatechange(Some(moved.as_ref().unchecked_ref()));
        moved.forget();
    });
    registration.set_onupdatefound(Some(found.as_ref().unchecked_ref()));
    found.forget();
    look_again_when_seen(registration.clone());
}

/// Asks for a new version when a person comes back: an installed app may stay open for weeks.
fn look_again_when_seen(registration: ServiceWorkerRegistration) {
    let asked_at = Cell::new(browser::now_ms());
    let seen = Closure::<dyn FnMut()>::new(move || {
        let now = browser::now_ms();
        if !browser::is_visible() || now - asked_at.get() < ASK_AFTER_MS {
            return;
        }
        asked_at.set(now);
        if let Ok(asked) = registration.update() {
            browser::spawn(async move {
                // Without a network there is no news; it is asked again another time.
                let _ = JsFuture::from(asked).await;
            });
        }
    });
    browser::on_document("visibilitychange", seen.as_ref().unchecked_ref());
    seen.forget();
}

fn look(app: App, registration: &ServiceWorkerRegistration) {
    let controlled = container()
        .and_then(|container| container.controller())
        .is_some();
    if controlled && registration.waiting().is_some() {
        app.update.set(true);
    }
}

/// Puts the new version to work; the page reloads when it has taken over.
pub(crate) fn take() {
    AGREED.set(true);
    drafts::flush();
    browser::spawn(async {
        let waiting = match registration().await {
            Some(registration) => registration.waiting(),
            None => None,
        };
        match waiting {
            Some(waiting) => {
                let _ = waiting.post_message(&browser::typed_message("activate-update"));
            }
            None => reload_once(),
        }
    });
}

fn reload_once() {
    if !RELOADING.replace(true) {
        drafts::flush();
        browser::reload();
    }
}
