//! From addresses under `/admin` to pages.

use kiennghi_page::places;
use kiennghi_shared::id::DocumentId;
use leptos::prelude::*;

use crate::browser;
use crate::office::Office;

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    SignIn,
    Code,
    SetUp,
    Home,
    Users,
    NewUser,
    User(String),
    Rename(String),
    Roles(String),
    Import,
    Devices,
    Units,
    NewUnit,
    /// Below the unit of this code.
    NewAgency(String),
    Unit(String),
    Sessions,
    NewTerm,
    Term(String),
    NewSession,
    Session(String),
    FieldsOfWork,
    NewFieldOfWork,
    FieldOfWork(String),
    Deadlines,
    NewRule,
    /// By unit, step and first day.
    Rule([String; 3]),
    Holidays,
    Petitioner {
        petition: DocumentId,
        petitioner: DocumentId,
    },
    Audit,
    Account,
    Password,
    Unknown,
}

impl Route {
    /// The page at a path.
    pub(crate) fn of(path: &str) -> Route {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let pieces: Vec<&str> = path.split('/').filter(|piece| !piece.is_empty()).collect();
        let Some(("admin", below)) = pieces.split_first().map(|(first, rest)| (*first, rest))
        else {
            return Route::Unknown;
        };
        match below {
            [] => Route::Home,
            ["sign-in"] => Route::SignIn,
            ["code"] => Route::Code,
            ["set-up"] => Route::SetUp,
            ["users"] => Route::Users,
            ["users", "new"] => Route::NewUser,
            ["users", name] => Route::User((*name).to_owned()),
            ["users", name, "name"] => Route::Rename((*name).to_owned()),
            ["users", name, "roles"] => Route::Roles((*name).to_owned()),
            ["import"] => Route::Import,
            ["devices"] => Route::Devices,
            ["units"] => Route::Units,
            ["units", "new"] => Route::NewUnit,
            ["units", code, "agencies", "new"] => Route::NewAgency((*code).to_owned()),
            ["units", code] => Route::Unit((*code).to_owned()),
            ["sessions"] => Route::Sessions,
            ["sessions", "new"] => Route::NewSession,
            ["sessions", code] => Route::Session((*code).to_owned()),
            ["terms", "new"] => Route::NewTerm,
            ["terms", code] => Route::Term((*code).to_owned()),
            ["fields"] => Route::FieldsOfWork,
            ["fields", "new"] => Route::NewFieldOfWork,
            ["fields", code] => Route::FieldOfWork((*code).to_owned()),
            ["deadlines"] => Route::Deadlines,
            ["deadlines", "new"] => Route::NewRule,
            ["deadlines", unit, step, from] => {
                Route::Rule([*unit, *step, *from].map(str::to_owned))
            }
            ["holidays"] => Route::Holidays,
            ["petitions", petition, "petitioners", petitioner] => {
                match (petition.parse(), petitioner.parse()) {
                    (Ok(petition), Ok(petitioner)) => Route::Petitioner {
                        petition,
                        petitioner,
                    },
                    _ => Route::Unknown,
                }
            }
            ["audit"] => Route::Audit,
            ["account"] => Route::Account,
            ["account", "password"] => Route::Password,
            _ => Route::Unknown,
        }
    }

    /// Whether it can be seen without having signed in.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Route::SignIn | Route::Code | Route::SetUp)
    }
}

/// The page that the browser's address names.
pub(crate) fn current() -> Route {
    Route::of(&browser::path())
}

/// Whether a path is one of this app's.
pub(crate) fn is_own(path: &str) -> bool {
    path == "/admin" || path.starts_with("/admin/")
}

/// Goes to a page.
pub(crate) fn go(office: Office, path: &str) {
    places::leave();
    browser::push_path(path);
    arrive(office, None);
}

/// Goes to a page in the place of this one, which *back* then skips.
pub(crate) fn go_instead(office: Office, path: &str) {
    places::leave();
    browser::replace_path(path);
    arrive(office, None);
}

fn arrive(office: Office, return_to: Option<f64>) {
    let path = places::arrive(return_to);
    office.said.set(None);
    office.route.set(Route::of(&path));
}

/// Takes over links inside the app, and the browser's back and forward.
pub(crate) fn start(office: Office) {
    places::start(
        is_own,
        move |path| go(office, path),
        move |place| {
            places::leave();
            arrive(office, place);
        },
    );
    browser::soon(places::focus);
}

/// Asks for a sign-in, and remembers the page that was asked for.
pub(crate) fn ask_to_sign_in(office: Office) {
    if office.route.with_untracked(Route::is_open) {
        return;
    }
    office.account.set(None);
    let wanted: String = js_sys::encode_uri_component(&browser::path()).into();
    go_instead(office, &format!("/admin/sign-in?next={wanted}"));
}

/// Whether a path is one of the desks', of consolidation, of the letters or of the review, whose apps sign in here.
fn is_desk(path: &str) -> bool {
    ["/desk", "/consolidation", "/letters", "/review"]
        .into_iter()
        .any(|top| {
            let rest = path.strip_prefix(top);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        })
}

/// The page that was asked for before the sign-in, of this app or of those at desks.
pub(crate) fn wanted() -> Option<String> {
    let query = browser::page()?.location().search().ok()?;
    let next = query.trim_start_matches('?').strip_prefix("next=")?;
    let next: String = js_sys::decode_uri_component(next).ok()?.into();
    (is_own(&next) || is_desk(&next)).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_leads_to_its_page() {
        for (path, route) in [
            ("/admin", Route::Home),
            ("/admin/", Route::Home),
            ("/admin/sign-in?next=%2Fadmin", Route::SignIn),
            ("/admin/code#ABC", Route::Code),
            ("/admin/users/new", Route::NewUser),
            (
                "/admin/users/le.van-an",
                Route::User("le.van-an".to_owned()),
            ),
            ("/admin/users/an/roles", Route::Roles("an".to_owned())),
            ("/admin/fields/new", Route::NewFieldOfWork),
            ("/admin/fields/land", Route::FieldOfWork("land".to_owned())),
            ("/admin/terms/NK-1", Route::Term("NK-1".to_owned())),
            (
                "/admin/deadlines/P-D/answer/2026-01-01",
                Route::Rule(["P-D", "answer", "2026-01-01"].map(str::to_owned)),
            ),
            ("/admin/petitions/1/petitioners/2", Route::Unknown),
            ("/admin/nowhere/at/all", Route::Unknown),
            ("/petitions", Route::Unknown),
        ] {
            assert_eq!(Route::of(path), route, "{path}");
        }
        assert!(is_own("/admin/users") && !is_own("/administer") && !is_own("//evil.vn/admin"));
        assert!(is_desk("/desk") && is_desk("/desk?desk=agency") && is_desk("/consolidation"));
        assert!(is_desk("/letters") && is_desk("/letters/new?kind=reminder"));
        assert!(is_desk("/review") && is_desk("/review/supervision"));
        assert!(!is_desk("/desks") && !is_desk("//evil.vn/desk") && !is_desk("https://evil.vn"));
    }
}
