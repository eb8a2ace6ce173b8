//! The petitions that a case carries, each as voters raised it, with the way out of the case and into another; and where
//! people said different things of one, the choice.

use kiennghi_frame::app::App;
use kiennghi_frame::failure::{Question, Step, ask_first, link_button};
use kiennghi_frame::placing::{Raised, place};
use kiennghi_frame::words;
use kiennghi_parts::live::live;
use kiennghi_shared::casefile::State;
use kiennghi_shared::desk::{CaseFile, VoiceRow};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use super::clash::{Here, clash};
use crate::time;

/// The voices of a case, and those that somebody put into it although they stand elsewhere.
pub(super) fn voices(app: App, file: &CaseFile) -> AnyView {
    let (step, case) = (Step::new(), file.row.id);
    let here = Here { app, step, case };
    let left = Left::of(file);
    let rows = file.voices.iter();
    let rows: Vec<AnyView> = rows.map(|row| voice(here, row, Some(left))).collect();
    let title = format!(
        "Ý kiến cử tri: {} ý kiến, {} cử tri",
        file.row.petitions, file.row.voters
    );
    let none = rows
        .is_empty()
        .then(|| view! { <p data-test="no-voices">"Không còn ý kiến nào trong vụ việc này."</p> });
    let elsewhere = file.elsewhere.iter();
    let elsewhere: Vec<AnyView> = elsewhere.map(|row| voice(here, row, None)).collect();
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

/// A voice, and what would be left of the case without it where it stands in the case.
fn voice(here: Here, row: &VoiceRow, left: Option<Left>) -> AnyView {
    let Here { app, case, .. } = here;
    let stands_here = left.is_some();
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
            let left = left.filter(|_| may);
            let ways = left.map(|left| ways_out(here, Raised::from(&row), left));
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

/// What is left of a case that a petition is taken out of.
#[derive(Clone, Copy)]
enum Left {
    /// The others that it carries.
    Others,
    /// Nothing: it was sent to nobody, or came back, and is put away.
    Nothing,
    /// A case without petitions, which others have.
    Sent,
    /// A case without petitions, which was answered.
    Answered,
}

impl Left {
    fn of(file: &CaseFile) -> Self {
        match (file.voices.len(), file.row.standing.state) {
            (2.., _) => Left::Others,
            (_, State::Consolidated | State::SentBack) => Left::Nothing,
            (_, State::Answered | State::Checked | State::Told | State::Closed) => Left::Answered,
            _ => Left::Sent,
        }
    }

    fn question(self) -> Question {
        let (button, question, yes) = match self {
            Left::Others => (
                "Tách khỏi vụ việc",
                "Kiến nghị này trở lại danh sách chờ tổng hợp. Lời cử tri vẫn giữ nguyên.",
                "Tách ra",
            ),
            Left::Nothing => (
                "Bỏ tổng hợp",
                "Đây là kiến nghị cuối cùng của vụ việc. Kiến nghị trở lại danh sách chờ tổng hợp, lời cử tri vẫn giữ nguyên; vụ việc không còn kiến nghị nào nên rời khỏi việc cần làm và không được đếm nữa.",
                "Bỏ tổng hợp",
            ),
            Left::Sent => (
                "Bỏ tổng hợp",
                "Đây là kiến nghị cuối cùng của vụ việc. Kiến nghị trở lại danh sách chờ tổng hợp, lời cử tri vẫn giữ nguyên. Vụ việc đã chuyển đi nên nơi nhận vẫn phải trả lời.",
                "Bỏ tổng hợp",
            ),
            Left::Answered => (
                "Bỏ tổng hợp",
                "Đây là kiến nghị cuối cùng của vụ việc. Kiến nghị trở lại danh sách chờ tổng hợp, lời cử tri vẫn giữ nguyên. Trả lời đã có vẫn ở lại trong vụ việc này.",
                "Bỏ tổng hợp",
            ),
        };
        Question {
            test: "take-out",
            button,
            question,
            yes,
        }
    }

    fn done(self) -> &'static str {
        match self {
            Left::Others => "Đã tách kiến nghị ra, nay chờ tổng hợp lại.",
            Left::Nothing | Left::Sent | Left::Answered => {
                "Đã bỏ tổng hợp, kiến nghị nay chờ tổng hợp lại."
            }
        }
    }
}

fn ways_out(Here { app, step, case }: Here, raised: Raised, left: Left) -> AnyView {
    let (id, path) = (
        raised.id,
        format!("/consolidation/cases/{case}/petitions/{}/move", raised.id),
    );
    let take_out = move || {
        let words = left.done().to_owned();
        place(app, step, vec![raised.clone()], None, (None, words));
    };
    view! {
        {link_button("move", "", &path, "Chuyển sang vụ việc khác")}
        {ask_first(step, &format!("take-out-{id}"), left.question(), take_out)}
    }
    .into_any()
}
