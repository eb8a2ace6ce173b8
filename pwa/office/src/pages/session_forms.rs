//! `/admin/terms/…` and `/admin/sessions/…`: a term or a session of the council, new or changed.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::administration::{Change, Session, Term};
use kiennghi_shared::catalogue::SESSION_KINDS;
use leptos::prelude::*;

use super::new_user::make;
use crate::fields::{Field, Label};
use crate::frame::Frame;
use crate::loaded::{self, nothing_here};
use crate::office::Office;
use crate::steps::Step;

const RIGHT: Option<(Verb, Thing)> = Some((Verb::Write, Thing::Sessions));
const LIST: &str = "/admin/sessions";

/// The fields that terms and sessions have in common.
#[derive(Clone, Copy)]
struct Period {
    code: Field,
    name: Field,
    starts: Field,
    ends: Field,
    is_new: bool,
}

impl Period {
    fn new(code: &str, name: &str, starts: &str, ends: &str) -> Self {
        Self {
            code: Field::new("code", code),
            name: Field::new("name", name),
            starts: Field::new("starts", starts),
            ends: Field::new("ends", ends),
            is_new: code.is_empty(),
        }
    }

    fn view(self, code: Label, name: Label) -> AnyView {
        let code_view = if self.is_new {
            self.code.known(code, "off")
        } else {
            view! { <p>"Mã: " <strong>{self.code.exact()}</strong></p> }.into_any()
        };
        view! {
            {code_view}
            {self.name.line(name)}
            {self.starts.day(Label("Từ ngày", ""))}
            {self.ends.day(Label("Đến hết ngày", ""))}
        }
        .into_any()
    }

    /// Code, name, first and last day; says what is missing.
    fn get(self) -> Option<(String, String, String, String)> {
        let code = self.code.required("Hãy nhập mã.")?;
        let name = self.name.required("Hãy nhập tên.")?;
        let starts = self.starts.required("Hãy nhập ngày đầu.")?;
        let ends = self.ends.required("Hãy nhập ngày cuối.")?;
        if starts > ends {
            self.ends.refuse("Ngày cuối phải sau ngày đầu.");
            return None;
        }
        Some((code, name, starts, ends))
    }
}

fn save(office: Office, step: Step, change: Change, name: &str) {
    let words = format!("Đã ghi {name}.");
    step.take(async move {
        make(vec![change]).await?;
        office.done_at(LIST, words);
        Ok(())
    });
}

/// The page of a term; without a code, of a new one.
pub(crate) fn term(office: Office, code: Option<String>) -> AnyView {
    let title = if code.is_some() {
        "Sửa nhiệm kỳ"
    } else {
        "Thêm nhiệm kỳ"
    };
    loaded::page(office, Frame::below(title, LIST), RIGHT, move |loaded| {
        let known = code.as_ref();
        let known = known.map(|code| loaded.all.terms.iter().find(|term| term.code == *code));
        let period = match known {
            Some(None) => return nothing_here(),
            Some(Some(term)) => Period::new(&term.code, &term.name, &term.starts, &term.ends),
            None => Period::new("", "", "", ""),
        };
        let step = Step::new();
        let submit = move || {
            if let Some((code, name, starts, ends)) = period.get() {
                let shown = name.clone();
                let term = Term {
                    code,
                    name,
                    starts,
                    ends,
                };
                save(office, step, Change::PutTerm(term), &shown);
            }
        };
        let code = Label(
            "Mã",
            "Chữ không dấu và số, không đổi được về sau. Ví dụ: NK-2026",
        );
        view! {
            {step.form(view! {
                {period.view(code, Label("Tên", "Ví dụ: Nhiệm kỳ 2026 – 2031"))} }.into_any(), "Ghi", submit)}
        }
        .into_any()
    })
}

/// The page of a session; without a code, of a new one.
pub(crate) fn session(office: Office, code: Option<String>) -> AnyView {
    let title = if code.is_some() {
        "Sửa kỳ họp"
    } else {
        "Thêm kỳ họp"
    };
    loaded::page(office, Frame::below(title, LIST), RIGHT, move |loaded| {
        let known = code.as_ref();
        let sessions = &loaded.all.sessions;
        let known = known.map(|code| sessions.iter().find(|session| session.code == *code));
        let newest = loaded
            .all
            .terms
            .first()
            .map_or("", |term| term.code.as_str());
        let (period, term, kind) = match known {
            Some(None) => return nothing_here(),
            Some(Some(at)) => (
                Period::new(&at.code, &at.name, &at.starts, &at.ends),
                Field::new("term", &at.term),
                Field::new("kind", &at.kind),
            ),
            None => (
                Period::new("", "", "", ""),
                Field::new("term", newest),
                Field::new("kind", SESSION_KINDS.first().map_or("", |kind| kind.code)),
            ),
        };
        let step = Step::new();
        let submit = move || {
            if let Some((code, name, starts, ends)) = period.get() {
                let shown = name.clone();
                let session = Session {
                    code,
                    term: term.exact(),
                    name,
                    kind: kind.exact(),
                    starts,
                    ends,
                };
                save(office, step, Change::PutSession(session), &shown);
            }
        };
        let terms = loaded.all.terms.iter();
        let terms = terms
            .map(|term| (term.code.clone(), term.name.clone()))
            .collect();
        let kinds = SESSION_KINDS.iter();
        let kinds = kinds.map(|kind| (kind.code.to_owned(), kind.name.to_owned()));
        let code = Label(
            "Mã",
            "Chữ không dấu và số, không đổi được về sau. Ví dụ: KH-2026-1",
        );
        view! {
            {step.form(view! {
                {term.choice(Label("Nhiệm kỳ", ""), terms)}
                {period.view(code, Label("Tên", "Ví dụ: Kỳ họp thứ nhất"))}
                {kind.radios("Loại", kinds.collect())} }.into_any(), "Ghi", submit)}
        }
        .into_any()
    })
}
