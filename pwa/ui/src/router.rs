//! The way from addresses to pages: real paths, the browser's own history, one signal.
//!
//! Owns links, back and forward, where a page was scrolled to, and where focus goes after a
//! change of page. Knows nothing of what the pages show.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use kiennghi_shared::id::DocumentId;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, HtmlTextAreaElement, MouseEvent};

use crate::browser;
use crate::drafts;
use crate::state::App;

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    Enrol,
    Home,
    NewMeeting,
    Meeting(DocumentId),
    EditMeeting(DocumentId),
    Record(DocumentId),
    Petitions,
    Petition(DocumentId),
    EditPetition(DocumentId),
    Refused,
    Again(u64),
    Device,
    Lock,
    Revoked,
    Office,
    Reviews,
    OfficePetition(DocumentId),
    Unknown,
}

impl Route {
    /// The page at a path.
    pub(crate) fn of(path: &str) -> Route {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let pieces: Vec<&str> = path.split('/').filter(|piece| !piece.is_empty()).collect();
        let with_id = |id: &str, route: fn(DocumentId) -> Route| {
            id.parse().map(route).unwrap_or(Route::Unknown)
        };
        match pieces.as_slice() {
            [] => Route::Home,
            ["enrol"] => Route::Enrol,
            ["meetings", "new"] => Route::NewMeeting,
            ["meetings", id] => with_id(id, Route::Meeting),
            ["meetings", id, "edit"] => with_id(id, Route::EditMeeting),
            ["meetings", id, "record"] => with_id(id, Route::Record),
            ["petitions"] => Route::Petitions,
            ["petitions", id] => with_id(id, Route::Petition),
            ["petitions", id, "edit"] => with_id(id, Route::EditPetition),
            ["refused"] => Route::Refused,
            ["refused", order] => order.parse().map_or(Route::Unknown, Route::Again),
            ["device"] => Route::Device,
            ["device", "lock"] => Route::Lock,
            ["revoked"] => Route::Revoked,
            ["office"] => Route::Office,
            ["office", "reviews"] => Route::Reviews,
            ["office", "petitions", id] => with_id(id, Route::OfficePetition),
            _ => Route::Unknown,
        }
    }
}

thread_local! {
    static PLACES: RefCell<BTreeMap<String, f64>> = RefCell::default();
    static RETURN_TO: Cell<Option<f64>> = const { Cell::new(None) };
    static HERE: RefCell<String> = RefCell::default();
}

/// The page that the browser's address names.
pub(crate) fn current() -> Route {
    Route::of(&browser::path())
}

/// Goes to a page.
pub(crate) fn go(app: App, path: &str) {
    leave();
    browser::push_path(path);
    arrive(app, None);
}

/// Goes to a page in the place of this one, which *back* then skips.
pub(crate) fn go_instead(app: App, path: &str) {
    leave();
    browser::replace_path(path);
    arrive(app, None);
}

fn leave() {
    drafts::flush();
    drafts::left_form();
    let here = HERE.with_borrow(Clone::clone);
    PLACES.with_borrow_mut(|places| places.insert(here, browser::scrolled()));
}

fn arrive(app: App, return_to: Option<f64>) {
    let path = browser::path();
    HERE.set(path.clone());
    RETURN_TO.set(return_to);
    if return_to.is_none() {
        browser::scroll_to(0.0);
    }
    app.route.set(Route::of(&path));
    browser::soon(focus);
}

/// Scrolls to where the page was left, once it has grown long enough again.
pub(crate) fn settle() {
    browser::soon(|| {
        let Some(place) = RETURN_TO.get() else {
            return;
        };
        if browser::scroll_max() >= place {
            RETURN_TO.set(None);
            browser::scroll_to(place);
        }
    });
}

/// Puts the focus where the new page begins: the field that asks for it, or the heading.
pub(crate) fn focus() {
    let wanted = browser::find("[data-focus]").or_else(|| browser::find("main h1"));
    if let Some(element) = wanted.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
        // Whoever goes on writing goes on at the end.
        if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
            let end = area.value().encode_utf16().count() as u32;
            let _ = area.set_selection_range(end, end);
        }
    }
}

/// Takes over links inside the app, and the browser's back and forward.
pub(crate) fn start(app: App) {
    HERE.set(browser::path());
    browser::keep_scroll_manual();
    let clicked = Closure::<dyn FnMut(MouseEvent)>::new(move |event: MouseEvent| {
        if let Some(path) = link_of(&event) {
            event.prevent_default();
            go(app, &path);
        }
    });
    let popped = Closure::<dyn FnMut()>::new(move || {
        leave();
        let place = PLACES.with_borrow(|places| places.get(&browser::path()).copied());
        arrive(app, place);
        settle();
    });
    browser::on_document("click", clicked.as_ref().unchecked_ref());
    browser::on_window("popstate", popped.as_ref().unchecked_ref());
    clicked.forget();
    popped.forget();
}

/// The path of a plain click on a link of this app.
fn link_of(event: &MouseEvent) -> Option<String> {
    let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if modified || event.button() != 0 || event.default_prevented() {
        return None;
    }
    let target: Element = event.target()?.dyn_into().ok()?;
    let link = target.closest("a[href^='/']").ok()??;
    let elsewhere = link.has_attribute("download") || link.has_attribute("target");
    if elsewhere {
        None
    } else {
        link.get_attribute("href")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_leads_to_its_page() {
        let text = "018f6d3a-0000-7000-8000-000000000001";
        let id: DocumentId = text.parse().expect("an id");
        for (path, route) in [
            ("/".to_owned(), Route::Home),
            ("/enrol#ABC".to_owned(), Route::Enrol),
            ("/meetings/new".to_owned(), Route::NewMeeting),
            (format!("/meetings/{text}"), Route::Meeting(id)),
            (format!("/meetings/{text}/record"), Route::Record(id)),
            (format!("/petitions/{text}/edit"), Route::EditPetition(id)),
            ("/petitions?x=1".to_owned(), Route::Petitions),
            ("/refused/7".to_owned(), Route::Again(7)),
            ("/office/reviews".to_owned(), Route::Reviews),
            (
                format!("/office/petitions/{text}"),
                Route::OfficePetition(id),
            ),
            ("/meetings/abc".to_owned(), Route::Unknown),
            ("/nowhere".to_owned(), Route::Unknown),
        ] {
            assert_eq!(Route::of(&path), route, "{path}");
        }
    }
}
