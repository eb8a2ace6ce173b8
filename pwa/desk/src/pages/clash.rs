//! A petition that two people put into two cases at once, or that one put into a case and another took out: what each of
//! them said, until a person chooses.

use kiennghi_frame::app::App;
use kiennghi_frame::failure::Step;
use kiennghi_frame::placing::{Raised, place};
use kiennghi_parts::live::button;
use kiennghi_shared::desk::{Claim, VoiceRow};
use kiennghi_shared::id::DocumentId;
use leptos::prelude::*;

use crate::time;

/// The case whose file is read.
#[derive(Clone, Copy)]
pub(super) struct Here {
    pub(super) app: App,
    pub(super) step: Step,
    pub(super) case: DocumentId,
}

/// What is said of where a petition is, this case first; each with a button, where the person `may` choose.
pub(super) fn clash(here: Here, row: &VoiceRow, stands_here: bool, may: bool) -> Option<AnyView> {
    if row.instead.is_empty() {
        return None;
    }
    let raised = Raised::from(row);
    let claims = std::iter::once(None).chain(row.instead.iter().map(Some));
    // It is in the first place that is named, as long as nobody chooses.
    let stands = if stands_here { 0 } else { 1 };
    let versions: Vec<AnyView> = claims
        .enumerate()
        .map(|(place, claim)| version(here, &raised, claim, (place == stands, may)))
        .collect();
    Some(
        view! {
            <div class="notice warning" data-test="clash">
                <p>"Có ý kiến khác nhau: kiến nghị này thuộc vụ việc nào?"</p>
                <div class="versions">{versions}</div>
            </div>
        }
        .into_any(),
    )
}

/// What a petition is said to be in: this case, or what somebody claims.
fn version(
    Here { app, step, case }: Here,
    raised: &Raised,
    claim: Option<&Claim>,
    (stands, may): (bool, bool),
) -> AnyView {
    let case = claim.map_or(Some(case), |claim| claim.case);
    let (name, about) = match claim {
        None => ("Vụ việc này".to_owned(), String::new()),
        Some(claim) => (name(claim), said(claim)),
    };
    let (test, words) = match (claim, stands) {
        (None, true) => ("choose-here", "Giữ ở vụ việc này"),
        (None, false) => ("choose-here", "Đưa về vụ việc này"),
        (Some(_), true) => ("choose-other", "Giữ ở đó"),
        (Some(_), false) => ("choose-other", "Chuyển sang đó"),
    };
    // Nobody chooses what they cannot look at.
    let is_seen = claim.is_none_or(|claim| case.is_none() || !claim.code.is_empty());
    let button = (may && is_seen).then(|| {
        let (raised, done) = (vec![raised.clone()], format!("Đã chọn: {name}."));
        let choose = move || place(app, step, raised.clone(), case, (None, done.clone()));
        button(test, "no-print", words, choose)
    });
    let now = stands.then_some(" (hiện nay)");
    let wording = claim.map(|claim| claim.wording.clone());
    view! {
        <div class="version">
            <h3>{name}{now}</h3>
            <p class="muted">{about}</p>
            <p>{wording}</p>
            {button}
        </div>
    }
    .into_any()
}

fn name(claim: &Claim) -> String {
    match (claim.case, claim.code.as_str()) {
        (None, _) => "Chờ tổng hợp".to_owned(),
        (Some(_), "") => "Một vụ việc mà bạn không xem được".to_owned(),
        (Some(_), code) => format!("Vụ việc {code}"),
    }
}

fn said(claim: &Claim) -> String {
    format!("{}, {}", claim.author_name, time::moment(claim.at))
}
