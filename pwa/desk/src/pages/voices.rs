//! The petitions that a case carries, each as voters raised it, with the way out of the case and into another.

use kiennghi_frame::app::App;
use kiennghi_frame::failure::{Question, Step, ask_first, link_button};
use kiennghi_frame::words;
use kiennghi_frame::writing::{Raised, put_into, save_all};
use kiennghi_parts::live::live;
use kiennghi_shared::desk::{CaseFile, VoiceRow};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::time;

/// The voices of a case.
pub(super) fn voices(app: App, file: &CaseFile) -> AnyView {
    let step = Step::new();
    let case = file.row.id;
    let rows: Vec<AnyView> = file
        .voices
        .iter()
        .map(|row| voice(app, step, case, row))
        .collect();
    let title = format!(
        "Ý kiến cử tri: {} kiến nghị, {} cử tri",
        file.row.petitions, file.row.voters
    );
    let none = rows.is_empty().then(
        || view! { <p data-test="no-voices">"Không còn kiến nghị nào trong vụ việc này."</p> },
    );
    view! {
        <section>
            <h2>{title}</h2>
            {step.failure()}
            {none}
            <ul class="rows voices">{rows}</ul>
        </section>
    }
    .into_any()
}

fn voice(app: App, step: Step, case: DocumentId, row: &VoiceRow) -> AnyView {
    let (id, petition) = (row.id, &row.petition);
    let mut meta = vec![
        petition.code.clone(),
        words::raised_in(petition, &row.unit_name),
        words::voters(petition.voters),
    ];
    meta.extend(petition.recorded_at.map(time::day));
    meta.retain(|words| !words.is_empty());
    let may = app.may_write(Kind::Consolidation, &row.unit);
    let raised = Raised::from(row);
    let choices = live(move || {
        let waits = app.pending.with(|pending| pending.takes_out(id, case));
        if waits {
            let words = view! { <span class="state saved">"Đã đưa ra khỏi đây, chưa gửi"</span> };
            return Some(words.into_any());
        }
        let raised = raised.clone();
        may.then(|| untrack(|| ways_out(app, step, case, raised)))
    });
    view! {
        <li data-test="voice" data-id=id.to_string()>
            <div><p class="card-meta">{meta.join(" · ")}</p><p class="words">{petition.content.clone()}</p></div>
            <div class="actions no-print">{choices}</div>
        </li>
    }
    .into_any()
}

fn ways_out(app: App, step: Step, case: DocumentId, raised: Raised) -> AnyView {
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
        let raised = raised.clone();
        step.take(async move {
            save_all(vec![put_into(&raised, None)]).await?;
            app.say("Đã tách kiến nghị ra, nay chờ tổng hợp lại.");
            Ok(())
        });
    };
    view! {
        {link_button("move", "", &path, "Chuyển sang vụ việc khác")}
        {ask_first(step, &format!("take-out-{id}"), question, take_out)}
    }
    .into_any()
}
