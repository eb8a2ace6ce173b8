//! The petitions that a case carries, each as voters raised it, with the way out of the case and into another; and where
//! people said different things of one, the choice.

use kiennghi_frame::app::App;
use kiennghi_frame::failure::{Question, Step, ask_first, link_button};
use kiennghi_frame::words;
use kiennghi_frame::writing::Raised;
use kiennghi_parts::live::live;
use kiennghi_shared::desk::{CaseFile, VoiceRow};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use super::clash::{Here, clash};
use super::into_case::move_to;
use crate::time;

/// The voices of a case, and those that somebody put into it although they stand elsewhere.
pub(super) fn voices(app: App, file: &CaseFile) -> AnyView {
    let (step, case) = (Step::new(), file.row.id);
    let here = Here { app, step, case };
    let rows = file.voices.iter();
    let rows: Vec<AnyView> = rows.map(|row| voice(here, row, true)).collect();
    let title = format!(
        "Ý kiến cử tri: {} kiến nghị, {} cử tri",
        file.row.petitions, file.row.voters
    );
    let none = rows.is_empty().then(
        || view! { <p data-test="no-voices">"Không còn kiến nghị nào trong vụ việc này."</p> },
    );
    let elsewhere = file.elsewhere.iter();
    let elsewhere: Vec<AnyView> = elsewhere.map(|row| voice(here, row, false)).collect();
    let elsewhere = (!elsewhere.is_empty()).then(|| {
        view! {
            <h3>"Có người đưa vào vụ việc này, nay đang ở nơi khác"</h3>
            <ul class="rows voices">{elsewhere}</ul>
        }
    });
    view! {
        <section>
            <h2>{title}</h2>
            {step.failure()}
            {none}
            <ul class="rows voices">{rows}</ul>
            {elsewhere}
        </section>
    }
    .into_any()
}

fn voice(here: Here, row: &VoiceRow, stands_here: bool) -> AnyView {
    let Here { app, case, .. } = here;
    let (id, petition) = (row.id, &row.petition);
    let mut meta = vec![
        petition.code.clone(),
        words::raised_in(petition, &row.unit_name),
        words::voters(petition.voters),
    ];
    meta.extend(petition.recorded_at.map(time::day));
    meta.retain(|words| !words.is_empty());
    let may = app.may_write(Kind::Consolidation, &row.unit);
    let test = if stands_here {
        "voice"
    } else {
        "voice-elsewhere"
    };
    let row = row.clone();
    let choices = live(move || {
        let waits = app.pending.with(|pending| pending.placed(id));
        if let Some(into) = waits {
            let words = match into == Some(case) {
                true => "Đã chọn vụ việc này, chưa gửi",
                false => "Đã đưa sang nơi khác, chưa gửi",
            };
            return Some(view! { <span class="state saved">{words}</span> }.into_any());
        }
        Some(untrack(|| {
            let ways = (may && stands_here).then(|| ways_out(here, Raised::from(&row)));
            view! { {clash(here, &row, stands_here, may)}<div class="actions no-print">{ways}</div> }
                .into_any()
        }))
    });
    view! {
        <li data-test=test data-id=id.to_string()>
            <div><p class="card-meta">{meta.join(" · ")}</p><p class="words">{petition.content.clone()}</p></div>
            {choices}
        </li>
    }
    .into_any()
}

fn ways_out(Here { app, step, case }: Here, raised: Raised) -> AnyView {
    let question = Question {
        test: "take-out",
        button: "Tách khỏi vụ việc",
        question: "Kiến nghị này trở lại danh sách chờ tổng hợp. Lời cử tri vẫn giữ nguyên.",
        yes: "Tách ra",
    };
    let (id, path) = (
        raised.id,
        format!("/desk/cases/{case}/petitions/{}/move", raised.id),
    );
    let take_out = move || {
        let words = "Đã tách kiến nghị ra, nay chờ tổng hợp lại.".to_owned();
        move_to(app, step, vec![raised.clone()], None, (None, words));
    };
    view! {
        {link_button("move", "", &path, "Chuyển sang vụ việc khác")}
        {ask_first(step, &format!("take-out-{id}"), question, take_out)}
    }
    .into_any()
}
