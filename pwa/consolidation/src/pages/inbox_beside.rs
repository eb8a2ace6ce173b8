//! Beside the inbox: the petition that is looked at, in full, with the cases and petitions that may say the same.

use kiennghi_frame::app::App;
use kiennghi_frame::asking::ask;
use kiennghi_frame::words;
use kiennghi_parts::live::live;
use kiennghi_shared::catalogue::{COMPETENCES, name_of};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::office::PetitionRow;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::similar::{SimilarList, SimilarPetition};
use leptos::prelude::*;

use super::inbox::{Inbox, pick_box};
use super::inbox_cases::cases;
use crate::browser;
use crate::time;

/// How long somebody looks at a petition before it is asked what is like it.
const REST_MS: i32 = 250;

/// The panel.
pub(super) fn panel(inbox: Inbox) -> AnyView {
    let shown = live(move || {
        let none = "Chọn một kiến nghị trong danh sách để xem đầy đủ ở đây.";
        Some(match inbox.looked_at() {
            None => view! { <p class="muted">{none}</p> }.into_any(),
            Some(row) => untrack(|| full(inbox.app, &row)),
        })
    });
    view! {
        <section class="panel" aria-label="Kiến nghị đang xem">{shown}{similar(inbox)}</section>
    }
    .into_any()
}

fn full(app: App, row: &PetitionRow) -> AnyView {
    let petition = &row.petition;
    let mut facts = vec![
        words::raised_in(petition, &row.unit_name),
        petition.place.clone(),
        words::voters(petition.voters),
        words::field_of_work(app, &petition.field),
        name_of(COMPETENCES, &petition.competence).to_owned(),
    ];
    facts.extend(petition.recorded_at.map(time::day));
    facts.retain(|fact| !fact.is_empty());
    view! {
        <h2 id="beside" tabindex="-1" data-test="beside" data-id=row.id.to_string()>{format!("Kiến nghị {}", petition.code)}</h2>
        <p class="card-meta">{facts.join(" · ")}</p>
        <p class="words">{petition.content.clone()}</p>
    }
    .into_any()
}

/// The petition on which somebody rests who goes down the list.
fn rested_on(inbox: Inbox) -> RwSignal<Option<DocumentId>> {
    let rested = RwSignal::new(None);
    Effect::new(move || {
        let at = inbox.at.get();
        browser::after(REST_MS, move || {
            let stays = inbox.at.try_get_untracked() == Some(at);
            if stays && rested.try_get_untracked() != Some(at) {
                rested.try_set(at);
            }
        });
    });
    rested
}

fn similar(inbox: Inbox) -> AnyView {
    let app = inbox.app;
    let at = rested_on(inbox);
    let asked = ask::<SimilarList>(app, move || {
        let path = |id| format!("petitions/{id}/similar?limit=10");
        at.get().map(path).unwrap_or_default()
    });
    let list = asked.shown(move |list| {
        let rows = list.petitions.iter();
        let rows: Vec<AnyView> = rows.map(|similar| similar_row(app, similar)).collect();
        let petitions = match rows.is_empty() {
            true => view! { <p class="muted" data-test="nothing-similar">"Chưa thấy kiến nghị nào giống."</p> }.into_any(),
            false => view! { <ul class="rows inbox">{rows}</ul> }.into_any(),
        };
        view! {
            {cases(inbox, at.get_untracked(), list)}
            <h3>"Kiến nghị có thể cùng nội dung"</h3>
            {petitions}
        }
        .into_any()
    });
    view! { <div hidden=move || at.with(Option::is_none)>{list}</div> }.into_any()
}

/// By which phrases two texts were found to say the same.
pub(super) fn both_say(shared: &[String]) -> String {
    let phrases = shared.iter().map(|phrase| format!("“{phrase}”"));
    let phrases: Vec<String> = phrases.collect();
    format!("Cùng nói: {}", phrases.join(", "))
}

/// One that may say the same: it can be chosen, too, or shows the case that carries it.
fn similar_row(app: App, similar: &SimilarPetition) -> AnyView {
    let (row, petition) = (&similar.row, &similar.row.petition);
    let meta = format!(
        "{} · {} · {}",
        petition.code,
        words::raised_in(petition, &row.unit_name),
        words::voters(petition.voters)
    );
    let choice = match row.case {
        None if app.may_write(Kind::Consolidation, &row.unit) => pick_box(app, row, "pick-similar"),
        _ => view! { <span class="check" aria-hidden="true">"→"</span> }.into_any(),
    };
    let case = row.case.map(|case| {
        view! { <p><a href=format!("/desk/cases/{case}") data-test="similar-case">"Đã ở trong một vụ việc: xem vụ việc"</a></p> }
            .into_any()
    });
    view! {
        <li data-test="similar-row" data-id=row.id.to_string()>
            {choice}
            <div>
                <p class="card-meta">{meta}</p>
                <p class="clamp">{petition.content.clone()}</p>
                <p class="card-meta">{both_say(&similar.shared)}</p>
                {case}
            </div>
        </li>
    }
    .into_any()
}
