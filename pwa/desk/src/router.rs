//! From addresses under `/desk` to pages.

use kiennghi_frame::ways;
use kiennghi_shared::id::DocumentId;

/// Where these pages stand.
pub(crate) const TOP: &str = "/desk";

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// What is to be done.
    Home,
    /// The table of cases.
    Cases,
    /// A case's file.
    Case(DocumentId),
    /// Its wording and classification.
    EditCase(DocumentId),
    /// None of these.
    Unknown,
}

impl Route {
    /// The page at a path.
    pub(crate) fn of(path: &str) -> Route {
        let Some(below) = ways::below(TOP, path) else {
            return Route::Unknown;
        };
        let with_id = |id: &str, route: fn(DocumentId) -> Route| {
            id.parse().map(route).unwrap_or(Route::Unknown)
        };
        match below[..] {
            [] => Route::Home,
            ["cases"] => Route::Cases,
            ["cases", id] => with_id(id, Route::Case),
            ["cases", id, "edit"] => with_id(id, Route::EditCase),
            _ => Route::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_leads_to_its_page() {
        let text = "018f6d3a-0000-7000-8000-000000000001";
        let case: DocumentId = text.parse().expect("an id");
        for (path, route) in [
            ("/desk".to_owned(), Route::Home),
            ("/desk/?desk=executive".to_owned(), Route::Home),
            ("/desk/cases?need=dispatch".to_owned(), Route::Cases),
            (format!("/desk/cases/{text}"), Route::Case(case)),
            (format!("/desk/cases/{text}/edit"), Route::EditCase(case)),
            (format!("/desk/cases/{text}/earlier"), Route::Unknown),
            ("/desk/inbox".to_owned(), Route::Unknown),
            (format!("/desk/cases/{text}/answer"), Route::Unknown),
            ("/desk/dispatches".to_owned(), Route::Unknown),
            ("/desk/cases/1".to_owned(), Route::Unknown),
            (format!("/desk/cases/{text}/nowhere"), Route::Unknown),
            ("/desks".to_owned(), Route::Unknown),
            ("/admin".to_owned(), Route::Unknown),
        ] {
            assert_eq!(Route::of(&path), route, "{path}");
        }
    }
}
