//! The pages, one file each, and the one place that says which page a route shows.
//!
//! What browser tests hold on to (`data-test`): `back`, `said`, `failure`, `submit`, `waiting`, `nothing`; `yes` and
//! `no` of a question; fields by `name`; rows `user-row`, `device-row`, `unit-row`, `session-row`,
//! `field-row`, `rule-row`, `holiday-row`, `audit-row`, `import-row`; `issued` with `data-code`, `issued-close`.

mod account;
mod alerts;
mod audit;
mod code;
mod deadlines;
mod devices;
mod field_form;
mod fields_of_work;
mod holidays;
mod home;
mod import;
mod new_user;
mod password;
mod petitioner;
mod roles;
mod rule_form;
mod session_forms;
mod sessions;
mod set_up;
mod sign_in;
mod unit_form;
mod units;
mod user;
mod users;

use leptos::prelude::*;

use crate::frame::{Frame, frame};
use crate::loaded::nothing_here;
use crate::office::Office;
use crate::router::Route;

/// The whole screen.
pub(crate) fn root(office: Office) -> AnyView {
    (move || {
        let route = office.route.get();
        untrack(|| page(office, route))
    })
    .into_any()
}

fn page(office: Office, route: Route) -> AnyView {
    match route {
        Route::SignIn => sign_in::page(office),
        Route::Code => code::page(office),
        Route::SetUp => set_up::page(office),
        Route::Home => home::page(office),
        Route::Users => users::page(office),
        Route::NewUser => new_user::page(office),
        Route::User(name) => user::page(office, name),
        Route::Rename(name) => new_user::rename(office, name),
        Route::Roles(name) => roles::page(office, name),
        Route::Import => import::page(office),
        Route::Devices => devices::page(office),
        Route::Units => units::page(office),
        Route::NewUnit => unit_form::page(office, None),
        Route::NewAgency(parent) => unit_form::new_agency(office, parent),
        Route::Unit(code) => unit_form::page(office, Some(code)),
        Route::Sessions => sessions::page(office),
        Route::NewTerm => session_forms::term(office, None),
        Route::Term(code) => session_forms::term(office, Some(code)),
        Route::NewSession => session_forms::session(office, None),
        Route::Session(code) => session_forms::session(office, Some(code)),
        Route::FieldsOfWork => fields_of_work::page(office),
        Route::NewFieldOfWork => field_form::page(office, None),
        Route::FieldOfWork(code) => field_form::page(office, Some(code)),
        Route::Deadlines => deadlines::page(office),
        Route::NewRule => rule_form::page(office, None),
        Route::Rule(name) => rule_form::page(office, Some(name)),
        Route::Holidays => holidays::page(office),
        Route::Petitioner {
            petition,
            petitioner,
        } => petitioner::page(office, petition, petitioner),
        Route::Audit => audit::page(office),
        Route::Account => account::page(office),
        Route::Password => password::page(office),
        Route::Unknown => frame(
            office,
            Frame::below("Không có trang này", "/admin"),
            nothing_here(),
        ),
    }
}
