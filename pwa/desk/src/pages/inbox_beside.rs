//! Beside the inbox: the petition that is looked at, in full.

use kiennghi_shared::catalogue::{COMPETENCES, field_of_work_name, name_of};
use kiennghi_shared::office::PetitionRow;
use leptos::prelude::*;

use super::inbox::Inbox;
use crate::time;
use crate::words;

/// The panel.
pub(super) fn panel(inbox: Inbox) -> AnyView {
    let looked_at = Memo::new(move |_| inbox.looked_at());
    let shown = move || match looked_at.get() {
        None => {
            view! { <p class="muted">"Chọn một kiến nghị trong danh sách để xem đầy đủ ở đây."</p> }
                .into_any()
        }
        Some(row) => untrack(|| full(&row)),
    };
    view! { <section class="panel" aria-label="Kiến nghị đang xem">{shown}</section> }.into_any()
}

fn full(row: &PetitionRow) -> AnyView {
    let petition = &row.petition;
    let facts = [
        ("Nơi nêu", words::raised_in(petition, &row.unit_name)),
        ("Vị trí", petition.place.clone()),
        ("Số cử tri nêu", words::voters(petition.voters)),
        ("Lĩnh vực", field_of_work_name(&petition.field).to_owned()),
        (
            "Thẩm quyền",
            name_of(COMPETENCES, &petition.competence).to_owned(),
        ),
        (
            "Ghi ngày",
            petition.recorded_at.map(time::day).unwrap_or_default(),
        ),
    ];
    let facts: Vec<AnyView> = facts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any())
        .collect();
    view! {
        <h2 id="beside" tabindex="-1" data-test="beside" data-id=row.id.to_string()>{format!("Kiến nghị {}", petition.code)}</h2>
        <p class="words">{petition.content.clone()}</p>
        <dl class="facts">{facts}</dl>
    }
    .into_any()
}
