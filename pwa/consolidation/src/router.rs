//! From addresses under `/consolidation` to pages.

use kiennghi_frame::ways;
use kiennghi_shared::id::DocumentId;

/// Where these pages stand.
pub(crate) const TOP: &str = "/consolidation";

/// The page on which a case is made of what was chosen.
pub(crate) const NEW_CASE: &str = "/consolidation/new-case";

/// The page on which one is chosen for it.
pub(crate) const INTO_CASE: &str = "/consolidation/into-case";

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// Petitions that no case carries.
    Inbox,
    /// A case of those that were chosen there.
    NewCase,
    /// The case that those are put into.
    IntoCase,
    /// The earlier case that a case repeats.
    Earlier(DocumentId),
    /// Where a petition of a case belongs instead.
    Move {
        case: DocumentId,
        petition: DocumentId,
    },
    /// None of these.
    Unknown,
}

impl Route {
    /// The page at a path.
    pub(crate) fn of(path: &str) -> Route {
        let Some(below) = ways::below(TOP, path) else {
            return Route::Unknown;
        };
        match below[..] {
            [] => Route::Inbox,
            ["new-case"] => Route::NewCase,
            ["into-case"] => Route::IntoCase,
            ["cases", id, "earlier"] => id.parse().map_or(Route::Unknown, Route::Earlier),
            ["cases", case, "petitions", petition, "move"] => {
                match (case.parse(), petition.parse()) {
                    (Ok(case), Ok(petition)) => Route::Move { case, petition },
                    _ => Route::Unknown,
                }
            }
            _ => Route::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_leads_to_its_page() {
        let (text, other) = (
            "018f6d3a-0000-7000-8000-000000000001",
            "018f6d3a-0000-7000-8000-000000000002",
        );
        let case: DocumentId = text.parse().expect("an id");
        let petition: DocumentId = other.parse().expect("an id");
        let top = "/consolidation";
        for (path, route) in [
            (top.to_owned(), Route::Inbox),
            (format!("{top}?unit=QN-DH"), Route::Inbox),
            (format!("{NEW_CASE}?earlier={text}#{other}"), Route::NewCase),
            (INTO_CASE.to_owned(), Route::IntoCase),
            (format!("{top}/cases/{text}/earlier"), Route::Earlier(case)),
            (
                format!("{top}/cases/{text}/petitions/{other}/move"),
                Route::Move { case, petition },
            ),
            (format!("{top}/cases/{text}"), Route::Unknown),
            (format!("{top}/cases/1/earlier"), Route::Unknown),
            ("/desk/inbox".to_owned(), Route::Unknown),
        ] {
            assert_eq!(Route::of(&path), route, "{path}");
        }
    }
}
