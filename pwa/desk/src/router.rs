//! From addresses under `/desk` to pages.

use kiennghi_page::places;
use kiennghi_shared::id::DocumentId;
use leptos::prelude::*;

use crate::app::App;
use crate::browser;

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// What is to be done.
    Home,
    /// Petitions that no case carries.
    Inbox,
    /// A case of those that were chosen there.
    NewCase,
    /// The case that those are put into.
    IntoCase,
    /// The table of cases.
    Cases,
    /// A case's file.
    Case(DocumentId),
    /// Its wording and classification.
    EditCase(DocumentId),
    /// The earlier case that it repeats.
    Earlier(DocumentId),
    /// Where a petition of it belongs instead.
    Move {
        case: DocumentId,
        petition: DocumentId,
    },
    /// Letters.
    Dispatches,
    /// The cases of a new one.
    ChooseCases,
    /// A new one.
    NewDispatch,
    /// One of them.
    Dispatch(DocumentId),
    /// What it says.
    EditDispatch(DocumentId),
    /// Who is to answer a case.
    Assign(DocumentId),
    /// An answer to it.
    Answer(DocumentId),
    /// Giving it back.
    SendBack(DocumentId),
    /// An answer put right.
    EditAnswer {
        case: DocumentId,
        answer: DocumentId,
    },
    /// What supervision finds of it.
    Finding(DocumentId),
    /// What supervision picks from.
    Supervision,
    /// What it finds of those that were chosen.
    ChosenFinding,
    /// The findings of a programme.
    Programme,
    /// The daily round.
    Daily,
    /// None of these.
    Unknown,
}

impl Route {
    /// The page at a path.
    pub(crate) fn of(path: &str) -> Route {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let pieces: Vec<&str> = path.split('/').filter(|piece| !piece.is_empty()).collect();
        let Some(("desk", below)) = pieces.split_first().map(|(first, rest)| (*first, rest)) else {
            return Route::Unknown;
        };
        let with_id = |id: &str, route: fn(DocumentId) -> Route| {
            id.parse().map(route).unwrap_or(Route::Unknown)
        };
        match below {
            [] => Route::Home,
            ["inbox"] => Route::Inbox,
            ["inbox", "new-case"] => Route::NewCase,
            ["inbox", "into-case"] => Route::IntoCase,
            ["cases"] => Route::Cases,
            ["cases", id] => with_id(id, Route::Case),
            ["cases", id, "edit"] => with_id(id, Route::EditCase),
            ["cases", id, "earlier"] => with_id(id, Route::Earlier),
            ["cases", case, "petitions", petition, "move"] => {
                match (case.parse(), petition.parse()) {
                    (Ok(case), Ok(petition)) => Route::Move { case, petition },
                    _ => Route::Unknown,
                }
            }
            ["cases", id, "assign"] => with_id(id, Route::Assign),
            ["cases", id, "answer"] => with_id(id, Route::Answer),
            ["cases", id, "send-back"] => with_id(id, Route::SendBack),
            ["cases", id, "finding"] => with_id(id, Route::Finding),
            ["cases", case, "answers", answer] => match (case.parse(), answer.parse()) {
                (Ok(case), Ok(answer)) => Route::EditAnswer { case, answer },
                _ => Route::Unknown,
            },
            ["dispatches"] => Route::Dispatches,
            ["dispatches", "choose"] => Route::ChooseCases,
            ["dispatches", "new"] => Route::NewDispatch,
            ["dispatches", id] => with_id(id, Route::Dispatch),
            ["dispatches", id, "edit"] => with_id(id, Route::EditDispatch),
            ["supervision"] => Route::Supervision,
            ["supervision", "finding"] => Route::ChosenFinding,
            ["supervision", "programme"] => Route::Programme,
            ["daily"] => Route::Daily,
            _ => Route::Unknown,
        }
    }
}

/// The page that the browser's address names.
pub(crate) fn current() -> Route {
    Route::of(&browser::path())
}

/// Whether a path is one of this app's.
pub(crate) fn is_own(path: &str) -> bool {
    let rest = path.strip_prefix("/desk");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

/// Goes to a page.
pub(crate) fn go(app: App, path: &str) {
    places::leave();
    browser::push_path(path);
    arrive(app, None);
}

/// Goes to a page in the place of this one, which *back* then skips.
pub(crate) fn go_instead(app: App, path: &str) {
    places::leave();
    browser::replace_path(path);
    arrive(app, None);
}

fn arrive(app: App, return_to: Option<f64>) {
    let path = places::arrive(return_to);
    app.said.set(None);
    app.route.set(Route::of(&path));
}

/// Takes over links inside the app, and the browser's back and forward.
pub(crate) fn start(app: App) {
    places::start(
        is_own,
        move |path| go(app, path),
        move |place| {
            places::leave();
            arrive(app, place);
        },
    );
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
        for (path, route) in [
            ("/desk".to_owned(), Route::Home),
            ("/desk/?desk=executive".to_owned(), Route::Home),
            ("/desk/inbox?unit=QN-DH".to_owned(), Route::Inbox),
            ("/desk/inbox/new-case".to_owned(), Route::NewCase),
            ("/desk/inbox/into-case".to_owned(), Route::IntoCase),
            ("/desk/cases?need=dispatch".to_owned(), Route::Cases),
            (format!("/desk/cases/{text}"), Route::Case(case)),
            (format!("/desk/cases/{text}/edit"), Route::EditCase(case)),
            (format!("/desk/cases/{text}/earlier"), Route::Earlier(case)),
            (
                format!("/desk/cases/{text}/petitions/{other}/move"),
                Route::Move { case, petition },
            ),
            (
                "/desk/dispatches/choose?need=remind".to_owned(),
                Route::ChooseCases,
            ),
            ("/desk/dispatches/new".to_owned(), Route::NewDispatch),
            (format!("/desk/dispatches/{text}"), Route::Dispatch(case)),
            (
                format!("/desk/cases/{text}/answers/{other}"),
                Route::EditAnswer {
                    case,
                    answer: petition,
                },
            ),
            ("/desk/supervision/finding".to_owned(), Route::ChosenFinding),
            ("/desk/dispatches/1".to_owned(), Route::Unknown),
            ("/desk/cases/1".to_owned(), Route::Unknown),
            (format!("/desk/cases/{text}/nowhere"), Route::Unknown),
            ("/desks".to_owned(), Route::Unknown),
            ("/admin".to_owned(), Route::Unknown),
        ] {
            assert_eq!(Route::of(&path), route, "{path}");
        }
        assert!(is_own("/desk") && is_own("/desk?desk=agency") && is_own("/desk/cases"));
        assert!(!is_own("/desks") && !is_own("//evil.vn/desk") && !is_own("/office"));
    }
}
