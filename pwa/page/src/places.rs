//! The way between addresses: clicks on links, back and forward, where a page was scrolled to, and where
//! the focus goes after a change of page. Knows nothing of what the pages show.

use std::cell::{Cell, RefCell};

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, HtmlTextAreaElement, MouseEvent};

use crate::browser;

thread_local! {
    static PLACES: RefCell<Vec<(String, f64)>> = RefCell::default();
    static RETURN_TO: Cell<Option<f64>> = const { Cell::new(None) };
    static HERE: RefCell<String> = RefCell::default();
}

/// Remembers where the page that is left was scrolled to.
pub fn leave() {
    let here = HERE.with_borrow(Clone::clone);
    PLACES.with_borrow_mut(|places| {
        places.retain(|(path, _)| *path != here);
        places.push((here, browser::scrolled()));
    });
}

/// Begins the page that the address names, at its top or where it was left, and gives its path.
pub fn arrive(return_to: Option<f64>) -> String {
    let path = browser::path();
    HERE.set(path.clone());
    RETURN_TO.set(return_to);
    if return_to.is_none() {
        browser::scroll_to(0.0);
    }
    browser::soon(focus);
    path
}

/// Scrolls to where the page was left, once it has grown long enough again.
pub fn settle() {
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

/// Puts the focus where the new page begins: the field that asks for it, what was just done, or the heading.
pub fn focus() {
    let wanted = browser::find("[data-focus], #said").or_else(|| browser::find("main h1"));
    if let Some(element) = wanted.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
        // Whoever goes on writing goes on at the end.
        if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
            let end = area.value().encode_utf16().count() as u32;
            let _ = area.set_selection_range(end, end);
        }
    }
}

/// Takes over clicks on links to this app's own paths, and the browser's back and forward, which come with
/// where the page was scrolled to.
pub fn start(
    is_own: impl Fn(&str) -> bool + 'static,
    clicked: impl Fn(&str) + 'static,
    returned: impl Fn(Option<f64>) + 'static,
) {
    HERE.set(browser::path());
    browser::keep_scroll_manual();
    let clicked = Closure::<dyn FnMut(MouseEvent)>::new(move |event: MouseEvent| {
        if let Some(path) = link_of(&event).filter(|path| is_own(path)) {
            event.prevent_default();
            clicked(&path);
        }
    });
    let returned = Closure::<dyn FnMut()>::new(move || {
        let here = browser::path();
        let place = PLACES.with_borrow(|places| {
            let left = places.iter().find(|(path, _)| *path == here);
            left.map(|(_, place)| *place)
        });
        returned(place);
    });
    browser::on_document("click", clicked.as_ref().unchecked_ref());
    browser::on_window("popstate", returned.as_ref().unchecked_ref());
    clicked.forget();
    returned.forget();
}

/// The path of a plain click on a link of this host.
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
