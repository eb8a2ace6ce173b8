//! The way from addresses to pages: real paths, the browser's own history, one signal.
//!
//! Owns which path is which page; links, back and forward are [`places`]' part.

use kiennghi_page::places;
pub(crate) use kiennghi_page::places::{focus, settle};
use kiennghi_shared::id::DocumentId;

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
    Denunciations(DocumentId),
    Petitions,
    Petition(DocumentId),
    EditPetition(DocumentId),
    Results,
    Result(DocumentId),
    Tell(DocumentId),
    Check(DocumentId),
    Visit(DocumentId, DocumentId),
    EditVisit(DocumentId, DocumentId),
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
            ["meetings", id, "denunciations"] => with_id(id, Route::Denunciations),
            ["petitions"] => Route::Petitions,
            ["petitions", id] => with_id(id, Route::Petition),
            ["petitions", id, "edit"] => with_id(id, Route::EditPetition),
            ["results"] => Route::Results,
            ["results", case] => with_id(case, Route::Result),
            ["results", case, "notice"] => with_id(case, Route::Tell),
            ["results", case, "check"] => with_id(case, Route::Check),
            ["results", case, "visits", id, rest @ ..] => match (case.parse(), id.parse(), rest) {
                (Ok(case), Ok(id), []) => Route::Visit(case, id),
                (Ok(case), Ok(id), ["edit"]) => Route::EditVisit(case, id),
                _ => Route::Unknown,
            },
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
    places::leave();
}

fn arrive(app: App, return_to: Option<f64>) {
    app.arrive(&places::arrive(return_to));
}

/// Whether a path is one of this app's: the administration, the desks, consolidation, the letters and the review are other apps.
fn is_own(path: &str) -> bool {
    let elsewhere = |top: &str| {
        let rest = path.strip_prefix(top);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    };
    !["/admin", "/desk", "/consolidation", "/letters", "/review"]
        .into_iter()
        .any(elsewhere)
}

/// Takes over links inside the app, and the browser's back and forward.
pub(crate) fn start(app: App) {
    places::start(
        is_own,
        move |path| go(app, path),
        move |place| {
            leave();
            arrive(app, place);
            settle();
        },
    );
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
            (
                format!("/meetings/{text}/denunciations"),
                Route::Denunciations(id),
            ),
            (format!("/petitions/{text}/edit"), Route::EditPetition(id)),
            ("/petitions?x=1".to_owned(), Route::Petitions),
            ("/results".to_owned(), Route::Results),
            (format!("/results/{text}/notice"), Route::Tell(id)),
            (
                format!("/results/{text}/visits/{text}"),
                Route::Visit(id, id),
            ),
            (
                format!("/results/{text}/visits/{text}/edit"),
                Route::EditVisit(id, id),
            ),
            (format!("/results/{text}/visits"), Route::Unknown),
            (format!("/results/{text}/visits/{text}/x"), Route::Unknown),
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
        assert!(is_own("/office") && is_own("/desks"));
        assert!(!is_own("/desk?desk=agency") && !is_own("/desk/cases") && !is_own("/admin"));
        assert!(
            !is_own("/letters/new")
                && !is_own("/review")
                && !is_own("/consolidation")
                && is_own("/office/reviews")
        );
    }
}
