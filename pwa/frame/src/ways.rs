//! The way between the pages of an app, and from there to another one.

use kiennghi_page::{drafts, places};
use leptos::prelude::*;

use crate::app::App;
use crate::browser;

/// Goes to a page.
pub fn go(app: App, path: &str) {
    if !is_below(app.top, path) {
        browser::visit(path);
        return;
    }
    leave();
    browser::push_path(path);
    arrive(app, None);
}

/// Goes to a page in the place of this one, which *back* then skips.
pub fn go_instead(app: App, path: &str) {
    if !is_below(app.top, path) {
        if let Some(page) = browser::page() {
            let _ = page.location().replace(path);
        }
        return;
    }
    leave();
    browser::replace_path(path);
    arrive(app, None);
}

fn leave() {
    drafts::flush();
    drafts::left_form();
    places::leave();
}

fn arrive(app: App, return_to: Option<f64>) {
    let path = places::arrive(return_to);
    app.said.set(None);
    app.path.set(path);
}

/// Takes over links inside the app, and the browser's back and forward.
pub(crate) fn start(app: App) {
    places::start(
        move |path| is_below(app.top, path),
        move |path| go(app, path),
        move |place| {
            leave();
            arrive(app, place);
        },
    );
}

/// Whether a path is of the app under `top`.
#[must_use]
pub fn is_below(top: &str, path: &str) -> bool {
    let rest = path.strip_prefix(top);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

/// The pieces of a path below the app's own, without what stands behind `?`.
#[must_use]
pub fn below<'p>(top: &str, path: &'p str) -> Option<Vec<&'p str>> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let rest = path.strip_prefix(top).filter(|_| is_below(top, path))?;
    Some(rest.split('/').filter(|piece| !piece.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_other_apps_and_other_hosts_are_not_below() {
        for path in ["/desk", "/desk?desk=agency", "/desk/cases"] {
            assert!(is_below("/desk", path), "{path}");
        }
        for path in [
            "/desks",
            "//evil.vn/desk",
            "/office",
            "/letters",
            "/review/desk",
        ] {
            assert!(!is_below("/desk", path), "{path}");
            assert_eq!(below("/desk", path), None, "{path}");
        }
        assert_eq!(below("/desk", "/desk/?need=x"), Some(vec![]));
        assert_eq!(
            below("/desk", "/desk/cases/1/?a=/b"),
            Some(vec!["cases", "1"])
        );
    }
}
