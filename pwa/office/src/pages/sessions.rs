//! `/admin/sessions`: the council's terms and their sessions.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::administration::{Session, Term};
use kiennghi_shared::catalogue::{SESSION_KINDS, name_of};
use leptos::prelude::*;

use crate::frame::Frame;
use crate::loaded::{self, Loaded};
use crate::office::Office;
use crate::rows::{self, card};
use crate::steps::{actions, link_button};
use crate::words;

/// The page.
pub(crate) fn page(office: Office) -> AnyView {
    let frame = Frame::below("Nhiệm kỳ và kỳ họp", "/admin");
    let right = Some((Verb::Read, Thing::Sessions));
    loaded::page(office, frame, right, move |loaded| {
        let writes = loaded.may(Verb::Write, Thing::Sessions);
        let add_session = (!loaded.all.terms.is_empty()).then(|| {
            link_button(
                "add-session",
                "primary",
                "/admin/sessions/new",
                "Thêm kỳ họp",
            )
        });
        let add_term = link_button("add-term", "", "/admin/terms/new", "Thêm nhiệm kỳ");
        let add = writes.then(|| actions(add_session.into_iter().chain([add_term]).collect()));
        let terms = loaded.all.terms.iter();
        let terms: Vec<AnyView> = terms.map(|term| section(&loaded, term, writes)).collect();
        let none = terms.is_empty().then(
            || view! { <p>"Chưa có nhiệm kỳ nào. Hãy thêm nhiệm kỳ trước, rồi thêm kỳ họp."</p> },
        );
        view! { {add}{none}{terms} }.into_any()
    })
}

fn section(loaded: &Loaded, term: &Term, writes: bool) -> AnyView {
    let sessions = loaded.all.sessions.iter();
    let sessions = sessions.filter(|session| session.term == term.code);
    let rows: Vec<AnyView> = sessions.map(|session| row(session, writes)).collect();
    let days = words::days(Some(&term.starts), Some(&term.ends));
    let edit = writes.then(|| {
        let path = format!("/admin/terms/{}", term.code);
        let label = format!("Sửa {}", term.name);
        view! { <a href=path class="button plain" aria-label=label>"Sửa"</a> }
    });
    view! {
        <section>
            <h2>{term.name.clone()}</h2>
            <p class="muted">{days}" "{edit}</p>
            <ul class="list">{rows}</ul>
        </section>
    }
    .into_any()
}

fn row(session: &Session, writes: bool) -> AnyView {
    let days = words::days(Some(&session.starts), Some(&session.ends));
    let meta = format!("{} · {days}", name_of(SESSION_KINDS, &session.kind));
    let path = writes.then(|| format!("/admin/sessions/{}", session.code));
    let card = card(path, session.name.clone(), meta, None);
    rows::row("session-row", &session.code, card)
}
